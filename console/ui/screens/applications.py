"""Call Control applications: which there are, what is wrong with them, and changing them. All of it is asked of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from textual import on
from textual.app import ComposeResult

from console.domain.text import clean
from console.operator import QueryAnswer
from console.ui.actions import BY_ID, Action, Scope
from console.ui.notices import Severity
from console.ui.presenters.application_page import SIZE, ApplicationPage
from console.ui.presenters.application_rows import (
    Application,
    Ours,
    id_of,
    name_of,
    present_application,
)
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.applications import ApplicationList
from console.ui.widgets.lines_view import LinesView

_NO_KEY = "no API key is set, so Telnyx cannot be asked for its applications"


_OF_ONE = frozenset({"apps.show", "apps.use", "apps.url", "apps.edit", "apps.delete"})
"""Keys that are about the selected application."""


class _Done(Protocol):
    def __call__(self, answer: QueryAnswer) -> None: ...


class ApplicationsPane(LivePane):
    """A page of the list above, the selected one below."""

    SCOPE = Scope.APPLICATIONS
    BINDINGS = keys_of(Scope.APPLICATIONS)

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._page = ApplicationPage()
        self._busy = ""
        self._trouble = ""
        self.verbs = {
            "apps.show": self._show_again,
            "apps.use": self._use,
            "apps.url": self._take_url,
            "apps.edit": self._edit,
            "apps.new": self._new,
            "apps.delete": self._delete,
            "apps.next": lambda: self._turn(self._page.number + 1),
            "apps.previous": lambda: self._turn(self._page.number - 1),
            "apps.reload": lambda: self._turn(self._page.number),
            "apps.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        yield ApplicationList(glyphs=glyphs, id="applications")
        yield LinesView(glyphs=glyphs, id="application")

    def on_mount(self) -> None:
        self.query_one(ApplicationList).focus()
        self._turn(1)

    # -- what is shown

    @property
    def ours(self) -> Ours:
        """What tells our application: the public address first, where one is configured."""
        health = self.services.health
        public_url = self.services.options.public_url
        if health is None:
            return Ours(public_url)
        public_url = health.public_url or public_url
        return Ours(public_url, health.webhook_url, health.connection_id)

    def look(self) -> None:
        self.head("Applications", self._page.count_words, right=self._page.place_words)
        words = self._busy or self._trouble
        if not words and not self._page.found:
            words = "there are no applications yet; n makes one"
        self.say(words, problem=bool(self._trouble) and not self._busy)
        self.keys()

    def _draw(self) -> None:
        from console.ui.app_names import learn
        from console.ui.screens.desk import DeskScreen

        desk = next((s for s in self.app.screen_stack if isinstance(s, DeskScreen)), None)
        if desk is not None:
            learn(desk, self.services, self._page.found)
        self.query_one(ApplicationList).show(self._page.found, self.ours)
        self._draw_details()
        self.look()

    @on(ApplicationList.Highlighted)
    def _draw_details(self) -> None:
        view, found = self.query_one(LinesView), self._selected
        width = max(30, view.size.width - 2)
        lines = present_application(found, self.ours, width) if found is not None else ()
        view.show(list(lines), top=0)
        self.keys()

    @property
    def _selected(self) -> Application | None:
        return self.query_one(ApplicationList).application

    # -- questions

    def _query(
        self,
        words: str,
        action: str,
        params: Mapping[str, object],
        done: _Done,
        *,
        change: str = "",
    ) -> None:
        """`change` is what was done, in words: that is told also when the pane has been closed meanwhile."""
        self._busy = words
        app = self.app

        def then(answer: QueryAnswer) -> None:
            self._busy = ""
            self._trouble = "" if answer.ok else answer.message
            if answer.ok and change:
                app.notify(change, title="Applications", markup=False)
            if self.is_attached:
                done(answer)
                self.look()
            elif not answer.ok:
                told(answer.message)

        def failed(sentence: str) -> None:
            self._busy, self._trouble = "", sentence
            if self.is_attached:
                self.look()
            else:
                told(sentence)

        def told(sentence: str) -> None:
            app.notify(sentence, title="Applications", severity="error", markup=False)

        operator = self.services.operator
        self.ask(lambda: operator.query(action, params), then, failed, outlives=bool(change))
        self.look()

    def _turn(self, page: int) -> None:
        health = self.services.health
        if health is not None and not health.api_key:
            self._trouble = _NO_KEY
            self.look()
            return
        params: dict[str, object] = {"page": {"number": page, "size": SIZE}}

        def done(answer: QueryAnswer) -> None:
            if answer.ok:
                self._page.turned(page, answer.data, answer.meta)
            self._draw()

        self._query("asking Telnyx for its applications …", "apps.list", params, done)

    @on(ApplicationList.Activated)
    def _show_again(self) -> None:
        found, reason = self._selected, self.why_not(BY_ID["apps.show"])
        if found is None or reason is not None:
            self.app.notify(f"read again: {reason}", severity="warning", markup=False)
            return
        id_ = id_of(found)

        def done(answer: QueryAnswer) -> None:
            if answer.ok and isinstance(answer.data, dict):
                self._page.replace(answer.data)
                self._draw()

        self._query("asking Telnyx for the application …", "apps.show", {"id": id_}, done)

    # -- changes

    def why_not(self, action: Action) -> str | None:
        if self._busy and not action.id.endswith(".back"):
            return "an answer of Telnyx is still awaited"
        if action.command and self.services.options.read_only:
            return "read-only: nothing can be changed"
        if action.id in ("apps.next", "apps.previous"):
            return self._page.why_not(1 if action.id == "apps.next" else -1)
        if action.id in _OF_ONE and self._selected is None:
            return "no application is selected"
        if action.id == "apps.use":
            return self._why_not_use()
        health = self.services.health
        if action.command and health is not None and not health.api_key:
            return _NO_KEY
        return None

    def _why_not_use(self) -> str | None:
        if self.services.options.read_only:
            return "read-only: nothing can be changed"
        found, health = self._selected, self.services.health
        if found is not None and health is not None and health.connection_id == id_of(found):
            return "this console works on it already"
        return None

    def _use(self) -> None:
        from console.telnyx.choosing import choice_of
        from console.ui.screens.connection import ConnectionDialog, use

        found = self._selected
        assert found is not None
        choice = choice_of(found, our_url=self.ours.url_for(found))
        assert choice is not None
        app, services = self.app, self.services

        def told(sentence: str, is_well: bool) -> None:
            severity: Severity = "information" if is_well else "error"
            app.notify(sentence, title="Applications", severity=severity, markup=False)

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.ask(
                    lambda: use(services, choice, told),
                    lambda _: self._draw() if self.is_attached else None,
                    lambda sentence: told(sentence, False),
                    outlives=True,
                )

        self.app.push_screen(ConnectionDialog(services, choice), answered)

    def _edit(self) -> None:
        from console.ui.screens.application_form import ApplicationForm

        found = self._selected
        assert found is not None
        self.app.push_screen(ApplicationForm(self.services, found), self._saved)

    def _take_url(self) -> None:
        from console.ui.screens.taking import take_or_give_back

        found = self._selected
        id_ = id_of(found) if found is not None else None
        take_or_give_back(
            self.app, self.services, id_, lambda: self._show_again() if self.is_attached else None
        )

    def _new(self) -> None:
        from console.ui.screens.application_form import ApplicationForm

        self.app.push_screen(ApplicationForm(self.services, None), self._saved)

    def _saved(self, application: Application | None) -> None:
        if application is None:
            return
        self.app.notify(f"{name_of(application)} is saved", title="Applications", markup=False)
        if self._page.replace(application):
            self._draw()
        else:
            self._turn(self._page.number)

    def _delete(self) -> None:
        from console.ui.dialogs.typed import TypedDialog

        found = self._selected
        assert found is not None
        name, id_ = name_of(found), id_of(found)
        ours = " Its calls come to this console." if self.ours.mark(found) else ""

        def answered(typed: str | None) -> None:
            if typed is not None:
                self._remove(name, id_)

        dialog = TypedDialog(
            self.services,
            "Delete application?",
            f"{name} ({clean(id_)}) cannot be brought back.{ours} Type its name to delete it:",
            confirm="Delete",
            why_not=lambda typed: None if typed == name.strip() else f"type {name} to delete it",
            is_dangerous=True,
        )
        self.app.push_screen(dialog, answered)

    def _remove(self, name: str, id_: str) -> None:
        def done(answer: QueryAnswer) -> None:
            if answer.ok:
                self._turn(1 if len(self._page.found) == 1 else self._page.number)

        words = "deleting the application …"
        self._query(words, "apps.delete", {"id": id_}, done, change=f"{name} is deleted")
