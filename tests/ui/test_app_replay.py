"""Sending recorded webhooks again from the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from textual.widgets import Checkbox, Input

from console.errors import EngineError, UsageError
from console.replaying import ReplayOrder, ReplayOutcome
from console.ui.dialogs.replay import ReplayDialog
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of

TARGET = "http://127.0.0.1:8000/hook"


class Replayer:
    """What an operator with an engine adds: every second delivery is refused."""

    def __init__(self, desk: Desk) -> None:
        self.orders: list[ReplayOrder] = []
        self.statuses: list[int | None] = [200, 200, 200, 200]
        self.error: str | None = None
        self.gate: asyncio.Event | None = None
        self.closed = False
        operator = desk.operator
        operator.replay = self.replay  # type: ignore[attr-defined]

    async def replay(self, order: ReplayOrder) -> AsyncGenerator[ReplayOutcome]:
        self.orders.append(order)
        try:
            for seq, status in zip(order.seqs, self.statuses, strict=False):
                yield ReplayOutcome(
                    seq=seq,
                    event_id="e",
                    event_type="call.initiated",
                    status=status,
                    error="" if status else "connection refused",
                    signed_with="KEY=" if order.resign else "",
                )
                if self.gate is not None:
                    await self.gate.wait()
            if self.error is not None:
                raise EngineError(self.error)
        finally:
            self.closed = True


def frame(desk: Desk) -> str:
    """All that is written in the dialog."""
    assert isinstance(desk.app.screen, ReplayDialog)
    return text_of(desk.app.screen.query_one("#dialog"))


def words(desk: Desk) -> str:
    """The same without the frame and however it is wrapped."""
    return " ".join(frame(desk).replace("│", " ").split())


async def to(desk: Desk, target: str = TARGET) -> None:
    """Types where to."""
    desk.app.screen.query_one("#replay-target", Input).value = target
    await desk.settled()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_replay_of_a_call_asks_with_count_and_target(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """Several are sent after a second enter; each outcome and the sum are shown."""
    async with open_desk(size=size) as desk:
        replayer = Replayer(desk)
        replayer.statuses = [200, None]
        await desk.answered()

        await desk.press("ctrl+r")
        assert "2 webhooks: call.initiated, call.answered" in frame(desk)
        await to(desk)
        await desk.press("enter")
        assert replayer.orders == []
        assert "Send 2 webhooks" in frame(desk)
        assert TARGET in frame(desk).replace("\n", "")
        await desk.press("enter")
        await desk.settled()

        assert [order.target for order in replayer.orders] == [TARGET]
        assert len(replayer.orders[0].seqs) == 2
        assert "1 of 2 taken, 1 not" in frame(desk)
        assert "no answer" in frame(desk)
        assert "connection refused" in frame(desk)
        await desk.press("escape")
        assert desk.is_on_top


async def test_replay_of_one_event_is_sent_at_once_and_signed(desk: Desk) -> None:
    """The event under the cursor of the timeline; the development key's public half is shown."""
    replayer = Replayer(desk)
    await desk.answered()
    await desk.press("2", "home", "ctrl+r")
    assert "Replay call.initiated" in str(desk.app.screen.query_one("#dialog").border_title)
    await to(desk)
    desk.app.screen.query_one("#replay-resign", Checkbox).value = True
    await desk.settled()

    await desk.press("enter")
    await desk.settled()

    (order,) = replayer.orders
    assert order.resign
    assert len(order.seqs) == 1
    assert "1 of 1 taken" in frame(desk)
    assert "public key: KEY=" in frame(desk)


async def test_replay_remembers_where_to_without_its_query(desk: Desk) -> None:
    """The next dialog begins with the last target; a token in it is not kept."""
    Replayer(desk)
    await desk.ringing()
    await desk.press("ctrl+r")
    await to(desk, f"{TARGET}?token=x")
    await desk.press("enter")
    await desk.settled()
    await desk.press("escape", "ctrl+r")

    assert desk.app.screen.query_one("#replay-target", Input).value == TARGET


async def test_replay_says_what_is_wrong_with_the_input(desk: Desk) -> None:
    """No address and no speed are told before anything is sent."""
    replayer = Replayer(desk)
    await desk.ringing()
    await desk.press("ctrl+r", "enter")
    assert "type where to" in frame(desk)
    await to(desk)
    desk.app.screen.query_one("#replay-speed", Input).value = "quick"
    await desk.settled()

    await desk.press("enter")

    assert "a speed is 1 for the original pauses" in frame(desk)
    assert replayer.orders == []


async def test_replay_ends_with_its_dialog(desk: Desk) -> None:
    """Escape while it sends ends the sending."""
    replayer = Replayer(desk)
    replayer.gate = asyncio.Event()
    await desk.answered()
    await desk.press("ctrl+r")
    await to(desk)
    await desk.press("enter", "enter")
    await desk.press("escape")
    await desk.settled()

    assert desk.is_on_top
    assert replayer.closed


