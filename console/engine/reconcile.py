"""Compares the board with Telnyx's records and journals what the board did not know (VOICE (g)).

1. `active_calls` of the connection, to the last page: the legs that live.
2. `call_events` of every listed leg: what webhooks did not bring, through the same reducer.
3. Legs that the board has alive and the list has not: `GET /calls/{id}`, then their `call_events`. A leg ends only when
   Telnyx says so; one that is not listed and not known any more is marked stale.
4. `webhook_deliveries` that failed since we last heard a webhook: what never arrived, of ended calls too.
5. After a gap, `call_events` of all that time, read as by polling: what else no webhook brought.

Where Telnyx does not answer nothing changes. Entries are written only for what the board does not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from console.domain.entries import Micros
from console.domain.legs import Leg, LegKey, LegState
from console.domain.values import text
from console.engine.lookup import Item, Lookup, Picture
from console.engine.poll.reading import MEMORY, OVERLAP
from console.engine.recorder import Recorder
from console.errors import ApiError, JournalError
from console.journal.records import not_listed_draft
from console.operator import Reconciled

MAX_COMPARED = 250
"""Legs that are known already and whose events are compared all the same, the latest first."""
DELIVERY_SLACK = 120_000_000
"""µs before the last webhook in which others may have begun to fail: Telnyx retries for at most a minute."""

NO_API_KEY = "not compared with Telnyx: no API key is set"
NO_CONNECTION = "not compared with Telnyx: no connection_id is set in the configuration"
STOPPING = "not compared with Telnyx: the engine was stopped before it was done"


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
    undelivered: int = 0
    """Events whose webhooks had failed."""
    is_cut: bool = False
    """Whether more happened in a gap than could be read."""
    no_deliveries: str = ""
    """Why failed deliveries could not be read."""


class Reconciler:
    """One comparison at a time; whoever asks meanwhile gets the result of the one under way."""

    def __init__(
        self,
        lookup: Lookup | None,
        recorder: Recorder,
        picture: Picture,
        clock: Callable[[], Micros],
        *,
        connection_id: str | None,
    ) -> None:
        """`lookup` is None while no API key is set."""
        self.lookup = lookup
        self._recorder = recorder
        self._picture = picture
        self._clock = clock
        self._connection_id = connection_id
        self.heard_until: Micros | None = None
        """When webhooks last arrived before the start; None: failed ones are not asked for."""
        self.missed_since: Micros | None = None
        """Since when events may be missing, of calls that are over, too; None while none are."""
        self._running: asyncio.Task[Reconciled] | None = None
        self._compared: str | None = None
        """The connection that the latest comparison is about."""

    @property
    def _is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    @property
    def can_ask(self) -> bool:
        """Whether there is a key to ask with, and an application to ask about."""
        return self.lookup is not None and bool(self._connection_id)

    def use_connection(self, connection_id: str | None) -> None:
        """The application whose calls are compared from the next comparison on."""
        self._connection_id = connection_id

    def miss(self, since: Micros) -> None:
        """Events since then may be missing: they are asked for with the next comparison, and what was missed before."""
        self.missed_since = since if self.missed_since is None else min(self.missed_since, since)

    async def run(self) -> Reconciled:
        """What the comparison found; `ok` is False when there was none, or it is incomplete. Never raises."""
        if self.lookup is None:
            return Reconciled(ok=False, message=NO_API_KEY)
        if not self._connection_id:
            return Reconciled(ok=False, message=NO_CONNECTION)
        while self._is_running and self._compared != self._connection_id:
            # What it finds says nothing of the application that was chosen meanwhile.
            assert self._running is not None
            await asyncio.wait([self._running])
        running = self._running
        if running is None or running.done():
            self._compared = self._connection_id
            running = self._running = asyncio.get_running_loop().create_task(
                self._compare(self.lookup, self._connection_id), name="reconcile"
            )
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if not running.cancelled() or (own is not None and own.cancelling()):
                raise
            return Reconciled(ok=False, message=STOPPING)

    async def glance(self) -> str | None:
        """Compares which legs live, and asks only about those that one side does not have; why not, in words."""
        lookup, connection_id = self.lookup, self._connection_id
        if lookup is None or not connection_id:
            return None
        if self._is_running:
            return None
        found = await self._compare(lookup, connection_id, thorough=False)
        return None if found.ok or found.extra else found.message

    async def aclose(self) -> None:
        """Gives up what is under way."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _compare(
        self, lookup: Lookup, connection_id: str, *, thorough: bool = True
    ) -> Reconciled:
        findings = _Findings()
        try:
            self._picture.catch_up()
            before = {leg.key: leg for leg in self._picture.live_legs()}
            if thorough and self.heard_until is None:
                # In the order in which it happened; what could not be delivered is looked at first where that was asked.
                await self._take_missed(lookup, connection_id, findings)
            listed = await lookup.active_calls(connection_id)
            findings.active = len(listed)
            self._picture.catch_up()
            await self._take_listed(lookup, listed, findings, MAX_COMPARED if thorough else 0)
            missing = self._missing(before, listed, connection_id)
            await _all(self._look_after(lookup, leg, ours, findings) for leg, ours in missing)
            if thorough:
                await self._take_undelivered(lookup, connection_id, findings)
                await self._take_missed(lookup, connection_id, findings)
        except ApiError as error:
            why = f"could not be compared with Telnyx, nothing was changed: {error.user_message}"
            return Reconciled(ok=False, message=why)
        except JournalError as error:
            return Reconciled(
                ok=False, message=f"the comparison could not be recorded: {error.user_message}"
            )
        return _result(findings)

    async def _take_undelivered(
        self, lookup: Lookup, connection_id: str, findings: _Findings
    ) -> None:
        """Events that Telnyx could not deliver; without them the comparison is still worth having."""
        if self.heard_until is None:
            return
        asked_at = self._clock()
        try:
            since = self.heard_until - DELIVERY_SLACK
            findings.undelivered = await lookup.failed_deliveries(since, connection_id)
        except ApiError as error:
            findings.no_deliveries = error.user_message
        else:
            self.heard_until = asked_at

    async def _take_missed(self, lookup: Lookup, connection_id: str, findings: _Findings) -> None:
        """What happened in a gap. Raises `ApiError`: without it the gap is not filled."""
        missed, self.missed_since = self.missed_since, None
        if missed is None:
            return
        since = max(missed - OVERLAP, self._clock() - MEMORY)
        try:
            found = await lookup.events_since(since, connection_id)
        except BaseException:
            self.miss(missed)
            raise
        findings.missed += sum(draft.event_type is not None for draft in found.new)
        findings.is_cut = not found.is_whole

    async def _take_listed(
        self, lookup: Lookup, listed: Sequence[Item], findings: _Findings, most: int
    ) -> None:
        """`most`: how many legs that are known already are compared all the same."""
        unknown: list[Item] = []
        known: list[tuple[Micros, Item]] = []
        for item in listed:
            leg = self._leg_of(item)
            if leg is None or leg.state is LegState.UNKNOWN:
                unknown.append(item)
            elif leg.is_live:
                known.append((leg.last_at or 0, item))
        known.sort(key=lambda pair: pair[0], reverse=True)
        findings.not_compared = max(0, len(known) - most)
        compared = [item for _, item in known[:most]]
        await _all(self._look_at(lookup, item, findings) for item in [*unknown, *compared])

    async def _look_at(self, lookup: Lookup, item: Item, findings: _Findings) -> None:
        """A leg that Telnyx lists: what happened to it, and that it lives."""
        leg = self._leg_of(item)
        call_leg_id = text(item, "call_leg_id")
        if call_leg_id is not None:
            await _missed_events(lookup, call_leg_id, findings)
        if leg is None or leg.stale:
            await lookup.record_status(item, listed=True)
        if leg is None:
            findings.found.append(text(item, "call_control_id") or call_leg_id or "?")

    async def _look_after(
        self, lookup: Lookup, leg: Leg, is_ours: bool, findings: _Findings
    ) -> None:
        """A leg that the board has alive and Telnyx does not list: ended only when Telnyx says so."""
        control = leg.call_control_id
        item = {} if control is None else await lookup.status_of(control)
        if item is None:
            findings.unanswered += 1
            return
        if item.get("is_alive") is True:
            if leg.stale:
                await lookup.record_status(item, listed=False)
            return
        has_hung_up: bool | None = False
        if leg.call_leg_id is not None:
            has_hung_up = await _missed_events(lookup, leg.call_leg_id, findings)
        if has_hung_up:
            findings.ended.append(leg.key)
        elif item.get("is_alive") is False:
            await lookup.record_status(item, listed=False)
            findings.ended.append(leg.key)
        elif has_hung_up is not None and is_ours:
            findings.stale.append(leg.key)
            if not leg.stale and control is not None:
                await self._recorder.append(not_listed_draft(control, self._clock()))

    def _leg_of(self, item: Item) -> Leg | None:
        for name in ("call_control_id", "call_leg_id"):
            found = text(item, name)
            leg = self._picture.leg(found) if found is not None else None
            if leg is not None:
                return leg
        return None

    def _missing(
        self, before: Mapping[LegKey, Leg], listed: Iterable[Item], connection_id: str
    ) -> list[tuple[Leg, bool]]:
        """Legs that lived before we asked, still do, and are not listed; with whether the list would name them."""
        names = {text(item, name) for item in listed for name in ("call_control_id", "call_leg_id")}
        return [
            (leg, leg.connection_id in (None, connection_id))
            for key, leg in before.items()
            if leg.is_live and not names & {key, leg.call_control_id or key, leg.call_leg_id or key}
        ]


