"""What each role looks like: a colour of the theme and how the letters are drawn.

A table and not component classes: Textual would look through every style sheet anew for each role of each widget,
which costs more than the first frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.color import Color
from textual.style import Style as VisualStyle
from textual.widget import Widget

from console.ui.presenters.cells import Role

CURSOR = "cursor"
CURSOR_BLURRED = "cursor, without the focus"


class Paint(NamedTuple):
    """`colour` and `ground` are names of theme variables; None leaves what lies below."""

    colour: str | None = None
    ground: str | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


_TEXT = Paint("foreground")
_DIM = Paint("text-muted")
_GOOD = Paint("text-success")
_ACCENT = Paint("text-accent")
_ALERT = Paint("text-warning", bold=True)

PAINTS: Mapping[str, Paint] = {
    Role.TEXT: _TEXT,
    Role.DIM: _DIM,
    Role.STRONG: Paint("foreground", bold=True),
    Role.ACCENT: _ACCENT,
    Role.GOOD: _GOOD,
    Role.WARN: _ALERT,
    Role.BAD: Paint("text-error", bold=True),
    Role.KEY: Paint("text-accent", bold=True),
    Role.HEADER: _DIM,
    Role.FOUND: Paint("text-warning", bold=True, underline=True),
    Role.FOUND_HERE: Paint(bold=True, reverse=True),
    Role.BANNER: Paint("text-warning", bold=True, reverse=True),
    Role.RINGING: _ALERT,
    Role.DIALING: _ACCENT,
    Role.ANSWERED: _GOOD,
    Role.BRIDGED: _GOOD,
    Role.QUEUED: Paint("text-warning"),
    Role.CONFERENCE: _ACCENT,
    Role.ENDED: _DIM,
    Role.UNKNOWN: Paint("text-muted", italic=True),
    Role.JSON_KEY: _ACCENT,
    Role.JSON_STRING: _GOOD,
    Role.JSON_NUMBER: Paint("text-warning"),
    Role.JSON_LITERAL: Paint("text-primary", bold=True),
    CURSOR: Paint("block-cursor-foreground", "block-cursor-background", bold=True),
    CURSOR_BLURRED: Paint(ground="block-cursor-blurred-background", bold=True),
}
"""Colours only support what signs and words say."""


def painted(widget: Widget, names: Sequence[str]) -> Style:
    """The widget's own style with these paints on it, one after the other; always with a background."""
    base = widget.get_visual_style()
    ground = base.background or Color(0, 0, 0, 0)
    colour = base.foreground or Color(255, 255, 255, 0)
    variables = widget.app.theme_variables
    paints = [PAINTS[name] for name in names]
    for paint in paints:
        if paint.ground is not None:
            ground += themed(variables[paint.ground], ground)
        if paint.colour is not None:
            colour = themed(variables[paint.colour], ground)
    return VisualStyle(
        ground,
        colour,
        bold=base.bold or any(paint.bold for paint in paints) or None,
        dim=base.dim,
        italic=base.italic or any(paint.italic for paint in paints) or None,
        underline=base.underline or any(paint.underline for paint in paints) or None,
        reverse=base.reverse or any(paint.reverse for paint in paints) or None,
        strike=base.strike,
    ).rich_style


def themed(text: str, ground: Color) -> Color:
    """A theme's colour as CSS reads it: `#5fb3b3`, `ansi_default 50%`, or `auto 60%`, which contrasts with `ground`."""
    name, _, share = text.partition(" ")
    alpha = float(share.rstrip("%")) / 100 if share else 1.0
    if name == "auto":
        return ground.get_contrast_text(alpha)
    return Color.parse(name).multiply_alpha(alpha)