async def test_replay_tells_why_the_engine_ended_it(desk: Desk) -> None:
    """What was sent until then is still counted."""
    replayer = Replayer(desk)
    replayer.error = "the engine went away while it was sending"
    await desk.ringing()
    await desk.press("ctrl+r")
    await to(desk)
    await desk.press("enter")
    await desk.settled()

    assert "the engine went away" in words(desk)


async def test_replay_says_why_it_cannot_be(open_desk: OpenDesk) -> None:
    """Without an engine that can, without a call, and where nothing may be sent."""
    async with open_desk(size=(100, 30)) as desk:
        await desk.ringing()
        await desk.press("ctrl+r")
        assert "there is no engine that could send" in desk.notices
    async with open_desk(UiOptions(read_only=True), size=(100, 30)) as desk:
        Replayer(desk)
        await desk.ringing()
        await desk.press("ctrl+r")
        assert "read-only" in desk.notices
        assert desk.is_on_top


async def test_replay_is_sent_with_enter_from_every_field(desk: Desk) -> None:
    """As its frame says; space ticks the box, and a button does what it says."""
    replayer = Replayer(desk)
    await desk.ringing()
    await desk.press("2", "home", "ctrl+r")
    await to(desk)
    await desk.press("tab", "tab", "space", "enter")
    await desk.settled()
    assert [order.resign for order in replayer.orders] == [True]
    desk.app.screen.query_one("#cancel").focus()
    await desk.press("enter")
    assert desk.is_on_top
    assert len(replayer.orders) == 1


class Editor:
    """What the operator's editor makes of a text, and whether it had the terminal."""

    def __init__(self, *texts: bytes | None) -> None:
        self.texts = [*texts]
        self.given: list[bytes] = []
        self.has_terminal = False
        self.had_terminal: list[bool] = []
        self.error = ""

    def __call__(self, text: bytes) -> bytes | None:
        self.given.append(text)
        self.had_terminal.append(self.has_terminal)
        if self.error:
            raise UsageError(self.error)
        return self.texts.pop(0)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """In place of Textual's `suspend`, which a screen without a terminal does not have."""
        self.has_terminal = True
        yield
        self.has_terminal = False


@asynccontextmanager
async def replaying_one(
    open_desk: OpenDesk, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Desk, Replayer]]:
    """A dialog about one event, with where to typed."""
    async with open_desk(UiOptions(edit=editor), size=(80, 24)) as desk:
        monkeypatch.setattr(desk.app, "suspend", editor.lent)
        replayer = Replayer(desk)
        await desk.ringing()
        await desk.press("2", "home", "ctrl+r")
        await to(desk)
        yield desk, replayer


async def test_replay_sends_what_was_edited_and_says_so(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature does not match any more; edited again it goes on from there; as recorded is as recorded."""
    editor = Editor(b'{"data": 1}', b'{"data": 2}')
    async with replaying_one(open_desk, editor, monkeypatch) as (desk, replayer):
        assert "body: as it was recorded" in frame(desk)
        assert "f4 edit" in str(desk.app.screen.query_one("#dialog").border_subtitle)
        await desk.press("f4")
        assert "body: EDITED, 11 bytes" in frame(desk)
        assert "does not match any more: sign anew, below" in words(desk)
        await desk.press("f4", "enter")
        await desk.settled()
        assert editor.given[1] == b'{"data": 1}'
        assert editor.had_terminal == [True, True]
        assert replayer.orders[-1].body == b'{"data": 2}'

        editor.texts = [editor.given[0]]
        await desk.press("f4", "enter")
        await desk.settled()
        assert "body: as it was recorded" in frame(desk)
        assert replayer.orders[-1].body is None


async def test_replay_tells_what_the_editor_did(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changed, nested without end, no JSON, and an editor that is not there."""
    editor = Editor(None, b"[" * 100_000, b"no json")
    async with replaying_one(open_desk, editor, monkeypatch) as (desk, replayer):
        await desk.press("f4")
        assert "body: as it was recorded" in frame(desk)
        await desk.press("f4")
        assert "what you wrote is no JSON (maximum recursion" in desk.notices
        await desk.press("f4")
        assert "what you wrote is no JSON (Expecting" in desk.notices
        editor.error = "the editor failed"
        await desk.press("f4")
        assert "the editor failed" in desk.notices
        assert not editor.has_terminal
        await desk.press("enter")
        await desk.settled()
        assert replayer.orders[0].body == b"no json"


async def test_replay_says_why_a_body_cannot_be_edited(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one, a masked one, and a terminal that cannot be lent."""
    editor = Editor()
    async with open_desk(UiOptions(edit=editor), size=(80, 24)) as desk:
        Replayer(desk)
        await desk.answered()
        await desk.press("ctrl+r", "f4")
        assert "only a single one can be edited" in desk.notices
        await desk.press("escape", "2", "home", "ctrl+r", "f4")
        assert "this terminal cannot be lent to an editor" in desk.notices
        monkeypatch.setattr(desk.app.services, "redacted", True)
        await desk.press("f4")
        assert "what is masked cannot be edited" in desk.notices
        monkeypatch.undo()
    assert editor.given == []
