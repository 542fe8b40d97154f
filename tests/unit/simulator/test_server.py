"""The API over HTTP: key, envelope, pages, applications, limits, faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from console.errors import ConsoleError, UsageError
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.telnyx.client import TelnyxClient
from console.telnyx.requests import Request
from tests.unit.simulator.listener import Listener

Answer = tuple[int, Mapping[str, Any]]


class Client:
    """Requests with the simulator's key."""

    def __init__(self, sim: Simulator, session: aiohttp.ClientSession) -> None:
        self._sim = sim
        self._session = session

    async def ask(
        self, method: str, path: str, body: object = None, **query: str
    ) -> tuple[int, Mapping[str, Any], Mapping[str, str]]:
        """Status, JSON and headers of an answer."""
        headers = {"Authorization": f"Bearer {self._sim.api_key}"}
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
        url = self._sim.api_base + path
        async with self._session.request(
            method, url, data=data, headers=headers, params=query
        ) as response:
            answer: Mapping[str, Any] = await response.json()
            return response.status, answer, response.headers

    async def get(self, path: str, **query: str) -> Answer:
        status, answer, _ = await self.ask("GET", path, None, **query)
        return status, answer

    async def post(self, path: str, body: object) -> Answer:
        status, answer, _ = await self.ask("POST", path, body)
        return status, answer


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    options = SimulatorOptions(rate=0, seed=1, speed=50, webhook_url="http://127.0.0.1:9/none")
    async with Simulator(options) as running:
        yield running


@pytest.fixture
def client(sim: Simulator, session: aiohttp.ClientSession) -> Client:
    return Client(sim, session)


def code(answer: Mapping[str, Any]) -> str:
    """The code of a refusal."""
    return str(answer["errors"][0]["code"])


async def test_hello_says_everything_a_console_needs(sim: Simulator) -> None:
    """The first JSON line of `simulate`; the key is obviously not a real one."""
    hello = sim.hello()

    assert list(hello) == ["api_base", "api_key", "public_key", "connection_id", "from"]
    assert str(hello["api_base"]).endswith("/v2")
    assert str(hello["api_key"]).startswith("KEY_SIMULATED_")
    assert str(hello["connection_id"]).isdigit()
    assert json.loads(json.dumps(hello)) == hello


async def test_same_seed_makes_the_same_simulator() -> None:
    """Keys and numbers repeat with the seed and differ without one."""

    def made(seed: int | None) -> dict[str, object]:
        return Simulator(SimulatorOptions(seed=seed)).hello()

    assert made(7) == made(7)
    assert made(7) != made(8)
    assert made(None)["api_key"] != made(None)["api_key"]


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic x", "Bearer "])
async def test_wrong_key_is_refused_everywhere(
    sim: Simulator, session: aiohttp.ClientSession, header: str | None
) -> None:
    """401 with 10009, on unknown paths too."""
    headers = {} if header is None else {"Authorization": header}

    for path in ("/calls/v3:x", "/call_events", "/nothing"):
        async with session.get(sim.api_base + path, headers=headers) as response:
            assert response.status == 401
            assert code(await response.json()) == "10009"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"to": "\\ud800"}', b"\xff"])
async def test_body_that_is_no_json_object_is_refused(client: Client, body: bytes) -> None:
    """422 with 10027, lone surrogates included."""
    status, answer = await client.post("/calls", body)

    assert (status, code(answer)) == (422, "10027")


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("GET", "/calls/v3:nobody", "Resource not found"),
        ("GET", "/nothing/at/all", "Resource not found"),
        ("GET", "/connections/1/active_calls", "Resource not found"),
        ("POST", "/calls/v3:x/actions/explode", "Resource not found"),
        ("POST", "/conferences/x/actions/explode", "Resource not found"),
        ("GET", "/queues/support/calls", "Resource not found"),
    ],
)
async def test_what_is_not_there_is_a_404_in_the_envelope(
    client: Client, method: str, path: str, words: str
) -> None:
    """What nobody has does not exist."""
    status, answer, _ = await client.ask(method, path, {} if method == "POST" else None)

    assert (status, code(answer)) == (404, "10007")
    assert words in answer["errors"][0]["detail"]


async def test_dialled_call_is_alive_and_listed(sim: Simulator, client: Client) -> None:
    """Dial says is_alive false; the status says what is."""
    body = {"connection_id": sim.connection_id, "from": sim.from_number, "to": "+12125550190"}

    status, answer = await client.post("/calls", body)
    call = answer["data"]
    found = await client.get(f"/calls/{call['call_control_id'].replace(':', '%3A')}")
    listed = await client.get(f"/connections/{sim.connection_id}/active_calls")

    assert status == 200
    assert call["is_alive"] is False
    assert found[1]["data"]["is_alive"] is True
    [item] = listed[1]["data"]
    assert set(item) == {
        "call_control_id", "call_leg_id", "call_session_id", "client_state", "call_duration", "record_type",
    }  # fmt: skip


