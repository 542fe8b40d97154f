"""The board is a function of the set of entries: any order and any repetition give the same one."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.board import Board
from console.domain.entries import Kind
from console.domain.legs import LegState
from tests.unit.domain.histories import History, Pair, board_of, picture

Scenario = Callable[[History, Random, str], None]


def inbound(h: History, r: Random, s: str) -> None:
    """A caller who is answered, or gives up, or is rejected."""
    leg = f"{s}-a"
    h.incoming(leg, session=s, caller_id_name=r.choice(["Ann", "", None, 7]))
    fate = r.randrange(4)
    if fate == 0:
        h.hangup(leg, session=s, cause="originator_cancel", sip="487")
    elif fate == 1:
        h.command("reject", leg, cause="USER_BUSY", ok=r.random() < 0.8)
        h.hangup(leg, session=s, cause="user_busy", source="unknown", sip="486")
    else:
        h.command("answer", leg, record="record-from-answer" if r.random() < 0.5 else None)
        h.answered(leg, session=s)
        if fate == 2:
            h.hangup(leg, session=s)
            h.event(
                "call.cost", leg, session=s, total_cost="0.01", cost_parts=[{"currency": "USD"}]
            )


def outbound(h: History, r: Random, s: str) -> None:
    """A dial that is busy, not answered, refused, or answered by a person or a machine."""
    leg = f"{s}-o"
    h.dial(leg, session=s, ok=r.random() < 0.8, params={"from": "+1", "to": ["+2", "+3"]})
    if r.random() < 0.8:
        h.outgoing(leg, session=s)
    fate = r.randrange(4)
    if fate == 0:
        h.hangup(leg, session=s, cause="user_busy", sip="486")
    elif fate == 1:
        h.hangup(leg, session=s, cause="timeout", source=None, sip=None)
    elif fate == 2:
        h.answered(leg, session=s)
        h.event("call.machine.detection.ended", leg, session=s, result="machine")
        h.event("call.machine.greeting.ended", leg, session=s, result="beep_detected")


def transfer(h: History, r: Random, s: str) -> None:
    """A transfer: only leg B is reported as bridged, perhaps before it answers; B may fail or end first."""
    a, b = f"{s}-ta", f"{s}-tb"
    h.incoming(a, session=s)
    if r.random() < 0.8:
        h.answered(a, session=s)
    h.command("transfer", a, to="+14155550100")
    h.outgoing(b, session=s)
    if r.random() < 0.3:
        h.hangup(b, session=s, cause="no_answer")
        return
    steps = ["call.bridged", "call.answered"]
    r.shuffle(steps)
    for step in steps:
        h.event(step, b, session=s)
    if r.random() < 0.5:
        h.hangup(b, session=s)
    if r.random() < 0.5:
        h.hangup(a, session=s)


def bridged_pair(h: History, r: Random, s: str) -> None:
    """Two sessions that a command joins; and perhaps one of them with a third."""
    x, y, z = f"{s}-bx", f"{s}-by", f"{s}-bz"
    for leg, session in ((x, s), (y, s + "2"), (z, s + "3")):
        h.incoming(leg, session=session)
        h.answered(leg, session=session)
    h.command("bridge", x, call_control_id=y, ok=r.random() < 0.8)
    h.event("call.bridged", x, session=s)
    if r.random() < 0.8:
        h.event("call.bridged", y, session=s + "2")
    if r.random() < 0.5:
        h.hangup(y, session=s + "2")
    if r.random() < 0.5:
        h.at += 10_000_000
        h.command("bridge", z, call_control_id=x)
        h.event("call.bridged", z, session=s + "3")
        h.event("call.bridged", x, session=s)
    if r.random() < 0.3:
        h.hangup(x, session=s)


def linked_dial(h: History, r: Random, s: str) -> None:
    """A dial into an existing session that bridges on answer, or that supervises."""
    a, n = f"{s}-la", f"{s}-ln"
    h.incoming(a, session=s)
    h.answered(a, session=s)
    if r.random() < 0.5:
        h.dial(n, session=s, link_to=a, bridge_on_answer=True, to="sip:ann@example.com")
        h.outgoing(n, session=s)
        h.answered(n, session=s)
        h.event("call.bridged", n, session=s)
        h.event("call.bridged", a, session=s)
    else:
        h.dial(n, session=s, supervise_call_control_id=a, supervisor_role="monitor")
        h.answered(n, session=s)


def activities(h: History, r: Random, s: str) -> None:
    """Gather, recording, streaming, transcription, hold, with fields and identifiers missing here and there."""
    leg = f"{s}-v"
    h.incoming(leg, session=s)
    h.answered(leg, session=s)
    doings: list[Callable[[], object]] = [
        lambda: h.command("gather", leg),
        lambda: h.event("call.dtmf.received", leg, session=s, digit=r.choice(["1", "#", 5, None])),
        lambda: h.event("call.gather.ended", leg, session=s, digits="12", status="valid"),
        lambda: h.command("record_start", leg, format="mp3", channels="dual"),
        lambda: h.command("record_stop", leg, ok=r.random() < 0.7),
        lambda: h.event("call.recording.saved", None, session=s, leg_id=f"id-{leg}"),
        lambda: h.event(
            "call.recording.saved",
            leg,
            session=s,
            recording_ended_at=r.choice(["2025-11-22T08:30:00Z", "soon", None]),
        ),
        lambda: h.event("streaming.started", leg, session=None, leg_id=None),
        lambda: h.event("streaming.stopped", leg, session=None, leg_id=None, timed=False),
        lambda: h.command("transcription_start", leg),
        lambda: h.command("transcription_stop", leg),
        lambda: h.event("call.hold", leg, session=s),
        lambda: h.event("call.unhold", leg, session=s),
        lambda: h.event("call.fork.started", leg, session=s, timed=False),
        lambda: h.event("call.never.heard.of", leg, session=s, payload={"from": 3, "to": [1]}),
        lambda: h.event("call.speak.started", leg, session=s, payload={"client_state": "YQ=="}),
    ]
    for _ in range(r.randrange(1, 12)):
        r.choice(doings)()
    if r.random() < 0.4:
        h.hangup(leg, session=s, cause=r.choice(["normal_clearing", None, 16, {"x": 1}]))


def places(h: History, r: Random, s: str) -> None:
    """Queues and conferences, entered and left, from within a bridge too."""
    a, b = f"{s}-qa", f"{s}-qb"
    for leg in (a, b):
        h.incoming(leg, session=s)
        h.answered(leg, session=s)
    doings: list[Callable[[], object]] = [
        lambda: h.event("call.bridged", a, session=s),
        lambda: h.event("call.bridged", b, session=s),
        lambda: h.event("call.enqueued", a, session=s, queue="support", current_position="3"),
        lambda: h.event("call.dequeued", a, session=s, queue="support", reason="bridged"),
        lambda: h.event("conference.participant.joined", a, session=s, conference_id="conf"),
        lambda: h.event("conference.participant.left", a, session=s, conference_id="conf"),
        lambda: h.event("conference.created", b, session=s, conference_id="conf"),
        lambda: h.event("conference.ended", a, session=s, reason="all_left"),
        lambda: h.event("conference.playback.started", None, session=None, leg_id=None),
        lambda: h.command("conference.join", None, call_control_id=a),
    ]
    for _ in range(r.randrange(1, 10)):
        r.choice(doings)()


def records(h: History, r: Random, s: str) -> None:
    """What Telnyx's own records say, among events, for legs heard of and not."""
    leg = f"{s}-r"
    if r.random() < 0.7:
        h.incoming(leg, session=s)
    for _ in range(r.randrange(1, 5)):
        h.checked(
            leg,
            session=r.choice([s, None]),
            listed=r.choice([True, False, None]),
            alive=r.choice([True, None, None]),
            started_at=r.choice([None, h.at - 5_000_000]),
        )
        if r.random() < 0.4:
            h.event("call.speak.started", leg, session=s)
    if r.random() < 0.4:
        h.checked(leg, alive=False, ended_at=r.choice([None, h.at]))
        h.event("call.speak.ended", leg, session=s)


