"""Speech and files heard in a conference, by everybody or by some. Pure: changes the world only.

For everybody there is one pair of events of the conference, for chosen participants one pair each. Several may be
heard at once.
"""

from collections.abc import Callable
from functools import partial

from console.simulator import conference_payloads
from console.simulator.rooms import Announcement, Conference
from console.simulator.world import Leg, World


def begin(
    world: World,
    conference: Conference,
    *,
    kind: str,
    legs: tuple[Leg, ...] | None,
    length_s: float | None,
    media_url: str | None = None,
    media_name: str | None = None,
    ended: Callable[[], None] | None = None,
) -> list[Announcement]:
    """Lets everybody (`legs` None) or some hear something; `length_s` None goes on until it is stopped."""
    begun = []
    for leg in (None,) if legs is None else legs:
        conference.made += 1
        what = Announcement(
            world.fate.uuid("announcement", conference.id, conference.made),
            kind,
            leg,
            media_url,
            media_name,
            ended,
        )
        conference.announcements.append(what)
        begun.append(what)
        _report(world, conference, what, "started")
        if length_s is not None:
            world.after(
                length_s, None, f"announcement {what.id}", partial(end, world, conference, what)
            )
    return begun


def end(world: World, conference: Conference, what: Announcement) -> None:
    """Something has been heard, or is cut off."""
    if what in conference.announcements:
        conference.announcements.remove(what)
        world.agenda.cancel("", f"announcement {what.id}")
        _report(world, conference, what, "ended")
        if what.ended is not None:
            what.ended()


def stop(world: World, conference: Conference, legs: tuple[Leg, ...] | None) -> None:
    """Cuts off what everybody hears (`legs` None: and what anybody hears), or what some hear."""
    for what in tuple(conference.announcements):
        if legs is None or what.leg in legs:
            end(world, conference, what)


def forget(world: World, conference: Conference, leg: Leg | None) -> None:
    """A participant is out (or, with None, everybody): what only they heard ends."""
    stop(world, conference, None if leg is None else (leg,))


def _report(world: World, conference: Conference, what: Announcement, word: str) -> None:
    middle = "" if what.leg is None else "participant."
    payload = conference_payloads.announced(conference, what, world.now)
    leg = what.leg or conference.creator
    world.emit(leg, f"conference.{middle}{what.kind}.{word}", payload)
