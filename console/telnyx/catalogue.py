"""Every Telnyx command the console knows: names, paths and parameters as the specification has them.

`catalogue.json` beside this module is made by `scripts/make_catalogue.py` from the OpenAPI document and a table of
facts; it is read when somebody first asks. Must not import anything that does network I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType, field

CATALOGUE = Path(__file__).with_name("catalogue.json")
Where = Literal["path", "query", "body"]
Types = str | tuple[str, ...]


class Schema(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a value may be. `type` is several words where the specification admits several, `""` for anything."""

    type: Types = ""
    format: str | None = None
    enum: tuple[Any, ...] | None = None
    default: Any | UnsetType = UNSET
    min: float | int | None = None
    max: float | int | None = None
    min_length: int | None = None
    max_length: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    items: Schema | None = None
    properties: tuple[Parameter, ...] = ()
    additional: Schema | bool | None = None
    """Members besides `properties`: what they may be, or whether they are allowed; None: nothing is said."""
    one_of: tuple[Schema, ...] = ()
    """Variants, exactly one of which applies; `title` names each, `discriminator` the member that chooses."""
    title: str | None = None
    discriminator: str | None = None
    choices: dict[str, int] | None = None
    """Value of the discriminator → position in `one_of`."""

    @property
    def types(self) -> tuple[str, ...]:
        """The type words, none for anything."""
        if isinstance(self.type, str):
            return (self.type,) if self.type else ()
        return self.type


class Parameter(Schema, frozen=True, kw_only=True, omit_defaults=True):
    """One named value: of a request, or inside an object."""

    name: str
    where: Where | None = field(default=None, name="in")
    """None inside objects."""
    required: bool = False
    unless: tuple[str, ...] = ()
    """Other parameters that make this required one superfluous in practice."""
    help: str = ""

    def as_json(self) -> dict[str, object]:
        """The parameter as `commands --json` shows it (DESIGN 5.1)."""
        return {
            "name": self.name,
            "in": self.where,
            "type": _plain(self.type) or None,
            "required": self.required,
            "enum": _plain(self.enum),
            "default": None if self.default is UNSET else self.default,
            "min": self.min,
            "max": self.max,
            "items": None if self.items is None else msgspec.to_builtins(self.items),
        }


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request Telnyx understands."""

    name: str
    method: str
    path: str
    scope: Literal["account", "call", "conference", "queue", "application"]
    states: tuple[str, ...] = ()
    """Leg states in which it makes sense; empty where it is not tied to one leg."""
    effect: tuple[str, ...] = ()
    """Event types that show its effect: the specification's list and what practice adds."""
    has_body: bool = False
    any_required: tuple[str, ...] = ()
    """At least one of these has to be given."""
    help: str = ""
    parameters: tuple[Parameter, ...] = ()

    def parameter(self, name: str, where: Where | None = None) -> Parameter | None:
        """The parameter of that name; in the body or query rather than in the path where both have one."""
        found = [p for p in self.parameters if p.name == name and where in (None, p.where)]
        return min(found, key=lambda p: p.where == "path") if found else None

    def as_json(self) -> dict[str, object]:
        """The command as `commands --json` shows it (DESIGN 5.1)."""
        return {
            "name": self.name,
            "method": self.method,
            "path": self.path,
            "scope": self.scope,
            "states": list(self.states),
            "effect": list(self.effect),
            "parameters": [parameter.as_json() for parameter in self.parameters],
        }


class _File(msgspec.Struct, frozen=True):
    events: tuple[str, ...]
    commands: tuple[Command, ...]


def load() -> Mapping[str, Command]:
    """All commands by name, in the order of the file."""
    return _commands()


def event_types() -> frozenset[str]:
    """The event types that the specification names."""
    return _event_types()


def dotted_type(name: str) -> str:
    """The version 2 name of a version 1 event type (`call_answered` → `call.answered`), itself if none is known."""
    return _dotted_types().get(name, name)


@cache
def _read() -> _File:
    return msgspec.json.decode(CATALOGUE.read_bytes(), type=_File)


@cache
def _commands() -> Mapping[str, Command]:
    return MappingProxyType({command.name: command for command in _read().commands})


@cache
def _event_types() -> frozenset[str]:
    return frozenset(_read().events)


@cache
def _dotted_types() -> dict[str, str]:
    return {name.replace(".", "_"): name for name in _event_types()}


def _plain(value: Types | tuple[Any, ...] | None) -> object:
    return list(value) if isinstance(value, tuple) else value
