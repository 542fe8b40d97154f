"""Pages of a list, in both of Telnyx's styles: by number and by cursor (VOICE a). Pure.

The specification pages active calls by cursor, the official client by number: whoever names a number or a size gets
number pages, everybody else a cursor.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import quote

from console.simulator import errors

T = TypeVar("T")

DEFAULT_SIZE = 20
MAX_SIZE = 250
_NONE = {"", "null"}


class Page(NamedTuple, Generic[T]):
    """The items of one page and what the answer's `meta` says about it."""

    items: Sequence[T]
    meta: Mapping[str, object]


def by_number(items: Sequence[T], query: Mapping[str, str]) -> Page[T]:
    """The page that page[number] and page[size] name. Raises `ApiError` (10033, 10026)."""
    number = _whole(query, "page[number]", 1, low=1, high=None)
    size = _whole(query, "page[size]", DEFAULT_SIZE, low=1, high=MAX_SIZE)
    meta = {
        "page_number": number,
        "page_size": size,
        "total_pages": -(-len(items) // size),
        "total_results": len(items),
    }
    return Page(items[(number - 1) * size : number * size], meta)


def is_by_number(query: Mapping[str, str]) -> bool:
    """Whether a request asks for number pages."""
    return "page[number]" in query or "page[size]" in query


def by_cursor(
    items: Sequence[T], query: Mapping[str, str], *, path: str, position: Callable[[T], int]
) -> Page[T]:
    """The page behind page[after] or before page[before]; `position` grows along the list.

    A cursor is a position, so that pages stay right while calls come and go. Raises `ApiError`.
    """
    limit = _whole(query, "page[limit]", DEFAULT_SIZE, low=1, high=MAX_SIZE)
    after, before = _cursor(query, "page[after]"), _cursor(query, "page[before]")
    if before is not None:
        shown = [item for item in items if position(item) < before][-limit:]
    else:
        shown = [item for item in items if after is None or position(item) > after][:limit]
    is_last = not shown or shown[-1] is items[-1]
    is_first = not shown or shown[0] is items[0]
    next_cursor = None if is_last else _encode(position(shown[-1]))
    previous_cursor = None if is_first else _encode(position(shown[0]))
    suffix = f"&page[limit]={limit}" if "page[limit]" in query else ""
    meta = {
        "cursors": {"after": next_cursor, "before": previous_cursor},
        "next": next_cursor and f"{path}?page[after]={quote(next_cursor, safe=':')}{suffix}",
        "previous": previous_cursor
        and f"{path}?page[before]={quote(previous_cursor, safe=':')}{suffix}",
        "total_items": len(items),
    }
    return Page(shown, meta)


def _whole(query: Mapping[str, str], name: str, default: int, *, low: int, high: int | None) -> int:
    given = query.get(name, "")
    if given in _NONE:
        return default
    try:
        value = int(given)
    except ValueError:
        raise errors.wrong_type(name, "an integer") from None
    if value < low or (high is not None and value > high):
        raise errors.out_of_range(name, low, high)
    return value


def _encode(position: int) -> str:
    return "v1:" + base64.urlsafe_b64encode(f"leg-{position}".encode()).decode()


def _cursor(query: Mapping[str, str], name: str) -> int | None:
    given = query.get(name, "")
    if given in _NONE:
        return None
    try:
        text = base64.urlsafe_b64decode(given.removeprefix("v1:")).decode()
        return int(text.removeprefix("leg-"))
    except (binascii.Error, ValueError):
        raise errors.bad_request("The page cursor is not valid.", f"/{name}") from None
