"""A form on the screen: its rows, the line where a value is typed, what the value may be, and a search."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from console.domain.text import clean
from console.ui.actions import Scope, of_scope
from console.ui.compat import Guarded
from console.ui.forms.fields import Field, Kind
from console.ui.forms.hand import Hand
from console.ui.forms.model import Form
from console.ui.forms.offers import NONE, Offers
from console.ui.forms.outline import explanation
from console.ui.forms.rows import FormRows
from console.ui.forms.tree import ADD, UNSET, Path
from console.ui.forms.values import Written, choices, describe, json_text
from console.ui.presenters.glyphs import Glyphs
from console.ui.widgets.form_editor import FieldEditor
from console.ui.widgets.form_list import FormList

Resolve = Callable[[Field, str], str]
Offer = Callable[[Path], Offers]


_INSIDES = (Kind.OBJECT, Kind.LIST)
_METHODS = {"form.json": "json", "form.search": "search"}


def as_typed(_field: Field, text: str) -> str:
    """The text as it is."""
    return text


def no_offers(_path: Path) -> Offers:
    """Nothing is known that could stand there."""
    return NONE


class FormBody(Guarded, Vertical):
    """Everything about the values of one form; who sends it is told of every change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys),
            _METHODS.get(action.id) or f"change('{action.id[5:]}')",
            show=False,
            id=action.id,
        )
        for action in of_scope(Scope.FORM)
        if action.id != "form.send"
    ]

    class Changed(Message):
        """Another value, or another row under the cursor."""

    def __init__(
        self, form: Form, glyphs: Glyphs, resolve: Resolve = as_typed, offer: Offer = no_offers
    ) -> None:
        """`resolve` turns what was typed into what is sent, e.g. the name of a contact into its number; `offer` gives
        what may be chosen where anything may be typed.
        """
        super().__init__(id="form-body")
        self.form = form
        self.rows = FormRows(form, glyphs)
        self.hand = Hand(self.rows)
        self.fields = FormList(self.rows, glyphs)
        self.editor = FieldEditor()
        self._resolve = resolve
        self._offer = offer
        self._offered: Offers = NONE
        self._editing: Path | None = None

    def compose(self) -> ComposeResult:
        search = Input(id="form-search", placeholder="search the parameters", compact=True)
        search.display = False
        yield search
        yield self.fields
        yield Static(id="form-help")
        yield self.editor

    def use(self, form: Form) -> None:
        """Shows another form of the same command."""
        self.form = form
        self.rows.use(form)
        self.go(self.rows.first)

    def go(self, path: Path | None, *, edit: bool = False) -> None:
        """Puts the cursor on a place, opening what is around it, and begins to edit it if asked."""
        place = self.rows.reveal(path) if path is not None else None
        self.query_one("#form-search").display = False
        self._close()
        self.fields.sync()
        self.fields.select(place)
        self.fields.focus()
        if edit and place is not None and place == path:
            self._edit(place)

    def commit(self) -> bool:
        """Takes what is being typed; False if it is no value."""
        if self._editing is None:
            return True
        return self._take(self._editing, self.editor.text, as_json=self.editor.as_json)

    def redraw(self) -> None:
        """Draws the form as it is now."""
        self.rows.rebuild()
        self.fields.sync()
        self._explain()

    # -- keys

    def action_json(self) -> None:
        """Edits the value under the cursor as JSON, whatever it is."""
        path = self._place()
        if path is not None and path[-1] != ADD:
            value = self.form.value(path)
            self._begin(path, Written("" if value is UNSET else json_text(value), as_json=True))

    def action_change(self, what: str) -> None:
        """Changes the value under the cursor without typing."""
        path = self._place()
        if path is not None:
            place = self.hand.do(what, path)
            self.redraw()
            self.fields.select(place)

    def action_search(self) -> None:
        """Narrows the rows while typing."""
        search = self.query_one("#form-search", Input)
        search.display = True
        search.value = ""
        search.focus()

    # -- what happens

    @on(FormList.Activated)
    def _activated(self, event: FormList.Activated) -> None:
        event.stop()
        if not event.typed:
            self._edit(event.path)
        elif self.rows.is_place(event.path) and self.form.kind(event.path) not in _INSIDES:
            self._begin(event.path, Written(""))
            self.editor.begin_with(event.typed)

    @on(FieldEditor.Committed)
    def _committed(self, event: FieldEditor.Committed) -> None:
        event.stop()
        path = self._editing
        if path is None or not self._take(path, event.text, as_json=event.as_json):
            return
        following = self.hand.after(path, event.step, typed=bool(event.text.strip()))
        self._close()
        self.fields.focus()
        if following is not None:
            self.fields.select(following)
            if self.hand.wants_typing(following):
                self._edit(following)

    @on(FieldEditor.Abandoned)
    def _abandoned(self, event: FieldEditor.Abandoned) -> None:
        event.stop()
        if self._editing is not None:
            self.form.forget(self._editing)
        self._close()
        self.fields.focus()
        self.redraw()

    @on(Input.Changed, "#form-search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.search = event.value
        self.rows.rebuild()
        self.fields.sync(top=0)
        if self.fields.selected is None:
            self.fields.select(self.rows.first)

    @on(Input.Submitted, "#form-search")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self.go(self.fields.selected or self.rows.first)

    # -- inside

    def _place(self) -> Path | None:
        path = self.fields.selected
        return path if self.rows.is_place(path) else None

    def _edit(self, path: Path) -> None:
        """What Enter does: types a value, opens or closes an inside, adds an entry."""
        if not self.rows.is_place(path):
            return
        place = self.hand.enter(path)
        if place is not None:
            self.redraw()
            self.fields.select(place)
            return
        self._begin(path, self.form.written(path))

    def _begin(self, path: Path, written: Written) -> None:
        field, kind = self.form.field(path), self.form.kind(path)
        offered: tuple[str, ...] = ()
        self._offered = self._offer(path) if kind is Kind.TEXT and not written.as_json else NONE
        if kind in (Kind.CHOICE, Kind.FLAG) and not written.as_json:
            offered = tuple(label for label, _value in choices(field, self.form.value(path)))
        row = self.rows.row(path)
        hint = row.hint if row is not None and path[-1] == ADD else describe(field)
        self._editing = path
        self.editor.open(
            field.name if path[-1] != ADD else "add",
            written.text,
            as_json=written.as_json or kind is Kind.JSON,
            choices=offered or tuple(self._offered),
            is_free=bool(self._offered),
            secret=kind is Kind.SECRET,
            hint="type it, or choose with the arrows" if self._offered else hint,
        )
        self._explain()
        self.call_after_refresh(self.fields.select, path)

    def _take(self, path: Path, text: str, *, as_json: bool) -> bool:
        """Whether the text became a value; else the line stays open, with the reason."""
        field = self.form.field(path)
        chosen = self._offered.get(text)
        typed = text if as_json else self._resolve(field, text) if chosen is None else chosen
        wrong = self.form.type(path, typed, as_json=as_json)
        self.redraw()
        return wrong is None

    def _close(self) -> None:
        self._editing, self._offered = None, NONE
        self.editor.close()
        self._explain()

    @on(FormList.Highlighted)
    def _explain(self) -> None:
        """What the value under the cursor means and may be, and what is wrong with it."""
        path = self._editing or self._place()
        words = explanation(self.form, path) if path is not None else ""
        self.query_one("#form-help", Static).update(Content(clean(words)), layout=False)
        self.post_message(self.Changed())
