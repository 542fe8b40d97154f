"""The transcript of one leg, following or held."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.transcript import Utterance
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.transcript_rows import Key, TranscriptRows
from console.ui.widgets.line_list import LineList


class TranscriptView(LineList[Key]):
    """Its end stays in sight until the operator moves upward; End follows again."""

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        empty: str = "nothing was said yet",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._transcript = TranscriptRows(glyphs)
        super().__init__(
            self._transcript, glyphs=glyphs, empty=empty, name=name, id=id, classes=classes
        )
        self.following = True

    def show(self, said: Sequence[Utterance], direction: str | None) -> None:
        """Replaces what is shown; the rows that look the same are not painted again."""
        self._transcript.show(said, direction)
        self.sync()

    def follow(self) -> None:
        """Back to the end."""
        self.following = True
        self.select(None)
        self.sync()

    def hold(self) -> None:
        """Stays where it is while text comes in."""
        self.following = False

    def sync(self, *, top: int | None = None) -> None:
        if top is None and self.following:
            top = self._transcript.line_count()
        super().sync(top=top)

    def moved_by_hand(self, *, upward: bool) -> None:
        if upward:
            self.hold()

    def action_move(self, how: str) -> None:
        if how == "end":
            self.follow()
            return
        if self.following:
            if how in ("down", "pagedown"):
                return
            self._view.place = max(0, len(self._transcript) - 1)
        super().action_move(how)
