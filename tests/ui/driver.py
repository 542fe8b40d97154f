"""Drives the real screen as an operator would, over a journal in memory and a fake engine.

`desk.event(...)` is a webhook, `desk.press(...)` are keys, `desk.settled()` is the moment everything has been drawn,
`desk.dialog.shows(...)` reads the open dialog. Nothing waits for a clock.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, Input

from console.domain.entries import Annotated, CommandDone, Draft, Entry, Intent, Kind, Micros
from console.domain.legs import Leg
from console.domain.times import iso
from console.errors import EngineError, OutcomeUnknown, UsageError
from console.journal.records import annotation_draft
from console.operator import (
    Asked,
    Health,
    LifeState,
    LifeStatus,
    QueryAnswer,
    Reconciled,
    StreamHealth,
)
from console.standing import Reach, TakingAnswer
from console.store.store import Store
from console.telnyx.envelope import decode
from console.ui.app import ConsoleApp
from console.ui.dialogs.base import CommandDialog
from console.ui.options import UiOptions
from tests.ui.memory import MemoryJournal

START: Micros = 1_795_000_000_000_000
SECOND: Micros = 1_000_000


CALLER: dict[str, object] = {
    "from": "+13125550101",
    "to": "+18005550100",
    "direction": "incoming",
}


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now: Micros = START

    def __call__(self) -> Micros:
        return self.now


class FakeLife:
    """An engine that runs as soon as it is asked for."""

    def __init__(self) -> None:
        self.left = False
        self.tell: Callable[[LifeStatus], None] = lambda _status: None

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        self.tell = on_status
        on_status(LifeStatus(LifeState.RUNNING, "the engine runs"))
        await asyncio.Event().wait()

    async def leave(self) -> None:
        self.left = True


@dataclass(frozen=True)
class FakeContact:
    name: str
    destination: str


class FakeContacts:
    """A small address book with the rules of the real one, without telephone libraries."""

    def __init__(self, *contacts: FakeContact) -> None:
        self._contacts = contacts

    def find(self, text: str) -> list[FakeContact]:
        wanted = text.casefold()
        return [c for c in self._contacts if wanted in f"{c.name} {c.destination}".casefold()]

    def destination(self, text: str) -> str:
        for contact in self._contacts:
            if contact.name.casefold() == text.strip().casefold():
                return contact.destination
        number = text.replace(" ", "")
        if number.startswith("sip:") or (
            number[:1] == "+" and number[1:].isdigit() and len(number) > 7
        ):
            return number
        raise UsageError(f"{text} is not a destination")

    def name_of(self, destination: str) -> str | None:
        return next((c.name for c in self._contacts if c.destination == destination), None)


class FakeOperator:
    """Records intents, and writes into the journal what an engine would."""

    def __init__(self, journal: MemoryJournal, clock: Clock) -> None:
        self.sent: list[Intent] = []
        self.refusal: CommandDone | None = None
        self.lost: str | None = None
        self.vanishes = False
        """Whether the engine goes away after it was handed a command."""
        self.gate: asyncio.Event | None = None
        self.reconciled = 0
        self.checked: list[str] = []
        self.queries: list[tuple[str, dict[str, object]]] = []
        self.answers: dict[str, QueryAnswer] = {}
        self.streams: tuple[StreamHealth, ...] = ()
        self.saved: list[tuple[str, str | None]] = []
        self.written: list[tuple[str, str | None, Sequence[str] | None, bool | None]] = []
        self.asked: tuple[Asked, ...] = ()
        self.closed = False
        self.takings: dict[str, TakingAnswer] = {}
        self.state = Health(
            pid=1,
            version="0",
            started_at=START,
            journal="memory",
            webhook_url="http://127.0.0.1:8080/webhooks",
            base_url="http://127.0.0.1:9/v2",
            public_key=True,
            api_key=True,
            connection_id="1494404757140276705",
        )
        self._journal = journal
        self._clock = clock

    def refuses(self, code: str, message: str, status: int = 422) -> None:
        """Telnyx says no from now on."""
        self.refusal = CommandDone("", "", None, False, status, code, message, 80.0, 1, {})

    def hold(self) -> None:
        """Commands are on their way until `release`."""
        self.gate = asyncio.Event()

    def release(self) -> None:
        assert self.gate is not None
        self.gate.set()

    async def execute(self, intent: Intent) -> CommandDone:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.sent.append(intent)
        if self.vanishes:
            raise OutcomeUnknown("the engine went away; whether it was sent is not known")
        self._write(
            Kind.COMMAND, intent, {"params": dict(intent.params), "operator": intent.operator}
        )
        if self.gate is not None:
            await self.gate.wait()
        done = self.refusal or CommandDone("", "", None, True, 200, None, "", 90.0, 1, {})
        done = done._replace(
            command_id=intent.command_id,
            action=intent.action,
            call_control_id=intent.call_control_id,
        )
        outcome = {key: getattr(done, key) for key in done._fields[3:]}
        self._write(Kind.OUTCOME, intent, outcome)
        return done

    def _write(self, kind: Kind, intent: Intent, more: Mapping[str, object]) -> None:
        body = {
            "command_id": intent.command_id,
            "action": intent.action,
            "call_control_id": intent.call_control_id,
            **more,
        }
        self._journal.append(
            Draft(
                kind=kind,
                received_at=self._clock(),
                body=json.dumps(body).encode(),
                call_control_id=intent.call_control_id,
            )
        )

    async def health(self) -> Health:
        if self.lost is not None:
            raise EngineError(self.lost)
        return self.state

    async def reconcile(self) -> Reconciled:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.reconciled += 1
        return Reconciled(ok=True, message="2 calls are live, nothing was missing")

    async def check(self, call_control_id: str) -> Reconciled:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.checked.append(call_control_id)
        return Reconciled(ok=True, message="as Telnyx has it")

    async def query(self, action: str, params: Mapping[str, object] | None = None) -> QueryAnswer:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.queries.append((action, dict(params or {})))
        return self.answers.get(action, QueryAnswer(ok=True, status=200, data=[]))

    async def use_connection(self, connection_id: str) -> None:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.state = replace(self.state, connection_id=connection_id)

    async def self_test(self, url: str | None = None) -> Reach:
        return Reach(url=url or "", ok=True, sentence="leads here")

    async def webhook_url(self, deed: str, **about: object) -> TakingAnswer:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.queries.append((f"webhook_url.{deed}", dict(about)))
        return self.takings.get(deed, TakingAnswer(ok=True, sentence=f"done: {deed}"))

    async def media(self) -> tuple[StreamHealth, ...]:
        if self.lost is not None:
            raise EngineError(self.lost)
        return self.streams

    async def requests(self) -> tuple[Asked, ...]:
        if self.lost is not None:
            raise EngineError(self.lost)
        return self.asked

    async def save_audio(self, call_control_id: str, path: str | None) -> str:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.saved.append((call_control_id, path))
        return "stopped saving" if path is None else f"saving to {path}"

    async def annotate(
        self,
        call: str,
        *,
        note: str | None = None,
        tags: Sequence[str] | None = None,
        ring_back: bool | None = None,
        operator: str = "",
    ) -> None:
        if self.lost is not None:
            raise EngineError(self.lost)
        self.written.append((call, note, tags, ring_back))
        kept = None if tags is None else tuple(tags)
        key = str(len(self.written))
        said = Annotated(key, call, None, self._clock(), note, kept, ring_back, operator)
        self._journal.append(annotation_draft(said))

    async def aclose(self) -> None:
        self.closed = True


class DialogView:
    """The dialog on top, as a person sees it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def screen(self) -> CommandDialog:
        screen = self._desk.app.screen
        assert isinstance(screen, CommandDialog), f"no dialog is open, but {screen}"
        return screen

    @property
    def is_open(self) -> bool:
        return isinstance(self._desk.app.screen, CommandDialog)

    @property
    def text(self) -> str:
        """All that is written in the frame, title included."""
        return text_of(self.screen.query_one("#dialog"))

    def shows(self, *words: str) -> DialogView:
        for word in words:
            assert word in self.text, f"{word!r} is not in\n{self.text}"
        return self

    def focus_is(self, label: str) -> DialogView:
        focused = self.screen.focused
        assert isinstance(focused, Button), focused
        assert str(focused.label) == label
        return self

    @property
    def can_confirm(self) -> bool:
        return not self.screen.query_one("#confirm", Button).disabled

    def field(self, name: str) -> Input:
        return self.screen.query_one(f"#{name}", Input)

    async def confirm(self) -> None:
        """Presses the button that sends, whether it is on or off."""
        self.screen.action_confirm()
        await self._desk.settled()


