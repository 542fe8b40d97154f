"""The standard figures: the worked example, the honesty rules, and every definition that a setting decides."""

from __future__ import annotations

import pytest

from console.domain.entries import Kind
from console.domain.metrics import names as n
from console.domain.metrics.figures import (
    State,
    Window,
    abandon_rate,
    incomplete_since,
    live_service_level,
    longest_wait,
    service_level,
)
from console.domain.metrics.honesty import Mean, Ratio, mean_span, percentile
from console.domain.metrics.measures import figures
from console.domain.metrics.parameters import MINUTE, Parameters, WaitStart, day_start
from tests.unit.domain.histories import SECOND, START
from tests.unit.domain.metrics.stories import NOW, PLAIN, Line, worked_example


def test_worked_example_gives_exactly_its_figures() -> None:
    """A = 3, A_T = 2, B = 3, B_s = 1, B_T = 2, two waiting: every variant of the service level and the rest."""
    line = worked_example()
    m = line.moment()
    a, b = m.get(n.ANSWERED), m.get(n.ABANDONED)

    assert (a, m.get(n.IN_TIME), b, m.get(n.SHORT), m.get(n.ABANDONED_IN_TIME)) == (3, 2, 3, 1, 2)
    assert m.get(n.OFFERED) == 8
    assert Ratio(m.get(n.IN_TIME), a).percent == 66.7
    assert service_level(m).percent == 40.0
    assert Ratio(m.get(n.IN_TIME) + m.get(n.ABANDONED_IN_TIME), a + b).percent == 66.7
    assert live_service_level(m).percent == 33.3
    assert mean_span(Mean(m.get(n.WAIT_ANSWERED), a)).startswith("21.0 s")
    assert abandon_rate(m).percent == 37.5
    assert Ratio(b - m.get(n.SHORT), a + b - m.get(n.SHORT)).percent == 40.0
    assert mean_span(Mean(m.get(n.WAIT_ABANDONED), b)).startswith("35.0 s")
    assert longest_wait(m) == 30 * SECOND


@pytest.mark.parametrize(
    ("id_", "value"),
    [
        ("service", "40.0 %"),
        ("service live", "33.3 %"),
        ("service SL2", "66.7 %"),
        ("service A", "2 of 3"),
        ("abandoned", "37.5 %"),
        ("abandoned long", "40.0 %"),
        ("asa", "21.0 s (of 3)"),
        ("gave up", "35.0 s (of 3)"),
        ("longest", "30.0 s"),
        ("waiting", "2"),
    ],
)
def test_worked_example_as_it_is_shown(id_: str, value: str) -> None:
    """Percentages from five calls on, counts below, averages with how few they are of."""
    assert worked_example().figure(id_).value == value


def test_nothing_is_a_dash_and_never_all_of_it() -> None:
    """No ratio and no average of an empty line claims anything."""
    for figure in figures(Line().moment()):
        assert "100" not in figure.value
        assert figure.value in ("-", "0"), figure
        assert figure.state is State.NONE


def test_few_are_counts_and_almost_all_is_not_all() -> None:
    """Four calls are no percentage, and one in ten thousand is not rounded away."""
    assert str(Ratio(4, 4)) == "4 of 4"
    assert str(Ratio(5, 5)) == "100.0 %"
    assert str(Ratio(9_999, 10_000)) == "99.9 %"
    assert str(Ratio(99_999, 100_000)) == "99.9 %"
    assert str(Ratio(1, 100_000)) == "0.1 %"
    assert str(Ratio(0, 0)) == "-"


def test_target_is_judged_only_where_there_are_enough() -> None:
    """Three calls of three are no proof of a target met."""
    few, many = Line(), Line()
    for number in range(3):
        few.served(100 + number, 8)
    for number in range(6):
        many.served(100 + number, 8)

    assert few.figure("service").state is State.NONE
    assert many.figure("service").state is State.FINE
    assert worked_example().figure("service").state is State.MISSED


