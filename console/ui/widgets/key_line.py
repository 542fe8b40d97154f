"""A line of keys that can also be clicked."""

from __future__ import annotations

from textual import events
from textual.message import Message

from console.ui.presenters.cells import Role, width_of
from console.ui.presenters.keys import present_keys
from console.ui.widgets.keybar import KeyBar


class KeyLine(KeyBar):
    """A click on a hint is as good as its key."""

    DEFAULT_CSS = "KeyLine { height: 1; background: $panel; }"

    class Pressed(Message):
        """A hint was clicked; `key` is as it is printed in the line."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def on_click(self, event: events.Click) -> None:
        """Finds the hint under the pointer."""
        offset = event.get_content_offset(self)
        key = None if offset is None else self.key_at(offset.x)
        if key is not None:
            event.stop()
            self.post_message(self.Pressed(key))

    def key_at(self, x: int) -> str | None:
        """The key whose hint is drawn at a cell; a dimmed one has none."""
        begins, key = 0, None
        for text, role in present_keys(self._hints, self.size.width, self._glyphs):
            ends = begins + width_of(text)
            if role is Role.KEY:
                key = text
            elif text.isspace() or role is Role.DIM:
                key = None
            if begins <= x < ends:
                return key
            begins = ends
        return None
