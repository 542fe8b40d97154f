"""Whatever commands come at whatever time, calls keep to Telnyx's rules; and what is told fits the specification."""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.times import parse_iso
from console.simulator import calls
from console.simulator.errors import ApiError
from console.simulator.world import Leg
from tests.unit.simulator.practice import Practice

SPEC = Path(__file__).parents[4] / "shared" / "telnyx" / "voice-openapi.json"
AFTER_HANGUP = {
    "call.recording.saved",
    "call.recording.transcription.saved",
    "call.cost",
    "call.conversation_insights.generated",
    "call.dequeued",
    "conference.participant.left",
    "conference.participant.playback.ended",
    "conference.participant.speak.ended",
}
OF_THE_ROOM = re.compile(r"conference\.(ended|recording\.saved|(playback|speak)\.)")
"""Events that name the leg which made the conference, whether it is still there or not."""

ACTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("answer", {}),
    ("answer", {"record": "record-from-answer"}),
    ("reject", {"cause": "USER_BUSY"}),
    ("hangup", {}),
    ("transfer", {"to": "+12125550100"}),
    ("transfer", {"to": "+12125550189", "park_after_unbridge": "self"}),
    ("transfer", {"to": "+12125550191"}),
    ("transfer", {"to": "+12125550195", "answering_machine_detection": "premium"}),
    ("bridge", {}),
    ("bridge", {"queue": "support", "call_control_id": None}),
    ("speak", {"payload": "please hold the line", "voice": "female"}),
    ("playback_start", {"media_name": "wait", "loop": "infinity"}),
    ("playback_stop", {}),
    ("gather", {"maximum_digits": 4}),
    ("gather_stop", {}),
    ("record_start", {"channels": "dual", "format": "mp3"}),
    ("record_stop", {}),
    ("enqueue", {"queue_name": "support", "max_wait_time_secs": 20}),
    ("leave_queue", {}),
    ("client_state_update", {"client_state": "aGk="}),
    ("playback_start", {"media_name": "bell", "overlay": True}),
    ("send_dtmf", {"digits": "12w#"}),
    ("record_start", {"channels": "single", "format": "wav", "transcription": True}),
    ("record_pause", {}),
    ("record_resume", {}),
    ("streaming_start", {"stream_url": "ws://127.0.0.1:9/media", "stream_track": "both_tracks"}),
    ("streaming_start", {"stream_url": "wss://unreachable.example.com"}),
    ("streaming_stop", {}),
    ("fork_start", {"rx": "udp:127.0.0.1:9000", "tx": "udp:127.0.0.1:9002"}),
    ("fork_stop", {}),
    ("transcription_start", {"transcription_tracks": "both"}),
    ("transcription_stop", {}),
    ("siprec_start", {}),
    ("siprec_start", {"connector_name": "fails"}),
    ("siprec_stop", {}),
    ("suppression_start", {"direction": "both"}),
    ("suppression_stop", {}),
    ("refer", {"sip_address": "sip:desk@example.com"}),
    ("refer", {"sip_address": "sip:+12125550191@example.com"}),
    ("send_sip_info", {"body": "hello", "content_type": "text/plain"}),
    ("switch_supervisor_role", {"role": "whisper"}),
    ("enqueue", {"queue_name": "support", "keep_after_hangup": True}),
    ("ai_assistant_start", {"assistant": {"id": "assistant-1"}}),
    ("ai_assistant_add_messages", {"messages": [{"role": "user", "content": "hello"}]}),
    ("ai_assistant_stop", {}),
    (
        "gather_using_ai",
        {
            "parameters": {"properties": {"name": {"type": "string"}, "age": {"type": "integer"}}},
            "send_partial_results": True,
            "send_message_history_updates": True,
        },
    ),
    ("conversation_relay_start", {"conversation_relay_url": "wss://relay.example.com"}),
    ("conversation_relay_stop", {}),
)
ROOM: tuple[tuple[str, dict[str, object]], ...] = (
    ("create", {}),
    ("join", {}),
    ("join", {"end_conference_on_exit": True}),
    ("join", {"soft_end_conference_on_exit": True, "mute": True}),
    ("leave", {}),
    ("mute", {}),
    ("unmute", {}),
    ("hold", {}),
    ("unhold", {"call_control_ids": []}),
    ("play", {"audio_url": "https://media.example.com/a.mp3", "loop": "infinity"}),
    ("speak", {"payload": "welcome", "voice": "female"}),
    ("stop", {}),
    ("record_start", {"format": "mp3"}),
    ("record_stop", {}),
    ("update", {"supervisor_role": "monitor"}),
    ("send_dtmf", {"digits": "1"}),
    ("gather_using_audio", {"audio_url": "https://media.example.com/b.mp3"}),
    ("end", {}),
)
ATTACHED: dict[str, object] = {
    "stream_url": "ws://127.0.0.1:9/media",
    "transcription": True,
    "assistant": {"id": "assistant-1"},
    "deepfake_detection": {"enabled": True},
    "audio_url": "https://media.example.com/c.mp3",
    "conference_config": {"conference_name": "team"},
    "record": "record-from-answer",
}
NUMBERS = (100, 189, 190, 191, 192, 193, 194, 195, 196)
LEG = st.integers(0, 30)
Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(10, 40), st.just(0), st.just(0)),
        st.tuples(st.just("talk"), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("dial"), st.sampled_from(NUMBERS), st.just(0), st.just(0)),
        st.tuples(st.just("attached"), st.sampled_from(NUMBERS), st.just(0), st.just(0)),
        st.tuples(st.just("supervise"), LEG, st.just(0), st.just(0)),
        st.tuples(st.just("room"), st.integers(0, len(ROOM) - 1), LEG, LEG),
        st.tuples(st.just("room"), st.integers(0, len(ROOM) - 1), LEG, LEG),
        st.tuples(st.just("leave"), LEG, st.just(0), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 90), st.just(0), st.just(0)),
        st.tuples(st.just("command"), st.integers(0, len(ACTIONS) - 1), LEG, LEG),
        st.tuples(st.just("command"), st.integers(0, len(ACTIONS) - 1), LEG, LEG),
    ),
    min_size=15,
    max_size=80,
)


