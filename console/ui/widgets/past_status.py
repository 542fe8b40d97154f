"""The status lines of a desk that shows the past: the banner, and how the callers were."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.presenters.banner import Moment, present_banner
from console.ui.presenters.cells import Line
from console.ui.presenters.status import present_status
from console.ui.widgets.status import StatusBar


class PastStatus(StatusBar):
    """Takes the place of `StatusBar`; what is known of the engine now is not shown beside the past."""

    moment: Moment | None = None
    """What the banner says; `repaint` after a change."""

    def lines(self, width: int) -> Sequence[Line]:
        if self.moment is None:
            return []
        banner = present_banner(self.moment, width, self._glyphs)
        if self._facts is None:
            return [banner]
        # Events per second of playing would not be those of the record.
        facts = self._facts._replace(health=None, rate=(), line=None, now=self.moment.at)
        return [banner, present_status(facts, width, self._glyphs)[1]]
