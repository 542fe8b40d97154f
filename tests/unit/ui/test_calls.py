"""The order of the list of calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.entries import Micros
from console.domain.filter import LegText, parse
from console.domain.legs import LegState
from console.ui.presenters.call_rows import CallRows
from console.ui.presenters.calls import CallsView, rank
from console.ui.presenters.legs import PLAIN_LOOK, leg_columns
from tests.fixtures.samples import NOW, StillBoard, desk_legs, leg


class OnlyState:
    """Lets one state through, and counts how often it was asked."""

    def __init__(self, state: LegState) -> None:
        self.state = state
        self.asked = 0

    is_timed = False

    def passes(self, leg: LegText, now: Micros) -> bool:
        """As the filter of the domain."""
        self.asked += 1
        return leg.held.state is self.state


def test_order_is_who_waits_then_dialing_live_and_ended() -> None:
    """Longest wait on top; live legs by their start; the latest end first."""
    ended = [
        leg("old", LegState.ENDED, ended_at=NOW - 9),
        leg("new", LegState.ENDED, ended_at=NOW - 1),
    ]
    view = CallsView(StillBoard([*desk_legs(), *ended]).as_board())

    assert list(view.keys) == [
        "queued", "ringing", "late", "dialing", "meeting", "bridged", "ann", "answered", "leaving",
        "unknown", "media", "new", "old", "ended",
    ]  # fmt: skip
    assert view.ended_from == 11
    assert view.total == view.shown == 14
    assert view.keys[1:3] == ["ringing", "late"]


def test_change_moves_only_its_row() -> None:
    """The others keep their order among themselves."""
    board = StillBoard(desk_legs())
    view = CallsView(board.as_board())
    before = [key for key in view.keys if key != "late"]

    moved = view.apply(board.put(leg("late", LegState.ENDED, ago_s=17)), NOW)

    assert moved
    assert [key for key in view.keys if key != "late"] == before
    index = view.index_of("late")
    assert index is not None
    assert view.keys[index] == "late"


def test_change_without_another_rank_moves_nothing() -> None:
    """A mark more is no reason to move."""
    board = StillBoard(desk_legs())
    view = CallsView(board.as_board())
    board.legs["ringing"].caller_name = "somebody"

    assert view.apply({"ringing"}, NOW) is False


def test_vanished_leg_leaves_the_list() -> None:
    """Forgotten by the store: gone here."""
    board = StillBoard(desk_legs())
    view = CallsView(board.as_board())
    del board.legs["ended"]

    view.apply({"ended", "never seen"}, NOW)

    assert "ended" not in view
    assert view.index_of("ended") is None


def test_filter_finds_names_of_contacts() -> None:
    """What the list shows can be found, also where the leg has only the number."""
    names = {"+12065550147": "Ann"}
    view = CallsView(StillBoard(desk_legs()).as_board(), name_of=names.get)

    view.set_filter(parse("ann state:ringing"), NOW)

    assert set(view.keys) == {"late", "ringing"}


def test_filter_is_asked_about_changed_legs_only() -> None:
    """What has not changed has not another answer."""
    board = StillBoard(desk_legs())
    view = CallsView(board.as_board())
    only = OnlyState(LegState.RINGING)
    view.set_filter(only, NOW)
    assert list(view.keys) == ["ringing", "late"]
    only.asked = 0

    view.apply(board.put(leg("ringing", LegState.ANSWERED), leg("dialing")), NOW)

    assert only.asked == 2
    assert set(view.keys) == {"late", "dialing"}
    assert view.shown == 2
    assert view.total == len(board.legs)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from([*LegState, None]), st.integers(0, 50)),
        max_size=60,
    )
)
def test_changes_one_by_one_give_the_sorted_list(
    steps: list[tuple[int, LegState | None, int]],
) -> None:
    """Whatever happens in whatever order, the list is the sorted one."""
    board = StillBoard()
    view = CallsView(board.as_board())
    for number, state, ago_s in steps:
        key = f"k{number}"
        if state is None:
            board.legs.pop(key, None)
        else:
            board.put(leg(key, state, ago_s=ago_s))
        view.apply([key], NOW)

    assert list(view.keys) == [each[2] for each in sorted(map(rank, board.legs.values()))]


def test_many_changes_at_once_give_the_same_list() -> None:
    """A first load sorts once."""
    legs = [leg(f"k{n}", list(LegState)[n % 8], ago_s=n) for n in range(200)]
    board = StillBoard()
    view = CallsView(board.as_board())

    view.apply(board.put(*legs), NOW)

    assert list(view.keys) == [each[2] for each in sorted(map(rank, legs))]


@pytest.mark.parametrize("width", [70, 120])
def test_lines_and_rows_agree(width: int) -> None:
    """Every line belongs to one row, and every row begins at its line."""
    legs = [*desk_legs(), leg("e2", LegState.ENDED), leg("e3", LegState.ENDED)]
    rows = CallRows(CallsView(StillBoard(legs).as_board()), PLAIN_LOOK)
    rows.resize(width)

    lines = [rows.at_line(line) for line in range(rows.line_count())]

    assert [index for index, sub in lines if sub == 0] == list(range(len(rows)))
    assert all(rows.line_of(index) + sub == line for line, (index, sub) in enumerate(lines))
    assert rows.line_count() == len(rows) + (3 if leg_columns(width).two_lines else 0)


def test_stamp_changes_with_what_is_drawn() -> None:
    """A second later a running clock looks different, an ended leg does not."""
    rows = CallRows(CallsView(StillBoard(desk_legs()).as_board()), PLAIN_LOOK)
    rows.now = NOW
    before = {key: rows.stamp(key) for key in rows.view.keys}
    rows.now = NOW + 1_000_000
    after = {key: rows.stamp(key) for key in rows.view.keys}

    same = {key for key in before if before[key] == after[key]}
    assert same == {"ended", "unknown", "media"} - {"media"}
