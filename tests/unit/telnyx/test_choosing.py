"""Choosing an application: what is offered, and which one an answer means."""

from __future__ import annotations

import pytest

from console.telnyx.applications import Level
from console.telnyx.choosing import choice_of, choices_of, picked

FINE = {
    "id": "149",
    "application_name": "Support\x1b[31m",
    "webhook_event_url": "https://a.example/webhooks",
    "webhook_api_version": "2",
}
BAD = {"id": "2", "webhook_api_version": "1", "active": False}


def test_choice_names_the_application_and_what_is_wrong_with_it() -> None:
    """Fit to be shown, the gravest finding first."""
    fine, bad = choice_of(FINE), choice_of(BAD)
    assert fine is not None
    assert bad is not None

    assert fine.line.startswith("Support")
    assert fine.line.endswith("(149), webhooks to https://a.example/webhooks")
    assert "\x1b" not in fine.line
    assert bad.line == "? (2), webhooks to nowhere"
    assert [each.level for each in bad.problems][:2] == [Level.BAD, Level.BAD]
    assert all(each.level is not Level.OK for each in (*fine.problems, *bad.problems))


def test_choice_needs_an_id() -> None:
    """What nobody could name is not offered."""
    assert choices_of([{"application_name": "x"}, FINE]) == (choice_of(FINE),)


@pytest.mark.parametrize(
    ("answer", "id_"),
    [("1", "149"), ("2", "2"), ("149", "149"), ("3", None), ("0", None), ("", None), ("²", None)],
)
def test_picked_takes_a_place_or_an_id(answer: str, id_: str | None) -> None:
    """A place in the list first; an id that is in the list otherwise."""
    found = picked(choices_of([FINE, BAD]), answer)

    assert (found.id if found is not None else None) == id_
