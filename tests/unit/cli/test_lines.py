"""Entries and legs as lines: the contract's keys, and nothing a terminal would obey."""

import json

from console.cli.lines import entry_line, leg_json
from console.domain.entries import Entry, Kind
from console.domain.legs import Leg, LegState, Mark

KEYS = [
    "call_control_id",
    "call_leg_id",
    "call_session_id",
    "connection_id",
    "direction",
    "from",
    "to",
    "state",
    "stale",
    "initiated_at",
    "answered_at",
    "bridged_at",
    "ended_at",
    "hangup_cause",
    "hangup_source",
    "sip_hangup_cause",
    "marks",
]


def test_leg_json_has_exactly_the_keys_of_the_contract() -> None:
    """Times are ISO 8601 or null, marks a sorted list of words."""
    leg = Leg(
        key="v3:a",
        call_control_id="v3:a",
        from_="+13125550100",
        state=LegState.BRIDGED,
        initiated_at=1_700_000_000_120_000,
        marks=frozenset({Mark.STREAMING, Mark.RECORDING}),
    )

    shown = leg_json(leg)

    assert list(shown) == KEYS
    assert shown["state"] == "bridged"
    assert shown["from"] == "+13125550100"
    assert shown["initiated_at"] == "2023-11-14T22:13:20.120000Z"
    assert shown["ended_at"] is None
    assert shown["marks"] == ["recording", "streaming"]
    json.dumps(shown)


def refusal(reason: str) -> Entry:
    """A refused delivery with this reason."""
    return Entry(
        seq=1, kind=Kind.REFUSED, received_at=1_700_000_000_120_000, body=b"{}", reason=reason
    )


def test_entry_line_shows_time_and_words_and_no_control_characters() -> None:
    """What came from outside cannot move the cursor."""
    line = entry_line(as_json=False)(refusal("signature \x1b]0;owned\x07\x9b31m does not match"))

    assert line.isprintable()
    assert "does not match" in line
    assert line[2] == ":"
    assert line.split()[0].endswith(".120")


def test_entry_line_with_date_begins_with_the_day() -> None:
    """The journal goes back further than today."""
    assert entry_line(as_json=False, with_date=True)(refusal("x")).startswith("2023-11-1")


def test_entry_line_as_json_is_one_object() -> None:
    """The journal's own contract."""
    assert json.loads(entry_line(as_json=True)(refusal("x")))["kind"] == "refused"
