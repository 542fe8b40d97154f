"""For terminals that have ASCII only: every sign that is drawn anywhere, by Textual itself too, cell for cell.

Widgets choose ASCII glyphs of their own where one cell is too little; this is what remains: dots and arrows in
sentences, ends of scroll bars, frames. What people and Telnyx wrote stays as it is.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from console.ui.presenters.glyphs import ASCII_SIGNS


class AsciiSigns(LineFilter):
    """Goes over every line that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same line with ASCII signs."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(ASCII_SIGNS), segment.style, segment.control)
            for segment in segments
        ]
