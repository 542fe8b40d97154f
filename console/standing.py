"""Where the internet reaches this engine, and whose webhook URL it has taken: values that cross the engine's socket.

Must not import anything that is slow to load: a desk reads them.
"""

from __future__ import annotations

import msgspec

from console.domain.entries import Micros

DEEDS = ("look", "take", "give_back", "keep")
"""What can be done about an application's webhook URL.

`look(application_id)` says what `take(application_id, with_failover, untested)` would change, after a self-test;
`give_back()` puts back what is still ours; `keep()` makes what an engine before left this one's to give back.
"""


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a public address leads to this engine: what a request through it found."""

    url: str
    ok: bool
    sentence: str
    fault: str = ""
    """`address`, `busy`, `dns`, `tls`, `refused`, `timeout`, `broken`, `redirect`, `path`, `console`, `gateway` or
    `server`; empty when all is well."""
    latency_ms: float | None = None
    at: Micros = 0


class Changed(msgspec.Struct, frozen=True):
    """One setting of an application before and after. None: not set."""

    name: str
    before: str | None
    after: str | None


class TakingHealth(msgspec.Struct, frozen=True, kw_only=True):
    """An application's webhook URL that is ours for a while."""

    application_id: str
    application_name: str
    our_url: str
    taken_at: Micros
    own_url: str | None
    """Where its webhooks went before."""
    is_left: bool
    """Taken by an engine that did not give it back; this one does so only when it is told to."""
    sentence: str


class TunnelHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The program that leads from the internet to the port."""

    state: str
    """`starting`, `up`, `restarting` or `failed`."""
    sentence: str
    url: str | None = None
    pid: int | None = None
    starts: int = 0
    last_line: str = ""
    """What it said last; what may be a secret in it is left out."""


class TakingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was done about a webhook URL, or would be."""

    ok: bool
    sentence: str
    application_id: str = ""
    application_name: str = ""
    our_url: str = ""
    changes: tuple[Changed, ...] = ()
    """What changes, or has changed."""
    failover: str | None = None
    """The application's own URL, suggested as failover; None: nothing is suggested."""
    reach: Reach | None = None
    """What the self-test found."""
    is_pending: bool = False
    """Whether something is taken and not given back."""
