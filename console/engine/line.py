"""The one way to Telnyx's API: requests wait here, visibly and by rank, while its rate limit leaves no room.

The limit's numbers are not published (VOICE a), so it is learnt from each answer: `x-ratelimit-remaining`,
`x-ratelimit-reset` and 429. While it is not exhausted nothing waits. Belongs to one event loop; seconds are the loop's.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from console.engine.api_state import ApiState
from console.engine.request_log import RequestLog
from console.errors import ApiError
from console.telnyx.client import Answer, TelnyxClient, every_item
from console.telnyx.requests import Request

MAX_WAIT_S = 20.0
"""How long whoever asked is kept waiting for room before an honest no."""
MAX_QUEUED = 200
LOOK_EVERY_S = 0.25
"""How often those that wait are looked at: whether they still make sense, and whether their time is up."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 8.0
"""Pauses after a 429 that does not say when to come back."""
LONGEST_PERIOD_S = 60.0
"""Whatever an answer says, after so long one request finds out anew: a proxy's mistake must not end commands for days."""

STOPPING = "not sent: the engine is stopping"


class Rank(IntEnum):
    """Who goes first: ending a call, then taking one, then other commands, questions, and our own comparing."""

    ENDING = 0
    ANSWER = 1
    COMMAND = 2
    QUESTION = 3
    OWN = 4


_RANKS = {"hangup": Rank.ENDING, "reject": Rank.ENDING, "answer": Rank.ANSWER}


def rank_of(action: str) -> Rank:
    """The rank of a command."""
    return _RANKS.get(action, Rank.COMMAND)


class NotSent(ApiError):
    """The request never left: the message says why. `moot` where waiting made it superfluous."""

    def __init__(self, user_message: str, *, moot: bool = False) -> None:
        super().__init__(user_message)
        self.moot = moot


Moot = Callable[[], str | None]
"""Why a request makes no sense any more; None while it does."""


