"""The lists as widgets: selection by key, place under the cursor, no layout, following, goldens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from console.domain.entries import Entry, Fact
from console.domain.filter import parse
from console.domain.legs import LegState
from console.domain.timeline import TimelineLine
from console.ui.presenters.calls import CallsView
from console.ui.presenters.event_head import HeadItem
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.legs import Look
from console.ui.widgets.calls import CallTable
from console.ui.widgets.event_view import EventView
from console.ui.widgets.line_list import LineList
from console.ui.widgets.opened import EntryOpened
from console.ui.widgets.tail import EventTail
from console.ui.widgets.timeline import TimelinePane
from tests.fixtures.clock import utc
from tests.fixtures.golden import drawn, same_as_golden
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, SECOND, StillBoard, desk_legs, entry, event, leg, refused

SIZES = [(60, 16), (80, 24), (140, 36)]
NAMES = {"+18005550100": "Support", "sip:ann@example.com": "Ann"}
LOOK = Look(name_of=NAMES.get)

T = TypeVar("T", bound=Widget)


class Bench(App[None]):
    """One widget alone on the screen, and every message that it posts for others."""

    CSS = "Screen { layers: base; }"

    def __init__(self, widget: Widget, *, theme: str | None = None) -> None:
        super().__init__()
        self._widget = widget
        self._theme_name = theme
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._widget

    def on_mount(self) -> None:
        if self._theme_name is not None:
            self.theme = self._theme_name
        self._widget.focus()

    def on_call_table_highlighted(self, message: CallTable.Highlighted) -> None:
        self.said.append(message)

    def on_call_table_activated(self, message: CallTable.Activated) -> None:
        self.said.append(message)

    def on_entry_opened(self, message: EntryOpened) -> None:
        self.said.append(message)

    def on_event_tail_follow_changed(self, message: EventTail.FollowChanged) -> None:
        self.said.append(message)


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    """Clocks on the screen are local; here they are the same everywhere."""
    with utc():
        yield


@contextmanager
def counted_layouts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Every layout of a screen while the block runs."""
    layouts: list[object] = []
    original = Screen._refresh_layout

    def counting(self: Screen[object], *args: object, **kwargs: object) -> None:
        layouts.append(self)
        original(self, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Screen, "_refresh_layout", counting)
        yield layouts


def calls_of(*legs: object) -> tuple[StillBoard, CallTable]:
    """A table over a board; the legs of the desk unless others are given."""
    board = StillBoard([*desk_legs()] if not legs else [each for each in legs if each is not None])  # type: ignore[misc]
    return board, CallTable(CallsView(board.as_board()), look=LOOK)


def row_on(widget: LineList[str], words: str) -> int:
    """The line of the screen that shows the words."""
    return next(y for y, line in enumerate(drawn(widget)) if words in line)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_call_table_golden(size: tuple[int, int]) -> None:
    """Every sort of leg, the first one selected."""
    _board, table = calls_of()
    async with Bench(table).run_test(size=size) as pilot:
        table.tick(NOW)
        await pilot.pause()

        assert same_as_golden(f"widget_calls_{size[0]}x{size[1]}", drawn(table))


async def test_call_table_ascii_golden() -> None:
    """With ASCII signs nothing else is drawn."""
    table = CallTable(CallsView(StillBoard(desk_legs()).as_board()), look=Look(glyphs=ASCII))
    async with Bench(table).run_test(size=(120, 20)) as pilot:
        table.tick(NOW)
        await pilot.pause()

        assert same_as_golden("widget_calls_ascii", drawn(table))


async def test_selection_is_a_key_and_keeps_its_line() -> None:
    """Callers who come in above scroll the list, not the call under the cursor."""
    legs = [
        leg(f"k{n}", LegState.BRIDGED, ago_s=500 - n, from_=f"+1312555{n:04}") for n in range(60)
    ]
    board, table = calls_of(*legs)
    async with Bench(table).run_test(size=(80, 20)) as pilot:
        table.tick(NOW)
        for _ in range(12):
            await pilot.press("j")
        before = row_on(table, "+1 312 555 0012")
        assert table.selected == "k12"

        table.refresh_rows(board.put(leg("new1", ago_s=9), leg("new2", ago_s=8)), NOW)
        await pilot.pause()

        assert table.selected == "k12"
        assert row_on(table, "+1 312 555 0012") == before
        assert drawn(table)[before].startswith("▶")
        assert drawn(table)[0].startswith("▲")


