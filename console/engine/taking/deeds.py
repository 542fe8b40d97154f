"""The steps of taking a webhook URL and giving it back: read, write the old values down, change, read again.

What may be changed is decided in `plan`; everything that changes goes through the engine's one path, so it is recorded
under the operator's name. One webhook URL at a time, one step at a time: who calls holds the lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from console.domain.entries import Micros
from console.domain.values import text
from console.engine.taking.custody import Custody
from console.engine.taking.plan import (
    Application,
    Kept,
    Swap,
    restoring,
    shown,
    suggested_failover,
    taking,
    to_change,
    value,
)
from console.engine.taking.words import changed, given_back, name_of, own_url, shown_name
from console.errors import EngineError
from console.operator import QueryAnswer
from console.standing import Changed, Reach, TakingAnswer
from console.telnyx.applications import update_params

GONE = 404
NOTHING_TAKEN = "no webhook URL is taken, so there is nothing to give back"
NO_APPLICATION = "no application is chosen: set connection_id, or choose one in Applications"
NO_ADDRESS = "it is not known where the internet reaches this console: set listen.public_url, or tunnel.command"
ENDING = "nothing was changed, because the engine is stopping"
UNTESTED = "nothing was changed, because webhooks would not arrive here"
_REFUSED = range(400, 500)


class Ask(Protocol):
    """A question to Telnyx, or a change of an application; a refusal is an answer."""

    def __call__(
        self, action: str, params: Mapping[str, object], operator: str = "", /
    ) -> Awaitable[QueryAnswer]: ...


class Problem(Exception):
    """Why a deed ends here, in a sentence."""


class Deeds:
    """Every one of them raises `Problem` where it ends before it is done."""

    def __init__(
        self,
        custody: Custody,
        ask: Ask,
        *,
        base_url: str,
        our_url: Callable[[], str | None],
        why_nowhere: Callable[[], str],
        test: Callable[[str], Awaitable[Reach]],
        clock: Callable[[], Micros],
    ) -> None:
        self._custody = custody
        self._ask = ask
        self._base_url = base_url
        self._our_url = our_url
        self._why_nowhere = why_nowhere
        self._test = test
        self._clock = clock
        self.held: Swap | None = None
        """What is taken and not given back."""
        self.is_left = False
        """Whether an engine before this one took it."""
        self.trouble = ""
        """Why it is not known whether something was left; empty when it is."""
        self.is_ending = False
        """Whether the engine gives back what it has, so that nothing may be taken any more."""

    def begin(self) -> None:
        """Looks whether an engine before this one left something."""
        try:
            self.held = self._custody.read()
        except EngineError as error:
            self.trouble = error.user_message
        self.is_left = self.held is not None

    async def look(self, application_id: str | None) -> TakingAnswer:
        """What taking would change, and whether webhooks would arrive."""
        id_, our_url = self._wanted(application_id)
        application = await self._application(id_)
        kept = taking(application, our_url, with_failover=False, held=self._settings)
        failover = suggested_failover(application, our_url, self._settings)
        reach = await self._test(our_url)
        name = shown_name(application, id_)
        changes = to_change(application, kept)
        sentence = f"nothing has to change: webhooks of {name} come here already"
        if changes:
            sentence = f"the webhooks of {name} would come here: {reach.sentence}"
        return TakingAnswer(
            ok=bool(changes) and reach.ok,
            sentence=sentence,
            application_id=id_,
            application_name=name,
            our_url=our_url,
            changes=changed(application, changes),
            failover=failover,
            reach=reach,
            is_pending=self.held is not None,
        )

    async def take(
        self, application_id: str | None, operator: str, with_failover: bool, untested: bool
    ) -> TakingAnswer:
        """Writes down what was, changes it, and looks whether it is so."""
        id_, our_url = self._wanted(application_id)
        reach = None
        if not untested:
            reach = await self._test(our_url)
            if not reach.ok:
                return answer(self, False, f"{UNTESTED}: {reach.sentence}", reach=reach)
        application = await self._application(id_)
        kept = taking(application, our_url, with_failover=with_failover, held=self._settings)
        changes = to_change(application, kept)
        before = self.held, self.is_left
        if not kept:
            if self.held is not None:
                await self._forget()
            return answer(
                self, True, "nothing had to change: webhooks come here already", reach=reach
            )
        swap = Swap(
            application_id=id_,
            application_name=text(application, "application_name") or "",
            our_url=our_url,
            base_url=self._base_url,
            taken_at=self._clock() if before[0] is None else before[0].taken_at,
            taken_by=operator,
            settings=kept,
        )
        if self.is_ending:
            raise Problem(ENDING)
        # From here on it is to be given back, whatever becomes of the steps that follow.
        self.held, self.is_left = swap, False
        try:
            await self._write(swap)
        except Problem:
            self.held, self.is_left = before
            raise
        if changes:
            said = await self._ask("apps.update", _update(id_, application, changes), operator)
            if not said.ok:
                await self._undo(said, before, id_)
        return await self._confirmed(swap, changed(application, changes), reach)

    async def _undo(self, said: QueryAnswer, before: tuple[Swap | None, bool], id_: str) -> None:
        """A change that was not accepted, or of which nothing is known. Raises `Problem`."""
        assert self.held is not None
        why = said.message
        if said.status is None or said.status not in _REFUSED:
            found = await self._ask("apps.show", {"id": id_})
            if not found.ok:
                raise Problem(
                    f"whether the webhook URL was taken is not known ({why}); what it was is kept"
                )
            if not to_change(found.fields, self.held.settings):
                raise Problem(
                    f"Telnyx did not confirm the change ({why}), but made it; it is given back at the end"
                )
        held, self.is_left = before
        if held is None:
            await self._remove()
        else:
            await self._write(held)
        self.held = held
        raise Problem(f"the webhook URL was not taken: {why}")

    async def _confirmed(
        self, swap: Swap, changes: tuple[Changed, ...], reach: Reach | None
    ) -> TakingAnswer:
        """What the application says of itself afterwards."""
        name = name_of(swap)
        found = await self._ask("apps.show", {"id": swap.application_id})
        if not found.ok:
            words = f"taken, but it could not be read again ({found.message})"
            return answer(self, True, f"the webhook URL of {name} is {words}", changes, reach)
        wrong = to_change(found.fields, swap.settings)
        if wrong:
            now = ", ".join(f"{each} is {shown(value(found.fields, each))}" for each in wrong)
            return answer(self, False, f"Telnyx accepted the change, but {now}", reach=reach)
        # Telnyx may write an address in another way than we did; what it shows is what has to be there later.
        settings = tuple(
            msgspec.structs.replace(each, ours=value(found.fields, each.name), earlier=())
            for each in swap.settings
        )
        if settings != swap.settings:
            self.held = msgspec.structs.replace(swap, settings=settings)
            await self._write(self.held)
        own = shown(own_url(swap))
        sentence = f"the webhooks of {name} come here now; at the end they go to {own} again"
        return answer(self, True, sentence, changes, reach)

    async def give_back(self, operator: str) -> TakingAnswer:
        """Puts back what is still ours; the file goes when that is done."""
        held = self.held
        if held is None:
            raise Problem(self.trouble or NOTHING_TAKEN)
        self._check_base(held)
        found = await self._ask("apps.show", {"id": held.application_id})
        if found.status == GONE:
            await self._forget()
            words = f"{name_of(held)} does not exist any more: nothing is to be given back"
            return answer(self, True, words)
        if not found.ok:
            raise Problem(self.stays(found.message))
        plan = restoring(found.fields, held.settings)
        if plan.changes:
            params = _update(held.application_id, found.fields, plan.changes)
            said = await self._ask("apps.update", params, operator or held.taken_by)
            if not said.ok:
                raise Problem(self.stays(said.message))
            seen = await self._ask("apps.show", {"id": held.application_id})
            if seen.ok and (left := restoring(seen.fields, held.settings).changes):
                names = ", ".join(left)
                raise Problem(
                    self.stays(f"Telnyx accepted the change, but did not make it ({names})")
                )
        await self._forget()
        return answer(
            self,
            True,
            given_back(held, plan.changes, plan.theirs, plan.lost),
            changed(found.fields, plan.changes),
        )

    # -- parts

    @property
    def _settings(self) -> Sequence[Kept]:
        return () if self.held is None else self.held.settings

    def _wanted(self, application_id: str | None) -> tuple[str, str]:
        """The application and our address. Raises `Problem` where one is not known, or another one is taken."""
        held = self.held
        if self.trouble:
            raise Problem(self.trouble)
        id_ = application_id or (held.application_id if held is not None else None)
        if not id_:
            raise Problem(NO_APPLICATION)
        if held is not None:
            self._check_base(held)
            if held.application_id != id_:
                raise Problem(
                    f"the webhook URL of {name_of(held)} is still taken: give it back before another's"
                )
        our_url = self._our_url()
        if our_url is None:
            raise Problem(self._why_nowhere())
        return id_, our_url

    def _check_base(self, held: Swap) -> None:
        if held.base_url != self._base_url:
            raise Problem(
                f"the webhook URL of {name_of(held)} was taken through {shown(held.base_url)}:"
                " give it back with that base_url"
            )

    async def _application(self, id_: str) -> Application:
        found = await self._ask("apps.show", {"id": id_})
        if not found.ok:
            raise Problem(f"the application cannot be read: {found.message}")
        return found.fields

    async def _write(self, swap: Swap) -> None:
        try:
            await asyncio.to_thread(self._custody.write, swap)
        except EngineError as error:
            raise Problem(f"nothing was changed: {error.user_message}") from error

    async def _remove(self) -> None:
        try:
            await asyncio.to_thread(self._custody.remove)
        except EngineError as error:
            raise Problem(error.user_message) from error

    async def _forget(self) -> None:
        await self._remove()
        self.held, self.is_left = None, False

    def stays(self, why: str) -> str:
        """The sentence for what could not be given back."""
        held = self.held
        name = "the application" if held is None else name_of(held)
        return (
            f"the webhook URL of {name} could not be given back ({why}): it still points here;"
            " the next start offers to give it back"
        )


def answer(
    deeds: Deeds,
    is_ok: bool,
    sentence: str,
    changes: tuple[Changed, ...] = (),
    reach: Reach | None = None,
) -> TakingAnswer:
    """An answer that says what is taken now."""
    held = deeds.held
    return TakingAnswer(
        ok=is_ok,
        sentence=sentence,
        changes=changes,
        reach=reach,
        is_pending=held is not None,
        application_id="" if held is None else held.application_id,
        application_name="" if held is None else name_of(held),
        our_url="" if held is None else held.our_url,
    )


def _update(id_: str, application: Application, changes: Mapping[str, object]) -> dict[str, object]:
    return {"id": id_, **update_params(application, changes)}
