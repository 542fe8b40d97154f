"""The status line claims nothing that was not proven, and never hides how old its news are."""

from __future__ import annotations

import pytest

from console.domain.ranks import Counts
from console.operator import LifeState, LifeStatus
from console.standing import Reach
from console.ui.presenters.cells import Line, Role
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.status import StatusFacts, present_status
from tests.fixtures.samples import NOW, SECOND, health

URL = "https://calls.example.com/webhooks"
PASSED = Reach(url=URL, ok=True, sentence="leads here", at=NOW - 60 * SECOND)
MISSED = Reach(url=URL, ok=False, fault="dns", sentence="is not known", at=NOW - 60 * SECOND)


def facts(*, live: int = 0, **changes: object) -> StatusFacts:
    """A desk whose engine says this of itself."""
    return StatusFacts(
        health=health(**changes),
        life=LifeStatus(LifeState.RUNNING),
        counts=Counts(live=live, waiting=0, talking=0, ended=0),
        now=NOW,
    )


def first(state: StatusFacts, width: int = 140) -> Line:
    """The line that says whether anybody listens."""
    return present_status(state, width)[0]


def words(line: Line) -> str:
    """The line as text."""
    return "".join(span.text for span in line)


def role(line: Line, part: str) -> Role:
    """How that part of it is painted."""
    return next(span.role for span in line if part in span.text)


def test_listening_is_not_proven_by_an_open_port() -> None:
    """A hollow sign and the words, in the colour of a warning."""
    line = first(facts(last_verified_at=None, last_event_at=None))

    assert "○ listening :8080, not proven" in words(line)
    assert role(line, "not proven") is Role.WARN


def test_listening_is_proven_by_a_passed_self_test() -> None:
    """Before any call."""
    line = first(facts(last_verified_at=None, last_event_at=None, reach=PASSED))

    assert "● listening :8080 " in words(line)
    assert "not proven" not in words(line)
    assert role(line, "●") is Role.GOOD


def test_listening_is_disproven_by_a_failed_self_test() -> None:
    """Until an event proves that it was wrong."""
    lost = first(facts(last_verified_at=NOW - 90 * SECOND, reach=MISSED))
    found = first(facts(last_verified_at=NOW - 30 * SECOND, reach=MISSED))

    assert "✗ listening :8080, not reached" in words(lost)
    assert role(lost, "not reached") is Role.BAD
    assert "● listening :8080" in words(found)


@pytest.mark.parametrize("width", [80, 100, 140])
def test_age_of_the_last_event_is_never_left_out(width: int) -> None:
    """However much else there is to say."""
    crowded = facts(
        last_event_at=NOW - 90 * SECOND,
        rate_limit_remaining=3,
        queued=2,
        clock_offset_ms=9_000.0,
        reconciled_at=None,
    )._replace(profile="a profile with a long name")

    assert "last event 1 min" in words(first(crowded, width))


def test_silence_is_loud_while_calls_live() -> None:
    """By sign, words and colour; and not while nobody talks."""
    quiet = {"last_event_at": NOW - 200 * SECOND}
    loud, calm = first(facts(live=2, **quiet)), first(facts(live=0, **quiet))

    assert "✗ silent: last event 3 min, calls live" in words(loud)
    assert role(loud, "silent") is Role.BAD
    assert "silent" not in words(calm)


def test_silence_counts_from_the_start_where_nothing_came() -> None:
    """Calls that an earlier engine heard of."""
    never = {"last_event_at": None, "last_verified_at": None}
    early = first(facts(live=1, started_at=NOW - 30 * SECOND, **never))
    late = first(facts(live=1, started_at=NOW - 600 * SECOND, **never))

    assert "no event yet" in words(early)
    assert "silent" not in words(early)
    assert "silent: no event yet, 10 min, calls live" in words(late)


def test_honesty_needs_no_unicode() -> None:
    """The words are the same in ASCII."""
    state = facts(last_verified_at=None, last_event_at=None)
    line = words(present_status(state, 140, ASCII)[0])

    assert "o listening :8080, not proven" in line
    assert line.isascii()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_journal_that_takes_nothing_is_said_however_long_the_reason_is(width: int) -> None:
    """Its sentence is cut, and never left out for what is nicer to read."""
    reason = (
        f"The journal /home/somebody/{'deep/' * 20}calls.db is locked by another program; close it."
    )
    line = words(first(facts(journal_error=reason, api_error="x" * 300), width))

    assert "not recording: The" in line
    assert "listening :8080" in line
    assert len(line) == width


@pytest.mark.parametrize("width", [80, 120])
def test_an_api_that_fails_is_said_however_long_the_reason_is(width: int) -> None:
    """A long sentence does not make the line look as if all were well."""
    reason = "no answer from api.telnyx.com after 4 attempts: could not connect; " * 3
    line = words(first(facts(api_error=reason), width))

    assert "api: no answer" in line
    assert "listening :8080" in line
    assert "event" in line
    assert len(line) == width
