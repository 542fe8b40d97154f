"""Call histories for tests: what Telnyx and an operator would have said, as (entry, fact) pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import blake2b

from console.domain.board import Board
from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Kind,
    Micros,
    Noted,
)

Pair = tuple[Entry, Fact]

START: Micros = 1_763_800_000_000_000
SECOND: Micros = 1_000_000


class History:
    """Collects pairs; `at` moves on by `step` with every one, so that order and time agree until shuffled."""

    def __init__(self, at: Micros = START, step: Micros = 700_000) -> None:
        self.pairs: list[Pair] = []
        self.at = at
        self.step = step
        self._seq = 0
        self._commands = 0

    def tick(self) -> Micros:
        """The next moment."""
        self.at += self.step
        return self.at

    def add(self, kind: Kind, fact: Fact, received_at: Micros, **fields: object) -> Pair:
        """One entry."""
        self._seq += 1
        entry = Entry(kind=kind, received_at=received_at, body=b"", seq=self._seq, **fields)  # type: ignore[arg-type]
        pair = (entry, fact)
        self.pairs.append(pair)
        return pair

    def event(
        self,
        kind: str,
        leg: str | None,
        *,
        session: str | None = "S1",
        leg_id: str | None = "",
        at: Micros | None = None,
        timed: bool = True,
        lag: Micros = 100_000,
        payload: Mapping[str, object] | None = None,
        ends: tuple[str, str] | None = None,
        key: str | None = None,
        entry_kind: Kind = Kind.WEBHOOK,
        **more: object,
    ) -> Pair:
        """One event of `leg` (its call_control_id); `leg_id=None` leaves the call_leg_id out."""
        moment = self.tick() if at is None else at
        body: dict[str, object] = {"client_state": None, **(payload or {}), **more}
        if ends is not None:
            body["from"], body["to"] = ends
        if leg_id == "":
            leg_id = f"id-{leg}" if leg is not None else None
        name = key or f"{kind}/{leg}/{leg_id}/{moment}/{self._seq}"
        fact = Event(
            key=blake2b(name.encode(), digest_size=16).digest(),
            id=name,
            type=kind,
            occurred_at=moment if timed else None,
            call_control_id=leg,
            call_leg_id=leg_id,
            call_session_id=session,
            connection_id="C1",
            payload=body,
            attempt=1,
            delivered_to=None,
            envelope="v2",
        )
        return self.add(
            entry_kind,
            fact,
            moment + lag,
            event_key=fact.key,
            event_id=name,
            event_type=kind,
            occurred_at=fact.occurred_at,
            call_control_id=leg,
            call_leg_id=leg_id,
            call_session_id=session,
            verified=entry_kind is Kind.WEBHOOK,
        )

    def sent(
        self,
        action: str,
        leg: str | None,
        *,
        command_id: str | None = None,
        operator: str = "",
        **params: object,
    ) -> str:
        """One command; its id."""
        return self._sent(action, leg, params, command_id=command_id, operator=operator)

    def _sent(
        self,
        action: str,
        leg: str | None,
        params: Mapping[str, object],
        command_id: str | None = None,
        operator: str = "",
    ) -> str:
        self._commands += 1
        command_id = command_id or f"cmd-{self._commands:04}"
        fact = CommandSent(command_id, action, leg, params, operator)
        self.add(Kind.COMMAND, fact, self.tick(), call_control_id=leg)
        return command_id

    def done(
        self,
        command_id: str,
        action: str,
        leg: str | None,
        *,
        ok: bool = True,
        status: int | None = 200,
        code: str | None = None,
        message: str = "",
        data: Mapping[str, object] | None = None,
    ) -> None:
        """The answer to a command, 90 ms later."""
        fact = CommandDone(command_id, action, leg, ok, status, code, message, 90.0, 1, data or {})
        self.at += 90_000
        self.add(Kind.OUTCOME, fact, self.at, call_control_id=leg)

    def command(self, action: str, leg: str | None, *, ok: bool = True, **params: object) -> str:
        """A command and its answer."""
        command_id = self._sent(action, leg, params)
        if ok:
            self.done(command_id, action, leg)
        else:
            self.done(
                command_id, action, leg, ok=False, status=422, code="90015", message="refused"
            )
        return command_id

    def dial(
        self,
        leg: str,
        *,
        session: str = "S1",
        ok: bool = True,
        params: Mapping[str, object] | None = None,
        **more: object,
    ) -> str:
        """A dial; the answer has the ids of the new leg."""
        command_id = self._sent("dial", None, {**(params or {}), **more})
        data = {
            "call_control_id": leg,
            "call_leg_id": f"id-{leg}",
            "call_session_id": session,
            "is_alive": False,
        }
        self.done(command_id, "dial", None, ok=ok, data=data if ok else {})
        return command_id

    def checked(
        self,
        leg: str,
        *,
        session: str | None = "S1",
        listed: bool | None = None,
        alive: bool | None = None,
        ended_at: Micros | None = None,
        started_at: Micros | None = None,
    ) -> None:
        """What Telnyx's records say of a leg."""
        at = self.tick()
        fact = Checked(leg, f"id-{leg}", session, at, listed, alive, ended_at, started_at, None)
        self.add(Kind.API, fact, at, call_control_id=leg)

    def noted(self, reason: str, kind: Kind = Kind.NOTE) -> None:
        """A note, a gap, a refused webhook."""
        self.add(kind, Noted(reason), self.tick(), reason=reason)

    def written(
        self,
        leg: str,
        note: str | None = None,
        tags: tuple[str, ...] | None = None,
        ring_back: bool | None = None,
    ) -> None:
        """What an operator writes on a leg."""
        at = self.tick()
        fact = Annotated(f"note-{at}", leg, None, at, note, tags, ring_back, "ann")
        self.add(Kind.NOTE, fact, at, call_control_id=leg)

    def board(self) -> Board:
        """The board after everything so far."""
        return board_of(self.pairs)

    # Whole stretches of calls.

    def incoming(self, leg: str, *, session: str = "S1", caller_id_name: object = None) -> None:
        """A caller arrives."""
        self.event(
            "call.initiated",
            leg,
            session=session,
            ends=("+13125550101", "+18005550100"),
            direction="incoming",
            state="parked",
            caller_id_name=caller_id_name,
        )

    def outgoing(self, leg: str, *, session: str = "S1") -> None:
        """A leg is being dialled."""
        self.event(
            "call.initiated",
            leg,
            session=session,
            ends=("+18005550100", "+14155550100"),
            direction="outgoing",
            state="bridging",
        )

    def answered(self, leg: str, *, session: str = "S1") -> None:
        """It is answered."""
        self.event(
            "call.answered",
            leg,
            session=session,
            ends=("+1", "+2"),
            start_time="2025-11-22T08:00:00Z",
        )

    def hangup(
        self,
        leg: str,
        *,
        session: str = "S1",
        cause: object = "normal_clearing",
        source: object = "caller",
        sip: object = "200",
    ) -> None:
        """It ends."""
        self.event(
            "call.hangup",
            leg,
            session=session,
            hangup_cause=cause,
            hangup_source=source,
            sip_hangup_cause=sip,
            call_quality_stats={"inbound": {"mos": "4.5"}, "outbound": None},
        )


def board_of(pairs: list[Pair]) -> Board:
    """A board that was told these entries, in this order."""
    board = Board()
    for entry, fact in pairs:
        board.apply(entry, fact)
    return board


def picture(board: Board) -> dict[str, object]:
    """Everything a board shows, but for versions and the order in which legs were first seen."""
    legs = {}
    longest = board.longest_waiting()
    for key, leg in board.legs.items():
        shown = asdict(leg)
        del shown["version"]
        assert shown["key"] == key
        legs[key] = shown
    return {
        "legs": legs,
        "counts": board.counts,
        "live": set(board.live_keys),
        "ended": list(board.ended_keys),
        "longest": longest.waiting_since if longest is not None else None,
        "conversations": {
            key: tuple(leg.key for leg in board.conversation(key)) for key in board.legs
        },
    }
