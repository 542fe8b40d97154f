"""A command as curl, Python, HTTP and as a `send` line: readable, quoted, without a key, and the same command."""

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import UsageError
from console.telnyx.catalogue import load
from console.telnyx.rendering import as_curl, as_http, as_python, as_send
from console.telnyx.requests import CALL, Request, build, parse_pairs
from tests.fixtures.filled import CALL_ID, filled

BASE_URL = "https://api.telnyx.com/v2"


def words_of(line: str) -> list[str]:
    """What a shell makes of a send line, behind the name of the command."""
    program, send, *words = shlex.split(line)
    assert (program, send) == ("call-console", "send")
    return [word for word in words if word != "--"]


def read_back(line: str) -> tuple[str, list[str], dict[str, object]]:
    """Action, path and parameters of a send line, as `send` reads them."""
    action, *rest = words_of(line)
    places = sum(1 for p in load()[action].parameters if p.where == "path")
    return action, rest[:places], parse_pairs(action, rest[places:])


@pytest.mark.parametrize("action", list(load()))
def test_as_send_is_read_back_as_the_same_command(action: str) -> None:
    """Every command with every parameter."""
    command = load()[action]
    has_call = command.parameter(CALL, "path") is not None
    params = filled(command)

    line = as_send(action, call_control_id=CALL_ID if has_call else None, params=params)

    found, path, read = read_back(line)
    names = [p.name for p in command.parameters if p.where == "path"]
    wanted = [CALL_ID if name == CALL else params[name] for name in names]
    rest = {
        name: value
        for name, value in params.items()
        if name not in names or command.parameter(name, "body") is not None
    }
    assert (found, path, read) == (action, wanted, rest)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_as_send_keeps_any_text(text: str) -> None:
    """Quotes, blanks, line ends, leading @ and dashes."""
    line = as_send("speak", call_control_id="v3:a", params={"payload": text, "voice": "v"})

    assert read_back(line)[2]["payload"] == text


def test_as_send_takes_a_text_nested_without_end() -> None:
    """Where any type may stand it is looked at whether it reads like JSON."""
    line = as_send("speak", call_control_id="v3:a", params={"not_in_the_catalogue": "[" * 100_000})

    assert "not_in_the_catalogue=[[" in line.replace("'", "")


def test_as_send_puts_the_call_of_the_body_where_it_is_read() -> None:
    """conference.join names its leg in the body, the conference in the path."""
    line = as_send("conference.join", call_control_id="v3:a", params={"id": "c1", "mute": True})

    assert line == "call-console send conference.join c1 call_control_id=v3:a mute=true"


def test_as_curl_is_one_shell_command_with_the_same_parts() -> None:
    """Address, headers and body; the key comes from the variable, where only the shell sees it."""
    request = build(
        "speak", call_control_id="v3:a/b", params={"payload": "it's $5 ü", "voice": "v"}
    )

    text = as_curl(request, base_url=BASE_URL)

    words = shlex.split(text.replace("\\\n", ""))
    assert words[:4] == ["curl", "-X", "POST", f"{BASE_URL}/calls/v3%3Aa%2Fb/actions/speak"]
    assert '-H "Authorization: Bearer $TELNYX_API_KEY"' in text
    assert "Content-Type: application/json" in words
    assert json.loads(words[-1]) == {"payload": "it's $5 ü", "voice": "v"}
    assert "ü" in text


def test_as_curl_encodes_the_query() -> None:
    """Brackets mean something to curl."""
    request = build("queue.list", params={"page[number]": 2})

    assert f"'{BASE_URL}/queues?page%5Bnumber%5D=2'" in as_curl(request, base_url=BASE_URL + "/")


@pytest.mark.parametrize("hostile", ["\x1b]0;x\x07", "\u202e", "\ud800"])
def test_no_form_carries_what_a_terminal_obeys(hostile: str) -> None:
    """Escaped where the form has escapes."""
    params = {"payload": hostile, "voice": "v"}
    request = build("speak", call_control_id="v3:a", params=params)

    for text in (
        as_http(request, base_url=BASE_URL),
        as_curl(request, base_url=BASE_URL),
        as_python("speak", call_control_id="v3:a", params=params),
    ):
        assert text.replace("\n", "").isprintable()


def test_as_http_masks_the_key() -> None:
    """What is sent, for a person."""
    text = as_http(Request(method="GET", path="/queues"), base_url=BASE_URL)

    assert text.splitlines() == [
        f"GET {BASE_URL}/queues",
        "Authorization: Bearer ***",
        "Accept: application/json",
    ]


def test_as_python_names_another_address_and_breaks_long_values() -> None:
    """Every line stays readable."""
    headers = [{"name": f"X-{n}", "value": "v" * 40} for n in range(3)]

    text = as_python(
        "transfer",
        call_control_id="v3:a",
        params={"to": "+13125550110", "from": "+13125550100", "custom_headers": headers},
        base_url="http://127.0.0.1:1/v2",
    )

    assert "base_url='http://127.0.0.1:1/v2'" in text
    assert "    from_='+13125550100',\n" in text
    assert max(map(len, text.splitlines())) < 100
    compile(text, "script", "exec")


def test_what_fills_the_path_is_needed() -> None:
    """A form with a hole would be no command."""
    for form in (as_python, as_send):
        with pytest.raises(UsageError, match="needs call_control_id"):
            form("answer", call_control_id=None, params={})
