"""Telnyx's own Python client drives the simulator, and accepts its webhooks.

What the client of the real API understands here, it understands there: the simulator is held to the shape of the
real thing by somebody who did not write it.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest

from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from tests.unit.simulator.listener import Listener

ANSWERS = "+12125550100"
RINGS = "+12125550190"


@pytest.fixture(scope="session")
def telnyx() -> ModuleType:
    """The official package; importing it takes seconds."""
    module: ModuleType = pytest.importorskip("telnyx")
    return module


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener() as open_:
        yield open_


@pytest.fixture
async def sim(listener: Listener) -> AsyncIterator[Simulator]:
    options = SimulatorOptions(seed=11, rate=0, speed=20, webhook_url=listener.url())
    async with Simulator(options) as running:
        yield running


@pytest.fixture
async def client(telnyx: ModuleType, sim: Simulator) -> AsyncIterator[Any]:
    """Without retries: what fails is to be seen."""
    async with telnyx.AsyncTelnyx(
        api_key=sim.api_key,
        public_key=sim.public_key,
        base_url=sim.api_base,
        max_retries=0,
        http_client=httpx.AsyncClient(trust_env=False),
    ) as made:
        yield made


@pytest.fixture
def unwrap(telnyx: ModuleType, sim: Simulator) -> Iterator[Callable[..., Any]]:
    """The client's own check of a webhook (the synchronous one: importing `telnyx.lib` makes the other async)."""
    with telnyx.Telnyx(api_key=sim.api_key, public_key=sim.public_key) as made:
        yield made.webhooks.unwrap


async def dial(sim: Simulator, client: Any, to: str = ANSWERS, **more: object) -> Any:
    """An outgoing call by the client; the answer's data."""
    answer = await client.calls.dial(
        connection_id=sim.connection_id, from_=sim.from_number, to=to, **more
    )
    return answer.data


async def test_client_dials_and_asks_for_the_status(
    sim: Simulator, client: Any, listener: Listener
) -> None:
    """Every identifier is there, is_alive is false at first and true afterwards."""
    call = await dial(sim, client, client_state="aGk=", command_id="once")

    assert call.is_alive is False
    assert call.record_type == "call"
    assert call.client_state == "aGk="
    status = await client.calls.retrieve_status(call.call_control_id)
    assert status.data.is_alive is True
    assert status.data.call_leg_id == call.call_leg_id
    answered = await listener.hears("call.answered", call.call_control_id)
    assert answered.payload["client_state"] == "aGk="


async def test_client_answers_and_hangs_up(sim: Simulator, client: Any, listener: Listener) -> None:
    """The life of an incoming call; GET /calls knows its end."""
    call = await sim.incoming(patience_s=100_000, talk_s=100_000)

    assert (await client.calls.actions.answer(call)).data.result == "ok"
    await listener.hears("call.answered", call)
    assert (await client.calls.actions.hangup(call)).data.result == "ok"
    hangup = await listener.hears("call.hangup", call)

    assert hangup.payload["hangup_cause"] == "normal_clearing"
    status = (await client.calls.retrieve_status(call)).data
    assert status.is_alive is False
    assert status.end_time is not None


async def test_client_rejects(sim: Simulator, client: Any, listener: Listener) -> None:
    """The cause comes back in the hang-up."""
    call = await sim.incoming(patience_s=100_000, talk_s=100_000)

    await client.calls.actions.reject(call, cause="USER_BUSY")

    assert (await listener.hears("call.hangup", call)).payload["hangup_cause"] == "user_busy"


async def test_client_transfers(sim: Simulator, client: Any, listener: Listener) -> None:
    """The second leg appears in the session of the first, bridged."""
    call = await sim.incoming(patience_s=100_000, talk_s=100_000)
    await client.calls.actions.answer(call)
    first = await listener.hears("call.answered", call)

    await client.calls.actions.transfer(call, to=ANSWERS, target_leg_client_state="bmV3")

    bridged = await listener.hears("call.bridged")
    assert bridged.payload["call_session_id"] == first.payload["call_session_id"]
    assert bridged.payload["call_control_id"] != call
    assert bridged.payload["client_state"] == "bmV3"


async def test_client_bridges(sim: Simulator, client: Any, listener: Listener) -> None:
    """Both legs report it."""
    one, other = await dial(sim, client), await dial(sim, client)
    for leg in (one, other):
        await listener.hears("call.answered", leg.call_control_id)

    await client.calls.actions.bridge(
        one.call_control_id, call_control_id_to_bridge_with=other.call_control_id
    )

    for leg in (one, other):
        await listener.hears("call.bridged", leg.call_control_id)


async def test_client_uses_what_is_heard_and_typed(
    sim: Simulator, client: Any, listener: Listener
) -> None:
    """Speak, gather, record and the rest of the commands that the simulator has."""
    call = (await dial(sim, client)).call_control_id
    await listener.hears("call.answered", call)
    actions = client.calls.actions

    await actions.start_recording(call, channels="dual", format="mp3")
    await actions.speak(call, payload="hello", voice="female")
    await actions.start_playback(call, audio_url="https://media.example.com/a.mp3")
    await actions.gather(call, maximum_digits=2)
    await actions.send_dtmf(call, digits="12#")
    await actions.update_client_state(call, client_state="c3RhdGU=")
    await actions.stop_gather(call)
    await actions.stop_playback(call)
    await actions.stop_recording(call)
    await actions.enqueue(call, queue_name="support")
    await actions.leave_queue(call)

    await listener.hears("call.gather.ended", call)
    await listener.hears("call.recording.saved", call)
    dequeued = await listener.hears("call.dequeued", call)
    assert dequeued.payload["client_state"] == "c3RhdGU="


