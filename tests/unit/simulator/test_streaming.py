"""Sound on its way to a WebSocket: frames, order, loss, what comes back, and who hears of it."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.unit.simulator.ears import Ears, Frame
from tests.unit.simulator.listener import Listener


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    async with Ears() as open_:
        yield open_


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener() as open_:
        yield open_


class Desk:
    """A simulator with one answered call."""

    def __init__(self, sim: Simulator, http: httpx.AsyncClient, listener: Listener) -> None:
        self.sim = sim
        self.http = http
        self.listener = listener
        self.call = ""

    async def answers(self, **body: object) -> str:
        """Somebody calls and is answered."""
        self.call = await self.sim.incoming(patience_s=100_000, talk_s=100_000)
        await self.does("answer", **body)
        await self.listener.hears("call.answered", self.call)
        return self.call

    async def does(self, action: str, **body: object) -> httpx.Response:
        """One command on the call."""
        url = f"{self.sim.api_base}/calls/{self.call}/actions/{action}"
        return await self.http.post(url, json=body)


async def make(listener: Listener, **options: object) -> Simulator:
    given = {"seed": 5, "rate": 0, "speed": 20.0, "webhook_url": listener.url(), **options}
    return Simulator(SimulatorOptions(**given))  # type: ignore[arg-type]


@pytest.fixture
async def desk(listener: Listener) -> AsyncIterator[Desk]:
    async with await make(listener) as sim:
        headers = {"Authorization": f"Bearer {sim.api_key}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
            yield Desk(sim, http, listener)


def payload(frame: Frame) -> bytes:
    return base64.b64decode(frame["media"]["payload"])


async def test_stream_begins_with_connected_and_start(desk: Desk, ears: Ears) -> None:
    """Who, what, in which format; every frame but the first has a sequence number as text."""
    call = await desk.answers(client_state="aGk=")

    answer = await desk.does(
        "streaming_start",
        stream_url=ears.url,
        custom_parameters=[{"name": "desk", "value": "1"}],
    )

    assert answer.status_code == 200
    await ears.hears("media", 3)
    assert ears.frames[0] == {"event": "connected", "version": "1.0.0"}
    start = ears.frames[1]
    assert start["event"] == "start"
    assert start["start"]["call_control_id"] == call
    assert start["start"]["client_state"] == "aGk="
    assert start["start"]["custom_parameters"] == [{"name": "desk", "value": "1"}]
    assert start["start"]["media_format"] == {
        "encoding": "PCMU",
        "sample_rate": 8000,
        "channels": 1,
    }
    numbers = [frame["sequence_number"] for frame in ears.frames[1:4]]
    assert numbers == ["1", "2", "3"]
    assert {frame["stream_id"] for frame in ears.frames[1:]} == {start["stream_id"]}
    started = await desk.listener.hears("streaming.started", call)
    assert started.payload["stream_url"] == ears.url


@pytest.mark.parametrize(
    ("codec", "size", "rate"), [("PCMU", 160, 8000), ("PCMA", 160, 8000), ("L16", 640, 16_000)]
)
async def test_media_is_20_ms_of_sound_in_the_wanted_codec(
    desk: Desk, ears: Ears, codec: str, size: int, rate: int
) -> None:
    """Chunks count up from 1, timestamps by 20 ms, on both tracks."""
    await desk.answers(stream_url=ears.url, stream_codec=codec, stream_track="both_tracks")

    frames = await ears.hears("media", 12)

    inbound = [frame["media"] for frame in frames if frame["media"]["track"] == "inbound"]
    assert [each["chunk"] for each in inbound[:5]] == ["1", "2", "3", "4", "5"]
    assert [each["timestamp"] for each in inbound[:3]] == ["0", "20", "40"]
    assert {frame["media"]["track"] for frame in frames} == {"inbound", "outbound"}
    assert {len(payload(frame)) for frame in frames} == {size}
    assert len({payload(frame) for frame in frames}) > 4
    assert ears.of("start")[0]["start"]["media_format"]["sample_rate"] == rate


async def test_stream_stops_by_command_and_with_the_call(desk: Desk, ears: Ears) -> None:
    """`stop` is the last frame, then the connection is closed; the webhook comes before the hang-up."""
    call = await desk.answers(stream_url=ears.url)
    await ears.hears("media")
    assert (await desk.does("streaming_stop")).status_code == 200
    await ears.until(lambda: ears.hung_up == 1)
    assert ears.frames[-1]["event"] == "stop"
    assert ears.frames[-1]["stop"]["call_control_id"] == call

    await desk.does("streaming_start", stream_url=ears.url)
    await ears.hears("start", 2)
    await desk.does("hangup")

    await desk.listener.hears("call.hangup", call)
    await ears.until(lambda: ears.hung_up == 2)
    types = [got.type for got in desk.listener.received]
    assert types.count("streaming.started") == types.count("streaming.stopped") == 2


async def test_second_stream_is_refused(desk: Desk, ears: Ears) -> None:
    """90045 while one runs, 90046 while the call is forked, 90048 without one."""
    await desk.answers()

    async def code(action: str, **body: object) -> str:
        answer = await desk.does(action, **body)
        return str(answer.json()["errors"][0]["code"])

    assert await code("streaming_stop") == "90048"
    await desk.does("streaming_start", stream_url=ears.url)
    assert await code("streaming_start", stream_url=ears.url) == "90045"
    await desk.does("fork_start", rx="udp:127.0.0.1:9000", tx="udp:127.0.0.1:9002")
    assert await code("streaming_start", stream_url=ears.url) == "90046"
    assert await code("streaming_stop") == "90048"


async def test_unreachable_url_fails(desk: Desk) -> None:
    """streaming.failed with the reason, the id and the parameters; the next stream may be tried."""
    call = await desk.answers()

    await desk.does("streaming_start", stream_url="ws://127.0.0.1:9/media")

    failed = (await desk.listener.hears("streaming.failed", call)).payload
    assert failed["failure_reason"] == "connection_failed"
    assert failed["stream_params"] == {
        "stream_url": "ws://127.0.0.1:9/media",
        "track": "inbound_track",
    }
    again = await desk.does("streaming_start", stream_url="ws://127.0.0.1:9/media")
    assert again.status_code == 200


async def test_stream_ends_when_the_listener_goes(desk: Desk, ears: Ears) -> None:
    """Whoever disconnects stops the stream; the call goes on."""
    call = await desk.answers(stream_url=ears.url)
    await ears.hears("media")

    await ears.sockets[0].close()

    await desk.listener.hears("streaming.stopped", call)
    assert desk.sim.world.legs[call].is_live


async def test_keys_are_heard_in_the_stream(desk: Desk, ears: Ears) -> None:
    """A dtmf frame for each key, as well as the webhook."""
    call = await desk.answers(stream_url=ears.url)
    await ears.hears("media")

    await desk.sim.caller_presses(call, "4#")

    frames = await ears.hears("dtmf", 2)
    assert [frame["dtmf"]["digit"] for frame in frames] == ["4", "#"]
    assert frames[0]["occurred_at"].endswith("Z")
    await desk.listener.hears("call.dtmf.received", call)


async def test_marks_come_back_when_what_was_sent_is_played(desk: Desk, ears: Ears) -> None:
    """A mark waits for the sound before it; clear lets it come at once; nonsense is ignored."""
    await desk.answers(stream_url=ears.url, stream_bidirectional_mode="rtp")
    await ears.hears("media")
    socket = ears.sockets[0]
    sound = base64.b64encode(bytes(8_000 * 20)).decode()

    for text in (
        "nonsense",
        "[" * 100_000,
        "[]",
        '{"event": "media"}',
        '{"event": "media", "media": {"payload": "?"}}',
    ):
        await socket.send_str(text)
    await socket.send_str(json.dumps({"event": "mark", "mark": {"name": "at once"}}))
    await ears.hears("mark")
    await socket.send_str(json.dumps({"event": "media", "media": {"payload": sound}}))
    await socket.send_str(json.dumps({"event": "mark", "mark": {"name": "later"}}))
    await ears.hears("media", len(ears.of("media")) + 3)
    assert [frame["mark"]["name"] for frame in ears.of("mark")] == ["at once"]
    await socket.send_str(json.dumps({"event": "clear"}))

    names = [frame["mark"]["name"] for frame in await ears.hears("mark", 2)]
    assert names == ["at once", "later"]


async def test_chaos_loses_and_reorders_chunks(listener: Listener, ears: Ears) -> None:
    """The numbers tell: some are missing, some come after a later one."""
    async with await make(listener, chaos=True, seed=3) as sim:
        call = await sim.incoming(patience_s=100_000, talk_s=100_000)
        leg = sim.world.legs[call]
        body = {"stream_url": ears.url, "stream_track": "both_tracks"}
        for _ in range(50):
            headers = {"Authorization": f"Bearer {sim.api_key}"}
            async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
                url = f"{sim.api_base}/calls/{call}/actions/answer"
                if (await http.post(url, json=body)).status_code == 200:
                    break
        frames = await ears.hears("media", 120)
        assert leg.stream is not None

    numbers = [int(frame["sequence_number"]) for frame in frames]
    assert numbers != sorted(numbers)
    assert set(range(min(numbers), max(numbers))) - set(numbers)
    assert len(set(numbers)) == len(numbers)


async def test_simulator_stops_with_streams_open(listener: Listener, ears: Ears) -> None:
    """Nothing is left behind: no task, no connection."""
    async with await make(listener) as sim:
        headers = {"Authorization": f"Bearer {sim.api_key}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
            desk = Desk(sim, http, listener)
            await desk.answers(stream_url=ears.url)
            await ears.hears("media")

    await ears.until(lambda: ears.hung_up == 1)
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("stream")]
