"""The rule over a pane, with its name and what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.presenters.cells import Line, Role, Span, fit, line_width, shown, width_of
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.widgets.painting import PaintedLines


def present_title(
    title: str, details: Sequence[str], right: str, width: int, *, focused: bool, glyphs: Glyphs
) -> Line:
    """`─ Calls ─ 14 ──────── / state:!ended ─`: the name, details that fit, and words at the right end.

    Up to a third of the line belongs to the right end, whatever the details are.
    """
    rule = glyphs.rule
    edge = Role.ACCENT if focused else Role.DIM
    name = Role.KEY if focused else Role.STRONG
    line: list[Span] = [
        Span(f"{rule} ", edge),
        Span(fit(title, min(width_of(shown(title)), 40)), name),
    ]
    kept = min(width_of(shown(right)), width // 3) + 4 if right else 0
    for detail in (shown(each) for each in details if each):
        room = width - line_width(line) - 5 - kept
        if room < 4:
            break
        text = fit(detail, min(width_of(detail), room), ellipsis=glyphs.ellipsis)
        line += [Span(f" {rule} ", edge), Span(text)]
    end: list[Span] = []
    room = width - line_width(line) - 6
    if right and room >= 4:
        safe = shown(right)
        words = fit(safe, min(width_of(safe), room), ellipsis=glyphs.ellipsis)
        end = [Span(f" {words} ", Role.ACCENT), Span(rule, edge)]
    fill = width - line_width(line) - line_width(end) - 1
    return (*line, Span(" " + rule * max(0, fill), edge), *end)


class PaneTitle(PaintedLines):
    """One line; `show` repaints it only if something differs."""

    DEFAULT_CSS = "PaneTitle { height: 1; }"

    def __init__(
        self,
        title: str = "",
        *,
        glyphs: Glyphs = UNICODE,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        super().__init__(glyphs=glyphs, name=name, id=id, classes=classes)
        self._title = title
        self._details: tuple[str, ...] = ()
        self._right = ""
        self._focused = False

    def show(self, title: str, *details: str, right: str = "", focused: bool | None = None) -> None:
        """Name, details and the words at the right end; `focused` None leaves it as it was."""
        self._title, self._details, self._right = title, details, right
        if focused is not None:
            self._focused = focused
        self.repaint()

    def lines(self, width: int) -> Sequence[Line]:
        return [
            present_title(
                self._title,
                self._details,
                self._right,
                width,
                focused=self._focused,
                glyphs=self._glyphs,
            )
        ]
