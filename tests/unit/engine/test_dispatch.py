"""Commands: journaled, sent once, journaled again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from console.domain.entries import CommandDone, Draft, Intent, Kind
from console.engine.api_state import ApiState
from console.engine.dispatch import NO_API_KEY, NO_CONNECTION, READ_ONLY, STOPPED, Dispatcher
from console.engine.line import Line
from console.engine.recorder import Recorder
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from tests.unit.engine.fakes import MemoryWriter, now_micros

OK = {"data": {"result": "ok"}}
API_KEY = "KEY0123456789_never_shown"


class Telnyx:
    """An API that answers as told and remembers what it was asked; `gate` makes it wait."""

    def __init__(self, status: int = 200, body: object = OK) -> None:
        self.status = status
        self.body = body
        self.requests: list[httpx.Request] = []
        self.gate: asyncio.Event | None = None
        self.asked = asyncio.Event()
        self.seen: Callable[[], None] = lambda: None
        self.fault: Exception = httpx.ConnectError("connection refused")
        self.client = TelnyxClient(
            "https://api.example/v2",
            Secret(API_KEY),
            transport=httpx.MockTransport(self._answer),
            max_attempts=1,
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.seen()
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.status == 0:
            raise self.fault
        return httpx.Response(self.status, json=self.body)


def refusal(code: str, title: str = "no") -> dict[str, object]:
    return {"errors": [{"code": code, "title": title, "source": {"pointer": "/to"}}]}


def hangup(command_id: str = "c-1") -> Intent:
    return Intent(command_id=command_id, action="hangup", call_control_id="v3:a/b", operator="me")


def bodies(writer: MemoryWriter, kind: Kind) -> list[dict[str, object]]:
    return [json.loads(draft.body) for draft in writer.drafts if draft.kind is kind]


def dispatcher(
    telnyx: Telnyx | None, writer: MemoryWriter, api: ApiState | None = None, **options: object
) -> Dispatcher:
    line = None if telnyx is None else Line(telnyx.client, api or ApiState())
    return Dispatcher(line, Recorder(writer), now_micros, **options)  # type: ignore[arg-type]


async def test_dispatcher_journals_before_and_after(writer: MemoryWriter) -> None:
    """The command is durable before Telnyx hears of it, its outcome after."""
    telnyx = Telnyx()
    kept: list[list[Draft]] = []
    telnyx.seen = lambda: kept.append(list(writer.drafts))

    done = await dispatcher(telnyx, writer).execute(hangup())

    assert done.ok
    assert done.status == 200
    assert done.attempts == 1
    assert [[draft.kind for draft in drafts] for drafts in kept] == [[Kind.COMMAND]]
    assert [draft.kind for draft in writer.drafts] == [Kind.COMMAND, Kind.OUTCOME]
    [command] = bodies(writer, Kind.COMMAND)
    assert command["command_id"] == "c-1"
    assert command["operator"] == "me"
    assert command["path"] == "/calls/v3%3Aa%2Fb/actions/hangup"
    assert json.loads(telnyx.requests[0].content) == {"command_id": "c-1"}
    assert API_KEY not in repr([writer.drafts, done])


async def test_dispatcher_does_not_send_what_it_cannot_record(writer: MemoryWriter) -> None:
    """No record, no command: one sentence says so."""
    telnyx = Telnyx()
    writer.broken = "the disk is full."

    done = await dispatcher(telnyx, writer).execute(hangup())

    assert not done.ok
    assert done.message == "not sent, because it could not be recorded: the disk is full"
    assert not telnyx.requests


async def test_dispatcher_tells_the_outcome_even_if_it_cannot_record_it(
    writer: MemoryWriter,
) -> None:
    """Telnyx did it; the operator has to know."""
    telnyx = Telnyx()

    def break_journal() -> None:
        writer.broken = "the disk is full"

    telnyx.seen = break_journal

    assert (await dispatcher(telnyx, writer).execute(hangup())).ok


@pytest.mark.parametrize(
    ("has_key", "read_only", "message"), [(True, True, READ_ONLY), (False, False, NO_API_KEY)]
)
async def test_dispatcher_says_why_it_sends_nothing(
    writer: MemoryWriter, has_key: bool, read_only: bool, message: str
) -> None:
    """Read-only engines and those without a key refuse, and leave no entry."""
    telnyx = Telnyx() if has_key else None

    done = await dispatcher(telnyx, writer, read_only=read_only).execute(hangup())

    assert (done.ok, done.status, done.message) == (False, None, message)
    assert not writer.drafts


@pytest.mark.parametrize("action", ["nonsense", "bridge.nonsense", ""])
async def test_dispatcher_refuses_an_unknown_command(writer: MemoryWriter, action: str) -> None:
    """A wrong name is a refusal with a sentence, not an exception."""
    intent = Intent(command_id="c", action=action, call_control_id="v3:a")

    done = await dispatcher(Telnyx(), writer).execute(intent)

    assert not done.ok
    assert "there is no command" in done.message


@pytest.mark.parametrize(("action", "ok"), [("hangup", True), ("reject", True), ("answer", False)])
async def test_dispatcher_counts_an_ended_call_as_done_when_ending_it(
    writer: MemoryWriter, action: str, ok: bool
) -> None:
    """90018 on hang-up and reject is what the operator wanted; on anything else it is a refusal."""
    params = {"cause": "USER_BUSY"} if action == "reject" else {}
    intent = Intent(command_id="c", action=action, call_control_id="v3:a", params=params)

    done = await dispatcher(Telnyx(422, refusal("90018")), writer).execute(intent)

    assert done.ok is ok
    assert done.code == "90018"
    assert done.message == "already ended" if ok else "already ended" in done.message


async def test_dispatcher_explains_a_refusal(writer: MemoryWriter) -> None:
    """Sentence, code, field and advice in one line."""
    done = await dispatcher(Telnyx(422, refusal("10016")), writer).execute(hangup())

    assert (done.ok, done.status, done.code) == (False, 422, "10016")
    assert "E.164" in done.message
    assert "/to" in done.message
    assert done.data == {"pointer": "/to"}
    assert bodies(writer, Kind.OUTCOME)[0]["message"] == done.message


async def test_dispatcher_records_that_nobody_answered(writer: MemoryWriter) -> None:
    """Unreachable is an outcome without a status, and shows in the state of the API."""
    api = ApiState()

    done = await dispatcher(Telnyx(0), writer, api).execute(hangup())

    assert (done.ok, done.status, done.attempts) == (False, None, 1)
    assert "no answer from api.example" in done.message
    assert bodies(writer, Kind.OUTCOME)[0]["status"] is None
    assert api.error == done.message
    assert not done.is_unknown


async def test_dispatcher_records_that_a_command_may_have_arrived(writer: MemoryWriter) -> None:
    """A connection that broke after the question is no proof that nothing happened."""
    telnyx = Telnyx(0)
    telnyx.fault = httpx.ReadError("reset")

    done = await dispatcher(telnyx, writer).execute(hangup())

    assert (done.ok, done.is_unknown) == (False, True)
    assert bodies(writer, Kind.OUTCOME)[0]["data"] == {"may_have_arrived": True}


async def test_dispatcher_sends_the_same_command_once(writer: MemoryWriter) -> None:
    """Twice at once, and once more later: one request, one outcome."""
    telnyx = Telnyx()
    telnyx.gate = asyncio.Event()
    sender = dispatcher(telnyx, writer)

    both = asyncio.gather(sender.execute(hangup()), sender.execute(hangup()))
    await telnyx.asked.wait()
    assert sender.in_flight == 1
    telnyx.gate.set()
    first, second = await both
    third = await sender.execute(hangup())

    assert first is second is third
    assert len(telnyx.requests) == 1
    assert len(writer.drafts) == 2


async def test_dispatcher_refuses_a_command_id_used_for_something_else(
    writer: MemoryWriter,
) -> None:
    """A mistake of the one who asks must not be answered with another command's outcome."""
    telnyx = Telnyx()
    sender = dispatcher(telnyx, writer)
    await sender.execute(hangup())

    done = await sender.execute(Intent(command_id="c-1", action="answer", call_control_id="v3:x"))

    assert not done.ok
    assert "already used" in done.message
    assert len(telnyx.requests) == 1


