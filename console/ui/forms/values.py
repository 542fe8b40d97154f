"""Typed text to values and back: numbers, choices, yes and no, headers, base64 and JSON. Pure.

`read` raises `NotAValueError` with a sentence; `written` gives the text that `read` turns into the same value again.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from console.domain.client_state import decoded
from console.domain.text import clean
from console.telnyx.catalogue import Schema
from console.telnyx.masking import MASK
from console.ui.forms.fields import Field, Kind, kind_of, plain_schema
from console.ui.forms.tree import UNSET

_SHOWN = 400
_FEW = 5


class NotAValueError(ValueError):
    """A text that does not become a value of the field; its argument is a sentence."""


class Written(NamedTuple):
    """What to put into the line where a value is edited."""

    text: str
    as_json: bool = False
    """Because ordinary typing could not say it: empty, with blanks around it, with control characters."""


def read(field: Field, value: object, text: str, *, as_json: bool = False) -> object:
    """The value that a typed text stands for; `value` is what stands there now. Nothing typed: UNSET."""
    if as_json:
        return _read_json(text)
    text = text.strip()
    if not text:
        return UNSET
    match kind_of(field, value):
        case Kind.STATE:
            return _encoded(text)
        case Kind.CHOICE | Kind.FLAG:
            return _read_choice(field, value, text)
        case Kind.HEADER:
            return read_header(text)
        case Kind.TEXT | Kind.NUMBER | Kind.SECRET:
            return _read_scalar(plain_schema(field.schema, value), text)
        case _:
            return _read_json(
                text, or_text="string" in field.schema.types or not field.schema.types
            )


def written(field: Field, value: object) -> Written:
    """The text of a value for editing, such that reading it gives the value again."""
    if value is UNSET:
        return Written("")
    kind = kind_of(field, value)
    text: str | None = None
    if kind is Kind.STATE:
        text = decoded(value)
    elif kind is Kind.HEADER and isinstance(value, Mapping):
        text = f"{value['name']}: {value['value']}"
    elif kind in (Kind.CHOICE, Kind.FLAG):
        text = choice_label(value)
    elif kind in (Kind.TEXT, Kind.SECRET, Kind.NUMBER) and value is not None:
        text = value if isinstance(value, str) else json.dumps(value)
    if text is not None and _is_plain(text) and _reads_back(field, value, text):
        return Written(text)
    return Written(json_text(value), as_json=True)


def shown(field: Field, value: object) -> str:
    """A value in one line, as it may be drawn; secrets as stars, client states decoded."""
    if value is UNSET:
        return ""
    kind = kind_of(field, value)
    if kind is Kind.SECRET:
        return MASK
    if kind is Kind.STATE:
        text = decoded(value)
        return _line(text) if text is not None else f"{_line(str(value))} (base64, not text)"
    if kind is Kind.HEADER and isinstance(value, Mapping):
        return _line(f"{value['name']}: {value['value']}")
    if isinstance(value, list):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    if isinstance(value, Mapping):
        return f"{len(value)} set"
    return _line(value) if isinstance(value, str) else json.dumps(value)


def choices(field: Field, value: object) -> tuple[tuple[str, object], ...]:
    """What may be chosen, each with its label."""
    schema = plain_schema(field.schema, value)
    if schema.enum is None:
        return (("true", True), ("false", False))
    found: list[object] = list(schema.enum)
    if "null" in schema.types and None not in found:
        found.append(None)
    return tuple((choice_label(each), each) for each in found)


def choice_label(value: object) -> str:
    """A choice in words; what is no text is written as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def read_header(text: str) -> dict[str, object]:
    """`X-Account: 42` as name and value."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise NotAValueError("type a header as Name: value")
    return {"name": name.strip(), "value": value.strip()}


def read_member(field: Field, text: str) -> tuple[str, object]:
    """`name: value` for an object that takes members of any name; a name alone opens an empty object or list."""
    name, colon, rest = text.partition(":")
    name = name.strip()
    if not name:
        raise NotAValueError("type a member as name: value")
    kind = kind_of(field, UNSET)
    if not rest.strip():
        if kind is Kind.OBJECT:
            return name, {}
        if kind is Kind.LIST:
            return name, []
        if not colon:
            raise NotAValueError("type a member as name: value")
    value = read(field, UNSET, rest)
    return name, "" if value is UNSET else value


def json_text(value: object) -> str:
    """A value as one line of JSON; whatever a terminal could obey is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def describe(field: Field) -> str:
    """What a field takes, in words: type, limits, default."""
    schema = field.schema
    words = [_type_words(schema)]
    limits = _limits(schema)
    if limits:
        words.append(limits)
    if schema.default is not msgspec.UNSET and schema.default is not None:
        default = shown(field, schema.default)
        words.append(f"Telnyx assumes {default}" if default else "empty unless given")
    return ", ".join(words)


def _type_words(schema: Schema) -> str:
    names = {
        "string": "text",
        "integer": "whole number",
        "boolean": "yes or no",
        "array": "list",
        "object": "object",
    }
    if schema.enum is not None:
        labels = [choice_label(each) for each in schema.enum]
        few = len(labels) <= _FEW
        return " or ".join(labels) if few else f"{', '.join(labels[:_FEW])} … one of {len(labels)}"
    return " or ".join(names.get(word, word) for word in schema.types) or "anything, as JSON"


def _limits(schema: Schema) -> str:
    if schema.min is not None or schema.max is not None:
        return _range(schema.min, schema.max)
    if schema.min_length is not None or schema.max_length is not None:
        return f"{_range(schema.min_length, schema.max_length)} characters"
    return f"at most {schema.max_items} entries" if schema.max_items is not None else ""


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _is_plain(text: str) -> bool:
    return bool(text) and text.isprintable() and text == text.strip()


def _reads_back(field: Field, value: object, text: str) -> bool:
    """Against neighbours of another type: the text 7 where a number would do as well."""
    try:
        again = read(field, value, text)
    except NotAValueError:
        return False
    return again == value and type(again) is type(value)


def _read_choice(field: Field, value: object, text: str) -> object:
    offered = choices(field, value)
    wanted = text.casefold()
    for label, choice in offered:
        if label == text:
            return choice
    for label, choice in offered:
        if label.casefold() == wanted:
            return choice
    near = [choice for label, choice in offered if label.casefold().startswith(wanted)]
    if len(near) == 1:
        return near[0]
    labels = ", ".join(label for label, _choice in offered[:8])
    raise NotAValueError(f"{_line(text)} is none of {labels}{' …' if len(offered) > 8 else ''}")


def _read_scalar(schema: Schema, text: str) -> object:
    types = schema.types
    for word, reader in (("integer", _integer), ("number", _number), ("boolean", _flag)):
        if word in types:
            found = reader(text)
            if found is not None:
                return found
    if "string" in types or not types:
        return text
    raise NotAValueError(
        "a whole number is needed" if types[0] == "integer" else "a number is needed"
    )


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _number(text: str) -> int | float | None:
    whole = _integer(text)
    if whole is not None:
        return whole
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _read_json(text: str, *, or_text: bool = False) -> object:
    if not text.strip():
        return UNSET
    try:
        found: object = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        if or_text:
            return text.strip()
        where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotAValueError(f"this is not JSON{where}") from error
    return found


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _encoded(text: str) -> str:
    try:
        return base64.b64encode(text.encode("utf-8")).decode("ascii")
    except UnicodeEncodeError as error:
        raise NotAValueError("this text cannot be encoded") from error


def _line(text: str) -> str:
    return clean(text[:_SHOWN]) + ("…" if len(text) > _SHOWN else "")
