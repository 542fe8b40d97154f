"""A conversation as lines: order, pairs of command and answer, confirmations, lateness, repetitions."""

from __future__ import annotations

from random import Random

import pytest

from console.domain.board import Board
from console.domain.entries import MAY_HAVE_ARRIVED, Kind, Micros
from console.domain.timeline import Kept, TimelineLine, label, of_leg, timeline
from tests.unit.domain.histories import SECOND, History


@pytest.fixture
def h() -> History:
    """An empty history."""
    return History()


def lines_of(h: History, now: Micros | None = None) -> tuple[TimelineLine, ...]:
    """The timeline of the whole history."""
    board: Board = h.board()
    legs = sorted(board.legs.values(), key=lambda leg: (leg.began_at or 0, leg.key))
    return timeline(h.pairs, legs, now=now)


def test_timeline_tells_a_transfer(h: History) -> None:
    """The lines of SCREENS' sketch, with letters for the legs."""
    h.incoming("A")
    h._sent("answer", "A", {}, operator="alice")
    h.done("cmd-0001", "answer", "A")
    h.answered("A")
    h.command("transfer", "A", to="+14155550100")
    h.outgoing("B")
    h.event("call.bridged", "B")
    shown = [(line.arrow, line.title, line.leg_label, line.confirms) for line in lines_of(h)]
    assert shown == [
        ("◀", "call.initiated", "A", None),
        ("▶", "answer", "A", None),
        ("◀", "call.answered", "A", "answer"),
        ("▶", "transfer", "A", None),
        ("◀", "call.initiated", "B", "transfer"),
        ("◀", "call.bridged", "B", None),
    ]
    first, answer, answered, transfer, *_ = lines_of(h)
    assert first.offset is None
    assert answer.offset == answer.at - first.at
    assert answer.detail == "alice  200  90 ms"
    assert answer.latency == 90_000
    assert answered.latency == answered.at - answer.at
    assert transfer.detail == "to +14155550100  200  90 ms"
    assert not any(line.problem or line.late for line in lines_of(h))


def test_timeline_shows_the_effect_of_a_command_whose_answer_was_lost(h: History) -> None:
    """It may have arrived: then the event is what tells that it did. What was never sent has no effect."""
    h.incoming("A")
    for command_id, data in (("unsent", {}), ("lost", {MAY_HAVE_ARRIVED: True})):
        h._sent("answer", "A", {}, command_id)
        h.done(command_id, "answer", "A", ok=False, status=None, message="no answer", data=data)
    h.answered("A")

    confirmed = {line.tie: line.seq for line in lines_of(h) if line.confirms == "answer"}
    _, lost = (line for line in lines_of(h) if line.title == "answer")

    assert list(confirmed) == [lost.seq]


def test_timeline_orders_by_occurrence_then_number(h: History) -> None:
    """Arrival does not matter; equal times keep the order of arrival."""
    at = h.tick()
    h.event("call.speak.started", "A", at=at)
    h.event("call.speak.ended", "A", at=at)
    h.event("call.initiated", "A", at=at - 5)
    assert [line.title for line in lines_of(h)] == [
        "call.initiated",
        "call.speak.started",
        "call.speak.ended",
    ]
    pairs = list(h.pairs)
    Random(1).shuffle(pairs)
    assert timeline(pairs, ()) == timeline(h.pairs, ())


def test_timeline_of_a_call_that_goes_on_is_as_if_made_anew(h: History) -> None:
    """Late events, deliveries, commands, confirmations and new legs show in lines that were kept, too."""
    kept, number = Kept(), 0
    h.incoming("A")
    h.event("call.speak.started", "A", key="same")
    h.command("answer", "A")
    h.answered("A")
    h.event("call.speak.ended", "A", at=h.at - 5 * SECOND)
    h.event("call.speak.started", "A", key="same", lag=9 * SECOND)
    h.command("transfer", "A", to="+14155550100")
    h.outgoing("B")
    h.event("call.bridged", "B")
    while number < len(h.pairs):
        number += 1
        pairs, board = h.pairs[:number], Board()
        for entry, fact in pairs:
            board.apply(entry, fact)
        legs = sorted(board.legs.values(), key=lambda leg: (leg.began_at or 0, leg.key))
        assert timeline(pairs, legs, kept=kept) == timeline(pairs, legs)
    again = timeline(h.pairs, legs, kept=kept)
    for line, same in zip(again, timeline(h.pairs, legs, kept=kept), strict=True):
        assert line is same or line.confirms or line.arrow != "◀" or line.offset is None