def test_answer_of_the_application_is_no_service_unless_set() -> None:
    """call.answered of an incoming leg is the application's, not a person's."""
    line = Line()
    leg = line.arrives(100)
    line.say("call.answered", leg, 102)

    assert line.moment().get(n.ANSWERED) == 0
    assert len(line.moment().waiting) == 1
    bot = PLAIN._replace(answered_is_service=True)
    assert line.moment(bot).get(n.ANSWERED) == 1
    assert line.moment(bot).get(n.WAIT_ANSWERED) == 2 * SECOND


def test_wait_begins_where_it_is_set_and_in_the_queue_where_there_is_one() -> None:
    """From call.initiated, from call.answered, or from call.enqueued whatever is set."""
    line = Line()
    leg = line.arrives(100)
    line.say("call.answered", leg, 104)
    line.say("call.bridged", leg, 110)
    later = PLAIN._replace(wait_start=WaitStart.ANSWERED)

    assert line.moment().get(n.WAIT_ANSWERED) == 10 * SECOND
    assert line.moment(later).get(n.WAIT_ANSWERED) == 6 * SECOND
    line.say("call.enqueued", leg, 107)
    assert line.moment(later).get(n.WAIT_ANSWERED) == 3 * SECOND


def test_queue_serves_flows_out_and_is_left() -> None:
    """Dequeued for a bridge is service, by time-out or leave is flow-out, and back in a queue is waiting."""
    line = Line()
    legs = [line.arrives(100 + number) for number in range(4)]
    for leg in legs:
        line.say("call.enqueued", leg, 110)
    for leg, reason in zip(legs, ("bridged", "timeout", "hangup", "leave"), strict=True):
        line.say("call.dequeued", leg, 115, reason=reason)
    line.say("call.enqueued", legs[3], 116)
    m = line.moment()

    assert (m.get(n.ANSWERED), m.get(n.FLOWED), m.get(n.ABANDONED)) == (1, 1, 1)
    assert m.get(n.WAIT_ANSWERED) == 5 * SECOND
    assert [each.key for each in m.waiting] == [legs[3]]
    assert service_level(m) == Ratio(1, 1)
    assert service_level(line.moment(PLAIN._replace(flow_outs_count=True))) == Ratio(1, 2)


def test_transfer_serves_when_the_new_leg_has_answered() -> None:
    """The new leg alone is bridged, perhaps in early media; a leg that never answers serves nobody."""
    line = Line()
    leg = line.arrives(100)
    line.say("call.answered", leg, 101)
    out = line.dials(104, session=f"S-{leg}")
    line.say("call.bridged", out, 105, session=f"S-{leg}")
    assert len(line.moment().waiting) == 1

    line.say("call.answered", out, 112, session=f"S-{leg}")
    assert line.moment().get(n.WAIT_ANSWERED) == 12 * SECOND

    lonely = Line()
    leg = lonely.arrives(100)
    out = lonely.dials(104, session=f"S-{leg}")
    lonely.say("call.bridged", out, 105, session=f"S-{leg}")
    lonely.say("call.hangup", out, 120, session=f"S-{leg}", hangup_cause="timeout")
    lonely.ends(leg, 130)
    assert lonely.moment().get(n.ABANDONED) == 1


def test_rejected_callers_are_counted_and_named_as_turned_away() -> None:
    """They were not served; that it was our doing is said."""
    line = Line()
    leg = line.arrives(100)
    line.ends(leg, 103, cause="call_rejected", sip="603")
    m = line.moment()

    assert (m.get(n.ABANDONED), m.get(n.TURNED_AWAY)) == (1, 1)
    assert "1 were turned away by us" in line.figure("abandoned").counts


