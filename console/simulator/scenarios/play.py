"""Plays a scenario in the simulated world: one step after the other, each waiting for what it needs. No clock, no I/O.

Command steps are played through the simulator's own switchboard; where a real application plays (`by_application`),
they wait for its command. A step that waits in vain ends the play, and the report says what was missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple, Protocol

from console.simulator import calls
from console.simulator.arrivals import Arrivals
from console.simulator.errors import ApiError
from console.simulator.faults import Fault as ApiFault
from console.simulator.numbers import Party
from console.simulator.performing import CREATE, Heard
from console.simulator.scenarios import cast, script
from console.simulator.scenarios.cast import Cast
from console.simulator.scenarios.script import AnyStep, Scenario, label
from console.simulator.scenarios.tampering import Posting, Tampering
from console.simulator.world import SECOND, Event, World
from console.telnyx import catalogue

LOOK_EVERY_S = 0.05
"""How often a step looks whether what it needs is there; simulated seconds."""
_TIMER = "scenario"


class Performs(Protocol):
    """Carries out a command."""

    def perform(
        self, action: str, about: str, body: Mapping[str, object]
    ) -> Mapping[str, object]: ...


class Report(NamedTuple):
    """How a play went. `failure` is empty when every step was done."""

    scenario: str
    steps: int
    done: int
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything came that had to."""
        return not self.failure


class Setting(NamedTuple):
    """Where a scenario is played."""

    world: World
    performer: Performs
    arrivals: Arrivals
    connection_id: str
    from_number: str
    api_fault: Callable[[ApiFault, int], None]


