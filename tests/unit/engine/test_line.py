"""Waiting for Telnyx's rate limit: who goes first, for how long, and what happens to the rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from console.domain.entries import CommandDone, Intent, Kind
from console.domain.legs import Leg, LegState, Mark
from console.engine.api_state import ApiState
from console.engine.dispatch import ENDED, MOOT, Dispatcher
from console.engine.line import LONGEST_PERIOD_S, STOPPING, Line, NotSent, Rank
from console.engine.recorder import Recorder
from console.engine.request_log import KEPT, RequestLog
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from console.telnyx.requests import Request
from tests.unit.engine.fakes import MemoryWriter, now_micros, until


class Limited:
    """An API with a budget that is filled up only when told; remembers the order of what it did."""

    def __init__(self, budget: int, **options: object) -> None:
        self.budget = budget
        self.says_remaining = True
        self.reset: str | None = "1"
        self.done: list[str] = []
        self.refused = 0
        self.api = ApiState()
        self.client = TelnyxClient(
            "https://api.example/v2",
            Secret("KEY0123456789"),
            transport=httpx.MockTransport(self._answer),
            max_attempts=4,
        )
        self.line = Line(self.client, self.api, **options)  # type: ignore[arg-type]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        headers = {} if self.reset is None else {"x-ratelimit-reset": self.reset}
        if self.budget <= 0:
            self.refused += 1
            error = {"code": "10011", "title": "Too many requests"}
            return httpx.Response(429, json={"errors": [error]}, headers=headers)
        self.budget -= 1
        self.done.append(request.url.path.removeprefix("/v2/"))
        if self.says_remaining:
            headers["x-ratelimit-remaining"] = str(self.budget)
        return httpx.Response(200, json={"data": {"result": "ok"}}, headers=headers)

    def begin_period(self, budget: int) -> None:
        """Time has passed: Telnyx counts anew."""
        self.budget = budget
        self.api.resets_at_s = asyncio.get_running_loop().time()

    def send(self, name: str, rank: Rank = Rank.COMMAND) -> asyncio.Task[object]:
        request = Request(method="POST", path=f"/{name}", body={"command_id": name})
        return asyncio.ensure_future(self.line.send(request, rank))

    async def exhaust(self) -> None:
        """Uses up what is left, and knows it."""
        while self.budget:
            await self.send(f"before{self.budget}")
        self.done.clear()


@pytest.fixture
async def telnyx() -> AsyncIterator[Limited]:
    telnyx = Limited(3)
    yield telnyx
    telnyx.line.close()
    await telnyx.client.aclose()


async def test_line_lets_everything_through_while_there_is_room(telnyx: Limited) -> None:
    """Nothing waits, and what is left is known."""
    await asyncio.gather(telnyx.send("a"), telnyx.send("b"))

    assert telnyx.line.queued == 0
    assert telnyx.api.rate_limit_remaining == 1
    assert telnyx.api.reset_in_s(asyncio.get_running_loop().time()) == pytest.approx(1, abs=0.2)


async def test_line_sends_ending_first_then_answer_then_the_rest_in_order(telnyx: Limited) -> None:
    """Whatever the order in which they were asked."""
    await telnyx.exhaust()
    names = [
        ("c1", Rank.COMMAND),
        ("own", Rank.OWN),
        ("question", Rank.QUESTION),
        ("c2", Rank.COMMAND),
    ]
    names += [("answer", Rank.ANSWER), ("hangup1", Rank.ENDING), ("hangup2", Rank.ENDING)]
    tasks = [telnyx.send(name, rank) for name, rank in names]
    await until(lambda: telnyx.line.queued == len(tasks))
    assert telnyx.refused == 0

    telnyx.begin_period(100)
    await asyncio.gather(*tasks)

    assert telnyx.done == ["hangup1", "hangup2", "answer", "c1", "c2", "question", "own"]
    assert telnyx.line.queued == 0


async def test_line_sends_one_to_find_out_what_a_new_period_brings(telnyx: Limited) -> None:
    """Then as many as there is room for, and no 429 on the way."""
    await telnyx.exhaust()
    tasks = [telnyx.send(f"c{number}") for number in range(5)]
    await until(lambda: telnyx.line.queued == 5)

    telnyx.begin_period(3)
    await until(lambda: len(telnyx.done) == 3)
    assert telnyx.line.queued == 2
    telnyx.begin_period(3)
    await asyncio.gather(*tasks)

    assert telnyx.refused == 0
    assert telnyx.done == [f"c{number}" for number in range(5)]


async def test_line_takes_a_429_back_into_its_place(telnyx: Limited) -> None:
    """The one that was refused goes before those that came later, and its attempts add up."""
    telnyx.budget = 0
    first = telnyx.send("first")
    await until(lambda: telnyx.line.queued == 1)
    later = telnyx.send("later")
    await until(lambda: telnyx.line.queued == 2)

    telnyx.begin_period(2)
    answer, _ = await asyncio.gather(first, later)

    assert telnyx.done == ["first", "later"]
    assert answer.attempts == 2  # type: ignore[attr-defined]


async def test_line_does_not_keep_anybody_waiting_for_ever() -> None:
    """After its time an honest no; what Telnyx refused by then is that refusal."""
    telnyx = Limited(1, max_wait_s=0.1)
    telnyx.reset = "30"
    await telnyx.exhaust()

    with pytest.raises(NotSent, match="not sent: Telnyx's rate limit left no room"):
        await telnyx.send("never")
    telnyx.api.begin_period()
    refused = await telnyx.send("refused")

    assert refused.status == 429  # type: ignore[attr-defined]
    assert telnyx.line.queued == 0
    await telnyx.client.aclose()


@pytest.mark.parametrize("budget", [0, 1])
async def test_line_does_not_believe_in_a_period_of_years(budget: int) -> None:
    """A wrong header, with a 429 or with the last answer that was allowed: a minute later somebody asks again."""
    telnyx = Limited(budget, max_wait_s=0.1)
    telnyx.reset = "99999999"
    await telnyx.send("first")

    left_s = telnyx.api.reset_in_s(asyncio.get_running_loop().time())
    assert left_s is not None
    assert left_s <= LONGEST_PERIOD_S
    await telnyx.client.aclose()


async def test_line_waits_longer_each_time_telnyx_does_not_say_how_long(telnyx: Limited) -> None:
    """No header, no hammering."""
    telnyx.reset = None
    telnyx.budget = 0
    task = telnyx.send("a")
    pauses = []
    for _ in range(3):
        await until(lambda: telnyx.line.queued == 1 and telnyx.api.resets_at_s is not None)
        resets_at_s = telnyx.api.resets_at_s
        assert resets_at_s is not None
        pauses.append(resets_at_s - asyncio.get_running_loop().time())
        telnyx.begin_period(0)
        before = telnyx.refused
        await until(lambda so_far=before: telnyx.refused > so_far)  # type: ignore[misc]
    telnyx.begin_period(1)
    await task

    assert pauses == pytest.approx([1, 2, 4], abs=0.3)


async def test_line_is_bounded_and_keeps_the_more_urgent() -> None:
    """The last in line makes room for a hang-up; without one it hears a no at once."""
    telnyx = Limited(1, max_queued=2)
    await telnyx.exhaust()
    kept, last = telnyx.send("kept"), telnyx.send("last")
    await until(lambda: telnyx.line.queued == 2)

    with pytest.raises(NotSent, match="2 requests wait"):
        await telnyx.send("one too many")
    urgent = telnyx.send("hangup", Rank.ENDING)
    with pytest.raises(NotSent, match="more urgent"):
        await last
    telnyx.begin_period(5)
    await asyncio.gather(kept, urgent)

    assert telnyx.done == ["hangup", "kept"]
    await telnyx.client.aclose()


async def test_line_forgets_who_went_away(telnyx: Limited) -> None:
    """A cancelled wait leaves no place behind, and no count."""
    await telnyx.exhaust()
    gone, stays = telnyx.send("gone"), telnyx.send("stays")
    await until(lambda: telnyx.line.queued == 2)

    gone.cancel()
    await until(lambda: telnyx.line.queued == 1)
    telnyx.begin_period(1)
    await stays

    assert telnyx.done == ["stays"]


async def test_line_tells_those_who_wait_that_it_closes(telnyx: Limited) -> None:
    """And whoever comes later."""
    await telnyx.exhaust()
    waiting = telnyx.send("a")
    await until(lambda: telnyx.line.queued == 1)

    telnyx.line.close()

    for task in (waiting, telnyx.send("b")):
        with pytest.raises(NotSent, match=STOPPING):
            await task


def command(action: str, call: str, **params: object) -> Intent:
    return Intent(command_id=f"{action} {call}", action=action, call_control_id=call, params=params)


def dispatcher(telnyx: Limited, writer: MemoryWriter, legs: dict[str, Leg]) -> Dispatcher:
    return Dispatcher(telnyx.line, Recorder(writer), now_micros, leg_of=legs.get)


async def test_dispatcher_journals_a_command_before_it_waits(
    telnyx: Limited, writer: MemoryWriter
) -> None:
    """It is visible at once; its outcome comes when it was sent, with the same command_id."""
    await telnyx.exhaust()
    sender = dispatcher(telnyx, writer, {})
    asking = asyncio.ensure_future(sender.execute(command("hangup", "v3:a")))
    await until(lambda: telnyx.line.queued == 1)
    assert [draft.kind for draft in writer.drafts] == [Kind.COMMAND]
    assert sender.in_flight == 1

    telnyx.begin_period(1)
    done = await asking

    assert done.ok
    assert [json.loads(draft.body)["command_id"] for draft in writer.drafts] == ["hangup v3:a"] * 2


async def test_dispatcher_settles_commands_whose_call_has_ended(
    telnyx: Limited, writer: MemoryWriter
) -> None:
    """While the limit is exhausted the caller hangs up: nothing is sent, and everybody hears why."""
    await telnyx.exhaust()
    leg = Leg(key="v3:a", call_control_id="v3:a", state=LegState.ANSWERED)
    sender = dispatcher(telnyx, writer, {"v3:a": leg})
    speak = command("speak", "v3:a", payload="x", voice="y")
    asking = [sender.execute(intent) for intent in (command("hangup", "v3:a"), speak)]
    both = asyncio.gather(*asking)
    await until(lambda: telnyx.line.queued == 2)

    leg.state = LegState.ENDED
    hangup, spoken = await both

    assert (hangup.ok, hangup.message, hangup.status, hangup.attempts) == (True, ENDED, None, 0)
    assert (spoken.ok, spoken.message) == (False, MOOT)
    assert not telnyx.done
    assert [draft.kind for draft in writer.drafts].count(Kind.OUTCOME) == 2


async def test_dispatcher_says_what_was_not_sent_when_the_engine_stops(
    telnyx: Limited, writer: MemoryWriter
) -> None:
    """Known not to have been sent is more than unknown."""
    await telnyx.exhaust()
    sender = dispatcher(telnyx, writer, {})
    asking = asyncio.ensure_future(sender.execute(command("hangup", "v3:a")))
    await until(lambda: telnyx.line.queued == 1)

    await sender.drain(0.01)

    done: CommandDone = await asking
    assert done.message == STOPPING
    assert json.loads(writer.drafts[-1].body)["message"] == STOPPING


@pytest.mark.parametrize(
    ("action", "is_sent"), [("speak", False), ("hangup", True), ("switch_supervisor_role", True)]
)
async def test_dispatcher_sends_nothing_to_a_supervising_leg_that_it_refuses(
    telnyx: Limited, writer: MemoryWriter, action: str, is_sent: bool
) -> None:
    """Telnyx would say no (VOICE e); so nothing is sent, and nothing recorded."""
    leg = Leg(
        key="v3:s",
        call_control_id="v3:s",
        state=LegState.ANSWERED,
        marks=frozenset({Mark.SUPERVISING}),
    )
    params = {"role": "whisper"} if action == "switch_supervisor_role" else {}

    done = await dispatcher(telnyx, writer, {"v3:s": leg}).execute(
        command(action, "v3:s", **params)
    )

    assert done.ok is is_sent
    assert bool(telnyx.done) is bool(writer.drafts) is is_sent
    if not is_sent:
        assert done.message == "supervisor calls do not support commands"


async def test_line_notes_questions_and_leaves_commands_to_the_journal() -> None:
    """With status, latency and attempts; of those that did not get out, why; nothing secret."""
    log = RequestLog(now_micros)
    api = Limited(1, log=log, max_wait_s=0.05)
    await api.line.send(Request(method="POST", path="/calls/a/actions/answer"), Rank.ANSWER)
    api.reset = "100"
    api.begin_period(1)
    question = Request(method="GET", path="/calls/a", query={"page[size]": "2"})
    await api.line.send(question, Rank.QUESTION)
    with pytest.raises(NotSent):
        await api.line.send(Request(method="GET", path="/b"))

    asked, compared = log.latest()
    assert (asked.number, asked.method, asked.path, asked.purpose) == (
        1,
        "GET",
        "/calls/a",
        "asked",
    )
    assert (asked.status, asked.attempts, asked.message) == (200, 1, "")
    assert asked.query == {"page[size]": "2"}
    assert (compared.purpose, compared.status) == ("comparing", None)
    assert "rate limit" in compared.message
    assert "KEY0123456789" not in repr(log.latest())
    await api.client.aclose()


def test_request_log_keeps_the_latest() -> None:
    """A long night fills no memory."""
    log = RequestLog(lambda: 5)
    for number in range(KEPT + 10):
        log.failed(Request(method="GET", path=f"/{number}"), "asked", 5, NotSent("no"))

    assert len(log.latest()) == KEPT
    assert log.latest()[-1].number == KEPT + 10


async def test_line_given_up_by_who_was_sent_away_at_that_moment_counts_nothing(
    telnyx: Limited,
) -> None:
    """Else the line would think that less than nothing is under way, and let nobody out to probe."""
    await telnyx.exhaust()
    waiting = telnyx.send("late")
    await until(lambda: telnyx.line.queued == 1)
    telnyx.line.close()
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert telnyx.line._in_flight == 0
