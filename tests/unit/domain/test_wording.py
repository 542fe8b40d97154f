"""Sentences for every kind of entry and every type of event, and none of them raises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.entries import Checked, CommandDone, CommandSent, Kind, Noted
from console.domain.legs import LegState
from console.domain.wording import (
    _DETAILS,
    _FIELDS,
    command_detail,
    describe,
    hangup_sentence,
    outcome_detail,
    state_symbol,
    state_symbol_ascii,
)
from tests.unit.domain.histories import History

SPEC = Path(__file__).parents[4] / "shared" / "telnyx" / "voice-openapi.json"


@pytest.mark.parametrize(
    ("cause", "source", "sip", "sentence"),
    [
        ("originator_cancel", "caller", "487", "caller hung up before an answer (originator_cancel, SIP 487)"),
        ("normal_clearing", "caller", "200", "caller hung up (normal_clearing, SIP 200)"),
        ("normal_clearing", "callee", "16", "called party hung up (normal_clearing, SIP 16)"),
        ("user_busy", "unknown", "486", "busy (user_busy, SIP 486)"),
        ("timeout", None, None, "rang until the time-out (timeout)"),
        ("no_answer", None, None, "no answer (no_answer)"),
        ("time_limit", None, None, "reached its time limit (time_limit)"),
        ("call_rejected", "callee", "603", "rejected by the called party (call_rejected, SIP 603)"),
        ("not_found", "", "404", "destination not found (not_found, SIP 404)"),
        ("brand_new", None, None, "hung up (brand_new)"),
        (None, None, None, "hung up"),
    ],
)  # fmt: skip
def test_hangup_sentence_says_who_and_why(
    cause: str | None, source: str | None, sip: str | None, sentence: str
) -> None:
    """All documented causes, and those nobody documented."""
    assert hangup_sentence(cause, source, sip) == sentence


@pytest.mark.parametrize(
    ("kind", "payload", "line"),
    [
        ("call.initiated", {"from": "+1", "to": "+2", "direction": "incoming", "state": "parked"},
         "call.initiated  +1 → +2  incoming  parked"),
        ("call.answered", {"from": "+1"}, "call.answered  +1 → ?"),
        ("call.cost", {"total_cost": "0.01", "cost_parts": [{"currency": "USD"}], "billed_duration_secs": 60},
         "call.cost  0.01 USD for 60 s"),
        ("call.dtmf.received", {"digit": "5"}, "call.dtmf.received  5"),
        ("call.gather.ended", {"digits": "12", "status": "valid"}, "call.gather.ended  digits 12  valid"),
        ("call.gather.ended", {"status": "timeout"}, "call.gather.ended  no digits  timeout"),
        ("call.enqueued", {"queue": "q", "current_position": 2, "queue_avg_wait_time_secs": 9},
         "call.enqueued  q  position 2  average wait 9 s"),
        ("call.dequeued", {"queue": "q", "reason": "leave", "wait_time_secs": 40}, "call.dequeued  q  leave  after 40 s"),
        ("call.recording.saved", {"recording_id": "r", "channels": "dual", "recording_urls": {"mp3": "u", "wav": None}},
         "call.recording.saved  r  dual  mp3"),
        ("call.recording.error", {"result": "Internal server error"}, "call.recording.error  Internal server error"),
        ("call.transcription", {"transcription_data": {"transcript": "hi", "is_final": False}},
         "call.transcription  “hi”  interim"),
        ("streaming.failed", {"failure_reason": "x", "stream_params": {"stream_url": "wss://a"}},
         "streaming.failed  x  wss://a"),
        # The path of our own media address ends in a token, and timelines are shown to others.
        ("streaming.started", {"stream_url": "wss://calls.example.com/media/TOKEN"},
         "streaming.started  wss://calls.example.com/…"),
        ("streaming.started", {"stream_url": "wss://me:TOKEN@calls.example.com?key=TOKEN"},
         "streaming.started  wss://calls.example.com/…"),
        ("call.machine.detection.ended", {"result": "machine"}, "call.machine.detection.ended  machine"),
        ("call.refer.completed", {"sip_notify_response": 200}, "call.refer.completed  SIP 200"),
        ("conference.ended", {"conference_id": "c", "reason": "all_left"}, "conference.ended  c  all_left"),
        ("call.speak.started", {}, "call.speak.started"),
        ("call.brand.new", {"status": "ok", "from": "+1"}, "call.brand.new  +1 → ?  ok"),
    ],
)  # fmt: skip
def test_describe_says_what_matters_of_an_event(
    kind: str, payload: dict[str, object], line: str
) -> None:
    """One line by type, and a sensible one for types we do not know."""
    assert describe(*History().event(kind, "A", payload=payload)) == line


def test_describe_says_what_became_of_commands() -> None:
    """Who sent what to whom; what was answered, or why not."""
    h = History()
    h.sent("transfer", "A", operator="alice", to="+1415")
    h.done("cmd-0001", "transfer", "A")
    h.done("cmd-0001", "transfer", "A", ok=False, status=422, message="the call has ended")
    h.done("cmd-0001", "transfer", "A", ok=False, status=None, message="nothing answered")
    assert [describe(*pair).strip() for pair in h.pairs] == [
        "▶ transfer  to +1415  by alice",
        "transfer  200  90 ms",
        "transfer  422  90 ms  the call has ended",
        "transfer  no answer  90 ms  nothing answered",
    ]


def test_describe_says_what_is_noted_and_recorded() -> None:
    """Notes, gaps, refusals and Telnyx's records."""
    h = History()
    h.noted("engine started")
    h.noted("nothing heard for 3 min", Kind.GAP)
    h.noted("signature does not match", Kind.REFUSED)
    h.checked("A", alive=False)
    h.checked("A", listed=False)
    h.checked("A", listed=True)
    h.checked("A")
    assert [describe(*pair) for pair in h.pairs] == [
        "engine started",
        "gap  nothing heard for 3 min",
        "refused  signature does not match",
        "Telnyx's records: the call has ended",
        "Telnyx's records: not among the active calls",
        "Telnyx's records: the call is alive",
        "Telnyx's records: nothing about whether it lives",
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=100),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_NAMES = sorted(
    [
        "from",
        "to",
        "direction",
        "state",
        "hangup_cause",
        "hangup_source",
        "sip_hangup_cause",
        "call_quality_stats",
        "total_cost",
        "cost_parts",
        "digit",
        "digits",
        "status",
        "media_name",
        "recording_urls",
        "transcription_data",
        "stream_params",
        "queue",
        "current_position",
        "wait_time_secs",
        "conference_id",
        "message_history",
        "results",
        "score",
        "result",
        "reason",
        "stream_url",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(sorted({*_DETAILS, *_FIELDS, "call.unheard.of", ""})),
    payload=st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=6),
)
def test_describe_never_raises_on_events(kind: str, payload: dict[str, object]) -> None:
    """Any type with any JSON in any field gives one line that names the type."""
    line = describe(*History().event(kind, "A", payload=payload))
    assert line.startswith(kind)
    assert len(line) < 1000


