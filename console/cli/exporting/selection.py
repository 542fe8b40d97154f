"""Which entries an export is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from console.domain.board import Board
from console.domain.entries import CommandSent, Entry, Fact, Micros
from console.domain.filter import Filter, FilterError, parse
from console.domain.filtering.subjects import Shows
from console.domain.legs import Leg
from console.errors import UsageError
from console.exports import Format, NotExported, Order
from console.journal.api import JournalReader
from console.journal.facts import fact_of

_JOINS = ("call_control_id", "call_control_id_to_bridge_with")
"""Parameters by which a command names a second leg."""


class Selection:
    """The entries of one order, to be read as often as needed. Times, calls and filter look at what is really there."""

    def __init__(
        self, reader: JournalReader, order: Order, now: Micros, shows: Shows | None = None
    ) -> None:
        """Raises `UsageError` for a filter that cannot be read, `NotExported` where nothing is chosen."""
        self._reader = reader
        self._order = order
        self._last = reader.last_seq()
        self._wanted = parsed(order.filter)
        self._shows = shows or Shows()
        self._now = now
        self._board: Board | None = None
        self._ids: list[str] | None = None
        if order.calls:
            self._ids = self._conversations(order.calls)
        if self._wanted.terms:
            self._ids = self._filtered()
        elif order.format is not Format.JSONL and self._is_bounded:
            self._ids = self._active()

    def entries(self) -> Iterator[Entry]:
        """In order. Formats that show calls get whole ones; lines only what is of the time that was asked for."""
        whole = self._order.format is not Format.JSONL
        test = self._entry_test()
        for entry in self._read():
            if (whole or self._is_in_time(entry)) and (test is None or test(entry)):
                yield entry

    # -- by call

    def _conversations(self, calls: Iterable[str]) -> list[str]:
        """All legs of the conversations, as far as sessions and commands join them."""
        found: dict[str, None] = {}
        asked: set[str] = set()
        todo = list(calls)
        first = len(todo)
        while todo:
            any_id = todo.pop(0)
            first -= 1
            if any_id in asked:
                continue
            asked.add(any_id)
            ids = self._legs_of(any_id)
            if not ids and first >= 0:
                raise NotExported(f"The journal holds no call {any_id}.")
            for entry in self._reader.of_legs([each for each in ids if each not in found]):
                if entry.call_session_id is not None and entry.call_session_id not in asked:
                    todo.append(entry.call_session_id)
                todo += _joined(fact_of(entry))
            found.update(dict.fromkeys(ids))
        return list(found)

    def _legs_of(self, any_id: str) -> Sequence[str]:
        if self._reader.first_seq_of(any_id.removeprefix("leg:")):
            return [any_id.removeprefix("leg:")]
        return self._reader.legs_of_session(any_id)

    # -- by filter and time

    def _filtered(self) -> list[str]:
        board = self._whole_board()
        chosen = [
            leg for leg in board.legs.values() if self._wanted.matches(leg, self._now, self._shows)
        ]
        if self._order.calls:
            among = set(self._ids or ())
            chosen = [leg for leg in chosen if among.intersection(_ids_of(leg))]
        if not chosen:
            raise NotExported(f"No call passes the filter {self._order.filter}.")
        return [each for leg in chosen for each in _ids_of(leg)]

    def _active(self) -> list[str]:
        """Legs of which something was received in the time asked for, among those chosen."""
        among = None if self._ids is None else set(self._ids)
        found: dict[str, None] = {}
        for entry in self._reader.scan():
            ids = [each for each in (entry.call_control_id, entry.call_leg_id) if each]
            if self._is_in_time(entry) and (among is None or among.intersection(ids)):
                found.update(dict.fromkeys(ids))
        return list(found)

    @property
    def _is_bounded(self) -> bool:
        return self._order.since is not None or self._order.until is not None

    def _is_in_time(self, entry: Entry) -> bool:
        since, until = self._order.since, self._order.until
        return (since is None or entry.received_at >= since) and (
            until is None or entry.received_at <= until
        )

    def _entry_test(self) -> _Test | None:
        """Terms that are about deliveries choose among the entries, which only lines can show."""
        if not self._wanted.idle:
            return None
        return _Test(self._wanted, self._whole_board(), self._now, self._shows)

    def _whole_board(self) -> Board:
        if self._board is None:
            self._board = Board()
            for entry in self._reader.scan():
                if entry.seq > self._last:
                    break
                self._board.apply(entry, fact_of(entry))
        return self._board

    def _read(self) -> Iterator[Entry]:
        if self._ids is not None:
            yield from self._reader.of_legs(self._ids, until=self._last)
            return
        after = 0
        if self._order.since is not None and self._order.format is Format.JSONL:
            after = self._reader.seq_at(self._order.since - 1)
        for entry in self._reader.scan(after=after):
            if entry.seq > self._last:
                return
            yield entry


class _Test:
    def __init__(self, wanted: Filter, board: Board, now: Micros, shows: Shows) -> None:
        self._wanted = wanted
        self._board = board
        self._now = now
        self._shows = shows

    def __call__(self, entry: Entry) -> bool:
        any_id = entry.call_control_id or entry.call_leg_id
        leg = None if any_id is None else self._board.get(any_id)
        return self._wanted.matches_entry(entry, fact_of(entry), leg, self._now, self._shows)


def parsed(text: str) -> Filter:
    """The filter. Raises `UsageError` that shows where it is wrong."""
    try:
        return parse(text)
    except FilterError as error:
        raise UsageError(f"--filter {text!r}: {error}") from error


def _joined(fact: Fact) -> list[str]:
    if not isinstance(fact, CommandSent) or fact.action != "bridge":
        return []
    return [value for name in _JOINS if isinstance(value := fact.params.get(name), str) and value]


def _ids_of(leg: Leg) -> list[str]:
    return [each for each in (leg.call_control_id, leg.call_leg_id) if each]