def test_timeline_counts_deliveries_on_one_line(h: History) -> None:
    """Three deliveries of one event are one line that says so."""
    h.event("call.initiated", "A", key="same", at=h.at)
    h.event("call.initiated", "A", key="same", at=h.at, lag=3 * SECOND)
    h.event("call.initiated", "A", key="same", at=h.at, lag=9 * SECOND)
    (line,) = lines_of(h)
    assert (line.deliveries, line.seq, line.late) == (3, 1, False)


def test_timeline_marks_late_events(h: History) -> None:
    """More than 2 s on the way, or overtaken by a later event; events read from records are not late."""
    h.event("call.initiated", "A", lag=2_500_000)
    h.event("call.answered", "A")
    h.event("call.speak.started", "A", at=h.at - 100_000)
    h.event("call.bridged", "A", at=h.at - 200_000, entry_kind=Kind.API, lag=60 * SECOND)
    late = {line.title: line.late for line in lines_of(h)}
    assert late == {
        "call.initiated": True,
        "call.answered": False,
        "call.speak.started": True,
        "call.bridged": False,
    }


def test_timeline_says_when_a_command_had_no_effect(h: History) -> None:
    """Accepted and nothing seen after 5 s; only where an effect is due, and only once it is."""
    h.incoming("A")
    h.answered("A")
    h.command("hangup", "A")
    h.command("record_start", "A")
    h.sent("speak", "A")
    assert not any(line.problem for line in lines_of(h, now=h.at + SECOND))
    *_, hangup, record, speak = lines_of(h, now=h.at + 6 * SECOND)
    assert hangup.detail.endswith("no effect seen after 5 s")
    assert hangup.problem
    assert not record.problem
    assert speak.detail.endswith("no answer after 5 s")


def test_timeline_says_why_a_command_was_refused(h: History) -> None:
    """The answer's sentence on the command's line, and no effect is looked for."""
    h.incoming("A")
    h.command("answer", "A", ok=False)
    h.answered("A")
    _, answer, answered = lines_of(h, now=h.at + 9 * SECOND)
    assert answer.problem
    assert answer.detail == "422  90 ms  refused"
    assert answered.confirms is None


def test_timeline_gives_each_command_its_own_confirmation(h: History) -> None:
    """Two commands of a kind: the first event confirms the first, the second the second."""
    h.answered("A")
    h.command("speak", "A", payload="one")
    h.event("call.speak.started", "A")
    h.event("call.speak.ended", "A")
    h.command("speak", "A", payload="two")
    h.event("call.speak.started", "A")
    confirming = [line for line in lines_of(h) if line.confirms]
    assert [line.title for line in confirming] == ["call.speak.started"] * 2
    assert all(line.latency is not None and line.latency < 2 * SECOND for line in confirming)


def test_timeline_confirms_only_by_the_right_leg(h: History) -> None:
    """Another leg's hang-up is not the effect of this one's."""
    h.answered("A")
    h.answered("B")
    h.command("hangup", "A")
    h.hangup("B")
    h.hangup("A")
    confirming = [line for line in lines_of(h) if line.confirms]
    assert [line.leg_label for line in confirming] == ["A"]


def test_timeline_confirms_the_stop_of_a_gather_by_the_end_it_brought(h: History) -> None:
    """The gather had no prompt effect to wait for; the stop has, and is not said to have none."""
    h.answered("A")
    h.command("gather", "A")
    h.command("gather_stop", "A")
    h.event("call.gather.ended", "A", status="cancelled")
    lines = lines_of(h, now=h.tick() + 60 * SECOND)
    assert [line.confirms for line in lines if line.title == "call.gather.ended"] == ["gather_stop"]
    assert not any(line.problem for line in lines)


