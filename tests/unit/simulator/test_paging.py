"""Both styles of pages."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from console.simulator import paging
from console.simulator.errors import ApiError


def walk(items: list[int], query: dict[str, str]) -> list[list[int]]:
    """All cursor pages, following `next` as a client does."""
    pages = []
    while True:
        page = paging.by_cursor(items, query, path="/v2/x", position=lambda item: item)
        pages.append(list(page.items))
        following = page.meta["next"]
        if following is None:
            return pages
        query = dict(parse_qsl(urlsplit(str(following)).query))


def test_cursor_pages_cover_everything_once() -> None:
    """Following `next` from the first page ends at the last item."""
    assert walk(list(range(7)), {"page[limit]": "3"}) == [[0, 1, 2], [3, 4, 5], [6]]
    assert walk(list(range(45)), {})[1] == list(range(20, 40))
    assert walk([], {}) == [[]]


def test_cursor_stays_right_while_items_go() -> None:
    """A call that ends between two pages neither hides nor repeats another one."""
    items = list(range(6))
    page = paging.by_cursor(items, {"page[limit]": "3"}, path="/x", position=lambda item: item)
    cursors = page.meta["cursors"]
    assert isinstance(cursors, dict)
    items.remove(2)
    items.remove(1)

    following = paging.by_cursor(
        items,
        {"page[limit]": "3", "page[after]": cursors["after"]},
        path="/x",
        position=lambda item: item,
    )

    assert list(following.items) == [3, 4, 5]
    assert following.meta["total_items"] == 4


def test_cursor_goes_back() -> None:
    """page[before] gives the items just before the cursor."""
    query = {"page[limit]": "2", "page[before]": paging._encode(4)}

    page = paging.by_cursor(list(range(6)), query, path="/x", position=lambda item: item)

    assert list(page.items) == [2, 3]


def test_number_pages_say_how_many_there_are() -> None:
    """The default size is 20, and a page beyond the last is empty."""
    page = paging.by_number(list(range(45)), {"page[number]": "3"})

    assert list(page.items) == [40, 41, 42, 43, 44]
    assert page.meta == {"page_number": 3, "page_size": 20, "total_pages": 3, "total_results": 45}
    assert list(paging.by_number([1], {"page[number]": "2"}).items) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"page[size]": "251"}, "10033"),
        ({"page[size]": "0"}, "10033"),
        ({"page[number]": "one"}, "10026"),
    ],
)
def test_number_pages_refuse_nonsense(query: dict[str, str], code: str) -> None:
    """Sizes go from 1 to 250."""
    with pytest.raises(ApiError) as caught:
        paging.by_number([], query)

    assert caught.value.code == code


@pytest.mark.parametrize("cursor", ["v1:%%%", "v1:Zm9v", "nonsense"])
def test_cursor_pages_refuse_a_foreign_cursor(cursor: str) -> None:
    """A cursor is ours or none."""
    with pytest.raises(ApiError):
        paging.by_cursor([1], {"page[after]": cursor}, path="/x", position=lambda item: item)
