"""The entries of one leg: history, then news, each once."""

from __future__ import annotations

from console.domain.entries import Draft, Entry
from console.store.store import Store
from console.ui.leg_feed import LegFeed
from tests.ui.driver import START, webhook
from tests.ui.memory import MemoryJournal


def about(call: str, event_type: str = "call.speak.started", **payload: object) -> Draft:
    return webhook(
        event_type,
        START,
        call_control_id=f"v3:{call}",
        call_leg_id=f"leg-{call}",
        call_session_id="one",
        **payload,
    )


def seqs(feed: LegFeed) -> list[int]:
    return [entry.seq for entry, _ in feed.news()]


def store_of(journal: MemoryJournal, *, recent: int = 100) -> Store:
    store = Store(journal, clock=lambda: START, recent=recent)
    store.load()
    return store


def test_history_comes_first_then_what_is_new() -> None:
    """Of this leg only, although the session has others."""
    journal = MemoryJournal()
    for call in "ABA":
        journal.append(about(call))
    store = store_of(journal)
    feed = LegFeed(store, "v3:A")
    assert seqs(feed) == [1, 3]
    assert seqs(feed) == []

    journal.append(about("B"))
    journal.append(about("A"))
    store.poll()

    assert seqs(feed) == [5]


def test_nothing_is_lost_where_the_ring_is_too_short() -> None:
    """Then the journal is read again."""
    journal = MemoryJournal()
    first: Entry = journal.append(about("A"))
    store = store_of(journal, recent=3)
    feed = LegFeed(store, "v3:A")
    assert seqs(feed) == [first.seq]

    for _ in range(10):
        journal.append(about("A"))
    store.poll()

    assert seqs(feed) == list(range(2, 12))


def test_what_the_store_has_not_taken_in_comes_later() -> None:
    """Each entry once, although the journal is ahead of the board."""
    journal = MemoryJournal()
    journal.append(about("A"))
    store = store_of(journal)
    journal.append(about("A"))
    feed = LegFeed(store, "v3:A")

    assert seqs(feed) == [1]
    store.poll()
    assert seqs(feed) == [2]