def live_through(practice: Practice, steps: list[Step]) -> None:
    """Lets a history happen; refusals are part of it."""
    practice.talks()
    for kind, number, one, other in steps:
        if kind == "arrive":
            practice.rings(patience_s=number)
        elif kind == "talk":
            practice.talks()
        elif kind == "dial":
            practice.dial(f"+12125550{number}", answering_machine_detection="detect_beep")
        elif kind == "attached":
            with contextlib.suppress(ApiError):
                practice.dial(f"+12125550{number}", **ATTACHED)
        elif kind == "wait":
            practice.run(number / 10)
        else:
            legs = list(practice.world.live.values()) or list(practice.world.legs.values())
            if kind == "supervise" and legs:
                with contextlib.suppress(ApiError):
                    leg = legs[number % len(legs)]
                    practice.dial("+12125550100", supervise_call_control_id=leg.id)
            elif kind == "room" and legs:
                room(practice, number, legs[one % len(legs)], legs[other % len(legs)])
            elif kind == "leave" and legs:
                leg = legs[number % len(legs)]
                calls.end(practice.world, leg, "normal_clearing", calls.far_end(leg), "200")
            elif legs:
                command(practice, number, legs[one % len(legs)], legs[other % len(legs)])
    practice.run(20_000)


def command(practice: Practice, number: int, leg: Leg, other: Leg) -> None:
    """One of the actions on a leg, accepted or refused."""
    action, body = ACTIONS[number]
    if action == "bridge":
        body = {"call_control_id": other.id, **body}
    with contextlib.suppress(ApiError):
        practice.do(action, leg, **body)


def room(practice: Practice, number: int, leg: Leg, other: Leg) -> None:
    """One of the actions on a conference, with two legs (or everybody) in mind; accepted or refused."""
    action, body = ROOM[number]
    everybody = not leg.serial % 2
    body = {
        "name": "team",
        "call_control_id": leg.id,
        "call_control_ids": [] if everybody else [other.id],
        **body,
    }
    with contextlib.suppress(ApiError):
        practice.confer(action, "team", **body)


@given(steps=STEPS, seed=st.integers(0, 1000))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_history_keeps_the_rules(steps: list[Step], seed: int) -> None:
    """First call.initiated, one call.hangup, nothing after it but files and costs; in the end nothing is left."""
    practice = Practice(seed=seed, call_cost_in_webhooks=True)

    live_through(practice, steps)

    assert practice.world.live == {}
    assert practice.world.legs == {}
    assert practice.world.queues == {}
    assert practice.world.conferences == {}
    assert len(practice.world.agenda) == 0
    assert len({event.id for event in practice.events}) == len(practice.events)
    times = [event.occurred_at for event in practice.events]
    assert times == sorted(times)
    for types in told_of_legs(practice).values():
        check_order(types)
        check_pairs(Counter(types))
    rooms = Counter(event.type for event in practice.events)
    assert rooms["conference.created"] == rooms["conference.ended"]
    for kind in ("playback", "speak"):
        for middle in ("", "participant."):
            name = f"conference.{middle}{kind}"
            assert rooms[f"{name}.started"] == rooms[f"{name}.ended"]


def told_of_legs(practice: Practice) -> dict[str, list[str]]:
    """The types of every leg's own events, in order."""
    told: dict[str, list[str]] = {}
    for event in practice.events:
        if not OF_THE_ROOM.match(event.type):
            told.setdefault(event.call_control_id, []).append(event.type)
    return told


def check_order(types: list[str]) -> None:
    """The first event, the last one, and what may follow it."""
    assert types[0] == "call.initiated"
    after = types[types.index("call.hangup") + 1 :]
    assert set(after) <= AFTER_HANGUP
    if "call.answered" in types:
        media = {"call.transcription", "call.dtmf.received", "streaming.started"}
        assert not media & set(types[: types.index("call.answered")])


