"""What goes wrong with deliveries because a scenario says so. Pure: says which copies of an event go out, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from console.simulator.world import Event

REORDERED_S = 0.15
"""How long after its successor a held event goes out; deliveries made at once may overtake each other."""
AT_ONCE = (0.0,)


class Posting(NamedTuple):
    """An event and when its copies go out, seconds from now; none: it is lost."""

    event: Event
    delays_s: tuple[float, ...] = AT_ONCE


class _Order:
    """A fault that waits for its events."""

    __slots__ = ("call", "delay_s", "event", "kind", "left")

    def __init__(self, kind: str, event: str, call: str | None, times: int, delay_s: float) -> None:
        self.kind, self.event, self.call, self.left, self.delay_s = (
            kind,
            event,
            call,
            times,
            delay_s,
        )

    def takes(self, event: Event) -> bool:
        return (
            self.left > 0
            and fnmatchcase(event.type, self.event)
            and (self.call is None or self.call == event.call_control_id)
        )


class Tampering:
    """Faults in the order of asking; each event meets one at most."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self._held: list[Event] = []

    def add(self, kind: str, *, event: str, call: str | None, times: int, delay_s: float) -> None:
        """`call` is a call_control_id; None: any."""
        self._orders.append(_Order(kind, event, call, times, delay_s))

    def post(self, events: Sequence[Event]) -> list[Posting]:
        """How these events go out, with what they set free."""
        postings: list[Posting] = []
        for event in events:
            held = [each for each in self._held if each.call_session_id == event.call_session_id]
            posting = self._fate(event)
            if posting is None:
                self._held.append(event)
                continue
            postings.append(posting)
            self._held = [each for each in self._held if each not in held]
            postings += [Posting(each, (REORDERED_S,)) for each in held]
        return postings

    def release(self) -> list[Posting]:
        """What is still held, at the end."""
        held, self._held = self._held, []
        return [Posting(each) for each in held]

    def _fate(self, event: Event) -> Posting | None:
        """None: it is held until another event of its session goes out."""
        order = next((each for each in self._orders if each.takes(event)), None)
        if order is None:
            return Posting(event)
        order.left -= 1
        delays: dict[str, Callable[[float], tuple[float, ...]]] = {
            "duplicate": lambda delay_s: (0.0, delay_s),
            "delay": lambda delay_s: (delay_s,),
            "drop": lambda _: (),
        }
        if order.kind == "reorder":
            return None
        return Posting(event, delays[order.kind](order.delay_s))
