"""The line of keys."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from console.ui.presenters.cells import Role
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.keys import KeyHint, present_keys
from tests.fixtures.hostile import HOSTILE, is_safe

HINTS = [
    KeyHint("a", "answer"),
    KeyHint("t", "transfer", enabled=False),
    KeyHint("f", "flow", weight=-1),
    KeyHint("?", "help", weight=5),
]


def words(width: int) -> str:
    """The line as text."""
    return "".join(span.text for span in present_keys(HINTS, width))


def test_all_hints_where_there_is_room() -> None:
    """In their order, two blanks apart."""
    assert words(60) == " a answer  t transfer  f flow  ? help"


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (36, " a answer  t transfer  ? help  …"),
        (25, " a answer  ? help  …"),
        (12, " ? help  …"),
        (3, " …"),
    ],
)
def test_least_important_hints_give_way(width: int, line: str) -> None:
    """Least weight first, then from the right; the ellipsis says so."""
    assert words(width).rstrip() == line.rstrip()


@pytest.mark.parametrize("width", range(3, 60))
def test_line_never_wraps(width: int) -> None:
    """No width is exceeded."""
    assert len(words(width)) <= max(width, 4)


def test_disabled_key_is_dimmed() -> None:
    """It stays visible."""
    line = present_keys(HINTS, 60)

    assert next(span for span in line if span.text == "t").role is Role.DIM
    assert next(span for span in line if span.text == "a").role is Role.KEY


def test_ascii_ellipsis() -> None:
    """The ASCII signs have one of their own."""
    assert present_keys(HINTS, 12, ASCII)[-1].text == "~"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_labels_are_drawn_safely(text: str) -> None:
    """Keys and labels come from a configuration; they are cleaned all the same."""
    line = "".join(span.text for span in present_keys([KeyHint(text, text)], 50_000))

    assert is_safe(line)
    assert cell_len(line) >= 0
