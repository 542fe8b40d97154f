"""The palette: every action by name, with the reason where it is not possible now, and a jump to any call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from console.domain.legs import Leg
from console.domain.text import clean
from console.ui.actions import Action, Scope, available
from console.ui.commands import found_by, in_palette, palette_keys, preset_actions
from console.ui.likeness import likeness
from console.ui.wording import bounded, route, state_words

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

_MOST_CALLS = 50


class ActionProvider(Provider):
    """The registry of actions, as far as this session has them."""

    def _actions(self) -> Iterator[tuple[Action, Content, Callable[[], None]]]:
        app = cast("ConsoleApp", self.app)
        for action in available(read_only=app.desk.services.options.read_only):
            if (
                action.scope not in (Scope.DESK, Scope.CALLS, Scope.ENTRIES, Scope.EVERYWHERE)
                or action.id == "palette"
            ):
                continue
            if not action.show:
                continue
            reason = app.why_not(action)
            text = action.description if reason is None else f"now: {reason}"
            prompt = Content.assemble(
                (action.title, "dim" if reason else "bold"),
                f"  {action.key_label}\n",
                (text, "dim"),
            )
            yield action, prompt, partial(app.act, action)

    async def discover(self) -> Hits:
        """All actions, in the registry's order."""
        for action, prompt, run in self._actions():
            yield DiscoveryHit(prompt, run, text=action.title)

    async def search(self, query: str) -> Hits:
        """Actions whose title or description has the words of the query."""
        for action, prompt, run in self._actions():
            score = likeness(query, action.title, told=action.description)
            if score > 0:
                yield Hit(score, prompt, run, text=action.title)


class CommandProvider(Provider):
    """Every command of Telnyx, with its whole form, and the operator's presets; found by what they do, too."""

    async def search(self, query: str) -> Hits:
        """Commands whose name, help or other words for them contain every word of the query."""
        app = cast("ConsoleApp", self.app)
        options = app.desk.services.options
        if options.read_only:
            return
        actions = (*preset_actions(options.presets), *in_palette())
        for action in actions:
            score = likeness(query, action.title, name=action.command or "", told=found_by(action))
            if score == 0:
                continue
            reason = app.why_not(action)
            text = action.description if reason is None else f"now: {reason}"
            prompt = Content.assemble(
                (clean(action.title), "dim" if reason else "bold"),
                f"  {palette_keys(action)}\n",
                (clean(text), "dim"),
            )
            # Of what is named alike, a key's own action stands first, and what is sent at once before a form.
            behind = 0.02 if action.form else 0.01
            yield Hit(score - behind, prompt, partial(app.act, action), text=action.title)


class CallProvider(Provider):
    """Every call the board holds, also those that the filter hides: live ones first."""

    async def search(self, query: str) -> Hits:
        """Calls whose numbers, names or ids contain the query; at most fifty."""
        app = cast("ConsoleApp", self.app)
        now, look = app.desk.services.now(), app.desk.services.look
        words = query.casefold().split()
        found = 0
        for leg in self._legs():
            text = _searchable(leg, app.desk.services.contacts.name_of)
            if not all(word in text or word in text.replace(" ", "") for word in words):
                continue
            found += 1
            title = route(leg, look)
            prompt = Content.assemble(
                ("go to ", "dim"), title, "\n", (state_words(leg, now), "dim")
            )
            yield Hit(0.5 if leg.is_live else 0.4, prompt, partial(app.jump, leg.key), text=title)
            if found == _MOST_CALLS:
                return

    def _legs(self) -> Iterator[Leg]:
        board = cast("ConsoleApp", self.app).desk.services.store.board
        for keys in (tuple(board.live_keys), tuple(board.ended_keys)[::-1]):
            for key in keys:
                leg = board.legs.get(key)
                if leg is not None:
                    yield leg


def _searchable(leg: Leg, name_of: Callable[[str], str | None]) -> str:
    """What can be searched of a leg, folded; numbers as digits, names as the contacts have them."""
    parts = [
        leg.from_,
        leg.to,
        leg.caller_name,
        leg.call_control_id,
        leg.call_leg_id,
        leg.state.value,
    ]
    parts += [name_of(party) for party in (leg.from_, leg.to) if party]
    return " ".join(bounded(part) if len(part) > 240 else part for part in parts if part).casefold()
