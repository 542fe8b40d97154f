"""Plain sentences for a person: why a call ended, what an entry says. Never raises, whatever a payload holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from console.domain.annotations import annotation_detail
from console.domain.client_state import decoded
from console.domain.closing import cost_words, quality_words, why_refused
from console.domain.endings import Ender
from console.domain.endings import hangup_sentence as hangup_sentence
from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Forwarded,
    Kind,
    Noted,
)
from console.domain.forwarding import forward_detail
from console.domain.legs import LegState
from console.domain.sip_words import refusal_code
from console.domain.text import clean
from console.domain.values import flag, items, mapping, number, text

_SYMBOLS = {
    LegState.RINGING: "◌",
    LegState.DIALING: "◐",
    LegState.ANSWERED: "○",
    LegState.BRIDGED: "●",
    LegState.QUEUED: "◷",
    LegState.CONFERENCE: "◉",
    LegState.ENDED: "✕",
    LegState.UNKNOWN: "?",
}
_SYMBOLS_ASCII = {
    LegState.RINGING: "!",
    LegState.DIALING: ">",
    LegState.ANSWERED: "o",
    LegState.BRIDGED: "*",
    LegState.QUEUED: "q",
    LegState.CONFERENCE: "@",
    LegState.ENDED: "x",
    LegState.UNKNOWN: "?",
}

_ID_CELLS = 12
"""Of a call_control_id so much is shown: whoever needs all of it opens the entry."""
_NO_LABELS: Mapping[str, str] = MappingProxyType({})
_AFTER_HOST = re.compile(r"[/?#]")

Payload = Mapping[str, object]


def state_symbol(state: LegState) -> str:
    """One character for a state, never shown without its word."""
    return _SYMBOLS[state]


def state_symbol_ascii(state: LegState) -> str:
    """The same where only ASCII can be drawn."""
    return _SYMBOLS_ASCII[state]


def describe(entry: Entry, fact: Fact) -> str:
    """One line for an entry, without its time: what it is, and what matters of it."""
    if isinstance(fact, Event):
        detail = event_detail(fact)
        return f"{fact.type}  {detail}" if detail else fact.type
    if isinstance(fact, CommandSent):
        return _join(
            "▶ " + fact.action, command_detail(fact), f"by {fact.operator}" * bool(fact.operator)
        )
    if isinstance(fact, CommandDone):
        return _join(f"  {fact.action}", outcome_detail(fact))
    if isinstance(fact, Checked):
        return "Telnyx's records: " + checked_detail(fact)
    if isinstance(fact, Annotated):
        return _join("note", annotation_detail(fact))
    if isinstance(fact, Forwarded):
        return _join("forward", forward_detail(fact), f"to {fact.target}")
    return _noted(entry, fact)


def _noted(entry: Entry, fact: Noted) -> str:
    reason = fact.reason or entry.reason or ""
    if entry.kind is Kind.NOTE:
        return reason or "note"
    return _join(entry.kind.value, reason, f"from {entry.remote}" * bool(entry.remote))


def command_detail(fact: CommandSent, labels: Mapping[str, str] = _NO_LABELS) -> str:
    """The parameters that matter of a command, shortened; a leg by its letter in `labels` (id to letter) if it has one."""
    parts: list[str] = []
    for name, word in _COMMAND_PARAMS.items():
        value = _short(fact.params, name)
        if name == "call_control_id" and value is not None:
            value = labels.get(text(fact.params, name) or "") or _short(
                fact.params, name, _ID_CELLS
            )
        if value is not None:
            parts.append(f"{word} {value}")
    return "  ".join(parts)


def outcome_detail(fact: CommandDone) -> str:
    """What was answered: `200  91 ms`, or the refusal in words; of what never left us, that and why."""
    if fact.status is None and not fact.attempts and not fact.is_unknown:
        return fact.message if "not sent" in fact.message else _join("not sent", fact.message)
    status = str(fact.status) if fact.status is not None else "no answer"
    took = f"{fact.latency_ms:.0f} ms"
    tries = f"{fact.attempts} attempts" if fact.attempts > 1 else ""
    message = "" if fact.ok else fact.message or "refused"
    return _join(status, took, tries, message)


def checked_detail(fact: Checked) -> str:
    """What Telnyx's records say of a leg."""
    if fact.alive is False:
        return "the call has ended"
    if fact.listed is False:
        return "not among the active calls" if fact.alive is None else "not listed, but alive"
    if fact.alive or fact.listed:
        return "the call is alive"
    return "nothing about whether it lives"


