"""The lists that polling reads, through the official package: the filters we use exist there under the same names."""

from __future__ import annotations

from typing import Any

from console.domain.times import iso
from console.simulator.server import Simulator
from tests.contract.test_simulator_with_official_client import client, dial, listener, sim, telnyx
from tests.unit.engine.fakes import now_micros
from tests.unit.simulator.listener import Listener

__all__ = ["client", "listener", "sim", "telnyx"]


async def test_client_reads_events_and_commands_of_a_connection(
    sim: Simulator,
    client: Any,
    listener: Listener,
) -> None:
    """By connection and time, commands beside webhooks, and by kind."""
    begun = iso(now_micros() - 60_000_000)
    call = await dial(sim, client)
    await listener.hears("call.answered", call.call_control_id)
    await client.calls.actions.speak(call.call_control_id, payload="hello", voice="female")
    await listener.hears("call.speak.started", call.call_control_id)

    since = {"connection_id": sim.connection_id, "occurred_at": {"gte": begun}}
    both = [each async for each in client.call_events.list(filter=since, page_size=2)]
    commands = [each async for each in client.call_events.list(filter={**since, "type": "command"})]
    elsewhere = client.call_events.list(filter={**since, "connection_id": "1"})

    names = [(each.type, each.name) for each in both]
    assert ("command", "speak") in names
    assert ("webhook", "call.initiated") in names
    assert [(each.name, each.call_leg_id) for each in commands] == [("speak", call.call_leg_id)]
    assert [each async for each in elsewhere] == []
    times = [each.event_timestamp for each in both]
    assert times == sorted(times)


async def test_client_reads_what_the_receiver_answered(
    sim: Simulator,
    client: Any,
    listener: Listener,
) -> None:
    """Attempts with the receiver's own status; what was not tried yet is not listed."""
    call = await dial(sim, client)
    await listener.hears("call.answered", call.call_control_id)
    await sim.courier.quiet()

    begun = iso(now_micros() - 60_000_000)
    filters = {"started_at": {"gte": begun}, "webhook": {"contains": sim.connection_id}}
    found = [each async for each in client.webhook_deliveries.list(filter=filters)]

    assert {each.webhook.event_type for each in found} == {"call.initiated", "call.answered"}
    assert {each.attempts[0].http.response.status for each in found} == {200}
    assert {each.attempts[0].http.request.url for each in found} == {listener.url()}
