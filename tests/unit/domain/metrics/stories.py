"""Calls for tests of the figures: how long they wait, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.entries import Micros
from console.domain.metrics.figures import Figure, Moment, Window, moment
from console.domain.metrics.measures import figures
from console.domain.metrics.metrics import Metrics
from console.domain.metrics.parameters import Parameters
from tests.unit.domain.histories import SECOND, START, History, Pair

PLAIN = Parameters(zone="UTC")
NOW: Micros = START + 600 * SECOND


class Line:
    """Calls at chosen seconds after START."""

    def __init__(self) -> None:
        self.history = History()
        self._calls = 0

    @property
    def pairs(self) -> list[Pair]:
        return self.history.pairs

    def say(
        self, kind: str, leg: str, at_s: float, session: str | None = None, **more: object
    ) -> None:
        """One event."""
        at = START + round(at_s * SECOND)
        self.history.event(kind, leg, at=at, session=session or f"S-{leg}", payload=more)

    def arrives(self, at_s: float, number: str = "+13125550101", **more: object) -> str:
        """A caller; the leg."""
        self._calls += 1
        leg = f"leg-{self._calls}"
        at = START + round(at_s * SECOND)
        self.history.event(
            "call.initiated", leg, at=at, session=f"S-{leg}", direction="incoming",
            ends=(number, "+18005550100"), payload=more,
        )  # fmt: skip
        return leg

    def dials(self, at_s: float, number: str = "+14155550100", session: str | None = None) -> str:
        """An outgoing leg."""
        self._calls += 1
        leg = f"out-{self._calls}"
        at = START + round(at_s * SECOND)
        self.history.event(
            "call.initiated", leg, at=at, session=session or f"S-{leg}", direction="outgoing",
            ends=("+18005550100", number),
        )  # fmt: skip
        return leg

    def served(self, at_s: float, wait_s: float) -> str:
        """A caller who is connected after so long."""
        leg = self.arrives(at_s)
        self.say("call.answered", leg, at_s + min(wait_s, 1))
        self.say("call.bridged", leg, at_s + wait_s)
        return leg

    def gives_up(self, at_s: float, wait_s: float, number: str = "+13125550101") -> str:
        """A caller who does not wait longer."""
        leg = self.arrives(at_s, number)
        self.ends(leg, at_s + wait_s, cause="originator_cancel", sip="487")
        return leg

    def ends(
        self,
        leg: str,
        at_s: float,
        cause: str = "normal_clearing",
        sip: str = "200",
        **stats: Mapping[str, object],
    ) -> None:
        """A leg ends."""
        result: dict[str, object] = {"hangup_cause": cause, "sip_hangup_cause": sip}
        self.say("call.hangup", leg, at_s, None, hangup_source="caller", **result, **stats)

    def metrics(self, parameters: Parameters = PLAIN, now: Micros = NOW) -> Metrics:
        """The counts of all that was said."""
        found = Metrics(parameters)
        for entry, fact in self.pairs:
            found.apply(entry, fact)
        found.advance(now)
        return found

    def moment(
        self, parameters: Parameters = PLAIN, now: Micros = NOW, window: Window = Window.ROLLING
    ) -> Moment:
        """The window as of now."""
        return moment(self.metrics(parameters, now), now, window)

    def figure(
        self,
        id_: str,
        parameters: Parameters = PLAIN,
        now: Micros = NOW,
        window: Window = Window.ROLLING,
    ) -> Figure:
        """One figure."""
        found = {each.id: each for each in figures(self.moment(parameters, now, window))}
        return found[id_]


def worked_example() -> Line:
    """8, 15 and 40 s answered; 3, 12 and 90 s abandoned; one waits 30 s, one 4 s."""
    line = Line()
    for wait in (8, 15, 40):
        line.served(100, wait)
    for wait in (3, 12, 90):
        line.gives_up(200, wait)
    line.arrives(570)
    line.arrives(596)
    return line
