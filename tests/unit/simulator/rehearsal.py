"""Plays a scenario without a loop, a clock or a network: the world jumps from one due time to the next."""

from __future__ import annotations

from typing import NamedTuple

from console.simulator.api import application_id
from console.simulator.arrivals import Arrivals
from console.simulator.clockwork import Clockwork
from console.simulator.commands import Switchboard
from console.simulator.conference_api import ConferenceApi
from console.simulator.fate import Fate
from console.simulator.faults import Fault
from console.simulator.performing import Performer
from console.simulator.scenarios.parsing import parse
from console.simulator.scenarios.play import Play, Report, Setting
from console.simulator.scenarios.script import Scenario
from console.simulator.scenarios.tampering import Posting
from console.simulator.world import Application, World

BEGAN_AT = 1_700_000_000_000_000
SETTLE = 3_000_000


class Rehearsal(NamedTuple):
    """What a play led to."""

    report: Report
    postings: tuple[Posting, ...]
    faults: tuple[tuple[Fault, int], ...]
    names: dict[str, str]
    took_s: float

    def types(self) -> list[str]:
        """The types of the events in the order of their sending."""
        return [posting.event.type for posting in self.postings]

    def lines(self) -> list[str]:
        """The same with the name of the leg."""
        legs = {identifier: name for name, identifier in self.names.items()}
        return [
            f"{legs.get(posting.event.call_control_id, '?')} {posting.event.type}"
            for posting in self.postings
        ]


def play_for(
    scenario: Scenario, *, by_application: bool = False
) -> tuple[Play, World, list[tuple[Fault, int]]]:
    """A play in a world of its own."""
    world = World(Fate(7), now=BEGAN_AT)
    application = Application(
        id=application_id(world, 0), name="practice", webhook_event_url="http://127.0.0.1:9/"
    )
    world.applications[application.id] = application
    clockwork = Clockwork(world, lambda _: None, on_orders=lambda _: None)
    faults: list[tuple[Fault, int]] = []
    setting = Setting(
        world=world,
        performer=Performer(Switchboard(world), ConferenceApi(world, clockwork)),
        arrivals=Arrivals(world, application.id, "+12025550100", rate=0),
        connection_id=application.id,
        from_number="+12025550100",
        api_fault=lambda fault, times: faults.append((fault, times)),
    )
    return Play(scenario, setting, by_application=by_application), world, faults


def rehearse(scenario: Scenario, *, by_application: bool = False) -> Rehearsal:
    """Plays to the end and a little further."""
    play, world, faults = play_for(scenario, by_application=by_application)
    play.begin()
    postings = play.take(world.drain())
    ended_at = None
    while (due := world.agenda.next_due()) is not None:
        if play.report is not None:
            ended_at = ended_at or world.now
            if due > ended_at + SETTLE:
                break
        world.advance(due)
        postings += play.take(world.drain())
    postings += play.release()
    assert play.report is not None
    took_s = ((ended_at or world.now) - BEGAN_AT) / 1_000_000
    return Rehearsal(play.report, tuple(postings), tuple(faults), play.cast(), took_s)


def scenario_of(text: str) -> Scenario:
    """A scenario written in a test."""
    return parse(text, name="test", file="test.toml")
