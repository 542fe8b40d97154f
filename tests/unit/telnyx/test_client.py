"""The client over a scripted transport: answers, retries, pages, and a key that nobody sees."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Mapping

import httpx
import pytest

from console.errors import ConfigError, Refused, Unreachable, UsageError
from console.secret import Secret
from console.telnyx.client import Answer, TelnyxClient
from console.telnyx.requests import Request, build

KEY = "KEY0123456789ABCDEF_secretsecretsecret"
ANSWER = Request(method="POST", path="/calls/A/actions/answer", body={"command_id": "c1"})
SWITCH = Request(
    method="POST", path="/calls/A/actions/switch_supervisor_role", body={"role": "barge"}
)
LOOK = Request(method="GET", path="/calls/A")

Step = httpx.Response | Exception


class Scripted(httpx.AsyncBaseTransport):
    """Plays one step per attempt, the last one for ever, and keeps what it was sent."""

    def __init__(self, *steps: Callable[[], Step]) -> None:
        self._steps = list(steps)
        self.sent: list[httpx.Request] = []
        self.bodies: list[bytes] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        self.bodies.append(await request.aread())
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        result = step()
        if isinstance(result, Exception):
            raise result
        return result

    async def aclose(self) -> None:
        self.closed = True


class Waits(list[float]):
    """Stands in for sleeping; remembers how long it would have been."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def says(status: int, body: object = None, **headers: str) -> Callable[[], Step]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: httpx.Response(status, json={} if body is None else body, headers=named)


def fails(error: type[Exception], text: str = "") -> Callable[[], Step]:
    return lambda: error(text)


OK = says(200, {"data": {"result": "ok"}}, x_ratelimit_remaining="17")


def client_of(transport: Scripted, waits: Waits | None = None, **options: float) -> TelnyxClient:
    attempts = int(options.pop("max_attempts", 4))
    return TelnyxClient(
        "https://api.example/v2",
        Secret(KEY),
        transport=transport,
        sleep=Waits() if waits is None else waits,
        max_attempts=attempts,
        **options,
    )


async def send(
    *steps: Callable[[], Step], request: Request = ANSWER, waits: Waits | None = None
) -> tuple[Answer, Scripted]:
    transport = Scripted(*steps)
    async with client_of(transport, waits) as client:
        return await client.send(request), transport


async def test_send_returns_the_answer() -> None:
    """Status, data, attempts and the rate limit of a good answer."""
    answer, transport = await send(OK)

    assert answer[:4] == (200, {"result": "ok"}, {}, ())
    assert (answer.attempts, answer.rate_limit_remaining, answer.ok) == (1, 17, True)
    assert answer.fields == {"result": "ok"}
    assert answer.latency_ms >= 0
    assert transport.closed


async def test_send_puts_key_path_and_body_on_the_wire() -> None:
    """The attempt carries what Telnyx needs."""
    request = build(
        "transfer", call_control_id="v3:a/b", params={"to": "+15550100"}, command_id="c9"
    )
    _, transport = await send(OK, request=request)

    sent = transport.sent[0]
    assert sent.headers["Authorization"] == f"Bearer {KEY}"
    assert sent.headers["Content-Type"] == "application/json"
    assert str(sent.url) == "https://api.example/v2/calls/v3%3Aa%2Fb/actions/transfer"
    assert json.loads(transport.bodies[0]) == {"to": "+15550100", "command_id": "c9"}


