"""What the board makes of the sequences in VOICE (e), leg by leg."""

from __future__ import annotations

from random import Random

import pytest

from console.domain.board import Board
from console.domain.entries import Kind
from console.domain.legs import LegState, Mark
from console.domain.pairing import CROWD
from console.domain.seating import UNSEEN
from console.domain.times import iso
from tests.unit.domain.histories import SECOND, History, board_of, picture


@pytest.fixture
def h() -> History:
    """An empty history."""
    return History()


def states(board: Board) -> dict[str, str]:
    """Key → state, as words."""
    return {key: leg.state.value for key, leg in board.legs.items()}


def test_board_shows_an_incoming_call_ringing_until_it_is_answered(h: History) -> None:
    """Initiated and incoming rings; answered talks; hung up is over, with the reason kept."""
    h.incoming("A", caller_id_name="Ann")
    board = h.board()
    leg = board.legs["A"]
    assert (leg.state, leg.direction, leg.from_, leg.to, leg.caller_name) == (
        LegState.RINGING, "incoming", "+13125550101", "+18005550100", "Ann",
    )  # fmt: skip
    assert board.counts == (1, 1, 0, 0)
    assert board.longest_waiting() is leg

    h.answered("A")
    assert h.board().counts == (1, 0, 1, 0)

    h.hangup("A")
    board = h.board()
    leg = board.legs["A"]
    assert leg.state is LegState.ENDED
    assert (leg.hangup_cause, leg.hangup_source, leg.sip_hangup_cause, leg.mos) == (
        "normal_clearing", "caller", "200", "4.5",
    )  # fmt: skip
    assert board.counts == (0, 0, 0, 1)
    assert list(board.ended_keys) == ["A"]
    assert board.longest_waiting() is None


def test_board_takes_times_from_telnyx_and_falls_back_to_arrival(h: History) -> None:
    """`occurred_at` counts; only an event without one is dated by its arrival."""
    entry, _ = h.event("call.initiated", "A", direction="incoming", lag=9 * SECOND)
    board = h.board()
    assert board.legs["A"].initiated_at == entry.occurred_at

    late, _ = h.event("call.answered", "A", timed=False, lag=9 * SECOND)
    board.apply(*h.pairs[-1])
    assert board.legs["A"].answered_at == late.received_at


def test_board_lets_nothing_revive_an_ended_leg(h: History) -> None:
    """Events that come after the end add to the record, not to life."""
    h.incoming("A")
    h.hangup("A")
    h.event("call.answered", "A")
    h.event("streaming.started", "A")
    h.event("call.recording.saved", None, leg_id="id-A")
    h.event("call.cost", "A", total_cost="0.0123", cost_parts=[{"currency": "USD"}])
    leg = h.board().legs["A"]
    assert leg.state is LegState.ENDED
    assert leg.marks == frozenset()
    assert leg.cost == "0.0123 USD"


def test_board_shows_a_dialled_leg_before_its_first_event(h: History) -> None:
    """The answer to a dial names the leg: it is dialling at once."""
    params: dict[str, object] = {"from": "+1800", "to": ["+1415", "+1416"]}
    h.dial("N", session="S9", params=params)
    board = h.board()
    leg = board.legs["N"]
    assert leg.state is LegState.DIALING
    assert (leg.direction, leg.from_, leg.to) == ("outgoing", "+1800", "+1415")
    assert (leg.call_leg_id, leg.call_session_id) == ("id-N", "S9")
    assert [record.action for record in leg.commands.values()] == ["dial"]


def test_board_shows_no_leg_for_commands_that_failed_or_missed(h: History) -> None:
    """A refused dial and a command on an unknown leg make no call."""
    h.dial("N", ok=False)
    h.command("hangup", "nobody")
    h.checked("gone", listed=False)
    board = h.board()
    assert not board.legs
    assert board.get("nobody") is None
    assert board.counts == (0, 0, 0, 0)


def test_board_calls_bridged_before_answered_early_media(h: History) -> None:
    """VOICE (e): bridged is not talking until both legs are answered."""
    h.incoming("A")
    h.answered("A")
    h.command("transfer", "A", to="+14155550100")
    h.outgoing("B")
    h.event("call.bridged", "B")
    board = h.board()
    assert states(board) == {"A": "bridged", "B": "bridged"}
    assert all(Mark.EARLY_MEDIA in leg.marks for leg in board.legs.values())
    assert board.counts.talking == 0

    h.answered("B")
    board = h.board()
    assert not any(leg.marks for leg in board.legs.values())
    assert board.counts.talking == 2


