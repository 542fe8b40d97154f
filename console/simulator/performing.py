"""Commands carried out without HTTP, and requests recognised as commands. Changes the world only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.simulator.commands import Switchboard
from console.simulator.conference_api import ConferenceApi
from console.simulator.faults import Recorded
from console.telnyx import catalogue

CREATE = "conference.create"
_CONFERENCE = "conference."


class Heard(NamedTuple):
    """A request that changes something, as a command: what it is about, and whether it was accepted."""

    action: str
    about: str | None
    """The call_control_id (or conference) that the path, else the body, names."""
    body: Mapping[str, object]
    ok: bool
    status: int


class Performer:
    """Does what the endpoints do, by the command's name in the catalogue."""

    def __init__(self, switchboard: Switchboard, conferences: ConferenceApi) -> None:
        self._switchboard = switchboard
        self._conferences = conferences

    def perform(self, action: str, about: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """The `data` of the answer. Raises `ApiError` for what Telnyx would refuse."""
        if action == "dial":
            return self._switchboard.dial(body)
        if action == CREATE:
            return self._conferences.make(body)
        if action.startswith(_CONFERENCE):
            return self._conferences.perform(action.removeprefix(_CONFERENCE), about, body)
        return self._switchboard.perform(action, about, body)


def heard(recorded: Recorded) -> Heard | None:
    """The command in a request; None for questions and for what is no command of the catalogue."""
    if recorded.method == "GET":
        return None
    given = recorded.path.split("/")
    for command in catalogue.load().values():
        if command.method != recorded.method:
            continue
        wanted = command.path.split("/")
        if len(wanted) != len(given):
            continue
        pairs = list(zip(wanted, given, strict=True))
        if all(a == b or a.startswith("{") for a, b in pairs):
            body = recorded.body if isinstance(recorded.body, dict) else {}
            about = next((b for a, b in pairs if a.startswith("{")), None)
            return Heard(command.name, about, body, 200 <= recorded.status < 300, recorded.status)
    return None
