"""Every call of a journal, the newest first: numbers at once, legs when they are looked at.

A leg is made of its own entries and of those of its session, as on a board, and kept while there is room.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from console.domain.board import Board
from console.domain.legs import Leg, LegKey
from console.journal.api import JournalReader
from console.journal.facts import fact_of

KEPT = 5_000
"""Legs in memory."""


class History:
    """All methods that read raise `JournalError`."""

    def __init__(self, reader: JournalReader, *, kept: int = KEPT) -> None:
        self._reader = reader
        self._kept = kept
        self._held: OrderedDict[int, Leg | None] = OrderedDict()
        self._number_of: dict[LegKey, int] = {}
        """Of the legs in memory."""
        self.numbers: list[int] = []
        """Every leg's number, the latest heard of first."""

    def look(self) -> Sequence[int]:
        """Legs that the journal heard of since the last look, the latest first."""
        new = self._reader.legs.numbers(after=self.numbers[0] if self.numbers else 0)
        self.numbers[:0] = new
        return new

    def read(self, numbers: Iterable[int]) -> None:
        """Brings these legs into memory."""
        missing = [number for number in numbers if number not in self._held]
        if not missing:
            return
        ids = self._reader.legs.ids(missing)
        board = self._board(ids.values())
        for number in missing:
            name = ids.get(number)
            leg = board.get(name) if name is not None else None
            self._held[number] = leg
            if leg is not None:
                self._number_of[leg.key] = number
        while len(self._held) > max(self._kept, len(missing)):
            _number, leg = self._held.popitem(last=False)
            if leg is not None:
                self._number_of.pop(leg.key, None)

    def held(self, number: int) -> Leg | None:
        """The leg with this number, where it is in memory and in the journal; `is_held` tells which."""
        return self._held.get(number)

    def is_held(self, number: int) -> bool:
        """Whether the leg was read."""
        return number in self._held

    def peer(self, leg: Leg) -> Leg | None:
        """The leg it is bridged with, where that is in memory."""
        number = self._number_of.get(leg.peer) if leg.peer is not None else None
        return None if number is None else self._held.get(number)

    def changed(self, keys: Iterable[LegKey]) -> list[int]:
        """Forgets what was read of these legs, so that it is read again; their numbers."""
        numbers = [number for key in keys if (number := self._number_of.pop(key, None)) is not None]
        for number in numbers:
            self._held.pop(number, None)
        return numbers

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """The ids of legs, in the order of their numbers."""
        found = self._reader.legs.ids(numbers)
        return [found[number] for number in numbers if number in found]

    def _board(self, ids: Iterable[str]) -> Board:
        entries = list(self._reader.of_legs(ids))
        known = {entry.call_control_id for entry in entries}
        sessions = {entry.call_session_id for entry in entries if entry.call_session_id}
        others = {
            name
            for session in sessions
            for name in self._reader.legs_of_session(session)
            if name not in known
        }
        entries += self._reader.of_legs(others) if others else ()
        board = Board()
        for entry in entries:
            board.apply(entry, fact_of(entry))
        return board
