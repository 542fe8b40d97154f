"""The ladder: lanes, arrows, bridges, and both of the files that are made of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from random import Random

import pytest

from console.domain.ladder import CONSOLE, Ladder, Step, StepKind, ladder
from console.domain.ladder_svg import ladder_svg
from console.domain.ladder_text import (
    LEAST_PITCH,
    TAIL,
    TIME,
    Drawing,
    ladder_text,
    plan_for,
    width_of,
)
from console.domain.legs import Leg
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.unit.domain.histories import SECOND, History


def legs_of(h: History) -> list[Leg]:
    """All legs of the history, in the order of their letters."""
    return sorted(h.board().legs.values(), key=lambda leg: (leg.began_at or 0, leg.key))


def ladder_of(h: History) -> Ladder:
    """The ladder of the whole history."""
    return ladder(h.pairs, legs_of(h))


def shown(made: Ladder) -> list[tuple[str, str, str, str]]:
    """Kind, from, to and title of every step."""

    def name(lane: int) -> str:
        return made.lanes[lane].leg or made.lanes[lane].title.split()[0]

    return [(step.kind.value, name(step.start), name(step.end), step.title) for step in made.steps]


def transfer() -> History:
    """A call that is answered and transferred, until the new leg hangs up."""
    h = History()
    h.incoming("A")
    h._sent("answer", "A", {}, operator="alice")
    h.done("cmd-0001", "answer", "A")
    h.answered("A")
    h.command("transfer", "A", to="+14155550100")
    h.outgoing("B")
    h.event("call.bridged", "B")
    h.event("call.hangup", "B", hangup_cause="normal_clearing", hangup_source="callee")
    return h


def test_ladder_tells_a_transfer() -> None:
    """The sketch of the screens: events from Telnyx, commands from the console, the new leg, the inferred bridge."""
    made = ladder_of(transfer())

    assert [lane.title for lane in made.lanes] == ["Telnyx", "leg A", CONSOLE, "leg B"]
    assert shown(made) == [
        ("event", "Telnyx", "A", "call.initiated"),
        ("command", "console", "A", "answer"),
        ("event", "Telnyx", "A", "call.answered"),
        ("command", "console", "A", "transfer"),
        ("event", "Telnyx", "B", "call.initiated"),
        ("bridge", "A", "B", "bridged"),
        ("event", "Telnyx", "B", "call.hangup"),
    ]
    assert made.steps[1].detail == "alice  200  90 ms"
    assert made.steps[4].detail.startswith("✓ transfer")
    assert made.steps[5].detail == "inferred"
    assert made.lives[3] == (4, 6)
    assert made.closings == ("leg B: called party hung up (normal_clearing)",)


def test_ladder_joins_the_two_events_of_one_bridge() -> None:
    """Two sessions, one command: both ends are known, and the second event is no further arrow."""
    h = History()
    for leg in "AB":
        h.incoming(leg, session=f"S{leg}")
        h.answered(leg, session=f"S{leg}")
    h.command("bridge", "A", call_control_id="B")
    h.event("call.bridged", "A", session="SA")
    h.event("call.bridged", "B", session="SB")

    (bridge,) = [step for step in ladder_of(h).steps if step.kind is StepKind.BRIDGE]

    assert (bridge.start, bridge.end) == (1, 3)
    assert "inferred" not in bridge.detail


def test_ladder_without_a_known_peer_draws_an_event() -> None:
    """A lone call.bridged with nobody to join is what Telnyx said, and no more."""
    h = History()
    h.incoming("A")
    h.event("call.bridged", "A")

    assert shown(ladder_of(h))[-1] == ("event", "Telnyx", "A", "call.bridged")


def test_ladder_of_nothing() -> None:
    """No entries and no legs: two lanes, and both files can be made."""
    made = ladder([], [])

    assert [lane.title for lane in made.lanes] == ["Telnyx", CONSOLE]
    assert ladder_text(made).startswith("0 legs  0:00\n")
    ET.fromstring(ladder_svg(made))


def test_ladder_is_the_same_whatever_the_order_of_arrival() -> None:
    """The entries decide, not the order in which they are handed over."""
    h = transfer()
    shuffled = list(h.pairs)
    Random(3).shuffle(shuffled)

    assert ladder(shuffled, legs_of(h)) == ladder(h.pairs, legs_of(h))


def test_ladder_text_is_a_picture() -> None:
    """Arrows from lane to lane, crossings, outcomes behind them; ASCII on request."""
    lines = ladder_text(ladder_of(transfer()), "a → b", width=120).splitlines()

    assert lines[0] == "a → b"
    answer = next(line for line in lines if " answer " in line and "◀" in line)
    assert answer.endswith("─│ alice  200  90 ms")
    assert "◀═══════ bridged ════════╪════════════════════════▶│ inferred" in lines[-4]
    plain = ladder_text(ladder_of(transfer()), "a → b", ascii_only=True)
    assert plain.isascii()


@pytest.mark.parametrize("count", [1, 3, 8])
def test_plan_keeps_lanes_apart(count: int) -> None:
    """However little room there is, a lane has its cells; with more room they spread."""
    h = History()
    for number in range(count):
        h.incoming(f"L{number}")
    made = ladder_of(h)

    assert plan_for(made, 10).pitch == LEAST_PITCH
    wide = plan_for(made, 400)
    assert wide.pitch > LEAST_PITCH
    assert wide.width == TIME + 2 + (count + 1) * wide.pitch + TAIL


def test_drawing_can_be_cut_anywhere() -> None:
    """Any window on a row is the same as cutting the whole row, also through wide characters."""
    h = transfer()
    h.event("call.brand.new", "A", status="東京" * 20)
    h.command("speak", "A", payload="東京" * 20)
    made = ladder_of(h)
    drawing = Drawing(made, plan_for(made, 80))
    for place in range(len(made.steps)):
        assert width_of("".join(text for text, _ in drawing.step(place))) == drawing.plan.width
        for start in range(0, 60):
            text = "".join(part for part, _ in drawing.step(place, start, 31))
            assert width_of(text) == 31


def hostile() -> History:
    """Every hostile text wherever a ladder shows text."""
    h = History()
    for place, words in enumerate(HOSTILE.values()):
        leg = f"L{place}"
        h.event("call.initiated", leg, ends=(words, words), direction="incoming", status=words)
        h.event(words, leg, key=f"event-{place}", status=words)
        h._sent("transfer", leg, {"to": words}, operator=words)
        h.event("call.hangup", leg, hangup_cause=words, sip_hangup_cause=words, telnyx_error=words)
    return h


def test_hostile_text_stays_text() -> None:
    """Neither a terminal nor an XML reader finds anything to obey."""
    made = ladder_of(hostile())

    for line in ladder_text(made, HOSTILE["csi"]).splitlines():
        assert is_safe(line)
    drawn = ET.fromstring(ladder_svg(made, "<script>&\"'\x1b]]>"))
    kinds = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert kinds == {"svg", "title", "style", "rect", "text", "line", "polygon"}


def steps_of(made: Ladder, kinds: Sequence[StepKind]) -> list[Step]:
    """The steps of these kinds."""
    return [step for step in made.steps if step.kind in kinds]


def test_svg_has_a_shape_for_every_step() -> None:
    """An arrow head each, two for a bridge; the closing words below."""
    made = ladder_of(transfer())
    drawn = ET.fromstring(ladder_svg(made, "a → b"))

    heads = [each for each in drawn.iter() if each.tag.endswith("polygon")]
    bridges = steps_of(made, [StepKind.BRIDGE])
    assert len(heads) == len(made.steps) + len(bridges)
    said = "".join(each.text or "" for each in drawn.iter() if each.tag.endswith("text"))
    assert "called party hung up" in said
    assert "prefers-color-scheme: dark" in ladder_svg(made)


def test_lasting_goes_on_while_a_leg_lives() -> None:
    """Until now where something lives, else until the last that happened."""
    h = History(step=SECOND)
    h.incoming("A")
    h.answered("A")
    assert ladder(h.pairs, legs_of(h), now=h.at + 9 * SECOND).summary == "1 leg  0:10"
    h.event("call.hangup", "A")
    assert ladder(h.pairs, legs_of(h), now=h.at + 9 * SECOND).summary == "1 leg  0:02"
