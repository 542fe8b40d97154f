"""Creating or changing an application: every setting as a field, the difference shown before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from console.domain.text import clean
from console.errors import ConsoleError, EngineError, UsageError
from console.operator import QueryAnswer
from console.telnyx.applications import diff, update_params
from console.telnyx.requests import check
from console.ui.application_fields import CREATE, UPDATE, Field, changes_of, fields_of
from console.ui.compat import Guarded, report
from console.ui.dialogs.difference import DifferenceDialog
from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.application_rows import Application, id_of, name_of
from console.ui.services import Services


class SettingInput(Guarded, Input):
    """One setting; where only some values are possible, space and a double click go on to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.move(1)", "next field", show=False),
        Binding("up", "screen.move(-1)", "previous field", show=False),
    ]

    def __init__(self, field: Field, place: int) -> None:
        super().__init__(field.text, id=f"setting-{place}", compact=True, select_on_focus=False)
        self.field = field

    def next_choice(self) -> None:
        """The choice after the present one."""
        choices = self.field.choices
        place = choices.index(self.value) + 1 if self.value in choices else 0
        self.value = choices[place % len(choices)]

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space" and self.field.choices:
            event.stop()
            event.prevent_default()
            self.next_choice()
        else:
            await super()._on_key(event)

    async def _on_click(self, event: events.Click) -> None:
        if event.chain == 2 and self.field.choices:
            event.stop()
            self.next_choice()


class ApplicationForm(PlainDialog[Mapping[str, object]]):
    """Gives the application as Telnyx saved it. What Telnyx refuses is said at the field, and nothing typed is lost."""

    AUTO_FOCUS: ClassVar[str] = "#setting-0"

    def __init__(self, services: Services, application: Application | None) -> None:
        self._application = application
        self._action = CREATE if application is None else UPDATE
        heading = "New application" if application is None else f"Edit {name_of(application)}"
        super().__init__(services, heading)
        self._fields = fields_of(self._action, application or {})
        self._is_saving = False

    # -- parts

    @property
    def confirm_label(self) -> str:
        return "Review"

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False):
            for place, field in enumerate(self._fields):
                with Horizontal(classes="field"):
                    yield Label(Content(field.name))
                    yield SettingInput(field, place)
        yield Static(id="form-hint")

    def on_mount(self) -> None:
        if self._application is None:
            for name, value in self._suggested().items():
                self._input(name).value = value

    def _suggested(self) -> dict[str, str]:
        """What makes a new application work with this console."""
        health = self.services.health
        known = health.public_url if health else None
        known = known or self.services.options.public_url
        url = known or (health.webhook_url if health else "")
        return {"webhook_event_url": url, "webhook_api_version": "2"}

    def _input(self, name: str) -> SettingInput:
        place = next(i for i, field in enumerate(self._fields) if field.name == name)
        return self.query_one(f"#setting-{place}", SettingInput)

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        focused = self.focused
        words = ""
        if isinstance(focused, SettingInput):
            more = "; space: the next one" if focused.field.choices else ""
            words = f"{focused.field.hint}{more}"
        self.query_one("#form-hint", Static).update(Content(words), layout=False)

    def action_move(self, step: int) -> None:
        """The next field, or the one before."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    # -- from text to what is sent

    def problem_of_input(self) -> str | None:
        return "saving …" if self._is_saving else None

    def _params(self) -> dict[str, object]:
        """What would be sent. Raises `UsageError`, its first word the field's name."""
        typed = {each.field.name: each.value for each in self.query(SettingInput)}
        changes = changes_of(self._action, self._fields, typed)
        if self._application is None:
            return changes
        return update_params(self._application, changes) if changes else {}

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_confirm()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.problem:
            self._say("")

    def _say(self, problem: str) -> None:
        self.problem = problem
        self.show_status()

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Shows the difference; a field that cannot be sent is named and gets the focus."""
        if self._is_saving:
            return
        try:
            params = self._params()
        except UsageError as error:
            self._refuse(error.user_message, error.user_message.split(" ")[0].rstrip(":"))
            return
        problems = check(self._action, params) if params or self._application is None else ()
        if problems:
            first = problems[0]
            self._refuse(f"{first.sentence}: {first.advice}", first.pointer)
            return
        differences = diff(self._application or {}, params)
        if not differences:
            self._say("nothing was changed")
            return
        self._say("")

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._save(params)

        heading = "Create this application?" if self._application is None else "Save this change?"
        self.app.push_screen(DifferenceDialog(self.services, heading, differences), answered)

    def _refuse(self, sentence: str, pointer: str | None) -> None:
        self._say(sentence)
        wanted = (pointer or "").strip("/").replace("/", ".")
        for each in self.query(SettingInput):
            if each.field.name == wanted:
                each.focus()

    # -- saving

    def _save(self, params: dict[str, object]) -> None:
        if self._application is not None:
            params = {**params, "id": id_of(self._application)}
        self._is_saving = True
        self.show_status()
        # Of the app: what is being saved is saved, also when the form is closed meanwhile.
        self.app.run_worker(
            self._ask(params),
            name=self._action,
            group="questions",
            exclusive=False,
            exit_on_error=False,
        )

    async def _ask(self, params: dict[str, object]) -> None:
        app = self.app
        try:
            answer = await self.services.operator.query(self._action, params)
        except EngineError as error:
            said = f"The engine does not answer: {error.user_message}"
            answer = QueryAnswer(ok=False, message=said)
        except ConsoleError as error:
            answer = QueryAnswer(ok=False, message=error.user_message)
        except Exception as error:  # noqa: BLE001  the worker border
            answer = QueryAnswer(ok=False, message="something went wrong in the screen")
            report(app, error)
        self._is_saving = False
        if self.is_attached:
            self._answered(answer, params)
        elif answer.ok:
            app.notify("the application is saved", title="Applications", markup=False)
        else:
            app.notify(clean(answer.message), title="Applications", severity="error", markup=False)

    def _answered(self, answer: QueryAnswer, params: dict[str, object]) -> None:
        if not answer.ok:
            self._refuse(answer.message, answer.pointer)
            return
        saved = answer.data if isinstance(answer.data, dict) else {}
        self.dismiss({**(self._application or {}), **params, **saved})
