"""What may be sent when, and the words for what may not."""

from __future__ import annotations

import pytest

from console.domain.effects import CONFIRMED_BY, PROMPT, pending
from console.domain.legality import allowed
from console.domain.legs import Leg
from tests.unit.domain.histories import SECOND, History


def ringing(h: History) -> None:
    """An incoming call nobody answered."""
    h.incoming("A")


def answered(h: History) -> None:
    """An incoming call that was answered."""
    h.incoming("A")
    h.answered("A")


def dialing(h: History) -> None:
    """An outgoing call nobody answered."""
    h.outgoing("A")


def queued(h: History) -> None:
    """A call in a queue."""
    answered(h)
    h.event("call.enqueued", "A", queue="support")


def ended(h: History) -> None:
    """A call that is over."""
    answered(h)
    h.hangup("A")


def unknown(h: History) -> None:
    """A leg that only Telnyx's records know."""
    h.checked("A", listed=True)


def stale(h: History) -> None:
    """An answered call that Telnyx does not list."""
    answered(h)
    h.checked("A", listed=False)


def supervising(h: History) -> None:
    """A supervisor's leg."""
    h.dial("A", supervise_call_control_id="Z", supervisor_role="monitor")
    h.answered("A")


def early(h: History) -> None:
    """A dialled leg that is bridged but not answered."""
    h.outgoing("A")
    h.event("call.bridged", "A")


CASES = [
    (ringing, "answer", None),
    (ringing, "reject", None),
    (ringing, "hangup", None),
    (ringing, "transfer", None),
    (ringing, "speak", "not answered yet"),
    (ringing, "bridge", "not answered yet"),
    (ringing, "client_state_update", None),
    (ringing, "something_new", None),
    (answered, "answer", "already answered"),
    (answered, "reject", "already answered"),
    (answered, "bridge", None),
    (answered, "transfer", None),
    (answered, "record_start", None),
    (answered, "enqueue", None),
    (answered, "leave_queue", "not in a queue"),
    (dialing, "answer", "only incoming calls can be answered"),
    (dialing, "reject", "only incoming calls can be rejected"),
    (dialing, "transfer", "not answered yet"),
    (dialing, "hangup", None),
    (early, "record_start", "not answered yet"),
    (queued, "enqueue", "already in a queue"),
    (queued, "leave_queue", None),
    (queued, "answer", "already answered"),
    (ended, "hangup", "this call has ended"),
    (ended, "answer", "this call has ended"),
    (unknown, "answer", None),
    (unknown, "speak", None),
    (unknown, "leave_queue", None),
    (stale, "hangup", None),
    (supervising, "hangup", None),
    (supervising, "switch_supervisor_role", None),
    (supervising, "speak", "supervisor calls do not support commands"),
]


@pytest.mark.parametrize(("situation", "action", "reason"), CASES)
def test_allowed_follows_what_telnyx_documents(
    situation: object, action: str, reason: str | None
) -> None:
    """Documented impossibilities are refused in words, everything else is Telnyx's to decide."""
    h = History()
    assert callable(situation)
    situation(h)
    leg = h.board().legs["A"]
    assert allowed(action, leg) == reason
    assert allowed(action, leg, read_only=True) == "read-only: commands are off"


def test_allowed_needs_a_leg_for_all_but_dial() -> None:
    """No call selected: only dial makes sense; and a leg without a call_control_id cannot be commanded."""
    assert allowed("dial", None) is None
    assert allowed("hangup", None) == "no call is selected"
    assert allowed("hangup", Leg(key="leg:L")) == "its call_control_id is not known yet"


def test_allowed_stops_a_second_hangup_until_the_first_is_overdue() -> None:
    """A double press does nothing twice; a lost command can be repeated after 5 s."""
    h = History()
    answered(h)
    h.command("hangup", "A")
    leg = h.board().legs["A"]
    assert allowed("hangup", leg) == "hang-up is already on its way"
    assert allowed("hangup", leg, now=h.at + SECOND) == "hang-up is already on its way"
    assert allowed("hangup", leg, now=h.at + 6 * SECOND) is None
    h.command("hangup", "A", ok=False)
    board = h.board()
    assert allowed("hangup", board.legs["A"], now=h.at + 6 * SECOND) is None


def test_allowed_permits_again_what_was_refused() -> None:
    """A refused answer may be tried again at once."""
    h = History()
    ringing(h)
    h.command("answer", "A", ok=False)
    assert allowed("answer", h.board().legs["A"]) is None


def test_pending_goes_from_sending_to_confirmed() -> None:
    """Words while under way, overdue after 5 s, nothing once the event has come."""
    h = History()
    ringing(h)
    command_id = h.sent("answer", "A")
    since = h.at
    found = pending(h.board().legs["A"], h.at)
    assert found is not None
    assert (found.action, found.words, found.since, found.overdue) == (
        "answer", "answering…", since, False,
    )  # fmt: skip
    late = pending(h.board().legs["A"], since + 5 * SECOND)
    assert late is not None
    assert (late.overdue, late.words) == (True, "answer: no answer after 5 s")

    h.done(command_id, "answer", "A")
    late = pending(h.board().legs["A"], since + 5 * SECOND)
    assert late is not None
    assert late.words == "answer: no effect seen after 5 s"
    assert pending(h.board().legs["A"], since + 61 * SECOND) is None

    h.answered("A")
    assert pending(h.board().legs["A"], h.at) is None


def test_pending_forgets_refused_commands_and_those_without_an_event() -> None:
    """A refusal is settled; so is an accepted command that no event confirms promptly."""
    h = History()
    answered(h)
    h.command("transfer", "A", ok=False)
    h.command("record_start", "A")
    h.command("speak", "A")
    assert pending(h.board().legs["A"], h.at) is None


def test_pending_transfer_is_settled_by_the_new_leg() -> None:
    """The answer to a transfer names no leg: the next outgoing leg of the session shows its effect."""
    h = History()
    answered(h)
    h.outgoing("old")
    h.at += 30 * SECOND
    h.command("transfer", "A", to="+1")
    assert pending(h.board().legs["A"], h.at) is not None
    h.outgoing("B")
    assert pending(h.board().legs["A"], h.at) is None


@pytest.mark.parametrize(
    ("action", "event"),
    [("enqueue", "call.enqueued"), ("streaming_start", "streaming.failed"), ("gather_stop", "call.gather.ended"),
     ("bridge", "call.bridged"), ("hangup", "call.hangup")],
)  # fmt: skip
def test_pending_is_settled_by_the_confirming_event(action: str, event: str) -> None:
    """Each by one of the events that `CONFIRMED_BY` names."""
    h = History()
    answered(h)
    h.command(action, "A")
    assert pending(h.board().legs["A"], h.at) is not None
    h.event(event, "A")
    assert pending(h.board().legs["A"], h.at) is None


def test_prompt_actions_have_a_confirming_event() -> None:
    """Nobody can be late with an effect that no event shows."""
    assert CONFIRMED_BY.keys() >= PROMPT