async def test_active_calls_are_paged_both_ways(sim: Simulator, client: Client) -> None:
    """By cursor for whoever follows the specification, by number for whoever asks for a page number."""
    ids = [await sim.incoming(patience_s=100_000, talk_s=100_000) for _ in range(25)]
    path = f"/connections/{sim.connection_id}/active_calls"

    first = (await client.get(path))[1]
    cursor = first["meta"]["cursors"]["after"]
    second = (await client.get(path, **{"page[after]": cursor}))[1]
    numbered = (await client.get(path, **{"page[number]": "3", "page[size]": "10"}))[1]

    assert [item["call_control_id"] for item in first["data"] + second["data"]] == ids
    assert first["meta"]["next"].startswith(f"/v2{path}?page[after]=")
    assert second["meta"]["next"] is None
    assert numbered["meta"]["total_pages"] == 3
    assert [item["call_control_id"] for item in numbered["data"]] == ids[20:]


async def test_applications_are_made_changed_and_deleted(sim: Simulator, client: Client) -> None:
    """PATCH needs name and URL again, as with Telnyx, and moves the webhooks of calls to come."""
    path = f"/call_control_applications/{sim.connection_id}"
    assert (await client.get(path))[1]["data"]["webhook_api_version"] == "2"

    status, answer, _ = await client.ask("PATCH", path, {"application_name": "x"})
    assert (status, code(answer)) == (422, "10004")
    async with Listener() as listener:
        body = {"application_name": "desk", "webhook_event_url": listener.url()}
        status, answer, _ = await client.ask("PATCH", path, body)
        assert (status, answer["data"]["webhook_event_url"]) == (200, listener.url())
        call = await sim.incoming()
        assert (await listener.hears("call.initiated", call)).payload["to"] == sim.from_number

    status, made = await client.post(
        "/call_control_applications",
        {"application_name": "second", "webhook_event_url": "https://example.com", "tags": ["a"]},
    )
    assert status == 201
    assert made["data"]["webhook_api_version"] == "1"
    assert made["data"]["tags"] == ["a"]
    listed = (await client.get("/call_control_applications"))[1]
    assert listed["meta"]["total_results"] == 2
    second = f"/call_control_applications/{made['data']['id']}"
    assert (await client.ask("DELETE", second))[0] == 200
    assert (await client.get(second))[0] == 404


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ({"webhook_event_url": "https://example.com"}, "10004"),
        ({"application_name": "x", "webhook_event_url": "example"}, "10015"),
        (
            {
                "application_name": "x",
                "webhook_event_url": "http://x.test",
                "webhook_timeout_secs": 31,
            },
            "10033",
        ),
        (
            {
                "application_name": "x",
                "webhook_event_url": "http://x.test",
                "webhook_api_version": "3",
            },
            "10032",
        ),
    ],
)
async def test_application_refuses_wrong_settings(
    client: Client, body: dict[str, object], number: str
) -> None:
    """A refused application does not exist."""
    status, answer = await client.post("/call_control_applications", body)

    assert (status, code(answer)) == (422, number)
    listed = (await client.get("/call_control_applications"))[1]
    assert listed["meta"]["total_results"] == 1


async def test_rate_limit_answers_429_with_headers(session: aiohttp.ClientSession) -> None:
    """What is over the limit is refused, and every answer says how much is left."""
    async with Simulator(SimulatorOptions(rate=0, rate_limit=3)) as sim:
        client = Client(sim, session)
        answers = [await client.ask("GET", "/call_events") for _ in range(4)]

    assert [status for status, _, _ in answers] == [200, 200, 200, 429]
    assert answers[0][2]["x-ratelimit-remaining"] == "2"
    assert code(answers[3][1]) == "10011"
    assert answers[3][2]["x-ratelimit-reset"] == "1"


async def test_delivery_is_shown_once_it_was_tried(sim: Simulator, client: Client) -> None:
    """As in the list: before, nobody can say how it went."""
    sim.world.change_application(sim.connection_id, webhook_event_url="")
    call = await sim.incoming(patience_s=100_000, talk_s=100_000)
    leg = sim.world.legs[call]
    fate = sim.world.fate
    untold = fate.uuid("delivery", fate.uuid("event", leg.lot, leg.events))

    assert (await client.get(f"/webhook_deliveries/{untold}"))[0] == 404


async def test_fault_is_used_once_and_has_no_effect(sim: Simulator, client: Client) -> None:
    """fail_next refuses what matches, and only that."""
    call = await sim.incoming(patience_s=100_000, talk_s=100_000)
    sim.fail_next(503, path="*/actions/answer")

    assert (await client.get("/call_events"))[0] == 200
    assert (await client.post(f"/calls/{call}/actions/answer", {"command_id": "a"}))[0] == 503
    assert not sim.world.legs[call].answering
    assert (await client.post(f"/calls/{call}/actions/answer", {"command_id": "a"}))[0] == 200
    assert sim.world.legs[call].answering


