"""A moment of the record that can be moved, stepped and played: the clock of a desk that shows the past.

Times of the record are those at which this machine received the entries (`received_at`), because that is what a desk
knew when. `wall` is the real time, told by whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.domain.entries import Micros

SPEEDS = (1, 2, 5, 10, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """Stands still at `at`, or has been playing from there since `since`."""

    at: Micros
    speed: int = 1
    since: Micros | None = None
    """Real time at which it was at `at`; None: paused."""
    end: Micros | None = None
    """Where the record ends that does not go on; None: in the present."""

    @property
    def is_playing(self) -> bool:
        """Whether time passes."""
        return self.since is not None

    def now(self, wall: Micros) -> Micros:
        """The moment shown; playing never goes beyond the end."""
        if self.since is None:
            return self.at
        return min(self.at + max(0, wall - self.since) * self.speed, max(self.last(wall), self.at))

    def last(self, wall: Micros) -> Micros:
        """The last moment there is: the end of the record, else the present."""
        return wall if self.end is None else self.end

    def moved(self, at: Micros, wall: Micros) -> Playback:
        """At another moment, not after the last; what played goes on from there."""
        since = None if self.since is None else wall
        return replace(self, at=min(at, self.last(wall)), since=since)

    def paused(self, wall: Micros) -> Playback:
        """Standing still where it is."""
        return replace(self, at=self.now(wall), since=None)

    def playing(self, wall: Micros) -> Playback:
        """Going on from where it is."""
        return replace(self, at=self.now(wall), since=wall)

    def at_speed(self, step: int, wall: Micros) -> Playback:
        """So many speeds faster, or slower where `step` is negative; the moment stays."""
        place = min(max(SPEEDS.index(self.speed) + step, 0), len(SPEEDS) - 1)
        since = None if self.since is None else wall
        return replace(self, at=self.now(wall), since=since, speed=SPEEDS[place])

    def has_caught_up(self, wall: Micros) -> bool:
        """Whether playing has come to where there is nothing more to play."""
        return self.since is not None and self.now(wall) >= self.last(wall)
