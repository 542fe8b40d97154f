"""`commands`: the catalogue as the contract has it."""

import json

import pytest

from console.telnyx.catalogue import load
from tests.unit.cli.conftest import Cli

COMMAND_KEYS = ["name", "method", "path", "scope", "states", "effect", "parameters"]
PARAMETER_KEYS = ["name", "in", "type", "required", "enum", "default", "min", "max", "items"]


def test_commands_json_is_a_list_with_the_keys_of_the_contract(cli: Cli) -> None:
    """Every command, every parameter."""
    listed = json.loads(cli("commands", "--json").out)

    assert [each["name"] for each in listed] == list(load())
    assert all(list(each) == COMMAND_KEYS for each in listed)
    parameters = [parameter for each in listed for parameter in each["parameters"]]
    assert all(list(parameter) == PARAMETER_KEYS for parameter in parameters)
    assert {parameter["in"] for parameter in parameters} == {"path", "query", "body"}


def test_commands_of_one_action_json_is_a_list_of_one(cli: Cli) -> None:
    """The same shape, whatever was asked."""
    (bridge,) = json.loads(cli("commands", "bridge", "--json").out)

    places = [p["in"] for p in bridge["parameters"] if p["name"] == "call_control_id"]
    assert places == ["path", "body"]


def test_commands_for_people_names_each_with_its_help(cli: Cli) -> None:
    """One line for every command."""
    lines = cli("commands").out.splitlines()

    assert len(lines) == len(load())
    assert any(line.startswith("transfer ") for line in lines)


def test_commands_of_one_action_explains_its_parameters(cli: Cli) -> None:
    """Method and path, what confirms it, limits of its parameters."""
    said = cli("commands", "reject").out

    assert "POST /calls/{call_control_id}/actions/reject" in said
    assert "confirmed by call.hangup" in said
    assert "one of CALL_REJECTED, USER_BUSY" in said


def test_commands_of_an_unknown_action_names_the_nearest(cli: Cli) -> None:
    """A slip of the finger is a usage error."""
    said = cli("commands", "tranfser")

    assert said.code == 2
    assert said.err == "call-console: there is no command tranfser; did you mean transfer?\n"


def test_commands_of_an_action_sets_required_before_optional(cli: Cli) -> None:
    """With how it is sent, and type, default and limits in columns."""
    said = cli("commands", "conference.join").out

    assert "call-console send conference.join ID call_control_id=…\n" in said
    assert said.index("Required:") < said.index("call_control_id  ") < said.index("Optional:")
    assert "one of always, never, on_enter, on_exit" in said
    assert "list of string" in said


def test_commands_indents_members_of_objects_lists_and_forms(cli: Cli) -> None:
    """To a depth that can still be read."""
    lines = cli("commands", "transfer").out.splitlines()

    def indent(start: str) -> int:
        line = next(line for line in lines if line.strip().startswith(start))
        return len(line) - len(line.lstrip())

    assert indent("sound_modifications ") < indent("semitone ")
    assert indent("custom_headers ") < indent("each entry:") <= indent("name ")
    forms = cli("commands", "conversation_relay_start").out
    assert "with type=elevenlabs:" in forms


def test_commands_fits_the_width_of_the_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that are longer than that excepted."""
    monkeypatch.setenv("COLUMNS", "80")

    for action in load():
        for line in cli("commands", action).out.splitlines():
            if " " in line.strip():
                assert len(line) <= 84 or len(max(line.split(), key=len)) > 24, line


def test_commands_explains_every_command(cli: Cli) -> None:
    """No parameter is left out."""
    for name, command in load().items():
        said = cli("commands", name).out
        assert all(f"  {parameter.name} " in said for parameter in command.parameters)
