"""A leg's latest gather: what was asked for, the digits so far, and how it ended. Pure.

Digits belong to the gather whose command was recorded before them, by the journal's order: our clock and Telnyx's are
not the same. Facts: VOICE (b) gather*, (c) call.dtmf.received, call.gather.ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.domain.entries import CommandDone, CommandSent, Entry, Event, Fact, Micros
from console.domain.times import happened
from console.domain.values import text

GATHERS = frozenset({"gather", "gather_using_speak", "gather_using_audio"})
DIGIT = "call.dtmf.received"
ENDED = "call.gather.ended"

_STATUS = {
    "valid": "complete",
    "invalid": "not what was asked for",
    "call_hangup": "the call ended first",
    "cancelled": "stopped before it was complete",
    "cancelled_amd": "stopped, a machine had answered",
    "timeout": "time ran out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """`params` are those of our command; empty, as `action` is, where somebody else gave it."""

    action: str = ""
    asked_at: Micros | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    digits: str = ""
    """One by one as they came; none are told where the whole was taken from the keypad at once."""
    result: str | None = None
    """The digits as Telnyx gave them in the end."""
    status: str | None = None
    """Telnyx's word for how it ended; None while it goes on."""
    ended_at: Micros | None = None
    refusal: str | None = None
    """Why nothing is gathered at all."""

    @property
    def is_over(self) -> bool:
        """Whether no more digits will come."""
        return self.status is not None or self.refusal is not None

    @property
    def words(self) -> str:
        """How it stands: `waiting for digits`, `complete`, `time ran out`, a refusal."""
        if self.refusal is not None:
            return f"refused: {self.refusal}"
        if self.status is None:
            return "waiting for digits" if not self.digits else "waiting for more digits"
        return _STATUS.get(self.status, self.status)


class _History:
    """A leg's gathers and digits, sorted out."""

    def __init__(self) -> None:
        self.asked: list[tuple[Entry, CommandSent]] = []
        self.stops: list[int] = []
        """Where in the journal we ended a gather ourselves."""
        self.refusals: dict[str, str] = {}
        self.events: dict[bytes, tuple[Entry, Event]] = {}

    def take(self, entry: Entry, fact: Fact) -> None:
        """One more entry, in any order."""
        if isinstance(fact, CommandSent) and fact.action in GATHERS:
            self.asked.append((entry, fact))
        elif isinstance(fact, CommandSent) and fact.action == "gather_stop":
            self.stops.append(entry.seq)
        elif isinstance(fact, CommandDone) and fact.action in GATHERS and not fact.ok:
            self.refusals[fact.command_id] = fact.message or "Telnyx gave no reason"
        elif isinstance(fact, Event) and fact.type in (DIGIT, ENDED):
            known = self.events.get(fact.key)
            if known is None or entry.seq < known[0].seq:
                self.events[fact.key] = entry, fact

    def after(self, seq: int, event_type: str) -> list[tuple[Entry, Event]]:
        """Events recorded after an entry, in the order in which they happened."""
        found = self.events.values()
        return sorted((p for p in found if p[1].type == event_type and p[0].seq > seq), key=_when)

    def is_of_the_one_before(self, ended: tuple[Entry, Event]) -> bool:
        """Whether an end was caused by the latest command, which took the place of a gather that went on."""
        latest = self.asked[-1][0].seq
        earlier = [e.seq for e, sent in self.asked[:-1] if sent.command_id not in self.refusals]
        was_open = bool(earlier) and not any(
            earlier[-1] < entry.seq < latest for entry, _ in self.after(0, ENDED)
        )
        is_ours = any(latest < stop < ended[0].seq for stop in self.stops)
        return was_open and not is_ours and text(ended[1].payload, "status") == "cancelled"


def gathering(pairs: Iterable[tuple[Entry, Fact]]) -> Gathering | None:
    """The latest gather in a leg's entries; None where none was ever asked for and no digit came."""
    history = _History()
    for entry, fact in pairs:
        history.take(entry, fact)
    history.asked.sort(key=lambda pair: pair[0].seq)
    if not history.asked:
        return _of_somebody_else(history)
    entry, sent = history.asked[-1]
    ends = history.after(entry.seq, ENDED)
    since: tuple[Micros, bytes] | None = None
    if ends and history.is_of_the_one_before(ends[0]):
        since = _when(ends.pop(0))
    digits = [p for p in history.after(entry.seq, DIGIT) if since is None or _when(p) > since]
    return _told(
        Gathering(
            action=sent.action,
            asked_at=entry.received_at,
            params=sent.params,
            refusal=history.refusals.get(sent.command_id),
        ),
        digits,
        ends,
    )


def _of_somebody_else(history: _History) -> Gathering | None:
    """The digits after the end before the last, and that end if nothing came after it."""
    ends, digits = history.after(0, ENDED), history.after(0, DIGIT)
    if not ends and not digits:
        return None
    is_over = bool(ends) and (not digits or _when(ends[-1]) > _when(digits[-1]))
    past = ends[:-1] if is_over else ends
    if past:
        digits = [pair for pair in digits if _when(pair) > _when(past[-1])]
    return _told(Gathering(), digits, ends[-1:] if is_over else [])


def _told(
    asked: Gathering, digits: Sequence[tuple[Entry, Event]], ends: Sequence[tuple[Entry, Event]]
) -> Gathering:
    """With what events say of it; digits typed after the end belong to nobody's gather."""
    ended = ends[0] if ends else None
    typed = [
        text(pair[1].payload, "digit") or ""
        for pair in digits
        if ended is None or _when(pair)[0] <= _when(ended)[0]
    ]
    asked = replace(asked, digits="".join(typed))
    if ended is None:
        return asked
    payload = ended[1].payload
    return replace(
        asked,
        result=text(payload, "digits") or "",
        status=text(payload, "status") or "ended",
        ended_at=_when(ended)[0],
    )


def _when(pair: tuple[Entry, Event]) -> tuple[Micros, bytes]:
    entry, event = pair
    return happened(event.occurred_at, entry.received_at), event.key
