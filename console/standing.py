"""Where the internet reaches this engine, and whose webhook URL it has taken: values that cross the engine's socket.

Must not import anything that is slow to load: a desk reads them.
"""

from __future__ import annotations

import msgspec

from console.domain.entries import Micros


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
