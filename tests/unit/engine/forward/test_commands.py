"""Commands in Telnyx's records."""

from __future__ import annotations

from console.engine.forward.commands import command_notes

LEG = "c2f5cafe-0000-4000-8000-000000000001"


def item(type_: str, name: str, second: str, leg: str = LEG) -> dict[str, object]:
    return {
        "record_type": "call_event",
        "type": type_,
        "name": name,
        "call_leg_id": leg,
        "call_session_id": "s",
        "event_timestamp": f"2026-11-22T10:00:{second}Z",
        "metadata": {},
    }


def test_command_is_tied_to_the_event_before_it() -> None:
    """Of its own leg, whatever the order in which the records list them."""
    found = command_notes(
        [
            item("command", "answer", "01.212"),
            item("webhook", "call.hangup", "00.900", leg="other"),
            item("webhook", "call.initiated", "01.000"),
        ],
        7,
    )

    assert [note.reason for note in found] == [
        "Telnyx's records: command answer, 212 ms after call.initiated"
    ]
    assert (found[0].call_leg_id, found[0].received_at) == (LEG, 7)


def test_command_keeps_its_identity() -> None:
    """Read again, it is the same; another time is another command."""
    first, again, later = (
        command_notes([item("command", "speak", second)], at)[0]
        for second, at in (("01.0", 1), ("01.0", 2), ("02.0", 3))
    )

    assert first.event_key == again.event_key
    assert first.event_key != later.event_key
    assert first.reason == "Telnyx's records: command speak"


def test_odd_items_are_passed_over() -> None:
    """What is not documented may be anything."""
    odd: dict[str, object] = {"type": "command", "name": ["x"], "event_timestamp": 7}

    assert command_notes([odd, {"type": "command", "name": "x"}, {}], 1) == []
