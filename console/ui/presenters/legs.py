"""One leg as one row of the list of calls: state, from, to, wait, talk and what else is worth saying."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from console.domain.effects import pending
from console.domain.endings import ender_of
from console.domain.entries import Micros
from console.domain.filtering.clocks import talk_of, wait_of
from console.domain.legs import Leg, LegKey, LegState, Mark
from console.domain.times import span
from console.ui.presenters.cells import (
    Line,
    Role,
    Span,
    fit,
    fit_line,
    join,
    line_width,
    shown,
    width_of,
)
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.numbers import readable

NameOf = Callable[[str], str | None]
"""Number or SIP address to the name in the operator's contacts; None where there is none."""

STATE_ROLES: dict[LegState, Role] = {
    LegState.RINGING: Role.RINGING,
    LegState.DIALING: Role.DIALING,
    LegState.ANSWERED: Role.ANSWERED,
    LegState.BRIDGED: Role.BRIDGED,
    LegState.QUEUED: Role.QUEUED,
    LegState.CONFERENCE: Role.CONFERENCE,
    LegState.ENDED: Role.ENDED,
    LegState.UNKNOWN: Role.UNKNOWN,
}

MARK_WORDS: dict[Mark, str] = {
    Mark.STALE: "stale?",
    Mark.HELD: "held",
    Mark.MUTED: "muted",
    Mark.RECORDING: "rec",
    Mark.STREAMING: "str",
    Mark.GATHERING: "gath",
    Mark.TRANSCRIBING: "trsc",
    Mark.FORKED: "fork",
    Mark.SUPERVISING: "sup",
    Mark.MACHINE: "machine",
    Mark.EARLY_MEDIA: "early media",
    Mark.UNSIGNED: "~unsigned",
}
"""The short words of the list, in the order they are shown; `stale?` asks because Telnyx has not said.

`~unsigned`: only Telnyx's records tell of the leg, no webhook with a signature does."""

_MARKER = 2
_WIDE = 100
_NARROW = 48
_STATE_WITH_MARKS = 62


_NUMBERS = frozenset({"wait", "talk", "time"})


def no_arrow(_column: str) -> str:
    """Says nothing about the order."""
    return ""


def no_pin(_key: LegKey) -> bool:
    """Nothing is pinned."""
    return False


def no_name(_number: str) -> str | None:
    """Knows nobody."""
    return None


class Look(NamedTuple):
    """How rows are drawn: which signs, and whose number is whose."""

    glyphs: Glyphs = UNICODE
    name_of: NameOf = no_name
    is_pinned: Callable[[LegKey], bool] = no_pin
    is_marked: Callable[[LegKey], bool] = no_pin
    app_of: NameOf = no_name


PLAIN_LOOK = Look()
"""Unicode signs, no contacts."""


class LegColumns(NamedTuple):
    """Widths in cells for one width of the list; 0 leaves a column out.

    Without `note` the marks stand beside the state, and an ended leg says why on a second line (`two_lines`).
    Without `to` the row names only the other party, and has one clock.
    """

    width: int
    state: int
    from_: int
    to: int
    wait: int
    talk: int
    note: int

    @property
    def two_lines(self) -> bool:
        """Whether an ended leg takes a second line."""
        return self.note == 0


class LegRow(NamedTuple):
    """A leg as cells; `note` is the second line where the columns have no room for it."""

    first: Line
    second: Line


