"""Every command of the catalogue, once, with all its parameters, from the engine to what the desk shows of it.

Nothing stands in for anything: the engine's client asks the simulator over HTTP, the simulator's webhooks go to that
engine's listener, its sound to that engine's media receiver, and the store reads what the engine journaled. A new
command of the catalogue is sent without being named here; only what differs is in the tables.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from console.domain.effects import CONFIRMED_BY, OVERDUE, PROMPT, pending
from console.domain.entries import CommandDone, Entry, Event, Intent, Kind
from console.domain.legs import CommandRecord, Leg
from console.domain.timeline import TimelineLine, timeline
from console.domain.wording import describe
from console.engine.engine import Engine
from console.engine.settings import EngineSettings
from console.journal.sqlite import open_reader
from console.secret import Secret
from console.simulator.options import SimulatorOptions
from console.simulator.server import Simulator
from console.store.store import Store
from console.telnyx import catalogue
from console.telnyx.requests import CALL, COMMAND_ID
from tests.contract.bodies import filled, value
from tests.integration.command_cases import (
    BY_ID,
    IDS,
    LASTING,
    ROWS,
    Row,
    case_of,
    expected_of,
    sent_by_case,
    unsent,
)
from tests.unit.engine.fakes import now_micros, until

CALLEE, PARTNER, MACHINE = "+12125550100", "+12125550101", "+12125550195"
PATIENCE_S = 60.0
PATIENT_S = 100_000.0
"""Seconds of the simulated world that a caller waits who is not supposed to give up."""


class Desk:
    """An engine that works, a simulator that rings it, and a store that follows its journal."""

    def __init__(self, engine: Engine, simulator: Simulator, store: Store) -> None:
        self.engine = engine
        self.simulator = simulator
        self.store = store

    async def sees(self, condition: Callable[[], object], what: str) -> None:
        """Returns when something is so in the store; fails after some seconds."""

        def so() -> bool:
            self.store.poll()
            return bool(condition())

        try:
            await until(so)
        except TimeoutError:
            pytest.fail(f"never seen: {what}; {[line.title for line in self.lines()]}")

    async def hears(self, expected: set[str], since: int) -> None:
        """Returns when an event of each type was journaled after number `since`."""

        def missing() -> set[str]:
            heard = self.events(expected)
            return expected - {fact.type for entry, fact in heard if entry.seq > since}

        await self.sees(lambda: not missing(), f"all of {sorted(expected)}")

    async def settles(self, done: CommandDone) -> None:
        """Returns when nothing is shown as under way on the command's leg, and a prompt effect was seen."""

        def settled() -> bool:
            found = self.record(done)
            if found is None:
                return done.call_control_id is None and done.action != "dial"
            leg, record = found
            is_seen = record.confirmed or done.action not in PROMPT
            return record.ok is True and is_seen and pending(leg, now_micros()) is None

        await self.sees(settled, f"the effect of {done.action}")

    async def does(
        self, action: str, call: str | None, params: Mapping[str, object]
    ) -> CommandDone:
        """One command that Telnyx accepts."""
        intent = Intent(
            command_id=str(uuid.uuid4()), action=action, call_control_id=call, params=params
        )
        done = await self.engine.execute(intent)
        assert done.ok, f"{action}: {done.message}"
        return done

    async def dials(self, to: str = CALLEE, **params: object) -> str:
        """A call that has been answered."""
        done = await self.does(
            "dial", None, {"from": self.simulator.from_number, "to": to, **params}
        )
        call = str(done.data[CALL])
        await self.sees(lambda: self.events({"call.answered"}, call), "an answer")
        return call

    async def rings(self) -> str:
        """A caller who waits."""
        call = await self.simulator.incoming(patience_s=PATIENT_S)
        await self.sees(lambda: self.store.leg(call), "a caller")
        return call

    async def stream_id(self, call: str) -> str:
        """What only the first frame of a stream tells."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for each in await self.engine.media():
                    if each.call_control_id == call and each.stream_id:
                        return each.stream_id
                await asyncio.sleep(0.01)

    def parameter(self, action: str, name: str) -> catalogue.Parameter:
        """One parameter of a command."""
        found = catalogue.load()[action].parameter(name)
        assert found is not None
        return found

    def events(
        self, kinds: set[str] | frozenset[str], call: str | None = None
    ) -> list[tuple[Entry, Event]]:
        """The webhooks of these types (about a leg) that were journaled so far."""
        return [
            (entry, fact)
            for entry, fact in self.store.recent
            if isinstance(fact, Event) and entry.kind is Kind.WEBHOOK
            if fact.type in kinds and call in {None, fact.call_control_id}
        ]

    def record(self, done: CommandDone) -> tuple[Leg, CommandRecord] | None:
        """The leg that shows a command, and what it shows."""
        for leg in self.store.board.legs.values():
            if done.command_id in leg.commands:
                return leg, leg.commands[done.command_id]
        return None

    def lines(self, *, later: int = 0) -> tuple[TimelineLine, ...]:
        """The timeline of everything, as it looks `later` µs from now."""
        return timeline(
            list(self.store.recent), list(self.store.board.legs.values()), now=now_micros() + later
        )

    def everything(self, action: str, **own: object) -> dict[str, object]:
        """All parameters of a command: `own` where it has such, else made from the catalogue's types."""
        command = catalogue.load()[action]
        mine = self._known(**own)
        without = {COMMAND_ID, *case_of(action).without.split(), *(IDS - own.keys())}
        given: dict[str, object] = filled(command, without=frozenset(without))
        for each in command.parameters:
            if each.where == "query":
                given[each.name] = value(each, each.name)
            elif each.where == "path" and each.name != CALL:
                given[each.name] = mine[each.name]
        return {name: mine.get(name, made) for name, made in given.items()}

    def some(self, row: Row, **own: object) -> dict[str, object]:
        """The parameters of a row, and what is required."""
        mine, names = self._known(**own), {*row.parameters.split()}
        return {
            each.name: mine.get(each.name, value(each, each.name))
            for each in catalogue.load()[row.action].parameters
            if each.where == "body" and (each.name in names or (each.required and not each.unless))
        }

    def _known(self, **own: object) -> dict[str, object]:
        """What a value made from a type cannot know of this world."""
        hook = self.engine.webhook_url
        return {
            "webhook_url": hook,
            "webhook_event_url": hook,
            "webhook_urls": {"call.hangup": hook},
            "stream_url": self.engine.health().media_url,
            "connection_id": self.simulator.connection_id,
            "from": self.simulator.from_number,
            "page": {"number": 1, "size": 1},
            "timeout_millis": 60_000,
            **own,
        }


