"""What may stand at a place of a command's parameters: the catalogue's schemas, met by the values that are there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from console.telnyx.catalogue import Command, Parameter, Schema
from console.telnyx.masking import SECRET_NAMES
from console.telnyx.requests import CALL
from console.ui.forms.tree import ADD, UNSET, Path

STATE_NAMES = frozenset({"client_state", "target_leg_client_state"})
"""Texts that travel as base64."""
ANYTHING = Schema()
_HEADER = ("name", "value")


class Kind(StrEnum):
    """How a value is shown and typed."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    STATE = "state"
    SECRET = "secret"
    HEADER = "header"
    OBJECT = "object"
    LIST = "list"
    JSON = "json"


class Field(NamedTuple):
    """A place and what may stand there."""

    name: str
    schema: Schema
    required: bool = False
    help: str = ""
    in_list: bool = False

    @property
    def is_map(self) -> bool:
        """Whether members with any name may be added."""
        schema = self.schema
        return isinstance(schema.additional, Schema) or (
            not schema.properties and not schema.one_of and schema.additional is not False
        )


def root_fields(command: Command, *, leg: bool) -> tuple[Field, ...]:
    """The fields of a command; with a leg, the one in the path is known and is none of them."""
    bodies = {p.name for p in command.parameters if p.where != "path"}
    return tuple(
        _field(parameter)
        for parameter in command.parameters
        if parameter.where != "path"
        or not (parameter.name in bodies or (leg and parameter.name == CALL))
    )


def settled(schema: Schema, value: object) -> Schema:
    """The form that applies to a value where several are possible; the schema itself while that is open."""
    while schema.one_of:
        if schema.discriminator is not None:
            chosen = _chosen(schema, value)
            if chosen is None:
                return schema
            schema = chosen
        else:
            schema = _fitting(schema, value)
    return schema


def kind_of(field: Field, value: object) -> Kind:
    """How to show and type what stands at a field; a value of a wrong type is typed as JSON."""
    schema = settled(field.schema, value)
    kind = _kind(field, schema)
    if kind is Kind.HEADER and not _is_header(value):
        kind = Kind.OBJECT
    return kind if value is UNSET or value is None or _suits(kind, value) else Kind.JSON


def children(field: Field, value: object) -> tuple[Field, ...]:
    """The fields inside an object or a list: every member that may be there, every entry that is."""
    if isinstance(value, list):
        schema = settled(field.schema, value)
        items = schema.items or ANYTHING
        return tuple(Field(f"[{n}]", items, in_list=True) for n in range(len(value)))
    found = list(members(field.schema, value))
    known = {each.name for each in found}
    if isinstance(value, Mapping):
        schema = settled(field.schema, value)
        other = schema.additional if isinstance(schema.additional, Schema) else ANYTHING
        found += [Field(str(name), other) for name in value if name not in known]
    return tuple(found)


def members(schema: Schema, value: object) -> tuple[Field, ...]:
    """The named members of an object: first what chooses its form, then what that form has."""
    if schema.one_of and schema.discriminator is not None:
        word = Schema(type="string", enum=tuple(schema.choices or ()))
        chooser = Field(schema.discriminator, word, True, "Chooses the form of this object")
        chosen = _chosen(schema, value)
        inner = members(chosen, value) if chosen is not None else ()
        return (chooser, *(each for each in inner if each.name != chooser.name))
    return tuple(_field(member) for member in settled(schema, value).properties)


def discriminators(schema: Schema, value: object) -> tuple[str, ...]:
    """The members that choose the form of an object, outermost first."""
    found: list[str] = []
    while schema.one_of and schema.discriminator is not None:
        found.append(schema.discriminator)
        chosen = _chosen(schema, value)
        if chosen is None:
            break
        schema = chosen
    return tuple(found)


def field_at(roots: Mapping[str, Field], root: Mapping[str, object], path: Path) -> Field | None:
    """The field at a place; for an ADD place, of what would be added. None where nothing may stand."""
    if not path or not isinstance(path[0], str):
        return None
    field = roots.get(path[0]) or Field(path[0], ANYTHING)
    value = root.get(path[0], UNSET)
    for step in path[1:]:
        found = _step(field, value, step)
        if found is None:
            return None
        field = found
        value = _inner(value, step)
    return field


