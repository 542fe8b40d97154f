"""The screen's frame: puts store, operator and engine's life behind the desk, and leaves the terminal as it was.

No rule about calls lives here. Everything that takes time is imported, read or started after the first frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from console.domain.entries import Entry, Fact
from console.domain.legs import LegKey
from console.domain.text import clean
from console.ui import themes
from console.ui.actions import Action, Scope, of_scope, rekey
from console.ui.compat import draw_in_ascii, is_headless
from console.ui.deeds import DeskDeeds
from console.ui.engine_watch import EngineWatch
from console.ui.error_log import ErrorLog
from console.ui.leaving import SignalExit, terminal_is_gone
from console.ui.notices import Notice, Severity
from console.ui.options import UiOptions
from console.ui.screens.desk import DeskScreen
from console.ui.services import Contacts, Services
from console.ui.starting import PromptApp

if TYPE_CHECKING:
    from textual.command import Provider

    from console.life import EngineLife
    from console.operator import Operator
    from console.store.store import Store


def _provider(name: str) -> Callable[[], type[Provider]]:
    """A source of the palette, imported when the palette is opened."""

    def load() -> type[Provider]:
        found: type[Provider] = getattr(import_module("console.ui.palette"), name)
        return found

    return load


_MOST_REPORTED = 50
_KEEP_EVERY_S = 30.0
"""How often the arrangement is remembered; also at the end."""


def keep(app: ConsoleApp) -> None:
    """Remembers how the desk is arranged; nobody is told where that fails, it is tried again."""
    is_live = app.has_begun and app.desk.services is app.services and app.desk.has_begun
    if is_live and app.services.options.restore:
        from console.ui import session

        session.keep(app.desk, app.services)


class ConsoleApp(PromptApp):
    """One desk. `run()` returns when the operator leaves; the end of an engine it started is awaited before that."""

    TITLE = "Call Console"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(action.keys),
            {"palette": "command_palette"}.get(action.id, action.id),
            action.title,
            show=False,
            priority=action.id == "quit",
            id=action.id,
        )
        for action in of_scope(Scope.EVERYWHERE)
    ]
    COMMANDS = App.COMMANDS | {
        _provider("ActionProvider"),
        _provider("CommandProvider"),
        _provider("CallProvider"),
    }
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        store: Store,
        operator: Operator,
        life: EngineLife,
        options: UiOptions,
        contacts: Contacts,
    ) -> None:
        super().__init__()
        self.services = Services(store=store, operator=operator, options=options, contacts=contacts)
        self.title = options.title
        self.error_log = ErrorLog(options.error_log)
        self.reported: list[Exception] = []
        """Errors that were survived, the latest."""
        self._has_kept = options.restore and options.memory is not None and options.memory.exists()
        self._deeds = self._new_deeds()
        if options.redact:
            from console.ui.redaction import Redaction

            self.services.redaction = Redaction(self.services)
            self.services.redaction.begin()
        self._watch = EngineWatch(self, self.services, life)
        self._signals = SignalExit(self.exit)
        for theme in themes.OWN:
            self.register_theme(theme)
        self.keeps_theme = False
        """Whether a theme that is chosen from now on is remembered."""
        self._to_say: list[tuple[str, str]] = []
        """Titles and words of what is said when the first frame is drawn."""
        if options.ascii:
            self.add_class("-ascii")
            draw_in_ascii(self)
        rekey({})
        if options.keys:
            from console.ui.keymap import use_keys

            self._to_say += use_keys(self, options)
        wanted = options.theme
        if self._has_kept:
            from console.ui import session

            wanted = session.theme(self.services)
        if wanted not in self.available_themes:
            from console.ui.choosing_theme import first

            wanted = first(self, self.services, wanted, self._to_say)
        self.begin_in(wanted)

    def _new_deeds(self) -> DeskDeeds:
        if not self.services.options.offline:
            return DeskDeeds(self, self.services)
        from console.ui.offline import OfflineDeeds, why

        self.services.frozen = why
        return OfflineDeeds(self, self.services)

    def get_default_screen(self) -> Screen[None]:
        # While another moment is shown, this is that desk: what keys and palette are about.
        self.desk = DeskScreen(self.services, self._deeds)
        if self._has_kept:
            from console.ui import session

            session.lay_out(self.desk, session.read(self.services))
        return self.desk

    # -- life

    def on_mount(self) -> None:
        self._signals.install()

    def begun(self) -> None:
        """The first frame is drawn: what remains may take its time."""
        from console.ui import resuming

        super().begun()
        resuming.install(self)
        options = self.services.options
        for title, words in self._to_say:
            self.notify(words, title=title, severity="warning", timeout=15)
        self.guarded_interval(_KEEP_EVERY_S, partial(keep, self))
        self._watch.start()
        self._watch.ask()
        self.guarded_interval(options.health_every_s, self._watch.ask)
        if not is_headless(self):
            self.guarded_interval(options.terminal_check_s, self._check_terminal)
        if options.screenshot is not None:
            self.set_timer(options.screenshot_after_s, self._take_picture)

    async def on_unmount(self) -> None:
        """The terminal is back already."""
        keep(self)
        self._signals.remove()
        self.end_collecting()
        await self._watch.leave()

    def _check_terminal(self) -> None:
        if terminal_is_gone():
            self.exit(return_code=1)

    def _take_picture(self) -> None:
        path = self.services.options.screenshot
        assert path is not None
        self.save_screenshot(filename=path.name, path=str(path.parent))
        self.exit()

    # -- errors and notices

    def report(self, error: Exception) -> None:
        """An error that was survived: a notice in plain words, the traceback in the private log."""
        self.reported.append(error)
        del self.reported[:-_MOST_REPORTED]
        where = self.error_log.write(error)
        self.notify(
            f"Something went wrong in the screen ({type(error).__name__}); calls go on. {where}",
            severity="error",
        )

    def last_words(self, error: Exception) -> str:
        """What stands in the terminal when the screen cannot go on."""
        where = self.error_log.write(error)
        name = type(error).__name__
        return f"The screen had to stop ({name}); calls go on in the engine. {where}"

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Severity = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002  never: the words may come from outside
    ) -> None:
        """Says it, keeps it for the list of notices; text is cleaned and never read as markup."""
        text = clean(message)
        notice = Notice(at=self.services.now(), text=text, severity=severity, title=clean(title))
        if self.services.notices.add(notice):
            # On one line: it lies over the keys' line, and not over what is read.
            words = f"{notice.title}: {text}" if notice.title else text
            super().notify(words, severity=severity, timeout=timeout, markup=False)

    def redraw_status(self) -> None:
        """What is known of the engine has changed."""
        if self.has_begun and self.is_running:
            self.desk.drawing.status()
            self.desk.drawing.keys()

    # -- what keys and palette lead to

    def why_not(self, action: Action) -> str | None:
        """Why an action is not possible for the selected call."""
        return self.desk.deeds.why_not(action, self.desk.selected)

    def act(self, action: Action) -> None:
        """Does an action, as its key would."""
        self.desk.deeds.act(action)

    def jump(self, key: LegKey) -> None:
        """Goes to a call on the desk."""
        self.desk.jump(key)

    def copy_text(self, text: str, what: str) -> None:
        """To the desktop's clipboard, else to the terminal's; says which."""
        from console.ui.clipboard import copy

        copy(self, text, what)

    def open_event(self, pair: tuple[Entry, Fact]) -> None:
        """The whole webhook."""
        from console.ui.screens.event import EventScreen

        self.push_screen(EventScreen(self.desk.services, pair, self.copy_text))

    def open_notices(self) -> None:
        """The list of what was said."""
        from console.ui.screens.notices import NoticesScreen

        self.push_screen(NoticesScreen(self.services.notices.all()))

    def action_help(self) -> None:
        """The list of keys; a chosen one is done."""
        from textual.widgets import Input

        from console.ui.screens.help import HelpScreen

        def chosen(action: Action | None) -> None:
            if action is not None and action.scope in (
                Scope.DESK,
                Scope.CALLS,
                Scope.ENTRIES,
                Scope.MENU,
                Scope.EVERYWHERE,
            ):
                self.desk.deeds.act(action)

        read_only = self.services.options.read_only
        self.push_screen(
            HelpScreen(
                self.why_not,
                read_only=read_only,
                filters_first=isinstance(self.focused, Input),
                ascii_only=self.services.options.ascii,
            ),
            chosen,
        )

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """None of Textual's own commands: all there is to do is in the registry."""
        return ()
