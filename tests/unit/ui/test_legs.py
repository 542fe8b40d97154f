"""One leg as a row."""

from __future__ import annotations

from dataclasses import fields

import pytest
from rich.cells import cell_len

from console.domain.legs import CommandRecord, Leg, LegState, Mark
from console.ui.presenters.cells import Line, Role
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.legs import (
    Look,
    leg_columns,
    present_header,
    present_leg,
    talking,
    waiting,
)
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, SECOND, desk_legs, leg

WIDTHS = [1, 10, 20, 30, 47, 48, 60, 70, 99, 100, 140, 250]


def text_of(line: Line) -> str:
    """The text of a line."""
    return "".join(span.text for span in line)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("each", desk_legs(), ids=lambda each: each.key)
def test_rows_are_exactly_as_wide_as_the_list(each: Leg, width: int) -> None:
    """Every sort of leg at every width, both lines, and the header."""
    columns = leg_columns(width)

    row = present_leg(each, None, NOW, columns)

    assert cell_len(text_of(row.first)) == width
    assert not row.second or cell_len(text_of(row.second)) == width
    assert cell_len(text_of(present_header(columns))) == width


@pytest.mark.parametrize("each", desk_legs(), ids=lambda each: each.key)
def test_state_is_a_sign_and_a_word(each: Leg) -> None:
    """Nothing is told by colour alone."""
    row = text_of(present_leg(each, None, NOW, leg_columns(120)).first)

    sign, word = row[2:].split()[:2]
    assert len(sign) == 1
    assert word == each.state.value


def test_ascii_rows_are_ascii() -> None:
    """With the ASCII signs nothing else is drawn."""
    for each in desk_legs():
        row = present_leg(each, None, NOW, leg_columns(120), Look(glyphs=ASCII))
        words = text_of(row.first).replace("…", "").replace("·", "")
        assert words.isascii(), words


def test_ended_leg_says_why() -> None:
    """On a second line where there is no column for it, else in the row."""
    ended = leg("x", LegState.ENDED)

    narrow = present_leg(ended, None, NOW, leg_columns(60))
    wide = present_leg(ended, None, NOW, leg_columns(130))

    assert text_of(narrow.second).strip() == "originator_cancel by caller · SIP 487"
    assert wide.second == ()
    assert "originator_cancel by caller · SIP 487" in text_of(wide.first)


def test_pending_command_takes_the_place_of_the_word() -> None:
    """Narrow: "hanging up…" instead of the state's word, with the state's sign."""
    asked = CommandRecord(command_id="c", action="hangup", sent_at=NOW - SECOND)

    row = present_leg(leg("x", commands={"c": asked}), None, NOW, leg_columns(70))

    assert "hanging up…" in text_of(row.first)
    assert "ringing" not in text_of(row.first)


def test_command_without_effect_is_told_after_five_seconds() -> None:
    """In words, and as a warning."""
    asked = CommandRecord(command_id="c", action="hangup", sent_at=NOW - 6 * SECOND, ok=True)

    row = present_leg(leg("x", commands={"c": asked}), None, NOW, leg_columns(130))

    assert "no effect seen after 5 s" in text_of(row.first)
    assert any(span.role is Role.WARN for span in row.first)


def test_stale_leg_asks() -> None:
    """Telnyx has not said that it ended, so the word has a question mark."""
    row = present_leg(leg("x", LegState.ANSWERED, stale=True), None, NOW, leg_columns(130))

    assert "stale?" in text_of(row.first)


def test_contacts_name_the_parties() -> None:
    """A known number is shown by its name."""
    look = Look(name_of={"+18005550100": "Support"}.get)

    row = present_leg(leg("x"), None, NOW, leg_columns(80), look)

    assert "+1 312 555 0101" in text_of(row.first)
    assert "Support" in text_of(row.first)


def test_caller_name_cannot_pose_as_a_contact() -> None:
    """What the caller calls itself stands in quotes, beside the number."""
    row = text_of(present_leg(leg("x", caller_name="Support"), None, NOW, leg_columns(140)).first)

    assert '"Support"' in row


def test_waiting_and_talking_times() -> None:
    """Wait stops at the answer; talk begins there."""
    answered = leg("x", LegState.ANSWERED, ago_s=60)

    assert waiting(answered, NOW) == "0:03"
    assert talking(answered, NOW) == "0:57"
    assert waiting(leg("x", ago_s=42), NOW) == "0:42"
    assert talking(leg("x"), NOW) == ""
    assert waiting(leg("x", LegState.QUEUED, ago_s=75), NOW) == "1:11"


def test_early_media_is_not_talking() -> None:
    """Bridged before it was answered: nobody talks yet."""
    early = leg("x", LegState.BRIDGED, answered_at=None, bridged_at=NOW - SECOND,
                marks=frozenset({Mark.EARLY_MEDIA}))  # fmt: skip

    assert talking(early, NOW) == ""


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("state", list(LegState))
def test_hostile_text_in_every_field_stays_one_row(text: str, state: LegState) -> None:
    """All text fields of a leg hold the string; the row is still one row of its width."""
    each = leg("x", state)
    for field in fields(Leg):
        if field.type in ("str | None", "LegKey") and field.name != "key":
            setattr(each, field.name, text)
    each.direction = text
    for width in (30, 70, 140):
        row = present_leg(each, each, NOW, leg_columns(width), Look(name_of=lambda _n: text))
        for line in row:
            drawn = text_of(line)
            assert is_safe(drawn)
            assert not line or cell_len(drawn) == width
