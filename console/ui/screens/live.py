"""What the panes over the desk share: a title, a body, a line of words, and keys from the registry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.domain.text import clean
from console.errors import ConsoleError, EngineError
from console.ui.actions import BY_ID, Action, Scope, available, in_bar, of_scope
from console.ui.compat import Guarded, drop_typed_ahead, report
from console.ui.key_labels import plain_label
from console.ui.presenters.glyphs import ASCII_SIGNS
from console.ui.services import Services
from console.ui.widgets.key_line import KeyLine
from console.ui.widgets.keybar import KeyHint
from console.ui.widgets.size_guard import TooSmall, is_too_small
from console.ui.widgets.titles import PaneTitle

T = TypeVar("T")

LOOKS_A_SECOND = 10.0


def keys_of(scope: Scope) -> list[BindingType]:
    """The bindings of one pane."""
    return [
        Binding(
            ",".join(action.keys), f"act('{action.id}')", action.title, show=False, id=action.id
        )
        for action in of_scope(scope)
    ]


class LivePane(Guarded, Screen[None]):
    """Over the desk, which goes on underneath. A subclass names its scope, and fills `verbs` and `compose_body`."""

    SCOPE: ClassVar[Scope]
    BINDINGS: ClassVar[list[BindingType]] = keys_of(Scope.SCREENS)

    def __init__(self, services: Services) -> None:
        super().__init__(classes="live-pane")
        self.services = services
        self.verbs: dict[str, Callable[[], None]] = {}
        """What each of its keys does, by id in the registry."""
        self._said = ("", False)

    # -- parts

    def compose(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        yield PaneTitle(glyphs=glyphs, id="live-title")
        with Vertical(id="live-body"):
            yield from self.compose_body()
        yield Static(id="live-status", markup=False)
        yield TooSmall(id="too-small")
        yield KeyLine(glyphs=glyphs, id="live-keys")

    def compose_body(self) -> ComposeResult:
        """What is between the title and the line of words."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self._fit(*self.app.size)
        rate = min(LOOKS_A_SECOND, max(1.0, self.services.options.refresh_hz))
        self._unsubscribe = self.services.store.subscribe(self._heard)
        self.guarded_interval(1.0 / rate, self.look)
        self.call_after_refresh(self.look)

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _heard(self, _changed: object) -> None:
        self.call_later(self.look)

    def look(self) -> None:
        """Draws what is new; called whenever something may be."""
        raise NotImplementedError

    def head(self, name: str, *details: str, right: str = "") -> None:
        """The line at the top; over a desk that shows another moment it says so, and which."""
        if self.services.moment is not None:
            details = (f"NOT LIVE {self.services.moment()}", *details)
        self.query_one(PaneTitle).show(name, *details, right=right, focused=True)

    def say(self, words: str, *, problem: bool = False) -> None:
        """The line above the keys."""
        if (words, problem) == self._said:
            return
        self._said = (words, problem)
        status = self.query_one("#live-status", Static)
        text = clean(words)
        if self.services.look.glyphs.ascii:
            text = text.translate(ASCII_SIGNS)
        status.update(Content(text))
        status.set_class(problem, "-problem")

    @on(events.Resize)
    def _resized(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    def _fit(self, width: int, height: int) -> None:
        small = is_too_small(width, height)
        for part in self.query("#live-title, #live-body, #live-status, #live-keys"):
            part.display = not small
        self.query_one("#too-small").display = small

    # -- keys

    def why_not(self, action: Action) -> str | None:  # noqa: ARG002
        """Why a key of this pane does nothing now, in words."""
        return None

    def keys(self) -> None:
        """The line of keys: what is possible bright, the rest dim."""
        shown = in_bar(self.SCOPE, read_only=self.services.options.read_only)
        self.query_one(KeyLine).show(
            [
                KeyHint(each.key_label, each.title, self._is_on(each), each.weight)
                for each in shown
                if each.scope is self.SCOPE
            ]
        )

    def _is_on(self, action: Action) -> bool:
        return self.why_not(action) is None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is done unseen, and nothing is sent in a read-only session; other keys say why they do nothing."""
        if action != "act" or not parameters:
            return True
        known = BY_ID.get(str(parameters[0]))
        if known is None or known.id.endswith(".back"):
            return True
        if is_too_small(*self.app.size):
            return False
        return not (known.command and self.services.options.read_only)

    def action_act(self, action_id: str) -> None:
        """One key of the registry."""
        if action_id == "screen.jump":
            # Whatever can be done with a row, one can go to it.
            from console.ui.screens.jump import open_jump_over

            open_jump_over(self)
            return
        action = BY_ID[action_id]
        reason = self.why_not(action)
        if reason is not None:
            drop_typed_ahead(self.app)
            self.app.notify(f"{action.title}: {reason}", severity="warning", markup=False)
            return
        self.verbs[action_id]()

    @on(KeyLine.Pressed)
    def _clicked(self, event: KeyLine.Pressed) -> None:
        event.stop()
        for action in available():
            if action.scope is not self.SCOPE:
                continue
            if event.key in (action.key_label, plain_label(action.key_label)) and self.check_action(
                "act", (action.id,)
            ):
                self.action_act(action.id)
                return

    def action_back(self) -> None:
        """Back to the desk."""
        self.dismiss(None)

    # -- questions to the engine

    def ask(
        self,
        question: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        failed: Callable[[str], None],
        *,
        outlives: bool = False,
    ) -> None:
        """Asks the engine beside the screen; `failed` gets a sentence, also for an error that nobody expected.

        `outlives`: goes on when the pane is closed.
        """
        node = self.app if outlives else self
        node.run_worker(
            self._ask(question, then, failed, outlives=outlives),
            name=f"question of {type(self).__name__}",
            group="questions",
            exclusive=False,
            exit_on_error=False,
        )

    async def _ask(
        self,
        question: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        failed: Callable[[str], None],
        *,
        outlives: bool,
    ) -> None:
        tell: Callable[[], None]
        try:
            try:
                answer = await question()
            except EngineError as error:
                tell = partial(failed, f"The engine does not answer: {error.user_message}")
            except ConsoleError as error:
                tell = partial(failed, error.user_message)
            except Exception as error:  # noqa: BLE001  the worker border, for whoever waits for an answer
                report(self, error)
                tell = partial(failed, "Something went wrong; there is no answer")
            else:
                tell = partial(then, answer)
            # A pane that was closed meanwhile is being taken apart.
            if outlives or self in self.app.screen_stack:
                tell()
        except Exception as error:  # noqa: BLE001  the worker border
            report(self, error)
