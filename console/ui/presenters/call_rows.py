"""The list of calls as rows of lines: a `CallsView` drawn by `present_leg`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from console.domain.effects import pending
from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState
from console.ui.presenters.calls import CallsView, RankOf, rank
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.legs import (
    LegColumns,
    LegRow,
    Look,
    header_cells,
    leg_columns,
    present_header,
    present_leg,
)
from console.ui.presenters.rows import Rows

if TYPE_CHECKING:
    from console.ui.presenters.columns import Arranged, Chosen

_SECOND: Micros = 1_000_000


class CallRows(Rows[LegKey]):
    """Ended legs stand last, so one number (`CallsView.ended_from`) tells where rows of two lines begin."""

    header_lines = 1

    def __init__(self, view: CallsView, look: Look) -> None:
        self.view = view
        self.look = look
        self.now: Micros = 0
        self.columns: LegColumns = leg_columns(80)
        self.sorted_by = ""
        """The column that decides about the order, `-` before it: by its other end."""
        self.chosen: tuple[Chosen, ...] | None = None
        """The columns that were chosen; None: those that the width has room for."""
        self._arranged: Arranged | None = None

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
        if self.chosen is not None:
            from console.ui.presenters.columns import Arranged

            self._arranged = Arranged(self.chosen, width)

    def arrange(self, chosen: tuple[Chosen, ...] | None) -> None:
        """Other columns; None: those that the width has room for."""
        self.chosen = chosen
        self._arranged = None
        self.resize(self.columns.width)

    def sort(self, spec: str) -> None:
        """Another order; empty: who waits longest first."""
        self.sorted_by = spec
        order: RankOf = rank
        if spec:
            from console.ui.presenters.columns import rank_by

            order = rank_by(spec, self.look)
        self.view.sort(order, self.now)

    @property
    def two_lines(self) -> bool:
        """Whether an ended leg takes a second line."""
        arranged = self._arranged
        return self.columns.two_lines if arranged is None else arranged.two_lines

    @property
    def widths(self) -> dict[str, int]:
        """How wide the columns on the screen are, from the left."""
        if self._arranged is not None:
            return {column.id: size for column, size in self._arranged.cells}
        return dict(header_cells(self.columns))

    def line_count(self) -> int:
        if not self.two_lines:
            return len(self)
        return 2 * len(self) - self.view.ended_from

    def line_of(self, index: int) -> int:
        ended = self.view.ended_from
        if not self.two_lines or index <= ended:
            return index
        return 2 * index - ended

    def at_line(self, line: int) -> tuple[int, int]:
        ended = self.view.ended_from
        if not self.two_lines or line < ended:
            return line, 0
        more, sub = divmod(line - ended, 2)
        return ended + more, sub

    def stamp(self, key: LegKey) -> Hashable:
        leg = self.view.leg(key)
        if leg is None:
            return None
        peer = self._peer(leg)
        if not leg.is_live:
            return (leg.version, self.look.is_pinned(key), self.look.is_marked(key))
        waiting_for = pending(leg, self.now) if leg.commands else None
        return (
            leg.version,
            self.look.is_pinned(key),
            self.look.is_marked(key),
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
        row = self._row(leg, width)
        if sub:
            return row.second
        if not self.look.is_marked(key):
            return row.first
        return (Span(f" {self.look.glyphs.mark}", Role.KEY), *row.first[1:])

    def _row(self, leg: Leg, width: int) -> LegRow:
        peer = self._peer(leg)
        if self.chosen is None:
            columns = self.columns if width == self.columns.width else leg_columns(width)
            return present_leg(leg, peer, self.now, columns, self.look)
        from console.ui.presenters.columns import Arranged, Place

        arranged = self._arranged
        if arranged is None or arranged.width != width:
            arranged = Arranged(self.chosen, width)
        return arranged.row(Place(leg, peer, self.now, self.look))

    def header(self, width: int, first: int) -> Line:
        """Column names; an arrow where somebody waits above the first row on the screen."""
        line = self._names(width)
        if self.waits_before(first):
            text = line[0].text
            return (Span(self.look.glyphs.up, Role.WARN), Span(text[1:], line[0].role), *line[1:])
        return line

    def _names(self, width: int) -> Line:
        if self.chosen is not None:
            from console.ui.presenters.columns import Arranged

            arranged = self._arranged
            if arranged is None or arranged.width != width:
                arranged = Arranged(self.chosen, width)
            return arranged.header(self.sorted_by, self.look)
        if not self.sorted_by:
            return present_header(leg_columns(width))
        from console.ui.presenters.columns import titled

        def arrow(name: str) -> str:
            return titled(name, "", self.sorted_by, self.look)

        return present_header(leg_columns(width), arrow)

    def waits_before(self, first: int) -> bool:
        """Whether somebody waits above this row, if any is above: in the order by itself the one who waits longest is on top."""
        if first <= 0:
            return False
        if not self.sorted_by:
            leg = self.view.leg(self.view.keys[0])
            return leg is not None and leg.is_waiting
        longest = self.view.board.longest_waiting()
        index = None if longest is None else self.view.index_of(longest.key)
        return index is not None and index < first

    def _peer(self, leg: Leg) -> Leg | None:
        return self.view.board.legs.get(leg.peer) if leg.peer is not None else None


def _elapsed(since: Micros | None, now: Micros) -> int:
    return -1 if since is None else (now - since) // _SECOND