async def _missed_events(lookup: Lookup, call_leg_id: str, findings: _Findings) -> bool | None:
    """Whether a hang-up is among the events of a leg; None when Telnyx did not answer."""
    missed = await lookup.missed_events(call_leg_id)
    if missed is None:
        findings.unanswered += 1
        return None
    findings.missed += missed.new
    return missed.has_hung_up


async def _all(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Runs them all; the first error ends the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except* (ApiError, JournalError) as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None


def _result(findings: _Findings) -> Reconciled:
    return Reconciled(
        ok=findings.unanswered == 0 and not findings.no_deliveries and not findings.is_cut,
        message=_sentence(findings),
        active=findings.active,
        found=tuple(findings.found),
        ended=tuple(findings.ended),
        stale=tuple(findings.stale),
        extra={
            "missed": findings.missed,
            "unanswered": findings.unanswered,
            "undelivered": findings.undelivered,
        },
    )


def _sentence(findings: _Findings) -> str:
    parts = [f"{_count(findings.active, 'active call')} at Telnyx"]
    if findings.found:
        parts.append(f"{len(findings.found)} of them new here")
    if findings.missed:
        parts.append(f"{_count(findings.missed, 'missed event')} read")
    if findings.undelivered:
        parts.append(f"{_count(findings.undelivered, 'undelivered event')} read")
    if findings.ended:
        parts.append(f"{len(findings.ended)} had ended")
    if findings.stale:
        parts.append(f"{len(findings.stale)} not known at Telnyx any more, marked stale")
    if findings.not_compared:
        parts.append(f"events of {findings.not_compared} older calls not compared")
    if findings.unanswered:
        questions = _count(findings.unanswered, "question")
        parts.append(f"{questions} not answered, those calls are left as they are")
    if findings.is_cut:
        parts.append("more had happened than can be read at once")
    if findings.no_deliveries:
        parts.append(f"failed deliveries could not be read: {findings.no_deliveries}")
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
