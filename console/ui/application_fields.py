"""The settings of an application as fields of text: made from the catalogue, read back as typed values. Pure.

The frequent settings come first; members of objects are fields of their own, by dotted names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.domain.text import clean
from console.errors import UsageError
from console.telnyx.catalogue import Parameter, Schema, load
from console.telnyx.requests import parse_pairs

CREATE, UPDATE = "apps.create", "apps.update"
FREQUENT = (
    "application_name",
    "webhook_event_url",
    "webhook_api_version",
    "webhook_event_failover_url",
    "webhook_timeout_secs",
    "call_cost_in_webhooks",
    "first_command_timeout",
    "first_command_timeout_secs",
    "outbound.outbound_voice_profile_id",
    "active",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting; `text` is what stands in it at first."""

    name: str
    text: str
    choices: tuple[str, ...]
    """All that may stand in it; empty where anything may."""
    hint: str
    is_required: bool
    is_nullable: bool
    is_text: bool


def fields_of(action: str, values: Mapping[str, object]) -> tuple[Field, ...]:
    """The fields of a form that creates or changes an application, with these values in them."""
    body = [p for p in load()[action].parameters if p.where == "body"]
    found = [field for p in body for field in _fields(p, p.name, values.get(p.name), p.required)]
    order = {name: place for place, name in enumerate(FREQUENT)}
    return tuple(sorted(found, key=lambda field: order.get(field.name, len(order))))


def changes_of(action: str, fields: Sequence[Field], typed: Mapping[str, str]) -> dict[str, object]:
    """Typed values of the fields whose text is another now. Raises `UsageError` that names the field first."""
    pairs = []
    for field in fields:
        text = typed.get(field.name, field.text).strip()
        if text != field.text:
            pairs.append(f"{field.name}={_wire(field, text)}")
    return parse_pairs(action, pairs)


def _wire(field: Field, text: str) -> str:
    """The text as a pair has it."""
    if text:
        return f"@{text}" if text.startswith("@") else text
    if field.is_nullable:
        return "null"
    if field.is_required or not field.is_text:
        raise UsageError(f"{field.name} cannot be empty: {field.hint}")
    return ""


def _fields(schema: Schema, name: str, value: object, is_required: bool) -> Iterator[Field]:
    if "object" in schema.types and schema.properties:
        inner = value if isinstance(value, Mapping) else {}
        for member in schema.properties:
            yield from _fields(member, f"{name}.{member.name}", inner.get(member.name), False)
        return
    choices = tuple(str(each) for each in schema.enum or ())
    if "boolean" in schema.types:
        choices = ("true", "false")
    yield Field(
        name=name,
        text=text_of(value),
        choices=choices,
        hint=_hint(schema, choices),
        is_required=is_required,
        is_nullable="null" in schema.types,
        is_text="string" in schema.types,
    )


def text_of(value: object) -> str:
    """A value as it is typed; what a terminal could obey is made visible, and is sent as it was unless it is changed."""
    if value is None:
        return ""
    return clean(value).strip() if isinstance(value, str) else json.dumps(value)


def _hint(schema: Schema, choices: Sequence[str]) -> str:
    if choices:
        return f"one of {', '.join(choices)}"
    words = [word for word in schema.types if word != "null"]
    text = " or ".join(words) if words else "anything"
    if "array" in words:
        text = 'a list as JSON, as ["a", "b"]'
    if schema.min is not None and schema.max is not None:
        text += f" from {schema.min:g} to {schema.max:g}"
    if "null" in schema.types:
        text += ", or nothing"
    help_ = schema.help if isinstance(schema, Parameter) else ""
    return f"{text}. {help_}" if help_ else text
