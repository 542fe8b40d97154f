"""`send` without anybody to send to: other forms, dry runs, waiting, wrong usage."""

import json
import shlex

import pytest

from console.telnyx.catalogue import load
from tests.fixtures.filled import CALL_ID, filled
from tests.unit.cli.conftest import Cli


def test_as_curl_python_and_send_print_and_send_nothing(cli: Cli) -> None:
    """No key is needed; no command_id that nobody gave."""
    headers = ("custom_headers.0.name=X-A", "custom_headers.0.value=1")
    words = ("send", "transfer", "v3:a", "to=+13125550110", *headers)

    curl, python, send = (cli(*words, "--as", form) for form in ("curl", "python", "send"))

    assert (curl.code, python.code, send.code) == (0, 0, 0)
    assert "/calls/v3%3Aa/actions/transfer" in curl.out
    assert "$TELNYX_API_KEY" in curl.out
    assert "client.calls.actions.transfer(" in python.out
    assert shlex.split(send.out)[2:] == [
        *("transfer", "v3:a", "to=+13125550110"),
        'custom_headers=[{"name": "X-A", "value": "1"}]',
    ]
    assert not any("command_id" in said.out for said in (curl, python, send))
    assert "command_id" in cli(*words, "command_id=mine", "--as", "curl").out


def test_as_with_json_is_one_object(cli: Cli) -> None:
    """For a program that shows it."""
    said = cli("send", "queue.list", "--as", "send", "--json")

    assert json.loads(said.out) == {"form": "send", "text": "call-console send queue.list"}


@pytest.mark.parametrize("action", list(load()))
def test_every_command_survives_the_way_through_a_send_line(cli: Cli, action: str) -> None:
    """What `--as send` prints is the same command when it is run."""
    command = load()[action]
    has_call = command.parameter("call_control_id", "path") is not None
    pairs = [
        f"{name}={value if isinstance(value, str) else json.dumps(value)}"
        for name, value in filled(command).items()
        if not (isinstance(value, str) and value.startswith("@"))
    ]
    words = [action, *([CALL_ID] if has_call else []), *pairs]

    first = cli("send", *words, "--dry-run", "--json")
    line = cli("send", *words, "--as", "send")
    again = cli(*shlex.split(line.out)[1:], "--dry-run", "--json")

    assert (first.code, line.code, again.code) == (0, 0, 0), first.err
    assert json.loads(again.out)["url"] == json.loads(first.out)["url"]
    one, other = (json.loads(said.out)["body"] or {} for said in (first, again))
    assert {**one, "command_id": ""} == {**other, "command_id": ""}


def test_dry_run_complains_and_shows_all_the_same(cli: Cli) -> None:
    """What is missing is a note."""
    said = cli("send", "transfer", "v3:a", "--dry-run")

    assert said.code == 0
    assert "to is required" in said.err
    assert said.out.startswith("POST https://api.telnyx.com/v2/calls/v3%3Aa/actions/transfer\n")


@pytest.mark.parametrize("form", [[], ["--json"], ["--as", "curl"], ["--as", "send"]])
def test_dry_run_shows_no_password(cli: Cli, form: list[str]) -> None:
    """Whatever the form, a password that was typed does not come back."""
    said = cli(
        *("send", "transfer", "v3:a", "to=sip:ann@example.com", "sip_auth_password=hunter2"),
        *("--dry-run", *form),
    )

    assert said.code == 0
    assert "sip_auth_password" in said.out
    assert "hunter2" not in said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'ACTION'"),
        (["status", "v3:a", "--wait"], "status is a question"),
        (["answer", "v3:a", "--wait"], "--wait needs an engine"),
        (["--wait", "answer", "v3:a"], "--wait needs an engine"),
        (["answer", "v3:a", "--wait", "2.5"], "--wait needs an engine"),
        (["answer", "v3:a", "--preset", "x"], "there is no preset x"),
        (["apps.delete", "1"], "takes --yes where nobody can be asked"),
        (["apps.delete", "1", "--yes", "--read-only"], "read-only"),
        (["answer", "v3:a", "--as", "ruby"], "'ruby' is not one of"),
    ],
)
def test_wrong_usage_is_a_sentence(cli: Cli, arguments: list[str], said: str) -> None:
    """Before anything is sent."""
    answer = cli("send", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_behind_two_dashes_wait_is_a_word(cli: Cli) -> None:
    """As everywhere."""
    assert "'--wait' is not NAME=VALUE" in cli("send", "--", "answer", "v3:a", "--wait").err
