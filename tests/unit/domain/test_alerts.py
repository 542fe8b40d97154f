"""Alerts: raised after long enough, cleared well back from the limit, quiet when somebody has seen them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.alerts import MAX_PAST, Alerts, Rule, Watched, shown
from console.domain.times import SECOND

WAIT = Rule(name="long", watch=Watched.LONGEST_WAIT, limit=30, clear=20)
LEVEL = Rule(name="low", watch=Watched.SERVICE_LEVEL, limit=80)


def seen(alerts: Alerts, *values: float | None, watch: Watched = Watched.LONGEST_WAIT) -> list[str]:
    """What changed at each second."""
    words = []
    for second, value in enumerate(values):
        changes = alerts.observe({watch: value}, second * SECOND)
        words.append(",".join("raised" if change.raised else "cleared" for change in changes))
    return words


def test_alert_is_raised_once_and_cleared_well_back() -> None:
    """Between 20 and 30 it keeps its state."""
    assert seen(Alerts([WAIT]), 10, 31, 29, 31, 21, 20, 29, 31) == [
        "", "raised", "", "", "", "cleared", "", "raised",
    ]  # fmt: skip


def test_alert_waits_until_it_has_been_so_long_enough() -> None:
    """A short peak is no alarm, and starts the wait anew."""
    rule = Rule(name="long", watch=Watched.LONGEST_WAIT, limit=30, for_s=2)

    assert seen(Alerts([rule]), 31, 31, 10, 31, 31, 31) == ["", "", "", "", "", "raised"]


def test_floor_is_crossed_downwards() -> None:
    """A service level below 80 rings, and is well from 88 on; without calls nothing is wrong."""
    assert seen(Alerts([LEVEL]), 81, 79, 85, 88, 79, None, watch=Watched.SERVICE_LEVEL) == [
        "", "raised", "", "cleared", "raised", "cleared",
    ]  # fmt: skip


def test_acknowledged_is_quiet_until_cleared() -> None:
    """It stays in the list and off the status line."""
    alerts = Alerts([WAIT])
    seen(alerts, 31)

    assert alerts.loudest(0) is not None
    assert alerts.acknowledge("long")
    assert not alerts.acknowledge("other")

    assert alerts.loudest(0) is None
    assert alerts.raised[0].acknowledged
    alerts.observe({Watched.LONGEST_WAIT: 5}, SECOND)
    alerts.observe({Watched.LONGEST_WAIT: 50}, 2 * SECOND)
    assert alerts.loudest(2 * SECOND) is not None


def test_snoozed_is_told_again_if_it_still_holds() -> None:
    """And not if it was cleared meanwhile."""
    alerts = Alerts([WAIT])
    seen(alerts, 31)
    assert alerts.snooze("long", 10 * SECOND)

    assert alerts.loudest(5 * SECOND) is None
    assert alerts.observe({Watched.LONGEST_WAIT: 60}, 9 * SECOND) == ()
    (woken,) = alerts.observe({Watched.LONGEST_WAIT: 70}, 10 * SECOND)

    assert woken.raised
    assert woken.alert.worst == 70
    assert alerts.loudest(10 * SECOND) is not None


def test_sentences_name_reading_and_limit() -> None:
    """With their unit."""
    alerts = Alerts([WAIT, LEVEL])
    alerts.observe({Watched.LONGEST_WAIT: 192.4, Watched.SERVICE_LEVEL: 66.66}, 0)

    assert {each.sentence for each in alerts.raised} == {
        "longest wait 3:12, above 30 s",
        "service level 66.7 %, below 80.0 %",
    }
    assert LEVEL.told == "service level below 80.0 %"
    assert shown(3, Watched.REFUSED) == "3"


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=60))
def test_raised_and_cleared_take_turns(values: list[float | None]) -> None:
    """Whatever the readings do."""
    told = [word for word in seen(Alerts([WAIT]), *values) if word]

    assert all(word == ("raised", "cleared")[place % 2] for place, word in enumerate(told))


@pytest.mark.parametrize("watch", list(Watched))
def test_memory_of_the_past_is_bounded(watch: Watched) -> None:
    """However often it rings."""
    rule = Rule(name="any", watch=watch, limit=50)
    alerts = Alerts([rule])
    for second in range(3 * MAX_PAST):
        alerts.observe({watch: 1.0 if second % 2 else 99.0}, second * SECOND)

    assert len(alerts.past) == MAX_PAST
    assert watch.words
