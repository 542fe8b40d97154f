"""What the console says by itself: new calls, the engine's life, what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.operator import LifeState, LifeStatus
from console.ui.notices import Notice, Notices
from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, START, Desk, text_of


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every ring of the bell."""
    rung: list[int] = []
    monkeypatch.setattr("console.ui.app.ConsoleApp.bell", lambda _app: rung.append(1))
    return rung


async def test_new_incoming_call_rings_once(desk: Desk, bells: list[int]) -> None:
    """A notice with the number; an outgoing call does not ring."""
    await desk.ringing()
    assert bells == [1]
    assert "Incoming call: +1 312 555 0101" in desk.notices

    await desk.seconds(5)
    await desk.ringing("B", direction="outgoing")

    assert bells == [1]


async def test_bell_can_be_switched_off(open_desk: OpenDesk, bells: list[int]) -> None:
    """The notice stays."""
    async with open_desk(UiOptions(bell=False)) as desk:
        await desk.ringing()

        assert bells == []
        assert "Incoming call" in desk.notices


async def test_many_new_calls_ring_once(desk: Desk, bells: list[int]) -> None:
    """A wave of calls is one bell and one notice."""
    for call in "ABCDEF":
        await desk.ringing(call, settle=False)
    await desk.settled()

    assert bells == [1]
    assert "6 new calls" in desk.notices


async def test_call_that_came_just_after_a_ring_is_told_a_little_later(
    desk: Desk, bells: list[int]
) -> None:
    """Nothing is swallowed by the limit of rings."""
    await desk.ringing("A")
    await desk.ringing("B", from_="+14155550100")
    assert "+1 415 555 0100" not in desk.notices

    await desk.seconds(2)

    assert bells == [1, 1]
    assert "Incoming call: +1 415 555 0100" in desk.notices


def toasts(desk: Desk) -> list[str]:
    """What lies over the screen, from the top."""
    return [text_of(toast) for toast in desk.app.screen.query("Toast")]


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_new_call_is_told_in_the_title_and_lies_over_nothing(
    open_desk: OpenDesk, pane: str
) -> None:
    """Whichever pane is in sight: the line of keys stays free; it is kept to be read again."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.press(pane)
        await desk.ringing()
        assert desk.selected == "A"

        assert not toasts(desk)
        assert desk.text.splitlines()[2].endswith(" incoming: +1 312 555 0101 ─")
        assert "^p commands" in desk.text.splitlines()[-1]
        assert "Incoming call: +1 312 555 0101" in desk.notices

        desk.clock.now += 4 * SECOND
        await desk.seconds(1)
        assert "incoming: " not in desk.text


async def test_new_call_is_told_in_the_title_under_a_dialog(open_desk: OpenDesk) -> None:
    """Beside the filter in force; a dialog has its own keys, and nothing lies over them either."""
    async with open_desk(UiOptions(filter="state:live"), size=(80, 24)) as desk:
        await desk.press("d")
        await desk.ringing()

        assert not toasts(desk)
        assert "incoming: +1 312 555 0101   / sta" in desk.pane("calls")


async def test_new_calls_do_not_pile_up_over_another_screen(open_desk: OpenDesk) -> None:
    """The toast of the latest call takes the place of the one before; it comes rarely, since it lies over keys."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.press("b", "L")
        for call in "ABCD":
            await desk.ringing(call, from_=f"+1312555011{ord(call) % 10}")
            await desk.seconds(4)

        assert len(toasts(desk)) == 2
        assert "no call is selected" in toasts(desk)[0]
        assert "2 new calls, the latest from +1 312 555 0117" in toasts(desk)[1]
        assert [toast.region.y for toast in desk.app.screen.query("Toast")] == [22, 23]
        assert desk.notices.count("Incoming call") == 2
        incoming = [each for each in desk.app._notifications if "Incoming call" in each.message]
        assert [shown.timeout for shown in incoming] == [3.0]


async def test_ctrl_c_says_how_to_leave(desk: Desk) -> None:
    """In words without markup, with the keys as they are."""
    await desk.press("ctrl+c")

    assert desk.notices == ": to leave: q or ^q"
    assert desk.is_on_top


async def test_calls_that_waited_before_the_start_do_not_ring(
    open_desk: OpenDesk, bells: list[int]
) -> None:
    """The desk opens on what is there, in silence."""
    async with open_desk() as first:
        await first.ringing()
        entries = list(first.journal.entries)
    bells.clear()

    def before(desk: Desk) -> None:
        desk.journal.entries.extend(entries)

    async with open_desk(before=before) as desk:
        assert "+1 312 555 0101" in desk.pane("calls")
        assert bells == []


async def test_engine_that_restarts_is_said(desk: Desk) -> None:
    """In a notice and in the status line."""
    desk.life.tell(LifeStatus(LifeState.RESTARTING, "the engine died; starting it again in 2 s"))
    await desk.settled()

    assert "Engine: the engine died" in desk.notices
    assert desk.app.services.health is None


