"""Takes an application's webhook URL and gives it back, at the end of the engine at the latest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from console.domain.entries import Micros
from console.engine.taking.custody import Custody
from console.engine.taking.deeds import NO_ADDRESS, NOTHING_TAKEN, Ask, Deeds, Problem, answer
from console.engine.taking.plan import FAILOVER
from console.engine.taking.words import health_of
from console.standing import Reach, TakingAnswer, TakingHealth

GIVE_BACK_S = 6.0
"""What giving back may take of an engine's end; `console.life.ENGINE_ENDS_S` is all of that."""


class UrlKeeper:
    """Belongs to one engine. Its methods never raise: a deed that failed is an answer that is not ok."""

    def __init__(
        self,
        custody: Custody,
        ask: Ask,
        *,
        base_url: str,
        our_url: Callable[[], str | None],
        test: Callable[[str], Awaitable[Reach]],
        clock: Callable[[], Micros],
        why_nowhere: Callable[[], str] = lambda: NO_ADDRESS,
    ) -> None:
        """`our_url` says where the internet reaches this engine, None while nobody knows; `test`, whether it does.

        `why_nowhere` says why nobody knows.
        """
        self._deeds = Deeds(
            custody,
            ask,
            base_url=base_url,
            our_url=our_url,
            why_nowhere=why_nowhere,
            test=test,
            clock=clock,
        )
        self._our_url = our_url
        self._lock = asyncio.Lock()

    def begin(self) -> None:
        """Looks whether an engine before this one left something."""
        self._deeds.begin()

    @property
    def trouble(self) -> str:
        """Why it is not known whether something was left; empty when it is."""
        return self._deeds.trouble

    @property
    def is_taken(self) -> bool:
        """Whether a webhook URL is ours and is given back at the end."""
        return self._deeds.held is not None and not self._deeds.is_left

    def health(self) -> TakingHealth | None:
        """What is taken; None when nothing is."""
        held = self._deeds.held
        return None if held is None else health_of(held, is_left=self._deeds.is_left)

    async def look(self, application_id: str | None) -> TakingAnswer:
        """What taking would change, and whether webhooks would arrive. Changes nothing."""
        return await self._do(lambda: self._deeds.look(application_id))

    async def take(
        self,
        application_id: str | None,
        operator: str,
        *,
        with_failover: bool = True,
        untested: bool = False,
    ) -> TakingAnswer:
        """Makes the application's webhooks come here, its old settings kept; `untested` leaves out the self-test."""
        return await self._do(
            lambda: self._deeds.take(application_id, operator, with_failover, untested)
        )

    async def give_back(self, operator: str = "") -> TakingAnswer:
        """Puts back what is still ours. What somebody else has changed stays as it is."""
        return await self._do(lambda: self._deeds.give_back(operator))

    async def keep(self) -> TakingAnswer:
        """What was left by an engine before is this one's to give back at its end."""
        async with self._lock:
            if self._deeds.held is None:
                return answer(self._deeds, False, self.trouble or NOTHING_TAKEN)
            self._deeds.is_left = False
            health = self.health()
            return answer(self._deeds, True, "" if health is None else health.sentence)

    async def move(self) -> TakingAnswer | None:
        """Our address has changed: what is taken follows it. None where there is nothing to do."""
        held, our_url = self._deeds.held, self._our_url()
        if not self.is_taken or held is None or our_url in (None, held.our_url):
            return None
        with_failover = any(each.name == FAILOVER for each in held.settings)
        return await self.take(held.application_id, held.taken_by, with_failover=with_failover)

    async def aclose(self) -> TakingAnswer | None:
        """Gives back what this engine took, within bounds, and takes no more; None when there was nothing."""
        self._deeds.is_ending = True
        if not self.is_taken:
            return None
        try:
            async with asyncio.timeout(GIVE_BACK_S):
                return await self.give_back()
        except TimeoutError:
            why = self._deeds.stays(f"Telnyx did not answer within {GIVE_BACK_S:g} s")
            return answer(self._deeds, False, why)

    async def _do(self, deed: Callable[[], Awaitable[TakingAnswer]]) -> TakingAnswer:
        async with self._lock:
            try:
                return await deed()
            except Problem as problem:
                reach = problem.args[1] if len(problem.args) > 1 else None
                return answer(self._deeds, False, str(problem.args[0]), reach=reach)