async def test_call_that_moves_takes_the_cursor_along() -> None:
    """The selected call is answered and goes down the list; it stays selected."""
    board, table = calls_of()
    async with Bench(table).run_test(size=(100, 30)) as pilot:
        table.tick(NOW)
        table.select("ringing")

        table.refresh_rows(board.put(leg("ringing", LegState.ENDED, ago_s=42)), NOW)
        await pilot.pause()

        assert table.selected == "ringing"
        assert "✕ ended" in drawn(table)[row_on(table, "▶")]


async def test_vanished_call_leaves_nothing_selected() -> None:
    """A key press must not reach the row that slid under the cursor; moving selects again."""
    board, table = calls_of()
    app = Bench(table)
    async with app.run_test(size=(100, 30)) as pilot:
        table.tick(NOW)
        table.select("late")
        del board.legs["late"]

        table.refresh_rows({"late"}, NOW)
        await pilot.pause()

        assert table.selected is None
        assert isinstance(app.said[-1], CallTable.Highlighted)
        assert app.said[-1].key is None
        await pilot.press("enter")
        assert not any(isinstance(each, CallTable.Activated) for each in app.said)
        await pilot.press("down")
        assert table.selected == "dialing"


async def test_first_call_in_an_empty_list_is_selected() -> None:
    """So that its keys work at once."""
    board, table = calls_of(None)
    async with Bench(table).run_test(size=(80, 20)) as pilot:
        assert "no calls" in drawn(table)[1]

        table.refresh_rows(board.put(leg("a")), NOW)
        await pilot.pause()

        assert table.selected == "a"
        assert "no calls" not in "".join(drawn(table))


async def test_merged_leg_stays_selected_under_its_new_key() -> None:
    """First known by its call_leg_id only."""
    board, table = calls_of(leg("leg:77", call_control_id=None, call_leg_id="77"), leg("other"))
    async with Bench(table).run_test(size=(80, 20)) as pilot:
        table.tick(NOW)
        table.select("leg:77")
        del board.legs["leg:77"]
        board.put(leg("v3:77", call_leg_id="77"))

        table.refresh_rows({"leg:77", "v3:77"}, NOW)
        await pilot.pause()

        assert table.selected == "v3:77"


async def test_keys_mouse_and_enter() -> None:
    """Arrows, vi keys, pages, ends, click, double click, Enter."""
    legs = [leg(f"k{n:02}", ago_s=100 - n) for n in range(40)]
    _board, table = calls_of(*legs)
    app = Bench(table)
    async with app.run_test(size=(80, 11)) as pilot:
        selected = []
        for key in ("G", "k", "up", "home", "j", "pagedown", "pageup", "end", "home"):
            await pilot.press(key)
            selected.append(table.selected)
        assert selected == ["k39", "k38", "k37", "k00", "k01", "k10", "k01", "k39", "k00"]

        await pilot.click(table, offset=(10, 4))
        assert table.selected == "k03"
        await pilot.click(table, offset=(10, 5), times=2)
        assert table.selected == "k04"
        await pilot.press("enter")
        activated = [each.key for each in app.said if isinstance(each, CallTable.Activated)]
        assert activated == ["k04", "k04"]
        await pilot.click(table, offset=(10, 0))
        assert table.selected == "k04"


async def test_wheel_scrolls_without_moving_the_selection() -> None:
    """Three lines a notch."""
    _board, table = calls_of(*(leg(f"k{n:02}", ago_s=100 - n) for n in range(40)))
    async with Bench(table).run_test(size=(80, 11)) as pilot:
        await pilot._post_mouse_events([events.MouseScrollDown], table)

        assert table.scroll_offset.y == 3
        assert table.selected == "k00"


async def test_filter_shows_and_hides() -> None:
    """The list holds only what the filter lets through."""
    _board, table = calls_of()
    async with Bench(table).run_test(size=(100, 20)) as pilot:
        table.set_filter(parse("state:ringing"), NOW)
        await pilot.pause()

        assert [line[4:11] for line in drawn(table)[1:4]] == ["ringing", "no effe", " " * 7]
        table.set_filter(parse("nobody"), NOW)
        await pilot.pause()
        assert "no call matches the filter" in drawn(table)[1]
        table.set_filter(None, NOW)
        await pilot.pause()
        assert table.view.shown == table.view.total


