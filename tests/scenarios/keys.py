"""The six keys that send something: what each needs, how it is pressed, what it must do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from console.domain.legs import LegState
from tests.scenarios.stage import Stage

TARGET = "+14155550111"
"""Answers within three seconds of the simulated world, and stays."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The calls that a key is tried on. `call` is None for dial; `other` is the second one of a bridge."""

    call: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """`begin` leads to the last key press, which `send` is."""

    name: str
    key: str
    prepare: Callable[[Stage], Awaitable[Subject]]
    begin: Callable[[Stage], Awaitable[None]]
    send: str
    mark: str
    """The words beside the call until the effect is seen."""
    before: LegState | None
    after: LegState
    event: str
    """The type of the event that confirms it."""
    asks: bool = True
    """Whether a dialog is open before it is sent."""

    def __str__(self) -> str:
        return self.name

    async def open(self, stage: Stage) -> None:
        """Up to the moment before the last key."""
        await self.begin(stage)
        if self.asks:
            await stage.until(lambda: stage.asks(), f"the dialog of {self.name} is open")

    async def do(self, stage: Stage) -> None:
        """Everything, to the last key."""
        await self.open(stage)
        await stage.press(self.send)

    def params(self, subject: Subject, stage: Stage) -> Mapping[str, object]:
        """What the body must hold beside the command_id."""
        match self.name:
            case "transfer":
                return {"to": TARGET}
            case "bridge":
                return {"call_control_id": subject.other}
            case "reject":
                return {"cause": "USER_BUSY"}
            case "dial":
                return {
                    "to": TARGET,
                    "from": stage.simulator.from_number,
                    "connection_id": stage.simulator.connection_id,
                }
        return {}


async def _ringing(stage: Stage) -> Subject:
    return Subject(await stage.rings())


async def _talking(stage: Stage) -> Subject:
    return Subject(await stage.talks())


async def _two(stage: Stage) -> Subject:
    other = await stage.talks("+12065550142")
    call = await stage.talks()
    await stage.selects(call)
    return Subject(call, other)


async def _nobody(stage: Stage) -> Subject:
    return Subject()


def _pressing(*keys: str) -> Callable[[Stage], Awaitable[None]]:
    async def press(stage: Stage) -> None:
        await stage.press(*keys)

    return press


async def _transfer(stage: Stage) -> None:
    """The contact's name is typed; its number goes on the wire."""
    await stage.press("t")
    await stage.type("Support")


async def _dial(stage: Stage) -> None:
    await stage.press("d")
    await stage.type("Support")


ANSWER = Key(
    name="answer",
    key="a",
    prepare=_ringing,
    begin=_pressing(),
    send="a",
    mark="answering…",
    before=LegState.RINGING,
    after=LegState.ANSWERED,
    event="call.answered",
    asks=False,
)
TRANSFER = Key(
    name="transfer",
    key="t",
    prepare=_talking,
    begin=_transfer,
    send="enter",
    mark="transferring…",
    before=LegState.ANSWERED,
    after=LegState.BRIDGED,
    event="call.initiated",
)
BRIDGE = Key(
    name="bridge",
    key="b",
    prepare=_two,
    begin=_pressing("b"),
    send="enter",
    mark="bridging…",
    before=LegState.ANSWERED,
    after=LegState.BRIDGED,
    event="call.bridged",
)
REJECT = Key(
    name="reject",
    key="r",
    prepare=_ringing,
    begin=_pressing("r", "tab"),
    send="enter",
    mark="rejecting…",
    before=LegState.RINGING,
    after=LegState.ENDED,
    event="call.hangup",
)
HANGUP = Key(
    name="hangup",
    key="h",
    prepare=_talking,
    begin=_pressing("h", "tab"),
    send="enter",
    mark="hanging up…",
    before=LegState.ANSWERED,
    after=LegState.ENDED,
    event="call.hangup",
)
DIAL = Key(
    name="dial",
    key="d",
    prepare=_nobody,
    begin=_dial,
    send="enter",
    mark="dialling…",
    before=None,
    after=LegState.ANSWERED,
    event="call.initiated",
)

ON_A_CALL = (ANSWER, TRANSFER, BRIDGE, REJECT, HANGUP)
ALL = (*ON_A_CALL, DIAL)
