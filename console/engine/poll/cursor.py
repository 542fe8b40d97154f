"""Up to where Telnyx's records had been read before: found in the journal, so that nothing else has to be kept.

Stretches of call_events are put into the journal in the order in which things happened, so an engine that was killed in
the middle has everything before the last entry of one, and the next begins there. Entries that were read leg by leg do
not count: they are ahead of their stretch.
"""

from __future__ import annotations

from console.domain.entries import Entry, Kind, Micros
from console.engine.poll.reading import EVENTS, MEMORY, SECOND
from console.journal.api import JournalReader

FIRST_LOOK: Micros = 900 * SECOND
"""How far back a journal without a past is filled; of calls that live everything is read, however old."""
PAGE = 1_000
MAX_PAGES = 20


def read_until(reader: JournalReader, now: Micros) -> Micros | None:
    """When the last event happened that a stretch brought; None where there is none that still matters.

    Raises `JournalError`.
    """
    before: int | None = None
    for _ in range(MAX_PAGES):
        entries = reader.tail(PAGE, before=before)
        found = [entry.occurred_at for entry in entries if entry.occurred_at and _is_read(entry)]
        if found:
            # A clock that was wrong once must not make the future unreadable.
            return min(max(found), now)
        if len(entries) < PAGE or entries[0].received_at < now - MEMORY:
            return None
        before = entries[0].seq
    return None


def start(reader: JournalReader, heard_until: Micros | None, now: Micros) -> Micros:
    """From when on records are read first: `heard_until` is when webhooks were last heard. Raises `JournalError`."""
    known = [at for at in (read_until(reader, now), heard_until) if at is not None]
    return min(now, max(known)) if known else now - FIRST_LOOK


def _is_read(entry: Entry) -> bool:
    return entry.kind is Kind.API and entry.remote == EVENTS and entry.event_type is not None