async def test_dispatcher_lets_a_command_be_tried_again_that_was_not_sent(
    writer: MemoryWriter,
) -> None:
    """Once the journal works again, the same intent goes out."""
    telnyx = Telnyx()
    sender = dispatcher(telnyx, writer)
    writer.broken = "the disk is full"
    assert not (await sender.execute(hangup())).ok

    writer.broken = None

    assert (await sender.execute(hangup())).ok


async def test_dispatcher_remembers_a_command_as_long_as_if_it_were_the_first_try(
    writer: MemoryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forgetting the try that was not sent must not forget the one that is under way."""
    monkeypatch.setattr("console.engine.dispatch.REMEMBERED_S", 0.02)
    telnyx = Telnyx()
    telnyx.gate = asyncio.Event()
    sender = dispatcher(telnyx, writer)
    writer.broken = "the disk is full"
    assert not (await sender.execute(hangup())).ok
    writer.broken = None
    first = asyncio.ensure_future(sender.execute(hangup()))
    await telnyx.asked.wait()
    # As long as it takes until the first try would be forgotten.
    await asyncio.sleep(0.05)

    second = asyncio.ensure_future(sender.execute(hangup()))
    await asyncio.sleep(0)
    telnyx.gate.set()

    assert await first == await second
    assert len(telnyx.requests) == 1


async def test_dispatcher_fills_in_the_connection_of_a_dial(writer: MemoryWriter) -> None:
    """The connection comes from the settings unless it was typed."""
    telnyx = Telnyx(200, {"data": {"call_control_id": "v3:new", "call_leg_id": "l"}})
    sender = dispatcher(telnyx, writer, connection_id="77")
    params: dict[str, object] = {"to": "+15550100", "from": "+15550101"}

    done = await sender.execute(Intent(command_id="1", action="dial", params=params))
    await sender.execute(
        Intent(command_id="2", action="dial", params=params | {"connection_id": "8"})
    )

    sent = [json.loads(request.content) for request in telnyx.requests]
    assert [body["connection_id"] for body in sent] == ["77", "8"]
    assert done.data["call_control_id"] == "v3:new"
    assert writer.drafts[1].call_control_id == "v3:new"


async def test_dispatcher_says_what_a_dial_lacks(writer: MemoryWriter) -> None:
    """Without a connection nothing is sent."""
    done = await dispatcher(Telnyx(), writer).execute(Intent(command_id="1", action="dial"))

    assert done.message == NO_CONNECTION


async def test_dispatcher_goes_on_when_the_desk_goes_away(writer: MemoryWriter) -> None:
    """The one who asked may vanish; the command and its record do not."""
    telnyx = Telnyx()
    telnyx.gate = asyncio.Event()
    sender = dispatcher(telnyx, writer)
    asking = asyncio.ensure_future(sender.execute(hangup()))
    await telnyx.asked.wait()

    asking.cancel()
    telnyx.gate.set()
    await sender.drain(5)

    assert [body["ok"] for body in bodies(writer, Kind.OUTCOME)] == [True]


async def test_dispatcher_records_what_it_had_to_give_up(writer: MemoryWriter) -> None:
    """A stopping engine leaves an outcome behind, not silence."""
    telnyx = Telnyx()
    telnyx.gate = asyncio.Event()
    sender = dispatcher(telnyx, writer)
    asking = asyncio.ensure_future(sender.execute(hangup()))
    await telnyx.asked.wait()

    await sender.drain(0.01)

    done: CommandDone = await asking
    assert done.message == STOPPED
    assert bodies(writer, Kind.OUTCOME)[0]["message"] == STOPPED
    late = await sender.execute(hangup("c-2"))
    assert "stopping" in late.message
    assert len(telnyx.requests) == 1
