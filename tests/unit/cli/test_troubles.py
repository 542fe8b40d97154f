"""Troubles of an engine without a screen: said when they come and when they go, once."""

from dataclasses import replace

from console.cli.troubles import Troubles
from console.reports import Health

WELL = Health(
    pid=1,
    version="0",
    started_at=0,
    journal="j.sqlite3",
    webhook_url="http://127.0.0.1:8080/webhooks",
    base_url="https://api.telnyx.com/v2",
)


def test_troubles_says_when_recording_stops_and_goes_on() -> None:
    """A disk that is full is never silent, nor said again while it stays full."""
    said: list[str] = []
    health = WELL
    troubles = Troubles(lambda: health, say=said.append)

    troubles.look()
    health = replace(WELL, journal_error="The disk is full.")
    troubles.look()
    troubles.look()
    health = WELL
    troubles.look()
    troubles.look()

    assert said == ["not recording: The disk is full.", "recording again"]


def test_troubles_says_each_notice_once_while_it_lasts() -> None:
    """What was said at the start is known; what comes back is news again."""
    said: list[str] = []
    health = replace(WELL, notices=("no key", "tunnel failed"))
    troubles = Troubles(lambda: health, known=("no key",), say=said.append)

    troubles.look()
    troubles.look()
    health = replace(WELL, notices=("no key",))
    troubles.look()
    health = replace(WELL, notices=("no key", "tunnel failed"))
    troubles.look()

    assert said == ["tunnel failed", "tunnel failed"]
