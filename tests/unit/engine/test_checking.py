"""One leg compared on demand: what was different, in words, and what is repaired."""

from __future__ import annotations

import pytest

from console.domain.legs import LegState
from console.engine.checking import AS_TELNYX_HAS_IT, NO_ANSWER, Checker
from console.engine.line import Rank
from console.engine.reconcile import NO_API_KEY
from tests.unit.engine.fakes import MemoryWriter, now_micros
from tests.unit.engine.test_reconcile import Case, Telnyx, event_item, initiated, leg_id, listed


@pytest.fixture
def case(writer: MemoryWriter) -> Case:
    return Case(Telnyx(), writer)


def checker(case: Case) -> Checker:
    return Checker(case.lookup(Rank.QUESTION), case.recorder, case.picture, now_micros)


def alive(name: str, value: bool = True, **more: object) -> dict[str, object]:
    return {**listed(name), "is_alive": value, **more}


async def test_check_says_that_all_is_well(case: Case) -> None:
    """Nothing is written when nothing is news."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = alive("a", client_state=None)
    case.telnyx.events[leg_id("a")] = [initiated("a")]
    before = len(case.writer.drafts)

    found = await checker(case).check("v3:a")

    assert found.ok
    assert found.message == f"{AS_TELNYX_HAS_IT}: it lives"
    assert found.extra["differences"] == []
    assert found.active == 1
    assert len(case.writer.drafts) == before


async def test_check_reads_what_was_missed(case: Case) -> None:
    """The difference is named with both states, and gone afterwards."""
    await case.heard(initiated("a"))
    hangup = event_item("a", "call.hangup", 9, hangup_cause="originator_cancel")
    case.telnyx.status["v3%3Aa"] = alive("a", value=False)
    case.telnyx.events[leg_id("a")] = [initiated("a"), event_item("a", "call.answered", 3), hangup]

    found = await checker(case).check("v3:a")
    again = await checker(case).check("v3:a")

    assert found.extra["differences"] == [
        "2 events were missing, now read",
        "was shown as ringing, is ended (originator_cancel)",
    ]
    assert found.ended == ("v3:a",)
    assert case.leg("a").state is LegState.ENDED
    assert again.extra["differences"] == []
    assert again.message == f"{AS_TELNYX_HAS_IT}: it has ended"


async def test_check_believes_telnyx_that_a_call_has_ended(case: Case) -> None:
    """Also when no event says so."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = alive("a", value=False, end_time="2026-02-03T05:00:00Z")

    found = await checker(case).check("v3:a")

    assert found.extra["differences"] == ["was shown as ringing, is ended"]
    assert not case.leg("a").is_live


async def test_check_marks_what_telnyx_does_not_know(case: Case) -> None:
    """Not known is not ended; a later sign of life clears it."""
    await case.heard(initiated("a"))

    found = await checker(case).check("v3:a")
    assert found.stale == ("v3:a",)
    assert found.extra["differences"] == ["Telnyx does not know it any more, so it is marked stale"]

    case.telnyx.status["v3%3Aa"] = alive("a")
    found = await checker(case).check("v3:a")
    assert "was marked stale, but lives" in found.message
    assert not case.leg("a").stale


async def test_check_finds_a_call_the_board_never_heard_of(case: Case) -> None:
    """An id from somewhere else becomes a leg if Telnyx knows it."""
    case.telnyx.status["v3%3Aa"] = alive("a")
    case.telnyx.events[leg_id("a")] = [initiated("a")]

    found = await checker(case).check("v3:a")

    assert found.found == ("v3:a",)
    assert "was not on the board; it is ringing now" in found.message
    nowhere = await checker(case).check("v3:nobody")
    assert "Telnyx does not know this call" in nowhere.message


@pytest.mark.parametrize("path", ["/calls/", "/call_events"])
@pytest.mark.parametrize("status", [0, 429, 500])
async def test_check_changes_nothing_without_an_answer(case: Case, path: str, status: int) -> None:
    """An error on the way is no fact about a call."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = alive("a", value=False)
    case.telnyx.fail[path] = status
    before = len(case.writer.drafts)

    found = await checker(case).check("v3:a")

    assert (found.ok, found.message) == (False, NO_ANSWER)
    assert len(case.writer.drafts) == before


async def test_check_says_what_is_missing(case: Case, writer: MemoryWriter) -> None:
    """No key, or a broken journal."""
    keyless = Checker(None, case.recorder, case.picture, now_micros)
    assert (await keyless.check("v3:a")).message == NO_API_KEY

    case.telnyx.status["v3%3Aa"] = alive("a")
    writer.broken = "the disk is full"
    assert "the disk is full" in (await checker(case).check("v3:a")).message