@dataclass
class Desk:
    """One running screen."""

    app: ConsoleApp
    journal: MemoryJournal
    operator: FakeOperator
    life: FakeLife
    clock: Clock
    pilot: Pilot[None] = field(init=False)
    errors_expected: bool = False

    def __post_init__(self) -> None:
        self.dialog = DialogView(self)
        self._said: dict[str, dict[str, object]] = {}
        self._sessions: dict[str, str] = {}

    # -- what happens outside

    async def event(
        self,
        event_type: str,
        call: str = "A",
        *,
        session: str | None = None,
        settle: bool = True,
        **payload: object,
    ) -> Entry:
        """A webhook about the call, one second after the last thing that happened; what it says of a call stays."""
        if "from_" in payload:
            payload["from"] = payload.pop("from_")
        known = self._said.setdefault(call, dict(CALLER))
        known.update({name: payload[name] for name in CALLER if name in payload})
        session = self._sessions.setdefault(call, session or f"session-{call}")
        self.clock.now += SECOND
        entry = self.journal.append(
            webhook(
                event_type,
                self.clock.now,
                call_control_id=f"v3:{call}",
                call_leg_id=f"leg-{call}",
                call_session_id=session,
                **{**known, **payload},
            )
        )
        if settle:
            await self.settled()
        return entry

    async def ringing(self, call: str = "A", **more: Any) -> None:
        """An incoming call that waits."""
        await self.event("call.initiated", call, state="parked", **more)

    async def answered(self, call: str = "A", **more: Any) -> None:
        """An incoming call that was answered."""
        await self.ringing(call, settle=False, **more)
        await self.event("call.answered", call, **more)

    async def ended(self, call: str = "A", **more: Any) -> None:
        """The far end hangs up."""
        await self.event(
            "call.hangup", call, hangup_cause="normal_clearing", hangup_source="caller", **more
        )

    async def seconds(self, count: int) -> None:
        """Time passes."""
        self.clock.now += count * SECOND
        self.app.desk.news.second()
        await self.settled()

    # -- what the operator does and sees

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def type(self, text: str) -> None:
        names = {
            " ": "space",
            "+": "plus",
            ":": "colon",
            "!": "exclamation_mark",
            "@": "at",
            ".": "full_stop",
        }
        await self.pilot.press(*(names.get(char, char) for char in text))
        await self.settled()

    async def settled(self) -> None:
        """Every key is dealt with, what was written to the journal is read, and what changed is drawn."""
        while not self.app.key_order.is_idle:
            await self.pilot.pause()
        for _ in range(2):
            self.app.desk.feed.look()
            await self.pilot.pause()

    async def selects(self, call: str) -> None:
        self.app.desk.calls.select(f"v3:{call}")
        await self.settled()

    @property
    def selected(self) -> str | None:
        key = self.app.desk.calls.selected
        return key.removeprefix("v3:") if key is not None else None

    def leg(self, call: str = "A") -> Leg | None:
        return self.app.services.store.leg(f"v3:{call}")

    @property
    def sent(self) -> list[tuple[str, str | None, dict[str, object]]]:
        """What was handed to the engine: action, call, parameters."""
        return [
            (
                i.action,
                i.call_control_id.removeprefix("v3:") if i.call_control_id else None,
                dict(i.params),
            )
            for i in self.operator.sent
        ]

    @property
    def is_on_top(self) -> bool:
        """Whether nothing lies over the desk."""
        return self.app.screen.id == "desk"

    @property
    def notices(self) -> str:
        """Every notice so far, newest first."""
        return "\n".join(f"{n.title}: {n.text}" for n in self.app.services.notices.all())

    @property
    def text(self) -> str:
        """The whole desk as text."""
        return text_of(self.app.desk)

    def pane(self, name: str) -> str:
        return text_of(self.app.desk.query_one(f"#pane-{name}"))


