"""Asks a running engine whether a public address leads to it. httpx is loaded when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from console.errors import EngineError
from console.operator import load_httpx
from console.standing import Reach

if TYPE_CHECKING:
    from console.operator import HttpOperator


async def self_test(operator: HttpOperator, url: str, timeout_s: float) -> Reach:
    """What a request through the address found. Raises `EngineError` when the engine does not answer."""
    httpx = await load_httpx()
    client = await operator.client()
    try:
        answer = await client.post(
            "/self-test", content=msgspec.json.encode({"url": url}), timeout=timeout_s
        )
    except httpx.TransportError:
        raise EngineError("the engine did not say whether the address leads to it") from None
    if answer.status_code != 200:
        raise EngineError("the running engine is of a version that cannot test the address")
    try:
        return msgspec.json.decode(answer.content, type=Reach)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise EngineError("the engine's answer about the address is not understood") from None