def check_pairs(count: Counter[str]) -> None:
    """What is begun is ended, once."""
    assert count["call.initiated"] == count["call.hangup"] == 1
    assert count["call.answered"] <= 1
    assert count["call.cost"] == 1
    pairs = (
        ("call.playback.started", "call.playback.ended"),
        ("call.speak.started", "call.speak.ended"),
        ("call.enqueued", "call.dequeued"),
        ("streaming.started", "streaming.stopped"),
        ("call.fork.started", "call.fork.stopped"),
        ("siprec.started", "siprec.stopped"),
        ("conference.participant.joined", "conference.participant.left"),
    )
    for begun, ended in pairs:
        assert count[begun] == count[ended], begun
    assert count["call.ai_gather.ended"] <= count["call.conversation.ended"]


@pytest.fixture(scope="module")
def spec() -> Mapping[str, Any]:
    """The specification, where it is at hand."""
    if not SPEC.is_file():
        pytest.skip("the specification is not beside the repository")
    document: Mapping[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return document


class Schemas:
    """The payload schemas of the specification's webhooks, by event type."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.payloads: dict[str, Mapping[str, Any]] = {}
        for webhook in document["webhooks"].values():
            body = self.resolve(webhook["post"]["requestBody"])
            schema = self.resolve(body["content"]["application/json"]["schema"])
            data = self.resolve(schema.get("properties", {}).get("data", schema))
            members = data.get("properties", {})
            for name in self.resolve(members.get("event_type", {})).get("enum", ()):
                self.payloads[name] = self.resolve(members["payload"])

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a $ref points at."""
        while "$ref" in schema:
            found: Any = self._document
            for step in schema["$ref"].split("/")[1:]:
                found = found[step]
            schema = found
        return schema

    def fits(self, value: object, schema: Mapping[str, Any], at: str) -> None:
        """Fails where a value is not what the schema says; null is accepted (VOICE c)."""
        schema = self.resolve(schema)
        if value is None:
            return
        types = schema.get("type")
        python: dict[str, type | tuple[type, ...]] = {
            "string": str,
            "integer": int,
            "number": (int, float),
            "boolean": bool,
            "array": list,
            "object": Mapping,
        }
        if isinstance(types, str):
            assert isinstance(value, python[types]), f"{at}: {value!r} is no {types}"
        if "enum" in schema:
            assert value in schema["enum"], f"{at}: {value!r} is not in {schema['enum']}"
        if schema.get("format") == "date-time":
            assert parse_iso(value) is not None, f"{at}: {value!r} is no time"
        if isinstance(value, Mapping):
            for name, member in schema.get("properties", {}).items():
                self.fits(value.get(name), member, f"{at}.{name}")
        if isinstance(value, list) and "items" in schema:
            for item in value:
                self.fits(item, schema["items"], f"{at}[]")


OPTIONAL = frozenset({"sip_headers", "call_screening_result"})
LEFT_OUT = {
    "call.initiated": OPTIONAL
    | {"caller_id_name", "shaken_stir_attestation", "shaken_stir_validated"},
    "call.transcription": frozenset({"confidence"}),
    "conference.ended": frozenset({"reason"}),
}
"""Members of the schemas that an event may lack."""
NEVER_SENT = {
    "call.deepfake_detection.error",
    "call.hold",
    "call.recording.error",
    "call.unhold",
}
"""Nothing the simulator's parties do leads to these."""


def announce(practice: Practice) -> None:
    """Speech and files in a conference, for everybody and for one."""
    leg = practice.talks()
    practice.confer("create", "", name="all", call_control_id=leg.id)
    for heard_by in ([], [leg.id]):
        practice.confer("play", "all", media_name="bell", call_control_ids=heard_by)
        practice.confer("speak", "all", payload="hello", call_control_ids=heard_by)
    practice.run(30)


def test_events_fit_the_specification(spec: Mapping[str, Any]) -> None:
    """Types, enumerations and times of every event that the simulator can send."""
    schemas = Schemas(spec)
    practice = Practice(seed=3, call_cost_in_webhooks=True)
    steps: list[Step] = [("talk", 0, 0, 0) for _ in range(12)]
    steps += [("dial", digits, 0, 0) for digits in NUMBERS]
    steps += [("attached", 100, 0, 0)] * 3
    for number in range(10 * len(ACTIONS)):
        steps += [("command", number % len(ACTIONS), number, 3 * number), ("wait", 7, 0, 0)]
        steps += [("talk", 0, 0, 0)] * (number % 3 == 0)
        steps += [("room", number % len(ROOM), number // 4, number // 4)] * 2
    live_through(practice, steps)
    announce(practice)
    known = [event for event in practice.events if event.type in schemas.payloads]

    for event in known:
        schema = schemas.payloads[event.type]
        schemas.fits(event.payload, schema, event.type)
        assert set(schema["properties"]) - set(event.payload) <= LEFT_OUT.get(event.type, OPTIONAL)

    types = {event.type for event in practice.events}
    assert types - set(schemas.payloads) <= {"call.sip_info.received"}
    assert set(schemas.payloads) - types == NEVER_SENT
