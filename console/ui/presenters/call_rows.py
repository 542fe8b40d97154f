"""The list of calls as rows of lines: a `CallsView` drawn by `present_leg`."""

from __future__ import annotations

from collections.abc import Hashable

from console.domain.effects import pending
from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState
from console.ui.presenters.calls import CallsView
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.legs import (
    LegColumns,
    Look,
    leg_columns,
    present_header,
    present_leg,
)
from console.ui.presenters.rows import Rows

_SECOND: Micros = 1_000_000


class CallRows(Rows[LegKey]):
    """Ended legs stand last, so one number (`CallsView.ended_from`) tells where rows of two lines begin."""

    header_lines = 1

    def __init__(self, view: CallsView, look: Look) -> None:
        self.view = view
        self.look = look
        self.now: Micros = 0
        self.columns: LegColumns = leg_columns(80)

    def __len__(self) -> int:
        return self.view.shown

    def key_at(self, index: int) -> LegKey:
        return self.view.keys[index]

    def index_of(self, key: LegKey) -> int | None:
        return self.view.index_of(key)

    def successor(self, key: LegKey) -> LegKey | None:
        """A leg known by its call_leg_id only goes on under its call_control_id once that is known."""
        leg = self.view.board.get(key)
        return None if leg is None or leg.key == key else leg.key

    def resize(self, width: int) -> None:
        self.columns = leg_columns(width)

    def line_count(self) -> int:
        if not self.columns.two_lines:
            return len(self)
        return 2 * len(self) - self.view.ended_from

    def line_of(self, index: int) -> int:
        ended = self.view.ended_from
        if not self.columns.two_lines or index <= ended:
            return index
        return 2 * index - ended

    def at_line(self, line: int) -> tuple[int, int]:
        ended = self.view.ended_from
        if not self.columns.two_lines or line < ended:
            return line, 0
        more, sub = divmod(line - ended, 2)
        return ended + more, sub

    def stamp(self, key: LegKey) -> Hashable:
        leg = self.view.leg(key)
        if leg is None:
            return None
        peer = self._peer(leg)
        if not leg.is_live:
            return (leg.version,)
        waiting_for = pending(leg, self.now) if leg.commands else None
        return (
            leg.version,
            _elapsed(leg.waiting_since, self.now),
            _elapsed(leg.began_at if leg.state is LegState.DIALING else None, self.now),
            _elapsed(leg.answered_at if leg.answered_at is not None else leg.bridged_at, self.now),
            None if waiting_for is None else (waiting_for.action, waiting_for.overdue),
            None if peer is None else (peer.key, peer.version),
        )

    def draw(self, key: LegKey, sub: int, width: int) -> Line:
        leg = self.view.leg(key)
        if leg is None:
            return (Span("  "),)
        columns = self.columns if width == self.columns.width else leg_columns(width)
        row = present_leg(leg, self._peer(leg), self.now, columns, self.look)
        return row.second if sub else row.first

    def header(self, width: int, first: int) -> Line:
        """Column names; an arrow where somebody waits above the first row on the screen."""
        line = present_header(leg_columns(width))
        if first > 0 and self._waits(0):
            text = line[0].text
            return (Span(self.look.glyphs.up, Role.WARN), Span(text[1:], line[0].role), *line[1:])
        return line

    def _waits(self, index: int) -> bool:
        leg = self.view.leg(self.view.keys[index])
        return leg is not None and leg.is_waiting

    def _peer(self, leg: Leg) -> Leg | None:
        return self.view.board.legs.get(leg.peer) if leg.peer is not None else None


def _elapsed(since: Micros | None, now: Micros) -> int:
    return -1 if since is None else (now - since) // _SECOND
