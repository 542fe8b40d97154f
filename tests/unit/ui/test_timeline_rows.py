"""The timeline as lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from console.domain.closing import Closing
from console.domain.legs import LegState
from console.domain.timeline import TimelineLine
from console.domain.times import offset_words
from console.ui.presenters.cells import Role
from console.ui.presenters.glyphs import ASCII, UNICODE
from console.ui.presenters.timeline_rows import (
    TimelineRows,
    Times,
    present_timeline_line,
    ties,
    times_shown,
)
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, leg

LINE = TimelineLine(
    seq=3, at=NOW, offset=1_311_000, arrow="◀", title="call.answered", leg_label="B",
    confirms="answer", latency=427_000,
)  # fmt: skip


def text(line: TimelineLine, width: int = 90, *, labels: bool = False) -> str:
    """The line as text."""
    return "".join(span.text for span in present_timeline_line(line, width, labels=labels))


def test_line_says_when_what_and_what_it_confirms() -> None:
    """`+1.311 ◀ call.answered confirms answer, 427 ms`."""
    assert text(LINE).split() == [
        "+1.311",
        "◀",
        "call.answered",
        "confirms",
        "answer,",
        "427",
        "ms",
    ]


def test_leg_letter_only_where_there_are_several() -> None:
    """A single leg needs no letter."""
    assert " B " in text(LINE, labels=True)
    assert " B " not in text(LINE)


def test_late_and_repeated_events_say_so() -> None:
    """In words and in a count."""
    line = text(replace(LINE, late=True, deliveries=3))

    assert "late ×3" in line


def test_numbers_in_the_detail_are_readable() -> None:
    """Grouped, in the middle of a sentence too."""
    assert "to +1 312 555 0101  200" in text(
        replace(LINE, confirms=None, detail="to +13125550101  200")
    )


def test_problem_is_marked() -> None:
    """A refusal stands out."""
    spans = present_timeline_line(replace(LINE, problem=True, detail="422"), 90, labels=False)

    assert any(span.role is Role.BAD for span in spans)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (884_000, "+0.884"),
        (62_884_000, "+1:02.884"),
        (3_602_000_000, "+1:00:02"),
        (-120_000, "-0.120"),
    ],
)
def test_offset_words(offset: int, words: str) -> None:
    """Since the first line."""
    assert offset_words(offset) == words


def test_ended_legs_say_why_below() -> None:
    """A rule, then a sentence; these rows cannot be opened and keep their keys apart from entries."""
    rows = TimelineRows()
    rows.show([LINE], [leg("x", LegState.ENDED)])

    keys = [rows.key_at(index) for index in range(len(rows))]

    assert keys == [3, -1, -2]
    assert [rows.index_of(key) for key in keys] == [0, 1, 2]
    assert "caller hung up before an answer" in "".join(span.text for span in rows.draw(-2, 0, 90))
    assert rows.index_of(-3) is None
    assert rows.index_of(4) is None


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("width", [20, 60, 120])
def test_hostile_lines_stay_one_row(words: str, width: int) -> None:
    """Title, detail, letter, what is confirmed, and the endings."""
    line = replace(LINE, title=words, detail=words, leg_label=words, confirms=words, late=True)
    ended = leg("x", LegState.ENDED, hangup_cause=words, hangup_source=words, from_=words, to=words)
    rows = TimelineRows()
    rows.show([line], [ended, ended])

    assert is_safe(text(line, width, labels=True))
    assert cell_len(text(line, width, labels=True)) == width
    for key in (-1, -2, -3):
        assert is_safe("".join(span.text for span in rows.draw(key, 0, width)))


def test_every_time_is_shown_where_there_is_room() -> None:
    """Clock, since the start and since the line before; below that two, then one."""
    line = replace(LINE, gap=427_000)

    assert text(line, 120).split()[1:4] == ["+1.311", "427", "ms"]
    assert text(line, 80).split()[:3] == ["+1.311", "427", "ms"]
    assert text(line, 60).split()[:2] == ["+1.311", "◀"]
    assert times_shown(Times.START, 120) == "clock, since start, previous"
    assert times_shown(Times.CLOCK, 80) == "clock, since previous"
    assert times_shown(Times.GAP, 60) == "since previous"


@pytest.mark.parametrize(("times", "words"), [(Times.CLOCK, ":"), (Times.GAP, "427 ms")])
def test_other_times_take_the_place(times: Times, words: str) -> None:
    """On the clock, or since the line before."""
    line = present_timeline_line(replace(LINE, gap=427_000), 60, labels=False, times=times)

    assert words in line[1].text


def test_ties_are_drawn_beside_one_another() -> None:
    """Two at a time; a third is left to words. One that has lost its other end is not drawn."""
    lines = [replace(LINE, seq=seq, tie=tie) for seq, tie in enumerate([1, 2, 3, 1, 2, 3, None, 4])]

    drawn = [f"{cells}" for cells in ties(lines, UNICODE)]

    assert drawn == [" ╭", "╭│", "││", "│╰", "╰ ", "  ", "  ", "  "]
    assert ties(lines, ASCII)[0] == " ,"


def test_what_came_of_a_command_is_not_cut_off() -> None:
    """Where there is too little room it stands before the parameters."""
    line = TimelineLine(
        seq=1, at=NOW, arrow="▶", title="speak", problem=True, outcome="422  refused",
        detail=f"ann  text {'la ' * 30} 422  refused",
    )  # fmt: skip

    assert "422  refused  ann" in text(line, 70)


def test_quality_and_cost_stand_below_the_reason() -> None:
    """On a line of their own, only where Telnyx sent them."""
    ended = leg("x", LegState.ENDED)
    rows = TimelineRows()
    rows.show([LINE], [ended], [Closing(ended, "busy", "MOS 4.50", "0.01 USD")])

    assert "MOS 4.50, 0.01 USD" in "".join(span.text for span in rows.draw(-3, 0, 90))
    assert rows.index_at(NOW) == 0
    assert rows.time_of(-2) == rows.time_of(3) == NOW
