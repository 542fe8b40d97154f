"""Every private or version-dependent name of Textual that the screen uses, in one place (Textual 8.2.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events
from textual.app import App

if TYPE_CHECKING:
    from textual.message import Message
    from textual.message_pump import MessagePump
    from textual.timer import Timer

    _Pump = MessagePump
else:
    _Pump = object

_VITAL = (events.Load, events.Compose, events.Mount)
"""A node that fails in one of these cannot work at all: such an error still ends the program."""


class Guarded(_Pump):
    """The message border: an error in a handler of this node is reported, and the node goes on.

    Textual ends the whole program otherwise. Mix in before a Textual class; the app must be a `GuardedApp`.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            app = self.app
            if isinstance(message, _VITAL) or not isinstance(app, GuardedApp):
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


class GuardedApp(Guarded, App[None]):
    """An app that survives errors in handlers, and that prints no local variables when it cannot."""

    def report(self, error: Exception) -> None:
        """Tells of an error that was survived; the error border calls it."""
        raise NotImplementedError

    def last_words(self, error: Exception) -> str:
        """One line for the terminal when the program cannot go on."""
        raise NotImplementedError

    def withdraw(self, title: str) -> None:
        """Takes the toasts with this title off the screen, so that the next one takes their place."""
        for shown in list(self._notifications):
            if shown.title == title:
                self._unnotify(shown)

    def _handle_exception(self, error: Exception) -> None:
        """Replaces Textual's traceback, which shows the local variables of every frame."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.panic(Text(self.last_words(error)))


def is_headless(app: App[Any]) -> bool:
    """Whether nothing is drawn on a real terminal."""
    return app.is_headless
