"""Redaction as a way of showing: while it is on, the screen has no real number, name or text, so that it can be shared.

What the screen reads passes one place, the journal's reader, and is masked there before anything is made of it: board,
timeline, events, inspector, history, pulse. What comes from elsewhere (contacts, answers of the engine, remembered
values) is masked here. Identifiers stay, and a mask that goes out as the parameter of a command becomes what it stands
for again, so commands go to the real calls and numbers. The masks last as long as the desk.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from console.domain.redaction.masks import Masks
from console.errors import UsageError
from console.masked_operator import MaskedOperator, masked_params, real_params
from console.store.store import veil
from console.ui.masked_filters import TypedAside
from console.ui.memory import Memory
from console.ui.notices import Notices
from console.ui.widgets.line_list import draw_anew

if TYPE_CHECKING:
    from console.operator import Operator
    from console.ui.app import ConsoleApp
    from console.ui.options import UiOptions
    from console.ui.services import Contact, Contacts, Services

KEY_BYTES = 32


class _Kept(NamedTuple):
    """What takes its place again when redaction ends."""

    operator: Operator
    contacts: Contacts
    memory: Memory
    options: UiOptions


class Redaction:
    """One per desk."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._masks = Masks(secrets.token_bytes(KEY_BYTES), ids=False)
        self._kept: _Kept | None = None
        self.typed = TypedAside()

    def begin(self) -> None:
        """Masks from now on; the store has to be loaded again where it was."""
        services, masks = self._services, self._masks
        kept = _Kept(services.operator, services.contacts, services.memory, services.options)
        self._kept = kept
        veil(services.store, masks)
        services.operator = MaskedOperator(kept.operator, masks)
        services.contacts = MaskedContacts(kept.contacts, masks)
        services.memory = MaskedMemory(kept.memory, masks)
        services.options = _options(kept.options, masks)
        services.redacted = True

    def end(self) -> None:
        """Shows everything again; the store has to be loaded again."""
        services, kept = self._services, self._kept
        assert kept is not None
        veil(services.store, None)
        services.operator, services.contacts, services.memory, services.options = kept
        services.redacted = False
        self._kept = None


def toggle(app: ConsoleApp, services: Services) -> None:
    """Masks what is shown, or shows it again; the cursor stays where it is."""
    if services.redaction is None:
        services.redaction = Redaction(services)
    aside = ""
    if services.redacted:
        services.redaction.end()
        services.redaction.typed.take_back(app.desk, services)
    else:
        services.redaction.begin()
        if services.redaction.typed.put(app.desk, services):
            aside = "; the filter that looked for somebody is put aside until then"
    # What was said and marked before shows what was visible before.
    services.notices = Notices()
    services.marked = None
    app.clear_notifications()
    _show_anew(app, services)
    if services.redacted:
        app.notify(
            f"redacted: numbers, names and texts are masked on this screen; X shows them again{aside}"
        )
    else:
        app.notify("not redacted any more: everything is shown")


def _show_anew(app: ConsoleApp, services: Services) -> None:
    """Reads and draws all of the desk again."""
    desk, now = app.desk, services.now()
    kept = desk.calls.selected
    services.store.load()
    desk.view.use(services.store.board, now)
    desk.calls.refresh_rows((), now)
    desk.tail.hold_page(services.store.recent, now, is_past=False)
    desk.tail.follow()
    if kept is not None and kept in desk.view:
        desk.calls.select(kept)
    desk.conversation.choose(kept)
    for widget in (desk.calls, desk.timeline, desk.tail):
        # What is kept as painted is known by its version, and the versions are the same.
        draw_anew(widget)
    desk.drawing.timeline()
    desk.drawing.say("")  # draws the titles, without who just called
    desk.drawing.status()
    desk.drawing.keys()
    if services.line is not None:
        services.line.begin_anew()


def _options(options: UiOptions, masks: Masks) -> UiOptions:
    return replace(
        options,
        caller_id=None if options.caller_id is None else masks.party(options.caller_id),
        presets=tuple(
            replace(preset, params=masked_params(preset.params, masks))
            for preset in options.presets
        ),
    )


class _MaskedContact(NamedTuple):
    name: str
    destination: str


class MaskedContacts:
    """An address book whose people have masks: it is still searched by their names."""

    def __init__(self, contacts: Contacts, masks: Masks) -> None:
        self._contacts = contacts
        self._masks = masks

    def find(self, text: str) -> Sequence[Contact]:
        """Contacts by their real names, or by what stands for them."""
        masks = self._masks
        known = masks.real(text) or text
        return [
            _MaskedContact(masks.word("name", each.name), masks.party(each.destination))
            for each in self._contacts.find(known)
        ]

    def destination(self, text: str) -> str:
        """What the command says; the operator that sends it knows what it stands for."""
        try:
            found = self._contacts.destination(self._masks.real(text) or text)
        except UsageError:
            # Its own sentence may name somebody who is meant.
            raise UsageError("this is no number, address or name that is known") from None
        return self._masks.party(found)

    def name_of(self, destination: str) -> str | None:
        """The mask of the contact's name."""
        name = self._contacts.name_of(self._masks.real(destination) or destination)
        return None if name is None else self._masks.word("name", name)


class MaskedMemory(Memory):
    """Remembered values, masked; what is remembered meanwhile is kept as it is."""

    def __init__(self, memory: Memory, masks: Masks) -> None:
        super().__init__(None)
        self._memory = memory
        self._masks = masks

    def of(self, action: str) -> dict[str, object]:
        return masked_params(self._memory.of(action), self._masks)

    def keep(self, action: str, params: Mapping[str, object]) -> str | None:
        return self._memory.keep(action, real_params(params, self._masks))

    def of_desk(self, name: str) -> object:
        return super().of_desk(name) if _is_typed(name) else self._memory.of_desk(name)

    def keep_of_desk(self, name: str, value: object) -> str | None:
        """What is typed into filters while masks are shown makes no sense without them."""
        if _is_typed(name):
            return super().keep_of_desk(name, value)
        return self._memory.keep_of_desk(name, value)


def _is_typed(name: str) -> bool:
    return name.startswith("filters.")
