"""What the plan leads to: notices, what may stay unverified, and how long an engine in front lives."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.engine.engine import Engine
from console.engine.forward.budget import learn
from console.engine.forward.buffer import retry_after_s
from console.engine.forward.forwarder import Forwarder
from console.engine.forward.plan import ForwardPlan, Mode
from console.engine.leases import Leases
from console.engine.recorder import Recorder
from console.reports import QueryAnswer
from tests.unit.engine.fakes import MemoryWriter, now_micros, settings


def forwarder(writer: MemoryWriter | None = None, **plan: object) -> Forwarder:
    wanted = ForwardPlan(target="http://127.0.0.1:9/x", **plan)  # type: ignore[arg-type]
    return Forwarder(wanted, "/webhooks", Recorder(writer or MemoryWriter()), now_micros)


@pytest.mark.parametrize(
    ("timeout_s", "application", "words"),
    [
        (1.8, None, []),
        (2.5, None, ["Telnyx waits 2 s"]),
        (2.5, {"webhook_timeout_secs": 5}, []),
        (2.5, {"webhook_timeout_secs": 2}, ["webhook_timeout_secs is 2 s"]),
        (1.8, {"webhook_timeout_secs": 1}, ["webhook_timeout_secs is 1 s"]),
        (1.8, {"webhook_event_failover_url": ""}, ["failover"]),
    ],
)
async def test_time_out_and_failover_are_compared_with_the_application(
    timeout_s: float, application: Mapping[str, object] | None, words: list[str]
) -> None:
    """Telnyx must not give up before we do, and somebody has to answer if we do not."""
    writer = MemoryWriter()
    made = forwarder(writer, timeout_s=timeout_s)
    data = None
    if application is not None:
        data = {"webhook_event_failover_url": "https://app", **application}

    async def ask(action: str, params: Mapping[str, object]) -> QueryAnswer:
        assert (action, params) == ("apps.show", {"id": "7"})
        return QueryAnswer(ok=data is not None, data=data)

    await learn(made, ask, "7")
    notices = made.notices()
    await made.aclose()

    assert len(notices) == len(words)
    assert all(word in notice for word, notice in zip(words, notices, strict=True))
    news = words if application is not None and timeout_s < 2 else []
    assert len(writer.drafts) == len(news) or timeout_s > 2


def test_engine_in_front_outlives_its_desk(tmp_path: Path) -> None:
    """With an application behind it no countdown ends it; without one the grace period does."""
    plan = ForwardPlan(target="http://127.0.0.1:9/x")
    copies = ForwardPlan(mode=Mode.COPY)

    assert _grace(settings(journal=tmp_path / "j", grace_s=5.0, forward=plan)) == math.inf
    assert _grace(settings(journal=tmp_path / "j", grace_s=5.0, forward=copies)) == 5.0
    assert _grace(settings(journal=tmp_path / "j", forward=plan)) is None


async def test_lease_without_limit_ends_with_a_goodbye_only() -> None:
    """A desk that dies takes nothing along; one that started it and leaves does."""
    ended = asyncio.Event()
    leases = Leases(math.inf, ended.set)
    leases.start()
    leases.vanish(leases.take())
    await asyncio.sleep(0)
    assert not ended.is_set()
    assert leases.leave(leases.take(), starter=True)
    assert ended.is_set()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (b"3", 3.0),
        (b" 0 ", 0.0),
        (b"Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        (b"Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-4", None),
        (None, None),
    ],
)
def test_retry_after_is_understood_in_both_forms(value: bytes | None, wanted: float | None) -> None:
    """Seconds or a date; nonsense is as if it were missing."""
    assert retry_after_s(value, 1_795_341_600_000_000) == wanted


def _grace(wanted: object) -> float | None:
    return Engine(wanted)._leases._grace_s  # type: ignore[arg-type]
