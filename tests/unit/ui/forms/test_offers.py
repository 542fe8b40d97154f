"""Ids that a form offers."""

from __future__ import annotations

import pytest

from console.domain.legs import Leg, LegState
from console.telnyx.catalogue import load
from console.ui.forms.offers import offers
from console.ui.forms.tree import ADD, Path


def leg(name: str, **more: object) -> Leg:
    """A live leg."""
    found = Leg(key=f"v3:{name}", call_control_id=f"v3:{name}", state=LegState.ANSWERED, to=name)
    for attribute, value in more.items():
        setattr(found, attribute, value)
    return found


LEGS = [
    leg("Ann", conference_id="room-1-of-many"),
    leg("Ben", conference_id="room-1-of-many"),
    leg("Ben ", queue="support", to="Ben"),
    leg("Cid", queue="support"),
    Leg(key="unknown"),
]


def of(action: str, *path: str | int) -> dict[str, str]:
    """What is offered at a place."""
    where: Path = path
    return dict(offers(load()[action], where, LEGS, lambda each: str(each.to)))


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("dial", ("supervise_call_control_id",)),
        ("dial", ("link_to",)),
        ("dial", ("conference_config", "whisper_call_control_ids", ADD)),
        ("bridge", ("call_control_id",)),
        ("conference.hold", ("call_control_ids", 0)),
    ],
)
def test_calls_are_offered_by_what_they_are_called(action: str, path: Path) -> None:
    """Each once, told apart where they are called the same; a leg without an id is none."""
    assert of(action, *path) == {
        "Ann": "v3:Ann",
        "Ben": "v3:Ben",
        "Ben #2": "v3:Ben ",
        "Cid": "v3:Cid",
    }


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("conference.join", ("id",)),
        ("conference.participants", ("conference_id",)),
        ("dial", ("conference_config", "id")),
    ],
)
def test_conferences_are_offered_by_who_is_in_them(action: str, path: Path) -> None:
    """With the beginning of the id, which is all that Telnyx's events tell of them."""
    assert of(action, *path) == {"room-1-o: Ann and 1 more": "room-1-of-many"}


def test_queues_are_offered_by_name() -> None:
    """Those that somebody waits in."""
    assert of("queue.show", "queue_name") == {"support": "support"}
    assert of("bridge", "queue") == {"support": "support"}


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("speak", ("payload",)),
        ("apps.show", ("id",)),
        ("dial", ("assistant", "id")),
        ("dial", ("to",)),
    ],
)
def test_nothing_is_offered_where_nothing_is_known(action: str, path: Path) -> None:
    """An id of something else is no conference's."""
    assert of(action, *path) == {}
