"""One leg compared with Telnyx because somebody asked: GET /calls/{id}, its events, and what was different, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.legs import Leg, LegState
from console.domain.values import text
from console.engine.lookup import Item, Lookup, Missed, Picture
from console.engine.reconcile import NO_API_KEY
from console.engine.recorder import Recorder
from console.errors import JournalError
from console.journal.records import not_listed_draft
from console.operator import Reconciled

NO_ANSWER = "Telnyx did not say what became of this call, so it is left as it was"
AS_TELNYX_HAS_IT = "the board has this call as Telnyx has it"


class _Look(NamedTuple):
    """A leg as the board showed it at one moment."""

    state: LegState
    stale: bool
    hangup_cause: str | None
    marks: frozenset[str]
    client_state: str | None


class Checker:
    """`lookup` is None while no API key is set."""

    def __init__(
        self,
        lookup: Lookup | None,
        recorder: Recorder,
        picture: Picture,
        clock: Callable[[], Micros],
    ) -> None:
        self._lookup = lookup
        self._recorder = recorder
        self._picture = picture
        self._clock = clock

    async def check(self, call_control_id: str) -> Reconciled:
        """What was different and is repaired now; `extra["differences"]` has it one by one. Never raises."""
        if self._lookup is None:
            return Reconciled(ok=False, message=NO_API_KEY)
        try:
            return await self._check(self._lookup, call_control_id)
        except JournalError as error:
            words = f"what Telnyx said could not be recorded: {error.user_message}"
            return Reconciled(ok=False, message=words)

    async def _check(self, lookup: Lookup, call_control_id: str) -> Reconciled:
        self._picture.catch_up()
        leg = self._picture.leg(call_control_id)
        before = None if leg is None else _look(leg)
        item = await lookup.status_of(call_control_id)
        if item is None:
            return Reconciled(ok=False, message=NO_ANSWER)
        known = None if leg is None else leg.call_leg_id
        call_leg_id = known or text(item, "call_leg_id")
        missed = Missed(0, False)
        if call_leg_id is not None:
            answered = await lookup.missed_events(call_leg_id)
            if answered is None:
                return Reconciled(ok=False, message=NO_ANSWER)
            missed = answered
        await self._record(lookup, call_control_id, item, before, missed)
        self._picture.catch_up()
        leg = self._picture.leg(call_control_id)
        after = None if leg is None else _look(leg)
        return _result(call_control_id, item, before, after, missed)

    async def _record(
        self,
        lookup: Lookup,
        call_control_id: str,
        item: Item,
        before: _Look | None,
        missed: Missed,
    ) -> None:
        """Journals what Telnyx said of its life, where that is news."""
        alive = item.get("is_alive")
        if not item:
            if before is not None and before.state is not LegState.ENDED and not missed.has_hung_up:
                await self._recorder.append(not_listed_draft(call_control_id, self._clock()))
            return
        is_live = before is not None and before.state is not LegState.ENDED
        is_news = (
            before is None
            or (alive is True and before.stale)
            or (alive is False and is_live and not missed.has_hung_up)
            or (is_live and _differs(text(item, "client_state"), before.client_state))
        )
        if is_news:
            # Telnyx need not repeat the id it was asked with.
            await lookup.record_status({"call_control_id": call_control_id, **item}, listed=None)


def _look(leg: Leg) -> _Look:
    marks = frozenset(str(mark) for mark in leg.marks)
    return _Look(leg.state, leg.stale, leg.hangup_cause, marks, leg.client_state)


def _differs(told: str | None, known: str | None) -> bool:
    return told is not None and told != known


def _result(
    key: str, item: Item, before: _Look | None, after: _Look | None, missed: Missed
) -> Reconciled:
    differences = _differences(before, after, missed)
    has_ended = after is not None and after.state is LegState.ENDED
    was_live = before is None or before.state is not LegState.ENDED
    extra: Mapping[str, object] = {"differences": differences, "missed": missed.new}
    return Reconciled(
        ok=True,
        message="; ".join(differences) or _agreed(item, after),
        active=int(item.get("is_alive") is True),
        found=(key,) if before is None and after is not None else (),
        ended=(key,) if has_ended and was_live else (),
        stale=(key,) if after is not None and after.stale else (),
        extra=extra,
    )


def _differences(before: _Look | None, after: _Look | None, missed: Missed) -> list[str]:
    if after is None:
        return ["Telnyx does not know this call, and neither does the board"]
    if before is None:
        return [f"the call was not on the board; it is {after.state} now"]
    found = []
    if missed.new:
        found.append(
            f"{missed.new} event{'s were' if missed.new > 1 else ' was'} missing, now read"
        )
    if after.state is not before.state:
        cause = f" ({after.hangup_cause})" if after.hangup_cause else ""
        found.append(f"was shown as {before.state}, is {after.state}{cause}")
    if after.stale and not before.stale:
        found.append("Telnyx does not know it any more, so it is marked stale")
    if before.stale and not after.stale and after.state is not LegState.ENDED:
        found.append("was marked stale, but lives")
    found += [f"{mark} was not shown" for mark in sorted(after.marks - before.marks - {"stale"})]
    found += [
        f"{mark} was shown, but is over" for mark in sorted(before.marks - after.marks - {"stale"})
    ]
    if after.client_state != before.client_state:
        found.append("its client state was another")
    return found


def _agreed(item: Item, after: _Look | None) -> str:
    if item.get("is_alive") is True:
        return f"{AS_TELNYX_HAS_IT}: it lives"
    if after is not None and after.state is LegState.ENDED:
        return f"{AS_TELNYX_HAS_IT}: it has ended"
    return "Telnyx does not know this call any more; nothing else is known of it"
