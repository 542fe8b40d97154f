"""The two status lines."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from console.domain.ranks import Counts
from console.operator import LifeState, LifeStatus
from console.ui.line_watch import LineWords
from console.ui.presenters.cells import Line, Role
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.status import StatusFacts, present_status, sparkline
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, SECOND, health

FACTS = StatusFacts(
    health=health(),
    life=LifeStatus(LifeState.RUNNING),
    counts=Counts(live=14, waiting=3, talking=11, ended=64),
    rate=(0.0, 1.0, 4.0, 2.9),
    now=NOW,
    longest=42 * SECOND,
    profile="support-prod",
)


def texts(facts: StatusFacts, width: int = 140) -> list[str]:
    """Both lines as text."""
    return ["".join(span.text for span in line) for line in present_status(facts, width)]


def role_of(lines: tuple[Line, ...], words: str) -> Role:
    """The role of the span that holds the words."""
    return next(span.role for line in lines for span in line if words in span.text)


def test_lines_of_a_desk_at_work() -> None:
    """What the sketch of the desk shows."""
    first, second = texts(FACTS)

    for words in ("support-prod", "● listening :8080", "last event 2 s", "● api 84 ms"):
        assert words in first
    for words in (
        "3 waiting",
        "longest 0:42",
        "11 talking",
        "2.9 ev/s",
        "▁▃█▆",
        "verified 4 102",
        "✗ 3 refused",
    ):
        assert words in second


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 140, 200])
def test_lines_are_exact_and_keep_what_matters(width: int) -> None:
    """The least important parts go first; who waits is never left out."""
    first, second = texts(FACTS, width)

    assert cell_len(first) == cell_len(second) == width
    assert "3 waiting" in second


def test_green_only_after_a_verified_event() -> None:
    """An open port proves nothing yet."""
    fresh = FACTS._replace(health=health(last_verified_at=None, last_event_at=None))

    assert "○ listening :8080, not proven" in texts(fresh)[0]
    assert all(span.role is not Role.GOOD or "listening" not in span.text
               for span in present_status(fresh, 140)[0])  # fmt: skip
    assert role_of(present_status(FACTS, 140), "●") is Role.GOOD


def test_troubles_are_told_in_words() -> None:
    """Journal, API, engine, key, clock: each in words, none by colour alone."""
    cases = {
        "not recording: disk full": health(journal_error="disk full"),
        "api: 401 not authorised": health(api_error="401 not authorised"),
        "no API key: watching only": health(api_key=False),
        "no public key": health(public_key=False),
        "clock off by +7 s": health(clock_offset_ms=7_000.0),
        "4 requests left": health(rate_limit_remaining=4),
        "60 requests left": health(rate_limit_remaining=60),
        "2 waiting to be sent, 3 s": health(queued=2, rate_limit_reset_s=3.2),
        "read-only": health(read_only=True),
    }
    for words, state in cases.items():
        assert words in texts(FACTS._replace(health=state), 200)[0]


def test_trouble_with_the_journal_is_not_hidden_by_its_folder() -> None:
    """At eighty columns too the line says what is wrong, not only where."""
    sentence = f"The disk of the journal /home/{'long/' * 20}calls.db is full; make room."
    full = FACTS._replace(health=health(journal_error=sentence), profile="")
    failed = FACTS._replace(health=None, life=LifeStatus(LifeState.FAILED, sentence))

    assert "not recording: The disk of the journal calls" in texts(full, 100)[0]
    assert "The disk of the journal calls.db is full" in texts(failed, 80)[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LifeState.STARTING, "◐ engine starting"),
        (LifeState.RESTARTING, "◐ engine restarting"),
        (LifeState.FAILED, "✗ engine failed"),
    ],
)
def test_life_of_the_engine(state: LifeState, words: str) -> None:
    """Without health the line says what has become of the engine."""
    facts = FACTS._replace(health=None, life=LifeStatus(state))

    assert words in texts(facts)[0]


def test_attached_is_said() -> None:
    """Leaving this desk will not end the engine."""
    facts = FACTS._replace(life=LifeStatus(LifeState.ATTACHED))

    assert "listening :8080 (attached)" in texts(facts)[0]


def test_silence_with_calls_in_progress_is_a_warning() -> None:
    """No event for minutes while people talk."""
    quiet = FACTS._replace(health=health(last_event_at=NOW - 200 * SECOND))
    idle = quiet._replace(counts=Counts(0, 0, 0, 0))

    assert role_of(present_status(quiet, 140), "silent: last event 3 min, calls live") is Role.BAD
    assert role_of(present_status(idle, 140), "last event 3 min") is Role.TEXT


def test_sparkline() -> None:
    """Nothing is the lowest bar, and little is more than nothing."""
    assert sparkline([0, 0.01, 4, 8]) == "▁▂▅█"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([0, 8], ASCII) == "_#"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_words_are_drawn_safely(text: str) -> None:
    """Error messages and names come from outside."""
    facts = FACTS._replace(
        profile=text,
        life=LifeStatus(LifeState.FAILED, text),
        health=health(journal_error=text, api_error=text, webhook_url=text, reconcile=text),
    )
    for width in (60, 140):
        for line in texts(facts, width):
            assert is_safe(line)
            assert cell_len(line) == width


def test_line_says_how_it_does_and_what_is_wrong() -> None:
    """Service level with its limit and a word where it is low, who gave up, whom to ring back; an alert before all."""
    words = LineWords(
        service="service 66.7 % ≤20 s",
        service_is_low=True,
        abandoned="abandoned 2 of 64",
        alert="long: longest wait 42 s, above 30 s",
        ring_back=2,
    )
    facts = FACTS._replace(line=words)

    second = texts(facts, 200)[1]
    for part in (
        "service 66.7 % ≤20 s low",
        "abandoned 2 of 64",
        "2 to ring back",
        "! long: longest",
    ):
        assert part in second
    narrow = texts(facts, 80)[1]
    assert "3 waiting" in narrow
    assert "! long: longest wait 42 s, above 30 s" in narrow
    assert cell_len(narrow) == 80
    quiet = texts(FACTS._replace(line=words._replace(alert="")), 80)[1]
    assert "longest 0:42" in quiet
    assert "service 66.7 %" in quiet
