"""Puts the packets of a track back in order by their chunk numbers, and counts what is missing. Pure.

VOICE (c): "The order of events is not guaranteed and the chunk number can be used to reorder".
"""

from __future__ import annotations

from typing import NamedTuple

WINDOW = 8
"""Packets that wait for one that is missing: 160 ms of sound at 20 ms a packet."""
AT_FIRST = 3
"""Packets that wait at the beginning, because the first to arrive need not be the first."""
MAX_JUMP = 50_000
"""A gap of a quarter of an hour and more is a new numbering, not loss."""
MAX_MISSING = 512
"""Numbers of missing packets that are remembered, in case they still come."""


class Packet(NamedTuple):
    """What one media frame says. `chunk` and `timestamp_ms` are None where they are missing or no numbers."""

    chunk: int | None
    timestamp_ms: float | None
    payload: bytes


class Released(NamedTuple):
    """A packet whose turn it is, and how many are missing before it."""

    packet: Packet
    gap: int


class Order:
    """One track. Counters are plain attributes."""

    __slots__ = (
        "_gap", "_held", "_highest", "_is_unnumbered", "_missing", "_next", "duplicates", "late", "packets", "reordered", "skipped",
    )  # fmt: skip

    def __init__(self) -> None:
        self._next: int | None = None
        self._highest = -1
        self._held: dict[int, Packet] = {}
        self._missing: dict[int, None] = {}
        self._gap = 0
        self._is_unnumbered = False
        self.packets = 0
        self.skipped = 0
        self.reordered = 0
        self.late = 0
        self.duplicates = 0

    @property
    def lost(self) -> int | None:
        """Packets that were passed over and have not come since; None where numbers do not tell."""
        return None if self._is_unnumbered else self.skipped

    def give_up(self) -> list[Released]:
        """Numbers mean nothing here: from now on packets are taken as they come. Gives those that waited."""
        waiting = self.flush()
        self._is_unnumbered = True
        return [released._replace(gap=0) for released in waiting]

    def take(self, packet: Packet) -> list[Released]:
        """The packets whose turn it is now."""
        self.packets += 1
        chunk = packet.chunk
        if chunk is None and not self._is_unnumbered:
            return [*self.give_up(), Released(packet, 0)]
        if chunk is None or self._is_unnumbered:
            return [Released(packet, 0)]
        if self._next is not None and abs(chunk - self._next) > MAX_JUMP:
            before = self.flush()
            self._begin_anew()
            return [*before, *self._hold(chunk, packet)]
        if chunk in self._held or (self._next is not None and chunk < self._next):
            self._take_known(chunk)
            return []
        return self._hold(chunk, packet)

    def flush(self) -> list[Released]:
        """What still waits, in order."""
        released: list[Released] = []
        while self._held:
            self._skip()
            released += self._in_order()
        return released

    def _begin_anew(self) -> None:
        self._next = None
        self._highest = -1
        self._missing.clear()

    def _take_known(self, chunk: int) -> None:
        """A packet that came twice, or after its turn."""
        if chunk not in self._missing:
            self.duplicates += 1
            return
        del self._missing[chunk]
        self.skipped -= 1
        self.late += 1
        self.reordered += 1

    def _hold(self, chunk: int, packet: Packet) -> list[Released]:
        if chunk < self._highest:
            self.reordered += 1
        self._highest = max(self._highest, chunk)
        self._held[chunk] = packet
        if self._next is None:
            if len(self._held) < AT_FIRST:
                return []
            self._next = min(self._held)
        released = self._in_order()
        while len(self._held) > WINDOW:
            self._skip()
            released += self._in_order()
        return released

    def _skip(self) -> None:
        """Waits no longer for what is missing before the first packet that is held."""
        first = min(self._held)
        begin = first if self._next is None else self._next
        self._gap = first - begin
        self.skipped += self._gap
        for chunk in range(max(begin, first - MAX_MISSING), first):
            self._missing[chunk] = None
        while len(self._missing) > MAX_MISSING:
            del self._missing[next(iter(self._missing))]
        self._next = first

    def _in_order(self) -> list[Released]:
        """The packets that are next without a gap."""
        released: list[Released] = []
        while self._next is not None and (packet := self._held.pop(self._next, None)) is not None:
            released.append(Released(packet, self._gap))
            self._gap = 0
            self._next += 1
        return released