class Play:
    """One scenario being played. `begin` and everything after it only while the world is being moved."""

    def __init__(
        self,
        scenario: Scenario,
        setting: Setting,
        *,
        by_application: bool = False,
        on_step: Callable[[int, AnyStep], None] = lambda _number, _step: None,
        on_end: Callable[[Report], None] = lambda _report: None,
    ) -> None:
        self.scenario = scenario
        self.report: Report | None = None
        self._set = setting
        self._by_application = by_application
        self._on_step = on_step
        self._on_end = on_end
        self._tampering = Tampering()
        self._cast = Cast(setting.world, us=setting.from_number, connection=setting.connection_id)
        self._events: list[Event] = []
        self._commands: list[Heard] = []
        self._step = 0
        self._began_at = 0
        self._limit_at = 0

    def begin(self) -> None:
        """The first step is due now."""
        world = self._set.world
        self._cast.begin()
        self._began_at = world.now
        self._next()

    def take(self, events: Sequence[Event]) -> list[Posting]:
        """Looks at what happened and says how it goes out."""
        if self.report is None:
            self._events += events
        return self._tampering.post(events)

    def hear(self, command: Heard) -> None:
        """A command that the application has sent."""
        if self.report is None:
            self._commands.append(command)

    def cast(self) -> dict[str, str]:
        """What the scenario's names stand for."""
        return self._cast.names()

    def release(self) -> list[Posting]:
        """What a fault still holds back."""
        return self._tampering.release()

    def _next(self) -> None:
        """Sets the time of the step that comes."""
        world = self._set.world
        if self._step == len(self.scenario.steps):
            self._end("")
            return
        step = self.scenario.steps[self._step]
        after_s = step.after_s
        if step.at_s is not None:
            passed_s = (world.now - self._began_at) * world.speed / SECOND
            after_s = max(0.0, step.at_s - passed_s)
        world.after(after_s, None, _TIMER, self._due)

    def _due(self) -> None:
        step = self.scenario.steps[self._step]
        within_s = getattr(step, "within_s", None)
        limit_s = self.scenario.within_s if within_s is None else within_s
        self._limit_at = self._set.world.now + round(limit_s * SECOND / self._set.world.speed)
        self._on_step(self._step + 1, step)
        self._try()

    def _try(self) -> None:
        """Does the step, or looks again a little later, until its time is over."""
        step = self.scenario.steps[self._step]
        missing = self._cast.missing(step)
        try:
            if missing is None:
                missing = self._perform(step)
        except ApiError as refusal:
            self._fail(f"refused with {_refused(refusal)}")
            return
        if missing is None:
            self._step += 1
            self._next()
        elif self._set.world.now >= self._limit_at:
            self._fail(missing)
        else:
            self._set.world.after(LOOK_EVERY_S, None, _TIMER, self._try)

    def _fail(self, words: str) -> None:
        step = self.scenario.steps[self._step]
        self._end(f"step {self._step + 1} ({label(step)}): {words}")

    def _end(self, failure: str) -> None:
        self.report = Report(self.scenario.name, len(self.scenario.steps), self._step, failure)
        self._on_end(self.report)

    def _perform(self, step: AnyStep) -> str | None:
        """None when the step is done, else what is missing so far. Raises `ApiError`."""
        match step:
            case script.Call():
                self._ring(step)
            case script.Command():
                return self._command(step)
            case script.Expect():
                return self._expect(step)
            case script.Hangup():
                return cast.hang_up(self._set.world, self._cast.of(step.call))
            case script.Press():
                return cast.press(self._set.world, self._cast.of(step.call), step.digits)
            case script.Fault():
                self._fault(step)
            case script.Wait():
                pass
        return None

    def _ring(self, step: script.Call) -> None:
        world = self._set.world
        party = self._set.arrivals.next_party()
        if step.from_ is not None:
            party = Party(step.from_, step.caller_name)
        elif step.caller_name is not None:
            party = Party(party.number, step.caller_name)
        leg = calls.ring_in(
            world,
            connection_id=self._set.connection_id,
            to=self._set.from_number,
            party=party,
            patience_s=step.patience_s,
        )
        leg.plan = leg.plan._replace(talk_s=step.talk_s)
        self._cast.give(step.call, leg.id)

    def _command(self, step: script.Command) -> str | None:
        about = self._cast.get(step.conference or step.call) or ""
        # An application may name a conference by its name: the leg tells whom the command is about.
        missing = self._heard(step.action, self._cast.get(step.call), step.makes)
        if missing is None or self._by_application:
            # What somebody else has done already is not done again.
            return missing
        self._set.performer.perform(step.action, about, self._body(step))
        self._cast.name(step.makes, step.action)
        return None

    def _body(self, step: script.Command) -> dict[str, object]:
        body = {key: self._cast.filled(value) for key, value in step.params.items()}
        if step.action == "dial":
            body = {"connection_id": self._set.connection_id, "from": self._set.from_number} | body
        elif step.conference is not None or step.action == CREATE:
            command = catalogue.load()[step.action]
            if step.call is not None and command.parameter("call_control_id", "body") is not None:
                body.setdefault("call_control_id", self._cast.of(step.call))
        return body

    def _heard(self, action: str, about: str | None, makes: str | None) -> str | None:
        """Uses up the first command of that name on that leg."""
        refused = ""
        for command in self._commands:
            if command.action != action or not _is_about(command, about):
                continue
            if command.ok:
                self._commands.remove(command)
                self._cast.name(makes, action)
                return None
            refused = f"; one was refused (HTTP {command.status})"
        return f"the application has not sent {action}{refused}{self._others()}"

    def _others(self) -> str:
        sent = list(dict.fromkeys(each.action for each in self._commands))
        return f"; it sent {', '.join(sent)}" if sent else ""

    def _expect(self, step: script.Expect) -> str | None:
        about = self._cast.get(step.call)
        if step.command is not None:
            return self._heard(step.command, about, step.makes)
        assert step.event is not None
        wanted = {key: self._cast.filled(value) for key, value in step.payload.items()}
        near = ""
        for event in self._events:
            if not fnmatchcase(event.type, step.event):
                continue
            if about is not None and event.call_control_id != about:
                continue
            others = [key for key, value in wanted.items() if event.payload.get(key) != value]
            if not others:
                self._events.remove(event)
                if step.makes is not None:
                    self._cast.give(step.makes, event.call_control_id)
                return None
            near = f"; one came with {others[0]} {event.payload.get(others[0])!r}"
        return f"no {step.event} came{near}"

    def _fault(self, step: script.Fault) -> None:
        if step.kind == "api":
            action = "*" if step.action == "*" else f"*/{step.action.rpartition('.')[2]}"
            path = "/calls" if step.action == "dial" else action
            fault = ApiFault(status=step.status, executed=step.executed, method="POST", path=path)
            self._set.api_fault(fault, step.times)
            return
        self._tampering.add(
            step.kind,
            event=step.event,
            call=self._cast.get(step.call),
            times=step.times,
            delay_s=step.delay_s,
        )


def _is_about(command: Heard, about: str | None) -> bool:
    if about is None or command.about == about:
        return True
    return command.body.get("call_control_id") == about


def _refused(refusal: ApiError) -> str:
    pointer = "" if refusal.pointer is None else f" ({refusal.pointer})"
    return f"{refusal.code} {refusal.detail}{pointer}"
