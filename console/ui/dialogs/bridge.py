"""Bridging: the other leg is picked from the live ones, with the same list and the same filter as on the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from console.domain.entries import Micros
from console.domain.filter import Filter, FilterError, LegText, parse
from console.domain.legs import Leg, LegKey, LegState
from console.ui.actions import Action
from console.ui.dialogs.base import CommandDialog, Params
from console.ui.presenters.calls import CallsView, Rank
from console.ui.services import Services
from console.ui.widgets.calls import CallTable
from console.ui.wording import far_end


@dataclass(frozen=True, slots=True)
class OtherLegs:
    """Live legs that can be bridged to a leg, those a filter lets through."""

    own: str
    typed: Filter | None = None

    is_timed: ClassVar[bool] = False

    def passes(self, leg: LegText, now: Micros) -> bool:
        return self.can_be(leg.held) and (self.typed is None or self.typed.passes(leg, now))

    def can_be(self, leg: Leg) -> bool:
        """Whether it is another live leg that commands can name."""
        if not leg.is_live or leg.call_control_id is None:
            return False
        return self.own not in (leg.key, leg.call_control_id)


_UNANSWERED = (LegState.RINGING, LegState.DIALING)
_TAKEN = (LegState.BRIDGED, LegState.CONFERENCE)


_FREE = 0


def bridge_rank(leg: Leg) -> Rank:
    """Who can be connected at once comes first, then who talks already, then who has not answered yet."""
    return (_place(leg), leg.began_at or 0, leg.key)


def _place(leg: Leg) -> int:
    return 2 if leg.state in _UNANSWERED else 1 if leg.state in _TAKEN else _FREE


def _nobody(_key: LegKey) -> bool:
    return False


def has_other(legs: Iterable[Leg], own: Leg) -> bool:
    """Whether there is a leg that `own` could be bridged to."""
    wanted = OtherLegs(own.call_control_id or own.key)
    return any(wanted.can_be(leg) for leg in legs)


class BridgeDialog(CommandDialog):
    """Asks for the other leg; the list stays alive while the dialog is open."""

    AUTO_FOCUS: ClassVar[str] = "#other-filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "next call", show=False),
        Binding("up", "move(-1)", "previous call", show=False),
    ]

    def __init__(self, services: Services, action: Action, leg: Leg) -> None:
        super().__init__(services, action, leg)
        self._own = leg.call_control_id or leg.key
        self._wrong: str | None = None
        self._view = CallsView(services.store.board, order=bridge_rank)
        self._view.set_filter(OtherLegs(self._own), services.now())
        self._dirty: set[LegKey] = set()
        self._unasked: LegKey | None = None
        """The call that is selected because it was free, until the operator moves the cursor or types."""

    def compose_body(self) -> ComposeResult:
        yield Static(id="dialog-what")
        yield Static(id="dialog-state")
        yield Input(
            id="other-filter", placeholder="with: number, name, state:answered …", compact=True
        )
        yield CallTable(self._view, look=self.services.look, id="others")

    @property
    def _others(self) -> CallTable:
        return self.query_one("#others", CallTable)

    def on_mount(self) -> None:
        self._others.can_focus = False
        self._others.offers = _nobody
        self._others.select(None)
        self._choose_first()

    def _heard(self, changed: object) -> None:
        if isinstance(changed, (frozenset, set)):
            self._dirty |= changed
        super()._heard(changed)

    def _choose_first(self) -> None:
        """Only when the operator asked for another list: no leg slides under the cursor by itself.

        Nobody is taken out of a call, or counted on before an answer, who was not named or chosen.
        """
        first = self._view.leg(self._view.keys[0]) if self._view.shown else None
        if self._others.selected is not None or first is None:
            return
        if self._typed_text or _place(first) == _FREE:
            self._unasked = None if self._typed_text else first.key
            self._others.select(first.key)

    def refresh_state(self) -> None:
        dirty, self._dirty = self._dirty, set()
        was_empty = not self._view.shown
        self._others.refresh_rows(dirty, self.services.now())
        other = self.other
        if other is not None and other.key == self._unasked and _place(other) != _FREE:
            self._others.select(None)
        if was_empty:
            self._choose_first()
        super().refresh_state()

    @property
    def other(self) -> Leg | None:
        """The leg under the cursor."""
        key = self._others.selected
        return self._view.leg(key) if key is not None and key in self._view else None

    def problem_of_input(self) -> str | None:
        if self._wrong is not None:
            return self._wrong
        if not self._view.shown:
            return "no other live call matches"
        if self.other is None:
            return "choose the other call with the arrow keys"
        return None

    def show_status(self) -> None:
        """What is to be known of the other leg stands where nothing is wrong."""
        other = self.other
        self._note = "" if other is None else self._about(other)
        super().show_status()

    def _about(self, other: Leg) -> str:
        peer = self.services.store.leg(other.peer) if other.peer is not None else None
        if other.state in _UNANSWERED:
            return "the other call is not answered yet"
        if other.state is LegState.CONFERENCE:
            return "the other call is in a conference now"
        if other.state is LegState.BRIDGED:
            whom = f" with {far_end(peer, self.services.look)}" if peer is not None else ""
            return f"the other call is bridged{whom} now"
        return ""

    def params(self) -> Params | None:
        """The other leg goes into the body as `call_control_id` (the path names this one)."""
        other = self.other
        if self.problem_of_input() is not None or other is None:
            return None
        return {"call_control_id": other.call_control_id}

    def action_move(self, step: int) -> None:
        """Moves the cursor in the list."""
        if not self._view.shown:
            return
        self._unasked = None
        key = self._others.selected
        place = self._view.index_of(key) if key is not None else None
        place = 0 if place is None else max(0, min(place + step, self._view.shown - 1))
        self._others.select(self._view.keys[place])
        self.show_status()

    @property
    def _typed_text(self) -> str:
        return self.query_one("#other-filter", Input).value.strip()

    @on(Input.Changed, "#other-filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        try:
            typed = parse(event.value) if event.value.strip() else None
        except FilterError as error:
            self._wrong = str(error)
        else:
            self._wrong = self._unasked = None
            self._others.set_filter(OtherLegs(self._own, typed), self.services.now())
            self._choose_first()
        self.show_status()

    @on(Input.Submitted, "#other-filter")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_confirm()

    @on(CallTable.Highlighted)
    def _highlighted(self, event: CallTable.Highlighted) -> None:
        event.stop()
        self.show_status()

    @on(CallTable.Activated)
    def _activated(self, event: CallTable.Activated) -> None:
        event.stop()
        self.action_confirm()
