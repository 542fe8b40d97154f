"""What an editor leaves of a recorded webhook."""

from __future__ import annotations

import pytest

from console.cli import editing
from console.cli.replay import _edited
from console.domain.entries import Entry, Kind


@pytest.mark.parametrize("left", [b"no json", b"[" * 100_000])
def test_edited_body_is_sent_whatever_it_is(
    left: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no JSON, or nested without end, is said to be so, and goes out all the same."""
    monkeypatch.setattr(editing, "edited", lambda _body: left)
    entry = Entry(seq=1, kind=Kind.WEBHOOK, received_at=1, body=b"{}")

    assert _edited([entry]) == left
    assert "what you wrote is no JSON" in capsys.readouterr().err