def test_board_infers_the_peer_of_a_transfer(h: History) -> None:
    """Only leg B is reported as bridged; leg A is its peer, and says that this is inferred."""
    h.incoming("A")
    h.answered("A")
    h.outgoing("B")
    h.event("call.bridged", "B")
    h.answered("B")
    a, b = h.board().conversation("A")
    assert (a.key, a.peer, a.peer_inferred) == ("A", "B", True)
    assert (b.key, b.peer, b.peer_inferred) == ("B", "A", True)


def test_board_returns_a_parked_leg_to_answered_when_its_peer_ends(h: History) -> None:
    """No event says "unbridged": the end of the peer does."""
    h.incoming("A")
    h.answered("A")
    h.outgoing("B")
    h.event("call.bridged", "B")
    h.answered("B")
    h.hangup("B")
    leg = h.board().legs["A"]
    assert (leg.state, leg.peer) == (LegState.ANSWERED, None)

    h.outgoing("C")
    h.event("call.bridged", "C")
    leg = h.board().legs["A"]
    assert (leg.state, leg.peer) == (LegState.BRIDGED, "C")


def test_board_keeps_a_failed_transfer_on_the_caller(h: History) -> None:
    """Leg B ends unanswered; leg A stays answered."""
    h.incoming("A")
    h.answered("A")
    h.outgoing("B")
    h.hangup("B", cause="no_answer")
    assert states(h.board()) == {"A": "answered", "B": "ended"}


def bridge_sessions(h: History) -> None:
    """X of session SX is bridged with Y of session SY by a command."""
    for leg in ("X", "Y"):
        h.incoming(leg, session=f"S{leg}")
        h.answered(leg, session=f"S{leg}")
    h.command("bridge", "X", call_control_id="Y")
    h.event("call.bridged", "X", session="SX")
    h.event("call.bridged", "Y", session="SY")


def test_board_joins_two_sessions_that_a_command_bridged(h: History) -> None:
    """Peers by command are known, not inferred, and the two sessions are one conversation."""
    bridge_sessions(h)
    board = h.board()
    x, y = board.conversation("X")
    assert (x.peer, x.peer_inferred, y.peer, y.peer_inferred) == ("Y", False, "X", False)
    assert board.conversation("Y") == (x, y)
    assert next(iter(x.commands.values())).confirmed

    h.hangup("Y", session="SY")
    assert states(h.board()) == {"X": "answered", "Y": "ended"}


def test_board_follows_a_leg_that_is_bridged_anew(h: History) -> None:
    """X goes from Y to Z: Y is left behind, X and Z are peers."""
    bridge_sessions(h)
    h.incoming("Z", session="SZ")
    h.answered("Z", session="SZ")
    h.at += 20 * SECOND
    h.command("bridge", "Z", call_control_id="X")
    h.event("call.bridged", "Z", session="SZ")
    h.event("call.bridged", "X", session="SX")
    board = h.board()
    assert board.legs["X"].peer == "Z"
    assert board.legs["Z"].peer == "X"
    assert board.legs["Y"].peer is None


def test_board_knows_the_peer_of_a_dial_that_bridges_on_answer(h: History) -> None:
    """link_to with bridge_on_answer names the peer, so nothing is inferred."""
    h.incoming("A")
    h.answered("A")
    h.dial("N", session="S1", link_to="A", bridge_on_answer=True)
    h.answered("N")
    h.event("call.bridged", "N")
    leg = h.board().legs["N"]
    assert (leg.state, leg.peer, leg.peer_inferred) == (LegState.BRIDGED, "A", False)


def test_board_does_not_search_a_crowd(h: History) -> None:
    """A session larger than the cap has no inferred peers, in whichever order its legs arrive."""
    h.incoming("A")
    h.answered("A")
    for index in range(CROWD):
        h.outgoing(f"B{index:03}")
    h.event("call.bridged", "B000")
    expected = h.board()
    assert len(expected.legs) == CROWD + 1
    assert expected.legs["B000"].state is LegState.BRIDGED
    assert expected.legs["B000"].peer is None
    assert expected.legs["A"].state is LegState.ANSWERED
    pairs = list(h.pairs)
    for seed in range(5):
        Random(seed).shuffle(pairs)
        assert picture(board_of(pairs)) == picture(expected)


