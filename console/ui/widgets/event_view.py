"""One entry of the journal, whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from console.domain.entries import Entry, Fact
from console.ui.presenters.event_rows import EventRows
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.widgets.line_list import LineList


class EventView(LineList[int]):
    """A text to read: keys scroll, nothing is selected. `x` changes between JSON and the raw bytes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "toggle_raw", "Raw bytes", show=False),
    ]

    def __init__(
        self,
        *,
        look: Look = PLAIN_LOOK,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._event = EventRows()
        super().__init__(
            self._event,
            glyphs=look.glyphs,
            empty="nothing to show",
            name=name,
            id=id,
            classes=classes,
        )

    @property
    def is_raw(self) -> bool:
        """Whether the body is shown as bytes."""
        return self._event.raw

    def show(
        self,
        entry: Entry,
        fact: Fact,
        deliveries: Sequence[Entry] = (),
        extra: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Turns to another entry. `deliveries` are all of its event, `extra` further labels and words."""
        self._event.show(entry, fact, deliveries, extra)
        self.sync(top=0)

    def action_toggle_raw(self) -> None:
        """JSON to bytes and back."""
        self._event.toggle_raw()
        self.sync(top=0)

    def action_move(self, how: str) -> None:
        page = max(1, self.size.height - 1)
        total = self._event.line_count()
        step = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            "home": -total,
            "end": total,
        }
        self.sync(top=self.scroll_offset.y + step[how])

    def select(self, key: int | None, *, scroll: bool = True) -> None:
        """Nothing is selected in a text."""
