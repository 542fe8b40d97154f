"""The other ways of handing on: copies, acknowledged first, observers; and a journal that does not work."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain.entries import Kind
from console.engine.engine import Engine
from console.engine.forward.plan import ForwardPlan, Mode
from tests.integration.application import Application
from tests.integration.programs import environment, eventually, running
from tests.integration.test_forward_front import ask, forwards, in_front, of_kind, webhook
from tests.unit.engine.fakes import SIGNER, MemoryWriter, event_body, post, settings, until


@pytest.fixture
def app() -> Iterator[Application]:
    with Application() as application:
        yield application


async def test_copy_says_200_whatever_happens(journal: Path) -> None:
    """We are the mirror: nobody waits for us, and verification still decides what is recorded as true."""
    plan = ForwardPlan(mode=Mode.COPY)
    wanted = settings(journal=journal, forward=plan, body_limit_bytes=4096)
    async with Engine(wanted) as engine:
        answers = await ask(engine, webhook(), webhook("/below", 2), post("/webhooks", b"x", {}))
        [(large, _, _)] = await ask(engine, post("/webhooks", b"x" * 5000, {}))

    assert [status for status, _, _ in answers] == [200, 200, 200]
    assert large == 200
    assert len(of_kind(journal, Kind.WEBHOOK)) == 2
    assert len(of_kind(journal, Kind.REFUSED)) == 2


def queued(engine: Engine) -> int | None:
    health = engine.health().forward
    return None if health is None or health.target is None else health.target.queued


async def test_buffer_acknowledges_and_delivers_until_it_is_taken(
    journal: Path, app: Application
) -> None:
    """The application says 503 twice and asks to come back at once; the third try is the last."""
    async with in_front(journal, app.url, mode=Mode.BUFFER) as engine:
        [(status, _, _)] = await ask(engine, webhook("/until/3"))
        assert status == 200
        await until(lambda: len(forwards(journal)) == 3)
        # The file has the entry a moment before the engine is told so.
        await until(lambda: queued(engine) == 0)

    assert [(f.attempt, f.status, f.final) for f in forwards(journal)] == [
        (1, 503, False),
        (2, 503, False),
        (3, 200, True),
    ]
    assert len({each["body"] for each in app.seen()}) == 1


async def test_buffer_gives_up_what_is_too_old_and_says_so(journal: Path) -> None:
    """A call that rang half a minute ago must not be answered by an application that woke up."""
    with Application() as gone:
        url = gone.url
    async with in_front(journal, url, mode=Mode.BUFFER, max_age_s=0.3) as engine:
        [(status, _, _)] = await ask(engine, webhook())
        await until(lambda: any(fact.final for fact in forwards(journal)))

    assert status == 200
    last = forwards(journal)[-1]
    assert last.error == "expired, not delivered (older than 0.3 s)"
    assert not last.ok


async def test_buffer_does_not_insist_on_what_the_application_refuses(
    journal: Path, app: Application
) -> None:
    """A 4xx is an answer; the same event from Telnyx again is not delivered twice."""
    async with in_front(journal, app.url, mode=Mode.BUFFER) as engine:
        await ask(engine, webhook("/status/404"))
        await until(lambda: len(forwards(journal)) == 1)
        await ask(engine, webhook("/status/404"))
        assert engine.health().duplicates == 1

    assert [(f.status, f.final) for f in forwards(journal)] == [(404, True)]
    assert len(app.seen()) == 1


async def test_buffer_goes_on_after_kill_9_and_repeats_nothing_confirmed(tmp_path: Path) -> None:
    """What the journal promises is kept by the next engine: the confirmed once, the rest until it is taken."""
    journal = tmp_path / "journal.db"
    config = tmp_path / "config.toml"
    env = environment(tmp_path, TELNYX_PUBLIC_KEY=SIGNER.public_key, XDG_RUNTIME_DIR=str(tmp_path))
    with Application() as app:
        port = app.port
        config.write_text(f'[forward]\ntarget = "{app.url}/x"\nmode = "buffer"\n')
        flags = ("listen", "--config", str(config), "--journal", str(journal), "--port", "0")
        with running(*flags, env=env) as console:
            url = console.line("err", "listening on").split()[-1]
            await _post(url, webhook(number=1))
            eventually(lambda: len(forwards(journal)) == 1)
            app.kill()
            for number in (2, 3):
                await _post(url, webhook(number=number))
            eventually(lambda: len(forwards(journal)) >= 3)
            console.process.kill()
            console.process.wait(10)
    with Application(port) as app, running(*flags, env=env):
        eventually(lambda: len(app.seen()) >= 2)
        eventually(lambda: len([f for f in forwards(journal) if f.ok]) == 3)
        assert sorted(each["body"] for each in app.seen()) == sorted(
            event_body(number).decode() for number in (2, 3)
        )
        assert all(each["head"].startswith("POST /x HTTP/1.1\r\n") for each in app.seen())
        assert all("telnyx-signature-ed25519: " in each["head"].lower() for each in app.seen())


async def test_observers_neither_delay_nor_change_the_answer(
    journal: Path, app: Application
) -> None:
    """One hangs, one is gone; the application answers at once, and the rest is dropped and counted."""
    with Application() as gone:
        dead = gone.url
    plan = {
        "observers": (f"{app.url}/slow/300", dead, f"{app.url}/ok"),
        "observer_queue": 2,
        "observer_timeout_s": 300.0,
    }
    async with in_front(journal, f"{app.url}/app", **plan) as engine:
        began = time.monotonic()
        answers = await ask(engine, *(webhook(number=number) for number in range(1, 11)))
        assert time.monotonic() - began < 120, "it did not wait for the one that hangs"
        await until(lambda: sum(f.is_observer and f.ok for f in forwards(journal)) >= 3)
        for number in range(11, 14):
            await until(lambda: engine.health().forward.observers[1].queued == 0)  # type: ignore[union-attr]
            await ask(engine, webhook(number=number))
        await until(lambda: engine.health().forward.observers[1].is_up is False)  # type: ignore[union-attr]
        health = engine.health().forward

    assert [(status, body) for status, _, body in answers] == [(200, b"taken")] * 10
    assert health is not None
    slow, unreachable, well = health.observers
    assert (slow.is_up, unreachable.is_up, well.is_up) == (None, False, True)
    assert unreachable.why == "connection refused"
    assert slow.dropped >= 3
    assert unreachable.failed >= 1
    told = [f for f in forwards(journal) if f.is_observer and "not handed on" in f.error]
    assert told


async def test_observers_alone_leave_the_answer_to_the_journal(
    journal: Path, app: Application
) -> None:
    """Without an application behind us it is listening: 200 follows the commit."""
    async with in_front(journal, "", observers=(app.url,)) as engine:
        [(status, _, _)] = await ask(engine, webhook())
        await until(lambda: len(forwards(journal)) == 1)

    assert status == 200
    assert [fact.mode for fact in forwards(journal)] == ["observer"]


async def test_full_disk_does_not_stop_the_call(
    journal: Path, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application gets its webhooks, and health says that nothing is recorded."""
    async with in_front(journal, app.url) as engine:
        await ask(engine, webhook())
        size = max(path.stat().st_size for path in journal.parent.glob("journal.db*"))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        # A write beyond the limit fails as on a full disk; Python ignores the signal that goes with it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            answers = await ask(engine, *(webhook(number=number) for number in range(2, 40)))
            await until(lambda: engine.health().journal_error is not None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert {status for status, _, _ in answers} == {200}
    assert len(app.seen()) == 39


async def test_journal_that_hangs_holds_a_call_up_for_milliseconds_only(app: Application) -> None:
    """It is waited for a moment, then the call goes first; what waits is recorded when it can be."""
    from console.engine.forward.door import ForwardingListener
    from console.engine.forward.forwarder import Forwarder
    from console.engine.recorder import Recorder
    from tests.unit.engine.fakes import Wire, now_micros

    writer = MemoryWriter()
    writer.gate = asyncio.Event()
    recorder = Recorder(writer)
    forwarder = Forwarder(
        ForwardPlan(target=app.url, timeout_s=60.0), "/webhooks", recorder, now_micros
    )
    listener = ForwardingListener(settings(), recorder, now_micros, forwarder)
    await listener.start()
    wire = await Wire.open(listener.url)
    await wire.send(webhook())
    assert await wire.answer() == (200, b"taken")
    assert writer.drafts == []
    writer.gate.set()
    await until(lambda: len(writer.drafts) == 2)
    await wire.close()
    await listener.stop()
    await forwarder.aclose()

    assert [draft.kind for draft in writer.drafts] == [Kind.WEBHOOK, Kind.FORWARD]


async def _post(url: str, request: bytes) -> None:
    from tests.unit.engine.fakes import Wire

    wire = await Wire.open(url)
    await wire.send(request)
    assert (await wire.answer())[0] == 200
    await wire.close()
