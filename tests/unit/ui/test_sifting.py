"""Filters over many rows: in slices, never about more than they must, and always the right answer in the end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from console.domain.filter import Filter, LegText, parse
from console.domain.legs import LegState
from console.ui.presenters.calls import CallsView
from console.ui.presenters.tail_rows import TailRows
from tests.fixtures.samples import NOW, SECOND, StillBoard, entry, event, leg

MANY = 1_000


def ticking() -> Callable[[], float]:
    """A stopwatch on which every look takes a second."""
    numbers = count()
    return lambda: float(next(numbers))


def view_of(many: int = MANY) -> CallsView:
    """A list of ringing calls, the first the oldest; every tenth is from 415."""
    legs = [
        leg(f"k{n:04}", ago_s=MANY - n, from_="+1415" if n % 10 == 0 else "+1312")
        for n in range(many)
    ]
    return CallsView(StillBoard(legs).as_board(), stopwatch=ticking())


class Counted(Filter):
    """A filter that counts how often it is asked."""

    asked = 0

    def passes(self, each: LegText, now: int) -> bool:
        Counted.asked += 1
        return super().passes(each, now)


def counted(text: str) -> Counted:
    """The filter, counted from nothing."""
    Counted.asked = 0
    return Counted(parse(text).terms)


def test_first_slice_asks_what_is_in_sight_and_from_the_top() -> None:
    """What is shown is a part of the right answer, in order; the rest comes with the next slices."""
    view = view_of()

    view.set_filter(parse("415"), NOW, first=["k0990", "k0991"], budget_s=0.5)

    assert view.is_sifting
    assert "k0990" in view
    assert "k0991" not in view
    assert list(view.keys) == sorted(view.keys)
    assert view.keys[0] == "k0000"
    assert view.shown < 100
    while view.sift(NOW, 0.5):
        assert list(view.keys) == sorted(view.keys)
    assert list(view.keys) == [f"k{n:04}" for n in range(0, MANY, 10)]
    assert view.shown == 100


def test_narrower_filter_asks_only_about_what_is_shown() -> None:
    """A letter more cannot bring anything back."""
    view = view_of()
    view.set_filter(counted("41"), NOW)
    assert Counted.asked == MANY

    view.set_filter(counted("415"), NOW)
    assert Counted.asked == 100
    view.set_filter(counted("1"), NOW)
    assert Counted.asked == MANY


def test_narrower_filter_while_sifting_finds_everything() -> None:
    """What had not been asked about yet is asked about by the next one."""
    view = view_of()
    view.set_filter(parse("1"), NOW, budget_s=0.5)
    assert view.is_sifting

    view.set_filter(parse("1 415"), NOW, first=["k0500"], budget_s=0.5)
    while view.sift(NOW, 0.5):
        pass

    assert view.shown == 100


def test_many_changes_leave_nothing_of_legs_that_went() -> None:
    """After a burst the board has evicted some: their texts go, too."""
    view = view_of()
    view.set_filter(parse("415"), NOW)
    gone = [f"k{n:04}" for n in range(500)]
    for key in gone:
        del view.board.legs[key]

    view.apply(gone, NOW)

    assert view._sieve is not None
    assert len(view._sieve._texts) == MANY - 500


def test_changes_while_sifting_are_right_in_the_end() -> None:
    """A leg that changes, comes or goes between two slices."""
    view = view_of()
    board = view.board
    view.set_filter(parse("415"), NOW, budget_s=0.5)

    board.legs["k0999"].from_ = "+1415"
    board.legs["k0999"].version += 1
    board.legs["k0000"].from_ = "+1312"
    board.legs["k0000"].version += 1
    del board.legs["k0980"]
    board.legs["new"] = leg("new", from_="+1415", ago_s=2 * MANY)
    view.apply(["k0999", "k0000", "k0980", "new"], NOW)
    while view.sift(NOW, 0.5):
        pass

    assert view.keys[0] == "new"
    assert set(view.keys) == {"new", "k0999", *(f"k{n:04}" for n in range(10, 980, 10)), "k0990"}
    assert len(view.keys) == len(set(view.keys))


@given(
    st.sampled_from(["415", "wait>20s", "!state:ended wait<=30s", "since:25s", "talk>5s | 415"]),
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.sampled_from([*LegState, None]),
            st.integers(0, 40),
            st.integers(0, 7),
        ),
        max_size=25,
    ),
)
def test_list_is_what_the_filter_lets_through_at_any_time(
    text: str, steps: list[tuple[int, LegState | None, int, int]]
) -> None:
    """Legs change, time passes: asked anew about everything, the filter says the same."""
    board = StillBoard()
    view = CallsView(board.as_board())
    wanted, now = parse(text), NOW
    view.set_filter(wanted, now)
    for number, state, ago_s, seconds in steps:
        key = f"k{number}"
        if state is None:
            board.legs.pop(key, None)
        else:
            board.put(leg(key, state, ago_s=ago_s, from_="+1415" if number % 2 else "+1312"))
        view.apply([key], now)
        now += seconds * SECOND
        view.tick(now)

        assert set(view.keys) == {
            each.key for each in board.legs.values() if wanted.matches(each, now)
        }


def test_tick_asks_only_about_legs_whose_moment_has_come() -> None:
    """A thousand wait; one of them crosses the line in this second."""
    view = view_of()
    view.set_filter(counted("wait>500s"), NOW)
    assert view.shown == 500
    Counted.asked = 0

    assert view.tick(NOW + SECOND)

    assert Counted.asked == 1
    assert view.shown == 501


def test_warming_prepares_in_slices_and_is_forgotten() -> None:
    """Before the first letter, and not after the last."""
    view = view_of(200)

    assert view.warm(0.5)
    while view.warm(0.5):
        pass
    assert view.shown == 200
    assert view.filter is None
    view.cool()
    assert view.index_of("k0100") == 100


def tail_of(many: int) -> TailRows:
    """A tail of that many events, every second a hang-up."""
    rows = TailRows(limit=many, stopwatch=ticking())
    rows.extend(
        (entry(n, call_control_id="A"), event(n, type="call.hangup" if n % 2 else "call.initiated"))
        for n in range(1, many + 1)
    )
    return rows


def keys_of(rows: TailRows) -> list[int]:
    """The numbers shown."""
    return [rows.key_at(index) for index in range(len(rows))]


def test_tail_asks_about_the_newest_first() -> None:
    """In slices; new entries come in meanwhile, old ones go."""
    rows = tail_of(300)

    rows.set_filter(parse("type:call.hangup"), NOW, budget_s=0.5)
    assert rows.is_sifting
    assert keys_of(rows)[-1] == 299
    assert rows.extend([(entry(301), event(301, type="call.hangup"))], NOW) == 1
    while rows.sift(NOW, 0.5):
        assert keys_of(rows) == sorted(keys_of(rows))

    assert keys_of(rows) == list(range(3, 302, 2))
    assert rows.kept == 300


def test_tail_asks_again_what_depends_on_legs() -> None:
    """When the call ends, its events are those of an ended call; what is shown stays until all are asked."""
    rows = tail_of(100)
    calling = leg("A")
    rows.leg_of = {"A": calling}.get
    rows.set_filter(parse("state:ended"), NOW)
    assert len(rows) == 0
    calling.state, calling.version = LegState.ENDED, 1

    assert rows.tick(NOW)
    while rows.sift(NOW, 0.5):
        assert len(rows) == 0

    assert len(rows) == 100
    rows.set_filter(parse("type:call.hangup"), NOW)
    assert not rows.tick(NOW)
