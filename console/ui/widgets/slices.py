"""Work on a long list, done piece by piece between keys and frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from console.ui.compat import Guarded

FIRST_SLICE_S = 0.008
"""What a keystroke may cost before its first frame."""
SLICE_S = 0.008
BETWEEN_SLICES_S = 0.010


class Slices:
    """One such work at a time for a widget or screen."""

    def __init__(self, host: Guarded, between_s: float = BETWEEN_SLICES_S) -> None:
        self._host = host
        self._between_s = between_s
        self._timer: Timer | None = None

    @property
    def are_due(self) -> bool:
        """Whether work is under way."""
        return self._timer is not None

    def start(self, work: Callable[[], bool]) -> None:
        """Does this again and again until it says that nothing is left, instead of what was under way."""
        self.stop()

        def piece() -> None:
            if not work():
                self.stop()

        self._timer = self._host.guarded_interval(self._between_s, piece)

    def stop(self) -> None:
        """Nothing is done any more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
