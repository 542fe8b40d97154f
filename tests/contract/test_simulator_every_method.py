"""Telnyx's own Python client drives the simulator through every method it has for calls, conferences and queues.

Bodies hold every parameter of the catalogue that the method takes, with valid values. A method that is neither in a
table here nor skipped with a reason makes the test fail, so that a newer client cannot bring one unseen.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any, NamedTuple

import httpx
import pytest

from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.telnyx import catalogue
from tests.contract.bodies import filled
from tests.unit.simulator.ears import Ears
from tests.unit.simulator.listener import Listener

PARTNER = "+12125550101"


class Case(NamedTuple):
    """A method of the client: the command it sends, what has to be done before, and the event that shows its effect."""

    command: str
    before: tuple[str, ...] = ()
    event: str | None = None
    without: frozenset[str] = frozenset()


NO_WEBHOOK_CHANGES = frozenset({"webhook_url", "webhook_urls", "webhook_url_method"})
RECORDING = ("start_recording",)
ACTIONS = {
    "add_ai_assistant_messages": Case("ai_assistant_add_messages", ("start_ai_assistant",)),
    "answer": Case(
        "answer",
        event="call.answered",
        without=NO_WEBHOOK_CHANGES | {"conversation_relay_config"},  # 90061: an assistant is given
    ),
    "bridge": Case("bridge", event="call.bridged", without=frozenset({"queue", "video_room_id"})),
    "enqueue": Case("enqueue", event="call.enqueued"),
    "gather": Case("gather", event="call.gather.ended"),
    "gather_using_ai": Case("gather_using_ai", event="call.ai_gather.ended"),
    "gather_using_audio": Case("gather_using_audio", event="call.playback.started"),
    "gather_using_speak": Case("gather_using_speak", event="call.gather.ended"),
    "hangup": Case("hangup", event="call.hangup"),
    "join_ai_assistant": Case("ai_assistant_join"),
    "leave_queue": Case("leave_queue", ("enqueue",), "call.dequeued"),
    "pause_recording": Case("record_pause", RECORDING),
    "refer": Case("refer", event="call.refer.completed"),
    "reject": Case("reject", event="call.hangup"),
    "resume_recording": Case("record_resume", (*RECORDING, "pause_recording")),
    "send_dtmf": Case("send_dtmf", ("bridge",), "call.dtmf.received"),
    "send_sip_info": Case("send_sip_info", ("bridge",), "call.sip_info.received"),
    "speak": Case("speak", event="call.speak.ended"),
    "start_ai_assistant": Case("ai_assistant_start"),
    "start_conversation_relay": Case("conversation_relay_start"),
    "start_forking": Case("fork_start", event="call.fork.started"),
    "start_noise_suppression": Case("suppression_start"),
    "start_playback": Case(
        "playback_start",
        event="call.playback.ended",
        without=frozenset({"overlay"}),  # only while another file plays
    ),
    "start_recording": Case("record_start"),
    "start_siprec": Case("siprec_start", event="siprec.started"),
    "start_streaming": Case("streaming_start", event="streaming.started"),
    "start_transcription": Case("transcription_start", event="call.transcription"),
    "stop_ai_assistant": Case(
        "ai_assistant_stop", ("start_ai_assistant",), "call.conversation_insights.generated"
    ),
    "stop_conversation_relay": Case(
        "conversation_relay_stop", ("start_conversation_relay",), "call.conversation.ended"
    ),
    "stop_forking": Case("fork_stop", ("start_forking",), "call.fork.stopped"),
    "stop_gather": Case("gather_stop", ("gather_using_audio",), "call.gather.ended"),
    "stop_noise_suppression": Case("suppression_stop", ("start_noise_suppression",)),
    "stop_playback": Case("playback_stop", without=frozenset({"overlay"})),  # nothing on top
    "stop_recording": Case("record_stop", RECORDING, "call.recording.transcription.saved"),
    "stop_siprec": Case("siprec_stop", ("start_siprec",)),
    "stop_streaming": Case("streaming_stop", ("start_streaming",), "streaming.stopped"),
    "stop_transcription": Case("transcription_stop", ("start_transcription",)),
    "switch_supervisor_role": Case("switch_supervisor_role"),
    "transfer": Case("transfer", event="call.bridged", without=NO_WEBHOOK_CHANGES),
    "update_client_state": Case("client_state_update"),
}
SKIPPED = {"pay": "newer than the specification: no such command in the catalogue"}
ROOM = {
    "end_conference": Case("conference.end", event="conference.ended"),
    "gather_dtmf_audio": Case("conference.gather_using_audio", event="call.gather.ended"),
    "hold": Case("conference.hold"),
    "join": Case("conference.join", event="conference.participant.joined"),
    "leave": Case("conference.leave", event="conference.participant.left"),
    "mute": Case("conference.mute"),
    "play": Case("conference.play", event="conference.participant.playback.ended"),
    "record_pause": Case("conference.record_pause", ("record_start",)),
    "record_resume": Case("conference.record_resume", ("record_start", "record_pause")),
    "record_start": Case("conference.record_start"),
    "record_stop": Case("conference.record_stop", ("record_start",), "conference.recording.saved"),
    "send_dtmf": Case("conference.send_dtmf"),
    "speak": Case("conference.speak", event="conference.participant.speak.ended"),
    "stop": Case("conference.stop", ("play",)),
    "unhold": Case("conference.unhold"),
    "unmute": Case("conference.unmute"),
    "update": Case("conference.update"),
}
SPELLED = {"from": "from_"}
"""Names that the client spells in its own way."""


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
    options = SimulatorOptions(seed=7, rate=0, speed=40, webhook_url=listener.url())
    async with Simulator(options) as running:
        yield running


@pytest.fixture
async def client(telnyx: ModuleType, sim: Simulator) -> AsyncIterator[Any]:
    """Without retries: what fails is to be seen."""
    async with telnyx.AsyncTelnyx(
        api_key=sim.api_key,
        base_url=sim.api_base,
        max_retries=0,
        http_client=httpx.AsyncClient(trust_env=False),
    ) as made:
        yield made


class Desk:
    """The client with a call to try things on."""

    def __init__(self, sim: Simulator, client: Any, listener: Listener, ears: Ears) -> None:
        self.sim = sim
        self.ears = ears
        self.client = client
        self.listener = listener

    async def dials(self, to: str = "+12125550100", **more: object) -> str:
        """A call that has been answered."""
        answer = await self.client.calls.dial(
            connection_id=self.sim.connection_id, from_=self.sim.from_number, to=to, **more
        )
        call: str = answer.data.call_control_id
        await self.listener.hears("call.answered", call)
        return call

    async def supervises(self) -> str:
        """A call that listens to a bridged one."""
        one, other = await self.dials(), await self.dials(PARTNER)
        await self.client.calls.actions.bridge(one, call_control_id_to_bridge_with=other)
        await self.listener.hears("call.bridged", one)
        return await self.dials(supervise_call_control_id=one, supervisor_role="monitor")

    async def call_for(self, method: str) -> str:
        """A call in the state that a method needs."""
        if method in {"answer", "reject"}:
            return await self.sim.incoming(patience_s=100_000, talk_s=100_000)
        if method == "switch_supervisor_role":
            return await self.supervises()
        return await self.dials()

    async def acts(self, method: str, call: str) -> Any:
        """One method of `calls.actions` with everything it takes."""
        case = ACTIONS[method]
        given = filled(catalogue.load()[case.command], without=case.without)
        if method == "bridge":
            given.pop("call_control_id")
            given["call_control_id_to_bridge_with"] = await self.dials(PARTNER)
        if method == "join_ai_assistant":
            started = await self.client.calls.actions.start_ai_assistant(await self.dials(PARTNER))
            given["conversation_id"] = started.data.conversation_id
        for name in ("recording_id", "stream_id"):
            given.pop(name, None)
        if method == "start_streaming":
            given["stream_url"] = self.ears.url
        if method == "start_recording":
            given.pop("timeout_secs")
        return await self.sends(getattr(self.client.calls.actions, method), call, given)

    async def sends(self, method: Any, where: str, given: dict[str, Any]) -> Any:
        """Calls a method with the parameters it has."""
        taken = inspect.signature(method).parameters
        spelled = {SPELLED.get(name, name): value for name, value in given.items()}
        known = {name: value for name, value in spelled.items() if name in taken}
        if "command_id" in known:
            known["command_id"] = f"{getattr(method, '__name__', '')} {where}"
        return await method(where, **known)


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    async with Ears() as open_:
        yield open_


@pytest.fixture
def desk(sim: Simulator, client: Any, listener: Listener, ears: Ears) -> Desk:
    return Desk(sim, client, listener, ears)


def methods(resource: Any) -> set[str]:
    """The public methods of a resource that send something."""
    return {
        name
        for name, member in inspect.getmembers(type(resource), inspect.isfunction)
        if not name.startswith("_") and inspect.iscoroutinefunction(member)
    }


async def test_tables_name_every_method(client: Any) -> None:
    """Nothing the client can do to a call or a conference is forgotten; nothing in the catalogue either."""
    assert methods(client.calls.actions) == set(ACTIONS) | set(SKIPPED)
    assert methods(client.conferences.actions) == set(ROOM)
    on_calls = {each.name for each in catalogue.load().values() if each.scope == "call"}
    assert {case.command for case in ACTIONS.values()} == on_calls - {"status"}


@pytest.mark.parametrize("method", sorted(ACTIONS))
async def test_every_action_on_a_call(desk: Desk, method: str) -> None:
    """It is accepted with all its parameters, and its effect is reported."""
    call = await desk.call_for(method)
    case = ACTIONS[method]
    for earlier in case.before:
        await desk.acts(earlier, call)
        if (event := ACTIONS[earlier].event) is not None:
            await desk.listener.hears(event, call)

    answer = await desk.acts(method, call)

    assert answer.data.result == "ok"
    if case.event is not None:
        await desk.listener.hears(case.event)


@pytest.mark.parametrize("method", sorted(ROOM))
async def test_every_action_on_a_conference(desk: Desk, method: str) -> None:
    """Accepted with all its parameters; the effect is reported where there is an event for it."""
    first, second = await desk.dials(), await desk.dials(PARTNER)
    made = await desk.client.conferences.create(call_control_id=first, name="team")
    room, joins = made.data.id, desk.client.conferences.actions.join
    if method != "join":
        await joins(room, call_control_id=second)

    async def acts(name: str) -> Any:
        given = filled(catalogue.load()[ROOM[name].command], without=frozenset({"recording_id"}))
        given["call_control_id"] = second
        for each in ("call_control_ids", "whisper_call_control_ids"):
            if each in given:
                given[each] = [second]
        return await desk.sends(getattr(desk.client.conferences.actions, name), room, given)

    for earlier in ROOM[method].before:
        await acts(earlier)
    answer = await acts(method)

    assert answer.data.result == "ok"
    event = ROOM[method].event
    if event is not None:
        await desk.listener.hears(event)


async def test_conferences_are_listed_shown_and_changed(desk: Desk) -> None:
    """Filters, pages, participants, and the state of one."""
    conferences = desk.client.conferences
    calls = [await desk.dials() for _ in range(3)]
    made = await conferences.create(call_control_id=calls[0], name="team", command_id="once")
    for call in calls[1:]:
        await conferences.actions.join(made.data.id, call_control_id=call)
    await conferences.actions.mute("team", call_control_ids=calls[2:])

    listed = [each async for each in conferences.list(filter={"status": "in_progress"})]
    ended = [each async for each in conferences.list(filter={"status": "completed"})]
    everyone = [each async for each in conferences.list_participants(made.data.id, page_size=1)]
    muted = [
        each async for each in conferences.list_participants(made.data.id, filter={"muted": True})
    ]
    changed = await conferences.update_participant(
        everyone[0].id, id=made.data.id, end_conference_on_exit=True
    )
    shown = await conferences.retrieve_participant(everyone[0].id, id=made.data.id)

    assert [each.name for each in listed] == ["team"]
    assert ended == []
    assert [each.call_control_id for each in everyone] == calls
    assert [each.call_control_id for each in muted] == calls[2:]
    assert changed.data.end_conference_on_exit is True
    assert shown.data.end_conference_on_exit is True
    assert (await conferences.retrieve(made.data.id)).data.status == "in_progress"


async def test_queues_are_made_listed_changed_and_deleted(telnyx: ModuleType, desk: Desk) -> None:
    """Every method of queues and their calls."""
    queues = desk.client.queues
    made = await queues.create(queue_name="support", max_size=5)
    one, other = await desk.dials(), await desk.dials(PARTNER)
    for call in (one, other):
        await desk.client.calls.actions.enqueue(call, queue_name="support")

    listed = [each async for each in queues.list()]
    waiting = [each async for each in queues.calls.list("support", page_size=1)]
    shown = await queues.calls.retrieve(other, queue_name="support")
    changed = await queues.update("support", max_size=9)
    with pytest.raises(telnyx.APIStatusError) as caught:
        await queues.delete("support")
    await queues.calls.update(other, queue_name="support", keep_after_hangup=True)
    await desk.client.calls.actions.hangup(other)
    await desk.listener.hears("call.hangup", other)
    kept = await queues.calls.retrieve(other, queue_name="support")
    await queues.calls.remove(other, queue_name="support")
    await desk.client.calls.actions.leave_queue(one)
    await queues.delete("support")

    assert (made.data.max_size, changed.data.max_size) == (5, 9)
    assert [each.name for each in listed] == ["support"]
    assert [each.call_control_id for each in waiting] == [one, other]
    assert shown.data.queue_position == 2
    assert (waiting[1].to, waiting[1].from_) == (PARTNER, desk.sim.from_number)
    body: Any = caught.value.body
    assert (caught.value.status_code, body["errors"][0]["code"]) == (400, "90050")
    assert kept.data.is_alive is False
    with pytest.raises(telnyx.NotFoundError):
        await queues.retrieve("support")


async def test_dial_takes_every_parameter(desk: Desk) -> None:
    """All at once, but for what excludes another or is not simulated."""
    other = await desk.dials(PARTNER)
    left_out = NO_WEBHOOK_CHANGES | {"conversation_relay_config", "connection_id"}
    given = filled(catalogue.load()["dial"], without=left_out)
    given |= {"link_to": other, "supervise_call_control_id": other}
    given["conference_config"] = {"conference_name": "team"}
    given["answering_machine_detection"] = "detect"
    given["from_"] = given.pop("from")

    answer = await desk.client.calls.dial(connection_id=desk.sim.connection_id, **given)

    await desk.listener.hears("call.answered", answer.data.call_control_id)
    await asyncio.wait_for(desk.sim.courier.quiet(), 60)


async def test_unwrap_accepts_the_events_of_conferences(telnyx: ModuleType, desk: Desk) -> None:
    """Signature and shape of what a conference, a stream and a conversation report."""
    with telnyx.Telnyx(api_key=desk.sim.api_key, public_key=desk.sim.public_key) as made:
        call = await desk.dials()
        room = await desk.client.conferences.create(call_control_id=call, name="team")
        await desk.acts("start_streaming", call)
        await desk.acts("stop_ai_assistant", await _talks_with_assistant(desk))
        await desk.client.conferences.actions.end_conference(room.data.id)
        await desk.listener.hears("conference.ended")
        await desk.listener.hears("call.conversation_insights.generated")

        for got in desk.listener.received:
            event = made.webhooks.unwrap(got.raw.decode(), headers=dict(got.headers))
            assert getattr(event, "data", event).event_type == got.type


async def _talks_with_assistant(desk: Desk) -> str:
    call = await desk.dials(PARTNER)
    await desk.acts("start_ai_assistant", call)
    return call