def test_board_follows_a_leg_through_a_queue(h: History) -> None:
    """Enqueued unbridges; a dequeued leg is answered, and bridged only by call.bridged."""
    h.incoming("A")
    h.answered("A")
    h.event("call.bridged", "A")
    h.event("call.enqueued", "A", queue="support", current_position=3)
    board = h.board()
    leg = board.legs["A"]
    assert (leg.state, leg.queue, leg.queue_position) == (LegState.QUEUED, "support", 3)
    assert (board.counts.waiting, leg.waiting_since) == (1, leg.queued_at)

    h.event("call.dequeued", "A", queue="support", reason="bridged")
    leg = h.board().legs["A"]
    assert (leg.state, leg.queue, leg.queued_at) == (LegState.ANSWERED, None, None)

    h.event("call.bridged", "A")
    assert h.board().legs["A"].state is LegState.BRIDGED


def test_board_follows_a_leg_through_a_conference(h: History) -> None:
    """Joined and left are the whole of it."""
    h.incoming("A")
    h.answered("A")
    h.event("conference.participant.joined", "A", conference_id="c1")
    leg = h.board().legs["A"]
    assert (leg.state, leg.conference_id) == (LegState.CONFERENCE, "c1")
    h.event("conference.participant.left", "A", conference_id="c1")
    leg = h.board().legs["A"]
    assert (leg.state, leg.conference_id) == (LegState.ANSWERED, None)


@pytest.mark.parametrize(
    ("on", "off", "mark"),
    [
        ("call.hold", "call.unhold", Mark.HELD),
        ("streaming.started", "streaming.stopped", Mark.STREAMING),
        ("streaming.started", "streaming.failed", Mark.STREAMING),
        ("call.fork.started", "call.fork.stopped", Mark.FORKED),
        ("gather_using_speak", "call.gather.ended", Mark.GATHERING),
        ("gather_using_ai", "call.ai_gather.ended", Mark.GATHERING),
        ("record_start", "call.recording.saved", Mark.RECORDING),
        ("record_start", "record_stop", Mark.RECORDING),
        ("record_start", "record_pause", Mark.RECORDING),
        ("record_resume", "call.recording.error", Mark.RECORDING),
        ("transcription_start", "transcription_stop", Mark.TRANSCRIBING),
    ],
)
def test_board_marks_what_goes_on(h: History, on: str, off: str, mark: Mark) -> None:
    """Events and accepted commands turn marks on and off; the end of the leg ends them all."""

    def happen(what: str) -> None:
        if "." in what:
            h.event(what, "A")
        else:
            h.command(what, "A")

    h.incoming("A")
    h.answered("A")
    happen(on)
    assert h.board().legs["A"].marks == {mark}
    happen(off)
    assert h.board().legs["A"].marks == frozenset()
    happen(on)
    h.hangup("A")
    assert h.board().legs["A"].marks == frozenset()


@pytest.mark.parametrize(
    ("on", "off", "mark"),
    [
        ("conference.hold", "conference.unhold", Mark.HELD),
        ("conference.mute", "conference.unmute", Mark.MUTED),
    ],
)
def test_board_marks_what_a_conference_does_to_one_leg(
    h: History, on: str, off: str, mark: Mark
) -> None:
    """Telnyx reports neither, so the accepted command tells; it ends with the leg's part in the conference."""

    def marks() -> frozenset[Mark]:
        return h.board().legs["A"].marks

    def tell(what: str, *legs: str) -> None:
        h.command(what, "A", id="room", call_control_ids=list(legs))

    h.incoming("A")
    h.answered("A")
    h.event("conference.participant.joined", "A", conference_id="room")
    tell(on, "A")
    assert marks() == {mark}
    tell(off, "A")
    assert marks() == frozenset()
    tell(on, "B")
    tell(on, "A", "B")
    tell(on)
    assert marks() == frozenset()
    tell(on, "A")
    h.event("conference.participant.left", "A", conference_id="room")
    h.event("conference.participant.joined", "A", conference_id="room")
    assert marks() == frozenset()


def test_board_marks_nothing_for_a_refused_command(h: History) -> None:
    """Only an accepted record_start records."""
    h.incoming("A")
    h.answered("A")
    h.command("record_start", "A", ok=False)
    assert h.board().legs["A"].marks == frozenset()


def test_board_records_from_the_answer_on(h: History) -> None:
    """`record` on answer counts once the leg is answered."""
    h.incoming("A")
    h.command("answer", "A", record="record-from-answer")
    assert Mark.RECORDING not in h.board().legs["A"].marks
    h.answered("A")
    assert Mark.RECORDING in h.board().legs["A"].marks