@given(params=st.dictionaries(st.sampled_from(["to", "from", "queue", "x"]), _JSON, max_size=4))
def test_describe_never_raises_on_our_own(params: dict[str, object]) -> None:
    """Commands with any parameters, facts with nothing in them."""
    h = History()
    h.add(Kind.COMMAND, CommandSent("c", "dial", None, params, ""), h.at)
    h.add(Kind.OUTCOME, CommandDone("c", "dial", None, False, None, None, "", 0.0, 0, {}), h.at)
    h.add(Kind.API, Checked("A", None, None, h.at, None, None, None, None, None), h.at)
    for kind in Kind:
        h.add(kind, Noted(""), h.at)
    assert all(describe(*pair) for pair in h.pairs)


@pytest.mark.parametrize(
    ("message", "attempts", "data", "words"),
    [
        ("not sent: this call has ended", 0, {}, "not sent: this call has ended"),
        ("the leg supervises", 0, {}, "not sent  the leg supervises"),
        ("", 0, {}, "not sent"),
        ("could not connect", 4, {}, "no answer  0 ms  4 attempts  could not connect"),
        ("stopped", 0, {"may_have_arrived": True}, "no answer  0 ms  stopped"),
    ],
)
def test_outcome_tells_what_was_not_sent_from_what_got_no_answer(
    message: str, attempts: int, data: dict[str, object], words: str
) -> None:
    """A command that never left waited for nobody's answer."""
    done = CommandDone("c", "speak", "A", False, None, None, message, 0.0, attempts, data)

    assert outcome_detail(done) == words


@pytest.mark.skipif(not SPEC.exists(), reason="the specification is not at hand")
def test_describe_has_words_for_every_documented_event() -> None:
    """Every event type of the specification has its own reader."""
    documented = set(_event_types(json.loads(SPEC.read_text())))
    assert "call.hangup" in documented
    assert documented <= {*_DETAILS, *_FIELDS}


def _event_types(node: object) -> Iterator[str]:
    """Every value that the specification allows an `event_type` to have."""
    if isinstance(node, list):
        for item in node:
            yield from _event_types(item)
    elif isinstance(node, dict):
        schema = node.get("event_type")
        if isinstance(schema, dict):
            yield from (name for name in schema.get("enum", ()) if "." in name)
        for item in node.values():
            yield from _event_types(item)


def test_state_symbols_are_one_character_each_and_distinct() -> None:
    """A symbol for each state; the plain ones are ASCII."""
    assert len({state_symbol(state) for state in LegState}) == len(LegState)
    assert all(len(state_symbol(state)) == 1 for state in LegState)
    assert len({state_symbol_ascii(state) for state in LegState}) == len(LegState)
    assert all(state_symbol_ascii(state).isascii() for state in LegState)


def test_bridge_names_the_other_leg_briefly() -> None:
    """Its letter where it has one, else the beginning of its id: the answer beside it must stay in sight."""
    other = "v3:" + "x" * 60
    sent = CommandSent("c", "bridge", "v3:own", {"call_control_id": other}, "me")

    assert command_detail(sent, {other: "B"}) == "with B"
    assert command_detail(sent) == "with v3:xxxxxxxx…"
