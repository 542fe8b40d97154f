"""The catalogue as the console uses it, without the specification at hand."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from console.domain.legs import LegState
from console.telnyx.catalogue import Schema, dotted_type, event_types, load

NEEDED = [
    "dial",
    "answer",
    "hangup",
    "reject",
    "transfer",
    "bridge",
    "client_state_update",
    "switch_supervisor_role",
    "status",
    "active_calls",
    "call_events",
    "webhook_deliveries.list",
    "webhook_deliveries.show",
    "conference.create",
    "conference.list",
    "conference.show",
    "conference.participants",
    "conference.participant.show",
    "conference.participant.update",
    "conference.join",
    "conference.end",
    "queue.create",
    "queue.list",
    "queue.show",
    "queue.update",
    "queue.delete",
    "queue.calls",
    "queue.call.show",
    "queue.call.update",
    "queue.call.remove",
    "apps.list",
    "apps.create",
    "apps.show",
    "apps.update",
    "apps.delete",
]


def test_importing_the_catalogue_reads_no_file() -> None:
    """The file is opened by the first who asks, not by the import."""
    script = """
import sys
opened = []
sys.addaudithook(lambda name, args: opened.append(str(args[0])) if name == "open" else None)
import console.telnyx.catalogue as catalogue, console.telnyx.envelope, console.telnyx.requests
assert not [name for name in opened if name.endswith("catalogue.json")], opened
assert catalogue.load() is catalogue.load()
assert [name for name in opened if name.endswith("catalogue.json")]
assert not {"httpx", "nacl", "aiohttp"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("name", NEEDED)
def test_load_has_the_names_others_rely_on(name: str) -> None:
    """Names are part of the contract."""
    assert load()[name].name == name


def test_commands_have_help_and_known_states() -> None:
    """Every command has its line of help, and its states are those of the board."""
    for command in load().values():
        assert command.help
        assert not command.help.endswith(".")
        assert set(command.states) <= {state.value for state in LegState}


@pytest.mark.parametrize("name", ["answer", "transfer", "bridge", "reject", "hangup", "dial"])
def test_the_five_keys_and_dial_explain_all_their_parameters(name: str) -> None:
    """Their parameters are shown in dialogs."""
    assert [p.name for p in load()[name].parameters if not p.help] == []


def test_states_are_those_of_the_digest() -> None:
    """Answer and reject need a ringing leg, hang-up any that lives, dial none."""
    commands = load()

    assert commands["answer"].states == commands["reject"].states == ("ringing",)
    assert set(commands["hangup"].states) == {s.value for s in LegState} - {"ended"}
    assert commands["dial"].states == ()
    assert commands["leave_queue"].states == ("queued",)
    assert "ended" not in {
        s for c in commands.values() if c.scope == "call" and c.name != "status" for s in c.states
    }


def test_bridge_lists_both_ids_on_their_own() -> None:
    """The leg in the path and the other leg in the body share a name."""
    bridge = load()["bridge"]

    assert [(p.name, p.where, p.required) for p in bridge.parameters][:2] == [
        ("call_control_id", "path", True),
        ("call_control_id", "body", True),
    ]
    found = bridge.parameter("call_control_id")
    assert found is not None
    assert found.where == "body"
    assert found.unless == ("queue", "video_room_id")


def test_as_json_has_exactly_the_keys_of_the_contract() -> None:
    """`commands --json` is a contract."""
    shown = load()["dial"].as_json()
    parameters = shown["parameters"]

    assert list(shown) == ["name", "method", "path", "scope", "states", "effect", "parameters"]
    assert isinstance(parameters, list)
    for parameter in parameters:
        assert list(parameter) == "name in type required enum default min max items".split()  # noqa: SIM905
    to = next(p for p in parameters if p["name"] == "to")
    assert (to["type"], to["required"], to["in"]) == (["string", "array"], True, "body")


def test_required_parameters_come_first() -> None:
    """In every command, and inside every object."""
    for command in load().values():
        flags = [p.required for p in command.parameters]
        assert flags == sorted(flags, reverse=True), command.name


def test_practice_adds_to_the_documented_effects() -> None:
    """Events that the descriptions leave out but that follow."""
    commands = load()

    assert commands["streaming_start"].effect[0] == "streaming.started"
    assert "call.enqueued" in commands["enqueue"].effect
    assert commands["bridge"].effect == ("call.bridged",)
    assert set(commands["answer"].effect) >= {"call.answered"}


def test_dotted_type_maps_known_names_only() -> None:
    """Every event type is found by its version 1 form."""
    assert all(dotted_type(name.replace(".", "_")) == name for name in event_types())
    assert dotted_type("gather_ended") == "gather_ended"


def all_schemas() -> Iterator[Schema]:
    left: list[Schema] = [p for c in load().values() for p in c.parameters]
    while left:
        schema = left.pop()
        yield schema
        left += [*schema.properties, *schema.one_of]
        left += [s for s in (schema.items, schema.additional) if isinstance(s, Schema)]


def test_patterns_compile_and_choices_point_at_variants() -> None:
    """What the specification writes can be used as it is."""
    for schema in all_schemas():
        if schema.pattern is not None:
            re.compile(schema.pattern)
        assert all(place < len(schema.one_of) for place in (schema.choices or {}).values())
