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

from console.domain.entries import CommandDone, Intent
from console.domain.redaction.bodies import masked
from console.domain.redaction.masks import Masks
from console.errors import UsageError
from console.ui.memory import Memory
from console.ui.notices import Notices

if TYPE_CHECKING:
    from console.operator import Asked, Health, Operator, QueryAnswer, Reconciled, StreamHealth
    from console.ui.app import ConsoleApp
    from console.ui.options import UiOptions
    from console.ui.services import Contact, Contacts, Services

KEY_BYTES = 32
_PLAIN_ANSWERS = "apps."
"""Answers about applications are edited and sent back: they stay as they are."""


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

    def begin(self) -> None:
        """Masks from now on; the store has to be loaded again where it was."""
        services, masks = self._services, self._masks
        kept = _Kept(services.operator, services.contacts, services.memory, services.options)
        self._kept = kept
        services.store.veil(masks)
        services.operator = MaskedOperator(kept.operator, masks)
        services.contacts = MaskedContacts(kept.contacts, masks)
        services.memory = MaskedMemory(kept.memory, masks)
        services.options = _options(kept.options, masks)
        services.redacted = True

    def end(self) -> None:
        """Shows everything again; the store has to be loaded again."""
        services, kept = self._services, self._kept
        assert kept is not None
        services.store.veil(None)
        services.operator, services.contacts, services.memory, services.options = kept
        services.redacted = False
        self._kept = None


def toggle(app: ConsoleApp, services: Services) -> None:
    """Masks what is shown, or shows it again; the cursor stays where it is."""
    if services.redaction is None:
        services.redaction = Redaction(services)
    if services.redacted:
        services.redaction.end()
    else:
        services.redaction.begin()
    # What was said and marked before shows what was visible before.
    services.notices = Notices()
    services.marked = None
    app.clear_notifications()
    _show_anew(app, services)
    if services.redacted:
        app.notify(
            "redacted: numbers, names and texts are masked on this screen; X shows them again"
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
        widget.draw_anew()
    desk.drawing.timeline()
    desk.drawing.titles()
    desk.drawing.status()
    desk.drawing.keys()
    if services.line is not None:
        services.line.begin_anew()


def _options(options: UiOptions, masks: Masks) -> UiOptions:
    return replace(
        options,
        caller_id=None if options.caller_id is None else masks.party(options.caller_id),
        presets=tuple(
            replace(preset, params=_masked(preset.params, masks)) for preset in options.presets
        ),
    )


def _masked(params: Mapping[str, object], masks: Masks) -> dict[str, object]:
    found = masked(params, masks)
    return found if isinstance(found, dict) else {}


def real(value: object, masks: Masks) -> object:
    """The same with every mask replaced by what it stands for, at any depth."""
    if isinstance(value, str):
        found = masks.real(value)
        return value if found is None else found
    if isinstance(value, Mapping):
        return {masks.real(name) or name: real(inner, masks) for name, inner in value.items()}
    return [real(each, masks) for each in value] if isinstance(value, list | tuple) else value


def _real(params: Mapping[str, object], masks: Masks) -> dict[str, object]:
    found = real(params, masks)
    return found if isinstance(found, dict) else {}


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
        return _masked(self._memory.of(action), self._masks)

    def keep(self, action: str, params: Mapping[str, object]) -> str | None:
        return self._memory.keep(action, _real(params, self._masks))

    def of_desk(self, name: str) -> object:
        return super().of_desk(name) if _is_typed(name) else self._memory.of_desk(name)

    def keep_of_desk(self, name: str, value: object) -> str | None:
        """What is typed into filters while masks are shown makes no sense without them."""
        if _is_typed(name):
            return super().keep_of_desk(name, value)
        return self._memory.keep_of_desk(name, value)


def _is_typed(name: str) -> bool:
    return name.startswith("filters.")


class MaskedOperator:
    """Asks the real operator about the real things, and masks the answers."""

    def __init__(self, operator: Operator, masks: Masks) -> None:
        self._operator = operator
        self._masks = masks

    async def execute(self, intent: Intent) -> CommandDone:
        """The command as it is meant."""
        meant = replace(intent, params=_real(intent.params, self._masks))
        done = await self._operator.execute(meant)
        message = self._masks.sentence(done.message)
        return done._replace(message=message, data=_masked(done.data, self._masks))

    async def health(self) -> Health:
        """Of the engine; there is nobody in it."""
        return await self._operator.health()

    async def reconcile(self) -> Reconciled:
        """What was found, masked."""
        return self._reconciled(await self._operator.reconcile())

    async def check(self, call_control_id: str) -> Reconciled:
        """What was found, masked."""
        return self._reconciled(await self._operator.check(call_control_id))

    async def query(self, action: str, params: Mapping[str, object] | None = None) -> QueryAnswer:
        """The answer, masked, but for applications."""
        meant = None if params is None else _real(params, self._masks)
        answer = await self._operator.query(action, meant)
        if action.startswith(_PLAIN_ANSWERS):
            return answer
        return replace(
            answer,
            message=self._masks.sentence(answer.message),
            data=masked(answer.data, self._masks),
        )

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        """Tags that were there keep their real words."""
        known = None if tags is None else [self._masks.real(tag) or tag for tag in tags]
        await self._operator.annotate(
            call, note=note, tags=known, ring_back=ring_back, operator=operator
        )

    async def use_connection(self, connection_id: str) -> None:
        """Nothing in it needs a mask."""
        await self._operator.use_connection(connection_id)

    async def requests(self) -> tuple[Asked, ...]:
        """What was asked, masked."""
        import msgspec

        return tuple(
            msgspec.structs.replace(
                each,
                message=self._masks.sentence(each.message),
                query={name: self._masks.sentence(value) for name, value in each.query.items()},
            )
            for each in await self._operator.requests()
        )

    async def media(self) -> tuple[StreamHealth, ...]:
        """Nothing in it needs a mask."""
        return await self._operator.media()

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        """What was done, in words."""
        return await self._operator.save_audio(call_control_id, path)

    async def aclose(self) -> None:
        """Ends the way to the engine."""
        await self._operator.aclose()

    def _reconciled(self, found: Reconciled) -> Reconciled:
        said = self._masks.sentence
        extra = {
            name: [said(str(each)) for each in value] if isinstance(value, list | tuple) else value
            for name, value in found.extra.items()
        }
        return replace(found, message=said(found.message), extra=extra)
