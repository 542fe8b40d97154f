"""Rows keep their place under the cursor."""

from __future__ import annotations

from collections.abc import Hashable

from console.ui.presenters.cells import Line, Span
from console.ui.presenters.rows import Rows
from console.ui.presenters.viewport import Viewport


class Words(Rows[str]):
    """A list of words, one line each."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.heirs: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.words)

    def key_at(self, index: int) -> str:
        return self.words[index]

    def index_of(self, key: str) -> int | None:
        return self.words.index(key) if key in self.words else None

    def stamp(self, key: str) -> Hashable:
        return key

    def draw(self, key: str, sub: int, width: int) -> Line:
        return (Span("  "), Span(key))

    def successor(self, key: str) -> str | None:
        return self.heirs.get(key)


def test_selected_row_stays_on_its_line_when_rows_come_above() -> None:
    """Two new rows on top scroll by two."""
    rows = Words(*"abcdef")
    view = Viewport(rows)
    view.look(1, 3)
    view.choose("c")
    rows.words[0:0] = ["x", "y"]

    view.follow()

    assert view.held_top() == 3
    assert view.place == 4


def test_first_row_in_sight_is_held_when_the_selected_is_not_there() -> None:
    """Scrolled away from the cursor, what is read stays."""
    rows = Words(*"abcdefgh")
    view = Viewport(rows)
    view.choose("a")
    view.look(4, 3)
    rows.words.remove("b")

    view.follow()

    assert view.held_top() == 3


def test_top_of_the_list_shows_what_is_new() -> None:
    """With nothing selected and nothing scrolled, new rows on top come into sight."""
    rows = Words(*"abc")
    view = Viewport(rows)
    view.look(0, 2)
    rows.words.insert(0, "x")

    assert view.held_top() == 0


def test_vanished_selection_is_none_and_the_cursor_goes_on_from_there() -> None:
    """No row that slid into its place is selected, and `down` goes to that place."""
    rows = Words(*"abcd")
    view = Viewport(rows)
    view.look(0, 4)
    view.choose("b")
    rows.words.remove("b")

    view.follow()

    assert view.selected is None
    assert view.target("down") == 1


def test_selection_goes_on_under_an_heir() -> None:
    """A merged leg is the same call under its other key, on the same line."""
    rows = Words(*"abcd")
    view = Viewport(rows)
    view.look(1, 3)
    view.choose("b")
    rows.words = ["new", "a", "B", "c", "d"]
    rows.heirs["b"] = "B"

    view.follow()

    assert view.selected == "B"
    assert view.held_top() == 2


def test_movements_stay_in_the_list() -> None:
    """Beyond the ends is the end."""
    rows = Words(*"abcdef")
    view = Viewport(rows)
    view.look(0, 3)
    view.choose("b")

    targets = {how: view.target(how) for how in ("up", "down", "pageup", "pagedown", "home", "end")}

    assert targets == {"up": 0, "down": 2, "pageup": 0, "pagedown": 3, "home": 0, "end": 5}
    assert Viewport(Words()).target("down") is None


def test_revealing_scrolls_as_little_as_possible() -> None:
    """Up to the top line, down to the last, not at all in between."""
    view = Viewport(Words(*"abcdefgh"))
    view.look(3, 3)

    assert [view.revealing_top(index) for index in (1, 3, 5, 6)] == [1, 3, 3, 4]