def test_timeline_gives_a_later_end_to_what_was_begun_later(h: History) -> None:
    """A stop that found nothing to end is not confirmed by the end of the next one."""
    h.answered("A")
    h.command("gather_stop", "A")
    h.command("gather_using_speak", "A")
    h.event("call.gather.ended", "A", status="valid")
    (end,) = (line for line in lines_of(h) if line.title == "call.gather.ended")
    assert end.confirms == "gather_using_speak"


def test_timeline_confirms_by_the_event_of_the_same_conference(h: History) -> None:
    """It names the leg that made the conference, whichever leg the end was sent from; not that of another room."""
    h.answered("A")
    h.answered("B")
    h.command("conference.end", "B", id="room")
    h.event("conference.ended", "A", conference_id="other")
    h.event("conference.ended", "A", conference_id="room")
    ended = [line for line in lines_of(h) if line.title == "conference.ended"]
    assert [line.confirms for line in ended] == [None, "conference.end"]


def test_timeline_confirms_a_dial_by_the_leg_it_made(h: History) -> None:
    """The answer to the dial names the leg."""
    h.dial("N", to="+1")
    h.outgoing("other")
    h.outgoing("N")
    dial, other, own = lines_of(h)
    assert dial.leg_label == own.leg_label != other.leg_label
    assert (other.confirms, own.confirms) == (None, "dial")


def test_timeline_shows_gaps_notes_refusals_and_records(h: History) -> None:
    """What is not an event has its line too; gaps and refusals are problems."""
    h.incoming("A")
    h.noted("nothing heard for 3 min", Kind.GAP)
    h.noted("signature does not match", Kind.REFUSED)
    h.event("call.hangup", "A", entry_kind=Kind.REFUSED)
    h.noted("compared with Telnyx")
    h.checked("A", listed=False)
    shown = [(line.arrow, line.title, line.detail, line.problem) for line in lines_of(h)[1:]]
    assert shown == [
        ("·", "gap", "nothing heard for 3 min", True),
        ("◀", "refused", "signature does not match", True),
        ("◀", "refused", "", True),
        ("·", "note", "compared with Telnyx", False),
        ("·", "Telnyx's records", "not among the active calls", False),
    ]


def test_timeline_of_nothing_is_empty() -> None:
    """No entries, no lines."""
    assert timeline((), ()) == ()


def test_label_goes_on_after_z() -> None:
    """Like the columns of a sheet."""
    assert [label(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_timeline_ties_a_command_to_its_effect(h: History) -> None:
    """Both lines have the command's number; a command without effect has no tie."""
    h.incoming("A")
    h.command("answer", "A")
    h.answered("A")
    h.command("speak", "A")
    _, answer, answered, speak = lines_of(h)
    assert answer.tie == answered.tie == answer.seq
    assert speak.tie is None
    assert answer.detail == answer.detail_from_outcome == "200  90 ms"


def test_timeline_measures_gaps_and_lateness(h: History) -> None:
    """Since the line before, and how long a late event was on its way."""
    h.event("call.initiated", "A", lag=2_500_000)
    h.event("call.answered", "A")
    first, second = lines_of(h)
    assert first.gap is None
    assert second.gap == second.offset == h.step
    assert first.lag == 2_500_000
    assert second.lag is None


def test_of_leg_keeps_what_is_tied_to_it(h: History) -> None:
    """The transfer that made it and the bridge that names it, but nothing else of the other leg."""
    h.incoming("A")
    h.answered("A")
    h.command("transfer", "A", to="+14155550100")
    h.outgoing("B")
    h.command("record_start", "A")
    h.command("bridge", "A", call_control_id="B")
    h.event("call.hangup", "B")

    titles = [line.title for line in of_leg(lines_of(h), "B")]

    assert titles == ["transfer", "call.initiated", "bridge", "call.hangup"]
    assert of_leg(lines_of(h), "B")[0].offset is None


def test_of_leg_of_the_only_leg_is_everything(h: History) -> None:
    """Nothing is left out, and nothing is counted anew."""
    h.incoming("A")
    h.command("answer", "A")
    h.answered("A")
    assert of_leg(lines_of(h), "A") == lines_of(h)
