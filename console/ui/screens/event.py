"""One entry of the journal, whole: the webhook as it was received."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.domain.entries import Entry, Fact
from console.domain.text import clean
from console.errors import JournalError
from console.ui.actions import Scope, in_bar, of_scope
from console.ui.compat import Guarded
from console.ui.services import Services
from console.ui.widgets.event_view import EventView
from console.ui.widgets.keybar import KeyBar, KeyHint
from console.ui.widgets.titles import PaneTitle


class EventScreen(Guarded, Screen[None]):
    """Over the desk, which goes on underneath; Escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), action.id.replace(".", "_"), action.title, show=False)
        for action in of_scope(Scope.EVENT)
    ]

    def __init__(
        self, services: Services, pair: tuple[Entry, Fact], copy: Callable[[str, str], None]
    ) -> None:
        super().__init__()
        self._services = services
        self._pair = pair
        self._copy = copy

    def compose(self) -> ComposeResult:
        glyphs = self._services.look.glyphs
        yield PaneTitle("Event", glyphs=glyphs, id="event-title")
        yield EventView(look=self._services.look, id="event-view")
        yield KeyBar(glyphs=glyphs, id="event-keys")

    def on_mount(self) -> None:
        entry, fact = self._pair
        what = clean(entry.event_type or entry.kind.value)
        self.query_one(PaneTitle).show("Event", what, f"entry {entry.seq}", focused=True)
        view = self.query_one(EventView)
        view.show(entry, fact, self._deliveries(entry))
        view.focus()
        self.query_one(KeyBar).show(
            [
                KeyHint(action.key_label, action.title, weight=action.weight)
                for action in in_bar(Scope.EVENT)
            ]
        )

    def _deliveries(self, entry: Entry) -> tuple[Entry, ...]:
        if entry.event_key is None:
            return (entry,)
        try:
            return self._services.store.deliveries(entry.event_key)
        except JournalError:
            return (entry,)

    def action_event_back(self) -> None:
        """Back to the desk."""
        self.dismiss(None)

    def action_event_raw(self) -> None:
        """JSON to bytes and back."""
        self.query_one(EventView).action_toggle_raw()

    def action_event_copy(self) -> None:
        """The event's id, for a search in the portal."""
        entry, _fact = self._pair
        if entry.event_id is None:
            self.app.notify("this entry has no event id", severity="warning", markup=False)
        else:
            self._copy(entry.event_id, "event id")
