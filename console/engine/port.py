"""Which listener an engine has: one that forwards, one that only listens, or one that hears nothing while records are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.engine.listener import Elsewhere, Listener
from console.engine.recorder import Recorder
from console.engine.settings import EngineSettings

if TYPE_CHECKING:
    from console.engine.forward.forwarder import Forwarder


def port_of(
    settings: EngineSettings,
    recorder: Recorder,
    clock: Callable[[], Micros],
    elsewhere: Elsewhere,
) -> tuple[Listener, Forwarder | None]:
    """The listener, and what forwards for it. Loads only what is used. Raises `ConfigError` on a malformed public key."""
    if settings.poll is not None:
        from console.engine.poll.silence import NoListener

        return NoListener(settings, recorder, clock), None
    if settings.forward is None:
        return Listener(settings, recorder, clock, elsewhere=elsewhere), None
    from console.engine.forward.door import ForwardingListener
    from console.engine.forward.forwarder import Forwarder

    forwarder = Forwarder(settings.forward, settings.path, recorder, clock)
    listener = ForwardingListener(settings, recorder, clock, forwarder, elsewhere=elsewhere)
    return listener, forwarder
