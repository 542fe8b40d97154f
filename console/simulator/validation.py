"""Requests checked against the catalogue: what is required, types, enumerations and limits. Pure.

The first fault is refused with Telnyx's code for it and a pointer to the field: 10004 missing, 10026 type, 10032
enumeration, 10033 range.
"""

import re
from collections.abc import Mapping

from console.simulator import errors
from console.telnyx.catalogue import Command, Parameter, Schema

Body = Mapping[str, object]

_NAMES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "array": "an array",
    "object": "an object",
}


def check(command: Command, body: Body) -> None:
    """Raises `ApiError` for the first thing that is wrong; unknown fields are ignored."""
    _check_members([p for p in command.parameters if p.where == "body"], body, "")
    if command.any_required and not any(body.get(name) for name in command.any_required):
        raise errors.missing(command.any_required[0])


def check_query(command: Command, query: Mapping[str, str]) -> None:
    """Raises `ApiError` for the first query parameter that is wrong: `filter[status]` is a member of `filter`."""
    for parameter in command.parameters:
        if parameter.where == "query":
            _check_query(parameter, query, parameter.name)


def _check_query(parameter: Parameter, query: Mapping[str, str], path: str) -> None:
    for member in parameter.properties:
        _check_query(member, query, f"{path}[{member.name}]")
    given = query.get(path)
    if given is None or given in {"", "null"}:
        return
    if parameter.enum is not None and given not in {str(value) for value in parameter.enum}:
        raise errors.not_one_of(path, parameter.enum)
    if parameter.types == ("boolean",) and given.lower() not in {"true", "false"}:
        raise errors.wrong_type(path, "a boolean")


def _check_members(
    parameters: list[Parameter] | tuple[Parameter, ...], body: Body, at: str
) -> None:
    for parameter in parameters:
        value = body.get(parameter.name)
        path = f"{at}{parameter.name}"
        if value is None or value == "":
            excused = any(body.get(other) for other in parameter.unless)
            if parameter.required and not excused:
                raise errors.missing(path)
            continue
        _check_value(parameter, value, path)


def _check_value(schema: Schema, value: object, path: str) -> None:
    types = schema.types
    if types and not any(_is_type(value, word) for word in types):
        raise errors.wrong_type(path, " or ".join(_NAMES.get(word, word) for word in types))
    if schema.enum is not None and value not in schema.enum:
        raise errors.not_one_of(path, schema.enum)
    _check_limits(schema, value, path)
    if schema.one_of and isinstance(value, dict):
        _check_variant(schema, value, path)
    if isinstance(value, list) and schema.items is not None:
        for index, item in enumerate(value):
            _check_value(schema.items, item, f"{path}/{index}")
    if isinstance(value, dict) and schema.properties:
        _check_members(schema.properties, value, f"{path}/")


def _check_variant(schema: Schema, value: Body, path: str) -> None:
    """The variant that the discriminator names; without its value, any variant that fits will do."""
    chosen = value.get(schema.discriminator or "")
    if schema.choices and chosen is not None:
        if chosen not in schema.choices:
            raise errors.not_one_of(f"{path}/{schema.discriminator}", schema.choices)
        _check_value(schema.one_of[schema.choices[str(chosen)]], value, path)
        return
    first: errors.ApiError | None = None
    for variant in schema.one_of:
        try:
            _check_value(variant, value, path)
        except errors.ApiError as refusal:
            first = first or refusal
        else:
            return
    if first is not None:
        raise first


def _check_limits(schema: Schema, value: object, path: str) -> None:
    if isinstance(value, str):
        if not (schema.min_length or 0) <= len(value) <= (schema.max_length or len(value)):
            raise errors.out_of_range(path, schema.min_length or 0, schema.max_length)
        if schema.pattern is not None and re.search(schema.pattern, value) is None:
            raise errors.bad_request(f"The '{path}' parameter has an invalid format.", f"/{path}")
    elif isinstance(value, list) and schema.max_items is not None and len(value) > schema.max_items:
        raise errors.out_of_range(path, 0, schema.max_items)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        too_low = schema.min is not None and value < schema.min
        if too_low or (schema.max is not None and value > schema.max):
            raise errors.out_of_range(path, schema.min, schema.max)


def _is_type(value: object, word: str) -> bool:
    match word:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "null":
            return value is None
        case _:
            return True