async def test_send_encodes_the_brackets_of_a_query() -> None:
    """Raw brackets have silently returned empty lists (VOICE a)."""
    request = build("call_events", params={"filter": {"leg_id": "a&b"}})
    _, transport = await send(OK, request=request)

    assert transport.sent[0].url.raw_path == b"/v2/call_events?filter%5Bleg_id%5D=a%26b"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_send_repeats_what_may_be_repeated(status: int) -> None:
    """The same body, so the same command_id, until it is answered."""
    waits = Waits()
    answer, transport = await send(says(status), says(status), OK, waits=waits)

    assert (answer.ok, answer.attempts) == (True, 3)
    assert len(set(transport.bodies)) == 1
    assert len(waits) == 2
    assert 0.2 <= waits[0] <= 0.5 <= waits[1] <= 1.0


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError,
        httpx.ReadTimeout,
        httpx.ConnectTimeout,
        httpx.ReadError,
        httpx.RemoteProtocolError,
    ],
)
async def test_send_repeats_lost_attempts(error: type[Exception]) -> None:
    """Connections that fail or break off are tried again."""
    answer, _ = await send(fails(error, "gone"), OK)

    assert (answer.ok, answer.attempts) == (True, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
async def test_send_does_not_repeat_refusals(status: int) -> None:
    """A no is a no."""
    errors = [{"code": 90018, "title": "Call has already ended"}]
    answer, _ = await send(says(status, {"errors": errors}))

    assert (answer.status, answer.attempts, answer.ok) == (status, 1, False)
    assert answer.errors == tuple(errors)


async def test_send_gives_up_after_its_attempts() -> None:
    """The last answer counts, with the number of attempts."""
    answer, transport = await send(says(503, {"errors": [{"code": "10007", "title": "x"}]}))

    assert (answer.status, answer.attempts, len(transport.sent)) == (503, 4, 4)
    assert answer.errors[0]["code"] == "10007"


async def test_send_says_that_nothing_answered() -> None:
    """Unreachable names the host, the number of attempts and the reason."""
    with pytest.raises(Unreachable) as caught:
        await send(fails(httpx.ConnectError, "[Errno 111] Connection refused"))

    message = caught.value.user_message
    assert "api.example after 4 attempts" in message
    assert "Connection refused" in message
    assert caught.value.exit_code == 4
    assert not caught.value.may_have_arrived


async def test_send_says_that_a_command_may_have_arrived() -> None:
    """One attempt that got beyond connecting is enough; a question has no effect to speak of."""
    steps = (fails(httpx.ReadError), fails(httpx.ConnectError, "refused"))
    with pytest.raises(Unreachable) as caught:
        await send(*steps)
    assert caught.value.may_have_arrived
    assert "it may have been carried out all the same" in caught.value.user_message

    with pytest.raises(Unreachable) as caught:
        await send(*steps, request=LOOK)
    assert not caught.value.may_have_arrived
    assert "carried out" not in caught.value.user_message


async def test_send_repeats_a_command_without_id_only_where_it_never_arrived() -> None:
    """switch_supervisor_role has no command_id: an answer or a time-out may mean that it was done."""
    answer, _ = await send(fails(httpx.ConnectError), OK, request=SWITCH)
    assert answer.attempts == 2

    answer, _ = await send(says(503), OK, request=SWITCH)
    assert (answer.status, answer.attempts) == (503, 1)

    with pytest.raises(Unreachable):
        await send(fails(httpx.ReadTimeout), OK, request=SWITCH)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_send_repeats_methods_that_can_be_repeated(method: str) -> None:
    """Reading, setting and deleting twice is the same as once."""
    answer, _ = await send(says(502), OK, request=Request(method=method, path="/x"))

    assert answer.attempts == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "3"}, 3),
        ({"x_ratelimit_reset": "2"}, 2),
        ({"retry_after": "4", "x_ratelimit_reset": "1"}, 4),
    ],
)
async def test_send_waits_as_long_as_it_is_told(headers: dict[str, str], seconds: float) -> None:
    """Retry-After first, then the seconds until the limit is reset."""
    waits = Waits()
    answer, _ = await send(says(429, **headers), OK, waits=waits)

    assert waits == [seconds]
    assert answer.ok


@pytest.mark.parametrize("value", ["soon", "-5", "", "١", "9" * 500])
async def test_send_survives_odd_wait_headers(value: str) -> None:
    """What is no number of seconds is not waited for."""
    step = lambda: httpx.Response(  # noqa: E731
        429,
        json={},
        headers=[(b"x-ratelimit-reset", value.encode()), (b"retry-after", value.encode())],
    )
    answer, _ = await send(step, OK)

    assert answer.status in (200, 429)


async def test_send_returns_rather_than_wait_for_minutes() -> None:
    """Asked for more than its patience it says so, as Telnyx's own code."""
    waits = Waits()
    answer, transport = await send(
        says(429, retry_after="600", x_ratelimit_remaining="0"), OK, waits=waits
    )

    assert (answer.status, answer.attempts, waits) == (429, 1, [])
    assert answer.errors[0]["code"] == "10011"
    assert "600 s" in str(answer.errors[0]["title"])
    assert answer.rate_limit_remaining == 0
    assert len(transport.sent) == 1


async def test_send_bounds_the_sum_of_its_waits() -> None:
    """Many short waits end as well."""
    waits = Waits()
    transport = Scripted(says(429, retry_after="2"))
    async with client_of(transport, waits, max_attempts=50, max_wait_s=7.0) as client:
        answer = await client.send(ANSWER)

    assert answer.status == 429
    assert sum(waits) <= 7.0
    assert len(waits) == 3


