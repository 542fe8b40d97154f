"""What filters look at: the texts of one leg and of one entry, cleaned, folded and joined once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.domain.entries import (
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
)
from console.domain.filtering.clocks import lag_of
from console.domain.legs import Leg
from console.domain.text import clean
from console.domain.times import happened
from console.domain.values import text
from console.domain.wording import describe

LONGEST_PART = 300
"""Characters of one text that are looked at; what is longer goes on unseen by the list, too."""

_BREAK = "\n"
_NOTHING: tuple[str, ...] = ()


def _no_name(_text: str) -> str | None:
    return None


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """What the screen shows beside what Telnyx said: names of contacts, numbers readably, names of applications."""

    name_of: Callable[[str], str | None] = _no_name
    readable: Callable[[str], str] = _as_it_is
    app_of: Callable[[str], str | None] = _no_name


PLAIN = Shows()

PARTS = ("from", "from_shown", "from_name", "to", "to_shown", "to_name", "caller", "dir", "cause", "sip", "app",
         "app_name")  # fmt: skip
"""The texts that legs and entries have in common, in the order in which they are joined."""
_PLACE = {name: place for place, name in enumerate(PARTS)}

WHERE: Mapping[str, tuple[int, ...]] = {
    field: tuple(_PLACE[part] for part in parts.split())
    for field, parts in {
        "from": "from from_shown from_name",
        "to": "to to_shown to_name",
        "number": "from from_shown to to_shown",
        "name": "caller from_name to_name",
        "dir": "dir",
        "cause": "cause",
        "sip": "sip",
        "app": "app app_name",
    }.items()
}
"""Which of them a field looks at."""


class Subject:
    """One row's texts. `words` is everything a plain word finds; `ids` what a long one finds as well:
    call_control_id, call_leg_id, call_session_id, and of an entry the event's id.
    """

    __slots__ = ("_folded_ids", "_ids", "_parts", "leg", "words")

    def __init__(self, words: list[str | None], ids: tuple[str | None, ...]) -> None:
        """`words` have been cleaned when they were decoded, so none has a line break in it."""
        self.words = _BREAK.join([word[:LONGEST_PART] if word else "" for word in words]).casefold()
        self._ids = ids
        self._folded_ids: tuple[str, ...] | None = None
        self._parts: list[str] | None = None
        self.leg: LegText | None = None
        """The leg that an entry is about, where it is known."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The identifiers, folded; empty texts for those that are missing."""
        if self._folded_ids is None:
            self._folded_ids = tuple(_safe(each).casefold() for each in self._ids)
        return self._folded_ids

    def part(self, place: int) -> str:
        """One of `PARTS`, folded."""
        if self._parts is None:
            self._parts = self.words.split(_BREAK)
        return self._parts[place]


def _safe(text: str | None) -> str:
    """An identifier as it is drawn: those stay as received."""
    return clean(text[:LONGEST_PART]) if text else ""


def _ends(m: Mapping[str, object] | Leg, shows: Shows) -> list[str | None]:
    from_, to = (m.from_, m.to) if isinstance(m, Leg) else (text(m, "from"), text(m, "to"))
    readable, name_of = shows.readable, shows.name_of
    return [
        from_,
        readable(from_) if from_ else None,
        name_of(from_) if from_ else None,
        to,
        readable(to) if to else None,
        name_of(to) if to else None,
    ]


class LegText(Subject):
    """The texts of a leg as of one of its versions."""

    __slots__ = ("held", "version")

    def __init__(self, leg: Leg, shows: Shows = PLAIN) -> None:
        app = _safe(leg.connection_id)
        words = _ends(leg, shows)
        words += (leg.caller_name, leg.direction, leg.hangup_cause, leg.sip_hangup_cause)
        words += (app, shows.app_of(app) if app else None)
        words += (
            leg.state.value,
            leg.queue,
            leg.hangup_source,
            *(mark.value for mark in leg.marks),
        )
        if leg.sip_hangup_cause:
            words.append(f"sip {leg.sip_hangup_cause}")
        words += (*leg.tags, leg.note)
        super().__init__(words, (leg.call_control_id, leg.call_leg_id, leg.call_session_id))
        self.held = leg
        self.version = leg.version

    def is_of(self, leg: Leg) -> bool:
        """Whether this still is what the leg says."""
        return self.held is leg and self.version == leg.version


class EntryText(Subject):
    """The texts of an entry. Its leg changes while the entry does not, so whoever asks puts it in before."""

    __slots__ = ("at", "attempt", "kinds", "lag")

    def __init__(
        self, entry: Entry, fact: Fact, leg: LegText | None = None, shows: Shows = PLAIN
    ) -> None:
        said = _said(fact)
        raw = fact.connection_id if isinstance(fact, Event) else text(said, "connection_id")
        app = _safe(raw)
        words = _ends(said, shows)
        words += [text(said, name) for name in _ALSO]
        words += (app, shows.app_of(app) if app else None)
        words += (entry.kind.value, describe(entry, fact), entry.reason, entry.remote)
        if entry.attempt is not None and (entry.attempt > 1 or entry.duplicate):
            words.append(f"attempt {entry.attempt}")
        if entry.duplicate:
            words.append("again")
        ids = (entry.call_control_id, entry.call_leg_id, entry.call_session_id, entry.event_id)
        super().__init__(words, ids)
        self.leg = leg
        self.kinds = tuple(kind.casefold() for kind in (*_types(fact), entry.kind.value))
        self.lag = lag_of(entry)
        self.attempt = entry.attempt
        self.at = happened(entry.occurred_at, entry.received_at)


_ALSO = ("caller_id_name", "direction", "hangup_cause", "sip_hangup_cause")
_SILENT: Mapping[str, object] = {}


def _said(fact: Fact) -> Mapping[str, object]:
    """What an event's payload, or a command's parameters, say."""
    if isinstance(fact, Event):
        return fact.payload
    return fact.params if isinstance(fact, CommandSent) else _SILENT


def _types(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, Event):
        return (fact.type,)
    return (fact.action,) if isinstance(fact, CommandSent | CommandDone) else _NOTHING
