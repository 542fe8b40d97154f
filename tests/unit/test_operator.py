"""What a desk is told when the engine does not answer: whether its command may have been sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console import endpoint
from console.domain.entries import Intent
from console.errors import EngineError, OutcomeUnknown
from console.operator import HttpOperator

INTENT = Intent(command_id="c", action="answer", call_control_id="v3:a")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "journal.db"


def http(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def engine(journal: Path, answer: bytes) -> AsyncIterator[list[bytes]]:
    """Something on the engine's socket that hears a whole question and says `answer`, or only hangs up."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        heard.append(await reader.readexactly(length))
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    path = endpoint.socket_path(journal)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    server = await asyncio.start_unix_server(serve, path)
    async with server:
        yield heard


async def asking(journal: Path) -> EngineError:
    """What `execute` raises."""
    operator = HttpOperator(journal)
    try:
        with pytest.raises(EngineError) as caught:
            await operator.execute(INTENT)
    finally:
        await operator.aclose()
    return caught.value


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", http(500, b"{}"), http(200, b"[]")],
    ids=["hangs up", "hangs up while answering", "fails", "is not understood"],
)
async def test_execute_says_that_the_command_may_have_been_sent(
    journal: Path, answer: bytes
) -> None:
    """The engine heard it, and nobody knows what it did."""
    async with engine(journal, answer) as heard:
        error = await asking(journal)

    assert isinstance(error, OutcomeUnknown)
    assert "whether the command reached Telnyx is not known" in error.user_message
    assert len(heard) == 1


async def test_execute_says_that_nobody_is_there(journal: Path) -> None:
    """Without a connection nothing can have been sent."""
    error = await asking(journal)

    assert not isinstance(error, OutcomeUnknown)
    assert "no engine serves" in error.user_message


async def test_execute_says_that_the_question_was_refused(journal: Path) -> None:
    """An engine that does not understand an intent does not send it."""
    async with engine(journal, http(400, b'{"error": "the question is not understood"}')):
        error = await asking(journal)

    assert not isinstance(error, OutcomeUnknown)
    assert error.user_message == "the question is not understood"


@pytest.mark.parametrize("ask", [HttpOperator.health, HttpOperator.reconcile])
async def test_questions_know_nothing_of_commands(
    journal: Path, ask: Callable[[HttpOperator], Awaitable[object]]
) -> None:
    """A lost answer to anything else is an engine that went away."""
    operator = HttpOperator(journal)
    async with engine(journal, b""):
        with pytest.raises(EngineError, match="went away") as caught:
            await ask(operator)
    await operator.aclose()

    assert "Telnyx" not in caught.value.user_message


async def test_execute_says_that_what_was_typed_cannot_be_asked(journal: Path) -> None:
    """A terminal of another encoding gives such characters; the command was not sent, and nobody is shown a traceback."""
    operator = HttpOperator(journal)
    params: dict[str, object] = {"payload": "caf\udce9"}
    intent = Intent(command_id="c", action="speak", call_control_id="v3:a", params=params)

    with pytest.raises(EngineError, match="type it again") as caught:
        await operator.execute(intent)

    assert not isinstance(caught.value, OutcomeUnknown)
    await operator.aclose()