async def test_fault_can_lose_the_answer_only(sim: Simulator, client: Client) -> None:
    """The command had its effect; a retry with its command_id has no second one."""
    body = {"connection_id": sim.connection_id, "from": sim.from_number, "to": "+12125550190"}
    sim.fail_next(500, executed=True)
    sim.fail_next(cut=True, executed=True)

    assert (await client.post("/calls", {**body, "command_id": "d"}))[0] == 500
    with pytest.raises(aiohttp.ClientError):
        await client.post("/calls", {**body, "command_id": "d"})
    status, _ = await client.post("/calls", {**body, "command_id": "d"})

    assert status == 200
    assert len(sim.world.legs) == 1


async def test_fault_can_be_a_429_that_says_when(sim: Simulator, client: Client) -> None:
    """With the headers of a real one, or with those a test wants."""
    sim.fail_next(429)
    sim.fail_next(429, headers={"retry-after": "3"})

    _, answer, headers = await client.ask("GET", "/call_events")
    assert (code(answer), headers["x-ratelimit-reset"]) == ("10011", "1")
    assert (await client.ask("GET", "/call_events"))[2]["retry-after"] == "3"


async def test_requests_are_recorded_without_the_key(sim: Simulator, client: Client) -> None:
    """Method, path, query, body and status, in order."""
    await client.post("/calls/v3:x/actions/hangup", {"command_id": "a"})
    await client.get("/call_events", **{"filter[name]": "call.hangup"})

    command, listing = sim.requests
    assert (command.method, command.path) == ("POST", "/calls/v3:x/actions/hangup")
    assert (command.body, command.status) == ({"command_id": "a"}, 422)
    assert listing.query == {"filter[name]": "call.hangup"}
    assert sim.api_key not in repr(sim.requests)


async def test_second_simulator_on_the_port_is_refused_in_a_sentence(sim: Simulator) -> None:
    """And leaves nothing open."""
    port = int(sim.api_base.rsplit(":", 1)[1].split("/")[0])

    with pytest.raises(ConsoleError, match=f"cannot listen on 127.0.0.1:{port}"):
        async with Simulator(SimulatorOptions(port=port)):
            pass


@pytest.mark.parametrize("wrong", [{"speed": 0}, {"rate": -1}, {"webhook_api_version": "3"}])
def test_options_refuse_nonsense(wrong: dict[str, Any]) -> None:
    """One sentence each."""
    with pytest.raises(UsageError):
        SimulatorOptions(**wrong)


async def test_a_thousand_calls_are_cheap(sim: Simulator, client: Client) -> None:
    """Creating them takes well under a second, and they are all listed."""
    sim.set_webhook_url("")
    for _ in range(1_000):
        await sim.incoming(patience_s=100_000, talk_s=100_000)

    path = f"/connections/{sim.connection_id}/active_calls"
    answer = (await client.get(path, **{"page[limit]": "250"}))[1]

    assert answer["meta"]["total_items"] == 1_000
    assert len(answer["data"]) == 250


async def test_applications_are_found_by_name_and_sorted(client: Client, sim: Simulator) -> None:
    """filter[application_name][contains] and sort; another word for sort is refused."""
    for name in ("night desk", "day desk"):
        body = {"application_name": name, "webhook_event_url": "http://127.0.0.1:9/"}
        await client.ask("POST", "/call_control_applications", body)
    path = "/call_control_applications?filter[application_name][contains]=desk&sort="

    _, found, _ = await client.ask("GET", f"{path}connection_name")
    status, refusal, _ = await client.ask("GET", f"{path}beauty")

    assert [each["application_name"] for each in found["data"]] == ["day desk", "night desk"]
    assert (status, code(refusal)) == (422, "10032")


async def test_call_events_hold_every_event_that_has_happened() -> None:
    """All of 25 dials over two pages; an event is there once it has happened, not with the answer to the dial."""
    async with (
        Listener() as listener,
        Simulator(SimulatorOptions(seed=2, rate=0, speed=20, webhook_url=listener.url())) as sim,
        TelnyxClient(sim.api_base, Secret(sim.api_key)) as telnyx,
    ):
        body: dict[str, object] = {
            "connection_id": sim.connection_id,
            "from": sim.from_number,
            "to": "+12125550190",
            "timeout_secs": 600,
        }
        for _ in range(25):
            answer = await telnyx.send(Request(method="POST", path="/calls", query={}, body=body))
            assert answer.ok
        await listener.until(lambda all_: len(all_) >= 25)

        found = [item async for item in telnyx.items("/call_events", {})]

    assert [item["name"] for item in found] == ["call.initiated"] * 25


@pytest.mark.parametrize("request_", [b"POST / HTTP/3.7\r\n\r\n", b"GET /" + b"a" * 20_000])
async def test_what_is_no_http_is_answered_and_not_logged(
    request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A traceback on the terminal would say that the simulator is broken."""
    async with Simulator(SimulatorOptions(rate=0)) as sim:
        address = urlsplit(sim.api_base)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(request_)
        async with asyncio.timeout(60):
            assert b" 400 " in await reader.read()
        writer.close()

    assert not [record for record in caplog.records if record.name != "asyncio"]