@pytest.mark.parametrize("size", [None, 7])
async def test_client_lists_all_active_calls(sim: Simulator, client: Any, size: int | None) -> None:
    """The client pages by number, whatever the first answer's meta looks like."""
    ids = {await sim.incoming(patience_s=100_000, talk_s=100_000) for _ in range(45)}
    more = {} if size is None else {"page_size": size}

    found = [call async for call in client.connections.list_active_calls(sim.connection_id, **more)]

    assert {call.call_control_id for call in found} == ids
    assert len(found) == 45
    assert all(call.record_type == "call" and call.call_duration >= 0 for call in found)


async def test_client_lists_the_events_of_a_leg(
    sim: Simulator, client: Any, listener: Listener
) -> None:
    """In order, over several pages, with the raw event in the metadata."""
    call = await dial(sim, client)
    await listener.hears("call.answered", call.call_control_id)

    events = client.call_events.list(filter={"leg_id": call.call_leg_id}, page_size=1)
    found = [event async for event in events]

    assert [event.name for event in found] == ["call.initiated", "call.answered"]
    assert found[0].metadata["event"]["payload"]["from"] == sim.from_number


async def test_client_reads_deliveries_and_applications(
    sim: Simulator, client: Any, listener: Listener
) -> None:
    """Both lists, and a change of the webhook's address."""
    await dial(sim, client)
    await listener.hears("call.answered")
    await sim.courier.quiet()

    deliveries = [item async for item in client.webhook_deliveries.list()]
    applications = [item async for item in client.call_control_applications.list()]
    changed = await client.call_control_applications.update(
        sim.connection_id, application_name="desk", webhook_event_url=listener.url("/new")
    )

    assert {item.status for item in deliveries} == {"delivered"}
    assert [item.id for item in applications] == [sim.connection_id]
    assert changed.data.webhook_event_url == listener.url("/new")


async def test_client_understands_every_refusal(
    telnyx: ModuleType, sim: Simulator, client: Any
) -> None:
    """401, 404, 422 and 429 become the client's own errors, with Telnyx's codes in them."""
    ringing = await sim.incoming(patience_s=100_000, talk_s=100_000)
    wrong = client.with_options(api_key="KEY_WRONG")

    async def code(answer: Any) -> str:
        with pytest.raises(telnyx.APIStatusError) as caught:
            await answer
        body: Any = caught.value.body
        return str(body["errors"][0]["code"])

    assert await code(wrong.calls.retrieve_status(ringing)) == "10009"
    assert await code(client.calls.retrieve_status("v3:nobody")) == "10007"
    assert await code(client.calls.actions.hangup("v3:nobody")) == "90015"
    assert await code(client.calls.actions.transfer(ringing, to=ANSWERS)) == "90034"
    assert await code(dial(sim, client, "12125550100")) == "10016"
    assert await code(client.calls.actions.reject(ringing, cause="BORED")) == "10032"
    sim.fail_next(429)
    with pytest.raises(telnyx.RateLimitError):
        await client.calls.retrieve_status(ringing)


async def test_client_that_retries_dials_once(
    telnyx: ModuleType, sim: Simulator, client: Any
) -> None:
    """A lost answer and a retry with the same command_id make one call."""
    sim.fail_next(500, executed=True)

    call = await dial(sim, client.with_options(max_retries=2), RINGS, command_id="once")

    assert list(sim.world.legs) == [call.call_control_id]


async def test_unwrap_accepts_our_webhooks(
    sim: Simulator, client: Any, unwrap: Callable[..., Any], listener: Listener
) -> None:
    """Signature, time and shape: every event of a busy call becomes one of the client's types."""
    call = await sim.incoming(patience_s=100_000, talk_s=100_000)
    await client.calls.actions.answer(call, record="record-from-answer")
    await listener.hears("call.answered", call)
    await client.calls.actions.transfer(
        call, to="+12125550195", answering_machine_detection="premium"
    )
    await listener.hears("call.machine.premium.greeting.ended")
    await client.calls.actions.hangup(call)
    await listener.hears("call.recording.saved")

    for got in listener.received:
        event = unwrap(got.raw.decode(), headers=dict(got.headers))
        assert event.data.event_type == got.type
        assert event.data.payload.call_leg_id == got.payload["call_leg_id"]
        assert type(event).__name__ != "object"
    assert len({got.type for got in listener.received}) >= 7


async def test_unwrap_refuses_a_changed_webhook(
    sim: Simulator, unwrap: Callable[..., Any], listener: Listener
) -> None:
    """One changed character is enough; so is another second."""
    await sim.incoming(patience_s=100_000, talk_s=100_000)
    got = await listener.hears("call.initiated")
    headers = dict(got.headers)
    stamp = next(name for name in headers if name.lower() == "telnyx-timestamp")

    later = {**headers, stamp: str(int(time.time()) + 1)}
    changed = got.raw.decode().replace("incoming", "outgoing")

    # Which error it is depends on whether anybody has imported `telnyx.lib`, which replaces `unwrap`.
    with pytest.raises(Exception, match="ignature"):
        unwrap(changed, headers=headers)
    with pytest.raises(Exception, match="ignature"):
        unwrap(got.raw.decode(), headers=later)
