"""Questions and changes of applications: one path for screen and shell."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from console.domain.entries import Kind
from console.engine.api_state import ApiState
from console.engine.dispatch import NO_API_KEY, READ_ONLY, Dispatcher
from console.engine.line import Line
from console.engine.questions import Questions
from console.engine.recorder import Recorder
from console.errors import ConsoleError
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from tests.unit.engine.fakes import MemoryWriter, now_micros

Answer = Callable[[httpx.Request], httpx.Response]


class Desk:
    """Questions in front of a fake API."""

    def __init__(self, answer: Answer, writer: MemoryWriter, *, read_only: bool = False) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer
        client = TelnyxClient(
            "https://api.example/v2",
            Secret("KEY0123456789"),
            transport=httpx.MockTransport(self._take),
            max_attempts=1,
        )
        line = Line(client, ApiState(), max_wait_s=0.05)
        sender = Dispatcher(line, Recorder(writer), now_micros, read_only=read_only)
        self.questions = Questions(line, sender.execute)

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)


def page(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"data": [{"id": "1"}], "meta": {"total_pages": 3}})


def no(_: httpx.Request) -> httpx.Response:
    error = {"code": "10032", "title": "no", "source": {"pointer": "/dtmf_type"}}
    return httpx.Response(422, json={"errors": [error]})


@pytest.mark.parametrize(
    ("action", "params", "path"),
    [
        ("apps.list", {"page": {"number": 2}}, "/call_control_applications?page%5Bnumber%5D=2"),
        ("conference.participants", {"conference_id": "c/1"}, "/conferences/c%2F1/participants"),
        ("queue.calls", {"queue_name": "desk"}, "/queues/desk/calls"),
        ("status", {"call_control_id": "v3:a"}, "/calls/v3%3Aa"),
    ],
)
async def test_questions_ask_any_catalogued_get(
    writer: MemoryWriter, action: str, params: dict[str, object], path: str
) -> None:
    """Path and query from the parameters, rows and meta as received; nothing is recorded."""
    desk = Desk(page, writer)

    answer = await desk.questions.ask(action, params)

    assert (answer.ok, answer.status, answer.rows) == (True, 200, [{"id": "1"}])
    assert answer.meta == {"total_pages": 3}
    assert desk.asked[0].method == "GET"
    assert desk.asked[0].url.raw_path.decode() == "/v2" + path
    assert not writer.drafts


async def test_questions_explain_a_refusal(writer: MemoryWriter) -> None:
    """Code, sentence and field."""
    answer = await Desk(no, writer).questions.ask("apps.list", {})

    assert (answer.ok, answer.status, answer.code, answer.pointer) == (
        False,
        422,
        "10032",
        "/dtmf_type",
    )
    assert "none of those allowed" in answer.message


async def test_questions_change_applications_with_a_record(writer: MemoryWriter) -> None:
    """Recorded before and after like every command."""
    desk = Desk(lambda _: httpx.Response(200, json={"data": {"id": "7"}}), writer)

    answer = await desk.questions.ask("apps.update", {"id": "7", "active": False}, "ann")

    assert (answer.ok, answer.fields) == (True, {"id": "7"})
    assert (desk.asked[0].method, desk.asked[0].url.path) == (
        "PATCH",
        "/v2/call_control_applications/7",
    )
    assert [draft.kind for draft in writer.drafts] == [Kind.COMMAND, Kind.OUTCOME]
    assert json.loads(writer.drafts[0].body)["operator"] == "ann"


async def test_questions_give_the_field_of_a_refused_change(writer: MemoryWriter) -> None:
    """So that a form can be reopened there."""
    answer = await Desk(no, writer).questions.ask("apps.update", {"id": "7", "dtmf_type": "x"})

    assert (answer.ok, answer.pointer) == (False, "/dtmf_type")


async def test_questions_change_nothing_while_read_only(writer: MemoryWriter) -> None:
    """Reading goes on."""
    desk = Desk(page, writer, read_only=True)

    assert (await desk.questions.ask("apps.list", {})).ok
    answer = await desk.questions.ask("apps.delete", {"id": "7"})

    assert (answer.ok, answer.message) == (False, READ_ONLY)
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("action", "params", "words"),
    [
        ("hangup", {"call_control_id": "v3:a"}, "is a command, not a question"),
        ("nonsense", {}, "there is no command"),
        ("apps.show", {}, "needs id"),
        ("queue.delete", {"queue_name": "x"}, "is a command, not a question"),
    ],
)
async def test_questions_refuse_what_is_no_question(
    writer: MemoryWriter, action: str, params: dict[str, object], words: str
) -> None:
    """With a sentence, and without asking Telnyx."""
    desk = Desk(page, writer)

    with pytest.raises(ConsoleError, match=words):
        await desk.questions.ask(action, params)

    assert not desk.asked


async def test_questions_say_when_nobody_answers(writer: MemoryWriter) -> None:
    """No key, or no network: an answer that says so, with the number of attempts."""

    def lost(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    answer = await Desk(lost, writer).questions.ask("apps.list", {})
    assert (answer.ok, answer.status, answer.attempts) == (False, None, 1)
    assert "no answer from api.example" in answer.message

    keyless = Dispatcher(None, Recorder(writer), now_micros)
    answer = await Questions(None, keyless.execute).ask("apps.list", {})
    assert answer.message == NO_API_KEY