def event_detail(event: Event, ender: Ender | None = None) -> str:
    """What matters of an event's payload, by its type; types we do not know show what they have in common.

    `ender` is our command that a hang-up confirms.
    """
    if ender is not None and event.type == "call.hangup":
        return _hangup(event.payload, ender)
    reader = _DETAILS.get(event.type)
    if reader is not None:
        return reader(event.payload)
    fields = _FIELDS.get(event.type)
    return _generic(event.payload) if fields is None else _some(event.payload, *fields)


_COMMAND_PARAMS = {
    "to": "to",
    "call_control_id": "with",
    "queue": "queue",
    "queue_name": "queue",
    "cause": "cause",
    "role": "role",
    "supervisor_role": "as",
    "sip_address": "to",
    "digits": "digits",
    "payload": "text",
    "audio_url": "audio",
    "media_name": "media",
    "stream_url": "to",
    "name": "name",
    "client_state": "state",
}


def _join(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _short(m: Payload, name: str, limit: int = 60) -> str | None:
    value = text(m, name)
    if value is None:
        listed = [item for item in items(m, name) if isinstance(item, str)]
        value = ", ".join(listed) or None
    if value is not None and name == "stream_url":
        value = _host_of(value)
    if value is not None and name == "client_state":
        value = clean(decoded(value) or value)
    if value is not None and len(value) > limit:
        return value[: limit - 1] + "…"
    return value


def _host_of(url: str) -> str:
    """Where a stream goes without login, path and query, which are as good as keys: whoever knows them can speak there."""
    scheme, there, rest = url.partition("://")
    if not there:
        return url
    authority = _AFTER_HOST.split(rest, maxsplit=1)[0]
    more = "/…" if len(rest) > len(authority) + 1 else ""
    return f"{scheme}://{authority.rpartition('@')[2]}{more}"


def _some(m: Payload, *names: str) -> str:
    return _join(*(_short(m, name) or "" for name in names))


def _ends(m: Payload) -> str:
    from_, to = _short(m, "from"), _short(m, "to")
    if from_ is None and to is None:
        return ""
    return f"{from_ or '?'} → {to or '?'}"


def _initiated(m: Payload) -> str:
    return _join(_ends(m), _some(m, "direction", "state", "caller_id_name"))


def _hangup(m: Payload, ender: Ender | None = None) -> str:
    sentence = hangup_sentence(
        _short(m, "hangup_cause"),
        _short(m, "hangup_source"),
        _short(m, "sip_hangup_cause"),
        ender,
    )
    refused = why_refused(text(m, "hangup_cause"), text(m, "sip_hangup_cause"), refusal_code(m))
    if refused and ender is None:
        sentence = f"{sentence}: {refused}"
    return _join(sentence, quality_words(m))


def _cost(m: Payload) -> str:
    return _join(cost_words(m), _unless(m, "status", "success"))


def _unless(m: Payload, name: str, usual: str) -> str:
    value = _short(m, name)
    return value if value is not None and value != usual else ""


def _seconds(m: Payload, name: str) -> str:
    value = number(m, name)
    return f"{value:.0f} s" if value is not None else ""


def _dtmf(m: Payload) -> str:
    return _short(m, "digit") or ""


def _gathered(m: Payload) -> str:
    digits = _short(m, "digits")
    return _join(f"digits {digits}" if digits else "no digits", _some(m, "status"))


def _played(m: Payload) -> str:
    return _some(m, "media_name", "media_url", "status", "status_detail")


def _recorded(m: Payload) -> str:
    urls = [
        kind
        for kind in ("mp3", "wav")
        if text(mapping(m, "recording_urls"), kind)
        or text(mapping(m, "public_recording_urls"), kind)
    ]
    return _join(_some(m, "recording_id", "channels"), ", ".join(urls))


def _recording_failed(m: Payload) -> str:
    return _some(m, "reason") or _some(m, "result")


def _transcribed(m: Payload) -> str:
    data = mapping(m, "transcription_data")
    final = flag(data, "is_final")
    said = _short(data, "transcript")
    return _join(
        _some(data, "transcription_track"),
        f"“{said}”" if said else "",
        "interim" if final is False else "",
    )


def _stream_failed(m: Payload) -> str:
    return _join(
        _some(m, "failure_reason"),
        _some(mapping(m, "stream_params"), "stream_url"),
        _some(m, "stream_type"),
    )


def _referred(m: Payload) -> str:
    status = _short(m, "sip_notify_response")
    return _join(_ends(m), f"SIP {status}" if status else "")


def _deepfake(m: Payload) -> str:
    score = number(m, "score")
    return _join(
        _some(m, "result", "error_message"), f"score {score:.2f}" if score is not None else ""
    )


def _enqueued(m: Payload) -> str:
    position = _short(m, "current_position")
    average = _seconds(m, "queue_avg_wait_time_secs")
    return _join(
        _some(m, "queue"),
        f"position {position}" if position else "",
        f"average wait {average}" * bool(average),
    )


def _dequeued(m: Payload) -> str:
    waited = _seconds(m, "wait_time_secs")
    return _join(_some(m, "queue", "reason"), f"after {waited}" * bool(waited))


def _conference(m: Payload) -> str:
    return _some(m, "conference_id", "reason", "media_name", "media_url", "status")


def _ai(m: Payload) -> str:
    count = len(items(m, "message_history"))
    return _join(_some(m, "status"), f"{count} messages" if count else "")


def _conversation(m: Payload) -> str:
    lasted = _seconds(m, "duration_sec")
    return _join(_some(m, "reason", "llm_model"), f"after {lasted}" * bool(lasted))


def _insights(m: Payload) -> str:
    count = len(items(m, "results"))
    return f"{count} result" + "s" * (count != 1) if count else ""


def _generic(m: Payload) -> str:
    """For types we have no words for: the fields that Telnyx's events tend to share."""
    return _join(
        _ends(m), _some(m, "status", "result", "reason", "conference_id", "queue", "stream_url")
    )


_DETAILS: dict[str, Callable[[Payload], str]] = {
    "call.initiated": _initiated,
    "call.answered": _ends,
    "call.bridged": _ends,
    "call.hangup": _hangup,
    "call.hold": _ends,
    "call.unhold": _ends,
    "call.cost": _cost,
    "call.dtmf.received": _dtmf,
    "call.gather.ended": _gathered,
    "call.playback.started": _played,
    "call.playback.ended": _played,
    "call.recording.saved": _recorded,
    "conference.recording.saved": _recorded,
    "call.recording.error": _recording_failed,
    "call.transcription": _transcribed,
    "streaming.failed": _stream_failed,
    "call.refer.started": _referred,
    "call.refer.completed": _referred,
    "call.refer.failed": _referred,
    "call.deepfake_detection.result": _deepfake,
    "call.deepfake_detection.error": _deepfake,
    "call.enqueued": _enqueued,
    "call.dequeued": _dequeued,
    "call.ai_gather.ended": _ai,
    "call.ai_gather.message_history_updated": _ai,
    "call.ai_gather.partial_results": _ai,
    "call.conversation.ended": _conversation,
    "call.conversation_insights.generated": _insights,
    **{
        f"conference.{name}": _conference
        for name in (
            "created", "ended", "floor.changed", "participant.joined", "participant.left",
            "participant.playback.started", "participant.playback.ended", "participant.speak.started",
            "participant.speak.ended", "playback.started", "playback.ended", "speak.started", "speak.ended",
        )
    },
}  # fmt: skip

_FIELDS: dict[str, tuple[str, ...]] = {
    "call.speak.started": (),
    "call.speak.ended": ("status",),
    "call.recording.transcription.saved": (
        "status",
        "transcription_text",
    ),
    "streaming.started": ("stream_url",),
    "streaming.stopped": ("stream_url",),
    "call.fork.started": ("stream_type",),
    "call.fork.stopped": ("stream_type",),
    "siprec.started": (),
    "siprec.stopped": ("hangup_cause",),
    "siprec.failed": ("failure_cause",),
    "call.machine.detection.ended": ("result",),
    "call.machine.greeting.ended": ("result",),
    "call.machine.premium.detection.ended": ("result",),
    "call.machine.premium.greeting.ended": ("result",),
}
"""Events whose fields speak for themselves."""
