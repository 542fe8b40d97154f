"""Commands as entries tell of them: what was sent and what was answered, joined by `command_id`.

Both halves may come in any order and more than once. What a command means for a leg follows from the joined record
(`effects_of`), never from the order in which its halves were heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from console.domain.entries import CommandDone, CommandSent, Micros
from console.domain.values import flag, text

_KEPT_PARAMS = (
    "call_control_id",
    "from",
    "link_to",
    "record",
    "supervise_call_control_id",
    "to",
)

GATHERS = frozenset({"gather", "gather_using_audio", "gather_using_speak", "gather_using_ai"})
RECORDING_ON = frozenset({"record_start", "record_resume"})
RECORDING_OFF = frozenset({"record_stop", "record_pause"})
_ONLY = "only"
"""The one leg that `call_control_ids` lists; none or several of them say nothing about a single one."""
_IN_CONFERENCE: Mapping[str, str] = {
    "conference.hold": "held_on",
    "conference.unhold": "held_off",
    "conference.mute": "muted_on",
    "conference.unmute": "muted_off",
}
"""No event tells of these (VOICE b), so the accepted command has to."""


class Sent(NamedTuple):
    """The half that says what was wanted."""

    at: Micros
    action: str
    target: str
    params: tuple[tuple[str, str], ...]
    operator: str = ""


class Done(NamedTuple):
    """The half that says what was answered; an acceptance outranks a refusal, whichever came later. `data_*` are the ids of a dialled leg, empty where there are none."""

    ok: bool
    at: Micros
    status: int
    code: str
    message: str
    latency: Micros
    action: str
    target: str
    control_id: str
    leg_id: str
    session_id: str


class Command:
    """One command. `sent` and `done` are None until heard of; the first sending and the best answer count."""

    __slots__ = ("command_id", "done", "sent")

    def __init__(self, command_id: str, sent: Sent | None = None, done: Done | None = None) -> None:
        self.command_id = command_id
        self.sent = sent
        self.done = done

    def absorb(self, fact: CommandSent | CommandDone, at: Micros) -> bool:
        """Takes in one half, heard of `at`; whether it is news."""
        if isinstance(fact, CommandSent):
            return self._absorb_sent(fact, at)
        return self._absorb_done(fact, at)

    def merge(self, other: Command) -> None:
        """Takes over what another record of the same command knows."""
        if other.sent is not None and (self.sent is None or other.sent < self.sent):
            self.sent = other.sent
        if other.done is not None and (self.done is None or other.done > self.done):
            self.done = other.done

    def _absorb_sent(self, fact: CommandSent, at: Micros) -> bool:
        kept = [(name, _kept(fact.params, name)) for name in _KEPT_PARAMS]
        if flag(fact.params, "bridge_on_answer"):
            kept.append(("bridge_on_answer", "true"))
        kept.append((_ONLY, _single(fact.params, "call_control_ids")))
        params = tuple((name, value) for name, value in kept if value)
        sent = Sent(at, fact.action, fact.call_control_id or "", params, fact.operator)
        if self.sent is not None and self.sent <= sent:
            return False
        self.sent = sent
        return True

    def _absorb_done(self, fact: CommandDone, at: Micros) -> bool:
        done = Done(
            ok=fact.ok,
            at=at,
            status=fact.status or 0,
            code=fact.code or "",
            message=fact.message,
            latency=max(0, round(fact.latency_ms * 1000)),
            action=fact.action,
            target=fact.call_control_id or "",
            control_id=text(fact.data, "call_control_id") or "",
            leg_id=text(fact.data, "call_leg_id") or "",
            session_id=text(fact.data, "call_session_id") or "",
        )
        if self.done is not None and self.done >= done:
            return False
        self.done = done
        return True

    @property
    def action(self) -> str:
        """Name in the catalogue; empty only for a command nobody described."""
        if self.sent is not None:
            return self.sent.action
        return self.done.action if self.done is not None else ""

    @property
    def at(self) -> Micros:
        """When it was sent, our clock; counted back from the answer where the sending is not known."""
        if self.sent is not None:
            return self.sent.at
        return self.done.at - self.done.latency if self.done is not None else 0

    @property
    def operator(self) -> str:
        """Who gave it; empty where that is not known."""
        return self.sent.operator if self.sent is not None else ""

    @property
    def ok(self) -> bool:
        """Whether Telnyx accepted it."""
        return self.done is not None and self.done.ok

    @property
    def target(self) -> str | None:
        """The leg it acts on: that of its path, the one a conference command names, the one a dial made."""
        if self.action == "dial":
            return (self.done.control_id or None) if self.done is not None and self.ok else None
        named = self.sent.target if self.sent is not None else ""
        if not named and self.done is not None:
            named = self.done.target
        if not named and self.action.startswith("conference."):
            named = self.param("call_control_id") or self.param(_ONLY) or ""
        return named or None

    @property
    def new_leg_id(self) -> str | None:
        """call_leg_id of the leg that a dial made."""
        return (self.done.leg_id or None) if self.action == "dial" and self.done else None

    @property
    def partner(self) -> str | None:
        """The leg that an accepted bridge, or a dial that bridges on answer, joins to the target."""
        if not self.ok:
            return None
        if self.action == "bridge":
            return self.param("call_control_id")
        if self.action == "dial" and self.param("bridge_on_answer"):
            return self.param("link_to")
        return None

    def param(self, name: str) -> str | None:
        """One of the few parameters that matter here."""
        if self.sent is None:
            return None
        for present, value in self.sent.params:
            if present == name:
                return value
        return None


def _kept(params: Mapping[str, object], name: str) -> str | None:
    value = params.get(name)
    if isinstance(value, list) and value and isinstance(value[0], str):
        return value[0]
    return text(params, name)


def _single(params: Mapping[str, object], name: str) -> str | None:
    value = params.get(name)
    is_one = isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)
    return _kept(params, name) if is_one else None


class Effects(NamedTuple):
    """What the accepted commands of one leg say of it, times by our clock."""

    dialed: Command | None = None
    """The dial that made this leg."""
    first: Micros | None = None
    recording_on: Micros | None = None
    recording_off: Micros | None = None
    gathering_on: Micros | None = None
    transcribing_on: Micros | None = None
    transcribing_off: Micros | None = None
    held_on: Micros | None = None
    held_off: Micros | None = None
    muted_on: Micros | None = None
    muted_off: Micros | None = None
    supervising: bool = False
    transferred: Micros | None = None
    link: tuple[Micros, str, str] | None = None
    """The latest (when, command_id, other leg's id) of the commands that joined this leg to another."""


NO_EFFECTS = Effects()


def effects_of(
    commands: Iterable[Command], links: Iterable[Command], own_ids: Iterable[str]
) -> Effects:
    """Joins the effects of a leg's own commands and of those that join it to another leg."""
    latest: dict[str, Micros] = {}
    dialed: Command | None = None
    for command in commands:
        if not command.ok:
            continue
        for switch in _switches(command):
            latest[switch] = max(latest.get(switch, command.at), command.at)
        if command.action == "dial" and (dialed is None or _order(command) < _order(dialed)):
            dialed = command
    return Effects(
        dialed=dialed,
        first=dialed.at if dialed is not None else None,
        recording_on=latest.get("recording_on"),
        recording_off=latest.get("recording_off"),
        gathering_on=latest.get("gathering_on"),
        transcribing_on=latest.get("transcribing_on"),
        transcribing_off=latest.get("transcribing_off"),
        held_on=latest.get("held_on"),
        held_off=latest.get("held_off"),
        muted_on=latest.get("muted_on"),
        muted_off=latest.get("muted_off"),
        supervising="supervising" in latest,
        transferred=latest.get("transferred"),
        link=_latest_link(links, frozenset(own_ids)),
    )


def _order(command: Command) -> tuple[Micros, str]:
    return command.at, command.command_id


def _latest_link(
    links: Iterable[Command], own_ids: frozenset[str]
) -> tuple[Micros, str, str] | None:
    found: tuple[Micros, str, str] | None = None
    for command in links:
        partner, target = command.partner, command.target
        other = target if partner in own_ids else partner
        if partner is None or other is None or other in own_ids:
            continue
        link = (command.at, command.command_id, other)
        if found is None or link > found:
            found = link
    return found


def _switches(command: Command) -> Iterable[str]:
    """What an accepted command turns on or off. Streams and forks speak for themselves by events (VOICE e)."""
    action = command.action
    if action in RECORDING_ON or (
        action in ("answer", "dial", "transfer") and command.param("record")
    ):
        yield "recording_on"
    if action in RECORDING_OFF:
        yield "recording_off"
    if action in GATHERS:
        yield "gathering_on"
    if action == "transcription_start":
        yield "transcribing_on"
    if action == "transcription_stop":
        yield "transcribing_off"
    if action in _IN_CONFERENCE and command.param(_ONLY) == command.target:
        yield _IN_CONFERENCE[action]
    if action == "transfer":
        yield "transferred"
    if action == "dial" and command.param("supervise_call_control_id"):
        yield "supervising"
