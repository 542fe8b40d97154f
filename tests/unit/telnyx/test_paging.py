"""What to ask for after a page, whichever way a list counts and spells its pages."""

from __future__ import annotations

import pytest

from console.telnyx.catalogue import load
from console.telnyx.paging import has_more, next_position, pages_of, with_page


@pytest.mark.parametrize(
    ("meta", "page", "step"),
    [
        ({"total_pages": 3, "page_number": 1}, {}, ("number", "2")),
        ({"total_pages": 3}, {"number": "2"}, ("number", "3")),
        ({"total_pages": 3, "page_number": 3}, {}, None),
        ({"cursors": {"after": "abc"}}, {}, ("after", "abc")),
        ({"cursors": {"after": "abc"}, "next": ""}, {}, None),
        ({"cursors": {"after": None}}, {}, None),
        ({"total_pages": True}, {}, None),
        ({}, {}, None),
    ],
)
def test_next_position_follows_what_the_answer_offers(
    meta: dict[str, object], page: dict[str, object], step: tuple[str, str] | None
) -> None:
    """By cursor or by number; None after the last page, and where nothing is said."""
    assert next_position(meta, page) == step
    if not page:
        assert has_more(meta) == (step is not None)


@pytest.mark.parametrize(
    ("action", "params", "asked"),
    [
        ("apps.list", {"page": {"size": 100}}, {"page": {"size": 100, "number": "2"}}),
        ("queue.list", {"page[size]": 5}, {"page[size]": 5, "page[number]": "2"}),
        ("queue.list", {"page[number]": 1}, {"page[number]": "2"}),
        ("apps.list", {"sort": "x"}, {"sort": "x", "page": {"number": "2"}}),
    ],
)
def test_with_page_spells_it_as_the_list_does(
    action: str, params: dict[str, object], asked: dict[str, object]
) -> None:
    """Some lists have `page` as an object, others have `page[number]` as a name of its own."""
    told = with_page(load()[action], params, ("number", "2"))

    assert told == asked
    assert pages_of(told)["number"] == "2"
