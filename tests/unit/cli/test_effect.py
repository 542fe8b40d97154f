"""`send --wait`: the event that shows the effect, and none that does not."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.cli.effect import Effect, EffectWatch
from console.domain.entries import CommandDone, Draft, Intent
from tests.unit.cli.histories import (
    SECOND,
    START,
    accepted,
    command,
    done,
    outcome,
    webhook,
    write,
)


async def followed(
    tmp_path: Path,
    intent: Intent,
    answer: CommandDone,
    events: Sequence[Draft],
    before: Sequence[Draft] = (),
) -> Effect:
    """What a watch says that was opened before the command, when these events follow."""
    journal = tmp_path / "j.sqlite3"
    await write(journal, [webhook(1, "call.initiated", START - SECOND), *before])
    with EffectWatch(journal, intent) as watch:
        drafts = [command(intent, START), outcome(answer, START + 3000), *events]
        await write(journal, drafts)
        return watch.follow(answer, 0.0)


def intent(action: str, call: str | None = "v3:a", **params: object) -> Intent:
    """A command of the test."""
    return Intent(command_id="c1", action=action, call_control_id=call, params=params)


async def test_the_confirming_event_is_named_with_its_latency(tmp_path: Path) -> None:
    """From the command to when Telnyx says it happened."""
    wanted = intent("answer")
    event = webhook(2, "call.answered", START + 427_000)

    effect = await followed(tmp_path, wanted, accepted(wanted), [event])

    assert effect.ok
    assert effect.sentence == "confirmed by call.answered after 427 ms"
    assert effect.as_json() == {
        "effect": {
            "event_type": "call.answered",
            "event_id": "00000000-0000-0000-0000-000000000002",
            "occurred_at": "2026-09-21T14:13:20.427000Z",
            "latency_ms": 427.0,
        },
        "effect_message": "confirmed by call.answered after 427 ms",
    }


@pytest.mark.parametrize(
    "event",
    [
        webhook(2, "call.answered", START + SECOND, "v3:other"),
        webhook(2, "call.hangup", START + SECOND),
        webhook(2, "call.answered", START - 60 * SECOND),
    ],
)
async def test_what_is_not_its_effect_does_not_count(tmp_path: Path, event: Draft) -> None:
    """Another leg, another type, another time."""
    wanted = intent("answer")

    effect = await followed(tmp_path, wanted, accepted(wanted), [event])

    assert (effect.ok, effect.sentence) == (False, "no effect seen after 0 s")
    assert effect.as_json()["effect"] is None


async def test_what_was_there_before_the_command_does_not_count(tmp_path: Path) -> None:
    """The watch begins where the journal ends."""
    wanted = intent("answer")
    before = [webhook(2, "call.answered", START - 1000)]

    assert not (await followed(tmp_path, wanted, accepted(wanted), [], before)).ok


async def test_a_dialled_leg_is_known_from_the_answer(tmp_path: Path) -> None:
    """The command itself names no leg."""
    wanted = intent("dial", None)
    answer = accepted(wanted, call_control_id="v3:new")

    other = webhook(2, "call.initiated", START + 1000, "v3:other")
    ours = webhook(3, "call.initiated", START + 2000, "v3:new")

    effect = await followed(tmp_path, wanted, answer, [other, ours])

    assert effect.sentence == "confirmed by call.initiated after 2 ms"


async def test_a_transfer_shows_at_a_new_leg_of_the_same_session(tmp_path: Path) -> None:
    """Another call that begins meanwhile is none of it."""
    wanted = intent("transfer", to="+13125550110")
    stranger = webhook(2, "call.initiated", START + 1000, "v3:x", call_session_id="other")
    ours = webhook(3, "call.initiated", START + 5000, "v3:b")

    effect = await followed(tmp_path, wanted, accepted(wanted), [stranger, ours])

    assert effect.latency_ms == 5.0


async def test_a_conference_is_told_from_another(tmp_path: Path) -> None:
    """conference.end names no leg at all."""
    wanted = intent("conference.end", None, id="c1")
    other = webhook(2, "conference.ended", START + 1000, conference_id="c2")
    ours = webhook(3, "conference.ended", START + 9000, conference_id="c1")

    assert not (await followed(tmp_path / "1", wanted, accepted(wanted), [other])).ok
    effect = await followed(tmp_path / "2", wanted, accepted(wanted), [other, ours])
    assert effect.latency_ms == 9.0


async def test_an_event_of_failure_is_no_success(tmp_path: Path) -> None:
    """Something happened, but not what was wanted."""
    wanted = intent("streaming_start")
    event = webhook(2, "streaming.failed", START + 40_000)

    effect = await followed(tmp_path, wanted, accepted(wanted), [event])

    assert (effect.ok, effect.sentence) == (False, "failed with streaming.failed after 40 ms")


async def test_where_no_event_can_come_nothing_is_waited_for(tmp_path: Path) -> None:
    """No event of its own, or ended before we asked."""
    digits = intent("send_dtmf", digits="1")
    hangup = intent("hangup")
    ended = done(hangup, code="90018", data={})

    none = await followed(tmp_path, digits, accepted(digits), [])
    late = await followed(tmp_path / "2", hangup, ended, [])

    assert (none.ok, none.sentence) == (
        True,
        "send_dtmf has no event of its own; Telnyx accepted it",
    )
    assert (late.ok, late.sentence) == (True, "nothing to wait for: already ended")
