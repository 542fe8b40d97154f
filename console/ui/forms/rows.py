"""A form as rows: sections, fields, members and entries to any depth, or what a search finds. A presenter."""

from __future__ import annotations

from collections.abc import Hashable

from console.domain.text import clean
from console.ui.forms.model import Form
from console.ui.forms.outline import HEADING, Outline, Row
from console.ui.forms.tree import Path
from console.ui.presenters.cells import Line, Role, Span, fit, width_of
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows

_LABEL = (16, 34)


class FormRows(Rows[Path]):
    """The rows of one form. `rebuild` after the form has changed; what is open and the search are kept here."""

    def __init__(self, form: Form, glyphs: Glyphs = UNICODE) -> None:
        self.search = ""
        self._glyphs = glyphs
        self._rows: list[Row] = []
        self._places: dict[Path, int] = {}
        self._label_width = _LABEL[0]
        self.use(form)

    def use(self, form: Form) -> None:
        """Shows another form; what is filled is seen, in its sections and opened."""
        self.form = form
        self.outline = Outline(form)
        self.rebuild()

    # -- what a list asks

    def __len__(self) -> int:
        return len(self._rows)

    def key_at(self, index: int) -> Path:
        return self._rows[index].path

    def index_of(self, key: Path) -> int | None:
        return self._places.get(key)

    def stamp(self, key: Path) -> Hashable:
        return self._rows[self._places[key]]

    def draw(self, key: Path, sub: int, width: int) -> Line:  # noqa: ARG002
        row = self._rows[self._places[key]]
        if row.is_heading:
            return (Span("  "), Span(fit(row.label, max(0, width - 2)).rstrip(), Role.HEADER))
        room = min(self._label_width, max(8, width * 2 // 5))
        sign = self._sign(row)
        name = f"{'  ' * row.depth}{sign}{row.label}{'*' if row.is_required else ''}"
        if self.search and width_of(name) > room:
            # Of a place deep inside it is the end that was searched for.
            name = f"{self._glyphs.ellipsis}{name[-(room - 1) :]}"
        label = fit(name, room)
        value, role = self._value(row)
        return (
            Span("  "),
            Span(label, Role.STRONG if row.is_set or row.is_required else Role.TEXT),
            Span("  "),
            Span(fit(value, max(0, width - room - 4)).rstrip(), role),
        )

    # -- what the form's screen asks

    def rebuild(self) -> None:
        """Takes over the form as it is now."""
        self._rows = self.outline.rows(self.search)
        self._places = {row.path: index for index, row in enumerate(self._rows)}
        widths = [
            width_of(row.label) + 2 * row.depth + 3 for row in self._rows if not row.is_heading
        ]
        self._label_width = max(_LABEL[0], min(_LABEL[1], max(widths, default=0)))

    def row(self, path: Path) -> Row | None:
        """The row of a place, None if it is not shown."""
        index = self._places.get(path)
        return self._rows[index] if index is not None else None

    def is_place(self, path: Path | None) -> bool:
        """Whether a row stands for a place of the form, and is no heading."""
        return path is not None and path[:1] != (HEADING,)

    def neighbour(self, path: Path, step: int) -> Path | None:
        """The next row (1) or the one before (-1) that is no heading."""
        index = self._places.get(path)
        while index is not None:
            index += step
            if not 0 <= index < len(self._rows):
                return None
            if not self._rows[index].is_heading:
                return self._rows[index].path
        return None

    @property
    def first(self) -> Path | None:
        """The first row that is no heading."""
        return next((row.path for row in self._rows if not row.is_heading), None)

    def toggle(self, path: Path) -> None:
        """Opens or closes an object or list."""
        self.outline.open ^= {path}
        self.rebuild()

    def reveal(self, path: Path) -> Path | None:
        """Opens everything around a place and ends a search; the nearest row that is shown for it."""
        self.search = ""
        self.outline.open |= {path[:end] for end in range(1, len(path))}
        self.rebuild()
        for end in range(len(path), 0, -1):
            if path[:end] in self._places:
                return path[:end]
        return None

    # -- inside

    def _sign(self, row: Row) -> str:
        if row.is_open is None:
            return ""
        if self._glyphs.ascii:
            return "- " if row.is_open else "+ "
        return "▾ " if row.is_open else "▸ "

    def _value(self, row: Row) -> tuple[str, Role]:
        if row.problem is not None:
            text = f"{row.text}  " if row.text else ""
            return f"{text}{self._glyphs.bad} {clean(row.problem)}", Role.BAD
        if row.is_set:
            return row.text, Role.TEXT
        return row.hint, Role.DIM
