"""Chosen columns: fitted, drawn, sorted; and what is remembered of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from console.domain.legs import LegState
from console.ui.memory import Memory
from console.ui.presenters.call_rows import CallRows
from console.ui.presenters.calls import CallsView, rank
from console.ui.presenters.caret import caret_line
from console.ui.presenters.columns import (
    BY_ID,
    COLUMNS,
    DEFAULT,
    SORTED,
    Arranged,
    Chosen,
    Place,
    chosen_from,
    next_sort,
    other_end,
    rank_by,
    sort_words,
)
from console.ui.presenters.legs import PLAIN_LOOK, Look
from console.ui.recall import KEPT, Recall
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, StillBoard, desk_legs, leg

EVERY = tuple(Chosen(column.id) for column in COLUMNS)


def text_of(line: tuple[tuple[str, object], ...]) -> str:
    """A line without its roles."""
    return "".join(text for text, _role in line)


@pytest.mark.parametrize("width", [1, 5, 12, 30, 48, 62, 80, 100, 160, 300])
@pytest.mark.parametrize("chosen", [DEFAULT, EVERY, (Chosen("state", 40), Chosen("leg", 60))])
def test_rows_and_header_fill_the_width(chosen: tuple[Chosen, ...], width: int) -> None:
    """Whatever is chosen, whatever the legs are."""
    arranged = Arranged(chosen, width)

    assert cell_len(text_of(arranged.header("-wait", PLAIN_LOOK))) == width
    for each in desk_legs():
        row = arranged.row(Place(each, each, NOW, PLAIN_LOOK))
        assert cell_len(text_of(row.first)) == width
        assert not row.second or cell_len(text_of(row.second)) == width


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_drawn_safely(text: str) -> None:
    """In every column."""
    each = leg("x", caller_name=text, from_=text, to=text, direction=text, connection_id=text, tags=(text,), note=text,
               call_session_id=text, queue=text)  # fmt: skip
    row = Arranged(EVERY, 400).row(Place(each, each, NOW, Look(name_of=lambda _n: text)))

    assert is_safe(text_of(row.first))


def test_columns_give_way_by_weight() -> None:
    """The state stays to the last; what was given a width keeps it."""
    chosen = (Chosen("app"), Chosen("state"), Chosen("from", 12), Chosen("wait"))

    assert [column.id for column, _ in Arranged(chosen, 80).cells] == [
        "app",
        "state",
        "from",
        "wait",
    ]
    narrow = Arranged(chosen, 33).cells
    assert [(column.id, size) for column, size in narrow][1] == ("from", 12)
    assert [column.id for column, _ in Arranged(chosen, 14).cells] == ["state"]


def test_command_under_way_is_always_said() -> None:
    """In the state, where no column of its own says it."""
    leaving = next(each for each in desk_legs() if each.key == "leaving")

    for names in ("state from", "state more"):
        arranged = Arranged(chosen_from(names.split()), 70)
        assert "hanging up" in text_of(arranged.row(Place(leaving, None, NOW, PLAIN_LOOK)).first)


def test_ended_leg_says_why() -> None:
    """On a second line where no column does."""
    ended = leg("x", LegState.ENDED)

    assert Arranged(chosen_from(["from"]), 70).two_lines
    wide = Arranged(chosen_from(["cause"]), 70)
    assert not wide.two_lines
    assert "originator_cancel" in text_of(wide.row(Place(ended, None, NOW, PLAIN_LOOK)).first)


def test_chosen_from_passes_over_what_is_unknown() -> None:
    """A file of another version, or of somebody's hand; the state is always there."""
    found = chosen_from(["from:20", "nonsense", 3, "from", "wait:x", "talk:900"])

    assert [str(each) for each in found] == ["state", "from:20", "wait", "talk:60"]
    assert chosen_from([]) == chosen_from(["?"]) == DEFAULT


@pytest.mark.parametrize("spec", [*SORTED, *(f"-{name}" for name in SORTED)])
def test_every_column_sorts_live_calls_above_ended_ones(spec: str) -> None:
    """Without a tie, from both ends."""
    ranks = sorted(
        map(rank_by(spec, PLAIN_LOOK), [*desk_legs(), leg("e2", LegState.ENDED, from_=None)])
    )

    groups = [each[0] for each in ranks]
    assert groups == sorted(groups)
    assert {each[2] for each in ranks[-2:]} == {"ended", "e2"}


