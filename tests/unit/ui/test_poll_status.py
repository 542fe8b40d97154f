"""The status line where Telnyx's records are read instead of hearing webhooks."""

from __future__ import annotations

import msgspec
import pytest

from console.domain.ranks import Counts
from console.operator import LifeState, LifeStatus
from console.reports import PollHealth
from console.ui.presenters.cells import Role
from console.ui.presenters.glyphs import ASCII, UNICODE, Glyphs
from console.ui.presenters.poll_status import present_poll, seconds
from console.ui.presenters.status import StatusFacts, present_status
from tests.fixtures.samples import NOW, health

WELL = PollHealth(interval_s=4.0, delay_s=5.2, last_at=NOW, events=1234)


def words(poll: PollHealth, glyphs: Glyphs = UNICODE) -> str:
    return "".join(span.text for span in present_poll(poll, glyphs))


def test_poll_tells_interval_and_delay() -> None:
    """The delay is rounded up: it is a promise."""
    assert words(WELL) == "● poll 4 s, delay ≤ 6 s"
    assert words(WELL, ASCII) == "* poll 4 s, delay <= 6 s"


def test_poll_is_not_green_before_anything_was_read() -> None:
    """Nothing is claimed that has not been seen."""
    begun = msgspec.structs.replace(WELL, last_at=None)

    assert "nothing read yet" in words(begun)
    assert Role.GOOD not in {span.role for span in present_poll(begun, UNICODE)}


def test_poll_says_since_when_it_is_blind_and_why() -> None:
    """The rate limit is a warning, everything else is bad; no control character gets out."""
    failing = msgspec.structs.replace(WELL, failing_since=NOW, error="no\x1b[31m way")
    limited = msgspec.structs.replace(failing, limited=True)

    assert "blind since" in words(failing)
    assert "\x1b" not in words(failing)
    assert present_poll(failing, UNICODE)[0].role is Role.BAD
    assert "rate limit" in words(limited)
    assert present_poll(limited, UNICODE)[0].role is Role.WARN


def test_poll_says_what_it_cannot_read_although_it_sees() -> None:
    """A warning beside the delay, not blindness."""
    partly = msgspec.structs.replace(WELL, error="what the application answered cannot be read")

    assert words(partly).startswith("◐ poll 4 s, delay ≤ 6 s: what the application answered")
    assert present_poll(partly, UNICODE)[0].role is Role.WARN


@pytest.mark.parametrize(
    ("value", "up", "shown"),
    [(0.34, False, "0.3 s"), (0.34, True, "0.4 s"), (2.0, True, "2 s"), (5.01, True, "6 s"), (300.0, False, "5 min")],
)  # fmt: skip
def test_seconds_are_short(value: float, up: bool, shown: str) -> None:
    """Tenths only below one."""
    assert seconds(value, up=up) == shown


@pytest.mark.parametrize("width", [80, 120])
def test_status_line_shows_polling_in_the_place_of_listening(width: int) -> None:
    """No listener, no public key missing, how many events were read instead of verified."""
    facts = StatusFacts(
        health=health(poll=WELL, public_key=False, webhook_url=""),
        life=LifeStatus(LifeState.RUNNING),
        counts=Counts(live=1, waiting=1, talking=0, ended=0),
        now=NOW,
    )

    first, second = ("".join(span.text for span in line) for line in present_status(facts, width))

    assert "poll 4 s, delay ≤ 6 s" in first
    assert "listening" not in first
    assert "public key" not in first
    assert "1 234 read, unsigned" in second
    assert "verified" not in second
