"""Which desks are attached, and when an engine that a desk started may end.

A desk holds a lease for as long as it lives. The engine ends at once when the desk that started it leaves and no
other is there; when the last desk vanishes without a word it goes on for the grace period, so that a new desk can
find it.
"""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Callable

FIRST_DESK_S = 15.0
"""How long a desk that started an engine has to attach, at least."""


class Leases:
    """`grace_s` None: nobody's leaving ends the engine; infinite: only the goodbye of the desk that started it does.

    `on_end` is called once, from the loop.
    """

    def __init__(
        self,
        grace_s: float | None,
        on_end: Callable[[], None],
        *,
        first_desk_s: float = FIRST_DESK_S,
    ) -> None:
        self._grace_s = grace_s
        self._first_desk_s = first_desk_s
        self._on_end = on_end
        self._held: set[str] = set()
        self._has_starter_left = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def count(self) -> int:
        return len(self._held)

    def start(self) -> None:
        """Begins to wait for the first desk."""
        if self._grace_s is not None:
            self._count_down(max(self._grace_s, self._first_desk_s))

    def stop(self) -> None:
        """No more decisions."""
        self._cancel()
        self._grace_s = None

    def take(self) -> str:
        """A new lease for a desk that attached."""
        self._cancel()
        lease = secrets.token_hex(8)
        self._held.add(lease)
        return lease

    def vanish(self, lease: str) -> None:
        """The desk's connection ended; a lease given back before is not missed."""
        if lease in self._held:
            self._held.discard(lease)
            self._maybe_count_down()

    def leave(self, lease: str, *, starter: bool) -> bool:
        """The desk says goodbye. True if that ends the engine."""
        self._held.discard(lease)
        self._has_starter_left |= starter
        if self._grace_s is None:
            return False
        if not self._held and self._has_starter_left:
            self._end()
            return True
        self._maybe_count_down()
        return False

    def _maybe_count_down(self) -> None:
        if not self._held and self._grace_s is not None and self._timer is None:
            self._count_down(self._grace_s)

    def _count_down(self, seconds: float) -> None:
        if seconds < math.inf:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._end)

    def _end(self) -> None:
        self._cancel()
        self._grace_s = None
        self._on_end()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
