"""Every column the list of calls can have, and an arrangement of some of them fitted to a width.

Loaded when the operator chooses columns or an order; what is shown without a choice is in `legs.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.filtering.clocks import Stretch, talk_of, wait_of
from console.domain.legs import Leg, LegState
from console.domain.times import local_clock
from console.ui.presenters.calls import ENDED, Rank, RankOf, rank
from console.ui.presenters.cells import Align, Line, Role, Span, fit, fit_line, shown
from console.ui.presenters.legs import (
    LegRow,
    Look,
    ended_words,
    mark_words,
    notes,
    other_party,
    party,
    second_line,
    state_words,
    talk_cell,
    talking,
    waiting,
)

NARROWEST, WIDEST = 3, 60
_MARKER = 2
_SORTED_TEXT = 40
"""Characters that decide about the order of texts."""

Value = tuple[int, int | str]
"""What a leg is sorted by: first a class, whose order is always the same, then a number or a text within it."""


class Place(NamedTuple):
    """What a cell is drawn from."""

    leg: Leg
    peer: Leg | None
    now: Micros
    look: Look


class Column(NamedTuple):
    """`weight` says what stays where there is too little room; `grows` takes the room that is left."""

    id: str
    title: str
    about: str
    least: int
    usual: int
    weight: int
    cell: Callable[[Place], tuple[str, Role]]
    value: Callable[[Leg, Look], Value | None]
    align: Align = "left"
    grows: bool = False
    falls: bool = False
    """Whether the largest comes first when it is sorted by it."""


class Chosen(NamedTuple):
    """A column the operator wants; 0 cells: as wide as it is by itself."""

    id: str
    width: int = 0

    def __str__(self) -> str:
        return f"{self.id}:{self.width}" if self.width else self.id


DEFAULT = tuple(Chosen(name) for name in ("state", "from", "to", "wait", "talk", "more"))

_URGENCY = (
    LegState.RINGING, LegState.QUEUED, LegState.DIALING, LegState.ANSWERED, LegState.BRIDGED, LegState.CONFERENCE,
    LegState.UNKNOWN, LegState.ENDED,
)  # fmt: skip


# -- cells


def _body(leg: Leg) -> Role:
    return Role.DIM if leg.state is LegState.ENDED else Role.TEXT


def _text(of: Callable[[Place], str | None]) -> Callable[[Place], tuple[str, Role]]:
    return lambda place: (of(place) or "", _body(place.leg))


def _app(leg: Leg, look: Look) -> str | None:
    id_ = leg.connection_id
    return (look.app_of(id_) or id_) if id_ else None


def _clock(of: Callable[[Leg], Micros | None]) -> Callable[[Place], tuple[str, Role]]:
    def cell(place: Place) -> tuple[str, Role]:
        at = of(place.leg)
        return ("" if at is None else local_clock(at)), _body(place.leg)

    return cell


def _wait(place: Place) -> tuple[str, Role]:
    strong = Role.STRONG if place.leg.is_waiting else _body(place.leg)
    return waiting(place.leg, place.now), strong


def _time(place: Place) -> tuple[str, Role]:
    return talking(place.leg, place.now) or waiting(place.leg, place.now), _body(place.leg)


def _marks(place: Place) -> tuple[str, Role]:
    role = Role.WARN if place.leg.stale and place.leg.is_live else Role.ACCENT
    return " ".join(mark_words(place.leg)), role if place.leg.is_live else Role.DIM


def _cause(place: Place) -> tuple[str, Role]:
    return (ended_words(place.leg) if not place.leg.is_live else ""), Role.DIM


def _more(place: Place) -> tuple[str, Role]:
    line = notes(place.leg, place.peer, place.now, place.look)
    role = next((span.role for span in line if span.text.strip()), Role.DIM)
    return "".join(span.text for span in line), role


def _peer(place: Place) -> tuple[str, Role]:
    if place.peer is None:
        return "", Role.DIM
    inferred = " (inferred)" if place.leg.peer_inferred else ""
    return other_party(place.peer, place.look) + inferred, _body(place.leg)


# -- what a column is sorted by


def _word(of: Callable[[Leg, Look], str | None]) -> Callable[[Leg, Look], Value | None]:
    def value(leg: Leg, look: Look) -> Value | None:
        text = of(leg, look)
        return (0, text) if text else None

    return value


def _when(of: Callable[[Leg], Micros | None]) -> Callable[[Leg, Look], Value | None]:
    def value(leg: Leg, _look: Look) -> Value | None:
        at = of(leg)
        return None if at is None else (0, at)

    return value


def _length(of: Callable[[Leg], Stretch | None]) -> Callable[[Leg, Look], Value | None]:
    """What still grows comes first, by its beginning: so the order holds while the seconds pass."""

    def value(leg: Leg, _look: Look) -> Value | None:
        stretch = of(leg)
        if stretch is None:
            return None
        return (0, -stretch.since) if stretch.until is None else (1, stretch.length(0))

    return value


def _longest(leg: Leg) -> Stretch | None:
    return talk_of(leg) or wait_of(leg)


def _ended_text(leg: Leg, _look: Look) -> str | None:
    return None if leg.is_live else ended_words(leg)


COLUMNS: tuple[Column, ...] = (
    Column("state", "state", "What the call does now, and what it was told to do", 10, 13, 99, lambda _p: ("", Role.TEXT),
           lambda leg, _l: (0, _URGENCY.index(leg.state))),
    Column("from", "from", "Who calls: contact or number", 15, 17, 90, _text(lambda p: party(p.leg.from_, p.look)),
           _word(lambda leg, look: party(leg.from_, look)), grows=True),
    Column("to", "to", "Who is called: contact or number", 8, 17, 70, _text(lambda p: party(p.leg.to, p.look)),
           _word(lambda leg, look: party(leg.to, look)), grows=True),
    Column("who", "who", "The other party: caller of an incoming call, callee of any other", 8, 17, 60,
           _text(lambda p: other_party(p.leg, p.look)), _word(other_party), grows=True),
    Column("wait", "wait", "How long the caller waits or waited for an answer", 5, 7, 80, _wait, _length(wait_of), "right",
           falls=True),
    Column("talk", "talk", "How long it has been talked", 5, 7, 75, lambda p: (talk_cell(p.leg, p.now, p.look), _body(p.leg)),
           _length(talk_of), "right", falls=True),
    Column("time", "time", "One clock: the talk, before it the wait", 5, 7, 50, _time, _length(_longest), "right", falls=True),
    Column("name", "name", "The caller's name as Telnyx sends it", 6, 14, 40, _text(lambda p: p.leg.caller_name),
           _word(lambda leg, _l: leg.caller_name), grows=True),
    Column("dir", "dir", "Incoming or outgoing", 3, 8, 35, _text(lambda p: p.leg.direction),
           _word(lambda leg, _l: leg.direction)),
    Column("started", "started", "When it began", 8, 8, 45, _clock(lambda leg: leg.began_at), _when(lambda leg: leg.began_at),
           falls=True),
    Column("ended", "ended", "When it ended", 8, 8, 30, _clock(lambda leg: leg.ended_at), _when(lambda leg: leg.ended_at),
           falls=True),
    Column("last", "last", "When the latest event about it happened", 8, 8, 25, _clock(lambda leg: leg.last_at),
           _when(lambda leg: leg.last_at), falls=True),
    Column("cause", "cause", "Why it ended, who hung up, the SIP code", 8, 38, 28, _cause, _word(_ended_text), grows=True),
    Column("marks", "marks", "What goes on beside the state: recording, held, in a queue …", 4, 10, 38, _marks,
           _word(lambda leg, _l: " ".join(mark_words(leg)))),
    Column("tags", "tags", "The tags operators wrote on it", 4, 12, 37, _text(lambda p: " ".join(p.leg.tags)),
           _word(lambda leg, _l: " ".join(leg.tags)), grows=True),
    Column("note", "note", "The latest note operators wrote on it", 6, 20, 20, _text(lambda p: p.leg.note),
           _word(lambda leg, _l: leg.note), grows=True),
    Column("peer", "with", "The call it is bridged with", 8, 17, 33, _peer, _word(lambda leg, _l: leg.peer), grows=True),
    Column("leg", "leg", "Its call_control_id", 6, 16, 10, _text(lambda p: p.leg.call_control_id),
           _word(lambda leg, _l: leg.call_control_id)),
    Column("session", "session", "Its call_session_id", 7, 13, 12, _text(lambda p: p.leg.call_session_id),
           _word(lambda leg, _l: leg.call_session_id)),
    Column("app", "app", "Its connection: the Call Control application", 6, 20, 15, _text(lambda p: _app(p.leg, p.look)),
           _word(_app)),
    Column("more", "", "All else worth saying: command under way, cause, marks, with whom, name", 20, 32, 18, _more,
           lambda _leg, _look: None, grows=True),
)  # fmt: skip

BY_ID = {column.id: column for column in COLUMNS}
SORTED = tuple(column.id for column in COLUMNS if column.id != "more")
"""The columns that the calls can be sorted by."""


def chosen_from(words: Iterable[object]) -> tuple[Chosen, ...]:
    """Columns from their names, as `from` or `from:20`; what is unknown, or named twice, is passed over."""
    found: dict[str, Chosen] = {}
    for word in words:
        name, _, size = word.partition(":") if isinstance(word, str) else ("", "", "")
        if name in BY_ID and name not in found:
            width = (
                min(max(int(size), NARROWEST), WIDEST) if size.isascii() and size.isdecimal() else 0
            )
            found[name] = Chosen(name, width)
    if not found:
        return DEFAULT
    return tuple(found.values()) if "state" in found else (Chosen("state"), *found.values())


# -- sorting


def rank_by(spec: str, look: Look) -> RankOf:
    """The order by a column, `-` before it: by its other end. Live calls always stand above those that ended."""
    column = BY_ID.get(spec.removeprefix("-"))
    if column is None or column.id not in SORTED:
        return rank
    falls = column.falls is not spec.startswith("-")

    def rank_of(leg: Leg) -> Rank:
        group = ENDED if leg.state is LegState.ENDED else 0
        equal, since, key = rank(leg)
        assert isinstance(since, int)
        return group, (*_ordered(column.value(leg, look), falls=falls), equal, since), key

    return rank_of


def _ordered(value: Value | None, *, falls: bool) -> tuple[int, ...]:
    """A value as numbers, which go before those of the first order: equal values keep that."""
    if value is None:
        return (9,)
    group, within = value
    if isinstance(within, int):
        return (group, -within if falls else within)
    codes = [ord(character) for character in within[:_SORTED_TEXT].casefold()]
    return (group, *(-code for code in codes), 1) if falls else (group, *codes)


def next_sort(spec: str, visible: Sequence[str]) -> str:
    """What the next press of the key sorts by: the other end of the same column, the next column, at last none."""
    if spec and not spec.startswith("-"):
        return f"-{spec}"
    names = [name for name in visible if name in SORTED]
    here = spec.removeprefix("-")
    following = names[names.index(here) + 1 :] if here in names else names
    return following[0] if following else ""


def other_end(spec: str, name: str) -> str:
    """What sorting by this column means when it is asked for again: the other end, then no order of its own."""
    if name not in SORTED:
        return spec
    return f"-{name}" if spec == name else "" if spec == f"-{name}" else name


def sort_words(spec: str) -> str:
    """The order in words, for a notice."""
    column = BY_ID.get(spec.removeprefix("-"))
    if column is None:
        return "who waits longest first"
    falls = column.falls is not spec.startswith("-")
    if column.align == "right":
        return f"{column.title}, the {'longest' if falls else 'shortest'} first"
    if column.falls:
        return f"{column.title}, the {'latest' if falls else 'earliest'} first"
    return f"{column.title}, {'from the end' if falls else 'from the beginning'}"


# -- arrangement


class Arranged:
    """Chosen columns at one width. An ended leg takes a second line where no column says why it ended."""

    def __init__(self, chosen: Sequence[Chosen], width: int) -> None:
        self.width = width
        self.cells = _fitted(chosen, width)
        names = {column.id for column, _size in self.cells}
        self.two_lines = not names & {"more", "cause"}
        self._shows_marks = bool(names & {"more", "marks"})
        self._shows_command = "more" in names

    def header(self, spec: str, look: Look) -> Line:
        """The names of the columns, an arrow at the one that decides about the order."""
        titles = [
            fit(titled(column.id, column.title, spec, look), size, column.align, ellipsis="")
            for column, size in self.cells
        ]
        return fit_line((Span("  " + " ".join(titles), Role.HEADER),), self.width)

    def row(self, place: Place) -> LegRow:
        """The cells of a leg."""
        dots = place.look.glyphs.ellipsis
        line = [Span("  ")]
        for column, size in self.cells:
            text, role = self._state(place) if column.id == "state" else column.cell(place)
            line += (Span(fit(shown(text), size, column.align, ellipsis=dots), role), Span(" "))
        first = fit_line(line[:-1], self.width)
        if not self.two_lines:
            return LegRow(first, ())
        indent = _MARKER + min(self.cells[0][1], 13) + 1
        return LegRow(first, second_line(place.leg, self.width, indent, place.look))

    def _state(self, place: Place) -> tuple[str, Role]:
        return state_words(
            place.leg,
            place.now,
            place.look,
            command=not self._shows_command,
            marks=not self._shows_marks,
        )


def titled(name: str, title: str, spec: str, look: Look) -> str:
    """A column's name with the arrow of the order, where it is sorted by it."""
    if not spec or spec.removeprefix("-") != name:
        return title
    falls = BY_ID[name].falls is not spec.startswith("-")
    return f"{title}{look.glyphs.new if falls else look.glyphs.up}"


def _fitted(chosen: Sequence[Chosen], width: int) -> tuple[tuple[Column, int], ...]:
    """The columns that there is room for, with their widths in cells."""
    held = [(BY_ID[each.id], each.width) for each in chosen if each.id in BY_ID]
    room = max(1, width - _MARKER)
    while len(held) > 1 and sum((size or column.least) + 1 for column, size in held) - 1 > room:
        held.remove(min(held, key=lambda each: each[0].weight))
    sizes = [size or column.least for column, size in held]
    left = room - sum(sizes) - len(sizes) + 1
    for index, (column, size) in enumerate(held):
        more = min(max(0, left), 0 if size else column.usual - column.least)
        sizes[index] += more
        left -= more
    growing = [index for index, (column, size) in enumerate(held) if column.grows and not size]
    for turn, index in enumerate(growing):
        more = max(0, left) // (len(growing) - turn)
        sizes[index] += more
        left -= more
    if left < 0:
        sizes[-1] = max(1, sizes[-1] + left)
    return tuple((column, size) for (column, _), size in zip(held, sizes, strict=True))