def test_outgoing_legs_make_asr_ner_and_the_sip_ratios() -> None:
    """Busy, silent and rejecting callees are the network's success; what is open is no miss."""
    line = Line()
    for cause, sip in (
        ("user_busy", "486"),
        ("timeout", ""),
        ("call_rejected", "603"),
        ("not_found", "404"),
        ("unspecified", "503"),
    ):
        line.ends(line.dials(100), 105, cause=cause, sip=sip)
    answered = line.dials(100)
    line.say("call.answered", answered, 106)
    line.dials(590)

    assert line.figure("asr").counts == "1 of 6; 1 still open"
    assert line.figure("asr").value == "16.7 %"
    assert line.figure("ner").value == "66.7 %"
    assert "network 2" in line.figure("ner").counts
    assert line.figure("failures").value == "33.3 %"
    assert line.figure("setup").value == "6.0 s (of 1)"
    assert line.figure("isa").counts.count("503 1") == 1


def test_durations_holds_quality_and_cost() -> None:
    """Handle time is talk and hold; nobody tells of wrap-up. Money is summed exactly."""
    line = Line()
    for number in range(5):
        leg = line.served(100 + number, 10)
        line.say("call.hold", leg, 120 + number)
        line.say("call.unhold", leg, 130 + number)
        line.ends(
            leg, 140 + number, call_quality_stats={"inbound": {"mos": "3.5" if number else "4.5"}}
        )
        line.say("call.cost", leg, 141 + number, total_cost="0.0021", billed_duration_secs=60,
                 cost_parts=[{"currency": "USD"}])  # fmt: skip

    assert line.figure("acd").value == "39.0 s"
    assert line.figure("aht").value == "30.0 s"
    assert line.figure("talk").value == "20.0 s"
    assert line.figure("mos").value == "3.50 to 4.50, mean 3.70"
    assert "80.0 %" in line.figure("mos").formula
    assert line.figure("cost").value == "0.0105 USD"
    assert "0.0021 a minute" in line.figure("cost").counts
    assert line.figure("causes").value == "normal_clearing 100.0 %"


def test_every_figure_says_its_formula_and_its_counts() -> None:
    """A number without them is worthless."""
    for figure in figures(worked_example().moment()):
        assert figure.formula
        assert figure.counts


def test_window_rolls_and_the_day_begins_anew() -> None:
    """Half an hour later the calls are out of the window, tomorrow out of today."""
    line = worked_example()
    later, tomorrow = NOW + 31 * MINUTE, NOW + 24 * 60 * MINUTE

    assert line.moment(now=later).get(n.ANSWERED) == 0
    assert line.moment(now=later, window=Window.TODAY).get(n.ANSWERED) == 3
    assert line.moment(now=tomorrow, window=Window.TODAY).get(n.ANSWERED) == 0
    assert line.figure("repeated", window=Window.TODAY).value == "87.5 %"


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Kathmandu", ""])
def test_day_begins_at_the_hour_of_the_zone(zone: str) -> None:
    """At most a day ago, on the hour."""
    for hour in (0, 6):
        start = day_start(NOW, Parameters(zone=zone, reset_hour=hour))
        assert 0 <= NOW - start < 25 * 60 * MINUTE
        assert start % (15 * MINUTE) == 0


def test_gap_marks_what_it_touches() -> None:
    """From its beginning, or from the window's if it began before."""
    line = worked_example()
    line.history.at = START + 300 * SECOND
    line.history.noted("no engine ran", kind=Kind.GAP)
    metrics = line.metrics()

    assert incomplete_since(metrics, START) == metrics.gaps[0].since
    assert incomplete_since(metrics, NOW) is None


def test_percentile_of_a_distribution() -> None:
    """The smallest value that so many do not exceed."""
    assert percentile([(1, 50), (2, 45), (9, 5)], 0.5) == 1
    assert percentile([(1, 50), (2, 45), (9, 5)], 0.95) == 2
    assert percentile([], 0.5) is None
    assert n.rounded(123_456) == 123_000
    assert n.rounded(-99_951) == -100_000


def test_lag_counts_first_deliveries_only() -> None:
    """A repetition is late by design."""
    line = worked_example()

    assert line.figure("lag").value == "100 ms, 100 ms"
