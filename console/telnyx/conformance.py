"""Whether parameters are what the catalogue says they may be, before anything is sent. Pure.

Codes are Telnyx's own for the same complaint, so a value refused here reads like one refused there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from console.telnyx.catalogue import Command, Parameter, Schema
from console.telnyx.problems import (
    BAD_CLIENT_STATE,
    INVALID_ENUM,
    MISSING,
    OUT_OF_RANGE,
    WRONG_TYPE,
    Problem,
)

_BASE64_NAMES = frozenset({"client_state", "target_leg_client_state"})
_SHOWN_CHOICES = 45
_TYPE_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def problems_of(command: Command, params: Mapping[str, object]) -> Iterator[Problem]:
    """Everything about `params` that the specification does not allow for `command`."""
    for name in params:
        if command.parameter(name) is None:
            yield unknown_name(command, name)
    for parameter in command.parameters:
        if parameter.where == "path":
            continue  # the path is filled, and complained about, by the request
        yield from _member_problems(parameter, params, parameter.name)
    if command.any_required and not any(name in params for name in command.any_required):
        names = ", ".join(command.any_required)
        yield Problem(MISSING, f"one of {names} is needed", "give one of them", None)


def value_problems(schema: Schema, value: object, where: str) -> Iterator[Problem]:
    """What is wrong with one value; `where` is its dotted name."""
    if schema.one_of:
        yield from _variant_problems(schema, value, where)
        return
    if not _fits_type(schema.types, value):
        yield Problem(WRONG_TYPE, f"{where} has to be {type_words(schema)}", _advice(schema), where)
        return
    if schema.enum is not None and value is not None and not _is_among(value, schema.enum):
        yield Problem(
            INVALID_ENUM,
            f"{where} is {_shown(value)}, which is none of its values",
            _advice(schema),
            where,
        )
        return
    yield from _limit_problems(schema, value, where)
    if isinstance(value, Mapping):
        yield from _object_problems(schema, value, where)
    elif isinstance(value, Sequence) and not isinstance(value, str) and schema.items is not None:
        for place, item in enumerate(value):
            yield from value_problems(schema.items, item, f"{where}[{place}]")


def unknown_name(command: Command, name: str) -> Problem:
    """That a command has no such parameter, with the nearest one it has."""
    known = [p.name for p in command.parameters]
    return Problem(
        None, f"{command.name} has no parameter {_shown(name)}", nearest(name, known), name
    )


def nearest(name: str, known: Sequence[str]) -> str:
    """Advice for a wrong name: the nearest right one, or all of them if there are few."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    names = sorted(dict.fromkeys(known))
    if not names:
        return "it takes none"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"it has {', '.join(names[:12])}{more}"


def type_words(schema: Schema) -> str:
    """The types a value may have, for a sentence."""
    return " or ".join(_TYPE_WORDS.get(word, word) for word in schema.types) or "a value"


def _member_problems(
    parameter: Parameter, holder: Mapping[Any, object], where: str
) -> Iterator[Problem]:
    if parameter.name in holder:
        value = holder[parameter.name]
        yield from value_problems(parameter, value, where)
        if parameter.name in _BASE64_NAMES and isinstance(value, str) and not _is_base64(value):
            yield Problem(
                BAD_CLIENT_STATE, f"{where} is not valid base64", "encode it as base64", where
            )
    elif parameter.required and not any(other in holder for other in parameter.unless):
        yield Problem(MISSING, f"{where} is required", f"give {where}=VALUE", where)


def _object_problems(schema: Schema, value: Mapping[Any, object], where: str) -> Iterator[Problem]:
    for member in schema.properties:
        yield from _member_problems(member, value, f"{where}.{member.name}")
    known = {member.name for member in schema.properties}
    for name in value:
        if name in known:
            continue
        if isinstance(schema.additional, Schema):
            yield from value_problems(schema.additional, value[name], f"{where}.{name}")
        elif schema.additional is False:
            sentence = f"{where} has no member {_shown(name)}"
            yield Problem(None, sentence, nearest(str(name), sorted(known)), f"{where}.{name}")


def _variant_problems(schema: Schema, value: object, where: str) -> Iterator[Problem]:
    chosen = _chosen(schema, value)
    if chosen is not None:
        yield from value_problems(chosen, value, where)
        return
    found = [list(value_problems(variant, value, where)) for variant in schema.one_of]
    if all(found):
        of_type = [
            problems
            for variant, problems in zip(schema.one_of, found, strict=True)
            if _fits_type(variant.types, value)
        ]
        if len(of_type) == 1:
            yield from of_type[0]
        else:
            sentence = f"{where} has none of the forms it may have"
            yield Problem(WRONG_TYPE, sentence, _forms(schema), where)


def _chosen(schema: Schema, value: object) -> Schema | None:
    """The variant that the discriminator names, None if it names none."""
    if schema.discriminator is None or schema.choices is None or not isinstance(value, Mapping):
        return None
    word = value.get(schema.discriminator)
    place = schema.choices.get(word) if isinstance(word, str) else None
    return None if place is None else schema.one_of[place]


def _forms(schema: Schema) -> str:
    if schema.discriminator is not None and schema.choices:
        return f"{schema.discriminator} chooses the form: {', '.join(schema.choices)}"
    return f"make it {type_words(schema)}"


def _fits_type(types: Sequence[str], value: object) -> bool:
    return not types or any(_is_of(word, value) for word in types)


def _is_of(word: str, value: object) -> bool:
    match word:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return whole and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list | tuple)
        case "object":
            return isinstance(value, Mapping)
        case "null":
            return value is None
    return True


def _is_among(value: object, enum: Sequence[Any]) -> bool:
    return any(value == choice and type(value) is type(choice) for choice in enum)


def _limit_problems(schema: Schema, value: object, where: str) -> Iterator[Problem]:
    said: str | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if (schema.min is not None and value < schema.min) or (
            schema.max is not None and value > schema.max
        ):
            said = f"{where} is {value}, {_range(schema.min, schema.max)}"
    elif isinstance(value, str):
        if not (schema.min_length or 0) <= len(value) <= (schema.max_length or len(value)):
            lengths = _range(schema.min_length, schema.max_length)
            said = f"{where} has {len(value)} characters, {lengths}"
        elif schema.pattern is not None and re.search(schema.pattern, value) is None:
            said = f"{where} does not have the form {schema.pattern}"
    elif isinstance(value, list | tuple) and len(value) > (schema.max_items or len(value)):
        said = f"{where} has {len(value)} entries, {_range(None, schema.max_items)}"
    if said is not None:
        yield Problem(OUT_OF_RANGE, said, "correct the value", where)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high} allowed"
    if high is None:
        return f"at least {low} needed"
    return f"allowed are {low} to {high}"


def _advice(schema: Schema) -> str:
    if schema.enum is None:
        return "correct the value"
    choices = [str(choice) for choice in schema.enum]
    more = f" and {len(choices) - _SHOWN_CHOICES} more" if len(choices) > _SHOWN_CHOICES else ""
    return f"use one of {', '.join(choices[:_SHOWN_CHOICES])}{more}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else str(value)
    return ascii(text[:40]) if not text[:40].isprintable() else repr(text[:40])


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
