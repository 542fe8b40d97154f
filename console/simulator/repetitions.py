"""Commands that were executed lately, so that a repetition has no second effect (VOICE f). Pure."""

from collections import OrderedDict
from collections.abc import Mapping

from console.domain.entries import Micros
from console.simulator import bodies
from console.simulator.world import SECOND, World

REPEAT_WINDOW: Micros = 60 * SECOND
"""How long a command_id is remembered. Real time: it protects against retries of a client."""

Data = dict[str, object]


class Repetitions:
    """Answers by owner (a leg, a conference, \"\" for dial) and command_id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done: OrderedDict[tuple[str, str], tuple[Micros, Data]] = OrderedDict()

    def find(self, owner: str, body: Mapping[str, object]) -> Data | None:
        """What the same command was answered, if it is a repetition."""
        now = self._world.now
        while self._done and next(iter(self._done.values()))[0] <= now:
            self._done.popitem(last=False)
        known = self._done.get((owner, bodies.text(body, "command_id") or ""))
        return None if known is None else known[1]

    def remember(self, owner: str, body: Mapping[str, object], data: Data) -> None:
        """Keeps the answer of a command that has a command_id."""
        command_id = bodies.text(body, "command_id")
        if command_id is not None:
            self._done[owner, command_id] = (self._world.now + REPEAT_WINDOW, data)
