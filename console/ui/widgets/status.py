"""The status lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.domain.ranks import Counts
from console.life import LifeStatus
from console.ui.presenters.cells import Line
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.status import StatusFacts, present_status
from console.ui.widgets.painting import PaintedLines

if TYPE_CHECKING:
    from console.reports import Health
    from console.ui.line_watch import LineWords


class StatusBar(PaintedLines):
    """Two lines: the engine, then the calls. Nothing is drawn before the first `show`."""

    DEFAULT_CSS = "StatusBar { height: 2; background: $panel; }"

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(glyphs=glyphs, name=name, id=id, classes=classes)
        self._facts: StatusFacts | None = None

    def show(
        self,
        health: Health | None,
        life: LifeStatus,
        counts: Counts,
        rate: Sequence[float],
        now: Micros,
        longest: Micros | None = None,
        profile: str | None = None,
        *,
        read_only: bool = False,
        redacted: bool = False,
        dropped: int = 0,
        line: LineWords | None = None,
    ) -> None:
        """Tells all anew; repaints only if the lines differ. `longest` is how long, in µs, not since when."""
        self._facts = StatusFacts(
            health=health,
            life=life,
            counts=counts,
            rate=tuple(rate),
            now=now,
            longest=longest,
            profile=profile,
            read_only=read_only,
            redacted=redacted,
            dropped=dropped,
            line=line,
        )
        self.repaint()

    def lines(self, width: int) -> Sequence[Line]:
        return [] if self._facts is None else present_status(self._facts, width, self._glyphs)
