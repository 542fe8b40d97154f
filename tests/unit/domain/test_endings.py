"""Who ended a call: ours are told as ours, whatever Telnyx names as the source."""

from __future__ import annotations

import pytest

from console.domain.endings import Ender, ender_of, hangup_sentence
from console.domain.legs import CommandRecord, Leg
from console.domain.times import SECOND

END = 1_000 * SECOND


def record(**more: object) -> CommandRecord:
    """A command that was accepted a second before the end."""
    told: dict[str, object] = {
        "action": "hangup",
        "sent_at": END - SECOND,
        "ok": True,
        "status": 200,
        "operator": "ann",
    }
    return CommandRecord(command_id="1", **{**told, **more})  # type: ignore[arg-type]


def ended(*records: CommandRecord) -> Leg:
    """A leg that ended, with these commands."""
    leg = Leg(key="A", call_control_id="A", ended_at=END, hangup_source="caller")
    leg.commands = {str(place): each for place, each in enumerate(records)}
    return leg


@pytest.mark.parametrize("action", ["hangup", "reject"])
def test_ender_is_our_accepted_command(action: str) -> None:
    """The name of whoever gave it belongs to the answer."""
    assert ender_of(ended(record(action=action))) == Ender(action, "ann")


@pytest.mark.parametrize(
    "more",
    [
        {"ok": False, "status": 422, "code": "90015"},
        {"ok": None, "status": None},
        {"code": "90018"},
        {"status": None},
        {"sent_at": END + 60 * SECOND},
        {"action": "transfer"},
    ],
    ids=[
        "refused",
        "unanswered",
        "had ended already",
        "never sent",
        "long after",
        "another command",
    ],
)
def test_ender_is_nobody_where_ours_did_not_do_it(more: dict[str, object]) -> None:
    """A refusal, "already ended", or a command after the end leaves the end with the other side."""
    assert ender_of(ended(record(**more))) is None


def test_ender_of_a_live_leg_is_nobody() -> None:
    """A hang-up on its way has ended nothing yet."""
    leg = ended(record())
    leg.ended_at = None

    assert ender_of(leg) is None


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (Ender("hangup", "ann"), "ended by us (ann), normal_clearing"),
        (Ender("hangup"), "ended by us, normal_clearing"),
        (Ender("reject", "ann"), "rejected by us (ann), normal_clearing"),
        (None, "caller hung up (normal_clearing)"),
    ],
)
def test_hangup_sentence_names_us(by: Ender | None, said: str) -> None:
    """The cause stays as Telnyx has it."""
    assert hangup_sentence("normal_clearing", "caller", None, by) == said
