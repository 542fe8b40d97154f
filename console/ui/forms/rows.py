"""A form as rows: sections, fields, members and entries to any depth, or what a search finds. A presenter."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from console.domain.text import clean
from console.ui.forms.fields import Kind, children, kind_of
from console.ui.forms.model import Form
from console.ui.forms.order import sections
from console.ui.forms.tree import ADD, UNSET, Path, dotted
from console.ui.forms.values import describe, shown
from console.ui.presenters.cells import Line, Role, Span, fit, width_of
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows

_HEADING = "\0"
"""First step of the path of a row that is no place of the form."""
_NESTED = (Kind.OBJECT, Kind.LIST)
_LABEL = (16, 34)
_DEEPEST = 24
STATE_HINT = "typed as text, sent as base64; comes back in every later event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the form; two rows that are equal look the same."""

    path: Path
    label: str
    depth: int = 0
    text: str = ""
    hint: str = ""
    is_heading: bool = False
    is_required: bool = False
    is_set: bool = False
    is_open: bool | None = None
    """Whether its inside is shown; None where there is none."""
    problem: str | None = None


class FormRows(Rows[Path]):
    """The rows of one form. `rebuild` after the form has changed; what is open and the search are kept here."""

    def __init__(self, form: Form, glyphs: Glyphs = UNICODE) -> None:
        self.search = ""
        self.checked: frozenset[Path] = frozenset()
        """Places whose being empty is a fault by now; others only say that they are required."""
        self._glyphs = glyphs
        self._rows: list[Row] = []
        self._places: dict[Path, int] = {}
        self._label_width = _LABEL[0]
        self.use(form)

    def use(self, form: Form) -> None:
        """Shows another form; what is filled is seen, in its sections and opened."""
        self.form = form
        self.checked = frozenset()
        self._sections = sections(form.command.name, form.roots.values(), form.params)
        self._open = set(_filled_objects(form))
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
        words = self.search.casefold().split()
        self._rows = list(self._found(words) if words else self._all())
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
        return path is not None and path[:1] != (_HEADING,)

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
        self._open ^= {path}
        self.rebuild()

    def reveal(self, path: Path) -> Path | None:
        """Opens everything around a place and ends a search; the nearest row that is shown for it."""
        self.search = ""
        self._open |= {path[:end] for end in range(1, len(path))}
        self.rebuild()
        for end in range(len(path), 0, -1):
            if path[:end] in self._places:
                return path[:end]
        return None

    # -- inside

    def _all(self) -> Iterator[Row]:
        for section in self._sections:
            title = f"{section.title}  {len(section.names)}"
            yield Row(path=(_HEADING, section.title), label=title, is_heading=True)
            for name in section.names:
                yield from self._tree((name,), 0)

    def _tree(self, path: Path, depth: int) -> Iterator[Row]:
        row = self._row(path, depth)
        yield row
        if not row.is_open or depth > _DEEPEST:
            return
        field, value = self.form.field(path), self.form.value(path)
        is_list = self.form.kind(path) is Kind.LIST
        for place, child in enumerate(children(field, value)):
            yield from self._tree((*path, place if is_list else child.name), depth + 1)
        if is_list or field.is_map:
            yield self._adding(path, depth + 1, is_list=is_list)

    def _row(self, path: Path, depth: int, label: str | None = None) -> Row:
        form = self.form
        field, value, kind = form.field(path), form.value(path), form.kind(path)
        problem = form.faults.get(path)
        draft = self._draft(path)
        if problem is not None and value is UNSET and draft is None and path not in self.checked:
            problem = None
        return Row(
            path=path,
            label=clean(label or field.name),
            depth=depth,
            text=clean(draft) if draft is not None else shown(field, value),
            hint=self._hint(path),
            is_required=field.required,
            is_set=value is not UNSET or draft is not None,
            is_open=path in self._open if kind in _NESTED else None,
            problem=problem or self._inner_problem(path, kind),
        )

    def _draft(self, path: Path) -> str | None:
        draft = self.form.drafts.get(path)
        return draft[0] if draft is not None else None

    def _inner_problem(self, path: Path, kind: Kind) -> str | None:
        """What is wrong inside of what is closed."""
        if kind not in _NESTED or path in self._open:
            return None
        for place, sentence in self.form.faults.items():
            if len(place) > len(path) and place[: len(path)] == path:
                return sentence
        return None

    def _hint(self, path: Path) -> str:
        field = self.form.field(path)
        if self.form.kind(path) is Kind.STATE:
            return STATE_HINT
        return field.help or describe(field)

    def _adding(self, path: Path, depth: int, *, is_list: bool) -> Row:
        place = (*path, ADD)
        draft = self._draft(place)
        kind = kind_of(self.form.field(place), UNSET)
        how = "name: value" if not is_list or kind is Kind.HEADER else ""
        return Row(
            path=place,
            label="+ add",
            depth=depth,
            text=clean(draft) if draft is not None else "",
            hint=how,
            is_set=draft is not None,
            problem=self.form.faults.get(place),
        )

    def _found(self, words: list[str]) -> Iterator[Row]:
        for section in self._sections:
            for name in section.names:
                yield from self._search((name,), words, 0)

    def _search(self, path: Path, words: list[str], depth: int) -> Iterator[Row]:
        field, value = self.form.field(path), self.form.value(path)
        label = dotted(path)
        if all(word in f"{label} {field.help}".casefold() for word in words):
            yield self._row(path, 0, label)
        kind = self.form.kind(path)
        if kind not in _NESTED or depth > _DEEPEST:
            return
        for place, child in enumerate(children(field, value)):
            step: str | int = place if kind is Kind.LIST else child.name
            yield from self._search((*path, step), words, depth + 1)

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


def _filled_objects(form: Form) -> Iterator[Path]:
    """Objects and lists that hold something, to any depth: what is filled is seen."""

    def inside(path: Path) -> Iterator[Path]:
        kind, value = form.kind(path), form.value(path)
        if kind not in _NESTED or not value:
            return
        yield path
        for place, child in enumerate(children(form.field(path), value)):
            yield from inside((*path, place if kind is Kind.LIST else child.name))

    for name in form.roots:
        yield from inside((name,))
