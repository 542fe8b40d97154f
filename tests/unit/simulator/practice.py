"""A simulated world without a server: commands go in, time is moved by hand, events come out."""

from console.simulator import (
    calls,
    conference_commands,
    conference_sounds,
    conferences,
    streams,
)
from console.simulator.commands import Switchboard
from console.simulator.errors import ApiError
from console.simulator.fate import Fate
from console.simulator.numbers import Party
from console.simulator.services import OpenStream, Order
from console.simulator.world import SECOND, Application, Event, Leg, World

CONNECTION = "1293384261075731499"
OURS = "+13125550100"
START = 1_700_000_000 * SECOND


class Practice:
    """A world, its switchboard, and everything it has reported so far."""

    def __init__(self, *, seed: int = 1, speed: float = 1.0, **settings: object) -> None:
        self.world = World(Fate(seed), now=START, speed=speed)
        self.switchboard = Switchboard(self.world)
        self.world.applications[CONNECTION] = Application(
            id=CONNECTION,
            name="practice",
            webhook_event_url="http://127.0.0.1:9/webhooks",
            webhook_api_version="2",
        )
        self.world.change_application(CONNECTION, **settings)
        self.events: list[Event] = []
        self.orders: list[Order] = []

    def run(self, seconds: float = 1.0) -> list[Event]:
        """Lets time pass; gives what happened meanwhile (or had been waiting to be told)."""
        self._obey()
        self.world.advance(self.world.now + round(seconds * SECOND))
        self._obey()
        happened = self.world.drain()
        self.events += happened
        return happened

    def _obey(self) -> None:
        """What the shell would do: every stream connects, unless its URL says that it cannot be reached."""
        for order in self.world.drain_orders():
            self.orders.append(order)
            if isinstance(order, OpenStream):
                tell = streams.failed if "unreachable" in order.stream.url else streams.opened
                tell(self.world, order.call_control_id, order.stream.id)

    def rings(self, *, patience_s: float | None = 60.0, from_: str = "+12125550123") -> Leg:
        """Somebody calls."""
        return calls.ring_in(
            self.world,
            connection_id=CONNECTION,
            to=OURS,
            party=Party(from_, "Jane Eyre"),
            patience_s=patience_s,
        )

    def talks(self) -> Leg:
        """Somebody has called and been answered."""
        leg = self.rings()
        self.do("answer", leg)
        self.run()
        assert leg.is_answered
        return leg

    def do(self, action: str, leg: Leg, **body: object) -> dict[str, object]:
        """One command on a leg."""
        return self.switchboard.perform(action, leg.id, body)

    def confer(self, action: str, room: str, /, **body: object) -> None:
        """One command on a conference, by its name; `create` makes it."""
        if action == "create":
            conference_commands.create(self.world, body)
            return
        conference = conferences.find(self.world, room, by_name=True)
        handlers = {**conference_commands.HANDLERS, **conference_sounds.HANDLERS}
        handlers[action](self.world, conference, body)

    def dial(self, to: str, **body: object) -> Leg:
        """Dials; the new leg."""
        given = {"connection_id": CONNECTION, "from": OURS, "to": to, **body}
        data = self.switchboard.dial(given)
        return self.world.legs[str(data["call_control_id"])]

    def refused(self, action: str, leg: Leg, **body: object) -> ApiError:
        """The refusal of a command that must be refused."""
        try:
            self.do(action, leg, **body)
        except ApiError as error:
            return error
        raise AssertionError(f"{action} was not refused")

    def told(self, leg: Leg) -> list[str]:
        """The types of a leg's events so far, in order."""
        return [event.type for event in self.events if event.call_control_id == leg.id]

    def last(self, leg: Leg, event_type: str) -> Event:
        """The latest event of a type."""
        return next(
            event
            for event in reversed(self.events)
            if event.call_control_id == leg.id and event.type == event_type
        )