def test_sorting_by_text_and_by_length() -> None:
    """Names from both ends, the missing ones last; the longest wait first, also a minute later."""
    legs = [
        leg("b", from_="b"),
        leg("ab", from_="ab"),
        leg("a", from_="a"),
        leg("none", from_=None),
    ]
    names = [
        [each[2] for each in sorted(map(rank_by(spec, PLAIN_LOOK), legs))]
        for spec in ("from", "-from")
    ]
    assert names == [["a", "ab", "b", "none"], ["b", "ab", "a", "none"]]

    equal = [leg("new", ago_s=1), leg("old", ago_s=9), leg("older", ago_s=20)]
    assert [each[2] for each in sorted(map(rank_by("-from", PLAIN_LOOK), equal))] == [
        "older",
        "old",
        "new",
    ]

    waits = [leg("long", ago_s=90), leg("short", ago_s=5), leg("done", LegState.ANSWERED)]
    orders = [
        [each[2] for each in sorted(map(rank_by(spec, PLAIN_LOOK), waits))]
        for spec in ("wait", "-wait")
    ]
    assert orders == [["long", "short", "done"], ["short", "long", "done"]]


def test_key_goes_through_the_columns_and_back_to_the_first_order() -> None:
    """Each from both ends."""
    seen, spec = [], ""
    for _ in range(5):
        spec = next_sort(spec, ["state", "more", "wait"])
        seen.append(spec)

    assert seen == ["state", "-state", "wait", "-wait", ""]
    assert next_sort("-gone", ["wait"]) == "wait"
    assert [other_end("", "wait"), other_end("wait", "wait"), other_end("-wait", "wait")] == [
        "wait",
        "-wait",
        "",
    ]
    assert other_end("wait", "more") == "wait"
    assert rank_by("nonsense", PLAIN_LOOK) is rank
    assert all(sort_words(name) for name in ("", *BY_ID))


def test_header_tells_the_order_and_who_waits_out_of_sight() -> None:
    """An arrow at the column, as the default columns have it, too."""
    rows = CallRows(CallsView(StillBoard(desk_legs()).as_board()), PLAIN_LOOK)
    rows.resize(80)
    rows.now = NOW
    assert text_of(rows.header(80, 0)).split() == ["state", "from", "to", "wait", "talk"]

    rows.sort("-wait")
    assert "wait▲" in text_of(rows.header(80, 0))
    rows.arrange((Chosen("state"), Chosen("who"), Chosen("wait", 8)))
    assert text_of(rows.header(80, 0)).split() == ["state", "who", "wait▲"]
    assert rows.widths["wait"] == 8
    rows.sort("")
    assert rows.view.keys[0] == "queued"


def test_recall_steps_through_what_was_typed(tmp_path: Path) -> None:
    """Newest first, and back to what is being typed; kept over sessions, bounded, without repetitions."""
    file = tmp_path / "memory.json"
    recall = Recall(Memory(file), "calls")
    for text in ("a", "b", " a ", "", *(f"n{number}" for number in range(KEPT)), "a"):
        assert recall.keep(text) is None

    again = Recall(Memory(file), "calls")
    assert len(again.texts) == KEPT
    assert again.step(1, "x") is None
    assert again.step(-1, "typed") == "a"
    assert again.step(-1, "a") == f"n{KEPT - 1}"
    assert again.step(1, "") == "a"
    assert again.step(1, "") == "typed"
    assert Recall(Memory(file), "events").step(-1, "") is None


def test_memory_keeps_forms_and_desk_apart(tmp_path: Path) -> None:
    """One file; what is not ours is passed over, what cannot be written is said."""
    file = tmp_path / "memory.json"
    memory = Memory(file)
    memory.keep("dial", {"to": "+1555"})
    memory.keep_of_desk("sort", "wait")
    assert Memory(file).of("dial") == {"to": "+1555"}
    assert Memory(file).of_desk("sort") == "wait"
    memory.keep_of_desk("sort", None)
    assert Memory(file).of_desk("sort") is None
    file.write_text("[1]")
    assert Memory(file).of_desk("sort") is None
    assert Memory(tmp_path / "memory.json" / "not" / "there").keep_of_desk("x", 1)


@pytest.mark.parametrize(
    ("position", "width", "scrolled", "line"),
    [
        (2, 30, 0, "  ^ wrong"),
        (25, 30, 0, "                   wrong ^".rjust(26)),
        (25, 30, 20, "     ^ wrong"),
        (2, 4, 0, "wr ^"),
    ],
)
def test_caret_stands_under_the_place(position: int, width: int, scrolled: int, line: str) -> None:
    """The words where there is room for them."""
    found = caret_line("x" * 40, position, "wrong", width, scrolled)

    assert found.index("^") == position - scrolled or width < 5
    assert cell_len(found) <= width
    if width > 5:
        assert found == line


def test_a_wait_of_hours_is_shown_whole() -> None:
    """Seconds are what moves: cut off, the clock of an old call seems to stand."""
    each = leg("x", state=LegState.RINGING, initiated_at=NOW - 3_723_000_000)
    row = Arranged(DEFAULT, 120).row(Place(each, each, NOW, PLAIN_LOOK))

    assert " 1:02:03 " in text_of(row.first) + " "
