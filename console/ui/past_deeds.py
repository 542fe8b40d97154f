"""What keys do on a desk that shows the past: looking is possible, moving the moment is, sending and writing are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.errors import EngineError
from console.store.moment import MomentStore
from console.ui.actions import Action
from console.ui.compat import drop_typed_ahead
from console.ui.deeds import DeskDeeds
from console.ui.services import Services

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

LIVE_ONLY = frozenset(
    {
        "menu", "command.edit", "reconcile", "call.check", "call.keypad", "call.gather", "call.note", "call.pin",
        "sound", "applications", "replay",
    }
)  # fmt: skip
"""What asks the engine or writes; whatever sends a command is refused anyway."""
_FIGURES = frozenset({"pulse", "ring_back"})
_ALERTS = "alerts are about the line as it is now, and what was raised earlier is not kept; u shows the figures"

Verbs = Mapping[str, Callable[[], None]]


class PastDeeds(DeskDeeds):
    """`verbs` are the keys of time travel; the desk's own keys do there what they do on it."""

    def __init__(
        self,
        app: ConsoleApp,
        services: Services,
        verbs: Verbs,
        refuse: Callable[[Action], str | None],
    ) -> None:
        super().__init__(app, services)
        assert services.frozen is not None
        self._frozen = services.frozen
        self._travelling = verbs
        self._refuse = refuse

    def why_not(self, action: Action, leg: Leg | None) -> str | None:
        if action.id in self._travelling:
            return self._refuse(action)
        if action.command is not None or action.id in LIVE_ONLY:
            return self._frozen()
        if action.id == "alerts":
            return _ALERTS
        store = self._services.store
        if action.id in _FIGURES and isinstance(store, MomentStore) and store.progress < 1.0:
            return "that moment is still being read"
        return super().why_not(action, leg)

    def act(self, action: Action) -> None:
        reason = self.why_not(action, self._app.desk.selected)
        if reason is not None:
            drop_typed_ahead(self._app)
            self._app.notify(f"{action.title}: {reason}", severity="warning", timeout=3)
        elif action.id in self._travelling:
            self._travelling[action.id]()
        else:
            super().act(action)

    def incoming(self, legs: Sequence[Leg]) -> None:
        """Nobody is calling: this was."""

    def begun(self) -> None:
        """The program has begun long ago."""


class NoEngine:
    """An `Operator` for what is not live: the last bolt, should anything ask the engine in spite of all."""

    def __init__(self, why: Callable[[], str]) -> None:
        self._why = why

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)

        async def refused(*_arguments: object, **_named: object) -> object:
            raise EngineError(self._why())

        return refused
