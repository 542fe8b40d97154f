"""Engines as processes: what survives a kill, how they end, how a desk keeps one alive."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from console import endpoint
from console.domain.board import Board
from console.domain.entries import Kind
from console.errors import EngineError
from console.host import EngineHost
from console.journal.facts import fact_of
from console.operator import HttpOperator, LifeState, LifeStatus
from tests.integration.engines import EngineProcess, argv, entries, environment
from tests.unit.engine.fakes import Wire, event_body, post, signed, until


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def board(journal: Path) -> Board:
    made = Board()
    for entry in entries(journal):
        made.apply(entry, fact_of(entry))
    return made


async def sender(url: str, numbers: list[int], answered: set[int]) -> None:
    """Delivers events one after the other until the engine is gone; remembers which were answered 200."""
    try:
        wire = await Wire.open(url)
    except ConnectionError:
        return
    try:
        while numbers:
            number = numbers.pop()
            raw = event_body(number)
            await wire.send(post("/webhooks", raw, signed(raw)))
            status, _ = await wire.answer()
            if status == 200:
                answered.add(number)
    except (ConnectionError, asyncio.IncompleteReadError):
        return
    finally:
        await wire.close()


async def test_everything_answered_200_survives_kill_9(journal: Path) -> None:
    """Killed in the middle of a burst, nothing acknowledged is missing, and the next engine shows the same board."""
    answered: set[int] = set()
    numbers = list(range(5000))
    with EngineProcess(journal) as engine:
        sending = [
            asyncio.ensure_future(sender(engine.webhook_url, numbers, answered)) for _ in range(8)
        ]
        await until(lambda: len(answered) > 150)
        engine.kill()
        await asyncio.wait(sending)
    assert len(answered) < 5000

    kept = {entry.call_control_id for entry in entries(journal)}
    assert {f"v3:{number}" for number in answered} <= kept
    before = board(journal).dump()

    with EngineProcess(journal) as engine:
        raw = event_body(max(answered))
        wire = await Wire.open(engine.webhook_url)
        await wire.send(post("/webhooks", raw, signed(raw)))
        assert (await wire.answer())[0] == 200
        await wire.close()
    assert entries(journal)[-1].duplicate
    assert board(journal).dump() == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_engine_stops_cleanly_on_a_signal(journal: Path, number: signal.Signals) -> None:
    """Exit code 0, no words, no socket left."""
    with EngineProcess(journal) as engine:
        assert endpoint.is_there(journal)
        engine.signal(number)
        assert await engine.end() == (0, "")

    assert not endpoint.is_there(journal)


async def test_engine_process_is_refused_in_one_sentence(journal: Path) -> None:
    """A second engine on the journal, and one on the port, say who is in the way."""
    with EngineProcess(journal) as first:
        with EngineProcess(journal) as second:
            code, words = await second.end()
        assert code == 1
        assert str(first.pid) in words
        assert len(words.splitlines()) == 1

        port = int(first.webhook_url.rpartition(":")[2].partition("/")[0])
        with EngineProcess(journal.with_name("other.db"), port=port) as third:
            code, words = await third.end()
        assert code == 1
        assert f"port {port} on 127.0.0.1 is already taken" in words
        assert len(words.splitlines()) == 1


async def test_engine_ends_after_the_grace_period(journal: Path) -> None:
    """The last desk vanished without a word and nobody came back."""
    with EngineProcess(journal, grace="0.1") as engine:
        operator = HttpOperator(journal)
        async with operator.attach():
            pass
        await operator.aclose()
        assert (await engine.end())[0] == 0


class Desk:
    """A host at work: what it reported so far, and its task."""

    def __init__(self, host: EngineHost, journal: Path) -> None:
        self.host = host
        self.journal = journal
        self.statuses: list[LifeStatus] = []
        self._task = asyncio.ensure_future(host.run(self.statuses.append))

    async def reaches(self, state: LifeState, since: int = 0) -> LifeStatus:
        await until(lambda: any(status.state is state for status in self.statuses[since:]), 20)
        return next(status for status in self.statuses[since:] if status.state is state)

    async def pid(self) -> int:
        operator = HttpOperator(self.journal)
        try:
            return (await operator.health()).pid
        finally:
            await operator.aclose()

    async def leave(self) -> None:
        await self.host.leave()
        self._task.cancel()
        await asyncio.wait([self._task])

    async def die(self) -> None:
        """As a desk that is killed: its connection ends and nothing is said."""
        self._task.cancel()
        await asyncio.wait([self._task])


Opener = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def desk(journal: Path) -> AsyncIterator[Opener]:
    desks: list[Desk] = []

    async def open_desk(**options: object) -> Desk:
        command = argv(journal, **{"grace": "60", **options})  # type: ignore[arg-type]
        host = EngineHost(command, environment(), journal, first_wait_s=0.05, refused_wait_s=0.1)
        desks.append(Desk(host, journal))
        return desks[-1]

    yield open_desk
    for each in reversed(desks):
        await each.leave()


async def test_host_starts_an_engine_and_ends_it_when_it_leaves(desk: Opener) -> None:
    """The engine lives as long as its desk."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    pid = await first.pid()
    assert first.host.pid == pid

    await first.leave()

    assert not is_running(pid)
    assert [status.state for status in first.statuses] == [LifeState.STARTING, LifeState.RUNNING]


