"""Reads Telnyx's records again and again: asks through the engine's one line, behind everybody else."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from console.domain.entries import Draft, Micros
from console.engine.api_state import ApiState
from console.engine.lookup import Lookup, Picture
from console.engine.poll import pace
from console.engine.poll.pace import Bounds, Sight
from console.engine.poll.reading import EVENTS, MEMORY, OVERLAP, SECOND, WIDE_OVERLAP
from console.engine.recorder import Recorder
from console.errors import ApiError, JournalError
from console.journal.records import gap_draft
from console.reports import PollHealth

DELIVERIES_EVERY_S = 5.0
"""What the application answered is read less often than what happens."""
LEGS_EVERY_S = 15.0
WIDE_EVERY_S = 60.0
EAGER_S = 10.0
"""So long after news or a command reading stays quick."""
HURRY_S = 0.4
"""After a command its effect is looked for this soon."""
MEASURED_FOR_S = 120.0
"""How long a delay that was seen counts."""

_log = logging.getLogger("console.engine.poll")


class Legs(Protocol):
    """Who compares the legs on the board with those that live at Telnyx."""

    async def glance(self) -> str | None:
        """Why it could not be done, in words; None when it was. Asks nothing of legs that both know."""
        ...


class Poller:
    """One task from `start` to `aclose`. Everything it learns is in the journal, and of itself in `health`."""

    def __init__(
        self,
        lookup: Lookup,
        recorder: Recorder,
        picture: Picture,
        legs: Legs,
        api: ApiState,
        clock: Callable[[], Micros],
        *,
        bounds: Bounds,
        connection_id: str | None,
    ) -> None:
        self._lookup = lookup
        self._recorder = recorder
        self._picture = picture
        self._legs = legs
        self._api = api
        self._clock = clock
        self._bounds = bounds
        self._connection_id = connection_id
        self._tempo = pace.begin(bounds)
        self._cursor: Micros = 0
        self._due_s = dict.fromkeys(("deliveries", "legs", "wide"), 0.0)
        self._read_from: Micros = 0
        self._answered_until: Micros = 0
        """Until when, by our clock, the application's answers were read."""
        self._is_backlog = True
        """Whether the next stretch holds what happened while nobody read."""
        self._eager_until_s = 0.0
        self._took_s = 0.0
        self._delays: deque[tuple[float, float]] = deque(maxlen=512)
        self._failing_since: Micros | None = None
        self._error = ""
        self._trouble = {"answers": "", "legs": ""}
        """What cannot be read although the events can."""
        self._last_at: Micros | None = None
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False
        self.events = 0
        """How many events were read."""
        self.last_event_at: Micros | None = None
        """When the last event was read."""

    def begin(self, since: Micros) -> None:
        """Reads from there on. To be called before `start`. Of a gap before the start somebody else tells."""
        self._cursor = self._answered_until = since
        self._read_from = self._clock()

    def use_connection(self, connection_id: str | None) -> None:
        """The application whose calls are watched from now on."""
        self._connection_id = connection_id
        self._due_s = dict.fromkeys(self._due_s, 0.0)
        self._woken.set()

    def hurry(self) -> None:
        """A command was given: looks for its effect soon, unless Telnyx asked for patience."""
        loop = asyncio.get_running_loop()
        self._eager_until_s = loop.time() + EAGER_S
        if not self._tempo.failures:
            loop.call_later(HURRY_S, self._woken.set)

    def start(self) -> None:
        """Reads from now on, until `aclose`."""
        if self._task is None and not self._is_closed:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="poll")

    async def aclose(self) -> None:
        """Gives up what is under way; what was read of it is in the journal, and the rest is read next time."""
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def health(self) -> PollHealth:
        """How it does, as of now."""
        now_s = asyncio.get_running_loop().time()
        recent = [delay_s for at_s, delay_s in self._delays if at_s >= now_s - MEASURED_FOR_S]
        # What happens right after one turn has begun is read by the end of the next.
        bound_s = self._tempo.wait_s + 2 * self._took_s
        return PollHealth(
            interval_s=self._tempo.wait_s,
            delay_s=max([bound_s, *recent]),
            last_at=self._last_at,
            failing_since=self._failing_since,
            error=self._error or next(filter(None, self._trouble.values()), ""),
            limited=self._tempo.limited,
            events=self.events,
        )

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            self._tempo = pace.after(self._tempo, await self._turn(), self._bounds)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._tempo.wait_s):
                    await self._woken.wait()

    async def _turn(self) -> Sight:
        loop, at = asyncio.get_running_loop(), self._clock()
        began_s, error, requests = loop.time(), "", 1
        try:
            requests = await self._read(began_s)
        except (ApiError, JournalError) as raised:
            error = raised.user_message
        except Exception as raised:  # noqa: BLE001 - the worker border: one odd record must not end the watching
            _log.error("records could not be read: %s", type(raised).__name__)
            error = f"what Telnyx's records hold could not be taken in ({type(raised).__name__})"
        now_s = loop.time()
        self._error = error
        if error:
            self._is_backlog = True
            self._failing_since = at if self._failing_since is None else self._failing_since
        else:
            self._is_backlog = False
            self._failing_since, self._last_at = None, self._clock()
            self._took_s = now_s - began_s
        api = self._api
        reset_s = api.reset_in_s(now_s)
        # The line has told the state of the budget by its answer; the words of an error do not.
        limited = bool(error) and api.rate_limit_remaining == 0 and reset_s is not None
        return Sight(
            is_busy=bool(self._picture.live_legs()) or now_s < self._eager_until_s,
            took_s=now_s - began_s,
            requests=requests,
            remaining=api.rate_limit_remaining,
            reset_s=reset_s,
            failed=bool(error),
            limited=limited,
        )

    async def _read(self, now_s: float) -> int:
        """One turn; how many requests it took. Raises `ApiError` and `JournalError`."""
        at = self._clock()
        await self._tell_what_is_lost(at)
        is_wide = self._is_due("wide", now_s, WIDE_EVERY_S)
        since = self._cursor - (WIDE_OVERLAP if is_wide else OVERLAP)
        found = await self._lookup.events_since(since, self._connection_id)
        self._take(found.new)
        if found.latest is not None:
            # Telnyx's clock and ours may differ: only what was read moves the cursor.
            self._cursor = max(self._cursor, min(found.latest, self._clock()))
        self._read_from = at
        requests = found.requests
        if not found.is_whole:
            await self._tell_too_many(since)
        requests += await self._read_answers(now_s, is_wide=is_wide)
        if self._connection_id and self._is_due("legs", now_s, LEGS_EVERY_S):
            requests += 1
            self._trouble["legs"] = await self._legs.glance() or ""
        return requests

    async def _read_answers(self, now_s: float, *, is_wide: bool) -> int:
        """What the application answered; without it the calls are seen all the same. Raises `JournalError`."""
        if not self._is_due("deliveries", now_s, DELIVERIES_EVERY_S):
            return 0
        at = self._clock()
        since = self._answered_until - (WIDE_OVERLAP if is_wide else 2 * OVERLAP)
        try:
            answers = await self._lookup.deliveries_since(since, self._connection_id)
        except ApiError as error:
            words = f"what the application answered cannot be read: {error.user_message}"
            self._trouble["answers"] = words
            return 1
        self._trouble["answers"] = ""
        self._answered_until = at
        self._take(answers.new)
        return answers.requests

    def _is_due(self, what: str, now_s: float, every_s: float) -> bool:
        if now_s < self._due_s[what]:
            return False
        self._due_s[what] = now_s + every_s
        return True

    def _take(self, new: Sequence[Draft]) -> None:
        """Notes what a stretch brought: that it came, and how late."""
        events = [draft for draft in new if draft.event_type is not None]
        if not events:
            return
        loop = asyncio.get_running_loop()
        self.events += len(events)
        self.last_event_at = self._clock()
        self._eager_until_s = loop.time() + EAGER_S
        if self._is_backlog:
            return
        for draft in events:
            if draft.occurred_at is not None:
                delay_s = (self.last_event_at - draft.occurred_at) / SECOND
                self._delays.append((loop.time(), max(0.0, delay_s)))

    async def _tell_what_is_lost(self, at: Micros) -> None:
        """Of what was not read for a day, call_events say nothing any more."""
        if not self._read_from or at - self._read_from <= MEMORY:
            return
        words = "incomplete: Telnyx's records were not read for more than 24 hours, and go back no further"
        await self._recorder.append(gap_draft(words, at, since=self._read_from, until=at - MEMORY))
        self._read_from = at - MEMORY

    async def _tell_too_many(self, since: Micros) -> None:
        at = self._clock()
        words = f"incomplete: {EVENTS} hold more than can be read at once"
        await self._recorder.try_append(gap_draft(words, at, since=since, until=at))
