"""What keys do to the row under the cursor of a form, and where the cursor is after that. Pure."""

from __future__ import annotations

from collections.abc import Callable

from console.ui.forms.fields import Kind
from console.ui.forms.model import Form
from console.ui.forms.rows import FormRows
from console.ui.forms.tree import ADD, UNSET, Path

NESTED = (Kind.OBJECT, Kind.LIST)


class Hand:
    """Changes a form through its rows. Every deed takes the row's place and gives the place to go to."""

    def __init__(self, rows: FormRows) -> None:
        self.rows = rows
        self._deeds: dict[str, Callable[[Path], Path | None]] = {
            "next": lambda path: self._cycle(path, 1),
            "previous": lambda path: self._cycle(path, -1),
            "unset": self._unset,
            "up": lambda path: self._form.move(path, -1),
            "down": lambda path: self._form.move(path, 1),
            "shape": self._shape,
        }

    @property
    def _form(self) -> Form:
        return self.rows.form

    def do(self, what: str, path: Path) -> Path | None:
        """One of: next, previous, unset, up, down, shape."""
        place = self._deeds[what](path)
        self.rows.rebuild()
        return place

    def enter(self, path: Path) -> Path | None:
        """Opens or closes what has an inside, or adds an entry that is not typed; None where there is to be typed."""
        if path[-1] == ADD:
            new = self._form.add(path[:-1])
            if new is not None:
                self.rows.reveal((*new, 0))
            return new
        if self._form.kind(path) in NESTED:
            self.rows.toggle(path)
            return path
        return None

    def after(self, path: Path, step: int, *, typed: bool) -> Path | None:
        """Where to go on after typing: to one more entry, or to the neighbour."""
        if path[-1] == ADD and typed:
            return path
        return self.rows.neighbour(path, step) if step else None

    def wants_typing(self, path: Path) -> bool:
        """Whether the next thing to do is surely to type here: required and empty, or one more entry."""
        if path[-1] == ADD:
            return True
        is_typed = self._form.kind(path) not in NESTED
        return self._form.field(path).required and is_typed and self._form.value(path) is UNSET

    def _cycle(self, path: Path, step: int) -> Path:
        if path[-1] == ADD:
            return path
        if self._form.kind(path) in NESTED:
            self.rows.toggle(path)
        else:
            self._form.cycle(path, step)
        return path

    def _unset(self, path: Path) -> Path | None:
        if path[-1] == ADD:
            return path
        before = self.rows.neighbour(path, -1)
        self._form.unset(path)
        self.rows.rebuild()
        return path if self.rows.row(path) is not None else before

    def _shape(self, path: Path) -> Path:
        if path[-1] != ADD and self._form.reshape(path) and self._form.kind(path) in NESTED:
            self.rows.reveal((*path, 0))
        return path
