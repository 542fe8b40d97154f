"""Compares the board with Telnyx's records and journals what the board did not know (VOICE (g)).

1. `active_calls` of the connection, to the last page: the legs that live.
2. `call_events` of every listed leg: what webhooks did not bring, through the same reducer.
3. Legs that the board has alive and the list has not: `GET /calls/{id}`, then their `call_events`. A leg ends only when
   Telnyx says so; one that is not listed and not known any more is marked stale.

Where Telnyx does not answer nothing changes. Entries are written only for what the board does not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from console.domain.entries import Draft, Event, Micros
from console.domain.legs import Leg, LegKey, LegState
from console.domain.values import text
from console.engine.dispatch import ApiState
from console.engine.recorder import Recorder
from console.errors import ApiError, JournalError, Unreachable
from console.journal.records import checked_draft, not_listed_draft, record_draft
from console.operator import Reconciled
from console.telnyx.client import TelnyxClient
from console.telnyx.problems import explain
from console.telnyx.requests import Request

AT_ONCE = 4
"""Requests under way at the same time; Telnyx counts them against the same limit as the operator's commands."""
MAX_COMPARED = 250
"""Legs that are known already and whose events are compared all the same, the latest first."""
PAGE = "250"
HANGUP = "call.hangup"

NO_API_KEY = "not compared with Telnyx: no API key is set"
NO_CONNECTION = "not compared with Telnyx: no connection_id is set in the configuration"

Item = Mapping[str, object]


class Picture(Protocol):
    """The board as the engine keeps it."""

    def catch_up(self) -> None:
        """Takes in everything that was committed so far."""
        ...

    def live_legs(self) -> Sequence[Leg]: ...

    def leg(self, any_id: str) -> Leg | None: ...

    def knows(self, event_key: bytes) -> bool:
        """Whether the journal has this event."""
        ...


@dataclass(slots=True)
class _Findings:
    active: int = 0
    found: list[LegKey] = field(default_factory=list)
    ended: list[LegKey] = field(default_factory=list)
    stale: list[LegKey] = field(default_factory=list)
    missed: int = 0
    """Events that no webhook had brought."""
    unanswered: int = 0
    """Questions about single legs that got no usable answer."""
    not_compared: int = 0
    problem: str = ""


class Reconciler:
    """One comparison at a time; whoever asks meanwhile gets the result of the one under way."""

    def __init__(
        self,
        client: TelnyxClient | None,
        recorder: Recorder,
        picture: Picture,
        clock: Callable[[], Micros],
        *,
        connection_id: str | None,
        api: ApiState | None = None,
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._picture = picture
        self._clock = clock
        self._connection_id = connection_id
        self._api = api or ApiState()
        self._running: asyncio.Task[Reconciled] | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> Reconciled:
        """What the comparison found; `ok` is False when there was none, or it is incomplete. Never raises."""
        if self._client is None:
            return Reconciled(ok=False, message=NO_API_KEY)
        if not self._connection_id:
            return Reconciled(ok=False, message=NO_CONNECTION)
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(
                self._compare(self._client, self._connection_id), name="reconcile"
            )
        return await asyncio.shield(self._running)

    async def aclose(self) -> None:
        """Gives up what is under way."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _compare(self, client: TelnyxClient, connection_id: str) -> Reconciled:
        self._picture.catch_up()
        before = {leg.key: leg for leg in self._picture.live_legs()}
        findings = _Findings()
        try:
            listed = await self._listed(client, connection_id)
            findings.active = len(listed)
            self._picture.catch_up()
            await self._take_listed(client, listed, findings)
            missing = self._missing(before, listed, connection_id)
            await _all(self._look_after(client, leg, ours, findings) for leg, ours in missing)
        except ApiError as error:
            self._api.failed(error)
            why = f"could not be compared with Telnyx, nothing was changed: {error.user_message}"
            return Reconciled(ok=False, message=why)
        except JournalError as error:
            return Reconciled(
                ok=False, message=f"the comparison could not be recorded: {error.user_message}"
            )
        return _result(findings)

    async def _listed(self, client: TelnyxClient, connection_id: str) -> list[Item]:
        path = f"/connections/{quote(connection_id, safe='')}/active_calls"
        return [item async for item in client.items(path, {"page[limit]": PAGE})]

    async def _take_listed(
        self, client: TelnyxClient, listed: Sequence[Item], findings: _Findings
    ) -> None:
        unknown: list[Item] = []
        known: list[tuple[Micros, Item]] = []
        for item in listed:
            leg = self._leg_of(item)
            if leg is None or leg.state is LegState.UNKNOWN:
                unknown.append(item)
            elif leg.is_live:
                known.append((leg.last_at or 0, item))
        known.sort(key=lambda pair: pair[0], reverse=True)
        findings.not_compared = max(0, len(known) - MAX_COMPARED)
        compared = [item for _, item in known[:MAX_COMPARED]]
        await _all(self._look_at(client, item, findings) for item in [*unknown, *compared])

    async def _look_at(self, client: TelnyxClient, item: Item, findings: _Findings) -> None:
        """A leg that Telnyx lists: what happened to it, and that it lives."""
        leg = self._leg_of(item)
        call_leg_id = text(item, "call_leg_id")
        if call_leg_id is not None:
            await self._missed_events(client, call_leg_id, findings)
        if leg is None or leg.stale or leg.state is LegState.UNKNOWN:
            is_new = leg is None
            if is_new or leg is None or leg.stale:
                await self._recorder.append(checked_draft(dict(item), self._clock(), listed=True))
            if is_new:
                findings.found.append(text(item, "call_control_id") or call_leg_id or "?")

    async def _look_after(
        self, client: TelnyxClient, leg: Leg, is_ours: bool, findings: _Findings
    ) -> None:
        """A leg that the board has alive and Telnyx does not list: ended only when Telnyx says so."""
        is_alive: object = None
        item: Item = {}
        if leg.call_control_id is not None:
            async with self._gate:
                answer = await self._try(client, f"/calls/{quote(leg.call_control_id, safe='')}")
            if answer is None:
                findings.unanswered += 1
                return
            item = answer
            is_alive = item.get("is_alive")
        if is_alive is True:
            if leg.stale:
                await self._recorder.append(checked_draft(dict(item), self._clock(), listed=False))
            return
        if leg.call_leg_id is not None and await self._missed_events(
            client, leg.call_leg_id, findings
        ):
            findings.ended.append(leg.key)
        elif is_alive is False:
            await self._recorder.append(checked_draft(dict(item), self._clock(), listed=False))
            findings.ended.append(leg.key)
        elif is_ours:
            findings.stale.append(leg.key)
            if not leg.stale and leg.call_control_id is not None:
                await self._recorder.append(not_listed_draft(leg.call_control_id, self._clock()))
