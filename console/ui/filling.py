"""With what a command's form begins: as the last time, as a preset has it, or with what the call itself answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from console.domain.legs import Leg
from console.errors import UsageError
from console.ui.actions import Action
from console.ui.commands import known_params
from console.ui.memory import json_copy
from console.ui.options import Prepared
from console.ui.services import Services

DESTINATIONS = frozenset({"dial", "transfer"})
"""Commands whose `to` may be a contact's name."""


class Filling(NamedTuple):
    """Values for a form, and where they come from."""

    title: str
    params: Mapping[str, object]


def fillings(action: Action, leg: Leg | None, services: Services) -> tuple[Filling, ...]:
    """Every filling of a command's form; the first one is what it opens with."""
    from console.ui.forms.frequent import SUGGESTED

    assert action.command is not None
    known = known_from(action, leg, services)
    found: list[Filling] = []
    last = services.memory.of(action.command)
    if last:
        found.append(Filling("as last time", known | last))
    suggested = SUGGESTED.get(action.command, {})
    if not last:
        found.append(Filling("as suggested" if suggested else "", {**known, **suggested}))
    found += [
        Filling(f"preset {preset.name}", known | _resolved(preset, services))
        for preset in services.options.presets
        if preset.action == action.command
    ]
    if last or suggested:
        found.append(Filling("empty", known))
    return tuple(found)


def _only_conference(services: Services) -> str | None:
    """The conference that calls are in, if there is just one."""
    board = services.store.board
    rooms = {board.legs[key].conference_id for key in board.live_keys} - {None}
    return rooms.pop() if len(rooms) == 1 else None


def _resolved(preset: Prepared, services: Services) -> dict[str, object]:
    """A preset's values; a contact's name as a destination becomes what goes on the wire."""
    params = json_copy(dict(preset.params))
    to = params.get("to")
    if preset.action in DESTINATIONS and isinstance(to, str):
        with suppress(UsageError):
            params["to"] = services.contacts.destination(to)
    return params


def known_from(action: Action, leg: Leg | None, services: Services) -> dict[str, object]:
    """What needs no typing: what the call answers, the only conference there is, our application and caller id."""
    found = known_params(action, leg)
    if action.command == "conference.join" and "id" not in found:
        room = _only_conference(services)
        if room is not None:
            found["id"] = room
    if action.command == "dial":
        health, caller = services.health, services.options.caller_id
        if health is not None and health.connection_id:
            found["connection_id"] = health.connection_id
        if caller:
            found["from"] = caller
    return found