def text_of(widget: Widget) -> str:
    """A widget with its descendants as the lines on the screen."""
    screen = widget.screen
    region = widget.region
    lines = [strip.text for strip in screen._compositor.render_strips()]
    return "\n".join(
        line.rstrip()
        for line in (
            _cells(lines[y], region.x, region.right)
            for y in range(region.y, min(region.bottom, len(lines)))
        )
    )


def _cells(line: str, start: int, end: int) -> str:
    """The part of a line between two cells; good enough where wide characters stand at its end."""
    return line[start:end]


def webhook(event_type: str, at: Micros, **payload: object) -> Draft:
    """A signed webhook as the journal keeps it."""
    body = {
        "data": {
            "record_type": "event",
            "event_type": event_type,
            "id": str(uuid.uuid4()),
            "occurred_at": iso(at),
            "payload": payload,
        },
        "meta": {"attempt": 1, "delivered_to": "http://127.0.0.1:8080/webhooks"},
    }
    raw = json.dumps(body).encode()
    event = decode(raw)
    return Draft(
        kind=Kind.WEBHOOK,
        received_at=at,
        body=raw,
        verified=True,
        event_key=event.key,
        event_id=event.id,
        event_type=event.type,
        occurred_at=event.occurred_at,
        call_control_id=event.call_control_id,
        call_leg_id=event.call_leg_id,
        call_session_id=event.call_session_id,
        attempt=event.attempt,
        headers=(("content-type", "application/json"),),
    )


def new_desk(options: UiOptions | None = None, *contacts: FakeContact) -> Desk:
    """A desk that has not been started."""
    clock, journal, life = Clock(), MemoryJournal(), FakeLife()
    operator = FakeOperator(journal, clock)
    store = Store(journal, clock=clock)
    base = options or UiOptions()
    given = replace(base, clock=clock, refresh_hz=1.0, health_every_s=3600.0)
    app = ConsoleApp(store, operator, life, given, FakeContacts(*contacts))
    return Desk(app=app, journal=journal, operator=operator, life=life, clock=clock)


__all__ = ["Desk", "FakeContact", "Region", "new_desk", "text_of", "webhook"]
