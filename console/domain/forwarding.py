"""What came of forwarding, in words and side by side with the event it was about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.domain.entries import Entry, Event, Fact, Forwarded

Pair = tuple[Entry, Fact]

_NEAR = frozenset(("127.0.0.1", "[::1]", "localhost"))


def forward_detail(fact: Forwarded) -> str:
    """What was answered, and how soon: `app 200 41 ms`, `app 502 connection refused`, `observer :9000 200 3 ms`."""
    # There is one application, but there may be several of the others.
    who = f"{fact.mode} {_place(fact.target)}".rstrip() if fact.is_observer else "app"
    status = fact.status if fact.status is not None else fact.answered
    took = f"{fact.latency_ms:.0f} ms" if fact.status is not None else ""
    marks = [
        f"attempt {fact.attempt}" * (fact.attempt > 1),
        "again" * fact.duplicate,
        "unverified" * (not fact.verified),
        "tried again later" * (not fact.final),
    ]
    shown = "" if status is None else str(status)
    return " ".join(filter(None, (who, shown, took, fact.error, ", ".join(filter(None, marks)))))


def _place(target: str) -> str:
    """Where it is, as short as can be: on this machine the port alone."""
    authority = target.partition("://")[2].partition("/")[0].partition("?")[0]
    host, colon, port = authority.rpartition(":")
    return f":{port}" if colon and host in _NEAR else authority


def is_told_with_its_event(fact: Forwarded) -> bool:
    """Whether a line of its own would say nothing that does not fit on the event's."""
    return fact.ok and fact.final and not fact.is_observer


def forward_words(fact: Forwarded) -> str:
    """As `forward_detail`, as short as can be: `app 200    41 ms`, `app 502`."""
    status = fact.status if fact.status is not None else fact.answered
    took = f" {fact.latency_ms:5.0f} ms" if fact.status is not None else ""
    return f"app {'…' if status is None else status}{took}"


def apart(pairs: Iterable[Pair]) -> tuple[list[Pair], Mapping[bytes, str]]:
    """Entries without the answers that are told with their events, and those answers by event, in words."""
    pairs = list(pairs)
    events = {fact.key for _, fact in pairs if isinstance(fact, Event)}
    rest: list[Pair] = []
    answers: dict[bytes, str] = {}
    for entry, fact in pairs:
        key = fact.event_key if isinstance(fact, Forwarded) else None
        if not isinstance(fact, Forwarded) or key not in events or key is None or fact.is_observer:
            rest.append((entry, fact))
            continue
        answers[key] = " ".join(forward_words(fact).split())
        if not is_told_with_its_event(fact):
            rest.append((entry, fact))
    return rest, answers


def is_failure(fact: Fact) -> bool:
    """Whether an application did not take what it was handed."""
    return isinstance(fact, Forwarded) and not fact.ok


def told(fact: Fact) -> str:
    """What came of forwarding, in words; empty for any other fact."""
    return forward_detail(fact) if isinstance(fact, Forwarded) else ""
