"""The ladder as rows with a window that moves sideways."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from console.domain.ladder import Ladder, ladder
from console.ui.presenters.cells import Line, Role
from console.ui.presenters.flow_rows import FlowRows
from console.ui.presenters.glyphs import ASCII, UNICODE, Glyphs
from tests.fixtures.hostile import is_safe
from tests.unit.domain.histories import History
from tests.unit.domain.test_ladder import hostile, ladder_of, transfer


def text(line: Line) -> str:
    """The line as text."""
    return "".join(span.text for span in line)


def rows_of(made: Ladder, width: int = 80, glyphs: Glyphs = UNICODE) -> FlowRows:
    """Rows at a width."""
    rows = FlowRows(glyphs)
    rows.resize(width)
    rows.show(made)
    return rows


def many(legs: int) -> Ladder:
    """One call.initiated for each of many legs."""
    h = History()
    for number in range(legs):
        h.outgoing(f"L{number}")
    return ladder(h.pairs, sorted(h.board().legs.values(), key=lambda leg: leg.began_at or 0))


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_rows_fill_the_width_wherever_the_window_is(width: int, glyphs: Glyphs) -> None:
    """Exactly, also with hostile text; nothing in them is obeyed by a terminal."""
    rows = rows_of(ladder_of(hostile()), width, glyphs)
    for by in (0, 7, 40, 10_000):
        rows.pan(by)
        for place in range(len(rows)):
            line = text(rows.draw(rows.key_at(place), 0, width))
            assert is_safe(line)
            if rows.key_at(place) >= 0:
                assert cell_len(line) == width
        assert cell_len(text(rows.header(width, 0))) == width


def test_window_reveals_the_arrow_of_the_cursor() -> None:
    """It moves as little as is needed, and back again; the times stay where they are."""
    made = many(8)
    rows = rows_of(made)
    last = made.steps[-1].seq

    assert rows.reveal(last)
    assert rows.x > 0
    assert "call.initiated" in text(rows.draw(last, 0, 80))
    assert text(rows.draw(last, 0, 80)).startswith("  +")
    assert not rows.reveal(last)
    assert rows.reveal(made.steps[0].seq)
    assert "call.initiated" in text(rows.draw(made.steps[0].seq, 0, 80))


def test_keys_of_closing_lines_are_apart_from_entries() -> None:
    """They have a place and cannot be opened; a stamp is theirs too."""
    rows = rows_of(ladder_of(transfer()))
    keys = [rows.key_at(place) for place in range(len(rows))]

    assert keys[-2:] == [-1, -2]
    assert [rows.index_of(key) for key in keys] == list(range(len(rows)))
    assert "called party hung up" in text(rows.draw(-2, 0, 80))
    assert rows.index_of(-3) is None
    assert rows.sentence(-1) == ""


def test_stamp_changes_with_what_is_drawn() -> None:
    """The window, and a leg that ended meanwhile; not with an entry elsewhere."""
    h = transfer()
    del h.pairs[-1]
    rows = rows_of(ladder_of(h), 80)
    first = rows.key_at(0)
    stamp = rows.stamp(first)

    h.event("call.dtmf.received", "A", digit="1")
    rows.show(ladder_of(h))
    assert rows.stamp(first) == stamp
    rows.pan(5)
    assert rows.stamp(first) != stamp


def test_problems_and_bridges_stand_out() -> None:
    """By their signs and words, and by their roles."""
    h = transfer()
    h.command("record_start", "A", ok=False)
    rows = rows_of(ladder_of(h), 140)
    roles = [
        {span.role for span in rows.draw(rows.key_at(place), 0, 140)} for place in range(len(rows))
    ]

    assert any(Role.GOOD in each for each in roles)
    assert any(Role.BAD in each for each in roles)


def test_search_text_has_what_the_width_cuts_off() -> None:
    """Also the lanes' names and the whole sentence."""
    rows = rows_of(ladder_of(transfer()), 40)
    texts = [rows.text(rows.key_at(place)) for place in range(len(rows))]

    assert any("to +1 415 555 0100" in each for each in texts)
    assert any("leg B" in each for each in texts)
