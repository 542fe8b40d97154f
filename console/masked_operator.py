"""An operator for a desk whose screen is masked: asks about the real calls and numbers, and masks the answers.

A mask in the parameters of a command becomes what it stands for; everything else goes through as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from console.domain.entries import CommandDone, Intent
from console.domain.redaction.bodies import masked
from console.domain.redaction.masks import Masks

if TYPE_CHECKING:
    from console.operator import Asked, Health, Operator, QueryAnswer, Reconciled, StreamHealth
    from console.standing import Reach, TakingAnswer

_PLAIN_ANSWERS = "apps."
"""Answers about applications are edited and sent back: they stay as they are."""


def masked_params(params: Mapping[str, object], masks: Masks) -> dict[str, object]:
    """Parameters of a command, masked."""
    found = masked(params, masks)
    return found if isinstance(found, dict) else {}


def real(value: object, masks: Masks) -> object:
    """The same with every mask replaced by what it stands for, at any depth."""
    if isinstance(value, str):
        found = masks.real(value)
        return value if found is None else found
    if isinstance(value, Mapping):
        return {masks.real(name) or name: real(inner, masks) for name, inner in value.items()}
    return [real(each, masks) for each in value] if isinstance(value, list | tuple) else value


def real_params(params: Mapping[str, object], masks: Masks) -> dict[str, object]:
    found = real(params, masks)
    return found if isinstance(found, dict) else {}


class MaskedOperator:
    """Asks the real operator about the real things, and masks the answers."""

    def __init__(self, operator: Operator, masks: Masks) -> None:
        self._operator = operator
        self._masks = masks

    async def execute(self, intent: Intent) -> CommandDone:
        """The command as it is meant."""
        meant = replace(intent, params=real_params(intent.params, self._masks))
        done = await self._operator.execute(meant)
        message = self._masks.sentence(done.message)
        return done._replace(message=message, data=masked_params(done.data, self._masks))

    async def health(self) -> Health:
        """Of the engine; there is nobody in it."""
        return await self._operator.health()

    async def reconcile(self) -> Reconciled:
        """What was found, masked."""
        return self._reconciled(await self._operator.reconcile())

    async def check(self, call_control_id: str) -> Reconciled:
        """What was found, masked."""
        return self._reconciled(await self._operator.check(call_control_id))

    async def query(self, action: str, params: Mapping[str, object] | None = None) -> QueryAnswer:
        """The answer, masked, but for applications."""
        meant = None if params is None else real_params(params, self._masks)
        answer = await self._operator.query(action, meant)
        if action.startswith(_PLAIN_ANSWERS):
            return answer
        return replace(
            answer,
            message=self._masks.sentence(answer.message),
            data=masked(answer.data, self._masks),
        )

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        """Tags that were there keep their real words."""
        known = None if tags is None else [self._masks.real(tag) or tag for tag in tags]
        await self._operator.annotate(
            call, note=note, tags=known, ring_back=ring_back, operator=operator
        )

    async def use_connection(self, connection_id: str) -> None:
        """Nothing in it needs a mask."""
        await self._operator.use_connection(connection_id)

    async def self_test(self, url: str | None = None) -> Reach:
        """Nothing in it needs a mask."""
        return await self._operator.self_test(url)

    async def webhook_url(self, deed: str, **about: object) -> TakingAnswer:
        """Nothing in it needs a mask."""
        return await self._operator.webhook_url(deed, **about)

    async def requests(self) -> tuple[Asked, ...]:
        """What was asked, masked."""
        return tuple(
            msgspec.structs.replace(
                each,
                message=self._masks.sentence(each.message),
                query={name: self._masks.sentence(value) for name, value in each.query.items()},
            )
            for each in await self._operator.requests()
        )

    async def media(self) -> tuple[StreamHealth, ...]:
        """Nothing in it needs a mask."""
        return await self._operator.media()

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        """What was done, in words."""
        return await self._operator.save_audio(call_control_id, path)

    async def aclose(self) -> None:
        """Ends the way to the engine."""
        await self._operator.aclose()

    def _reconciled(self, found: Reconciled) -> Reconciled:
        said = self._masks.sentence
        extra = {
            name: [said(str(each)) for each in value] if isinstance(value, list | tuple) else value
            for name, value in found.extra.items()
        }
        return replace(found, message=said(found.message), extra=extra)
