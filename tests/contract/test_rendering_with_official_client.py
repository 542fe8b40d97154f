"""The Python form of every command, run with Telnyx's own library: it must send what the console would send."""

import json
import sys
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest

from console.telnyx.catalogue import load
from console.telnyx.official import METHODS
from console.telnyx.rendering import as_python
from console.telnyx.requests import CALL, Request, build
from tests.fixtures.filled import CALL_ID, filled

BASE_URL = "https://api.telnyx.test/v2"


@pytest.fixture(scope="session")
def telnyx() -> ModuleType:
    """The official package; importing it takes seconds."""
    module: ModuleType = pytest.importorskip("telnyx")
    return module


def run(script: str, telnyx: ModuleType, monkeypatch: pytest.MonkeyPatch) -> httpx.Request:
    """The one request that a script makes."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"data": [], "meta": {"total_pages": 1, "page_number": 1}})

    class Client(telnyx.Telnyx):  # type: ignore[name-defined, misc]
        def __init__(self, **options: Any) -> None:
            super().__init__(
                http_client=httpx.Client(transport=httpx.MockTransport(answer)),
                max_retries=0,
                **options,
            )

    monkeypatch.setattr(telnyx, "Telnyx", Client)
    monkeypatch.setenv("TELNYX_API_KEY", "KEY-of-a-test")
    monkeypatch.setattr(sys, "stdout", open_nowhere())
    exec(compile(script, "script", "exec"), {})
    (request,) = sent
    return request


def open_nowhere() -> Any:
    """Where a script may print."""
    import io

    return io.StringIO()


def call_of(action: str) -> str | None:
    """The call in the path, where there is one."""
    return CALL_ID if load()[action].parameter(CALL, "path") is not None else None


def assert_same(request: httpx.Request, wanted: Request) -> None:
    """Method, path, query and body."""
    assert request.method == wanted.method
    # How much of a path is escaped is a matter of taste; what it says is not.
    path = unquote(request.url.raw_path.partition(b"?")[0].decode())
    assert path == unquote(f"/v2{wanted.path}")
    query = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    assert query == {name: str(value) for name, value in wanted.query.items()}
    body = json.loads(request.content) if request.content else None
    assert (body or {}) == (wanted.body or {})
    assert request.headers["authorization"] == "Bearer KEY-of-a-test"


def test_every_command_has_a_method() -> None:
    """No command of the catalogue is left out, none is invented."""
    assert set(METHODS) == set(load())


@pytest.mark.parametrize("action", list(load()))
def test_python_form_sends_what_the_console_sends(
    action: str, telnyx: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command with every parameter the catalogue has."""
    command = load()[action]
    params = filled(command)
    call = call_of(action)

    script = as_python(action, call_control_id=call, params=params, base_url=BASE_URL)

    wanted = build(action, call_control_id=call, params=params)
    assert_same(run(script, telnyx, monkeypatch), wanted)


@pytest.mark.parametrize(
    "action", [name for name, each in load().items() if each.scope != "account"]
)
def test_python_form_without_parameters(
    action: str, telnyx: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is required, as it is typed most of the time."""
    command = load()[action]
    needed = {p.name for p in command.parameters if p.required}
    params = {name: value for name, value in filled(command).items() if name in needed}
    call = call_of(action)

    script = as_python(action, call_control_id=call, params=params, base_url=BASE_URL)

    assert_same(
        run(script, telnyx, monkeypatch), build(action, call_control_id=call, params=params)
    )
