"""In the place of the webhook port where records are read instead: nothing listens, no port is taken."""

from __future__ import annotations

from console.engine.listener import Listener


class NoListener(Listener):
    """Hears nothing, so its counters stay at zero and it has no URL."""

    @property
    def url(self) -> str:
        return ""

    async def start(self) -> None:
        """Opens nothing."""

    async def stop(self) -> None:
        """There is nothing to close."""
