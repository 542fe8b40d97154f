"""Text in cells: exact widths, nothing split, nothing that a terminal could obey."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.ui.presenters.cells import Role, Span, fit, fit_line, grouped, join, line_width, spread
from console.ui.presenters.glyphs import ASCII_SIGNS, UNICODE
from tests.fixtures.hostile import HOSTILE, is_safe


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("width", [0, 1, 2, 3, 7, 40])
def test_fit_is_exact_and_safe(text: str, width: int) -> None:
    """Whatever the text, the cell is as wide as asked for and holds nothing but drawable characters."""
    cell = fit(text, width)

    assert cell_len(cell) == width
    assert is_safe(cell)
    assert len(cell) <= (width + 1) * 8 + width


@given(st.text(), st.integers(0, 60))
def test_fit_is_exact_for_any_text(text: str, width: int) -> None:
    """The same for any text at all."""
    cell = fit(text, width, "right")

    assert cell_len(cell) == width
    assert is_safe(cell)


def test_fit_does_not_split_wide_characters() -> None:
    """A character of two cells that does not fit leaves a blank."""
    assert fit("日本語", 4) == "日… "


def test_fit_keeps_combined_characters_whole() -> None:
    """An accent stays with its letter."""
    assert fit("e\u0301e\u0301e\u0301", 2) == "e\u0301…"


def test_fit_aligns_right() -> None:
    """Times stand at the right edge of their column."""
    assert fit("0:42", 6, "right") == "  0:42"


def test_fit_line_cuts_the_span_that_crosses_the_edge() -> None:
    """What comes after the edge is gone, the role of what is cut remains."""
    line = fit_line((Span("abc"), Span("defgh", Role.BAD), Span("x")), 6)

    assert line == (Span("abc"), Span("de…", Role.BAD))


def test_fit_line_pads() -> None:
    """A short line is filled with blanks."""
    assert line_width(fit_line((Span("日"),), 10)) == 10


def test_join_leaves_out_empty_parts() -> None:
    """No gap stands for nothing."""
    assert join([(Span("a"),), (), (Span("b"),)], "--") == (Span("a"), Span("--"), Span("b"))


def test_spread_gives_the_right_part_its_room() -> None:
    """The left part is cut, the right part is not."""
    line = spread((Span("a long beginning"),), (Span(" 12:00"),), 12)

    assert "".join(span.text for span in line) == "a lon… 12:00"


def test_grouped_numbers_can_be_read() -> None:
    """Groups of three, with a blank."""
    assert [grouped(number) for number in (0, 999, 1_234_567)] == ["0", "999", "1 234 567"]


def test_every_sign_has_another_of_ascii_and_of_one_cell() -> None:
    """Those of the one table, and all that are drawn beside words."""
    assert all(cell_len(chr(sign)) == 1 for sign in ASCII_SIGNS)
    assert all(len(plain) == 1 and plain.isascii() for plain in ASCII_SIGNS.values())
    signs = "".join(part for part in UNICODE if isinstance(part, str))
    assert signs.translate(ASCII_SIGNS).isascii()
