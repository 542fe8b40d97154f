"""How long to wait before Telnyx's records are read again. Pure; seconds.

Short while calls live or news come, longer the longer nothing happens, and never more than what the rate limit can
spare: operators' commands draw on the same budget. A refusal (429) is waited out as Telnyx says, other failures ever
longer.
"""

from __future__ import annotations

from typing import NamedTuple

GROWTH = 1.5
"""How much longer each wait becomes while nothing happens."""
LONGEST_FAILING_S = 30.0
LONGEST_LIMITED_S = 60.0
KEPT_SHARE = 0.5
"""Of what the rate limit leaves, so much is kept for commands …"""
KEPT_AT_LEAST = 5
"""… and never fewer requests than these."""


class Bounds(NamedTuple):
    """The shortest and the longest wait while all is well."""

    short_s: float = 2.0
    long_s: float = 10.0


class Sight(NamedTuple):
    """What one turn of reading came to."""

    is_busy: bool = False
    """Whether calls live, news came, or a command waits for its effect."""
    took_s: float = 0.0
    requests: int = 1
    """How many requests it cost."""
    remaining: int | None = None
    """Requests that the rate limit leaves until `reset_s`; None where Telnyx does not say."""
    reset_s: float | None = None
    failed: bool = False
    limited: bool = False
    """Whether Telnyx refused because there were too many requests."""


class Tempo(NamedTuple):
    """The wait in force, and how many turns have failed in a row."""

    wait_s: float
    failures: int = 0
    limited: bool = False


def begin(bounds: Bounds) -> Tempo:
    """Before the first turn."""
    return Tempo(bounds.short_s)


def after(tempo: Tempo, sight: Sight, bounds: Bounds) -> Tempo:
    """The wait after a turn that came to `sight`."""
    if sight.limited or sight.failed:
        failures = tempo.failures + 1
        longest = LONGEST_LIMITED_S if sight.limited else LONGEST_FAILING_S
        wait_s = min(longest, bounds.short_s * 2 ** min(failures, 10))
        if sight.limited and sight.reset_s is not None:
            wait_s = max(wait_s, sight.reset_s)
        return Tempo(wait_s, failures, sight.limited)
    if sight.is_busy:
        wanted = bounds.short_s
    else:
        # After a failure the wait was long for another reason.
        before = bounds.short_s if tempo.failures else tempo.wait_s
        wanted = min(bounds.long_s, max(bounds.short_s, before * GROWTH))
    # Reading that takes long must not fill all of the time.
    return Tempo(max(wanted, sight.took_s, affordable(sight)))


def affordable(sight: Sight) -> float:
    """The shortest wait that leaves enough of the rate limit to others; 0.0 where Telnyx names no limit."""
    if sight.remaining is None or sight.reset_s is None:
        return 0.0
    spare = sight.remaining - max(KEPT_AT_LEAST, sight.remaining * KEPT_SHARE)
    turns = spare / max(1, sight.requests)
    return sight.reset_s if turns < 1 else sight.reset_s / turns