def test_board_dates_a_saved_recording_by_its_own_end(h: History) -> None:
    """The file of an earlier recording does not end the one that runs."""
    h.incoming("A")
    h.answered("A")
    h.command("record_start", "A")
    h.command("record_stop", "A")
    ended = h.at
    h.command("record_start", "A")
    h.event("call.recording.saved", "A", recording_ended_at=iso(ended))
    assert Mark.RECORDING in h.board().legs["A"].marks


def test_board_marks_supervisors_and_machines(h: History) -> None:
    """A leg dialled to supervise says so; a machine's verdict stays after the end."""
    h.dial("N", supervise_call_control_id="A", supervisor_role="monitor")
    h.event("call.machine.premium.detection.ended", "N", result="machine")
    leg = h.board().legs["N"]
    assert leg.marks == {Mark.SUPERVISING, Mark.MACHINE}
    h.event("call.machine.premium.greeting.ended", "N", result="beep_detected")
    h.hangup("N")
    leg = h.board().legs["N"]
    assert leg.marks == {Mark.MACHINE}
    assert leg.machine == "beep_detected"


def test_board_collects_digits(h: History) -> None:
    """Single digits add up until a gather ends; its digits then stand."""
    h.incoming("A")
    h.answered("A")
    for digit in "12":
        h.event("call.dtmf.received", "A", digit=digit)
    assert h.board().legs["A"].digits == "12"
    h.event("call.gather.ended", "A", digits="12", status="valid")
    h.event("call.dtmf.received", "A", digit="7")
    assert h.board().legs["A"].digits == "7"


def test_board_marks_stale_legs_until_they_show_life(h: History) -> None:
    """Not listed is stale, not ended; a later event or record clears it."""
    h.incoming("A")
    h.checked("A", listed=False)
    leg = h.board().legs["A"]
    assert (leg.state, leg.stale) == (LegState.RINGING, True)
    assert Mark.STALE in leg.marks

    board = h.board()
    h.event("call.answered", "A")
    board.apply(*h.pairs[-1])
    assert not board.legs["A"].stale

    h.checked("A", listed=False)
    h.checked("A", alive=True)
    assert not h.board().legs["A"].stale


def test_board_ends_a_leg_only_when_the_records_say_so(h: History) -> None:
    """is_alive false ends, a missing is_alive never does; call.hangup has the better time."""
    h.incoming("A")
    h.checked("A", listed=False, alive=None, ended_at=h.at)
    assert h.board().legs["A"].state is LegState.RINGING
    h.checked("A", alive=False, ended_at=h.at)
    leg = h.board().legs["A"]
    assert (leg.state, leg.ended_at, leg.stale) == (LegState.ENDED, h.at - h.step, False)
    h.hangup("A")
    assert h.board().legs["A"].ended_at == h.at


def test_board_shows_a_leg_that_only_the_records_know(h: History) -> None:
    """active_calls proves a leg and describes nothing of it."""
    h.checked("A", listed=True, started_at=h.at - 60 * SECOND)
    leg = h.board().legs["A"]
    assert (leg.state, leg.from_, leg.stale) == (LegState.UNKNOWN, None, False)
    assert leg.began_at == h.at - h.step - 60 * SECOND


def test_board_merges_a_leg_known_by_its_leg_id_alone(h: History) -> None:
    """The key changes from `leg:…` to the call_control_id, and both keys are named as changed."""
    board = Board()
    h.event("call.recording.saved", None, leg_id="L")
    assert board.apply(*h.pairs[0]) == {"leg:L"}
    assert board.get("L") is board.get("leg:L") is board.legs["leg:L"]
    h.event("streaming.started", "A", leg_id=None)
    assert board.apply(*h.pairs[1]) == {"A"}
    h.event("call.answered", "A", leg_id="L")
    assert board.apply(*h.pairs[2]) == {"A", "leg:L"}
    assert list(board.legs) == ["A"]
    assert board.get("L") is board.legs["A"]
    assert board.legs["A"].marks == {Mark.STREAMING}
    assert board.counts == (1, 0, 1, 0)


def test_board_ignores_what_is_not_verified(h: History) -> None:
    """A refused webhook, a note and an event of no leg change nothing."""
    h.event("call.hangup", "A", entry_kind=Kind.REFUSED)
    h.event("conference.playback.started", None, leg_id=None)
    h.noted("anything")
    board = Board()
    assert [board.apply(*pair) for pair in h.pairs] == [frozenset()] * 3


