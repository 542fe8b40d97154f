"""What a form shows: sections, fields, members and entries to any depth, or what a search finds, as rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.domain.text import clean
from console.ui.forms.fields import Kind, children, kind_of
from console.ui.forms.model import Form
from console.ui.forms.order import sections
from console.ui.forms.tree import ADD, UNSET, Path, dotted
from console.ui.forms.values import describe, shown

HEADING = "\0"
"""First step of the path of a row that is no place of the form."""
STATE_HINT = "typed as text, sent as base64; comes back in every later event"
_NESTED = (Kind.OBJECT, Kind.LIST)
_DEEPEST = 24


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


class Outline:
    """Makes the rows of one form. What is open is kept here; sections are those of the beginning, so no row jumps."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.checked: frozenset[Path] = frozenset()
        """Places whose being empty is a fault by now; others only say that they are required."""
        self.open: set[Path] = set(_filled_objects(form))
        self._sections = sections(form.command.name, form.roots.values(), form.params)

    def rows(self, search: str) -> list[Row]:
        """Every row, or those that a search finds."""
        words = search.casefold().split()
        return list(self._found(words) if words else self._all())

    def _all(self) -> Iterator[Row]:
        for section in self._sections:
            title = f"{section.title}  {len(section.names)}"
            yield Row(path=(HEADING, section.title), label=title, is_heading=True)
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
            is_open=path in self.open if kind in _NESTED else None,
            problem=problem or self._inner_problem(path, kind),
        )

    def _draft(self, path: Path) -> str | None:
        draft = self.form.drafts.get(path)
        return draft[0] if draft is not None else None

    def _inner_problem(self, path: Path, kind: Kind) -> str | None:
        """What is wrong inside of what is closed."""
        if kind not in _NESTED or path in self.open:
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


def explanation(form: Form, path: Path) -> str:
    """What the value at a place means and may be; what is wrong with it, if anything is."""
    draft = form.drafts.get(path)
    if draft is not None:
        return draft[1]
    if path in form.faults and (form.value(path) is not UNSET or form.was_said(path)):
        return form.faults[path]
    field = form.field(path)
    meaning = STATE_HINT if form.kind(path) is Kind.STATE else field.help
    return "; ".join(part for part in (meaning, describe(field)) if part)


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
