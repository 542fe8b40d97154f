"""What an engine needs to know, as plain values: filled by the command line from the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.secret import Secret

if TYPE_CHECKING:
    from console.engine.forward.plan import ForwardPlan
    from console.engine.poll.pace import Bounds
    from console.engine.tunnel.plan import TunnelPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Values with units in their names; `port` 0 takes any free port."""

    journal: Path
    host: str = "127.0.0.1"
    port: int = 8080
    path: str = "/webhooks"
    body_limit_bytes: int = 1024 * 1024
    read_timeout_s: float = 10.0
    max_connections: int = 512
    public_url: str | None = None
    """Where the internet reaches the webhooks."""
    media_path: str = "/media"
    """Where calls' sound is streamed to, on the same address as webhooks; a token that cannot be guessed follows."""
    media_public_url: str | None = None
    """Where the internet reaches the listener for sound, e.g. `wss://calls.example.com`; None: as `public_url` says."""
    media_max_streams: int = 32
    public_key: str | None = None
    tolerance_s: int = 300
    api_key: Secret | None = None
    base_url: str = "https://api.telnyx.com/v2"
    connection_id: str | None = None
    profile: str | None = None
    read_only: bool = False
    request_timeout_s: float = 10.0
    max_attempts: int = 4
    grace_s: float | None = None
    """How long to go on after the last desk died; None: this engine was not started by a desk, go on for ever."""
    keep_days: float = 30.0
    keep_mb: float = 2048.0
    reconcile_at_start: bool = True
    forward: ForwardPlan | None = None
    """None: only listen."""
    poll: Bounds | None = None
    """Read Telnyx's records this often instead of listening; None: listen."""
    tunnel: TunnelPlan | None = None
    """The program that leads from the internet to the port; None: none is started."""
    admin_host: str = "127.0.0.1"
    admin_port: int = 0
    """0: no admin port."""