async def test_changes_ask_for_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that change, come and go, clocks and entries: the scroll bar follows, nothing is laid out."""
    board, table = calls_of(*(leg(f"k{n}", ago_s=n) for n in range(100)))
    async with Bench(table).run_test(size=(80, 20)) as pilot:
        table.tick(NOW)
        await pilot.pause()
        with counted_layouts(monkeypatch) as layouts:
            for number in range(100, 110):
                table.refresh_rows(board.put(leg(f"k{number}", ago_s=number)), NOW)
                await pilot.pause()
            table.tick(NOW + SECOND)
            await pilot.pause()

        assert layouts == []
        assert table.virtual_size.height == 111
        assert table.vertical_scrollbar.window_virtual_size == 111
        await pilot.press("G")
        assert table.scroll_offset.y == table.max_scroll_y == 91


async def test_only_lines_that_look_different_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed leg is one drawn line; a leg out of sight is none."""
    legs = [leg(f"k{n:03}", LegState.ENDED, ended_at=NOW - n) for n in range(100)]
    board, table = calls_of(*legs)
    async with Bench(table).run_test(size=(120, 20)) as pilot:
        table.tick(NOW)
        await pilot.pause()
        lines: list[int] = []
        original = table.render_line

        def noting(y: int) -> Strip:
            lines.append(y)
            return original(y)

        monkeypatch.setattr(table, "render_line", noting)

        table.tick(NOW + SECOND)
        await pilot.pause()
        assert lines == []

        board.legs["k003"].hangup_cause = "user_busy"
        board.legs["k003"].version += 1
        board.legs["k080"].version += 1
        table.refresh_rows({"k003", "k080"}, NOW)
        await pilot.pause()

        assert lines == [4]
        assert "user_busy" in drawn(table)[4]


async def test_strips_kept_are_bounded() -> None:
    """However far one scrolls, only about two screens of strips are kept."""
    _board, table = calls_of(*(leg(f"k{n}", ago_s=n) for n in range(500)))
    async with Bench(table).run_test(size=(80, 20)) as pilot:
        for top in range(0, 480, 7):
            table.sync(top=top)
            drawn(table)
        await pilot.pause()

        assert len(table._pen) <= 40


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_every_segment_has_a_background_in_every_theme(theme: str) -> None:
    """Lines are not painted by anybody else; roles have styles in every theme."""
    _board, table = calls_of()
    async with Bench(table, theme=theme).run_test(size=(100, 30)) as pilot:
        table.tick(NOW)
        await pilot.pause()
        for y in range(30):
            strip = table.render_line(y)
            assert strip.cell_length == table.size.width
            for segment in strip:
                assert segment.style is not None
                assert segment.style.bgcolor is not None
                assert segment.style.color is not None


async def test_theme_change_restyles() -> None:
    """Other colours, the same text."""
    _board, table = calls_of()
    app = Bench(table)
    async with app.run_test(size=(100, 30)) as pilot:
        table.tick(NOW)
        await pilot.pause()
        before, text = list(table.render_line(3)), drawn(table)

        app.theme = "textual-light"
        await pilot.pause()

        assert list(table.render_line(3)) != before
        assert drawn(table) == text


async def test_focus_shows_without_colour() -> None:
    """The cursor's mark is another one while the list has no focus."""
    _board, table = calls_of()
    app = Bench(table)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert drawn(table)[1].startswith("▶")

        app.screen.set_focus(None)
        await pilot.pause()

        assert drawn(table)[1].startswith("▷")


def chosen(widget: LineList[int]) -> int | None:
    """The selected row now."""
    return widget.selected


def follows(tail: EventTail) -> bool:
    """Whether it follows now."""
    return tail.following


def is_at_end(pane: LineList[int]) -> bool:
    """Whether its last line is in sight."""
    return pane.scroll_offset.y == pane.max_scroll_y


