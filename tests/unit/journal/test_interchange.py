"""Exports: what was written opens again as the same, masked or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.board import Board
from console.domain.entries import Draft, Entry, Kind
from console.domain.legs import Leg
from console.domain.redaction.masks import Masks
from console.journal import interchange, jsonlines
from console.journal.api import Appended
from console.journal.loading import load
from console.journal.opening import open_reader
from console.journal.veil import Veil
from tests.fixtures.entries import entry_from
from tests.fixtures.happenings import BEGIN, Written, board_of, happenings

KEY = b"k" * 32


def entries_of(drafts: Sequence[Draft]) -> list[Entry]:
    """As a journal would have numbered them."""
    seen: set[bytes] = set()
    found = []
    for seq, draft in enumerate(drafts, 1):
        key = draft.event_key
        found.append(entry_from(draft, Appended(seq, key is not None and key in seen)))
        if key is not None:
            seen.add(key)
    return found


def reopened(lines: Iterator[str]) -> list[Entry]:
    """Through a file and back."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "j.sqlite3"
        load(lines, path)
        reader = open_reader(path)
        try:
            return list(reader.read())
        finally:
            reader.close()


def exported(entries: Sequence[Entry]) -> Iterator[str]:
    """The lines of an export."""
    yield interchange.head(interchange.Made(False, {"threshold_s": 20}), BEGIN)
    yield from map(interchange.line, entries)


def shape(board: Board) -> list[object]:
    """What a board shows, without what a mask may change: names, numbers, identifiers."""
    places = {leg.key: place for place, leg in enumerate(by_time(board))}
    return [
        (leg.direction, leg.state, leg.stale, leg.initiated_at, leg.answered_at, leg.bridged_at, leg.ended_at,
         leg.first_at, leg.last_at, leg.hangup_cause, leg.hangup_source, leg.sip_hangup_cause, leg.marks, leg.notes,
         len(leg.tags), len(leg.commands), len(leg.digits or ""), places.get(leg.peer or leg.key),
         [places[each.key] for each in board.conversation(leg.key)])
        for leg in by_time(board)
    ]  # fmt: skip


def dumped(board: Board) -> list[object]:
    """All that a board knows."""
    return [board.dump(ended=False), board.dump(ended=True)]


def by_time(board: Board) -> list[Leg]:
    """Oldest first; no two begin at once."""
    return sorted(board.legs.values(), key=lambda leg: leg.began_at or 0)


@settings(deadline=None, max_examples=40)
@given(happenings())
def test_export_opens_as_the_same_board(written: Written) -> None:
    """Every entry with its number, its time and its bytes, and so the same picture."""
    entries = entries_of(written.drafts)

    again = reopened(exported(entries))

    assert [interchange.line(each) for each in again] == [
        interchange.line(each) for each in entries
    ]
    assert [each.body for each in again if each.event_key and not each.event_id] == [
        each.body for each in entries if each.event_key and not each.event_id
    ]
    assert dumped(board_of(again)) == dumped(board_of(entries))


@settings(deadline=None, max_examples=40)
@given(happenings(), st.binary(min_size=32, max_size=32))
def test_redacted_export_opens_with_the_same_shape(written: Written, key: bytes) -> None:
    """The same calls in the same states at the same times, tied in the same way; and nothing secret in the bytes."""
    entries = entries_of(written.drafts)
    first = Masks(key, ids=True)
    for entry in entries:
        Veil(first)(entry)
    veil = Veil(Masks(key, ids=True, avoid=first.numbers))

    lines = list(exported([veil(entry) for entry in entries]))
    again = reopened(iter(lines))

    text = "\n".join(lines)
    assert not [secret for secret in written.secrets if secret in text]
    assert [each.seq for each in again] == [each.seq for each in entries]
    assert [each.duplicate for each in again] == [each.duplicate for each in entries]
    assert shape(board_of(again)) == shape(board_of(entries))


def test_line_is_that_of_events_with_more_behind(tmp_path: Path) -> None:
    """Whoever reads `events --json` reads an export."""
    entry = Entry(
        seq=3,
        kind=Kind.WEBHOOK,
        received_at=BEGIN,
        body=b"no json",
        remote="192.0.2.1",
        headers=(("a", "b"),),
        reason="promised",
    )

    plain = json.loads(jsonlines.line(entry))
    more = json.loads(interchange.line(entry))

    assert list(more)[: len(plain)] == list(plain)
    assert {name: more[name] for name in plain} == plain
    assert more["remote"] == "192.0.2.1"
    assert more["reason"] == "promised"


def test_damaged_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    """What is left is shown; the first thing that was wrong is said."""
    good = interchange.line(Entry(seq=1, kind=Kind.NOTE, received_at=BEGIN, body=b"", reason="x"))
    cut = good[:-20]

    loaded = load([cut, good, "[]", "", good], tmp_path / "j.sqlite3")

    assert (loaded.entries, loaded.skipped) == (1, 3)
    assert loaded.why == "line 1: it is not JSON"


def test_a_body_nested_without_end_is_exported_and_opens_again() -> None:
    """A stranger may have sent nothing but brackets; its bytes come back."""
    depth = 5_000
    body = b"[" * depth + b"]" * depth
    entry = Entry(seq=1, kind=Kind.REFUSED, received_at=BEGIN, body=body, reason="not verified")

    assert interchange.read(interchange.line(entry)).draft.body == body


def test_a_number_of_too_many_digits_is_exported_and_opens_again() -> None:
    """JSON knows no limit, Python does: nobody's number may keep a journal from being exported."""
    body = b'{"data": {"payload": {"from": -%s}}}' % (b"9" * 5_000)
    entry = Entry(seq=1, kind=Kind.WEBHOOK, received_at=BEGIN, body=body)

    read = interchange.read(interchange.line(entry))

    assert (read.seq, read.draft.body) == (1, body)


@given(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "replace")))
def test_any_line_is_read_or_refused_in_words(text: str) -> None:
    """Nothing else is raised."""
    with TemporaryDirectory() as folder:
        loaded = load([text], Path(folder) / "j.sqlite3")

    assert loaded.entries + loaded.skipped <= 1


_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(("seq", "kind", "received_at", "body", "attempt", "headers", "raw", "event_id",
                                        "event_key", "occurred_at")), _VALUES))  # fmt: skip
def test_members_of_any_type_are_read_or_refused(changes: dict[str, object]) -> None:
    """A file may have been edited by hand."""
    entry = Entry(seq=1, kind=Kind.NOTE, received_at=BEGIN, body=b"", reason="x")
    said = json.loads(interchange.line(entry)) | changes

    with TemporaryDirectory() as folder:
        loaded = load([json.dumps(said)], Path(folder) / "j.sqlite3")

    assert loaded.entries + loaded.skipped == 1
    assert bool(loaded.why) == bool(loaded.skipped)