@dataclass(order=True, slots=True)
class _Waiting:
    rank: Rank
    number: int
    until_s: float = field(compare=False)
    is_moot: Moot = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class Line:
    """Use `send` for one request and `items` for lists. `queued` says how many wait."""

    def __init__(
        self,
        client: TelnyxClient,
        api: ApiState,
        *,
        max_wait_s: float = MAX_WAIT_S,
        max_queued: int = MAX_QUEUED,
        log: RequestLog | None = None,
    ) -> None:
        self._client = client
        self._api = api
        self._log = log
        self._max_wait_s = max_wait_s
        self._max_queued = max_queued
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()
        self._in_flight = 0
        self._is_probing = False
        self._is_closed = False
        self._pause_s = FIRST_PAUSE_S
        self._timer: asyncio.TimerHandle | None = None

    @property
    def queued(self) -> int:
        """Requests that wait for room."""
        return len(self._waiting)

    async def send(
        self, request: Request, rank: Rank = Rank.OWN, *, is_moot: Moot = lambda: None
    ) -> Answer:
        """As `_sent`; questions are noted in the log, commands are in the journal."""
        log = self._log
        if log is None or rank < Rank.QUESTION:
            return await self._sent(request, rank, is_moot)
        purpose, began = ("asked" if rank is Rank.QUESTION else "comparing"), log.began()
        try:
            answer = await self._sent(request, rank, is_moot)
        except ApiError as error:
            log.failed(request, purpose, began, error)
            raise
        log.answered(request, purpose, began, answer)
        return answer

    async def _sent(self, request: Request, rank: Rank, is_moot: Moot) -> Answer:
        """The answer, after its turn; a 429 sends the request back into the line, in its old place.

        Raises `NotSent` when it did not get out, `Unreachable` as the client. What Telnyx refused with 429 until the
        time was up is that answer. `attempts` counts all of them.
        """
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._max_wait_s
        number = next(self._numbers)
        refused: Answer | None = None
        while True:
            try:
                await self._turn(_Waiting(rank, number, until_s, is_moot, loop.create_future()))
            except NotSent as error:
                if refused is None or error.moot:
                    raise
                return refused
            answer = await self._ask(request)
            if refused is not None:
                answer = answer._replace(attempts=answer.attempts + refused.attempts)
            if answer.status != 429 or loop.time() >= until_s:
                return answer
            refused = answer

    def items(
        self, path: str, query: Mapping[str, str] | None = None, rank: Rank = Rank.OWN
    ) -> AsyncIterator[Mapping[str, object]]:
        """Every object of a list, page after page. Raises `Refused`, and what `send` raises."""

        async def page(request: Request) -> Answer:
            return await self.send(request, rank)

        return every_item(page, path, query)

    def close(self) -> None:
        """Nothing gets out any more; whoever waits hears so."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for waiting in self._waiting:
            _refuse(waiting, STOPPING)
        self._waiting.clear()

    async def _turn(self, waiting: _Waiting) -> None:
        """Returns when it may be sent; counts it as under way from then on. Raises `NotSent`."""
        if self._is_closed:
            raise NotSent(STOPPING)
        if not self._waiting and self._has_room(waiting.rank):
            self._in_flight += 1
            return
        if len(self._waiting) >= self._max_queued:
            last = self._waiting[-1]
            if last < waiting:
                raise NotSent(
                    f"not sent: {len(self._waiting)} requests wait for Telnyx's rate limit"
                )
            self._waiting.pop()
            _refuse(last, "not sent: more urgent requests wait for Telnyx's rate limit")
        bisect.insort(self._waiting, waiting)
        self._look()
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif _has_come(waiting.turn):
                # Its turn had come just before it was given up.
                self._in_flight -= 1
            raise

    async def _ask(self, request: Request) -> Answer:
        try:
            answer = await self._client.send(request, waits_for_budget=False)
        except ApiError as error:
            self._api.failed(error)
            raise
        finally:
            self._in_flight -= 1
            self._look_soon(0.0)
        self._learn(answer)
        return answer

    def _learn(self, answer: Answer) -> None:
        """What an answer says of the limit."""
        api = self._api
        api.answered(answer)
        now_s = asyncio.get_running_loop().time()
        told_s = answer.rate_limit_reset_s
        if told_s is not None:
            told_s = min(told_s, LONGEST_PERIOD_S)
        if answer.status == 429:
            pause_s = told_s
            if pause_s is None:
                pause_s = self._pause_s
                self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 2)
            api.exhausted(now_s + pause_s)
            self._is_probing = False
            return
        self._pause_s = FIRST_PAUSE_S
        self._is_probing = False
        if told_s is not None:
            api.resets_at_s = now_s + told_s

    def _has_room(self, rank: Rank) -> bool:
        api = self._api
        now_s = asyncio.get_running_loop().time()
        if api.resets_at_s is not None and now_s >= api.resets_at_s:
            # A new period has begun; where the old one ended in want, one request finds out what it brings.
            self._is_probing |= api.rate_limit_remaining == 0
            api.begin_period()
        if self._is_probing:
            return self._in_flight == 0 or rank is Rank.ENDING
        if api.rate_limit_remaining is None or api.resets_at_s is None:
            return True
        return api.rate_limit_remaining > self._in_flight

    def _look(self) -> None:
        """Lets out whoever may go, and sends away whoever waited in vain."""
        now_s = asyncio.get_running_loop().time()
        staying: list[_Waiting] = []
        for waiting in self._waiting:
            reason = waiting.is_moot()
            if reason is not None:
                _refuse(waiting, reason, moot=True)
            elif now_s >= waiting.until_s:
                words = f"not sent: Telnyx's rate limit left no room for {self._max_wait_s:.0f} s"
                _refuse(waiting, words)
            else:
                staying.append(waiting)
        self._waiting = staying
        while self._waiting and self._has_room(self._waiting[0].rank):
            self._in_flight += 1
            turn = self._waiting.pop(0).turn
            if not turn.done():
                turn.set_result(None)
        if self._waiting:
            self._look_soon(LOOK_EVERY_S)

    def _look_soon(self, delay_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._look_now)

    def _look_now(self) -> None:
        self._timer = None
        if self._waiting:
            self._look()


def _has_come(turn: asyncio.Future[None]) -> bool:
    """Whether it was let out, and not sent away."""
    return turn.done() and not turn.cancelled() and turn.exception() is None


def _refuse(waiting: _Waiting, reason: str, *, moot: bool = False) -> None:
    if not waiting.turn.done():
        waiting.turn.set_exception(NotSent(reason, moot=moot))
