"""The form of one command: what has been typed so far, what of it would be sent, and what is wrong with it. Pure.

The state is the parameters themselves, so that what is shown is what is sent; only texts that do not become a value yet
are kept beside them. A parameter that nobody typed is not there.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from console.telnyx.catalogue import Command, load
from console.ui.forms.faults import faults_of
from console.ui.forms.fields import (
    ANYTHING,
    Field,
    Kind,
    discriminators,
    field_at,
    kind_of,
    members,
    root_fields,
    type_word,
)
from console.ui.forms.tree import ADD, UNSET, Path, dotted, swapped, value_at, with_value, without
from console.ui.forms.values import NotAValueError, Written, choices, read, read_member, written

Params = dict[str, object]


class Form:
    """Mutable; every change checks everything anew. Places are paths from the command's parameters inward."""

    def __init__(
        self, action: str, params: Mapping[str, object] | None = None, *, leg: bool = True
    ) -> None:
        """`leg`: the call in the command's path is known and is not asked for. Raises `KeyError` for an unknown action."""
        self.command: Command = load()[action]
        self.roots: dict[str, Field] = {
            field.name: field for field in root_fields(self.command, leg=leg)
        }
        self._params: Params = copy.deepcopy(dict(params or {}))
        self.drafts: dict[Path, tuple[str, str]] = {}
        """What was typed at a place and is no value yet, with the sentence that says why."""
        self._said: dict[Path, str] = {}
        self._faults: dict[Path, str] | None = None

    # -- what there is

    @property
    def params(self) -> Params:
        """What would be sent, a copy."""
        return copy.deepcopy(self._params)

    def value(self, path: Path) -> object:
        """What stands at a place, UNSET if nothing does."""
        return value_at(self._params, path)

    def field(self, path: Path) -> Field:
        """What may stand at a place."""
        found = field_at(self.roots, self._params, path)
        return found if found is not None else Field(str(path[-1]) if path else "", ANYTHING)

    def kind(self, path: Path) -> Kind:
        """How a place is shown and typed."""
        return kind_of(self.field(path), self.value(path))

    def written(self, path: Path) -> Written:
        """The text to edit a place with: what was typed and not understood, else its value."""
        draft = self.drafts.get(path)
        if draft is not None:
            return Written(draft[0])
        return written(self.field(path), self.value(path))

    # -- what is wrong

    @property
    def faults(self) -> Mapping[Path, str]:
        """What is wrong, by place, in the order of the form; `()` is about the whole."""
        if self._faults is None:
            found = {path: sentence for path, (_text, sentence) in self.drafts.items()}
            for path, sentence in faults_of(self.command, self.roots, self._params).items():
                found.setdefault(path, sentence)
            self._faults = {**found, **self._said}
        return self._faults

    @property
    def first_fault(self) -> tuple[Path, str] | None:
        """The first thing that keeps it from being sent; what Telnyx said of earlier values does not."""
        for path, sentence in self.faults.items():
            if path not in self._said:
                return path, sentence
        return None

    def say(self, path: Path, sentence: str) -> None:
        """Shows what somebody else found wrong at a place, until that is changed."""
        self._said[path] = sentence
        self._faults = None

    def was_said(self, path: Path) -> bool:
        """Whether somebody else found something wrong at a place, which may be that nothing stands there."""
        return path in self._said

    # -- changes

    def type(self, path: Path, text: str, *, as_json: bool = False) -> str | None:
        """Takes a typed text for a place; the sentence that says what is wrong with it, None if it is a value now."""
        self.forget(path)
        try:
            place, value = self._read(path, text, as_json=as_json)
        except NotAValueError as error:
            self.drafts[path] = (text, str(error))
            return str(error)
        if value is UNSET:
            self.unset(place)
        else:
            self.put(place, value)
        return None

    def put(self, path: Path, value: object) -> None:
        """Puts a value at a place."""
        self.forget(path)
        self._params = _whole(with_value(self._params, path, value))
        self._fit_form(path)

    def unset(self, path: Path) -> None:
        """Takes a value away: nothing is sent there, or the entry is gone from its list."""
        self.forget(path)
        if path and isinstance(path[-1], int):
            self.forget(path[:-1])
        self._params = _whole(without(self._params, path))

    def add(self, path: Path) -> Path | None:
        """Opens a new object or list in a list; None where an entry is typed instead."""
        new = self.field((*path, ADD))
        empty: object = {Kind.OBJECT: {}, Kind.LIST: []}.get(kind_of(new, UNSET), UNSET)
        entries = self.value(path)
        if empty is UNSET or self.kind(path) is not Kind.LIST:
            return None
        place = (*path, len(entries) if isinstance(entries, list) else 0)
        self.put(place, empty)
        return place

    def cycle(self, path: Path, step: int) -> bool:
        """The next choice, or the one before; behind the last one is nothing."""
        if self.kind(path) not in (Kind.FLAG, Kind.CHOICE):
            return False
        offered = [
            UNSET,
            *(choice for _label, choice in choices(self.field(path), self.value(path))),
        ]
        if self.field(path).in_list:
            offered = offered[1:]
        value = self.value(path)
        place = next((n for n, each in enumerate(offered) if _same(each, value)), 0)
        chosen = offered[(place + step) % len(offered)]
        if chosen is UNSET:
            self.unset(path)
        else:
            self.put(path, chosen)
        return True

    def move(self, path: Path, step: int) -> Path:
        """Moves an entry in its list; where it stands then."""
        moved, place = swapped(self._params, path, step)
        if place != path:
            self.forget(path[:-1])
            self._params = _whole(moved)
        return place

    def reshape(self, path: Path) -> bool:
        """The next type where several are possible: a text becomes a list of it, a list its first entry."""
        words = self.field(path).schema.types
        if len(words) < 2:
            return False
        value = self.value(path)
        now = type_word(value)
        place = next((n for n, word in enumerate(words) if word == now), 0)
        self.put(path, _reshaped(value, words[(place + 1) % len(words)]))
        return True

    # -- inside

    def _read(self, path: Path, text: str, *, as_json: bool) -> tuple[Path, object]:
        field = self.field(path)
        if path[-1] != ADD:
            return path, read(field, self.value(path), text, as_json=as_json)
        parent = path[:-1]
        if self.kind(parent) is Kind.LIST:
            entries = self.value(parent)
            place = (*parent, len(entries) if isinstance(entries, list) else 0)
            return place, read(field, UNSET, text, as_json=as_json)
        if not text.strip():
            return path, UNSET
        name, value = read_member(field, text)
        return (*parent, name), value

    def _fit_form(self, path: Path) -> None:
        """Another form was chosen for an object: members that only the former one had go."""
        parent, name = path[:-1], path[-1]
        holder = self.value(parent)
        if not parent or not isinstance(holder, dict):
            return
        schema = self.field(parent).schema
        if name not in discriminators(schema, holder):
            return
        known = {each.name for each in members(schema, holder)}
        kept = {key: value for key, value in holder.items() if key in known}
        self._params = _whole(with_value(self._params, parent, kept))

    def forget(self, path: Path) -> None:
        """Forgets what was said about a place and all inside, and what was typed there and is no value."""
        self._faults = None
        for held in (self.drafts, self._said):
            for other in [each for each in held if each[: len(path)] == path]:
                del held[other]


def _whole(params: object) -> Params:
    assert isinstance(params, dict)
    return params


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and one == other)


def _reshaped(value: object, word: str) -> object:
    """The nearest value of another type."""
    first = value[0] if isinstance(value, list) and value else value
    match word:
        case "array":
            return [] if value is UNSET or value is None else [value]
        case "object":
            return {}
        case "null":
            return None
        case "boolean":
            return False
        case "integer" | "number":
            return int(first) if isinstance(first, str) and first.isdecimal() else 0
        case _:
            return first if isinstance(first, str) else "" if first in (UNSET, None) else str(first)


__all__ = ["ADD", "UNSET", "Form", "Kind", "Params", "Path", "dotted"]
