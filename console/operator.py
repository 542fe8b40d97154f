"""How a desk, or the shell, asks an engine: execute this command, what is your health, reconcile now.

The engine answers on a private socket (HTTP); `HttpOperator` is the client. Screens and tests know only the
`Operator` protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from console.domain.entries import CommandDone, Intent, Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What an engine knows about itself, as of the moment it was asked. Times in µs since 1970, latency in ms."""

    pid: int
    version: str
    started_at: Micros
    journal: str
    webhook_url: str
    """Where this engine listens, e.g. `http://127.0.0.1:8080/webhooks`."""
    base_url: str
    """The API it talks to, without credentials."""
    profile: str | None = None
    public_key: bool = False
    api_key: bool = False
    connection_id: str | None = None
    read_only: bool = False
    verified: int = 0
    refused: int = 0
    duplicates: int = 0
    in_flight: int = 0
    last_event_at: Micros | None = None
    last_verified_at: Micros | None = None
    clock_offset_ms: float | None = None
    """This machine's clock minus Telnyx's, from signed timestamps; None before the first event."""
    api_latency_ms: float | None = None
    api_error: str | None = None
    journal_error: str | None = None
    """Why nothing is being recorded, in words; None while all is well."""
    reconcile: str = "not asked yet"
    """One sentence: what the last comparison with Telnyx found."""
    reconciled_at: Micros | None = None
    rate_limit_remaining: int | None = None
    desks: int = 0
    notices: tuple[str, ...] = ()
    """Plain sentences said once each: what is missing and how to set it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a comparison with Telnyx found."""

    ok: bool
    message: str
    active: int = 0
    found: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


class LifeState(StrEnum):
    """What has become of the engine this desk works with."""

    STARTING = "starting"
    RUNNING = "running"
    ATTACHED = "attached"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LifeStatus:
    """One state and one sentence about the engine, e.g. "attached to the engine that already runs (pid 41)"."""

    state: LifeState
    message: str = ""


class EngineLife(Protocol):
    """Finds or starts the engine, watches it, restarts it with backoff."""

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        """Goes on until cancelled; reports every change of state from the caller's event loop."""
        ...

    async def leave(self) -> None:
        """Ends the engine if this desk started it and no other desk is attached."""
        ...


class Operator(Protocol):
    """Raises `EngineError` when the engine does not answer; a refusal by Telnyx is a `CommandDone` with ok False."""

    async def execute(self, intent: Intent) -> CommandDone: ...

    async def health(self) -> Health: ...

    async def reconcile(self) -> Reconciled: ...

    async def aclose(self) -> None: ...