def oddities(h: History, r: Random, s: str) -> None:
    """Identifiers that come one by one and turn out to be one leg; sessions that change; refused entries."""
    leg, leg_id = f"{s}-x", f"{s}-lid"
    h.event("call.recording.saved", None, session=s, leg_id=leg_id)
    h.event("streaming.started", leg, session=r.choice([s, None]), leg_id=None)
    if r.random() < 0.8:
        h.event(
            "call.initiated",
            leg,
            session=s,
            leg_id=leg_id,
            direction=r.choice(["incoming", "in", 3]),
        )
    if r.random() < 0.4:
        h.event("call.answered", leg, session=s + "moved", leg_id=leg_id)
    if r.random() < 0.3:
        h.event("call.answered", leg + "2", session=s, leg_id=leg_id)
    if r.random() < 0.3:
        h.event("call.hangup", leg, session=s, entry_kind=Kind.REFUSED)
    h.command("hangup", f"{s}-nobody", ok=False)
    h.command("client_state_update", leg, client_state="YQ==")
    h.noted("something", Kind.GAP)


def remarks(h: History, r: Random, s: str) -> None:
    """Operators write on calls: before, while and after they are known, and on calls nobody hears of."""
    leg = f"{s}-w"
    for _ in range(r.randrange(1, 4)):
        h.written(leg, r.choice([None, "angry", "calm"]), r.choice([None, (), ("vip", "new york")]))
    h.incoming(leg, session=s)
    h.written(leg, ring_back=r.choice([True, False]))
    if r.random() < 0.7:
        h.hangup(leg, session=s, cause="originator_cancel", sip="487")
    h.written(leg, "rang back", ("done",), ring_back=r.choice([None, True]))
    h.written(f"{s}-nobody", "who?")


