"""Rows of transcripts and streams, wrapped text, and what can be reached from the internet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.domain.transcript import Utterance
from console.reports import StreamHealth, TrackHealth
from console.ui.presenters.cells import line_width
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.reach import is_local, unreachable
from console.ui.presenters.stream_rows import METER, Sound, StreamRows, meter
from console.ui.presenters.transcript_rows import TranscriptRows, speaker
from console.ui.presenters.wrapping import wrapped
from console.ui.screens.sound import default_name
from tests.fixtures.hostile import HOSTILE


def text_of(rows: TranscriptRows | StreamRows, width: int) -> list[str]:
    """All lines as they would be drawn."""
    lines = []
    for line in range(rows.line_count()):
        index, sub = rows.at_line(line)
        lines.append("".join(span.text for span in rows.draw(rows.key_at(index), sub, width)))  # type: ignore[arg-type]
    return lines


def said(at: int, text: str, *, final: bool = True, track: str = "inbound") -> Utterance:
    return Utterance((at, b""), at, track, text, final, None)


@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapped_text_fits_and_loses_no_word(text: str, width: int) -> None:
    """Whatever is wrapped: every line fits, and what is no blank is still there."""
    lines = list(wrapped(text, width))

    assert all(cell_len(line) <= width for line in lines)
    assert all(line.isprintable() for line in lines)


def test_words_stay_whole_where_they_can() -> None:
    """A break comes between words, inside of one only where it is too long."""
    assert list(wrapped("to be or not", 6)) == ["to be", "or not"]
    assert list(wrapped("abcdefgh", 3)) == ["abc", "def", "gh"]
    assert list(wrapped("", 5)) == [""]
    assert list(wrapped("x" * 9, 80, limit=4)) == ["xxxx…"]


def test_transcript_rows_are_found_by_line() -> None:
    """Long text takes several lines; each belongs to its utterance."""
    rows = TranscriptRows()
    rows.resize(40)
    rows.show([said(1, "word " * 10), said(2, "short", track="outbound", final=False)], "incoming")

    lines = text_of(rows, 40)

    assert len(lines) == rows.line_count() == 4
    assert [rows.at_line(line) for line in range(4)] == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert rows.line_of(1) == 3
    assert lines[3].endswith("us      short …")


def test_transcript_rows_hold_no_text_of_before() -> None:
    """What is said over and over again, better each time, takes no more room for that."""
    rows = TranscriptRows()
    for number in range(1_000):
        rows.show([said(1, f"word {number}", final=False)], "incoming")

    assert len(rows._wrapped) < 300


def test_transcript_rows_change_their_stamp_with_the_text() -> None:
    """A row is painted again when its text changes, and only then."""
    rows = TranscriptRows()
    one, other = said(1, "goo", final=False), said(1, "good")
    rows.show([one], "incoming")
    stamp = rows.stamp(one.id)
    rows.show([one], "incoming")
    assert rows.stamp(one.id) == stamp
    rows.show([other], "incoming")

    assert rows.stamp(one.id) != stamp


@pytest.mark.parametrize(
    ("track", "direction", "who"),
    [
        ("inbound", "incoming", "caller"),
        ("inbound", "outgoing", "callee"),
        ("inbound", None, "far end"),
        ("outbound", "incoming", "us"),
        ("", None, "unknown"),
        ("third", None, "third"),
    ],
)
def test_speakers_are_named(track: str, direction: str | None, who: str) -> None:
    """Inbound is what the leg's far end says."""
    assert speaker(track, direction) == who


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_fits_its_lines(text: str) -> None:
    """Nothing that a terminal obeys, nothing wider than the list."""
    rows = TranscriptRows()
    rows.resize(40)
    rows.show([said(1, text, track=text)], text)
    stream = StreamHealth(
        call_control_id=text,
        codec=text,
        tracks=(TrackHealth(track=text),),
        saving=text,
        notice=text,
    )
    streams = StreamRows(lambda: 0)
    streams.resize(40)
    streams.show([Sound("k", text, text, stream, (text, text))])

    for line in [*text_of(rows, 40), *text_of(streams, 40)]:
        assert line.isprintable()
        assert cell_len(line) <= 40


@pytest.mark.parametrize(
    ("level", "filled"), [(None, 0), (-96.0, 0), (-60.0, 0), (-30.0, METER // 2), (0.0, METER), (3.0, METER)]
)  # fmt: skip
def test_meter_shows_the_level(level: float | None, filled: int) -> None:
    """From -60 dB to full scale, always of the same width."""
    line = meter(level, ASCII)

    assert "".join(span.text for span in line).count("#") == filled
    assert line_width(line) == METER + 2


def test_stream_rows_have_a_line_for_each_track_and_notice() -> None:
    """And a row without a stream says so."""
    stream = StreamHealth(
        call_control_id="c",
        tracks=(TrackHealth(track="inbound", late=2, undecoded=1), TrackHealth(track="x")),
        notice="codec is not decoded",
    )
    rows = StreamRows(lambda: 0)
    rows.resize(120)
    rows.show([Sound("none", None, "nobody"), Sound("one", "c", "Ann", stream)])

    lines = text_of(rows, 120)

    assert len(lines) == 5
    assert "no sound is streamed here" in lines[0]
    assert "late 2" in lines[2]
    assert "unreadable 1" in lines[2]
    assert "codec is not decoded" in lines[4]
    assert rows.at_line(4) == (1, 3)
    rows.show([Sound("one", "c", "Ann", replace(stream, is_live=False, ended_at=5))])
    assert "ended" in text_of(rows, 120)[0]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("ws://127.0.0.1:8080/m", True),
        ("ws://[::1]:1/", True),
        ("ws://localhost/", True),
        ("ws://192.168.1.7/", True),
        ("wss://calls.example.com/", False),
        ("wss://8.8.8.8/", False),
        ("ws://[bad", False),
    ],
)
def test_local_addresses_are_told(url: str, local: bool) -> None:
    """What the internet cannot reach."""
    assert is_local(url) is local


def test_telnyx_cannot_reach_this_machine_but_a_simulator_can() -> None:
    """The host is named, the path with its token is not."""
    words = unreachable("ws://127.0.0.1:8080/media/TOKEN", "https://api.telnyx.com/v2")

    assert words is not None
    assert "127.0.0.1" in words
    assert "TOKEN" not in words
    assert unreachable("ws://127.0.0.1:8080/media/T", "http://127.0.0.1:9/v2") is None
    assert unreachable("wss://calls.example.com/m", "https://api.telnyx.com/v2") is None


def test_default_name_of_a_file_is_harmless() -> None:
    """No folder, nothing a shell would read, whoever calls."""
    import time

    at = time.struct_time((2026, 11, 22, 12, 4, 31, 6, 326, 0))

    assert default_name("+1 312 555 0101", at) == "call-13125550101-20261122-120431.wav"
    assert default_name("../../etc/passwd; rm", at) == "call-etcpasswdrm-20261122-120431.wav"
    assert default_name("…", at) == "call-unknown-20261122-120431.wav"
