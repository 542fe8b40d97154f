"""Instants and spans, read tolerantly and written in one form."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.times import iso, local_clock, parse_iso, span

MOMENT = 1_763_813_071_120_000


@pytest.fixture
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "written",
    ["2025-11-22T12:04:31.120000Z", "2025-11-22T12:04:31.12Z", "2025-11-22T13:04:31.120+01:00",
     "2025-11-22T12:04:31.120000999Z", "2025-11-22 12:04:31.120", "2025-11-22t12:04:31.120z"],
)  # fmt: skip
def test_parse_iso_reads_what_telnyx_and_others_write(written: str) -> None:
    """Z, offsets, no offset, more or fewer digits."""
    assert parse_iso(written) == MOMENT


@pytest.mark.parametrize(
    "written", ["", "soon", None, 5, "2025-13-01T00:00:00Z", "x" * 1000, [], "T" * 20]
)
def test_parse_iso_answers_none_to_anything_else(written: object) -> None:
    """No exception, whatever the type."""
    assert parse_iso(written) is None


@given(st.text(max_size=60) | st.integers() | st.none())
def test_parse_iso_never_raises(written: object) -> None:
    """Whatever is in the field."""
    assert parse_iso(written) is None or isinstance(parse_iso(written), int)


@given(st.integers(min_value=-(10**17), max_value=253_402_300_799_999_999))
def test_iso_is_read_back(micros: int) -> None:
    """Writing and reading is lossless over the calendar."""
    shown = iso(micros)
    if not shown.endswith("µs"):
        assert parse_iso(shown) == micros


def test_iso_writes_one_form() -> None:
    """Six digits and Z; outside the calendar a number."""
    assert iso(MOMENT) == "2025-11-22T12:04:31.120000Z"
    assert iso(0) == "1970-01-01T00:00:00.000000Z"
    assert iso(10**20) == f"{10**20} µs"


@pytest.mark.usefixtures("_in_berlin")
def test_local_clock_is_local() -> None:
    """Hours of the machine's zone; absurd instants do not raise."""
    assert local_clock(MOMENT) == "13:04:31"
    assert local_clock(MOMENT, millis=True) == "13:04:31.120"
    assert local_clock(10**30) == "--:--:--"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (42.9, "0:42"),
        (192, "3:12"),
        (3723, "1:02:03"),
        (-5, "0:00"),
        (360_000, "100:00:00"),
    ],
)
def test_span_counts_whole_seconds(seconds: float, shown: str) -> None:
    """Minutes and seconds, hours when there are some."""
    assert span(int(seconds * 1_000_000)) == shown
