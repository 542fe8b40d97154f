"""Faults at seeded probabilities: what a network and a busy Telnyx do to a console now and then. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from console.simulator.fate import Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """Probabilities from 0 to 1, and the longest delays in seconds."""

    duplicate: float = 0.0
    delay: float = 0.0
    max_delay_s: float = 3.0
    server_error: float = 0.0
    too_many: float = 0.0
    slow: float = 0.0
    max_slow_s: float = 2.0
    lost_chunk: float = 0.0
    late_chunk: float = 0.0


CALM = Chances()
CHAOS = Chances(
    duplicate=0.15,
    delay=0.3,
    server_error=0.06,
    too_many=0.04,
    slow=0.12,
    lost_chunk=0.02,
    late_chunk=0.03,
)  # delays reorder what follows closely


class Mishap(NamedTuple):
    """What happens to one request to the API."""

    status: int | None = None
    delay_s: float = 0.0
    executed: bool = False
    """The request has its effect although it is answered with an error."""


class Chaos:
    """Decides, for each delivery by its event and for each request by its number, what goes wrong."""

    def __init__(self, fate: Fate, chances: Chances) -> None:
        self._fate = fate
        self._chances = chances
        self._requests = 0

    def delivery_delays_s(self, event_id: str) -> tuple[float, ...]:
        """One delay for each copy of an event to be sent; normally one copy at once."""
        chances = self._chances
        if chances is CALM:
            return (0.0,)
        copies = 2 if self._fate.fraction("copy", event_id) < chances.duplicate else 1
        return tuple(self._delay_s(event_id, copy) for copy in range(copies))

    def _delay_s(self, event_id: str, copy: int) -> float:
        if not copy and self._fate.fraction("late", event_id) >= self._chances.delay:
            return 0.0
        return self._fate.between(0.0, self._chances.max_delay_s, "by", event_id, copy)

    def chunk(self, stream_id: str, track: str, number: int) -> str:
        """What becomes of a chunk of sound: `sent`, `late` (after the next one) or `lost`."""
        chances = self._chances
        if chances is CALM:
            return "sent"
        fraction = self._fate.fraction("chunk", stream_id, track, number)
        if fraction < chances.lost_chunk:
            return "lost"
        return "late" if fraction < chances.lost_chunk + chances.late_chunk else "sent"

    def mishap(self) -> Mishap:
        """What happens to the next request."""
        chances = self._chances
        if chances is CALM:
            return Mishap()
        self._requests += 1
        number = self._requests
        delay_s = 0.0
        if self._fate.fraction("slow", number) < chances.slow:
            delay_s = self._fate.between(0.2, chances.max_slow_s, "slow by", number)
        fraction = self._fate.fraction("fault", number)
        if fraction < chances.server_error:
            executed = self._fate.fraction("executed", number) < 0.5
            return Mishap(500 if number % 2 else 503, delay_s, executed)
        if fraction < chances.server_error + chances.too_many:
            return Mishap(429, delay_s)
        return Mishap(None, delay_s)
