"""Every private or version-dependent name of Textual that the screen uses, in one place (Textual 8.2.8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events
from textual._callback import invoke
from textual._context import active_message_pump
from textual._time import get_time
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.filter import Monochrome, NoColor
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets._toast import Toast, ToastHolder

from console.ui.actions import BY_ID
from console.ui.key_order import KeyOrder

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.geometry import Region
    from textual.message import Message
    from textual.message_pump import MessagePump
    from textual.widget import Widget

    _Pump = MessagePump
    _Widget = Widget
else:
    _Pump = _Widget = object

SLIP_S = 0.5
"""How soon a key comes again that was pressed twice by mistake, or is held down."""

_VITAL = (events.Load, events.Compose, events.Mount)
"""A node that fails in one of these cannot work at all: such an error still ends the program."""


class Guarded(_Pump):
    """The message border: an error in a handler of this node is reported, and the node goes on.

    So are errors in what the node does when it is idle, in what it was asked to do next or after a refresh, and in the
    answers of screens that it opened. Textual ends the whole program otherwise. Mix in before a Textual class; the app
    must be a `GuardedApp`.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            app = self.app
            if isinstance(message, _VITAL) or not isinstance(app, GuardedApp):
                raise
            app.report(error)

    async def _flush_next_callbacks(self) -> None:
        await _do_next(self, self._survived)

    def _get_dispatch_methods(
        self, method_name: str, message: Message
    ) -> Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]:
        for owner, method in super()._get_dispatch_methods(method_name, message):
            # Textual asks for these outside of `_dispatch_message`.
            yield owner, self._guarded(method) if method_name == "on_idle" else method

    def _guarded(self, method: Callable[[Message], Any]) -> Callable[[Message], Awaitable[Any]]:
        async def guarded(message: Message) -> None:
            await self._survived(method, message)

        return guarded

    async def _survived(self, callback: Callable[..., Any], *arguments: object) -> None:
        try:
            await invoke(callback, *arguments)
        except Exception as error:
            app = self.app
            if not isinstance(app, GuardedApp):
                raise
            app.report(error)

    def guarded_interval(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Like `set_interval`, but an error in the callback is reported and the timer goes on."""

        def guarded() -> None:
            try:
                callback()
            except Exception as error:
                app = self.app
                if not isinstance(app, GuardedApp):
                    raise
                app.report(error)

        return self.set_interval(seconds, guarded)


class GuardedLines(Guarded, _Widget):
    """A guarded widget whose drawing is guarded, too: what cannot be drawn stays blank, and that is said once."""

    _undrawn: type[Exception] | None = None
    """The error of the last drawing, if it failed."""

    def render_lines(self, crop: Region) -> list[Strip]:
        try:
            strips: list[Strip] = super().render_lines(crop)
        except Exception as error:
            app = self.app
            if not isinstance(app, GuardedApp):
                raise
            if self._undrawn is not type(error):
                self._undrawn = type(error)
                app.report(error)
            return [Strip.blank(crop.width)] * crop.height
        self._undrawn = None
        return strips


async def _do_next(node: MessagePump, do: Callable[[Callable[..., Any]], Awaitable[None]]) -> None:
    callbacks = node._next_callbacks.copy()
    node._next_callbacks.clear()
    for callback in callbacks:
        with node.prevent(*callback._prevent):
            await do(callback.callback)


def _shelter(widget: Widget, report: Callable[[Exception], None]) -> None:
    """The same for a widget of Textual's own, whose class is not ours to mix anything into."""
    dispatch, render_lines = widget._dispatch_message, widget.render_lines
    undrawn: type[Exception] | None = None

    async def guarded(message: Message) -> None:
        try:
            await dispatch(message)
        except Exception as error:
            if isinstance(message, _VITAL):
                raise
            report(error)

    async def survived(callback: Callable[..., Any]) -> None:
        try:
            await invoke(callback)
        except Exception as error:  # noqa: BLE001  the message border
            report(error)

    def drawn(crop: Region) -> list[Strip]:
        nonlocal undrawn
        try:
            strips = render_lines(crop)
        except Exception as error:  # noqa: BLE001  as above
            if undrawn is not type(error):
                undrawn = type(error)
                report(error)
            return [Strip.blank(crop.width)] * crop.height
        undrawn = None
        return strips

    widget._dispatch_message = guarded  # type: ignore[method-assign]
    widget._flush_next_callbacks = partial(_do_next, widget, survived)  # type: ignore[method-assign]
    widget.render_lines = drawn  # type: ignore[method-assign]


class GuardedApp(Guarded, App[None]):
    """An app that survives errors in handlers, Textual's own widgets' too, and prints no local variables when it cannot.

    A key that closed a dialog and is pressed twice, or held, does nothing behind it.
    """

    _pressed: str | None = None
    _spared: str | None = None
    _spared_until_s = 0.0

    def spare_next_key(self) -> None:
        """The key that was pressed last does nothing until it has been left alone for a moment."""
        self._spared = self._pressed
        self._spared_until_s = get_time() + SLIP_S

    def pop_screen(self) -> AwaitComplete:
        """The key that leads back to the desk, pressed twice or held, does not leave the program there.

        A screen that has been closed closes no other: Textual's palette asks again when Enter comes twice.
        """
        asking = active_message_pump.get(None)
        if isinstance(asking, Screen) and asking not in self.screen_stack:
            return AwaitComplete()
        if self._pressed in BY_ID["desk.quit"].keys and len(self.screen_stack) == 2:
            self.spare_next_key()
        return super().pop_screen()

    async def on_event(self, event: events.Event) -> None:
        """Keys one after the other, and a slip of the finger ends here."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.key_order.take(event)
        else:
            await self._give(event)

    @cached_property
    def key_order(self) -> KeyOrder:
        """The keys that have not been dealt with."""
        return KeyOrder(self, self._give)

    async def _give(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            if event.key == self._spared and event.time < self._spared_until_s:
                self._spared_until_s = event.time + SLIP_S
                return
            self._spared, self._pressed = None, event.key
        await super().on_event(event)

    def report(self, error: Exception) -> None:
        """Tells of an error that was survived; the error border calls it."""
        raise NotImplementedError

    def last_words(self, error: Exception) -> str:
        """One line for the terminal when the program cannot go on."""
        raise NotImplementedError

    @property
    def below(self) -> Screen[Any]:
        """The screen under the dialogs, or the one in front where none is open."""
        return next(each for each in reversed(self.screen_stack) if not each.is_modal)

    def action_help_quit(self) -> None:
        """Ctrl+C, where nothing is selected that it could copy; Textual's own words have markup in them."""
        keys = [BY_ID[each].key_label for each in ("desk.quit", "quit")]
        self.notify(f"to leave: {' or '.join(key for key in keys if key)}", markup=False)

    def withdraw(self, title: str) -> None:
        """Takes the toasts that begin with this title off the screen, so that the next one takes their place."""
        for shown in list(self._notifications):
            if shown.message.startswith(title):
                self._unnotify(shown, refresh=False)
        for toast in self.screen.query(Toast):
            # The holder goes with it: Textual leaves an empty line where a toast was taken back.
            if (
                isinstance(toast.parent, ToastHolder)
                and toast._notification not in self._notifications
            ):
                toast.parent.remove()

    def _register_child(
        self, parent: DOMNode, child: Widget, before: int | None, after: int | None
    ) -> None:
        self._take_in(child)
        super()._register_child(parent, child, before, after)

    def _start_widget(self, parent: Widget, widget: Widget) -> None:
        self._take_in(widget)
        super()._start_widget(parent, widget)

    def _take_in(self, widget: Widget) -> None:
        if not isinstance(widget, Guarded):
            _shelter(widget, self.report)

    def _handle_exception(self, error: Exception) -> None:
        """Replaces Textual's traceback, which shows the local variables of every frame."""
        trace = error.__traceback__
        if trace is not None and trace.tb_frame.f_code is Timer._tick.__code__:
            # No loop has ended with a timer's callback.
            self.report(error)
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic(Text(self.last_words(error)))


def report(node: MessagePump, error: Exception) -> None:
    """For the borders of workers: tells of an error that was survived."""
    if isinstance(node.app, GuardedApp):
        node.app.report(error)


def spare_next_key(app: App[Any]) -> None:
    """For whoever closes on a key: see `GuardedApp`."""
    if isinstance(app, GuardedApp):
        app.spare_next_key()


def drop_typed_ahead(app: App[Any]) -> None:
    """For whoever refuses a key: what was typed before anybody could see that was not meant for the screen as it is."""
    if isinstance(app, GuardedApp):
        app.key_order.drop(get_time())


def is_headless(app: App[Any]) -> bool:
    """Whether nothing is drawn on a real terminal."""
    return app.is_headless


def fit_no_color(app: App[Any]) -> None:
    """With NO_COLOR: greys, or no colour at all in a theme of the terminal's own ones, which have no grey.

    Textual decides that before it knows the theme, and then draws black on black.
    """
    if app.no_color:
        others = [each for each in app._filters if not isinstance(each, Monochrome | NoColor)]
        app._filters[:] = [*others, NoColor() if app.native_ansi_color else Monochrome()]


def draw_in_ascii(app: App[Any]) -> None:
    """Everything that is drawn from now on has ASCII signs."""
    from console.ui.ascii_signs import AsciiSigns

    app._filters.append(AsciiSigns())


def write_escape(app: App[Any], sequence: str) -> None:
    """Sends an escape sequence of our own making to the terminal, in its turn between two frames."""
    if app._driver is not None:
        app._driver.write(sequence)


def is_suspended(app: App[Any]) -> bool:
    """Whether the terminal was given back before the process was stopped."""
    return bool(getattr(app._driver, "_must_signal_resume", False))


def begin_terminal_again(app: App[Any]) -> None:
    """Puts the terminal back, takes it anew and draws everything: whoever had it meanwhile may have left anything."""
    driver = app._driver
    if driver is None or not app.is_running or not driver.can_suspend:
        return
    driver.suspend_application_mode()
    driver.resume_application_mode()
    app.screen.refresh(layout=True)
