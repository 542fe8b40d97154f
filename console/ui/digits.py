"""Digits typed on a keypad, on their way to a leg: in order, each once, few commands. Knows no Textual.

While one `send_dtmf` is under way whatever is typed waits, and goes out together in the next. After a refusal what
still waits is not sent: half a number is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from console.domain.entries import Micros

DIGITS = "0123456789*#ABCDwW"
"""What `send_dtmf` takes: tones, and pauses of half a second (w) and a second (W). Source: VOICE (b)."""


def digit_of(character: str | None) -> str | None:
    """The digit a key stands for; `a` to `d` are typed without shift, `w` and `W` are different pauses."""
    if character is None or len(character) != 1:
        return None
    if character in "abcd":
        return character.upper()
    return character if character in DIGITS else None


class Fate(StrEnum):
    """What has become of digits; the words are shown."""

    WAITING = "waiting"
    UNDER_WAY = "on its way"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "not known"
    DROPPED = "not sent"


@dataclass(slots=True)
class Batch:
    """Digits of one command."""

    digits: str
    at: Micros
    fate: Fate = Fate.WAITING
    words: str = ""
    """Why it was refused, or how long it took."""


class DigitQueue:
    """One per leg, for as long as something waits; `place` sends digits, and `settled` has to be called once for each."""

    def __init__(self, place: Callable[[str], None], clock: Callable[[], Micros]) -> None:
        self._place = place
        self._clock = clock
        self._under_way: Batch | None = None
        self.batches: list[Batch] = []
        """Oldest first."""
        self.on_change: Callable[[], None] = lambda: None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way or waiting."""
        return self._under_way is None

    def press(self, digit: str) -> None:
        """One more digit, after all that were typed before."""
        last = self.batches[-1] if self.batches else None
        if last is not None and last.fate is Fate.WAITING:
            last.digits += digit
        else:
            self.batches.append(Batch(digit, self._clock()))
        self._go_on()
        self.on_change()

    def settled(self, refusal: str | None, words: str = "", *, is_known: bool = True) -> None:
        """The command under way has its outcome; `refusal` says why it was none of the good ones.

        Without `is_known` the digits may have been sent all the same.
        """
        batch, self._under_way = self._under_way, None
        assert batch is not None
        batch.fate = Fate.SENT if refusal is None else Fate.REFUSED if is_known else Fate.UNKNOWN
        batch.words = words if refusal is None else refusal
        if refusal is not None:
            for waiting in self.batches:
                if waiting.fate is Fate.WAITING:
                    waiting.fate, waiting.words = (
                        Fate.DROPPED,
                        "what was typed before did not go out",
                    )
        self._go_on()
        self.on_change()

    def _go_on(self) -> None:
        batch = self.batches[-1] if self.batches else None
        if self._under_way is not None or batch is None or batch.fate is not Fate.WAITING:
            return
        batch.fate = Fate.UNDER_WAY
        self._under_way = batch
        self._place(batch.digits)