def pairs(*seqs: int) -> list[tuple[Entry, Fact]]:
    """Entries with these numbers."""
    return [(entry(seq), event(seq)) for seq in seqs]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_tail_golden(size: tuple[int, int]) -> None:
    """Events, a repetition and a refusal, following."""
    tail = EventTail(look=LOOK)
    async with Bench(tail).run_test(size=size) as pilot:
        tail.extend(
            [(entry(1), event(1)), (entry(2, duplicate=True, attempt=2), event(1)), refused(3)]
        )
        tail.extend(
            [(entry(4), event(4, {"from": "+13125550101", "to": "+18005550100",
                                  "hangup_cause": "originator_cancel", "hangup_source": "caller",
                                  "sip_hangup_cause": "487"}, type="call.hangup"))]
        )  # fmt: skip
        await pilot.pause()

        assert same_as_golden(f"widget_tail_{size[0]}x{size[1]}", drawn(tail))


async def test_tail_follows_until_somebody_moves_up_and_end_follows_again() -> None:
    """While held the screen stands still and new entries are counted."""
    tail = EventTail(look=LOOK)
    app = Bench(tail)
    async with app.run_test(size=(100, 12)) as pilot:
        tail.extend(pairs(*range(1, 51)))
        await pilot.pause()
        assert follows(tail)
        assert tail.scroll_offset.y == tail.max_scroll_y == 38

        await pilot.press("up")
        assert not follows(tail)
        assert chosen(tail) == 50
        await pilot.press("up")
        held = drawn(tail)
        tail.extend(pairs(*range(51, 60)))
        await pilot.pause()
        assert drawn(tail) == held
        assert tail.new_count == 9

        await pilot.press("end")
        await pilot.pause()
        assert follows(tail)
        assert tail.new_count == 0
        assert chosen(tail) is None
        assert tail.scroll_offset.y == tail.max_scroll_y == 47
        changes = [(each.following, each.new_count) for each in app.said
                   if isinstance(each, EventTail.FollowChanged)]  # fmt: skip
        assert changes == [(False, 0), (False, 9), (True, 0)]


async def test_tail_held_keeps_its_place_while_the_ring_drops_rows() -> None:
    """The oldest rows go; what is read does not move."""
    tail = EventTail(look=LOOK, limit=100)
    async with Bench(tail).run_test(size=(100, 12)) as pilot:
        tail.extend(pairs(*range(1, 101)))
        await pilot.press("pageup", "up")
        held, selected = drawn(tail), tail.selected

        tail.extend(pairs(*range(101, 131)))
        await pilot.pause()

        assert drawn(tail) == held
        assert tail.selected == selected
        assert tail.dropped == 30


async def test_tail_is_held_by_dragging_the_scroll_bar_upward() -> None:
    """And stays where it was dragged to."""
    tail = EventTail()
    async with Bench(tail).run_test(size=(100, 12)) as pilot:
        tail.extend(pairs(*range(1, 51)))
        tail.scroll_to(y=10, animate=False)
        tail.extend(pairs(51))
        await pilot.pause()

        assert not tail.following
        assert tail.scroll_offset.y == 10