@lru_cache(maxsize=64)
def leg_columns(width: int) -> LegColumns:
    """The columns that fit into `width` cells."""
    if width >= _WIDE:
        party = 17 + min(7, (width - _WIDE) // 6)
        used = _MARKER + 13 + 1 + party + 1 + party + 1 + 6 + 1 + 7 + 2
        return LegColumns(
            width=width, state=13, from_=party, to=party, wait=6, talk=7, note=width - used
        )
    if width < _NARROW:
        state = min(13, max(1, width - _MARKER - 22))
        room = max(0, width - _MARKER - state - 1 - 1 - 7)
        return LegColumns(width=width, state=state, from_=room, to=0, wait=0, talk=7, note=0)
    state = 16 if width >= _STATE_WITH_MARKS else 13
    room = width - (_MARKER + state + 1 + 1 + 1 + 5 + 1 + 7)
    from_ = max(room // 2, min(15, room - 8))
    return LegColumns(
        width=width, state=state, from_=from_, to=room - from_, wait=5, talk=7, note=0
    )


def present_header(columns: LegColumns, arrows: Callable[[str], str] = no_arrow) -> Line:
    """The names of the columns, over them; `arrows` gives what follows a column's name."""
    cells = header_cells(columns)
    text = " ".join(
        fit(name + arrows(name), size, "right" if name in _NUMBERS else "left", ellipsis="")
        for name, size in cells
    )
    return fit_line((Span("  " + text, Role.HEADER),), columns.width)


def header_cells(columns: LegColumns) -> list[tuple[str, int]]:
    """Names and widths of the columns, from the left."""
    if not columns.to:
        return [("state", columns.state), ("who", columns.from_), ("time", columns.talk)]
    return [
        ("state", columns.state),
        ("from", columns.from_),
        ("to", columns.to),
        ("wait", columns.wait),
        ("talk", columns.talk),
    ]


def present_leg(
    leg: Leg, peer: Leg | None, now: Micros, columns: LegColumns, look: Look = PLAIN_LOOK
) -> LegRow:
    """The row of `leg`, without the cursor's mark: its first two cells are blank.

    `peer` is the leg it is bridged to, if the board knows it.
    """
    body = Role.DIM if leg.state is LegState.ENDED else Role.TEXT
    dots = look.glyphs.ellipsis
    cells = [Span("  "), *_state_cell(leg, now, columns, look), Span(" ")]
    if columns.to:
        from_ = fit(party(leg.from_, look), columns.from_, ellipsis=dots)
        to = fit(party(leg.to, look), columns.to, ellipsis=dots)
        wait = fit(waiting(leg, now), columns.wait, "right", ellipsis=dots)
        talk = fit(talk_cell(leg, now, look), columns.talk, "right", ellipsis=dots)
        cells += [
            Span(f"{from_} {to} ", body),
            Span(f"{wait} ", Role.STRONG if leg.is_waiting else body),
            Span(talk, body),
        ]
    else:
        who = fit(other_party(leg, look), columns.from_, ellipsis=dots)
        clock = talking(leg, now) or waiting(leg, now)
        cells += [Span(f"{who} {fit(clock, columns.talk, 'right', ellipsis=dots)}", body)]
    if columns.note:
        note = (Span("  "), *notes(leg, peer, now, look))
        return LegRow(fit_line((*cells, *note), columns.width), ())
    indent = _MARKER + min(columns.state, 13) + 1 if columns.to else _MARKER
    return LegRow(fit_line(cells, columns.width), second_line(leg, columns.width, indent, look))


def _state_cell(leg: Leg, now: Micros, columns: LegColumns, look: Look) -> list[Span]:
    """Sign and word; while a command waits for its effect, its words; marks where there is no column for them."""
    alone = columns.note == 0
    words, role = state_words(leg, now, look, command=alone, marks=alone)
    return [Span(fit(words, columns.state, ellipsis=look.glyphs.ellipsis), role)]


def state_words(
    leg: Leg, now: Micros, look: Look, *, command: bool, marks: bool
) -> tuple[str, Role]:
    """Sign and word of a state; with `command` that of a command under way instead, with `marks` those beside it."""
    sign = look.glyphs.state(leg.state)
    role = STATE_ROLES.get(leg.state, Role.UNKNOWN)
    words = leg.state.value
    waiting_for = pending(leg, now) if command else None
    if waiting_for is not None:
        words = "no effect seen" if waiting_for.overdue else waiting_for.words
        role = Role.WARN if waiting_for.overdue else role
    elif marks and leg.state is not LegState.ENDED and (beside := mark_words(leg)):
        words = f"{words} {' '.join(beside)}"
    if leg.stale and leg.is_live:
        role = Role.WARN
    return f"{sign}{look.glyphs.pin if look.is_pinned(leg.key) else ' '}{words}", role


def talk_cell(leg: Leg, now: Micros, look: Look) -> str:
    """How long it is talked; a dash for a leg that ended without."""
    text = talking(leg, now)
    return look.glyphs.dash if not text and leg.state is LegState.ENDED else text


def second_line(leg: Leg, width: int, indent: int, look: Look) -> Line:
    """Why a leg ended, under its row."""
    if leg.state is not LegState.ENDED:
        return ()
    room = width - indent
    beside = remarks(leg, look)
    why = ended_words(leg)
    if beside and width_of(why) + 2 + line_width(beside) <= room:
        return fit_line((Span(" " * indent), Span(f"{why}  ", Role.DIM), *beside), width)
    said = Span(fit(why, room, ellipsis=look.glyphs.ellipsis), Role.DIM)
    return fit_line((Span(" " * indent), said), width)


def party(address: str | None, look: Look) -> str:
    """A contact's name, else the number or address readably; blank when unknown."""
    if not address:
        return ""
    name = look.name_of(address)
    return shown(name) if name else readable(shown(address))


def other_party(leg: Leg, look: Look) -> str:
    """Whom the leg leads to: the caller of an incoming one, the callee of any other."""
    address = leg.from_ if leg.direction == "incoming" else leg.to
    return party(address or leg.from_ or leg.to, look)


def waiting(leg: Leg, now: Micros) -> str:
    """How long the caller waited or has waited for an answer (`console.domain.filtering.clocks`)."""
    stretch = wait_of(leg)
    return "" if stretch is None else span(stretch.length(now))


def talking(leg: Leg, now: Micros) -> str:
    """How long the leg has been answered; blank if it never was."""
    stretch = talk_of(leg)
    return "" if stretch is None else span(stretch.length(now))


def mark_words(leg: Leg) -> list[str]:
    """What goes on beside the state, as short words; queue and conference by name."""
    marks = leg.marks | {Mark.STALE} if leg.stale else leg.marks
    words = [word for mark, word in MARK_WORDS.items() if mark in marks]
    if leg.queue:
        place = f" #{leg.queue_position}" if leg.queue_position is not None else ""
        words.append(shown(leg.queue) + place)
    return words


def ended_words(leg: Leg) -> str:
    """`originator_cancel by caller · SIP 487`: cause, who hung up, SIP code, as far as known."""
    cause = leg.hangup_cause or "cause unknown"
    source = "us" if ender_of(leg) is not None else leg.hangup_source
    by = f" by {source}" if source and source != "unknown" else ""
    sip = leg.sip_hangup_cause
    code = f" · SIP {sip}" if sip and sip != "unspecified" else ""
    return shown(f"{cause}{by}{code}")


def notes(leg: Leg, peer: Leg | None, now: Micros, look: Look) -> Line:
    """Everything worth saying beside the columns: a pending command first, then why it ended, marks, peer, name."""
    parts: list[Line] = []
    waiting_for = pending(leg, now)
    if waiting_for is not None:
        role = Role.WARN if waiting_for.overdue else Role.ACCENT
        parts.append((Span(shown(waiting_for.words), role),))
    if leg.state is LegState.ENDED:
        parts += [remarks(leg, look), (Span(ended_words(leg), Role.DIM),)]
        if Mark.UNSIGNED in leg.marks:
            parts.append((Span(MARK_WORDS[Mark.UNSIGNED], Role.DIM),))
        return join(parts)
    marks = mark_words(leg)
    if marks:
        role = Role.WARN if leg.stale else Role.ACCENT
        parts.append((Span(" ".join(marks), role),))
    if peer is not None and leg.state is LegState.BRIDGED:
        inferred = " (inferred)" if leg.peer_inferred else ""
        words = f"{look.glyphs.peer} {other_party(peer, look)}{inferred}"
        parts.append((Span(words, Role.DIM),))
    if leg.caller_name:
        parts.append((Span(f'"{shown(leg.caller_name)}"', Role.DIM),))
    return join([*parts, remarks(leg, look)])


def remarks(leg: Leg, look: Look) -> Line:
    """What operators did with a call: pinned it, tagged it, wrote notes on it."""
    words = [f"#{shown(tag)}" for tag in leg.tags]
    if leg.notes:
        words.append("1 note" if leg.notes == 1 else f"{leg.notes} notes")
    if look.is_pinned(leg.key):
        words.append("pinned")
    return (Span(" ".join(words), Role.KEY),) if words else ()
