"""One command for several calls: each under its own `command_id`, a few on their way at a time."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from console.domain.legs import Leg, LegKey

if TYPE_CHECKING:
    from console.ui.actions import Action
    from console.ui.orders import Outcome
    from console.ui.sending import Sending
    from console.ui.services import Services

AT_ONCE = 4
"""Commands under way at the same time: the rest of Telnyx's rate limit is for everybody else."""


class Stage(StrEnum):
    """How far the command of one call has come."""

    WAITING = "waiting"
    NOT_POSSIBLE = "not possible"
    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "outcome unknown"


@dataclass(slots=True, kw_only=True, eq=False)
class Part:
    """The command of one call. `words` say why not, or how it went."""

    key: LegKey
    command_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    stage: Stage = Stage.WAITING
    words: str = ""


class Batch:
    """Outlives the dialog that began it; `changed` is called after every step, `finished` once."""

    def __init__(
        self, services: Services, action: Action, legs: Sequence[Leg], sending: Sending
    ) -> None:
        self.parts = tuple(Part(key=leg.key) for leg in legs)
        self.action = action
        self.has_begun = False
        self.changed: Callable[[], None] = _nothing
        self.finished: Callable[[], None] = _nothing
        self._services = services
        self._sending = sending
        self._waiting: deque[Part] = deque()
        self._under_way = 0

    @property
    def is_done(self) -> bool:
        """Whether everything has been answered."""
        return self.has_begun and not self._waiting and not self._under_way

    def count(self, *stages: Stage) -> int:
        """How many calls are at one of these stages."""
        return sum(part.stage in stages for part in self.parts)

    def check(self) -> None:
        """Asks again what is possible now, before it begins."""
        for part in self.parts:
            reason = self._sending.why_not(self.action, self._services.store.leg(part.key))
            part.stage = Stage.WAITING if reason is None else Stage.NOT_POSSIBLE
            part.words = reason or ""

    def begin(self) -> None:
        """Sends what is possible."""
        self.check()
        self.has_begun = True
        self._waiting.extend(part for part in self.parts if part.stage is Stage.WAITING)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._under_way < AT_ONCE:
            part = self._waiting.popleft()
            leg = self._services.store.leg(part.key)
            reason = self._sending.why_not(self.action, leg)
            if reason is not None:
                part.stage, part.words = Stage.NOT_POSSIBLE, reason
                continue
            part.stage = Stage.SENT
            self._under_way += 1
            done = partial(self._answered, part)
            self._sending.send(self.action, leg, {}, done, command_id=part.command_id, tells=False)
        self.changed()
        if self.is_done:
            self.finished()

    def _answered(self, part: Part, outcome: Outcome) -> None:
        self._under_way -= 1
        if outcome.refusal is None:
            part.stage, part.words = Stage.DONE, f"{outcome.latency_ms:.0f} ms"
            self._services.marks.pop(part.key, None)
        else:
            part.stage = Stage.REFUSED if outcome.is_known else Stage.UNKNOWN
            part.words = outcome.refusal
        self._go_on()


def _nothing() -> None: ...