@pytest.fixture
async def desk(journal: Path) -> AsyncIterator[Desk]:
    async with Simulator(SimulatorOptions(rate=0, seed=7, speed=50)) as simulator:
        settings = EngineSettings(
            journal=journal,
            port=0,
            public_key=simulator.public_key,
            api_key=Secret(simulator.api_key),
            base_url=simulator.api_base,
            connection_id=simulator.connection_id,
            reconcile_at_start=False,
        )
        async with Engine(settings) as engine:
            simulator.set_webhook_url(engine.webhook_url)
            reader = open_reader(journal)
            try:
                store = Store(reader, clock=now_micros)
                store.load()
                yield Desk(engine, simulator, store)
            finally:
                reader.close()


async def prepared(desk: Desk, action: str) -> tuple[str | None, dict[str, object]]:
    """A world in which the command makes sense: the call it is about, and what is to be known of the world."""
    match catalogue.load()[action].scope:
        case "call":
            return await a_call(desk, action)
        case "conference":
            return await a_room(desk, action)
        case "queue":
            return await a_queue(desk, action)
        case _:
            return None, await an_account(desk, action)


async def a_call(desk: Desk, action: str) -> tuple[str, dict[str, object]]:
    """A caller who waits, or somebody who answered, with what has to be under way."""
    if action in {"answer", "reject"}:
        return await desk.rings(), {}
    call = await desk.dials()
    own: dict[str, object] = {}
    if action == "bridge":
        own[CALL] = await desk.dials(PARTNER)
    elif action == "transfer":
        own["to"] = MACHINE
    elif action == "ai_assistant_join":
        started = await desk.does("ai_assistant_start", await desk.dials(PARTNER), {})
        own["conversation_id"] = started.data["conversation_id"]
    elif action == "switch_supervisor_role":
        await begun(desk, "bridge", call, {CALL: await desk.dials(PARTNER)})
        call = await desk.dials(supervise_call_control_id=call, supervisor_role="monitor")
    elif case_of(action).before == "bridge":
        own[CALL] = await desk.dials(PARTNER)
    return call, await with_before(desk, action, call, own)


