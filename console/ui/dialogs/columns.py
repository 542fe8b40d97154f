"""The columns of the calls: which, in what order, how wide, and which one sorts. The list behind it follows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.ui.actions import Scope, of_scope
from console.ui.compat import Guarded
from console.ui.presenters.columns import (
    BY_ID,
    COLUMNS,
    DEFAULT,
    NARROWEST,
    SORTED,
    WIDEST,
    Chosen,
    Column,
    other_end,
    titled,
)
from console.ui.services import Services
from console.ui.widgets.calls import CallTable

_NAMELESS = {"more": "(the rest)"}
_NO_ROOM = "no room for it here: leave out or narrow another one"


class ColumnList(OptionList, inherit_bindings=False):
    """Keeps only the keys that move: all others belong to the dialog, in the order in which they were typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Up", show=False, id="list.up"),
        Binding("down,j", "cursor_down", "Down", show=False, id="list.down"),
        Binding("home", "first", "First", show=False, id="list.home"),
        Binding("end,G", "last", "Last", show=False, id="list.end"),
        Binding("pageup", "page_up", "Page up", show=False, id="list.pageup"),
        Binding("pagedown", "page_down", "Page down", show=False, id="list.pagedown"),
    ]


class ColumnsDialog(Guarded, ModalScreen[bool]):
    """Gives true when the columns are to stay as they are now."""

    AUTO_FOCUS: ClassVar[str] = "#columns-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), f"act('{action.id}')", action.title, show=False, id=action.id)
        for action in of_scope(Scope.COLUMNS)
    ]  # fmt: skip

    def __init__(self, services: Services, table: CallTable, beginning: tuple[Chosen, ...]) -> None:
        """`beginning` is what a reset goes back to."""
        super().__init__()
        self._services = services
        self._table = table
        self._beginning = beginning
        self._chosen = list(table.chosen or DEFAULT)
        self._rest = [column.id for column in COLUMNS if not self._place(column.id)[1]]
        self._verbs: dict[str, Callable[[str], None]] = {
            "columns.toggle": self._toggle,
            "columns.up": lambda name: self._move(name, -1),
            "columns.down": lambda name: self._move(name, 1),
            "columns.wider": lambda name: self._resize_column(name, 1),
            "columns.narrower": lambda name: self._resize_column(name, -1),
            "columns.width": lambda name: self._resize_column(name, 0),
            "columns.sort": self._sort,
            "columns.reset": lambda _name: self._reset(),
            "columns.done": lambda _name: self._close(True),
            "columns.cancel": lambda _name: self._close(False),
        }

    def compose(self) -> ComposeResult:
        with Vertical(id="columns"):
            yield ColumnList(id="columns-list", compact=True, markup=False)

    def on_mount(self) -> None:
        frame = self.query_one("#columns")
        frame.border_title = Content("Columns of the calls")
        frame.border_subtitle = Content(
            "space show  J K move  ←→ width  s sort  R reset  ↵ keep  esc cancel"
            if not self._services.look.glyphs.ascii
            else "space show  J K move  +- width  s sort  R reset  enter keep  esc cancel"
        )
        self._draw(self._chosen[0].id)

    # -- keys

    def action_act(self, action_id: str) -> None:
        """One key, for the column under the cursor."""
        name = self._here
        if name is not None:
            self._verbs[action_id](name)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        """A click shows the column or leaves it out."""
        event.stop()
        self._toggle(event.option_id or "")

    @property
    def _here(self) -> str | None:
        choices = self.query_one(OptionList)
        if choices.highlighted is None:
            return None
        return choices.get_option_at_index(choices.highlighted).id

    def _close(self, answer: bool) -> None:
        self.dismiss(answer)

    # -- what they do

    def _place(self, name: str) -> tuple[int, bool]:
        """Where a column stands among those chosen, and whether it does."""
        for index, each in enumerate(self._chosen):
            if each.id == name:
                return index, True
        return len(self._chosen), False

    def _toggle(self, name: str) -> None:
        index, is_chosen = self._place(name)
        if name == "state":
            self._refuse("the state is always shown: it says what a call was told to do")
        elif is_chosen:
            del self._chosen[index]
            self._rest.insert(0, name)
            if self._table.sorted_by.removeprefix("-") == name:
                self._table.sort_by("", self._services.now())
            self._apply(name)
        elif name in BY_ID:
            self._rest.remove(name)
            self._chosen.append(Chosen(name))
            self._apply(name)

    def _move(self, name: str, step: int) -> None:
        index, is_chosen = self._place(name)
        if not is_chosen:
            self._refuse("it is not shown; space shows it")
            return
        goal = index + step
        if 0 <= goal < len(self._chosen):
            self._chosen.insert(goal, self._chosen.pop(index))
            self._apply(name)

    def _resize_column(self, name: str, step: int) -> None:
        """One cell more or less; 0: its own width."""
        index, is_chosen = self._place(name)
        if not is_chosen:
            self._refuse("it is not shown; space shows it")
            return
        width = self._table.width_of_column(name) or BY_ID[name].usual
        wanted = min(max((self._chosen[index].width or width) + step, NARROWEST), WIDEST)
        self._chosen[index] = Chosen(name, wanted if step else 0)
        self._apply(name)

    def _sort(self, name: str) -> None:
        if name not in SORTED:
            self._refuse("this column has no order")
            return
        spec = other_end(self._table.sorted_by, name)
        self._table.sort_by(spec, self._services.now())
        self._draw(name)

    def _reset(self) -> None:
        self._chosen = list(self._beginning)
        self._rest = [column.id for column in COLUMNS if not self._place(column.id)[1]]
        self._table.sort_by("", self._services.now())
        self._apply(self._chosen[0].id)

    def _apply(self, name: str) -> None:
        chosen = tuple(self._chosen)
        self._table.show_columns(None if chosen == DEFAULT else chosen)
        self._draw(name)

    def _refuse(self, why: str) -> None:
        self.app.notify(why, severity="warning", markup=False)

    # -- drawing

    def _draw(self, name: str) -> None:
        """All columns: those shown in their order, then the others; the cursor on `name`."""
        choices = self.query_one(OptionList)
        names = [*(each.id for each in self._chosen), *self._rest]
        choices.clear_options()
        choices.add_options([self._option(BY_ID[each]) for each in names])
        choices.highlighted = names.index(name)

    def _option(self, column: Column) -> Option:
        index, is_chosen = self._place(column.id)
        width = self._chosen[index].width if is_chosen else 0
        title = titled(
            column.id,
            column.title or _NAMELESS[column.id],
            self._table.sorted_by,
            self._services.look,
        )
        size = f"{width:>3}" if width else "   "
        about = column.about if self._has_room(column) or not is_chosen else _NO_ROOM
        text = f"{'[x]' if is_chosen else '[ ]'} {title:<12}{size}  {about}"
        return Option(Content(text) if is_chosen else Content(text).stylize("dim"), id=column.id)

    def _has_room(self, column: Column) -> bool:
        """Whether it is on the screen; the rest goes below a call that has ended where it has no column."""
        table = self._table
        return column.id == "more" or not table.size.width or table.width_of_column(column.id) > 0
