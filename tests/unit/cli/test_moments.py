"""Times as people type them."""

from datetime import datetime, timedelta, timezone

import click
import pytest

from console.cli.moments import Moment, moment

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 22, 12, 30, 0, 250_000, tzinfo=ZONE)
SECOND = 1_000_000


def micros(instant: datetime) -> int:
    """µs since 1970."""
    return int(instant.replace(microsecond=0).timestamp()) * SECOND + instant.microsecond


@pytest.mark.parametrize(
    ("text", "ago_s"),
    [("10m", 600), ("2h", 7200), ("1.5h", 5400), ("30s", 30), ("1d", 86400), ("1W", 604800)],
)
def test_moment_counts_back_from_now(text: str, ago_s: int) -> None:
    """Relative times end in a unit."""
    assert moment(text, NOW) == micros(NOW) - ago_s * SECOND


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T10:04:31Z", datetime(2026, 11, 22, 12, 4, 31, tzinfo=ZONE)),
        ("2026-11-22T10:04:31.120000z", datetime(2026, 11, 22, 12, 4, 31, 120_000, tzinfo=ZONE)),
        ("2026-11-22 12:04:31+02:00", datetime(2026, 11, 22, 12, 4, 31, tzinfo=ZONE)),
    ],
)
def test_moment_reads_iso_instants(text: str, instant: datetime) -> None:
    """With an offset the time is exact to the microsecond."""
    assert moment(text, NOW) == micros(instant)


def test_moment_takes_local_time_where_no_offset_is_given() -> None:
    """A clock time is today's, an ISO time without offset is this machine's."""
    now = datetime.now().astimezone()
    wall = now.replace(hour=0, minute=4, second=0, microsecond=0)

    assert moment("0:04", now) == micros(datetime.combine(now.date(), wall.time()).astimezone())
    assert moment("00:04:05.5", now) == moment("0:04", now) + 5_500_000
    assert moment(f"{now.date()}T00:04:00", now) == moment("0:04", now)
    assert moment(str(now.date()), now) == moment("0:00", now)


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "12:60", "10", "m", "2026-13-01", "-5m", "10 m x"]
)
def test_moment_refuses_what_is_no_time_with_examples(text: str) -> None:
    """The sentence says what may be written."""
    with pytest.raises(ValueError, match=r"is no time: write 2026-11-22T12:04:31Z, 12:04 .* 10m"):
        moment(text, NOW)


def test_moment_type_turns_a_wrong_time_into_a_usage_error() -> None:
    """Click then exits with 2."""
    with pytest.raises(click.BadParameter, match="is no time"):
        Moment().convert("soon", None, None)
    assert Moment().convert(5, None, None) == 5
