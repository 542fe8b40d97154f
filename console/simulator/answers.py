"""Requests and answers in the form that every endpoint shares."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from aiohttp import web

from console.simulator import errors, paging

Body = Mapping[str, object]
T = TypeVar("T")

PREFIX = "/v2"
BODY = web.RequestKey("body", object)


def parse(raw: bytes) -> Body:
    """The body of a request. Raises `ApiError` if it is no JSON object."""
    try:
        body = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        raise errors.not_json() from None
    if not isinstance(body, dict):
        raise errors.not_json()
    return body


def body_of(request: web.Request) -> Body:
    """The body that the border has read; nothing where there was none."""
    body = request.get(BODY)
    return body if isinstance(body, dict) else {}


def data(content: object, *, status: int = 200) -> web.Response:
    """`{"data": …}`."""
    return web.json_response({"data": content}, status=status)


def page(
    items: Sequence[T], query: Mapping[str, str], present: Callable[[T], object]
) -> web.Response:
    """One page by number, with its meta."""
    found = paging.by_number(items, query)
    shown = [present(item) for item in found.items]
    return web.json_response({"data": shown, "meta": found.meta})
