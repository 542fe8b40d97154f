"""The HTTP client for Telnyx's API: sends a `Request`, repeats it where that is safe, returns whatever is answered.

With `operator` the only one that talks HTTP. The API key is added to each attempt on the wire and is kept
nowhere else: requests held by exceptions, logs and tracebacks do not carry it. Seconds and milliseconds as named.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from console import __version__
from console.errors import ConfigError, Refused, Unreachable, UsageError
from console.secret import Secret
from console.telnyx.http import RetryTransport, httpx
from console.telnyx.paging import MAX_PAGES, POSITIONS, next_position, whole
from console.telnyx.problems import TOO_MANY_REQUESTS, explain
from console.telnyx.requests import Request
from console.telnyx.retries import (
    NOT_CONNECTED,
    ConnectOnly,
    NoBudgetWaits,
    Patience,
    WaitTooLong,
    told_reset_s,
)

_ATTEMPTS = "console_attempts"


class Answer(NamedTuple):
    """What Telnyx answered, whatever it was."""

    status: int
    data: object
    """`data` of the body as received; an empty object where there was none."""
    meta: Mapping[str, object]
    errors: tuple[Mapping[str, object], ...]
    """Telnyx's errors; one of our own making where the answer was not what an API answers."""
    latency_ms: float
    """From the first attempt to the answer, waits included."""
    attempts: int
    rate_limit_remaining: int | None
    rate_limit_reset_s: float | None = None
    """Seconds until Telnyx counts anew, or until it wants to be asked again."""

    @property
    def ok(self) -> bool:
        """Whether Telnyx did, or accepted, what was asked."""
        return 200 <= self.status < 300 and not self.errors

    @property
    def fields(self) -> Mapping[str, object]:
        """`data` where it is an object, else an empty one."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def rows(self) -> Sequence[Mapping[str, object]]:
        """The objects of `data` where it is a list, else none."""
        rows = self.data if isinstance(self.data, list) else []
        return [row for row in rows if isinstance(row, dict)]


class TelnyxClient:
    """One per engine; connections are kept alive between requests. Use as an async context manager, or `aclose()`."""

    def __init__(
        self,
        base_url: str,
        api_key: Secret,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_s: float = 10.0,
        max_attempts: int = 4,
        max_wait_s: float = 20.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Opens nothing yet. Raises `ConfigError` for a key or an address that cannot be used.

        `timeout_s` counts for connecting and for each wait on the socket; `max_wait_s` bounds the sum of the
        pauses between the attempts of one request. An answer that drips in for longer than all of that is none.
        """
        self._base, self._shown_base = _base(base_url)
        wire = _Wire(transport or httpx.AsyncHTTPTransport(), _usable(api_key))
        self._limit_s = max_attempts * timeout_s + max_wait_s
        self._patience = Patience.of(attempts=max_attempts, max_wait_s=max_wait_s, pause=sleep)
        self._no_budget_waits = NoBudgetWaits.of(
            attempts=max_attempts, max_wait_s=max_wait_s, pause=sleep
        )
        self._connect_only = ConnectOnly.of(
            attempts=max_attempts, max_wait_s=max_wait_s, pause=sleep
        )
        self._http = httpx.AsyncClient(
            transport=RetryTransport(transport=wire, retry=self._patience),
            timeout=timeout_s,
            headers={"Accept": "application/json", "User-Agent": f"call-console/{__version__}"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the kept connections."""
        await self._http.aclose()

    async def send(self, request: Request, *, waits_for_budget: bool = True) -> Answer:
        """The answer to a request, repeated where safe: with the same body, so with the same command_id.

        Repeated are attempts that met no connection, and for requests that may be repeated also time-outs, 5xx and,
        unless `waits_for_budget` is False, 429. Raises `Unreachable` when there was no answer at all.
        """
        started = time.perf_counter()
        attempts: list[bool] = []
        wired = self._wired(request, attempts, waits_for_budget)
        reason: str
        try:
            async with asyncio.timeout(self._limit_s):
                response = await self._http.send(wired)
        except WaitTooLong as error:
            return _told_to_wait(error, _since(started), len(attempts))
        except (httpx.TimeoutException, TimeoutError):
            reason = "it took too long"
        except httpx.RequestError as error:
            reason = _reason(error)
        else:
            return _answer(response, _since(started), len(attempts))
        # Raised outside the handler: no cause, no context, so no request object travels with it.
        tries = f" after {len(attempts)} attempts" if len(attempts) > 1 else ""
        arrived = any(attempts) and request.method != "GET"
        known = "it may have been carried out all the same; " if arrived else ""
        raise Unreachable(
            f"no answer from {self._shown_base}{tries}: {reason}; {known}check the network and the base URL",
            attempts=len(attempts),
            may_have_arrived=arrived,
        )

    def _wired(
        self, request: Request, attempts: list[bool], waits_for_budget: bool
    ) -> httpx.Request:
        patience = self._patience if waits_for_budget else self._no_budget_waits
        retry = patience if request.is_repeatable else self._connect_only
        try:
            return self._http.build_request(
                request.method,
                self._base + request.path,
                params=dict(request.query) or None,
                content=None if request.body is None else _encoded(request.body),
                headers=None if request.body is None else {"Content-Type": "application/json"},
                extensions={"retry": retry, _ATTEMPTS: attempts},
            )
        except httpx.InvalidURL:
            raise UsageError(
                "the request's address is too long or malformed: check the ids"
            ) from None

    def items(
        self, path: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[Mapping[str, object]]:
        """Every object of a list, page after page; raises as `every_item`."""
        return every_item(self.send, path, query)


async def every_item(
    send: Callable[[Request], Awaitable[Answer]], path: str, query: Mapping[str, str] | None = None
) -> AsyncIterator[Mapping[str, object]]:
    """Every object of a list, page after page, by cursor or by number: whichever the answer's meta offers.

    Raises `Refused` when Telnyx says no, and what `send` raises.
    """
    asked = dict(query or {})
    seen: set[str] = set()
    for _ in range(MAX_PAGES):
        answer = await send(Request(method="GET", path=path, query=asked))
        if not answer.ok:
            raise Refused(str(explain(answer.status, answer.errors)))
        for row in answer.rows:
            yield row
        step = next_position(answer.meta, {"number": asked.get("page[number]")})
        if step is None or not answer.rows or step[1] in seen:
            return
        seen.add(step[1])
        asked = {k: v for k, v in asked.items() if k not in _POSITIONS} | {
            f"page[{step[0]}]": step[1]
        }


_POSITIONS = frozenset(f"page[{name}]" for name in POSITIONS)


class _Wire(httpx.AsyncBaseTransport):
    """The innermost step of every attempt: notes it, adds the key, reads the whole answer inside the retry loop.

    What is noted of an attempt is whether something of it may have arrived.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, api_key: Secret) -> None:
        self._transport = transport
        self._api_key = api_key

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        attempts: list[bool] = request.extensions.get(_ATTEMPTS, [])
        attempts.append(True)
        keyed = httpx.Request(
            request.method, request.url, headers=request.headers, stream=request.stream
        )
        keyed.extensions = {
            name: value
            for name, value in request.extensions.items()
            if name in ("timeout", "trace")
        }
        keyed.headers["Authorization"] = f"Bearer {self._api_key.reveal()}"
        try:
            response = await self._transport.handle_async_request(keyed)
        except NOT_CONNECTED:
            attempts[-1] = False
            raise
        await response.aread()
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


def _answer(response: httpx.Response, latency_ms: float, attempts: int) -> Answer:
    data: object = {}
    meta: object = {}
    errors: tuple[Mapping[str, object], ...] = ()
    try:
        body: object = json.loads(response.content) if response.content.strip() else {}
    except (ValueError, RecursionError):
        kind = response.headers.get("content-type", "no type").partition(";")[0]
        title = f"the answer is not JSON but {kind}: something between here and Telnyx may have answered"
        body = {"errors": [{"title": title}]}
    if isinstance(body, dict):
        data, meta = body.get("data", {}), body.get("meta")
        errors = _errors(body)
    if 300 <= response.status_code < 400 and not errors:
        errors = ({"title": "the answer is a redirect, which is not followed"},)
    return Answer(
        response.status_code,
        {} if data is None else data,
        meta if isinstance(meta, dict) else {},
        errors,
        latency_ms,
        attempts,
        whole(response.headers.get("x-ratelimit-remaining")),
        told_reset_s(response),
    )


def _errors(body: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """Telnyx's errors; the SIP-level code that may stand beside them becomes one more."""
    listed = body.get("errors")
    found: list[Mapping[str, object]] = [
        error if isinstance(error, dict) else {"title": str(error)}
        for error in (listed if isinstance(listed, list) else [])
    ]
    for holder in (body, *found):
        sip = holder.get("telnyx_error")
        if isinstance(sip, dict) and sip.get("error_code"):
            found.append({**sip, "code": sip["error_code"]})
            break
    return tuple(found)


def _told_to_wait(error: WaitTooLong, latency_ms: float, attempts: int) -> Answer:
    title = f"Telnyx asks to wait {error.wait_s:.0f} s before the next request"
    code = {"code": TOO_MANY_REQUESTS} if error.status == 429 else {}
    remaining = whole(error.headers.get("x-ratelimit-remaining"))
    problem: dict[str, object] = {**code, "title": title, "detail": title}
    return Answer(error.status, {}, {}, (problem,), latency_ms, attempts, remaining, error.wait_s)


def _base(base_url: str) -> tuple[str, str]:
    """The address to put paths behind, and its host for messages: never user names or passwords in an address."""
    try:
        url = httpx.URL(base_url.strip())
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise ConfigError(
            "the base URL is not an http or https address, like https://api.telnyx.com/v2"
        )
    if url.userinfo:
        raise ConfigError("the base URL contains a user name or password: leave it out")
    return str(url).rstrip("/"), url.netloc.decode("ascii")


def _usable(api_key: Secret) -> Secret:
    """A key that is fit for a header: anything else would be quoted by the error that refuses it."""
    key = api_key.reveal().strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            "the API key is empty or contains characters that no key has: copy it again from the Telnyx portal"
        )
    return Secret(key)


def _encoded(body: Mapping[str, object]) -> bytes:
    """JSON in ASCII: lone surrogates in a typed value stay escapes instead of failing."""
    return json.dumps(body, separators=(",", ":")).encode("ascii")


def _reason(error: httpx.RequestError) -> str:
    """The failure in words, from its kind and the system's message; httpx's messages name no header."""
    if isinstance(error, httpx.ConnectError):
        return f"could not connect ({str(error)[:120] or 'no reason given'})"
    if isinstance(error, httpx.ProtocolError):
        return "the connection broke off" if "disconnect" in str(error) else "it is not HTTP"
    if isinstance(error, httpx.DecodingError):
        return "its compression cannot be undone"
    return "the connection broke off"


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
