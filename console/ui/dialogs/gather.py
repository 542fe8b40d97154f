"""Asking for digits: what is said first, how many digits, how they end, how long to wait. All else is in the form."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from console.domain.legs import Leg
from console.ui.actions import BY_ID
from console.ui.dialogs.base import CommandDialog, Params
from console.ui.services import Services

_KEYS = frozenset("0123456789*#ABCD")
_MILLIS = 1000
_MOST_DIGITS = 128
_MOST_SECONDS = 3600


class _Field(NamedTuple):
    """One line of the dialog; `usual` is what Telnyx takes where nothing is sent (VOICE (b), gather)."""

    id: str
    label: str
    usual: str
    hint: str


_FIELDS = (
    _Field("say", "say first", "", "nothing; the far end hears only silence"),
    _Field("voice", "voice", "AWS.Polly.Joanna", "AWS.Polly.Joanna, Telnyx.KokoroTTS.af …"),
    _Field("least", "at least", "1", "digits"),
    _Field("most", "at most", "128", "digits"),
    _Field("end", "ends with", "#", "one key"),
    _Field("seconds", "within s", "60", "seconds"),
    _Field("keys", "keys", "0123456789#*", "those that count"),
)


def command_of(params: Params) -> str:
    """Which command these parameters belong to: with something to say it is another one."""
    return "gather_using_speak" if "payload" in params else "gather"


class GatherDialog(CommandDialog):
    """Gives the parameters; `command_of` tells of which command."""

    AUTO_FOCUS: ClassVar[str] = "#say"

    def __init__(self, services: Services, leg: Leg) -> None:
        super().__init__(services, BY_ID["call.gather"], leg)

    def compose_body(self) -> ComposeResult:
        yield Static(id="dialog-what")
        yield Static(id="dialog-state")
        for field in _FIELDS:
            with Horizontal(classes="field wide"):
                yield Label(Content(field.label))
                yield Input(field.usual, id=field.id, placeholder=field.hint, compact=True)

    def _text(self, id_: str) -> str:
        return self.query_one(f"#{id_}", Input).value.strip()

    def _whole(self, id_: str, most: int) -> int | None:
        typed = self._text(id_)
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
        return number if 1 <= number <= most else None

    def problem_of_input(self) -> str | None:
        least, most = self._whole("least", _MOST_DIGITS), self._whole("most", _MOST_DIGITS)
        if least is None or most is None:
            return f"at least, at most: a number of digits from 1 to {_MOST_DIGITS}"
        if most < least:
            return "at most: not fewer digits than at least"
        end, keys = self._text("end"), self._text("keys")
        if len(end) != 1 or end not in _KEYS:
            return "ends with: one key, as #"
        if not keys or not _KEYS.issuperset(keys):
            return "keys: those that count, of 0-9 * # A-D"
        if self._whole("seconds", _MOST_SECONDS) is None:
            return f"within s: seconds from 1 to {_MOST_SECONDS}"
        if self._text("say") and not self._text("voice"):
            return "voice: needed to say something"
        return None

    def params(self) -> Params | None:
        """Only what differs from what Telnyx would take anyway; with something to say it is another command."""
        if self.problem_of_input() is not None:
            return None
        seconds = self._whole("seconds", _MOST_SECONDS) or 0
        found: dict[str, object] = {
            "minimum_digits": self._whole("least", _MOST_DIGITS),
            "maximum_digits": self._whole("most", _MOST_DIGITS),
            "terminating_digit": self._text("end"),
            "timeout_millis": seconds * _MILLIS,
            "valid_digits": self._text("keys"),
        }
        usual: dict[str, object] = {
            "minimum_digits": 1,
            "maximum_digits": 128,
            "terminating_digit": "#",
            "timeout_millis": 60_000,
            "valid_digits": "0123456789#*",
        }
        params = {name: value for name, value in found.items() if value != usual[name]}
        if self._text("say"):
            params |= {"payload": self._text("say"), "voice": self._text("voice")}
        self.command = command_of(params)
        return params

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.show_status()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_confirm()
