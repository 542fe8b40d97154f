"""Sending recorded deliveries again: which can be, when each is due, and what is said before. Pure.

Telnyx's libraries refuse a signature that is older than 300 seconds, and one over other bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from console.domain.entries import Draft, Entry, Kind, Micros
from console.domain.text import clean
from console.domain.times import span

TOLERANCE_S = 300
"""What Telnyx's own libraries allow (VOICE d)."""
SIGNATURE_HEADERS = frozenset({"telnyx-signature-ed25519", "telnyx-timestamp"})
TYPES_TOLD = 4
SECOND: Micros = 1_000_000


class Survey(NamedTuple):
    """What is about to be sent, counted."""

    number: int
    types: tuple[tuple[str, int], ...]
    """Event types with how many of each, the most frequent first."""
    unsigned: int
    """How many have no signature of Telnyx's, because an export does not keep headers."""
    stale: int
    """How many signatures are too old by now."""
    oldest_s: float
    """Age of the oldest signature."""
    lasts_s: float
    """From the first to the last, at the speed asked for."""


def why_not(entry: Draft) -> str | None:
    """Why an entry cannot be sent again, in words; None if it can."""
    if entry.kind is Kind.WEBHOOK:
        return None if entry.body else "it has no body (it came with GET)"
    reasons = {
        Kind.REFUSED: "it was refused: nobody has vouched for it",
        Kind.API: "it was read from Telnyx's records: its original bytes are not known",
    }
    return reasons.get(entry.kind, "only webhooks can be sent again")


def chosen(entries: Iterable[Entry], *, duplicates: bool = False) -> list[Entry]:
    """The deliveries that can be sent again, in the order of their arrival."""
    found = [e for e in entries if why_not(e) is None and (duplicates or not e.duplicate)]
    found.sort(key=lambda entry: (entry.received_at, entry.seq))
    return found


def pauses_s(entries: Iterable[Draft], speed: float) -> Iterator[float]:
    """Seconds from the beginning to when each is due; a speed of 0 knows no pauses."""
    first: Micros | None = None
    for entry in entries:
        first = entry.received_at if first is None else first
        passed = max(0, entry.received_at - first)
        yield passed / SECOND / speed if speed > 0 else 0.0


def header(entry: Draft, name: str) -> str | None:
    """The first header of that (lower-case) name."""
    return next((value for key, value in entry.headers if key.lower() == name), None)


def age_s(entry: Draft, now: Micros) -> float | None:
    """How old the signature will be; None where there is none."""
    stamp = header(entry, "telnyx-timestamp")
    if header(entry, "telnyx-signature-ed25519") is None or stamp is None:
        return None
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15):
        return None
    return now / SECOND - int(stamp)


def survey(entries: Sequence[Draft], *, now: Micros, speed: float) -> Survey:
    """Counts what is about to be sent."""
    due_s = list(pauses_s(entries, speed))
    # Each will have grown older by the time its turn comes.
    aged = [(age_s(entry, now), s) for entry, s in zip(entries, due_s, strict=True)]
    ages = [age + s for age, s in aged if age is not None]
    types = Counter(clean(entry.event_type or "?") for entry in entries)
    return Survey(
        number=len(entries),
        types=tuple(types.most_common()),
        unsigned=len(entries) - len(ages),
        stale=sum(age > TOLERANCE_S for age in ages),
        oldest_s=max(ages, default=0.0),
        lasts_s=max(due_s, default=0.0),
    )


def question(found: Survey, target: str) -> str:
    """Count, event types and target in one line."""
    webhooks = "webhook" if found.number == 1 else "webhooks"
    return f"Send {found.number} {webhooks} ({types_in_words(found)}) to {target}"


def types_in_words(found: Survey, limit: int = TYPES_TOLD) -> str:
    """`call.initiated 3, call.hangup 2 and 4 more`."""
    shown = [f"{name} {count}" if count > 1 else name for name, count in found.types[:limit]]
    rest = len(found.types) - limit
    return ", ".join(shown) + (f" and {rest} more types" if rest > 0 else "")


def warning(found: Survey, *, resign: bool, edited: bool = False) -> str:
    """What will be wrong with the signatures, in a sentence; empty where nothing is."""
    if resign or not found.number:
        return ""
    if edited:
        return "The body was changed, so its signature does not match any more: --resign signs it"
    what = "The signature" if found.number == 1 else f"{found.stale} of {found.number} signatures"
    parts = []
    if found.stale:
        verb = "is" if found.number == 1 or found.stale == 1 else "are"
        parts.append(
            f"{what} {verb} up to {span(round(found.oldest_s * SECOND))} old:"
            f" Telnyx's libraries refuse what is older than {TOLERANCE_S} s"
        )
    if found.unsigned:
        parts.append(f"{found.unsigned} without a signature will be refused where one is checked")
    return f"{'; '.join(parts)}. --resign signs with a development key" if parts else ""


def duration(found: Survey) -> str:
    """How long it will take, in words."""
    return "at once" if found.lasts_s < 1 else f"within {span(round(found.lasts_s * SECOND))}"