async def a_room(desk: Desk, action: str) -> tuple[str, dict[str, object]]:
    """A conference; the command is about its second participant."""
    first, second = await desk.dials(), await desk.dials(PARTNER)
    own: dict[str, object] = {CALL: second, "name": "team"}
    if action == "conference.create":
        return second, own
    made = await desk.does("conference.create", first, {"name": "team"})
    own |= {"id": made.data["id"], "conference_id": made.data["id"], "participant_id": second}
    own |= {"call_control_ids": [second], "whisper_call_control_ids": [first]}
    if action != "conference.join":
        await begun(desk, "conference.join", second, {"id": made.data["id"]}, fill=False)
    return second, await with_before(desk, action, second, own)


async def a_queue(desk: Desk, action: str) -> tuple[str | None, dict[str, object]]:
    """A queue, with a call in it where the command is about one; it has to have ended to be removed."""
    own: dict[str, object] = {"queue_name": "support", "max_size": 5}
    if action == "queue.create":
        return None, own
    await desk.does("queue.create", None, own)
    if not action.startswith("queue.call."):
        return None, own
    call = await desk.dials()
    await begun(desk, "enqueue", call, own)
    if action == "queue.call.remove":
        await begun(desk, "hangup", call, {})
    return call, own


async def an_account(desk: Desk, action: str) -> dict[str, object]:
    """Applications and deliveries; a new call is linked to one that goes on."""
    own: dict[str, object] = {"id": desk.simulator.connection_id}
    if action == "dial":
        own |= {"to": MACHINE, "link_to": await desk.dials(PARTNER)}
    if action == "webhook_deliveries.show":
        await desk.dials()
        listed = await desk.engine.query("webhook_deliveries.list")
        own["id"] = listed.rows[0]["id"]
    return own


async def with_before(
    desk: Desk, action: str, call: str, own: dict[str, object]
) -> dict[str, object]:
    """`own`, and the ids that were answered when what comes before was begun."""
    for earlier in case_of(action).before.split():
        done = await begun(desk, earlier, call, own)
        own = {**own, **{name: done.data[name] for name in IDS & done.data.keys()}}
        if earlier == "streaming_start":
            own["stream_id"] = await desk.stream_id(call)
    return own


async def begun(
    desk: Desk, action: str, call: str, own: dict[str, object], *, fill: bool = True
) -> CommandDone:
    """Another command, with its effect if that is prompt."""
    lasting = {**LASTING.get(action, {}), **own}
    done = await desk.does(action, call, desk.everything(action, **lasting) if fill else own)
    if action in PROMPT:
        await desk.sees(lambda: (found := desk.record(done)) and found[1].confirmed, action)
    return done


COMMANDS = sorted(name for name, each in catalogue.load().items() if each.method != "GET")
QUESTIONS = sorted(name for name, each in catalogue.load().items() if each.method == "GET")


@pytest.mark.parametrize("action", COMMANDS)
async def test_every_command_is_sent_followed_and_settled(desk: Desk, action: str) -> None:
    """It is accepted with all its parameters; what the catalogue says arrives, is shown, and settles it."""
    call, own = await prepared(desk, action)
    since = desk.store.seq

    after = case_of(action).after.split()
    lasting = {**LASTING.get(action, {}), **own} if after else own
    given = desk.everything(action, **lasting)
    done = await desk.does(action, call, given)
    assert {CALL, COMMAND_ID, *given} >= sent_by_case(action)
    await desk.hears(expected_of(action, at_once=bool(after)), since)
    await desk.settles(done)
    ids = {name: done.data[name] for name in {"id"} & done.data.keys()}
    for later in after:
        await begun(desk, later, call or str(done.data[CALL]), {**own, **ids})

    expected = expected_of(action)
    await desk.hears(expected, since)
    lines = desk.lines(later=OVERDUE)
    assert [line for line in lines if line.problem] == []
    for entry, fact in desk.events(expected):
        assert describe(entry, fact).startswith(entry.event_type or "?")
    assert expected <= {line.title for line in lines if line.arrow == "◀"}
    if action in CONFIRMED_BY:
        assert [line.title for line in lines if line.confirms == action]


@pytest.mark.parametrize("action", QUESTIONS)
async def test_every_question_is_answered(desk: Desk, action: str) -> None:
    """It is understood with all its parameters, filters and pages included."""
    call, own = await prepared(desk, action)
    given = desk.everything(action, **own)
    if catalogue.load()[action].parameter(CALL, "path") is not None:
        given[CALL] = call

    answer = await desk.engine.query(action, given)

    assert answer.ok, answer.message
    assert given.keys() >= sent_by_case(action)


