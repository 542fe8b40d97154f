"""What time Telnyx has: the `Date` of any answer of its API (RFC 9110 6.6.1). Asked without the key, so it costs no budget."""

from __future__ import annotations

import asyncio
import time
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from console.errors import Unreachable
from console.telnyx.http import httpx


class Dated(NamedTuple):
    """One answer: `offset_s` is our clock minus theirs, off by `uncertainty_s` at most; None where it had no date."""

    offset_s: float | None
    uncertainty_s: float
    took_ms: float


async def told_date(
    base_url: str, timeout_s: float, *, transport: httpx.AsyncBaseTransport | None = None
) -> Dated:
    """Whatever is answered, a refusal too. Raises `Unreachable` with one sentence."""
    try:
        async with (
            asyncio.timeout(timeout_s),
            httpx.AsyncClient(transport=transport, timeout=timeout_s) as client,
        ):
            # The connection first, so that the one that counts takes as little as it can.
            await client.head(base_url)
            began_at, began_s = time.time(), time.monotonic()
            answer = await client.head(base_url)
            took_s = time.monotonic() - began_s
    except (TimeoutError, httpx.TimeoutException):
        raise Unreachable(f"no answer from Telnyx's API within {timeout_s:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unreachable("Telnyx's API cannot be reached") from None
    try:
        told_s = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return Dated(None, 0.0, took_s * 1000)
    # They looked at their clock somewhere between our two looks, and left out the part of a second.
    offset_s = began_at + took_s / 2 - (told_s + 0.5)
    return Dated(offset_s, 0.5 + took_s / 2, took_s * 1000)
