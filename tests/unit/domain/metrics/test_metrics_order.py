"""The counts are a function of the set of entries: any order, any repetition, and whatever was let go of meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.entries import Event, Kind
from console.domain.metrics.figures import Window, moment
from console.domain.metrics.measures import figures
from console.domain.metrics.metrics import Metrics, Recall, no_recall
from console.domain.metrics.parameters import Parameters, WaitStart
from tests.unit.domain.histories import SECOND, START, Pair
from tests.unit.domain.metrics.stories import NOW, PLAIN, Line

KINDS = (
    "call.answered",
    "call.bridged",
    "call.enqueued",
    "call.dequeued",
    "call.hold",
    "call.unhold",
    "call.cost",
    "call.machine.detection.ended",
)
REASONS = ("bridged", "timeout", "hangup", "leave", "bridging-in-process", 7)


def random_line(random: Random, calls: int) -> list[Pair]:
    """Calls that do anything in any order, with siblings, gaps, refused deliveries and checks."""
    line = Line()
    for number in range(calls):
        at = float(random.randrange(0, 500))
        leg = (
            line.arrives(at, number=f"+1312555010{number % 4}")
            if random.random() < 0.7
            else line.dials(at)
        )
        legs = [leg]
        if random.random() < 0.4:
            legs.append(line.dials(at + 1, session=f"S-{leg}"))
        for each in legs:
            for _ in range(random.randrange(5)):
                at += random.random() * 20
                line.say(random.choice(KINDS), each, at, session=f"S-{leg}", reason=random.choice(REASONS),
                         total_cost=random.choice(["0.01", "x", None]))  # fmt: skip
            if random.random() < 0.7:
                cause = random.choice(
                    ["normal_clearing", "user_busy", "originator_cancel", "not_found"]
                )
                line.say(
                    "call.hangup",
                    each,
                    at + 1,
                    session=f"S-{leg}",
                    hangup_cause=cause,
                    hangup_source="caller",
                )
        if random.random() < 0.1:
            line.history.checked(leg, alive=random.choice([True, False, None]))
        if random.random() < 0.1:
            line.history.noted("no engine ran", kind=random.choice([Kind.GAP, Kind.REFUSED]))
    return line.pairs


def counted(
    pairs: Iterable[Pair], parameters: Parameters, *, keep_legs: int = 4_000, recalls: bool = False
) -> Metrics:
    """The counts after these entries in this order."""
    told: list[Pair] = []

    def recall(key: str, _before: int) -> Iterable[Pair]:
        sessions = {
            f.call_session_id for _e, f in told if isinstance(f, Event) and f.call_control_id == key
        }
        return [
            (entry, fact)
            for entry, fact in told
            if getattr(fact, "call_control_id", None) == key
            or (isinstance(fact, Event) and fact.call_session_id in sessions)
        ]

    chosen: Recall = recall if recalls else no_recall
    metrics = Metrics(parameters, recall=chosen, keep_legs=keep_legs)
    for pair in pairs:
        metrics.apply(*pair)
        told.append(pair)
    metrics.advance(NOW)
    return metrics


def picture(metrics: Metrics) -> dict[str, object]:
    """Everything that can be seen."""
    return {
        "today": metrics.tally.today,
        "figures": [figures(moment(metrics, NOW, window)) for window in Window],
        "waiting": sorted(metrics.waiting()),
        "due": metrics.ring_backs.due(),
        "gaps": metrics.gaps,
        "series": metrics.tally.series(START // (60 * SECOND), NOW // (60 * SECOND), 5),
        "peaks": metrics.levels.peaks(START, NOW, 10),
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000), calls=st.integers(1, 12), bot=st.booleans(), later=st.booleans()
)
def test_any_order_gives_the_same_figures(seed: int, calls: int, bot: bool, later: bool) -> None:
    """Shuffled, they come to the same."""
    random = Random(seed)
    pairs = random_line(random, calls)
    start = WaitStart.ANSWERED if later else WaitStart.INITIATED
    parameters = PLAIN._replace(answered_is_service=bot, wait_start=start)
    expected = picture(counted(pairs, parameters))

    random.shuffle(pairs)

    assert picture(counted(pairs, parameters)) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), calls=st.integers(2, 12), keep=st.integers(0, 3))
def test_what_was_let_go_of_is_not_counted_twice(seed: int, calls: int, keep: int) -> None:
    """Ended conversations leave memory; a late event recalls them and corrects their counts."""
    pairs = random_line(Random(seed), calls)
    expected = picture(counted(pairs, PLAIN))

    small = counted(pairs, PLAIN, keep_legs=keep, recalls=True)

    assert picture(small) == expected


def test_repeated_events_change_nothing_but_deliveries() -> None:
    """The same events again leave the calls as they are."""
    pairs = random_line(Random(7), 8)
    once, twice = counted(pairs, PLAIN), counted(pairs + pairs, PLAIN)

    assert sorted(once.waiting()) == sorted(twice.waiting())
    shown = [{f.id: f.value for f in figures(moment(m, NOW, Window.TODAY))} for m in (once, twice)]
    for id_ in (
        "service",
        "abandoned",
        "asa",
        "acd",
        "asr",
        "ner",
        "causes",
        "aht",
        "cost",
        "repeated",
    ):
        assert shown[0][id_] == shown[1][id_]


def test_memory_is_bounded_by_time_and_not_by_calls() -> None:
    """A day of calls leaves a few hundred stretches of time, and the legs that are kept."""
    line = Line()
    for number in range(1_500):
        line.ends(line.arrives(number * 50), number * 50 + 20)
    metrics = Metrics(PLAIN, keep_legs=100)
    for entry, fact in line.pairs:
        metrics.apply(entry, fact)
        metrics.advance(entry.received_at)

    assert metrics.size <= 102
    assert metrics.tally.size < 300


def test_legs_that_only_records_told_of_are_kept_within_the_same_bounds() -> None:
    """No event spoke of them, so they never end here; one that is spoken of counts, with what was told of it."""
    line = Line()
    for number in range(500):
        line.history.checked(f"unheard-{number}", alive=False)
    metrics = Metrics(PLAIN, keep_legs=100)
    for entry, fact in line.pairs:
        metrics.apply(entry, fact)

    assert metrics.size == 100
    assert metrics.knows("unheard-499")

    line.say("call.answered", "unheard-499", 490, session="S")
    for entry, fact in line.pairs[500:]:
        metrics.apply(entry, fact)

    assert metrics.longest_talk() is None, "its end was told"
    assert metrics.size == 100
