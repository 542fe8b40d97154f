"""The desk as it was: the same panes over the journal up to a moment, under a banner, over the desk that goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from console.domain.legs import LegKey
from console.ui.actions import Scope
from console.ui.screens.desk import Deeds, DeskScreen
from console.ui.screens.live import keys_of
from console.ui.services import Services
from console.ui.widgets.past_status import PastStatus
from console.ui.widgets.slices import Slices

FIRST_FILL_S = 0.03
BETWEEN_SLICES_S = 0.015
TICK_S = 0.1


class PastDesk(DeskScreen):
    """Moves when it is told to; who moves it is `console.ui.travel.Travel`."""

    BINDINGS = keys_of(Scope.TRAVEL)
    SCOPE: ClassVar[Scope] = Scope.TRAVEL

    def __init__(
        self,
        services: Services,
        deeds: Deeds,
        tick: Callable[[], None],
        fill: Callable[[], bool],
    ) -> None:
        """`tick` lets time pass; `fill` reads a slice of what the board lacks: true while there is more."""
        super().__init__(services, deeds, name="past-desk")
        self.status = self.banner = PastStatus(glyphs=services.look.glyphs, id="status")
        self.return_to: LegKey | None = None
        """The call that is selected as soon as it is read."""
        self._tick = tick
        self._more = fill
        self._slices = Slices(self, BETWEEN_SLICES_S)

    def _fill(self) -> None:
        super()._fill()
        self.guarded_interval(TICK_S, self._tick)
        self.fill_on()
        self._tick()

    def fill_on(self) -> None:
        """Reads on between keys and frames until the board is whole."""
        if self.has_begun and not self._slices.are_due:
            self._slices.start(self._more)

    def show_anew(self) -> None:
        """Another board: what is shown is replaced, the selected call stays selected if it existed then."""
        services, now = self.services, self.services.now()
        self.return_to = self.calls.selected or self.return_to
        self.view.use(services.store.board, now)
        self.calls.refresh_rows((), now)
        self.tail.hold_page(services.store.recent, now, is_past=False)
        self.tail.follow()
        self.reselect()
        self.fill_on()

    def reselect(self) -> None:
        """Back to the call that was selected, once it is known again."""
        key = self.return_to
        if key is not None and key != self.calls.selected and key in self.view:
            self.calls.select(key)

    def redraw(self) -> None:
        """What depends on the moment shown."""
        now = self.services.now()
        self.calls.tick(now)
        self.drawing.status()
        self.drawing.titles()
        self.drawing.keys()

    def reread(self) -> None:
        """The conversation of the selected call, as it was."""
        self.conversation.read()
        self.drawing.timeline()