async def test_host_attaches_to_an_engine_that_runs(desk: Opener) -> None:
    """The second desk names the process; when it leaves the engine goes on."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    second = await desk()
    status = await second.reaches(LifeState.ATTACHED)
    pid = await first.pid()
    assert f"process {pid}" in status.message

    await second.leave()

    assert await first.pid() == pid


async def test_host_leaves_its_engine_to_the_desks_that_are_attached(desk: Opener) -> None:
    """The starter goes, the other works on; with the last one the engine goes too."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    second = await desk()
    await second.reaches(LifeState.ATTACHED)
    pid = await first.pid()

    await first.leave()
    assert await second.pid() == pid

    await second.leave()
    # Nobody waits for a child that was let go of, so it may linger as a zombie: its socket tells.
    await until(lambda: not endpoint.is_there(first.journal))


async def test_host_restarts_an_engine_that_was_killed(desk: Opener) -> None:
    """kill -9: the desk says why, starts another, and loses nothing."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    pid = await first.pid()

    os.kill(pid, signal.SIGKILL)
    status = await first.reaches(LifeState.RESTARTING)
    await first.reaches(LifeState.RUNNING, since=first.statuses.index(status))

    assert "SIGKILL" in status.message
    assert "starting it again in 0.05 s" in status.message
    assert await first.pid() != pid
    assert not is_running(pid), "a zombie is left"


async def test_host_takes_over_when_anothers_engine_dies(desk: Opener, journal: Path) -> None:
    """An attached desk starts an engine of its own."""
    with EngineProcess(journal) as other:
        first = await desk()
        await first.reaches(LifeState.ATTACHED)
        other.kill()
        status = await first.reaches(LifeState.RESTARTING)
        assert f"process {other.pid}" in status.message
        await first.reaches(LifeState.RUNNING)


async def test_host_finds_the_engine_that_a_killed_desk_left(desk: Opener) -> None:
    """The desk dies, the engine stays for the grace period, the next desk attaches."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    pid = await first.pid()
    await first.die()

    second = await desk()
    await second.reaches(LifeState.ATTACHED)

    assert await second.pid() == pid


async def test_host_says_what_is_wrong_with_a_setting_and_does_not_try_again(desk: Opener) -> None:
    """Exit code 2 is for a person to mend."""
    first = await desk(key="abc")

    status = await first.reaches(LifeState.FAILED)

    assert "public key" in status.message
    assert [status.state for status in first.statuses] == [LifeState.STARTING, LifeState.FAILED]


async def test_host_tries_again_when_the_port_is_taken(desk: Opener) -> None:
    """Whoever holds it may let go of it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        first = await desk(port=port)
        status = await first.reaches(LifeState.FAILED)
        assert f"port {port} on 127.0.0.1 is already taken" in status.message
    await first.reaches(LifeState.RUNNING)


async def test_host_says_that_there_is_no_such_program(journal: Path) -> None:
    """A missing interpreter is a sentence too."""
    host = EngineHost(["/nonexistent/python"], {}, journal)
    desk = Desk(host, journal)

    status = await desk.reaches(LifeState.FAILED)

    assert "cannot be started" in status.message
    await desk.leave()


async def test_host_leaves_while_the_engine_is_starting(desk: Opener, journal: Path) -> None:
    """A desk that is closed at once leaves no engine behind."""
    first = await desk()
    await until(lambda: first.host.pid is not None)
    pid = first.host.pid
    assert pid is not None

    await first.leave()

    assert not is_running(pid)
    operator = HttpOperator(journal)
    with pytest.raises(EngineError):
        await operator.health()
    await operator.aclose()


async def test_engine_of_a_desk_does_not_hear_the_terminals_signals(desk: Opener) -> None:
    """It runs in a session of its own."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    pid = await first.pid()

    assert os.getsid(pid) == pid
    assert os.getpgid(pid) != os.getpgid(0)


async def test_listener_hears_while_its_desk_is_gone(desk: Opener, journal: Path) -> None:
    """Calls do not need a screen."""
    first = await desk()
    await first.reaches(LifeState.RUNNING)
    operator = HttpOperator(journal)
    url = (await operator.health()).webhook_url
    await operator.aclose()
    await first.die()

    answered: set[int] = set()
    await sender(url, [1, 2, 3], answered)

    assert answered == {1, 2, 3}
    assert [entry.kind for entry in entries(journal)] == [Kind.WEBHOOK] * 3
