"""What is remembered for /call_events and /webhook_deliveries."""

import pytest

from console.domain.times import iso
from console.simulator import records
from console.simulator.errors import ApiError
from console.simulator.records import Attempt, Delivery, Records
from console.simulator.world import SECOND
from tests.unit.simulator.practice import CONNECTION, START, Practice


def remembered(practice: Practice) -> Records:
    """Everything a world has told so far, as if delivered at the first attempt."""
    kept = Records()
    for number, event in enumerate(practice.events):
        delivery = Delivery(id=str(number), event=event, started_at=event.occurred_at)
        attempt = Attempt("http://127.0.0.1:9/w", START, START + SECOND, {"a": "b"}, 200, None, "")
        delivery.attempts.append(attempt)
        kept.add(delivery)
    return kept


def test_call_events_are_found_by_leg_and_by_session() -> None:
    """A transfer's two legs share the session."""
    practice = Practice()
    caller, stranger = practice.talks(), practice.talks()
    practice.do("transfer", caller, to="+12125550100")
    practice.run(5)
    kept = remembered(practice)
    now = practice.world.now

    of_leg = kept.call_events({"filter[leg_id]": stranger.leg_id}, now)
    of_session = kept.call_events({"filter[application_session_id]": caller.session_id}, now)

    assert [each.event.type for each in of_leg] == ["call.initiated", "call.answered"]
    assert len(of_session) == 5
    times = [each.event.occurred_at for each in of_session]
    assert times == sorted(times)


def test_call_event_holds_the_raw_event() -> None:
    """metadata.event is what the webhook said, with attempt and status beside it."""
    practice = Practice()
    leg = practice.rings()
    practice.run()

    [item] = [each.as_call_event() for each in remembered(practice).call_events({}, START)]

    metadata = item["metadata"]
    assert isinstance(metadata, dict)
    assert item["record_type"] == "call_event"
    assert (item["name"], item["type"]) == ("call.initiated", "webhook")
    assert metadata["event"]["payload"]["from"] == leg.from_
    assert (metadata["attempt"], metadata["status"]) == (1, "delivered")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"filter[name]": "call.hangup"}, 1),
        ({"filter[connection_id]": CONNECTION}, 3),
        ({"filter[connection_id]": "42"}, 0),
        ({"filter[type]": "command"}, 0),
        ({"filter[type]": "webhook"}, 3),
        ({"filter[from]": "+12125550123"}, 3),
        ({"filter[failed]": "true"}, 0),
        ({"filter[occurred_at][gt]": iso(START)}, 2),
        ({"filter[occurred_at][lte]": iso(START)}, 1),
        ({"filter[occurred_at][eq]": iso(START)}, 1),
    ],
)
def test_call_events_are_filtered(query: dict[str, str], count: int) -> None:
    """Each filter that Telnyx means for this list."""
    practice = Practice()
    leg = practice.talks()
    practice.do("hangup", leg)
    practice.run()

    assert len(remembered(practice).call_events(query, practice.world.now)) == count


def test_call_events_without_a_leg_reach_back_a_day() -> None:
    """Older ones are found by leg only."""
    practice = Practice()
    leg = practice.rings()
    practice.run()
    kept = remembered(practice)
    later = START + 25 * 3600 * SECOND

    assert kept.call_events({}, later) == []
    assert len(kept.call_events({"filter[leg_id]": leg.leg_id}, later)) == 1


def test_call_events_refuse_a_time_that_is_none() -> None:
    """A wrong time is said, not ignored."""
    practice = Practice()
    practice.rings()
    practice.run()

    with pytest.raises(ApiError):
        remembered(practice).call_events({"filter[occurred_at][gt]": "yesterday"}, START)


def test_deliveries_are_newest_first_and_filtered() -> None:
    """Status, types and text."""
    practice = Practice()
    leg = practice.talks()
    practice.do("hangup", leg)
    practice.run()
    found = remembered(practice).deliveries()

    assert [each.event.type for each in found] == ["call.hangup", "call.answered", "call.initiated"]
    assert records.matching(found, {"filter[status][eq]": "failed"}) == []
    assert len(records.matching(found, {"filter[event_type]": "call.hangup,call.answered"})) == 2
    assert len(records.matching(found, {"filter[webhook][contains]": "normal_clearing"})) == 1
    assert len(records.matching(found, {"filter[attempts][contains]": "127.0.0.1:9"})) == 3
    shown = found[0].as_json()
    assert shown["status"] == "delivered"
    assert shown["finished_at"] == iso(START + SECOND)


def test_records_forget_the_oldest_legs(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it runs, the past stays bounded, sessions included."""
    monkeypatch.setattr(records, "MAX_LEGS", 10)
    practice = Practice()
    legs = [practice.rings() for _ in range(30)]
    practice.run()

    kept = remembered(practice)

    assert kept.call_events({"filter[leg_id]": legs[0].leg_id}, START) == []
    assert len(kept.call_events({"filter[leg_id]": legs[-1].leg_id}, START)) == 1
    assert len(kept._sessions) == len(kept._legs) == 10
