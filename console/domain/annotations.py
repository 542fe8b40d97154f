"""What operators write on calls: notes, tags, and that a caller was rung back."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.entries import Annotated
from console.domain.facts import LegFacts, add_note
from console.domain.legs import Leg
from console.domain.text import clean

LONGEST_NOTE = 4_000
LONGEST_TAG = 40
MOST_TAGS = 20

_BETWEEN = "\x1f"
"""Between tags in their register; no cleaned text holds it."""


def take_note(facts: LegFacts, fact: Annotated) -> bool:
    """Takes in what was written on this leg; whether anything is new."""
    stamp = (fact.at, fact.note_id.encode())
    changed = False
    if fact.note:
        changed |= add_note(facts, stamp)
        changed |= facts.put("note", stamp, fact.note)
    if fact.tags is not None:
        changed |= facts.put("tags", stamp, _BETWEEN.join(fact.tags))
    if fact.ring_back is not None:
        changed |= facts.put("ring_back", stamp, "done" if fact.ring_back else "")
    return changed


def annotate(facts: LegFacts, leg: Leg) -> None:
    """Writes what operators wrote onto the leg that is shown."""
    tags = facts.value("tags")
    leg.tags = tuple(tags.split(_BETWEEN)) if tags else ()
    leg.notes = len(facts.notes)
    leg.note = facts.value("note") if facts.notes else None
    leg.rung_back = facts.value("ring_back") is not None


def tidy_note(text: str) -> str | None:
    """A note as it is kept: cleaned, without blanks at its ends; None where nothing is left."""
    return clean(text.strip())[:LONGEST_NOTE].strip() or None


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: cleaned, each once whatever its case, without `#`, in the order given."""
    found: dict[str, str] = {}
    for tag in tags:
        tidied = " ".join(clean(tag.replace(",", " ")).split()).lstrip("#").strip()[:LONGEST_TAG]
        if tidied:
            found.setdefault(tidied.casefold(), tidied)
    return tuple(found.values())[:MOST_TAGS]


def tags_in(text: str) -> tuple[str, ...]:
    """The tags in a line typed with commas between them."""
    return tidy_tags(text.split(","))


def annotation_detail(fact: Annotated) -> str:
    """What was written, and by whom, on one line."""
    parts = [fact.note] if fact.note else []
    if fact.tags is not None:
        parts.append(f"tags: {', '.join(fact.tags)}" if fact.tags else "all tags removed")
    if fact.ring_back is not None:
        parts.append("rung back" if fact.ring_back else "to be rung back")
    if fact.operator:
        parts.append(f"by {fact.operator}")
    return "  ".join(parts)
