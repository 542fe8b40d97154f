"""What a desk or the shell asks an engine to send again, and what came of each; the question itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from console.errors import EngineError
from console.operator import load_httpx, no_engine

if TYPE_CHECKING:
    from console.operator import HttpOperator

TIMEOUT_S = 10.0
"""How long an application may take for each."""


class ReplayOrder(msgspec.Struct, kw_only=True):
    """Which entries of the engine's journal go where. `speed` 0 knows no pauses; `body` replaces that of a single one."""

    seqs: list[int]
    target: str
    speed: float = 0.0
    resign: bool = False
    body: bytes | None = None


class ReplayOutcome(msgspec.Struct, kw_only=True):
    """What came of one delivery. `status` is None when no answer came, `error` then says why."""

    seq: int
    event_id: str | None
    event_type: str | None
    call_control_id: str | None = None
    status: int | None = None
    latency_ms: float = 0.0
    error: str = ""
    recorded: bool = False
    signed_with: str = ""
    """The public key of the development key, where it was signed anew."""

    @property
    def ok(self) -> bool:
        """Whether the application took it."""
        return self.status is not None and 200 <= self.status < 300 and not self.error

    @property
    def is_unreachable(self) -> bool:
        """Whether nothing answered at all."""
        return self.status is None


@runtime_checkable
class Replays(Protocol):
    """An operator whose engine can send deliveries again."""

    def replay(self, order: ReplayOrder) -> AsyncGenerator[ReplayOutcome]:
        """Sends in order, gives each outcome as it comes; closing it ends the sending. Raises `EngineError`."""
        ...


class _Refusal(msgspec.Struct):
    error: str = ""


async def replayed(operator: HttpOperator, order: ReplayOrder) -> AsyncGenerator[ReplayOutcome]:
    """Asks the engine; leaving the iteration ends it there too. Raises `EngineError`."""
    httpx = await load_httpx()
    client = await operator.client()
    limits = httpx.Timeout(None, connect=TIMEOUT_S)
    raw = msgspec.json.encode(order)
    try:
        async with client.stream("POST", "/replay", content=raw, timeout=limits) as answer:
            if answer.status_code != 200:
                raise EngineError(_sentence(await answer.aread(), answer.status_code))
            ended = False
            async for line in answer.aiter_lines():
                if line == "{}":
                    ended = True
                elif line.startswith('{"error":'):
                    raise EngineError(_sentence(line.encode(), answer.status_code))
                elif line:
                    yield msgspec.json.decode(line, type=ReplayOutcome)
            if not ended:
                raise EngineError("the engine ended before everything was sent")
    except httpx.ConnectError:
        raise EngineError(no_engine(operator.journal)) from None
    except httpx.TransportError:
        raise EngineError("the engine went away while it was sending") from None
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise EngineError("the engine's answer is not understood: restart it") from None


def _sentence(raw: bytes, status: int) -> str:
    if status == 404:
        return "this engine cannot send deliveries again: it is of an older version, restart it"
    try:
        said = msgspec.json.decode(raw, type=_Refusal).error
    except (msgspec.DecodeError, msgspec.ValidationError):
        said = ""
    return said or f"the engine refused to send (HTTP {status})"
