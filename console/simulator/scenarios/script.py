"""What a scenario says: its steps in order, with times, numbers and faults. Values only; docs/scenarios.md explains them.

Seconds are the simulated world's. A name given to a leg or a conference stands for its identifier from then on.
"""

from __future__ import annotations

from typing import Literal

import msgspec

WITHIN_S = 15.0
"""How long a step waits for what it needs, unless it says otherwise."""

FaultKind = Literal["duplicate", "delay", "reorder", "drop", "api"]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """What every step may say. `after_s` counts from the end of the step before, `at_s` from the beginning."""

    after_s: float = 0.0
    at_s: float | None = None


class Call(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="call"):
    """Somebody calls us."""

    call: str
    from_: str | None = msgspec.field(default=None, name="from")
    caller_name: str | None = None
    patience_s: float = 3_600.0
    """How long the caller waits for an answer."""
    talk_s: float | None = None
    """How long the caller talks; without it until a step says otherwise."""


class Command(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="command"):
    """A command of the application: played here, or waited for where a real application is to send it."""

    action: str
    call: str | None = None
    conference: str | None = None
    params: dict[str, object] = {}
    makes: str | None = None
    """Names the leg (or conference) that the command makes."""
    within_s: float | None = None


class Expect(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="expect"):
    """Something that has to come: an event, or a command of the application."""

    event: str | None = None
    command: str | None = None
    call: str | None = None
    payload: dict[str, object] = {}
    """What the event's payload has to say."""
    makes: str | None = None
    within_s: float | None = None


class Hangup(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="hangup"):
    """The far end hangs up."""

    call: str


class Press(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="press"):
    """The far end presses keys; w waits half a second, W one."""

    call: str
    digits: str


class Wait(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="wait"):
    """Nothing but time."""


class Fault(Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fault"):
    """From now on something goes wrong, so many times."""

    kind: FaultKind
    event: str = "*"
    """Glob of event types; for deliveries."""
    call: str | None = None
    times: int = 1
    delay_s: float = 2.0
    action: str = "*"
    """Glob of commands; for `api`."""
    status: int = 503
    executed: bool = False
    """For `api`: whether the command has its effect all the same."""


AnyStep = Call | Command | Expect | Hangup | Press | Wait | Fault
STEPS: dict[str, type[AnyStep]] = {
    "call": Call,
    "command": Command,
    "expect": Expect,
    "hangup": Hangup,
    "press": Press,
    "wait": Wait,
    "fault": Fault,
}


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One call flow."""

    name: str
    about: str
    steps: tuple[AnyStep, ...]
    within_s: float = WITHIN_S


def label(step: AnyStep) -> str:
    """The step in a few words, for reports."""
    match step:
        case Call(call=call):
            return f"call {call}"
        case Command(action=action, call=call, conference=conference):
            return " ".join(filter(None, (action, call or conference)))
        case Expect(event=event, command=command, call=call):
            return " ".join(filter(None, ("expect", event or command, call)))
        case Hangup(call=call):
            return f"{call} hangs up"
        case Press(call=call, digits=digits):
            return f"{call} presses {digits}"
        case Fault(kind=kind):
            return f"fault {kind}"
        case Wait():
            return "wait"
