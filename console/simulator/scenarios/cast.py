"""Who plays in a scenario: names for legs and conferences, and what the far end of a leg does. Pure."""

from __future__ import annotations

from console.simulator import calls, gathering
from console.simulator.performing import CREATE
from console.simulator.scenarios import script
from console.simulator.scenarios.parsing import references
from console.simulator.scenarios.script import AnyStep
from console.simulator.world import World


class Cast:
    """The names of a scenario and what they stand for."""

    def __init__(self, world: World, *, us: str, connection: str) -> None:
        self._world = world
        self._names = {"us": us, "connection": connection}
        self._to_name: list[tuple[str, str]] = []
        """Names that wait for the leg or the conference they were given to, with its action."""
        self._known: set[str] = set()

    def begin(self) -> None:
        """Whoever is there already is none of ours."""
        self._known = {*self._world.legs, *self._world.conferences}

    def give(self, name: str, identifier: str) -> None:
        """A name for something that exists."""
        self._known.add(identifier)
        self._names[name] = identifier

    def name(self, name: str | None, action: str) -> None:
        """A name for what a command is about to make; nothing for None."""
        if name is not None:
            self._to_name.append((name, action))

    def of(self, name: str) -> str:
        """What a name stands for; `missing` has said that it stands for something."""
        return self._names[name]

    def get(self, name: str | None) -> str | None:
        """The same, None where there is no name."""
        return None if name is None else self._names.get(name)

    def filled(self, value: object) -> object:
        """A parameter with identifiers in place of `@name`."""
        if isinstance(value, str):
            return self._names.get(value[1:], value) if value.startswith("@") else value
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        return value

    def names(self) -> dict[str, str]:
        """All names and what they stand for."""
        return dict(self._names)

    def missing(self, step: AnyStep) -> str | None:
        """Which name of a step stands for nothing yet, in words."""
        self._bind()
        if isinstance(step, script.Call):
            return None
        used = [getattr(step, "call", None), getattr(step, "conference", None)]
        if isinstance(step, script.Command):
            used += references(step.params)
        for name in used:
            if name is not None and name not in self._names:
                return f"there is no {name} yet: nothing has made it"
        return None

    def _bind(self) -> None:
        """Gives names to what commands have made meanwhile, in the order of making."""
        for waiting in list(self._to_name):
            name, action = waiting
            made = self._world.conferences if action == CREATE else self._world.legs
            fresh = next((each for each in made if each not in self._known), None)
            if fresh is not None:
                self.give(name, fresh)
                self._to_name.remove(waiting)


def hang_up(world: World, leg_id: str) -> str | None:
    """The far end hangs up, at whatever stage; why it cannot, in words."""
    leg = world.leg(leg_id)
    if leg is None:
        return "the call has ended already"
    if leg.is_answered:
        calls.end(world, leg, "normal_clearing", calls.far_end(leg), "200")
    elif leg.direction == "incoming":
        calls.end(world, leg, "originator_cancel", "caller", "487")
    else:
        calls.end(world, leg, "call_rejected", "callee", "603")
    return None


def press(world: World, leg_id: str, digits: str) -> str | None:
    """The far end presses keys; why it cannot, in words."""
    leg = world.leg(leg_id)
    if leg is None or not leg.is_answered:
        return "the call is not answered"
    gathering.press_all(world, leg, digits)
    return None