async def test_send_makes_an_error_of_what_is_no_json() -> None:
    """A proxy's page is an answer too, and is not mistaken for success."""
    page = lambda: httpx.Response(200, html="<h1>Welcome</h1>")  # noqa: E731
    answer, _ = await send(page)

    assert (answer.status, answer.ok) == (200, False)
    assert "not JSON but text/html" in str(answer.errors[0]["title"])


@pytest.mark.parametrize(
    "body", [[], 3, "x", {"data": None}, {"errors": 3}, {"errors": []}, {"meta": []}]
)
async def test_send_takes_any_json(body: object) -> None:
    """Odd JSON is an answer without data."""
    answer, _ = await send(says(200, body))

    assert (answer.data, answer.meta, answer.ok) == ({}, {}, True)


async def test_send_takes_an_empty_body_and_deep_nesting() -> None:
    """204 has no body; nesting beyond reason is no JSON to us."""
    empty, _ = await send(lambda: httpx.Response(204), request=Request(method="DELETE", path="/x"))
    deep, _ = await send(lambda: httpx.Response(200, content=b"[" * 100_000))

    assert (empty.ok, empty.data) == (True, {})
    assert not deep.ok


async def test_send_gives_up_an_answer_that_never_ends() -> None:
    """A byte now and then keeps every wait on the socket short, and the operator waiting."""

    async def drips() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0)

    transport = Scripted(lambda: httpx.Response(200, content=drips()))
    async with client_of(transport, timeout_s=0.1, max_attempts=1, max_wait_s=0.1) as client:
        with pytest.raises(Unreachable, match="it took too long"):
            await client.send(ANSWER)


async def test_send_reads_sip_level_codes() -> None:
    """telnyx_error stands beside the errors; its code becomes one of them."""
    answer, _ = await send(
        says(
            403,
            {"errors": [{"code": "10010", "title": "no"}], "telnyx_error": {"error_code": "D17"}},
        )
    )

    assert [error["code"] for error in answer.errors] == ["10010", "D17"]


async def test_send_does_not_follow_redirects() -> None:
    """Another address would get the key."""
    answer, transport = await send(says(302, location="https://evil.example/"))

    assert (answer.status, answer.ok, len(transport.sent)) == (302, False, 1)
    assert "redirect" in str(answer.errors[0]["title"])


