"""What came of webhooks that are sent again."""

from __future__ import annotations

from console.replaying import ReplayOutcome
from console.ui.presenters.cells import Line
from console.ui.presenters.replay_outcomes import KEPT, Outcomes


def outcome(
    seq: int, status: int | None = 200, error: str = "", signed_with: str = ""
) -> ReplayOutcome:
    return ReplayOutcome(
        seq=seq,
        event_id="e",
        event_type=f"type.{seq}",
        status=status,
        error=error,
        signed_with=signed_with,
    )


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_outcomes_are_counted_and_the_failed_ones_marked() -> None:
    """With what was answered and why; the key that signed stands last, broken for the width."""
    outcomes = Outcomes()
    outcomes.add(outcome(1, signed_with="KEY" * 10))
    outcomes.add(outcome(2, None, error="connection \x1brefused"))

    first, second, *key = map(text, outcomes.lines(24))

    assert "200" in first
    assert "type.1" in first
    assert second.startswith("! no answer")
    assert "\x1b" not in second
    assert "refused" in second
    assert "public key:" in key[0]
    assert max(map(len, key)) <= 26
    assert outcomes.words(3) == "1 of 3 taken, 1 not, 1 not sent yet"


def test_a_line_is_made_once_however_many_come() -> None:
    """Thousands of outcomes are listed while they come; those that are shown already cost nothing more."""
    outcomes = Outcomes()
    for seq in range(KEPT + 1):
        outcomes.add(outcome(seq))
    before = outcomes.lines(62)

    outcomes.add(outcome(KEPT + 1))
    after = outcomes.lines(62)

    assert len(after) == KEPT
    assert all(old is new for old, new in zip(before[1:], after, strict=False))
    assert outcomes.words(KEPT + 2) == f"{KEPT + 2} of {KEPT + 2} taken"


def test_outcomes_of_another_sending_begin_anew() -> None:
    """Neither counts nor keys of the one before."""
    outcomes = Outcomes()
    outcomes.add(outcome(1, 500, signed_with="KEY"))
    outcomes.clear()

    assert outcomes.lines(62) == []
    assert outcomes.words(1) == "0 of 1 taken, 1 not sent yet"
