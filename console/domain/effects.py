"""What confirms a command: a 200 only means accepted, the effect shows as a later event (VOICE a, b, e)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.domain.entries import Micros
from console.domain.legs import CommandRecord, Leg
from console.domain.times import SECOND

OVERDUE: Micros = 5 * SECOND
"""How long a prompt effect may take before we say that none was seen."""

FORGOTTEN: Micros = 60 * SECOND
"""How long we go on saying so."""

CONFIRMED_BY: Mapping[str, frozenset[str]] = {
    action: frozenset(types.split())
    for action, types in {
        "answer": "call.answered",
        "reject": "call.hangup",
        "hangup": "call.hangup",
        "dial": "call.initiated",
        "transfer": "call.initiated call.bridged",
        "bridge": "call.bridged",
        "refer": "call.refer.started call.refer.completed call.refer.failed",
        "speak": "call.speak.started",
        "playback_start": "call.playback.started",
        "playback_stop": "call.playback.ended call.speak.ended",
        "gather": "call.gather.ended",
        "gather_using_audio": "call.playback.started call.gather.ended",
        "gather_using_speak": "call.gather.ended",
        "gather_using_ai": "call.ai_gather.ended",
        "gather_stop": "call.gather.ended",
        "record_stop": "call.recording.saved",
        "streaming_start": "streaming.started streaming.failed",
        "streaming_stop": "streaming.stopped",
        "fork_start": "call.fork.started",
        "fork_stop": "call.fork.stopped",
        "transcription_start": "call.transcription",
        "siprec_start": "siprec.started siprec.failed",
        "siprec_stop": "siprec.stopped",
        "enqueue": "call.enqueued",
        "leave_queue": "call.dequeued",
        "ai_assistant_start": "call.conversation.ended",
        "conversation_relay_start": "call.conversation.ended",
        "conference.create": "conference.created",
        "conference.join": "conference.participant.joined",
        "conference.leave": "conference.participant.left",
        "conference.end": "conference.ended conference.participant.left",
        "conference.record_stop": "conference.recording.saved",
    }.items()
}
"""Action → the event types that show its effect. What is not listed has no event of its own."""

PROMPT = frozenset(
    {
        "answer", "reject", "hangup", "dial", "transfer", "bridge", "gather_stop", "playback_stop",
        "streaming_start", "streaming_stop", "fork_start", "fork_stop", "siprec_start", "siprec_stop",
        "enqueue", "leave_queue", "conference.create", "conference.join", "conference.leave", "conference.end",
    }
)  # fmt: skip
"""Actions whose effect shows within seconds. The others wait for a queue, a person or an end."""

_WORDS = {
    "answer": "answering…",
    "reject": "rejecting…",
    "hangup": "hanging up…",
    "dial": "dialling…",
    "transfer": "transferring…",
    "bridge": "bridging…",
    "enqueue": "queueing…",
    "leave_queue": "leaving the queue…",
    "gather_stop": "ending the gather…",
    "playback_start": "starting playback…",
    "playback_stop": "stopping playback…",
    "record_start": "starting to record…",
    "record_stop": "stopping the recording…",
    "streaming_start": "starting to stream…",
    "streaming_stop": "stopping the stream…",
    "speak": "starting to speak…",
    "switch_supervisor_role": "changing role…",
    "conference.join": "joining a conference…",
    "conference.leave": "leaving the conference…",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A command under way: nothing has settled it yet."""

    action: str
    words: str
    since: Micros
    overdue: bool


def pending(leg: Leg, now: Micros) -> Pending | None:
    """The latest command on this leg that is neither refused nor confirmed, if any."""
    if not leg.is_live or not leg.commands:
        return None
    for record in sorted(leg.commands.values(), key=_sent, reverse=True):
        age = now - record.sent_at
        if _is_settled(record) or age > FORGOTTEN:
            continue
        overdue = age >= OVERDUE
        return Pending(
            action=record.action,
            words=_words(record) if not overdue else _overdue_words(record),
            since=record.sent_at,
            overdue=overdue,
        )
    return None


def _sent(record: CommandRecord) -> tuple[Micros, str]:
    return record.sent_at, record.command_id


def _is_settled(record: CommandRecord) -> bool:
    if record.confirmed or record.ok is False:
        return True
    return record.ok is True and record.action not in PROMPT


def _words(record: CommandRecord) -> str:
    return _WORDS.get(record.action) or f"{record.action.replace('_', ' ')}…"


def _overdue_words(record: CommandRecord) -> str:
    name = record.action.replace("_", " ")
    if record.ok is None:
        return f"{name}: no answer after 5 s"
    return f"{name}: no effect seen after 5 s"
