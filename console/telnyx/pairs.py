"""NAME=VALUE pairs as typed on a command line, to typed parameters. Reads a file only for `NAME=@FILE`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.errors import UsageError
from console.telnyx.catalogue import Command, Schema
from console.telnyx.conformance import nearest, type_words, unknown_name, value_problems

_PLACE = re.compile(r"[0-9]{1,4}\Z")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")


def read_pairs(command: Command, pairs: Sequence[str]) -> dict[str, object]:
    """Parameters by name; `a.b=1` reaches into objects, `a.0.b=1` into lists; `NAME=@FILE` takes the file's text, `@@`
    means one `@`.

    Raises `UsageError` that names the field.
    """
    params: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{pair[:60]!r} is not NAME=VALUE")
        trail, schema = _find(command, name)
        _place(params, trail, _value(schema, name, _text(name, text)), name)
    params = {name: _listed(value, name) for name, value in params.items()}
    for name, value in params.items():
        schema_of = command.parameter(name)
        for problem in value_problems(schema_of, value, name) if schema_of else ():
            raise UsageError(f"{problem.sentence}: {problem.advice}")
    return params


def schema_at(command: Command, name: str) -> Schema:
    """What may stand under a dotted name. Raises `UsageError` where the command has no such name."""
    return _find(command, name)[1]


def members_of(schema: Schema) -> dict[str, Schema]:
    """The members an object may have by name, those of its variants too."""
    return {m.name: m for s in (schema, *schema.one_of) for m in reversed(s.properties)}


Step = str | int
"""One step on the way to a value: into an object by name, or into a list by place, from 0."""
Trail = tuple[Step, ...]


class _Places(dict[Step, object]):
    """A list while its items are still coming in, by their places."""


def _find(command: Command, name: str) -> tuple[Trail, Schema]:
    """The way to a name through objects, and what may stand there."""
    whole = command.parameter(name)
    if whole is not None:
        return (name,), whole
    head, _, rest = name.partition(".")
    parameter = command.parameter(head)
    if parameter is None or not rest:
        problem = unknown_name(command, head)
        raise UsageError(f"{problem.sentence}: {problem.advice}")
    return _descend(parameter, (head,), rest)


def _descend(schema: Schema, trail: Trail, rest: str) -> tuple[Trail, Schema]:
    listed = items_of(schema)
    if listed is not None:
        return _into_list(listed, trail, rest)
    members = members_of(schema)
    if rest in members:  # some members of filter have a dot in their name
        return (*trail, rest), members[rest]
    head, _, tail = rest.partition(".")
    if head in members:
        found: Schema = members[head]
    elif isinstance(schema.additional, Schema):
        return _free_member(schema.additional, trail, rest)
    elif _is_closed(schema, bool(members)):
        raise UsageError(
            f"{'.'.join(map(str, trail))} has no member {head!r}: {nearest(head, list(members))}"
        )
    else:
        found = Schema()
    return _descend(found, (*trail, head), tail) if tail else ((*trail, head), found)


def items_of(schema: Schema) -> Schema | None:
    """What an entry of a list may be; None for what is no list."""
    lists = [each for each in (schema, *schema.one_of) if "array" in each.types]
    if not lists or "object" in schema.types:
        return None
    return next((each.items for each in lists if each.items is not None), Schema())


def _into_list(items: Schema, trail: Trail, rest: str) -> tuple[Trail, Schema]:
    place, _, tail = rest.partition(".")
    name = ".".join(map(str, trail))
    if not _PLACE.match(place):
        raise UsageError(
            f"{name} is a list, so {place!r} is no member of it: count its entries from 0,"
            f" as in {name}.0{f'.{rest}' if items.properties else ''}=…"
        )
    trail = (*trail, int(place))
    return _descend(items, trail, tail) if tail else (trail, items)


def _is_closed(schema: Schema, has_members: bool) -> bool:
    """Whether an object takes only the members it lists; what is no object takes none."""
    if schema.types and "object" not in schema.types:
        return True
    return schema.additional is False or (has_members and schema.additional is None)


def _free_member(schema: Schema, trail: Trail, rest: str) -> tuple[Trail, Schema]:
    """A member of any name, dots included: `webhook_urls.call.hangup`, `webhook_retries_policies.call.hangup.retries_ms`."""
    for member in schema.properties:
        found = re.search(rf"\.{re.escape(member.name)}(?:\.|\Z)", rest)
        if found is not None:
            trail, tail = (*trail, rest[: found.start()], member.name), rest[found.end() :]
            return _descend(member, trail, tail) if tail else (trail, member)
    name, _, place = rest.rpartition(".")
    listed = items_of(schema)
    if listed is not None and name and _PLACE.match(place):
        return _into_list(listed, (*trail, name), place)
    return (*trail, rest), schema


def _place(params: dict[str, object], trail: Trail, value: object, name: str) -> None:
    holder: dict[Any, object] = params
    for depth, step in enumerate(trail[:-1], 1):
        empty: dict[Step, object] = _Places() if isinstance(trail[depth], int) else {}
        inner = holder.setdefault(step, empty)
        if not isinstance(inner, dict) or type(inner) is not type(empty):
            whole = ".".join(map(str, trail[:depth]))
            raise UsageError(
                f"{name} is given beside {whole}=…: give the whole of it or its members"
            )
        holder = inner
    if trail[-1] in holder:
        raise UsageError(f"{name} is given twice: give it once")
    holder[trail[-1]] = value


def _listed(value: object, name: str) -> object:
    """The value with every list made of its places. Raises `UsageError` where one is missing."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(part, f"{name}.{key}") for key, part in value.items()}
    if not isinstance(value, _Places):
        return inner
    for place in range(len(inner)):
        if place not in inner:
            raise UsageError(f"{name}.{place} is missing: entries of a list count from 0")
    return [inner[place] for place in range(len(inner))]


def _text(name: str, text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(f"{name}: cannot read the file {text[1:]!r}: {reason}") from None


def _value(schema: Schema, name: str, text: str) -> object:
    """The text as the first of the schema's types that it can be."""
    types = schema.types
    if not types:
        return _json_or_text(text)
    for kind, read in _READERS.items():
        if kind in types:
            value = read(text)
            if value is not None:
                return value[0]
    if "string" in types:
        return text
    raise UsageError(f"{name} has to be {type_words(schema)}{_example(schema, types)}")


def _example(schema: Schema, types: Sequence[str]) -> str:
    if "boolean" in types:
        return ""
    if "array" in types:
        return ', written as JSON, for example ["a", "b"], or entry by entry: NAME.0=…'
    if "object" in types:
        members = [member.name for member in schema.properties[:1]]
        dotted = f", or member by member: {members[0]}" if members else ""
        return f", written as JSON, for example {{…}}{dotted}"
    return ""


def _null(text: str) -> tuple[object] | None:
    return (None,) if text == "null" else None


def _boolean(text: str) -> tuple[object] | None:
    return (text == "true",) if text in ("true", "false") else None


def _integer(text: str) -> tuple[object] | None:
    return (int(text),) if _INTEGER.match(text) else None


def _number(text: str) -> tuple[object] | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return (number,) if math.isfinite(number) else None


def _array(text: str) -> tuple[object] | None:
    return _json(text, list)


def _object(text: str) -> tuple[object] | None:
    return _json(text, dict)


_READERS = {
    "null": _null,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "array": _array,
    "object": _object,
}


def _json(text: str, kind: type) -> tuple[object] | None:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return (value,) if isinstance(value, kind) else None


def _json_or_text(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
