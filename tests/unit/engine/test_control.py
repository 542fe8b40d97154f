"""The private door: questions, leases and who may ask."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from console import endpoint
from console.domain.entries import CommandDone, Intent
from console.engine.control import Control
from console.engine.leases import Leases
from console.errors import EngineError, JournalError
from console.operator import (
    Asked,
    Health,
    HttpOperator,
    QueryAnswer,
    Reconciled,
    StreamHealth,
    TrackHealth,
)
from tests.unit.engine.fakes import until

HEALTH = Health(
    pid=41,
    version="0",
    started_at=1,
    journal="j",
    webhook_url="http://127.0.0.1:1/webhooks",
    base_url="https://api.example/v2",
    clock_offset_ms=1.5,
    notices=("one",),
)
DONE = CommandDone("c", "dial", None, True, 200, None, "", 1.5, 1, {"call_control_id": "v3:x"})
FOUND = Reconciled(ok=True, message="fine", active=2, found=("v3:a",), extra={"missed": 1})
ASKED = Asked(
    number=1, at=5, method="GET", path="/calls/v3%3Aa", purpose="asked", status=200, latency_ms=8.5,
    query={"page[size]": "2"}, attempts=1,
)  # fmt: skip
STREAMS = (
    StreamHealth(
        call_control_id="v3:a",
        codec="PCMU",
        tracks=(TrackHealth(track="inbound", packets=3, lost=None, level_db=-31.5),),
    ),
    StreamHealth(call_control_id=None),
)


class Answers:
    """Says the same every time and remembers what was asked; `fault` is raised instead."""

    def __init__(self) -> None:
        self.intents: list[Intent] = []
        self.operators: list[str] = []
        self.asked: list[tuple[object, ...]] = []
        self.fault: Exception | None = None

    def health(self) -> Health:
        if self.fault is not None:
            raise self.fault
        return HEALTH

    async def execute(self, intent: Intent) -> CommandDone:
        self.intents.append(intent)
        return DONE

    async def reconcile(self) -> Reconciled:
        return FOUND

    async def check(self, call_control_id: str) -> Reconciled:
        self.asked.append((call_control_id, None))
        return FOUND

    async def query(
        self, action: str, params: Mapping[str, object] | None = None, operator: str = ""
    ) -> QueryAnswer:
        self.asked.append((action, params))
        self.operators.append(operator)
        return QueryAnswer(ok=True, status=200, data=[{"id": "1"}], meta={"total_pages": 1})

    async def use_connection(self, connection_id: str) -> None:
        self.asked.append((connection_id, None))

    async def media(self) -> tuple[StreamHealth, ...]:
        return STREAMS

    def requests(self) -> Sequence[Asked]:
        return (ASKED,)

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        if path is None:
            raise EngineError("this call's sound is not being saved")
        self.asked.append((call_control_id, path))
        return "saving"

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        if not call:
            raise EngineError("this call is not in the journal any more, so nothing was written")
        self.asked.append((call, note, tags, ring_back, operator))


class Door:
    """A control at work and an operator in front of it."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.answers = Answers()
        self.ended = 0
        self.leases = Leases(60.0, self._end)
        self.control = Control(journal, self.answers, self.leases)
        self.operator = HttpOperator(journal, operator="ann")

    def _end(self) -> None:
        self.ended += 1


@pytest.fixture(params=["unix", "tcp"])
async def door(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Door]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if request.param == "tcp":
        monkeypatch.setattr(endpoint, "HAS_UNIX_SOCKETS", False)
    door = Door(tmp_path / "j.db")
    await door.control.start()
    yield door
    await door.operator.aclose()
    await door.control.stop()
    door.leases.stop()


async def test_control_answers_with_the_same_values_the_engine_gave(door: Door) -> None:
    """Nothing is lost on the way through the socket."""
    intent = Intent(command_id="c", action="dial", params={"to": "+15550100", "n": [1, None]})

    assert await door.operator.health() == HEALTH
    assert await door.operator.execute(intent) == DONE
    assert await door.operator.reconcile() == FOUND

    assert door.answers.intents == [intent]


async def test_control_passes_on_questions_and_streams(door: Door) -> None:
    """Checks, queries and media come through with the same values."""
    answer = await door.operator.query("apps.list", {"page": {"size": 5}})

    assert (answer.ok, answer.rows, answer.meta) == (True, [{"id": "1"}], {"total_pages": 1})
    assert await door.operator.check("v3:a") == FOUND
    assert await door.operator.media() == STREAMS
    assert door.answers.asked == [("apps.list", {"page": {"size": 5}}), ("v3:a", None)]
    assert door.answers.operators == ["ann"]
    await door.operator.use_connection("149")
    assert door.answers.asked[-1] == ("149", None)