async def test_tail_follows_through_other_sizes_and_filters() -> None:
    """A larger or smaller screen, and fewer rows, are no movement by hand."""
    tail = EventTail()
    async with Bench(tail).run_test(size=(100, 12)) as pilot:
        tail.extend(pairs(*range(1, 51)))
        for size in ((100, 30), (80, 8)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert tail.following
            assert is_at_end(tail)
        tail.set_filter(parse("type:nothing"))
        await pilot.pause()
        tail.set_filter(None)
        await pilot.pause()
        assert tail.following
        assert is_at_end(tail)


async def test_tail_opens_entries() -> None:
    """The selected one; while following, the newest."""
    tail = EventTail()
    app = Bench(tail)
    async with app.run_test(size=(100, 12)) as pilot:
        tail.extend(pairs(1, 2, 3))
        await pilot.press("enter", "up", "up", "enter")

        assert [each.seq for each in app.said if isinstance(each, EntryOpened)] == [3, 2]


async def test_tail_filter() -> None:
    """Only what matches; an unknown type is found by its name."""
    tail = EventTail()
    async with Bench(tail).run_test(size=(100, 12)) as pilot:
        tail.extend([*pairs(1, 2), (entry(3, event_type="call.new"), event(3, type="call.new"))])
        tail.set_filter(parse("type:call.new"))
        await pilot.pause()

        assert sum("call." in line for line in drawn(tail)) == 1


LINES = [
    TimelineLine(seq=1, at=NOW, arrow="◀", title="call.initiated", detail="incoming  parked", leg_label="A"),
    TimelineLine(seq=2, at=NOW + 884_000, offset=884_000, arrow="▶", title="answer", leg_label="A",
                 detail="alice  200  91 ms"),
    TimelineLine(seq=4, at=NOW + 1_311_000, offset=1_311_000, arrow="◀", title="call.answered",
                 leg_label="A", confirms="answer", latency=427_000),
    TimelineLine(seq=6, at=NOW + 4_410_000, offset=4_410_000, arrow="◀", title="call.initiated",
                 detail="outgoing", leg_label="B", deliveries=2, late=True),
    TimelineLine(seq=7, at=NOW + 9_702_000, offset=9_702_000, arrow="▶", title="hangup", leg_label="B",
                 detail="alice  422  the call has ended", problem=True),
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_timeline_golden(size: tuple[int, int]) -> None:
    """Two legs, one of them ended."""
    pane = TimelinePane(look=LOOK)
    async with Bench(pane).run_test(size=size) as pilot:
        pane.show("x", LINES, [leg("a", LegState.ENDED), leg("b", LegState.ANSWERED)])
        await pilot.pause()

        assert same_as_golden(f"widget_timeline_{size[0]}x{size[1]}", drawn(pane))


async def test_timeline_keeps_its_end_in_sight_and_its_selection() -> None:
    """New lines at the end scroll, a selected line holds; another conversation begins anew."""
    pane = TimelinePane()
    app = Bench(pane)
    many = [replace(LINES[0], seq=n, offset=n * SECOND) for n in range(1, 31)]
    async with app.run_test(size=(80, 10)) as pilot:
        pane.show("one", many[:20], [])
        assert is_at_end(pane)
        pane.show("one", many, [])
        assert is_at_end(pane)

        await pilot.press("home", "enter")
        pane.show("one", [*many, replace(LINES[0], seq=99)], [])
        assert chosen(pane) == 1
        assert pane.scroll_offset.y == 0
        assert [each.seq for each in app.said if isinstance(each, EntryOpened)] == [1]

        pane.show("two", [replace(line, seq=line.seq + 500) for line in many], [])
        await pilot.pause()
        assert chosen(pane) is None
        assert is_at_end(pane)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_event_view_golden(size: tuple[int, int]) -> None:
    """Head and JSON; the same after going to the bytes and back."""
    view = EventView()
    body = b'{"data":{"event_type":"call.hangup","id":"event-1","payload":{"cost":1.50,"tags":["a",null,true]}}}'
    raw = entry(1, body=body, remote="203.0.113.9", headers=(("user-agent", "telnyx-webhooks"),),
                call_control_id="v3:abc")  # fmt: skip
    async with Bench(view).run_test(size=size) as pilot:
        view.show(raw, event(1), [raw], [HeadItem("confirms", "hangup, 88 ms")])
        view.toggle_raw()
        assert view.is_raw
        assert any("7b 22 64" in line for line in drawn(view))
        view.toggle_raw()
        await pilot.press("end", "home")

        assert same_as_golden(f"widget_event_{size[0]}x{size[1]}", drawn(view))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
async def test_hostile_text_in_every_list(text: str) -> None:
    """One row stays one row of the exact width, and nothing but drawable characters is in any strip."""
    payload = {"from": text, "to": text, "direction": text, text: text}
    each = leg("x", caller_name=text, from_=text, to=text, queue=text, call_leg_id=text)
    board, table = calls_of(each, leg("e", LegState.ENDED, hangup_cause=text, from_=text))
    tail, pane, view = EventTail(look=LOOK), TimelinePane(), EventView()

    class All(App[None]):
        def compose(self) -> ComposeResult:
            yield from (table, tail, pane, view)

    async with All().run_test(size=(72, 40)) as pilot:
        table.refresh_rows(board.put(each), NOW)
        raw = entry(1, event_type=text, remote=text, headers=((text, text),), event_id=text)
        tail.extend([(raw, event(1, payload, type=text))])
        pane.show(text, [replace(LINES[0], title=text, detail=text, confirms=text)], [each])
        view.show(raw, event(1, payload, type=text, envelope=text))
        await pilot.pause()
        for widget in (table, tail, pane, view):
            lines = widget.render_lines(widget.region.reset_offset)
            assert len(lines) == widget.region.height
            assert all(strip.cell_length == widget.region.width for strip in lines)
            assert all(is_safe(strip.text) for strip in lines)
