"""Roles are painted as the same rules in a style sheet would paint them, in every theme."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from console.ui import themes
from console.ui.presenters.cells import Line, Role, Span
from console.ui.widgets.colours import CURSOR, CURSOR_BLURRED, PAINTS, Paint, painted
from console.ui.widgets.painting import PaintedLines

NAMES = {name: f"paint-{number}" for number, name in enumerate(PAINTS)}


def rule(name: str, paint: Paint) -> str:
    """One paint as a rule for a component class."""
    words = [word for word in ("bold", "italic", "underline") if getattr(paint, word)]
    said = [f"text-style: {' '.join(words)};"] if words else []
    said += [f"color: ${paint.colour};"] if paint.colour else []
    said += [f"background: ${paint.ground};"] if paint.ground else []
    return f"& > .{NAMES[name]} {{ {' '.join(said)} }}"


class Styled(Widget):
    """The same by Textual's own way."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(NAMES.values())
    DEFAULT_CSS = f"Styled {{ {''.join(rule(name, paint) for name, paint in PAINTS.items())} }}"


class Word(PaintedLines):
    """One word in the colour of good news."""

    def lines(self, width: int) -> list[Line]:
        return [(Span("good", Role.GOOD),)]


class Pictures(App[None]):
    """Both ways side by side, on a ground of their own."""

    CSS = "Screen { background: $panel; color: $foreground; } Styled, Word { background: $surface 50%; }"

    def compose(self) -> ComposeResult:
        yield Styled()
        yield Word()


@pytest.mark.parametrize("theme", [*(theme.name for theme in themes.OWN), "nord", "ansi-dark"])
async def test_paints_look_like_rules_of_a_style_sheet(theme: str) -> None:
    """Alone and under a blurred cursor, a role has the colours that CSS gives it."""
    app = Pictures()
    for own in themes.OWN:
        app.register_theme(own)

    async with app.run_test() as pilot:
        app.theme = theme
        await pilot.pause()
        styled, word = app.query_one(Styled), app.query_one(Word)
        for name in PAINTS:
            if PAINTS[name].reverse:
                continue
            for names in ((name,), (name, CURSOR_BLURRED), (CURSOR,)):
                classes = [NAMES[each] for each in names]
                assert painted(word, names) == styled.get_visual_style(*classes).rich_style, names


async def test_another_theme_repaints() -> None:
    """A theme that is changed while the screen is shown changes every painted line."""
    app = Pictures()
    for own in themes.OWN:
        app.register_theme(own)

    async with app.run_test() as pilot:
        app.theme = themes.DARK.name
        await pilot.pause()
        word = app.query_one(Word)
        before = next(iter(word.render_line(0))).style
        app.theme = themes.LIGHT.name
        await pilot.pause()

        assert next(iter(word.render_line(0))).style != before
