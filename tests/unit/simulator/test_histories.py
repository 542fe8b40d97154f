"""Whatever commands come at whatever time, calls keep to Telnyx's rules; and what is told fits the specification."""

import contextlib
import json
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
AFTER_HANGUP = {"call.recording.saved", "call.cost"}

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
)
NUMBERS = (100, 189, 190, 191, 192, 193, 194, 195, 196)
LEG = st.integers(0, 30)
Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(10, 40), st.just(0), st.just(0)),
        st.tuples(st.just("talk"), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("dial"), st.sampled_from(NUMBERS), st.just(0), st.just(0)),
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
        elif kind == "wait":
            practice.run(number / 10)
        else:
            legs = list(practice.world.live.values()) or list(practice.world.legs.values())
            if kind == "leave" and legs:
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


@given(steps=STEPS, seed=st.integers(0, 1000))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_history_keeps_the_rules(steps: list[Step], seed: int) -> None:
    """First call.initiated, one call.hangup, nothing after it but files and costs; in the end nothing is left."""
    practice = Practice(seed=seed, call_cost_in_webhooks=True)

    live_through(practice, steps)

    assert practice.world.live == {}
    assert practice.world.legs == {}
    assert practice.world.queues == {}
    assert len(practice.world.agenda) == 0
    assert len({event.id for event in practice.events}) == len(practice.events)
    times = [event.occurred_at for event in practice.events]
    assert times == sorted(times)
    told: dict[str, list[str]] = {}
    for event in practice.events:
        told.setdefault(event.call_control_id, []).append(event.type)
    for types in told.values():
        assert types[0] == "call.initiated"
        count = Counter(types)
        assert count["call.initiated"] == count["call.hangup"] == 1
        assert count["call.answered"] <= 1
        assert count["call.cost"] == 1
        assert count["call.playback.started"] == count["call.playback.ended"]
        assert count["call.speak.started"] == count["call.speak.ended"]
        assert count["call.enqueued"] == count["call.dequeued"]
        assert set(types[types.index("call.hangup") + 1 :]) <= AFTER_HANGUP


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


def test_events_fit_the_specification(spec: Mapping[str, Any]) -> None:
    """Types, enumerations and times of every event that the simulator can send."""
    schemas = Schemas(spec)
    practice = Practice(seed=3, call_cost_in_webhooks=True)
    steps: list[Step] = [("talk", 0, 0, 0) for _ in range(12)]
    steps += [("dial", digits, 0, 0) for digits in NUMBERS]
    for number in range(10 * len(ACTIONS)):
        steps += [("command", number % len(ACTIONS), number, 3 * number), ("wait", 7, 0, 0)]
        steps += [("talk", 0, 0, 0)] * (number % 3 == 0)
    live_through(practice, steps)
    known = [event for event in practice.events if event.type in schemas.payloads]

    for event in known:
        schemas.fits(event.payload, schemas.payloads[event.type], event.type)
        required = {"call_leg_id", "call_session_id", "connection_id", "client_state"}
        assert required <= set(event.payload)

    types = {event.type for event in practice.events}
    assert types == {event.type for event in known}
    assert len(types) >= 17, sorted(types)