SCENARIOS: list[Scenario] = [
    inbound, outbound, transfer, bridged_pair, linked_dial, activities, places, records, oddities,
    remarks,
]  # fmt: skip


def history(scenarios: list[Scenario], r: Random) -> list[Pair]:
    """One history in which several of them happen, some within one session."""
    h = History()
    for index, scenario in enumerate(scenarios):
        scenario(h, r, f"S{index if r.random() < 0.6 else 0}")
    return h.pairs


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4),
    r=st.randoms(use_true_random=False),
)
def test_board_does_not_depend_on_order_or_repetition(chosen: list[Scenario], r: Random) -> None:
    """Shuffled and repeated, a history gives the same board: same facts, same picture."""
    pairs = history(chosen, r)
    expected = board_of(pairs)

    shuffled = pairs + r.choices(pairs, k=len(pairs) // 2)
    r.shuffle(shuffled)
    found = board_of(shuffled)

    assert found.dump() == expected.dump()
    assert picture(found) == picture(expected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4),
    r=st.randoms(use_true_random=False),
)
def test_board_can_be_saved_anywhere_on_the_way(chosen: list[Scenario], r: Random) -> None:
    """A board saved as JSON in mid-history and loaded ends where the uninterrupted one does."""
    pairs = history(chosen, r)
    cut = r.randrange(len(pairs) + 1)

    saved = json.loads(json.dumps(board_of(pairs[:cut]).dump()))
    resumed = Board.load(saved)
    assert resumed.dump() == saved
    for entry, fact in pairs[cut:]:
        resumed.apply(entry, fact)

    assert picture(resumed) == picture(board_of(pairs))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4),
    r=st.randoms(use_true_random=False),
)
def test_board_can_be_saved_in_two_parts(chosen: list[Scenario], r: Random) -> None:
    """What goes on, then some more entries, then what was over: the same as all at once."""
    pairs = history(chosen, r)
    cut = r.randrange(len(pairs) + 1)
    saved = board_of(pairs[:cut])

    resumed = Board.load(json.loads(json.dumps(saved.dump(ended=False))))
    assert set(resumed.live_keys) == set(saved.live_keys)
    # An entry about a leg that is not there brings its past with it, as the store does.
    past = [pair for pair in pairs[:cut] if r.random() < 0.3]
    for entry, fact in (*past, *pairs[cut:]):
        resumed.apply(entry, fact)
    resumed.restore(json.loads(json.dumps(saved.dump(ended=True))))

    assert resumed.dump() == board_of(pairs).dump()
    assert picture(resumed) == picture(board_of(pairs))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4),
    r=st.randoms(use_true_random=False),
)
def test_board_takes_many_entries_as_it_takes_them_singly(
    chosen: list[Scenario], r: Random
) -> None:
    """Settled every so often: the same legs in the same order, and all that look different are named and grew."""
    pairs = history(chosen, r)
    if r.random() < 0.5:
        r.shuffle(pairs)
    singly, board = Board(), Board()
    seen: dict[str, object] = {}
    versions: dict[str, int] = {}
    start = 0
    while start < len(pairs):
        some = pairs[start : start + r.randrange(1, 12)]
        start += len(some)
        for entry, fact in some:
            board.take_in(entry, fact)
            singly.apply(entry, fact)
            assert list(board.legs) == list(singly.legs)
        changed = board.settle()

        now = picture(board)["legs"]
        assert picture(board) == picture(singly)
        assert board.dump() == singly.dump()
        assert isinstance(now, dict)
        different = {key for key in seen.keys() | now.keys() if seen.get(key) != now.get(key)}
        assert different <= changed
        for key in different & now.keys() & versions.keys():
            assert board.legs[key].version > versions[key]
        seen, versions = now, {key: leg.version for key, leg in board.legs.items()}
    assert board.settle() == frozenset()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4),
    r=st.randoms(use_true_random=False),
)
def test_board_names_every_leg_that_changed(chosen: list[Scenario], r: Random) -> None:
    """A leg whose picture differs after an entry is among the keys that `apply` answers, and its version grew."""
    pairs = history(chosen, r)
    r.shuffle(pairs)
    board = Board()
    seen = picture(board)["legs"]
    versions: dict[str, int] = {}
    for entry, fact in pairs:
        changed = board.apply(entry, fact)
        now = picture(board)["legs"]
        assert isinstance(seen, dict)
        assert isinstance(now, dict)
        different = {key for key in seen.keys() | now.keys() if seen.get(key) != now.get(key)}
        assert different <= changed
        for key in different & now.keys() & versions.keys():
            assert board.legs[key].version > versions[key]
        seen, versions = now, {key: leg.version for key, leg in board.legs.items()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chosen=st.lists(st.sampled_from(SCENARIOS), min_size=1, max_size=4),
    r=st.randoms(use_true_random=False),
)
def test_board_never_revives_an_ended_leg(chosen: list[Scenario], r: Random) -> None:
    """Once ended, always ended, with the live marks gone; and the counts agree with the legs."""
    pairs = history(chosen, r)
    r.shuffle(pairs)
    board = Board()
    ended: set[str] = set()
    for entry, fact in pairs:
        board.apply(entry, fact)
        for key in ended & board.legs.keys():
            assert board.legs[key].state is LegState.ENDED
        ended |= {key for key, leg in board.legs.items() if not leg.is_live}
        legs = board.legs.values()
        assert board.counts == (
            sum(leg.is_live for leg in legs),
            sum(leg.is_waiting for leg in legs),
            sum(leg.is_talking for leg in legs),
            sum(not leg.is_live for leg in legs),
        )
        for leg in legs:
            assert leg.is_live or (
                not leg.stale and {mark.value for mark in leg.marks} <= {"machine"}
            )
            assert leg.peer is None or leg.peer in board.legs
