"""The list of streams of sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.domain.entries import Micros
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.stream_rows import Sound, StreamRows
from console.ui.widgets.line_list import LineList


class StreamList(LineList[str]):
    """One row of several lines for each stream."""

    def __init__(
        self,
        now: Callable[[], Micros],
        *,
        glyphs: Glyphs = UNICODE,
        empty: str = "no sound is streamed here",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._streams = StreamRows(now, glyphs)
        super().__init__(
            self._streams, glyphs=glyphs, empty=empty, name=name, id=id, classes=classes
        )

    def show(self, sounds: Sequence[Sound]) -> None:
        """Replaces what is shown; the first row is selected where none was."""
        self._streams.show(sounds)
        self.sync()
        if self.selected is None and sounds:
            self.select(sounds[0].key, scroll=False)

    @property
    def sound(self) -> Sound | None:
        """The selected row."""
        return self._streams.sound(self.selected)
