"""Notes and tags on calls: what is kept of them, and how they merge."""

from __future__ import annotations

from console.domain.annotations import (
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_TAGS,
    annotation_detail,
    tags_in,
    tidy_note,
    tidy_tags,
)
from console.domain.board import Board
from console.domain.entries import Annotated
from console.domain.facts import MAX_NOTES
from console.domain.notes import notes_in
from tests.unit.domain.histories import History, board_of, picture


def noted_call() -> History:
    """A caller who gave up, with two notes and tags that changed."""
    h = History()
    h.incoming("a")
    h.written("a", "asked for Ann", ("vip",))
    h.hangup("a", cause="originator_cancel")
    h.written("a", "rang back, all well", ("vip", "done"), ring_back=True)
    return h


def test_annotations_are_on_the_leg_and_the_last_tags_win() -> None:
    """An ended call takes notes too, and stays ended."""
    board = noted_call().board()
    leg = board.get("a")

    assert leg is not None
    assert (leg.tags, leg.notes, leg.note) == (("vip", "done"), 2, "rang back, all well")
    assert leg.rung_back
    assert not leg.is_live


def test_annotations_change_the_leg_that_is_shown() -> None:
    """Whoever shows the leg hears of the note once; the same entry again is no news."""
    h = History()
    h.incoming("a")
    board = h.board()
    before = board.legs["a"].version
    h.written("a", tags=("vip",))

    assert board.apply(*h.pairs[-1]) == {"a"}
    assert board.legs["a"].version > before
    assert board.apply(*h.pairs[-1]) == frozenset()


def test_annotations_taken_away_leave_nothing() -> None:
    """An empty set of tags, and a caller who is to be rung back after all."""
    h = noted_call()
    h.written("a", tags=(), ring_back=False)
    leg = h.board().legs["a"]

    assert (leg.tags, leg.rung_back, leg.notes) == ((), False, 2)


def test_annotations_alone_make_no_call() -> None:
    """A note on a leg that nobody heard of waits until somebody does."""
    h = History()
    h.written("a", "early", ("x",))
    assert not h.board().legs

    h.incoming("a")
    assert h.board().legs["a"].tags == ("x",)


def test_annotations_survive_a_snapshot() -> None:
    """What is saved is read again."""
    board = noted_call().board()

    assert picture(Board.load(board.dump())) == picture(board)


def test_annotations_count_of_notes_is_bounded() -> None:
    """A runaway script fills the journal, not the memory of every desk."""
    h = History(step=1000)
    h.incoming("a")
    for n in range(MAX_NOTES + 5):
        h.written("a", f"note {n}")

    assert board_of(h.pairs).legs["a"].notes == MAX_NOTES
    assert board_of(h.pairs[::-1]).legs["a"].notes == MAX_NOTES


def test_tidy_tags_keeps_each_once_as_typed_first() -> None:
    """Without #, blanks, commas and control characters; bounded in length and number."""
    assert tags_in(" vip, #Sales ,, VIP, new   york, a\x1bb") == ("vip", "Sales", "new york", "a␛b")
    assert tidy_tags(["x" * 100]) == ("x" * LONGEST_TAG,)
    assert len(tidy_tags(str(n) for n in range(100))) == MOST_TAGS


def test_tidy_note_is_one_clean_line() -> None:
    """Line breaks become visible; nothing but blanks is no note."""
    assert tidy_note("  a\nb\x1b[2J ") == "a␊b␛[2J"
    assert tidy_note(" \n ") is None
    assert tidy_note("é" * 9000) == "é" * LONGEST_NOTE


def test_annotation_detail_says_what_and_by_whom() -> None:
    """One line for lists."""
    told = Annotated("n", "a", None, 1, "angry", ("vip", "x"), True, "ada")

    assert annotation_detail(told) == "angry  tags: vip, x  rung back  by ada"
    assert annotation_detail(told._replace(note=None, tags=(), ring_back=None, operator="")) == (
        "all tags removed"
    )


def test_notes_in_lists_each_note_once_in_the_order_of_writing() -> None:
    """Entries that only set tags are no notes."""
    h = noted_call()
    h.written("a", tags=("y",))
    found = notes_in([*h.pairs, *h.pairs][::-1])

    assert [(note.operator, note.text) for note in found] == [
        ("ann", "asked for Ann"),
        ("ann", "rang back, all well"),
    ]
