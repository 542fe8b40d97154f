"""Searching lines: what is found, where one stands, and what is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ui.presenters.cells import Role, Span
from console.ui.presenters.search import Search, mark_found, matches

LINES = ("call.initiated  +1 312 555 0101", "answer  alice", "call.answered", "Zoë hung up")


@pytest.mark.parametrize(
    ("needle", "found"),
    [
        ("call", (0, 2)),
        ("CALL.", (0, 2)),
        ("zoë", (3,)),
        ("+13125550101", (0,)),
        ("312555", (0,)),
        ("312 555", (0,)),
        ("(", ()),
        ("   ", ()),
        ("", ()),
        (".*", ()),
    ],
)
def test_matches_finds_text_and_numbers(needle: str, found: tuple[int, ...]) -> None:
    """Without regard to case, to how a number is grouped, and with nothing that means more than itself."""
    assert matches(LINES, needle) == found


def test_search_goes_round_and_says_where_it_is() -> None:
    """From the line it was begun at, over the end to the first, and back."""
    search = Search()

    assert search.look(LINES, "call", near=1) == 2
    assert search.words == "2 of 2"
    assert search.step(1) == 0
    assert search.words == "1 of 2"
    assert search.step(-1) == 2


def test_search_without_match_says_so() -> None:
    """Nothing found is said; nothing typed is not."""
    search = Search()

    assert search.look(LINES, "nobody") is None
    assert search.words == "not found"
    assert search.step(1) is None
    search.look(LINES, "")
    assert search.words == ""


def test_mark_found_marks_across_spans() -> None:
    """An occurrence that lies in two spans is marked in both; the text stays the same."""
    line = (Span("call.", Role.DIM), Span("answered call"))

    assert mark_found(line, "l.an", here=True) == (
        Span("cal", Role.DIM),
        Span("l.", Role.FOUND_HERE),
        Span("an", Role.FOUND_HERE),
        Span("swered call"),
    )


@given(st.lists(st.text(alphabet="ab +1"), max_size=6), st.text(alphabet="ab +1", max_size=4))
def test_mark_found_never_changes_the_text(parts: list[str], needle: str) -> None:
    """Marking changes roles only, and marks something exactly where something is found."""
    line = tuple(Span(part) for part in parts)
    text = "".join(parts)

    marked = mark_found(line, needle)

    assert "".join(span.text for span in marked) == text
    assert any(span.role is Role.FOUND for span in marked) == bool(matches([text], needle))
