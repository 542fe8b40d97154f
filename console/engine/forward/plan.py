"""How webhooks are forwarded, as plain values, checked where they are read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.engine.forward.target import target_of
from console.errors import ConfigError

TELNYX_WAITS_S = 2.0
"""How long Telnyx waits for an answer unless the application's webhook_timeout_secs says otherwise (VOICE (d))."""


class Mode(StrEnum):
    """Who is told what, and when."""

    FRONT = "front"
    """The application's answer is ours."""
    COPY = "copy"
    """Somebody sends us copies: always 200."""
    BUFFER = "buffer"
    """Acknowledged once recorded, delivered afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPlan:
    """Times in seconds. An empty `target` is only of use in copy mode, or with observers alone."""

    target: str = ""
    mode: Mode = Mode.FRONT
    timeout_s: float = 1.8
    max_in_flight: int = 256
    keep_host: bool = False
    unverified: bool = False
    """Forward even what is not verified; a person has to have asked for it."""
    unverified_paths: tuple[str, ...] = ()
    """Paths below which nothing has to verify (TeXML)."""
    answer_limit_bytes: int = 8 * 1024 * 1024
    keep_answer_bytes: int = 16 * 1024
    max_age_s: float = 30.0
    health_path: str = ""
    observers: tuple[str, ...] = ()
    observer_queue: int = 256
    observer_timeout_s: float = 5.0

    @property
    def is_wanted(self) -> bool:
        """Whether anything differs from only listening."""
        return bool(self.target or self.observers) or self.mode is Mode.COPY

    @property
    def stands_in_front(self) -> bool:
        """Whether an application depends on this engine."""
        return bool(self.target) and self.mode is not Mode.COPY

    def check(self, listen_port: int) -> None:
        """Raises `ConfigError` for a plan that cannot work."""
        if self.mode is Mode.BUFFER and not self.target:
            raise ConfigError("forward.mode is buffer, but forward.target names no application")
        for url in filter(None, (self.target, *self.observers)):
            target = target_of(url)
            is_here = target.host in ("127.0.0.1", "::1", "localhost")
            if is_here and listen_port and target.port == listen_port:
                raise ConfigError(
                    f"{target.name} is this console's own port: forward to the application's, "
                    "or listen on another one with --port"
                )