def test_board_answers_nothing_changed_to_a_repetition(h: History) -> None:
    """A second delivery changes no key and no version."""
    h.incoming("A")
    board = h.board()
    version = board.legs["A"].version
    assert board.apply(*h.pairs[0]) == frozenset()
    assert board.legs["A"].version == version


def test_board_forgets_legs_and_settles_those_who_stay(h: History) -> None:
    """What is forgotten is gone from every index; the peer that stays no longer names it."""
    bridge_sessions(h)
    h.incoming("A")
    h.hangup("A")
    board = h.board()
    board.forget(["A", "Y", "never-heard-of"])
    assert list(board.legs) == ["X"]
    assert board.counts == (1, 0, 1, 0)
    assert list(board.ended_keys) == []
    assert board.legs["X"].peer is None
    assert board.get("id-A") is None
    assert board.conversation("Y") == ()
    legs = board.dump()["legs"]
    assert isinstance(legs, list)
    assert [leg["control_ids"] for leg in legs] == [["X"]]


def test_board_forgets_many_ended_legs_in_order(h: History) -> None:
    """Ended legs stay ordered by their end while many of them go."""
    for index in range(30):
        h.incoming(f"A{index:02}", session=f"S{index}")
        h.hangup(f"A{index:02}", session=f"S{index}")
    board = h.board()
    board.forget(list(board.ended_keys[:20]))
    assert list(board.ended_keys) == [f"A{index:02}" for index in range(20, 30)]
    board.forget([board.ended_keys[0]])
    assert board.counts.ended == 9


def test_board_finds_the_longest_waiting_among_many(h: History) -> None:
    """The earliest of those still waiting, whoever left before."""
    for index in range(200):
        h.incoming(f"A{index:03}", session=f"S{index}")
    board = h.board()
    for index in range(150):
        assert board.longest_waiting() is board.legs[f"A{index:03}"]
        h.answered(f"A{index:03}", session=f"S{index}")
        board.apply(*h.pairs[-1])
    assert board.counts.waiting == 50


@pytest.mark.parametrize(
    "data",
    [{}, {"version": 99}, {"version": 1}, {"version": 1, "legs": [{}], "commands": []},
     {"version": 1, "legs": [], "commands": [[1, 2, 3]]},
     {"version": 1, "legs": [{"control_ids": ["A"], "leg_ids": [], "first": "soon"}], "commands": []}],
)  # fmt: skip
def test_board_refuses_what_is_no_snapshot(data: dict[str, object]) -> None:
    """Another version or a damaged snapshot is a ValueError, so that the journal is read instead."""
    with pytest.raises(ValueError, match="snapshot"):
        Board.load(data)


def test_board_survives_identifiers_that_look_like_keys(h: History) -> None:
    """A call_control_id that begins with `leg:` cannot break the indexes."""
    h.event("call.initiated", "leg:L", leg_id=None, direction="incoming")
    h.event("call.answered", None, leg_id="L")
    board = h.board()
    board.forget(list(board.legs))
    assert not board.legs


def test_board_bounds_what_no_leg_shows(h: History) -> None:
    """Commands that failed or concern nobody do not pile up, and leave no room to legs they never had."""
    board = Board()
    for index in range(UNSEEN + 50):
        h.dial(f"N{index}", ok=False)
        h.command("hangup", f"nobody-{index}", ok=False)
    for pair in h.pairs:
        board.apply(*pair)
    dumped = board.dump()
    assert isinstance(dumped["legs"], list)
    assert isinstance(dumped["commands"], list)
    assert len(dumped["legs"]) <= UNSEEN
    assert len(dumped["commands"]) <= 2 * UNSEEN
    assert not board.legs


def test_board_settles_the_company_of_a_leg_that_merged_away(h: History) -> None:
    """A leg that was thought to be the peer turns out to belong to another session: its peer no longer names it."""
    h.incoming("B")
    h.answered("B")
    h.event("call.bridged", "B")
    h.event("call.bridged", None, leg_id="L")
    assert h.board().legs["B"].peer == "leg:L"
    h.event("call.answered", "A", session="S2", leg_id="L")
    expected = h.board()
    assert expected.legs["B"].peer is None
    for seed in range(20):
        pairs = list(h.pairs)
        Random(seed).shuffle(pairs)
        assert picture(board_of(pairs)) == picture(expected)


def test_board_loads_legs_oldest_first(h: History) -> None:
    """After a restart the list begins with who came first, as before."""
    for leg in ("Z", "M", "A"):
        h.incoming(leg, session=leg)
    assert list(Board.load(h.board().dump()).legs) == ["Z", "M", "A"]
