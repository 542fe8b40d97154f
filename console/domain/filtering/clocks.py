"""The clocks of a leg: how long somebody waited, how long it has been talked on. What a list shows, filters compare."""

from __future__ import annotations

from console.domain.entries import Entry, Kind, Micros
from console.domain.legs import Leg, LegState, Mark
from console.domain.times import happened


class Stretch:
    """From a moment to another; it still grows while `until` is None."""

    __slots__ = ("since", "until")

    def __init__(self, since: Micros, until: Micros | None = None) -> None:
        self.since = since
        self.until = until

    def length(self, now: Micros) -> Micros:
        """How long it is (`now`, µs, where it still grows); never less than nothing."""
        return max(0, (now if self.until is None else self.until) - self.since)


def wait_of(leg: Leg) -> Stretch | None:
    """How long the caller has waited or waited for an answer; in a queue, since it was put there.

    An outgoing leg has it while it is being dialed, and not afterwards: nobody waited for us.
    """
    since = leg.waiting_since
    if since is not None:
        return Stretch(since)
    began = leg.began_at
    if began is None:
        return None
    if leg.state is LegState.DIALING:
        return Stretch(began)
    until = leg.answered_at if leg.answered_at is not None else leg.ended_at
    if until is None or leg.direction == "outgoing":
        return None
    return Stretch(began, until)


def talk_of(leg: Leg) -> Stretch | None:
    """How long the leg has been answered; None if it never was, and while there is early media only."""
    began = leg.answered_at if leg.answered_at is not None else leg.bridged_at
    if began is None or Mark.EARLY_MEDIA in leg.marks:
        return None
    return Stretch(began, leg.ended_at)


def lag_of(entry: Entry) -> Micros | None:
    """From the moment it happened (Telnyx's clock) to its arrival (ours); None for our own entries, and where the
    moment cannot be believed."""
    at = entry.occurred_at
    if entry.kind is not Kind.WEBHOOK or at is None or happened(at, entry.received_at) != at:
        return None
    return entry.received_at - at
