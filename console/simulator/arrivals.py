"""Callers who arrive by chance, so many a minute. Pure: changes the world only."""

from console.simulator import calls, numbers
from console.simulator.numbers import Party
from console.simulator.world import World

FIRST_AFTER_S = 1.0
_NOBODY_LISTENS_S = 0.5


class Arrivals:
    """A Poisson process of incoming calls; nobody calls while no listener is known."""

    def __init__(self, world: World, connection_id: str, to: str, *, rate: float) -> None:
        self._world = world
        self._connection_id = connection_id
        self._to = to
        self._rate = rate
        self._callers = world.fate.rng("callers")
        self._gaps = world.fate.rng("gaps")

    def begin(self) -> None:
        """Lets the first caller come soon; none at a rate of 0."""
        if self._rate > 0:
            self._world.after(FIRST_AFTER_S, None, "arrival", self._arrive)

    def next_party(self) -> Party:
        """The next caller, the same in every run with one seed."""
        return numbers.caller(self._callers)

    def _arrive(self) -> None:
        application = self._world.applications.get(self._connection_id)
        if application is None or not application.webhook_event_url or not application.active:
            self._world.after(_NOBODY_LISTENS_S, None, "arrival", self._arrive)
            return
        calls.ring_in(
            self._world,
            connection_id=self._connection_id,
            to=self._to,
            party=self.next_party(),
        )
        gap_s = self._gaps.expovariate(self._rate / 60)
        self._world.after(gap_s, None, "arrival", self._arrive)
