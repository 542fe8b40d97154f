"""A tunnel program that really forwards: found, watched, started again, and never outliving the engine."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from console.engine.tunnel.plan import plan_of, showable
from console.engine.tunnel.tunnel import FAILS_AFTER, Tunnel
from tests.unit.engine.fakes import until

RELAY = str(Path(__file__).with_name("relay.py"))
PATTERN = r"http://[0-9.:]+"


async def _proves(_url: str) -> bool:
    return True


def relay(*flags: str) -> list[str]:
    return [sys.executable, RELAY, "127.0.0.1", "{port}", *flags]


@asynccontextmanager
async def tunnel(
    command: Sequence[str], *, timeout_s: float = 10.0, wait_s: float = 0.01
) -> AsyncIterator[Tunnel]:
    plan = plan_of(command, PATTERN, timeout_s)
    assert plan is not None
    made = Tunnel(
        plan,
        plan.argv("127.0.0.1", 9),
        path="/webhooks",
        environment=dict(os.environ),
        changed=lambda: None,
        proves=_proves,
        first_wait_s=wait_s,
    )
    made.start()
    try:
        yield made
    finally:
        await made.aclose()


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        with suppress(OSError):
            os.kill(pid, 0)
            return not Path("/proc").is_dir()
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def family(pid: int) -> list[int]:
    """A process and all of its descendants."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


async def test_address_is_found_and_secrets_are_not_shown() -> None:
    """On stderr, between escape codes; the webhooks' path is added."""
    async with tunnel(relay()) as made:
        await until(lambda: made.url is not None)
        health = made.health()

    assert made.url is not None
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/webhooks", made.url)
    assert health.state == "up"
    assert "s3cr3t" not in f"{health.sentence} {health.last_line}"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
@pytest.mark.parametrize("flags", [(), ("--grandchild",)])
async def test_nothing_of_it_is_left_at_the_end(flags: tuple[str, ...]) -> None:
    """Nor of what it started itself."""
    async with tunnel(relay(*flags)) as made:
        await until(lambda: made.url is not None)
        pid = made.health().pid
        assert pid is not None
        pids = family(pid)

    assert len(pids) == 2 + len(flags)
    assert not [each for each in pids if is_alive(each)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
async def test_killed_program_is_started_again_with_another_address() -> None:
    """In between there is none."""
    async with tunnel(relay()) as made:
        await until(lambda: made.url is not None)
        first, pid = made.url, made.health().pid
        assert pid is not None
        os.kill(family(pid)[1], signal.SIGKILL)
        await until(lambda: made.url not in (first, None))
        health = made.health()

    assert (health.state, health.starts) == ("up", 2)


async def test_program_that_names_no_address_is_ended_and_tried_again() -> None:
    """And called failed after a few times, with what it said last."""
    # However late it speaks: it is tried again until a try is long enough for that.
    async with tunnel(relay("--silent"), timeout_s=1.0, wait_s=0.5) as made:
        await until(lambda: "relay starting, token=…" in made.health().sentence)
        sentence = made.health().sentence

    assert "named no address that tunnel.url_pattern fits within 1 s" in sentence


async def test_program_that_cannot_be_started_fails_with_the_reason() -> None:
    """It is tried again: somebody may install it."""
    async with tunnel(["/nowhere/tunnel-program"]) as made:
        await until(lambda: made.health().state == "failed")
        health = made.health()

    assert health.starts >= FAILS_AFTER
    assert "the tunnel cannot be started: /nowhere/tunnel-program: No such file" in health.sentence


async def test_program_that_ends_by_itself_is_said_with_its_code() -> None:
    """And its last words."""
    script = "print('no account'); raise SystemExit(3)"
    async with tunnel([sys.executable, "-c", script], wait_s=5) as made:
        await until(lambda: made.health().state == "restarting")
        sentence = made.health().sentence

    assert "ended with code 3: no account" in sentence


async def test_endless_output_without_a_line_end_is_read_and_forgotten() -> None:
    """A program that is not read stands still."""
    script = (
        "import sys\nfor _ in range(300): sys.stdout.write('x' * 10000)\n"
        "print('\\nhttp://127.0.0.1:1', flush=True)\nsys.stdin.read(); import time; time.sleep(60)"
    )
    async with tunnel([sys.executable, "-c", script]) as made:
        await until(lambda: made.url is not None)
        assert made.url == "http://127.0.0.1:1/webhooks"


async def test_end_while_it_is_starting_is_quick() -> None:
    """Also while it waits before the next try."""
    async with tunnel(["/nowhere/x"], wait_s=60) as made:
        await until(lambda: made.health().state == "restarting")
    async with tunnel(relay()) as made:
        await asyncio.sleep(0)


async def test_tunnel_is_started_again_after_an_unforeseen_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a fault in reading its output nor one of whoever hears of its state ends the watch over it."""
    faults = [ValueError("s3cr3t")]

    def moody(line: str) -> str:
        if faults:
            raise faults.pop()
        return showable(line)

    def deaf() -> None:
        raise LookupError("s3cr3t")

    monkeypatch.setattr("console.engine.tunnel.tunnel.showable", moody)
    async with tunnel(relay()) as made:
        monkeypatch.setattr(made, "_changed", deaf)
        await until(lambda: made.url is not None)
        assert made.health().starts == 2

    words = [record.getMessage() for record in caplog.records]
    assert len(words) == 1
    assert "s3cr3t" not in words[0]
