"""Whether a command may be sent to a leg, and if not, why, in words.

Telnyx decides in the end. What VOICE.md (b, e) documents as impossible is refused here, what it leaves open is
permitted: so is every command on a leg whose history we do not know, and a transfer of a ringing call.
"""

from __future__ import annotations

from console.domain.effects import OVERDUE
from console.domain.entries import Micros
from console.domain.legs import Leg, LegState, Mark

READ_ONLY = "read-only: commands are off"

_ON_ITS_WAY = {
    "answer": "the answer is already on its way",
    "reject": "the rejection is already on its way",
    "hangup": "hang-up is already on its way",
}
"""Single steps of a life: a second one cannot do more than the first."""

_FOR_SUPERVISORS = frozenset({"hangup", "switch_supervisor_role"})

_ANSWERED_ONLY = frozenset(
    {
        "bridge", "speak", "playback_start", "playback_stop", "gather", "gather_using_audio", "gather_using_speak",
        "gather_using_ai", "gather_stop", "send_dtmf", "record_start", "record_stop", "record_pause",
        "record_resume", "streaming_start", "streaming_stop", "fork_start", "fork_stop", "transcription_start",
        "transcription_stop", "enqueue", "leave_queue", "ai_assistant_start", "ai_assistant_stop",
        "ai_assistant_join", "conversation_relay_start", "conversation_relay_stop", "conference.create",
        "conference.join",
    }
)  # fmt: skip
"""Error 90034, "call not answered yet", otherwise."""

_WITHOUT_LEG = frozenset({"dial"})


def allowed(
    action: str, leg: Leg | None, *, read_only: bool = False, now: Micros | None = None
) -> str | None:
    """None if the command may be sent, else the reason in words.

    With `now`, a command on its way stops others of its kind only until it is overdue, so that one whose answer was
    lost can be repeated.
    """
    if read_only:
        return READ_ONLY
    if action in _WITHOUT_LEG:
        return None
    if leg is None:
        return "no call is selected"
    if not leg.is_live:
        return "this call has ended"
    if leg.call_control_id is None:
        return "its call_control_id is not known yet"
    if Mark.SUPERVISING in leg.marks and action not in _FOR_SUPERVISORS:
        return "supervisor calls do not support commands"
    return _under_way(action, leg, now) or _by_state(action, leg)


def _under_way(action: str, leg: Leg, now: Micros | None) -> str | None:
    reason = _ON_ITS_WAY.get(action)
    if reason is None:
        return None
    for record in leg.commands.values():
        if record.action != action or record.ok is False or record.confirmed:
            continue
        if now is None or now - record.sent_at < OVERDUE:
            return reason
    return None


def _by_state(action: str, leg: Leg) -> str | None:
    if action in ("answer", "reject"):
        return _first_answer(action, leg)
    if action in _ANSWERED_ONLY and _is_unanswered(leg):
        return "not answered yet"
    if action == "transfer" and _is_unanswered(leg) and leg.direction != "incoming":
        return "not answered yet"
    if action == "enqueue" and leg.state is LegState.QUEUED:
        return "already in a queue"
    if action == "leave_queue" and leg.state not in (LegState.QUEUED, LegState.UNKNOWN):
        return "not in a queue"
    return None


def _first_answer(action: str, leg: Leg) -> str | None:
    if leg.direction == "outgoing":
        verb = "answered" if action == "answer" else "rejected"
        return f"only incoming calls can be {verb}"
    if leg.state is LegState.UNKNOWN or _is_unanswered(leg):
        return None
    return "already answered"


def _is_unanswered(leg: Leg) -> bool:
    """Known not to be answered; early media is no answer."""
    if leg.answered_at is not None:
        return False
    if leg.state in (LegState.RINGING, LegState.DIALING):
        return True
    return leg.state is LegState.BRIDGED and leg.initiated_at is not None