async def test_send_repeats_when_the_body_breaks_off() -> None:
    """An answer that is cut short counts as lost, not as an answer."""

    class Broken(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b'{"da'
            raise httpx.RemoteProtocolError("peer closed connection")

    answer, _ = await send(lambda: httpx.Response(200, stream=Broken()), OK)

    assert (answer.ok, answer.attempts) == (True, 2)


async def test_send_can_be_cancelled() -> None:
    """A cancelled request stays cancelled."""
    started = asyncio.Event()

    async def never(_: float) -> None:
        started.set()
        await asyncio.Event().wait()

    client = TelnyxClient(
        "https://api.example/v2", Secret(KEY), transport=Scripted(says(503)), sleep=never
    )
    async with client:
        task = asyncio.create_task(client.send(ANSWER))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_send_refuses_addresses_beyond_any_length() -> None:
    """An id of 100 000 characters is a usage error."""
    with pytest.raises(UsageError, match="too long"):
        await send(OK, request=Request(method="GET", path="/calls/" + "x" * 100_000))


@pytest.mark.parametrize("status", [None, 422, 429, 503])
async def test_key_appears_in_no_error_and_no_log(
    status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in messages, tracebacks, representations or logs, of any library, at any level."""
    caplog.set_level(logging.DEBUG)
    transport = Scripted(fails(httpx.ConnectError, "refused") if status is None else says(status))
    client = client_of(transport)
    shown: list[str] = [repr(client), repr(vars(client))]

    async def provoke() -> None:
        async with client:
            shown.append(repr(await client.send(ANSWER)))
            await anext(aiter(client.items("/calls")))

    with pytest.raises((Unreachable, Refused)) as caught:
        await provoke()

    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    shown += [repr(error), str(error), "".join(traceback.format_exception(error))]
    # Not this test's own frame, whose transport has seen the request as it went out.
    shown += [
        repr(f.f_locals)
        for f, _ in traceback.walk_tb(error.__traceback__)
        if f.f_code.co_filename != __file__
    ]
    shown += [repr(vars(record)) + record.getMessage() for record in caplog.records]
    assert not [text for text in shown if KEY in text or "Bearer" in text]


async def test_key_appears_in_no_log_of_a_real_connection(caplog: pytest.LogCaptureFixture) -> None:
    """httpcore and asyncio log at DEBUG too: a real socket, an answer and a broken connection."""
    caplog.set_level(logging.DEBUG)
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        if len(heads) > 1:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with (
        server,
        TelnyxClient(f"http://127.0.0.1:{port}/v2", Secret(KEY), sleep=Waits()) as client,
    ):
        answer = await client.send(LOOK)

    assert (answer.ok, answer.attempts) == (True, 2)
    assert KEY.encode() in heads[0]
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert not [r for r in caplog.records if KEY in repr(vars(r)) + r.getMessage()]


@pytest.mark.parametrize("key", ["", " ", "KEY\r\nX-Evil: 1", "KEY with blanks", "KÄY", "KEY\x00"])
def test_client_refuses_keys_that_no_header_can_carry(key: str) -> None:
    """The library that refuses such a header would quote it."""
    with pytest.raises(ConfigError) as caught:
        TelnyxClient("https://api.example/v2", Secret(key), transport=Scripted(OK))

    assert "KEY" not in caught.value.user_message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.telnyx.com",
        "ftp://x/v2",
        "https://",
        "https://u:p@x/v2",
        "http://x/?a=b",
        "x" * 9,
    ],
)
def test_client_refuses_addresses_that_are_none(url: str) -> None:
    """A base URL is http or https, with a host, and without credentials."""
    with pytest.raises(ConfigError, match="base URL"):
        TelnyxClient(url, Secret(KEY), transport=Scripted(OK))


async def walk(transport: Scripted, query: Mapping[str, str] | None = None) -> list[object]:
    async with client_of(transport) as client:
        return [row["n"] async for row in client.items("/things", query)]


def page(*numbers: int, **meta: object) -> Callable[[], Step]:
    return says(200, {"data": [{"n": number} for number in numbers], "meta": meta})


async def test_items_follows_cursors() -> None:
    """Page after page by the cursor that each one offers."""
    transport = Scripted(
        page(1, 2, cursors={"after": "c=2", "before": None}, next="…", total_items=3),
        page(3, cursors={"after": "c3", "before": "c"}, next=None, total_items=3),
    )

    assert await walk(transport, {"page[limit]": "2"}) == [1, 2, 3]
    assert [str(sent.url.query, "ascii") for sent in transport.sent] == [
        "page%5Blimit%5D=2",
        "page%5Blimit%5D=2&page%5Bafter%5D=c%3D2",
    ]


async def test_items_follows_numbers() -> None:
    """The same, by number, where the answer counts its pages."""
    transport = Scripted(
        page(1, page_number=1, total_pages=3, page_size=1, total_results=3),
        page(2, page_number=2, total_pages=3),
        page(3, page_number=3, total_pages=3),
    )

    assert await walk(transport, {"filter[leg_id]": "x"}) == [1, 2, 3]
    assert transport.sent[2].url.params == httpx.QueryParams(
        {"filter[leg_id]": "x", "page[number]": "3"}
    )


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"cursors": {}},
        {"cursors": {"after": None}},
        {"cursors": {"after": ""}},
        {"cursors": [], "total_pages": "x"},
        {"page_number": 1, "total_pages": 1},
        {"page_number": 1, "total_pages": 0},
        {"page_number": True, "total_pages": True},
    ],
)
async def test_items_ends_where_nothing_is_offered(meta: dict[str, object]) -> None:
    """Without a way to a next page there is none."""
    assert await walk(Scripted(page(1, **meta))) == [1]


async def test_items_does_not_walk_in_circles() -> None:
    """A cursor that repeats itself, or a page that never ends, ends."""
    assert await walk(Scripted(page(1, cursors={"after": "same"}, next="…"))) == [1, 1]
    assert await walk(Scripted(page(page_number=1, total_pages=9))) == []
    assert await walk(Scripted(page(1, page_number=1, total_pages=9))) == [1, 1]


async def test_items_raises_a_refusal() -> None:
    """A page that is refused is not an end of the list."""
    transport = Scripted(
        page(1, page_number=1, total_pages=2),
        says(401, {"errors": [{"code": "10009", "title": "Authentication failed"}]}),
    )

    with pytest.raises(Refused, match=r"API key .10009."):
        await walk(transport)


async def test_items_skips_what_is_no_object() -> None:
    """Rows of other types are left out."""
    assert await walk(Scripted(says(200, {"data": [{"n": 1}, None, 3, "x", []]}))) == [1]
    assert await walk(Scripted(says(200, {"data": {"n": 1}}))) == []


def test_importing_the_client_loads_no_screen() -> None:
    """httpx would load rich and pygments for a command line of its own."""
    script = """
import sys
import console.telnyx.client
import httpx
assert not {"rich", "pygments", "click"} & set(sys.modules)
assert "httpx._main" not in sys.modules
assert httpx.get
"""
    subprocess.run([sys.executable, "-c", script], check=True)
