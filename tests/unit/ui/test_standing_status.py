"""The tunnel and a taken webhook URL on the status line."""

from __future__ import annotations

import pytest

from console.reports import Health
from console.standing import TakingHealth, TunnelHealth
from console.ui.presenters.glyphs import UNICODE
from console.ui.presenters.standing_status import present_standing


def words(**changes: object) -> list[str]:
    values: dict[str, object] = {
        "pid": 1,
        "version": "0",
        "started_at": 1,
        "journal": "j",
        "webhook_url": "http://127.0.0.1:1/w",
        "base_url": "http://x/v2",
    }
    health = Health(**values | changes)  # type: ignore[arg-type]
    return ["".join(span.text for span in line) for line, _ in present_standing(health, UNICODE)]


@pytest.mark.parametrize(
    ("state", "sentence", "wanted"),
    [
        ("up", "", "● tunnel"),
        ("starting", "", "○ tunnel starting"),
        (
            "restarting",
            "the tunnel (t) ended with code 3: no account; it is started again in 1 s",
            "✗ tunnel restarting: (t) ended with code 3: no account",
        ),
        ("failed", "the tunnel cannot be started", "✗ tunnel failed: cannot be started"),
    ],
)
def test_tunnel_is_told_in_symbol_and_word(state: str, sentence: str, wanted: str) -> None:
    """With its last words where it does not do."""
    assert words(tunnel=TunnelHealth(state=state, sentence=sentence)) == [wanted]


@pytest.mark.parametrize(
    ("is_left", "wanted"), [(False, "URL taken"), (True, "✗ URL not given back")]
)
def test_taken_url_stays_visible(is_left: bool, wanted: str) -> None:
    """As long as it is taken."""
    taking = TakingHealth(
        application_id="1",
        application_name="",
        our_url="u",
        taken_at=1,
        own_url=None,
        is_left=is_left,
        sentence="",
    )
    assert words(taking=taking) == [wanted]


def test_nothing_is_said_where_there_is_nothing() -> None:
    """The usual case."""
    assert words() == []