def _step(field: Field, value: object, step: str | int) -> Field | None:
    if isinstance(step, int):
        schema = settled(field.schema, value)
        if step == ADD and kind_of(field, value) is Kind.OBJECT:
            other = schema.additional if isinstance(schema.additional, Schema) else ANYTHING
            return Field("new member", other)
        name = "new entry" if step == ADD else f"[{step}]"
        return Field(name, schema.items or ANYTHING, in_list=True)
    found = next((each for each in children(field, value) if each.name == step), None)
    if found is None and isinstance(field.schema.additional, Schema):
        # A member that is not there yet, of an object that takes any name.
        return Field(step, field.schema.additional)
    return found


def _inner(value: object, step: str | int) -> object:
    if isinstance(value, Mapping) and isinstance(step, str):
        return value.get(step, UNSET)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return UNSET


def _field(parameter: Parameter) -> Field:
    return Field(parameter.name, parameter, parameter.required, parameter.help)


def _chosen(schema: Schema, value: object) -> Schema | None:
    if not isinstance(value, Mapping) or schema.discriminator is None:
        return None
    word = value.get(schema.discriminator)
    place = (schema.choices or {}).get(word) if isinstance(word, str) else None
    return None if place is None else schema.one_of[place]


def _fitting(schema: Schema, value: object) -> Schema:
    """The first variant of a value's type; what has no value yet is typed as text where that is possible."""
    word = type_word(value)
    wanted = ("string",) if word is None else ("number", "integer") if word == "number" else (word,)
    for variant in schema.one_of:
        if any(each in variant.types for each in wanted):
            return variant
    return schema.one_of[0]


def type_word(value: object) -> str | None:
    """JSON's word for a value's type; None where there is none."""
    match value:
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case Mapping():
            return "object"
        case None:
            return "null"
    return None


def is_header(schema: Schema) -> bool:
    """Whether an object is a header: a name and a value, both text."""
    names = tuple(member.name for member in schema.properties)
    return names == _HEADER and all(m.types == ("string",) for m in schema.properties)


def _is_header(value: object) -> bool:
    """Whether a value can be written as `Name: value` and read back."""
    if value is UNSET:
        return True
    if not isinstance(value, Mapping) or tuple(sorted(value)) != _HEADER:
        return False
    name, text = value["name"], value["value"]
    if not isinstance(name, str) or not isinstance(text, str):
        return False
    return (
        bool(name)
        and ":" not in name
        and f"{name}{text}".isprintable()
        and name == name.strip()
        and text == text.strip()
    )


def _kind(field: Field, schema: Schema) -> Kind:
    types = schema.types
    if schema.enum is not None:
        return Kind.CHOICE
    if "object" in types or schema.properties or schema.discriminator is not None:
        return Kind.HEADER if field.in_list and is_header(schema) else Kind.OBJECT
    if "array" in types:
        return Kind.LIST
    if "string" in types:
        special = Kind.STATE if field.name in STATE_NAMES else Kind.TEXT
        return Kind.SECRET if field.name in SECRET_NAMES else special
    if "integer" in types or "number" in types:
        return Kind.NUMBER
    return Kind.FLAG if types == ("boolean",) else Kind.JSON


def _suits(kind: Kind, value: object) -> bool:
    match kind:
        case Kind.TEXT | Kind.STATE | Kind.SECRET:
            return isinstance(value, str)
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.OBJECT | Kind.HEADER:
            return isinstance(value, dict)
        case Kind.LIST:
            return isinstance(value, list)
        case _:
            return True


def plain_schema(schema: Schema, value: object) -> Schema:
    """The schema that decides about one typed value: settled, or all the types that are still possible."""
    found = settled(schema, value)
    if (
        schema.one_of
        and schema.discriminator is None
        and not ({"array", "object"} & {*found.types})
    ):
        return msgspec.structs.replace(found, type=schema.types)
    return found