async def test_control_gives_the_engine_a_whole_path(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's folder counts, not the engine's; a refusal is a sentence."""
    monkeypatch.chdir(tmp_path)

    assert await door.operator.save_audio("v3:a", "call.wav") == "saving"
    with pytest.raises(EngineError, match="not being saved"):
        await door.operator.save_audio("v3:a", None)

    assert door.answers.asked == [("v3:a", str(tmp_path / "call.wav"))]


async def test_control_passes_on_what_an_operator_writes_and_why_it_was_not(door: Door) -> None:
    """Notes go the way of commands: a question on the private socket."""
    await door.operator.annotate("v3:a", note="angry", tags=("vip", "sales"), operator="ann")
    with pytest.raises(EngineError, match="nothing was written"):
        await door.operator.annotate("", note="x")

    assert door.answers.asked == [("v3:a", "angry", ["vip", "sales"], None, "ann")]


async def test_control_tells_of_the_latest_questions(door: Door) -> None:
    """What was asked of Telnyx, as it happened."""
    assert await door.operator.requests() == (ASKED,)


async def test_control_counts_a_desk_as_long_as_its_connection_lives(door: Door) -> None:
    """A desk that dies says nothing; its connection does."""
    async with door.operator.attach() as attachment:
        assert door.leases.count == 1
        assert attachment.lease

    await until(lambda: door.leases.count == 0)
    assert door.ended == 0


async def test_control_hears_a_desk_leave(door: Door) -> None:
    """The starter's goodbye ends the engine; the lease's connection ends with the engine."""
    async with door.operator.attach() as attachment:
        assert await door.operator.leave(attachment.lease, starter=True)
        assert door.ended == 1
        await door.control.stop()
        await attachment.until_gone()

    with pytest.raises(EngineError, match="no engine serves"):
        await door.operator.health()


async def test_control_gives_a_sentence_for_a_fault(door: Door) -> None:
    """Ours are passed on, others are named by type only."""
    door.answers.fault = JournalError("the disk is full")
    with pytest.raises(EngineError, match="the disk is full"):
        await door.operator.health()

    door.answers.fault = RuntimeError("hunter2")
    with pytest.raises(EngineError, match=r"^the engine failed to answer \(RuntimeError\)$"):
        await door.operator.health()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", b"", 404),
        ("GET", "/execute", b"", 405),
        ("POST", "/execute", b"[]", 400),
        ("POST", "/execute", b"{", 400),
        ("POST", "/execute", b'{"command_id":1,"action":"x"}', 400),
    ],
)
async def test_control_refuses_what_it_does_not_understand(
    door: Door, method: str, path: str, body: bytes, status: int
) -> None:
    """A sentence in JSON, whatever was asked."""
    client = await door.operator.client()

    answer = await client.request(method, path, content=body)

    assert answer.status_code == status
    assert answer.json()["error"]


async def test_control_is_private(door: Door) -> None:
    """Folder and socket belong to this user alone; the port elsewhere wants the token."""
    if endpoint.HAS_UNIX_SOCKETS:
        path = endpoint.socket_path(door.journal)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        return
    found = endpoint.read_door(door.journal)
    assert found is not None
    assert stat.S_IMODE(endpoint.door_path(door.journal).stat().st_mode) == 0o600
    async with httpx.AsyncClient(trust_env=False) as stranger:
        answer = await stranger.get(f"http://127.0.0.1:{found.port}/health")
    assert answer.status_code == 401


async def test_control_replaces_what_a_dead_engine_left(door: Door) -> None:
    """A socket nobody answers on does not keep the next engine from starting."""
    path = (
        endpoint.socket_path(door.journal)
        if endpoint.HAS_UNIX_SOCKETS
        else endpoint.door_path(door.journal)
    )
    await door.control.stop()
    path.write_text("left behind")

    again = Control(door.journal, door.answers, door.leases)
    await again.start()
    try:
        assert await door.operator.health() == HEALTH
    finally:
        await again.stop()
    assert not path.exists()


async def test_operator_says_that_there_is_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with what to do."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    operator = HttpOperator(tmp_path / "j.db")

    with pytest.raises(EngineError, match="call-console run or listen"):
        await operator.health()
    with pytest.raises(EngineError, match="no engine serves"):
        async with operator.attach():
            pass
    await operator.aclose()
