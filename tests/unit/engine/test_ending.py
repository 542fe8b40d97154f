"""What an engine's end may take, added up, against what those who wait for it allow."""

from __future__ import annotations

from console import host, life
from console.engine import admin, engine
from console.engine.forward import door, forwarder
from console.engine.forward.plan import ForwardPlan
from console.engine.taking import keeper
from console.engine.tunnel import tunnel


def test_whoever_started_an_engine_waits_as_long_as_its_end_may_take() -> None:
    """Giving a webhook URL back comes first; nothing is hurried before all of it had its time."""
    answers_s = ForwardPlan().timeout_s + door.LEAVE_S
    longest_s = (
        keeper.GIVE_BACK_S
        + tunnel.END_S
        + admin.SHUTDOWN_S
        # The port closes, then what was taken is delivered.
        + 2 * answers_s
        + forwarder.LAST_WORDS_S
        + engine.DRAIN_S
    )

    assert longest_s <= life.ENGINE_ENDS_S <= host.END_TIMEOUT_S
    assert host.END_TIMEOUT_S + 2 * host.KILL_TIMEOUT_S <= life.ENGINE_GONE_S
