"""In which order a form shows its fields: required, then frequent and those already filled, then all the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from console.ui.forms.fields import Field
from console.ui.forms.frequent import FREQUENT


class Section(NamedTuple):
    """A heading and the names under it."""

    title: str
    names: tuple[str, ...]


def sections(action: str, fields: Iterable[Field], filled: Iterable[str]) -> tuple[Section, ...]:
    """The sections of a command's form, without empty ones. `filled` are the names that have a value when it opens."""
    known = {field.name: field for field in fields}
    required = tuple(name for name, field in known.items() if field.required)
    wanted = [*FREQUENT.get(action, ()), *filled]
    frequent = tuple(
        dict.fromkeys(name for name in wanted if name in known and name not in required)
    )
    rest = tuple(name for name in known if name not in required and name not in frequent)
    found = (
        Section("required", required),
        Section("frequent", frequent),
        Section("everything else", rest),
    )
    return tuple(section for section in found if section.names)