async def test_engine_that_simply_runs_is_no_news(desk: Desk) -> None:
    """The status line is enough; an engine that was found running is said, and so is one that came back."""
    assert "Engine" not in desk.notices

    desk.life.tell(LifeStatus(LifeState.RESTARTING, "starting it again"))
    desk.life.tell(LifeStatus(LifeState.RUNNING, "the engine runs again"))
    desk.life.tell(LifeStatus(LifeState.ATTACHED, "attached to pid 41"))
    await desk.settled()

    assert "the engine runs again" in desk.notices
    assert "attached to pid 41" in desk.notices


async def test_picture_of_the_screen(open_desk: OpenDesk, tmp_path: Path) -> None:
    """An SVG with what is on the screen."""
    path = tmp_path / "desk.svg"
    async with open_desk(UiOptions(screenshot=path, screenshot_after_s=3600)) as desk:
        await desk.ringing()
        desk.app._take_picture()

        assert "Timeline" in path.read_text(encoding="utf-8")


async def test_missing_settings_are_said_once(open_desk: OpenDesk) -> None:
    """Each sentence of the engine once, however often it is asked."""
    sentence = "No API key is set: watching only. Set TELNYX_API_KEY."

    def before(desk: Desk) -> None:
        state = desk.operator.state
        values = {name: getattr(state, name) for name in state.__dataclass_fields__}
        desk.operator.state = type(state)(**{**values, "notices": (sentence,)})

    async with open_desk(before=before) as desk:
        await desk.settled()
        desk.app._watch.ask()
        await desk.settled()

        assert desk.notices.count(sentence) == 1


async def test_notices_can_be_read_again(desk: Desk) -> None:
    """The list has everything that was said, newest first."""
    await desk.ringing()
    await desk.press("b")

    await desk.press("N")

    lines = text_of(desk.app.screen.query_one("#notices"))
    assert lines.index("bridge") < lines.index("Incoming call")
    await desk.press("escape")
    assert desk.is_on_top


async def test_reconcile_says_what_it_found(desk: Desk) -> None:
    """R asks the engine, and its sentence is shown."""
    await desk.press("R")

    assert desk.operator.reconciled == 1
    assert "2 calls are live" in desk.notices


async def test_reconcile_without_engine(desk: Desk) -> None:
    """It says so."""
    desk.operator.lost = "gone"

    await desk.press("R")

    assert "does not answer: gone" in desk.notices


async def test_copy_says_what_it_knows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent to the clipboard, with the size; nobody knows whether it arrived."""
    copied: list[str] = []
    monkeypatch.setattr(desk.app, "copy_to_clipboard", copied.append)
    await desk.ringing()

    await desk.press("y")

    assert copied == ["v3:A"]
    assert "sent to the terminal's clipboard (4 bytes)" in desk.notices


async def test_pin_keeps_and_lets_go(desk: Desk) -> None:
    """The store is told."""
    await desk.ringing()

    await desk.press("p")
    assert desk.app.services.store.pinned == {"v3:A"}
    await desk.press("p")

    assert desk.app.services.store.pinned == frozenset()


def test_repeated_notice_is_counted_not_shown() -> None:
    """Ten seconds long."""
    notices = Notices()

    def say(at: int) -> bool:
        return notices.add(Notice(at=START + at * SECOND, text="x", severity="warning"))

    assert [say(0), say(5), say(16)] == [True, False, True]
    assert [notice.count for notice in notices.all()] == [1, 2]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_pins_are_seen_and_last(
    open_desk: OpenDesk, tmp_path: Path, size: tuple[int, int]
) -> None:
    """A sign beside the state, the word where there is room; the next desk on the journal has them again."""
    options = UiOptions(memory=tmp_path / "memory.json")
    async with open_desk(options, size=size) as desk:
        await desk.ringing()
        await desk.operator.annotate("v3:A", note="x", tags=("vip",))
        await desk.press("p")
        assert "◌◆ringing" in desk.pane("calls")
        await desk.ended()
        row = desk.pane("calls")
        assert "✕◆ended" in row
        assert "#vip 1 note pinned" in row
        entries = list(desk.journal.entries)

    def again(desk: Desk) -> None:
        desk.journal.entries.extend(entries)
        desk.clock.now = entries[-1].received_at

    async with open_desk(options, size=size, before=again) as desk:
        assert desk.app.services.store.pinned == {"v3:A"}
        assert "✕◆ended" in desk.pane("calls")
        await desk.selects("A")
        await desk.press("p")
        assert "◆" not in desk.pane("calls")

    async with open_desk(options, size=size, before=again) as desk:
        assert desk.app.services.store.pinned == frozenset()


async def test_notice_of_any_length_is_whole(open_desk: OpenDesk) -> None:
    """Where its lines break it is as high as it has to be: the last word stays in sight."""
    async with open_desk(size=(80, 24)) as desk:
        for length in range(70, 84):
            desk.app.clear_notifications()
            desk.app.notify(f"{length} {'x' * (length - 8)} end.")
            await desk.settled()

            (toast,) = desk.app.screen.query("Toast")
            assert toast.region.bottom == 24, length
            assert text_of(toast).rstrip().endswith("end."), length
