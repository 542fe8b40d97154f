"""Reads the journal for the tail of events, a page at a time: earlier, later, or around another moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.ui.services import Services

if TYPE_CHECKING:
    from console.ui.widgets.journal_tail import JournalTail, Where

PAGE = 500
HELD = 3 * PAGE
"""Entries held while looking at the past."""
MOST_PAGES = 20
"""So many pages are read for one step while the filter lets nothing of them through."""


def turn_page(tail: JournalTail, services: Services, where: Where) -> None:
    """Gives the tail the next page. Raises `JournalError`."""
    if where == "latest":
        tail.hold_page(services.store.recent, services.now(), is_past=False)
        return
    before = tail.counts[0]
    for _ in range(MOST_PAGES):
        more = _earlier(tail, services) if where == "earlier" else _later(tail, services)
        shown = tail.counts[0]
        if not more or shown > before or (shown and tail.selected is None):
            return
        before = min(before, shown)


def _earlier(tail: JournalTail, services: Services) -> bool:
    """The page before; whether there was one."""
    held = tail.held
    first = held[0][0].seq if held else services.store.seq + 1
    page = services.store.past.earlier(first, PAGE)
    kept = held[: HELD - len(page)]
    is_past = tail.is_past or len(kept) < len(held)
    if page:
        tail.hold_page((*page, *kept), services.now(), is_past=is_past)
    return bool(page)


def _later(tail: JournalTail, services: Services) -> bool:
    """The page after; whether there was one."""
    held, newest = tail.held, services.store.seq
    last = held[-1][0].seq if held else 0
    page = [pair for pair in services.store.past.later(last, PAGE) if pair[0].seq <= newest]
    is_past = bool(page) and page[-1][0].seq < newest
    kept = held[max(0, len(held) + len(page) - HELD) :]
    tail.hold_page((*kept, *page), services.now(), is_past=is_past)
    return bool(page)


def go_to(tail: JournalTail, services: Services, at: Micros) -> Micros | None:
    """Puts the cursor on what came in then, reading it if it is not held; when that was. Raises `JournalError`."""
    past = services.store.past
    seq = past.seq_at(at - 1) + 1
    held = tail.held
    if not held or not held[0][0].seq <= seq <= held[-1][0].seq:
        newest = services.store.seq
        page = [*past.earlier(seq, PAGE), *past.later(seq - 1, PAGE)]
        page = [pair for pair in page if pair[0].seq <= newest]
        if page:
            is_past = page[-1][0].seq < newest
            tail.hold_page(page, services.now(), is_past=is_past)
    return tail.select_near(seq)