async def a_world(desk: Desk, row: Row) -> tuple[str | None, dict[str, object]]:
    """What a row needs: the call it is about, and what is to be known of the world."""
    if row.action == "answer":
        return await desk.rings(), {}
    if row.action == "dial":
        return None, await before_dialling(desk, row)
    if row.parameters == "recording_id":
        return await being_recorded(desk, row)
    call = await desk.dials()
    own: dict[str, object] = {"audio_url": "https://media.example.com/hello.mp3"}
    if row.parameters == "queue":
        own["queue"] = "support"
        await desk.does("queue.create", None, {"queue_name": "support", "max_size": 5})
        await begun(
            desk, "enqueue", await desk.dials(PARTNER), {"queue_name": "support"}, fill=False
        )
    if "overlay" in row.parameters:
        await desk.does("playback_start", call, {**own, "loop": "infinity"})
    if row.action == "playback_stop":
        since = desk.store.seq
        await desk.does("playback_start", call, {**own, "overlay": True, "target_legs": "self"})
        await desk.hears({"call.playback.started"}, since)
    return call, own


async def being_recorded(desk: Desk, row: Row) -> tuple[str, dict[str, object]]:
    """A call that is recorded since it was answered; only then Telnyx tells the recording's id at once."""
    dialled = {"from": desk.simulator.from_number, "to": CALLEE, "record": "record-from-answer"}
    done = await desk.does("dial", None, dialled)
    call, own = str(done.data[CALL]), {"recording_id": done.data["recording_id"]}
    await desk.sees(lambda: desk.events({"call.answered"}, call), "an answer")
    if row.action == "record_resume":
        await desk.does("record_pause", call, own)
    return call, own


async def before_dialling(desk: Desk, row: Row) -> dict[str, object]:
    """A call to supervise, or a conference that is made when somebody answers."""
    if "supervise" not in row.parameters:
        room = value(desk.parameter("dial", "conference_config"), "conference_config")
        excluded = {"id", "whisper_call_control_ids", "supervisor_role"}
        kept = {name: made for name, made in room.items() if name not in excluded}
        return {"conference_config": {**kept, "conference_name": "desk"}}
    call = await desk.dials()
    await begun(desk, "bridge", call, {CALL: await desk.dials(PARTNER)}, fill=False)
    return {"supervise_call_control_id": call}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_every_row_is_sent_and_followed(desk: Desk, row: Row) -> None:
    """Parameters that exclude others are taken, too, and what comes of them arrives and settles the command."""
    call, own = await a_world(desk, row)
    since = desk.store.seq
    given = desk.some(row, **own)
    assert given.keys() >= {*row.parameters.split()}

    done = await desk.does(row.action, call, given)

    await desk.hears({*row.expected.split()}, since)
    if row.expected:
        await desk.settles(done)
    assert [line for line in desk.lines() if line.problem] == []


@pytest.mark.parametrize("action", BY_ID)
async def test_recording_that_is_over_is_refused_by_its_id(desk: Desk, action: str) -> None:
    """The id goes out and is looked at: the recording that goes on meanwhile is left alone."""
    call, own = await a_room(desk, "conference.record_stop")
    since = desk.store.seq
    await desk.does("conference.record_stop", call, {"id": own["id"]})
    await desk.hears({"conference.recording.saved"}, since)
    [(_entry, saved)] = desk.events({"conference.recording.saved"})
    over = saved.payload["recording_id"]
    await desk.does("conference.record_start", call, {"id": own["id"], "format": "mp3"})

    params = {"id": own["id"], "recording_id": over}
    intent = Intent(
        command_id=str(uuid.uuid4()), action=action, call_control_id=call, params=params
    )
    done = await desk.engine.execute(intent)

    assert (done.status, done.code, done.data["pointer"]) == (404, "10005", "/recording_id")
    await desk.does("conference.record_stop", call, {"id": own["id"]})


def test_every_parameter_of_every_command_is_sent_by_some_row() -> None:
    """None is left out anywhere."""
    assert {(action, name) for action in COMMANDS + QUESTIONS for name in unsent(action)} == set()
    assert {*BY_ID, *(row.action for row in ROWS)} <= {*COMMANDS}
