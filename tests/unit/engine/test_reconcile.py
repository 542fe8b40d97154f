"""Comparing the board with Telnyx's records."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from uuid import UUID

import httpx
import pytest

from console.domain.board import Board
from console.domain.entries import Kind
from console.domain.legs import Leg, LegState
from console.engine.api_state import ApiState
from console.engine.line import Line, Rank
from console.engine.lookup import Lookup
from console.engine.reconcile import NO_API_KEY, NO_CONNECTION, STOPPING, Reconciler
from console.engine.recorder import Recorder
from console.errors import JournalError
from console.journal.api import Appended
from console.journal.facts import fact_of
from console.operator import Reconciled
from console.secret import Secret
from console.telnyx.client import TelnyxClient
from tests.fixtures.entries import entry_from
from tests.unit.engine.fakes import MemoryWriter, now_micros

CONNECTION = "1494404757140276705"


def leg_id(name: str) -> str:
    return str(UUID(int=int.from_bytes(name.encode())))


def event_item(name: str, event_type: str, number: int, **payload: object) -> dict[str, object]:
    """An item of /call_events with the whole event in it."""
    return {
        "record_type": "call_event",
        "call_leg_id": leg_id(name),
        "call_session_id": leg_id("s" + name),
        "event_timestamp": f"2026-02-03T04:05:{number:02}.000000Z",
        "name": event_type,
        "type": "webhook",
        "metadata": {
            "attempt": 1,
            "status": "delivered",
            "event": {
                "record_type": "event",
                "event_type": event_type,
                "id": str(UUID(int=int.from_bytes(name.encode()) * 1000 + number)),
                "occurred_at": f"2026-02-03T04:05:{number:02}.000000Z",
                "payload": {
                    "call_control_id": f"v3:{name}",
                    "call_leg_id": leg_id(name),
                    "call_session_id": leg_id("s" + name),
                    "connection_id": CONNECTION,
                    **payload,
                },
            },
        },
    }


def listed(name: str) -> dict[str, object]:
    """An item of active_calls."""
    return {
        "record_type": "call",
        "call_control_id": f"v3:{name}",
        "call_leg_id": leg_id(name),
        "call_session_id": leg_id("s" + name),
        "client_state": "",
        "call_duration": 5,
    }


def initiated(name: str) -> dict[str, object]:
    return event_item(
        name, "call.initiated", 1, direction="incoming", to="+15550100", **{"from": "+15550101"}
    )


class Telnyx:
    """Telnyx's records; `paging` is `cursor` or `number`, `fail` maps a path to a status."""

    def __init__(self, paging: str = "cursor") -> None:
        self.active: list[Mapping[str, object]] = []
        self.status: dict[str, object] = {}
        self.events: dict[str, list[Mapping[str, object]]] = {}
        self.fail: dict[str, int] = {}
        self.deliveries: list[Mapping[str, object]] = []
        self.queries: list[dict[str, str]] = []
        self.asked: list[str] = []
        self.page_size = 2
        self.paging = paging
        self.at_once = 0
        self.most_at_once = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        try:
            return self._answer(request)
        finally:
            self.at_once -= 1

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0].removeprefix("/v2")
        self.asked.append(request.url.raw_path.decode())
        for prefix, status in self.fail.items():
            if path.startswith(prefix):
                if status == 0:
                    raise httpx.ConnectError("refused")
                return httpx.Response(status, json={"errors": [{"code": "10007", "title": "no"}]})
        if path == f"/connections/{CONNECTION}/active_calls":
            return self._page(self.active, request.url.params)
        if path == "/webhook_deliveries":
            self.queries.append(dict(request.url.params))
            return self._page(self.deliveries, request.url.params, "number")
        if path == "/call_events":
            leg = request.url.params["filter[leg_id]"]
            return self._page(self.events.get(leg, []), request.url.params)
        found = self.status.get(path.removeprefix("/calls/"))
        if found is None:
            return httpx.Response(404, json={"errors": [{"code": "10007", "title": "not found"}]})
        return httpx.Response(200, json={"data": found})

    def _page(
        self, items: Sequence[object], params: httpx.QueryParams, paging: str | None = None
    ) -> httpx.Response:
        paging = paging or self.paging
        name = "page[after]" if paging == "cursor" else "page[number]"
        number = int(params.get(name, "1").removeprefix("c"))
        start = (number - 1) * self.page_size
        data = items[start : start + self.page_size]
        pages = -(-len(items) // self.page_size)
        meta: dict[str, object] = {"page_number": number, "total_pages": pages}
        if paging == "cursor":
            is_last = number >= pages
            meta = {
                "cursors": {"after": None if is_last else f"c{number + 1}", "before": None},
                "next": None if is_last else "/v2/next",
            }
        return httpx.Response(200, json={"data": data, "meta": meta})


class MemoryPicture:
    """A board fed from the fake journal."""

    def __init__(self, writer: MemoryWriter) -> None:
        self._writer = writer
        self._taken = 0
        self.board = Board()

    def catch_up(self) -> None:
        for draft in self._writer.drafts[self._taken :]:
            self._taken += 1
            entry = entry_from(draft, Appended(self._taken, False))
            self.board.apply(entry, fact_of(entry))

    def live_legs(self) -> Sequence[Leg]:
        return [self.board.legs[key] for key in self.board.live_keys]

    def leg(self, any_id: str) -> Leg | None:
        return self.board.get(any_id)

    def knows(self, event_key: bytes) -> bool:
        return any(draft.event_key == event_key for draft in self._writer.drafts)


class Case:
    """A reconciler between a fake Telnyx and a fake journal."""

    def __init__(self, telnyx: Telnyx, writer: MemoryWriter) -> None:
        self.telnyx = telnyx
        self.writer = writer
        self.picture = MemoryPicture(writer)
        self.api = ApiState()
        client = TelnyxClient(
            "https://api.example/v2",
            Secret("KEY0123456789"),
            transport=httpx.MockTransport(telnyx.answer),
            max_attempts=1,
        )
        self.line = Line(client, self.api, max_wait_s=0.05)
        self.recorder = Recorder(writer)
        self.reconciler = Reconciler(
            self.lookup(Rank.OWN),
            self.recorder,
            self.picture,
            now_micros,
            connection_id=CONNECTION,
        )

    def lookup(self, rank: Rank) -> Lookup:
        return Lookup(self.line, self.recorder, self.picture, now_micros, rank=rank)

    async def heard(self, *items: Mapping[str, object]) -> None:
        """Webhooks that arrived before."""
        from console.journal.records import webhook_draft
        from console.telnyx.envelope import decode

        for item in items:
            metadata = item["metadata"]
            assert isinstance(metadata, dict)
            raw = json.dumps({"data": metadata["event"]}).encode()
            await self.writer.append(webhook_draft(decode(raw), raw, now_micros()))
        self.picture.catch_up()

    async def run(self) -> Reconciled:
        """The result; the entries written meanwhile are in `new`."""
        before = len(self.writer.drafts)
        result = await self.reconciler.run()
        self.new = self.writer.drafts[before:]
        self.picture.catch_up()
        return result

    def leg(self, name: str) -> Leg:
        found = self.picture.leg(f"v3:{name}")
        assert found is not None
        return found


@pytest.fixture
def case(writer: MemoryWriter) -> Case:
    return Case(Telnyx(), writer)


@pytest.mark.parametrize("paging", ["cursor", "number"])
async def test_reconcile_reads_active_calls_to_the_last_page(
    writer: MemoryWriter, paging: str
) -> None:
    """Whichever way the answer pages, every leg is found, with its history from call_events."""
    case = Case(Telnyx(paging), writer)
    names = ["a", "b", "c", "d", "e"]
    case.telnyx.active = [listed(name) for name in names]
    for name in names:
        case.telnyx.events[leg_id(name)] = [
            initiated(name),
            event_item(name, "call.answered", 2),
            event_item(name, "call.speak.started", 3),
        ]

    found = await case.run()

    assert found.ok
    assert found.active == 5
    assert sorted(found.found) == [f"v3:{name}" for name in names]
    assert case.leg("e").state is LegState.ANSWERED
    assert case.leg("e").from_ == "+15550101"
    assert "5 active calls" in found.message


async def test_reconcile_percent_encodes_what_it_asks(case: Case) -> None:
    """Brackets of filters and colons of identifiers do not travel raw."""
    case.telnyx.active = [listed("a")]
    await case.heard(initiated("b"))

    await case.run()

    assert any("filter%5Bleg_id%5D=" in asked for asked in case.telnyx.asked)
    assert any("/calls/v3%3Ab" in asked for asked in case.telnyx.asked)
    assert not any("[" in asked for asked in case.telnyx.asked)


async def test_reconcile_writes_nothing_when_it_learns_nothing(case: Case) -> None:
    """A second comparison of the same state leaves no entry."""
    case.telnyx.active = [listed("a"), listed("b")]
    case.telnyx.events[leg_id("a")] = [initiated("a")]
    case.telnyx.events[leg_id("b")] = [initiated("b")]
    await case.heard(initiated("a"))

    first = await case.run()
    assert [draft.kind for draft in case.new] == [Kind.API, Kind.API]
    second = await case.run()

    assert first.found == ("v3:b",)
    assert second.ok
    assert not case.new
    assert second.found == ()


async def test_reconcile_reads_events_that_webhooks_did_not_bring(case: Case) -> None:
    """A known leg that was answered while nobody listened is answered afterwards."""
    await case.heard(initiated("a"))
    case.telnyx.active = [listed("a")]
    case.telnyx.events[leg_id("a")] = [initiated("a"), event_item("a", "call.answered", 2)]

    found = await case.run()

    assert [draft.event_type for draft in case.new] == ["call.answered"]
    assert case.leg("a").state is LegState.ANSWERED
    assert "1 missed event" in found.message


async def test_reconcile_passes_over_records_of_commands(case: Case) -> None:
    """What their metadata holds is undocumented; they are no events."""
    case.telnyx.active = [listed("a")]
    command = {**event_item("a", "answer", 2), "type": "command"}
    case.telnyx.events[leg_id("a")] = [initiated("a"), command]

    await case.run()

    types = [draft.event_type for draft in case.new]
    assert types == ["call.initiated", None]


async def test_reconcile_shows_a_listed_leg_without_events(case: Case) -> None:
    """It lives, although nothing else is known of it."""
    case.telnyx.active = [listed("a")]

    found = await case.run()

    assert found.found == ("v3:a",)
    assert case.leg("a").state is LegState.UNKNOWN
    assert case.leg("a").is_live


async def test_reconcile_ends_a_leg_when_telnyx_says_so(case: Case) -> None:
    """is_alive false ends it, at the time Telnyx gives."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = {
        **listed("a"),
        "is_alive": False,
        "end_time": "2026-02-03T04:06:00Z",
    }

    found = await case.run()

    assert found.ended == ("v3:a",)
    assert case.leg("a").state is LegState.ENDED
    assert "1 had ended" in found.message


async def test_reconcile_prefers_the_hang_up_itself(case: Case) -> None:
    """The event says why; then no other entry is needed."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = {**listed("a"), "is_alive": False}
    case.telnyx.events[leg_id("a")] = [
        initiated("a"),
        event_item("a", "call.hangup", 9, hangup_cause="user_busy"),
    ]

    found = await case.run()

    assert found.ended == ("v3:a",)
    assert [draft.event_type for draft in case.new] == ["call.hangup"]
    assert case.leg("a").hangup_cause == "user_busy"


async def test_reconcile_marks_a_ghost_stale_and_says_so_once(case: Case) -> None:
    """Not listed and not known is not ended."""
    await case.heard(initiated("a"))

    first = await case.run()
    assert first.stale == ("v3:a",)
    assert case.leg("a").is_live
    assert case.leg("a").stale
    assert "stale" in first.message

    await case.run()
    assert not case.new


async def test_reconcile_clears_a_stale_leg_that_is_listed_again(case: Case) -> None:
    """The list was late; the leg was there."""
    await case.heard(initiated("a"))
    await case.run()

    case.telnyx.active = [listed("a")]
    await case.run()

    assert not case.leg("a").stale
    assert len(case.new) == 1


async def test_reconcile_leaves_a_leg_alone_that_is_alive_though_not_listed(case: Case) -> None:
    """Whether ringing legs are listed is not documented."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = {**listed("a"), "is_alive": True}

    found = await case.run()

    assert not case.new
    assert found.ok
    assert found.stale == found.ended == ()


async def test_reconcile_does_not_take_a_missing_is_alive_for_the_end(case: Case) -> None:
    """Unknown is unknown."""
    await case.heard(initiated("a"))
    case.telnyx.status["v3%3Aa"] = listed("a")

    found = await case.run()

    assert found.ended == ()
    assert case.leg("a").is_live


@pytest.mark.parametrize("status", [0, 429, 500, 503])
@pytest.mark.parametrize("path", ["/calls/", "/call_events"])
async def test_reconcile_changes_nothing_about_a_leg_without_an_answer(
    case: Case, path: str, status: int
) -> None:
    """An error on the way is no fact about a call; the message says that something is missing."""
    await case.heard(initiated("a"))
    case.telnyx.fail[path] = status

    found = await case.run()

    assert not found.ok
    assert not case.new
    assert case.leg("a").is_live
    assert not case.leg("a").stale
    assert "1 question not answered" in found.message
    assert case.api.error is not None


@pytest.mark.parametrize("status", [0, 401, 404, 422, 500])
async def test_reconcile_changes_nothing_without_the_list(case: Case, status: int) -> None:
    """Without active_calls nothing can be said about anything."""
    await case.heard(initiated("a"))
    case.telnyx.fail["/connections"] = status

    found = await case.run()

    assert not found.ok
    assert "nothing was changed" in found.message
    assert not case.new


async def test_reconcile_judges_no_leg_of_another_connection(case: Case) -> None:
    """The list of our connection says nothing about it; only is_alive could end it."""
    other = initiated("a")
    metadata = other["metadata"]
    assert isinstance(metadata, dict)
    metadata["event"]["payload"]["connection_id"] = "8"
    await case.heard(other)

    found = await case.run()

    assert not case.new
    assert found.stale == ()


async def test_reconcile_asks_few_questions_at_a_time(case: Case) -> None:
    """The operator's commands share the limit."""
    case.telnyx.active = [listed(name) for name in "abcdefghijkl"]
    case.telnyx.page_size = 50

    await case.run()

    assert 1 < case.telnyx.most_at_once <= 4


async def test_reconcile_runs_once_for_everybody_who_asks(case: Case) -> None:
    """Two desks at once get one comparison."""
    case.telnyx.active = [listed("a")]

    first, second = await asyncio.gather(case.reconciler.run(), case.reconciler.run())

    assert first is second
    assert sum("active_calls" in asked for asked in case.telnyx.asked) == 1


async def test_reconcile_says_when_it_cannot_record(case: Case, writer: MemoryWriter) -> None:
    """A broken journal is named."""
    case.telnyx.active = [listed("a")]
    writer.broken = "the disk is full"

    found = await case.run()

    assert not found.ok
    assert "the disk is full" in found.message


async def test_reconcile_says_when_the_journal_cannot_be_read(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the comparison at a start goes on."""

    def broken() -> None:
        raise JournalError("the disk failed")

    monkeypatch.setattr(case.picture, "catch_up", broken)

    found = await case.reconciler.run()

    assert not found.ok
    assert "the disk failed" in found.message


async def test_reconcile_that_is_stopped_is_told_to_whoever_waits(case: Case) -> None:
    """The absence it was to make up for can still be put on record."""
    case.telnyx.active = [listed("a")]
    asking = asyncio.ensure_future(case.reconciler.run())
    await asyncio.sleep(0)

    await case.reconciler.aclose()

    assert await asking == Reconciled(ok=False, message=STOPPING)


async def test_reconcile_compares_the_application_that_was_chosen_meanwhile(case: Case) -> None:
    """What is found of the one before is none of its."""
    case.telnyx.active = [listed("a")]
    first = asyncio.ensure_future(case.reconciler.run())
    await asyncio.sleep(0)

    case.reconciler.use_connection("77")
    second, third = await asyncio.gather(case.reconciler.run(), case.reconciler.run())

    assert (await first) is not second
    assert second is third
    asked = [path for path in case.telnyx.asked if "active_calls" in path]
    assert [CONNECTION in path for path in asked] == [True, False]


async def test_reconcile_goes_on_without_the_one_who_asked(case: Case) -> None:
    """A desk that goes away is no reason to stop."""
    case.telnyx.active = [listed("a")]
    asking = asyncio.ensure_future(case.reconciler.run())
    await asyncio.sleep(0)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await case.reconciler.run()).active == 1
    assert sum("active_calls" in asked for asked in case.telnyx.asked) == 1


async def test_reconcile_says_what_is_missing(writer: MemoryWriter) -> None:
    """Without a key or a connection there is nothing to compare with."""
    case = Case(Telnyx(), writer)
    recorder = case.recorder
    keyless = Reconciler(None, recorder, case.picture, now_micros, connection_id="1")
    unconnected = Reconciler(
        case.lookup(Rank.OWN), recorder, case.picture, now_micros, connection_id=None
    )

    assert (await keyless.run()).message == NO_API_KEY
    assert (await unconnected.run()).message == NO_CONNECTION


def failed_delivery(item: Mapping[str, object], number: int = 1) -> dict[str, object]:
    """An item of /webhook_deliveries about the event of a call_events item."""
    metadata = item["metadata"]
    assert isinstance(metadata, dict)
    return {
        "record_type": "webhook_delivery",
        "id": str(UUID(int=number)),
        "status": "failed",
        "webhook": metadata["event"],
        "attempts": [{"status": "failed", "errors": [75002]}],
    }


async def test_reconcile_reads_what_could_not_be_delivered(case: Case) -> None:
    """Every page of it, since a little before the last webhook; of calls that ended long ago too."""
    hangup = event_item("b", "call.hangup", 9)
    items = [initiated("b"), event_item("b", "call.answered", 3), hangup]
    case.telnyx.deliveries = [failed_delivery(item, n) for n, item in enumerate(items, 1)]
    case.reconciler.heard_until = 1_800_000_000_000_000

    found = await case.run()
    again = await case.run()

    assert found.ok
    assert found.extra["undelivered"] == 3
    assert "3 undelivered events read" in found.message
    assert case.leg("b").state is LegState.ENDED
    assert case.telnyx.queries[0]["filter[status][eq]"] == "failed"
    assert case.telnyx.queries[0]["filter[started_at][gte]"] == "2027-01-15T07:58:00.000000Z"
    assert again.extra["undelivered"] == 0
    assert case.telnyx.queries[-1]["filter[started_at][gte]"] > "2026"


async def test_reconcile_takes_no_deliveries_of_others(case: Case) -> None:
    """Another application's calls, messages and shapes without sense are left alone."""
    other = initiated("c")
    metadata = other["metadata"]
    assert isinstance(metadata, dict)
    metadata["event"]["payload"]["connection_id"] = "another"
    message = {"webhook": {"event_type": "message.received", "id": "m", "payload": {"text": "x"}}}
    case.telnyx.deliveries = [failed_delivery(other), message, {"webhook": 7}, {}]
    case.reconciler.heard_until = 1

    found = await case.run()

    assert found.ok
    assert not case.new


async def test_reconcile_does_not_ask_for_deliveries_before_it_ever_heard_one(case: Case) -> None:
    """What failed before this console was there is not its history."""
    await case.run()

    assert not case.telnyx.queries


@pytest.mark.parametrize("status", [0, 403, 500])
async def test_reconcile_is_worth_having_without_deliveries(case: Case, status: int) -> None:
    """The rest is taken; the message says what is missing, and it is asked again."""
    case.telnyx.active = [listed("a")]
    case.telnyx.fail["/webhook_deliveries"] = status
    case.reconciler.heard_until = 1

    found = await case.run()

    assert not found.ok
    assert found.found == ("v3:a",)
    assert "failed deliveries could not be read" in found.message
    assert case.reconciler.heard_until == 1
