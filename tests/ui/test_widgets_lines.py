"""The widgets of a fixed number of lines: status, keys, titles, the notice of a terminal that is too small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen

from console.domain.ranks import Counts
from console.operator import LifeState, LifeStatus
from console.ui.presenters.glyphs import ASCII, UNICODE
from console.ui.widgets.keybar import KeyBar, KeyHint
from console.ui.widgets.size_guard import TooSmall, is_too_small
from console.ui.widgets.status import StatusBar
from console.ui.widgets.titles import PaneTitle
from tests.fixtures.clock import utc
from tests.fixtures.golden import drawn, same_as_golden
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import NOW, SECOND, health

SIZES = [(60, 16), (80, 24), (140, 36)]
HINTS = [
    KeyHint("a", "answer"),
    KeyHint("t", "transfer"),
    KeyHint("b", "bridge", enabled=False),
    KeyHint("r", "reject"),
    KeyHint("h", "hang up"),
    KeyHint("d", "dial"),
    KeyHint("/", "filter"),
    KeyHint("↵", "details"),
    KeyHint("?", "help", weight=1),
    KeyHint("^p", "commands", weight=1),
]


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    """Clocks on the screen are local; here they are the same everywhere."""
    with utc():
        yield


class Bench(App[None]):
    """All four, one under the other."""

    def __init__(self, *, plain: bool = False) -> None:
        super().__init__()
        glyphs = ASCII if plain else UNICODE
        self.status = StatusBar(glyphs=glyphs)
        self.pane = PaneTitle("Calls", glyphs=glyphs)
        self.keys = KeyBar(glyphs=glyphs)
        self.small = TooSmall()

    def compose(self) -> ComposeResult:
        yield from (self.status, self.pane, self.keys, self.small)

    def fill(self) -> None:
        """What a desk at work shows."""
        self.status.show(
            health(), LifeStatus(LifeState.RUNNING), Counts(14, 3, 11, 64), [0, 1, 2, 5, 2.9], NOW,
            longest=42 * SECOND, profile="support-prod",
        )  # fmt: skip
        self.pane.show("Calls", "3 of 14", right="/ state:ringing", focused=True)
        self.keys.show(HINTS)

    def lines(self) -> list[str]:
        """What is on the screen."""
        return [
            line for each in (self.status, self.pane, self.keys, self.small) for line in drawn(each)
        ]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> Iterator[list[object]]:
    """Every call of a method while the block runs."""
    calls: list[object] = []
    original = getattr(owner, name)

    def counting(self: object, *args: object, **kwargs: object) -> object:
        calls.append((self, args))
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, counting)
        yield calls


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_golden(size: tuple[int, int]) -> None:
    """Three sizes."""
    app = Bench()
    async with app.run_test(size=size) as pilot:
        app.fill()
        await pilot.pause()

        assert same_as_golden(f"widget_lines_{size[0]}x{size[1]}", app.lines())


async def test_ascii_is_ascii() -> None:
    """Keys given as signs are the registry's business; everything else is ASCII."""
    app = Bench(plain=True)
    async with app.run_test(size=(140, 20)) as pilot:
        app.fill()
        app.keys.show([hint for hint in HINTS if hint.key.isascii()] * 5)
        await pilot.pause()

        words = "\n".join([*drawn(app.status), *drawn(app.pane), *drawn(app.keys)])
        assert words.isascii(), words


async def test_same_facts_paint_nothing_and_other_facts_lay_nothing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second later the clock is painted; no layout is asked for."""
    app = Bench()
    async with app.run_test(size=(120, 20)) as pilot:
        app.fill()
        await pilot.pause()
        with counted(monkeypatch, StatusBar, "render_line") as painted:
            app.fill()
            await pilot.pause()
            assert painted == []
        with counted(monkeypatch, Screen, "_refresh_layout") as layouts:
            app.status.show(
                None,
                LifeStatus(LifeState.FAILED, "port 8080 is taken"),
                Counts(0, 0, 0, 0),
                [],
                NOW,
            )
            app.keys.show(HINTS[:2])
            app.pane.show("Calls", focused=False)
            await pilot.pause()
            assert layouts == []
        assert "✗ port 8080 is taken" in drawn(app.status)[0]


@pytest.mark.parametrize("size", [(59, 30), (100, 15)], ids=str)
async def test_too_small_says_what_is_needed(size: tuple[int, int]) -> None:
    """Present and needed size, and how to leave."""
    app = Bench()
    async with app.run_test(size=size):
        text = " ".join(drawn(app.small))

        assert is_too_small(*size)
        assert f"It has {size[0]}×{size[1]} cells, 60×16 are needed." in text
        assert "ctrl+q" in text


def test_large_enough() -> None:
    """From 60×16 on."""
    assert not is_too_small(60, 16)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
async def test_hostile_text(text: str) -> None:
    """Lines keep their width and hold nothing that a terminal could obey."""
    app = Bench()
    async with app.run_test(size=(90, 16)) as pilot:
        state = health(
            journal_error=text, api_error=text, webhook_url=text, reconciled_at=None, reconcile=text
        )
        app.status.show(
            state,
            LifeStatus(LifeState.RESTARTING, text),
            Counts(1, 1, 0, 0),
            [1],
            NOW,
            profile=text,
        )
        app.pane.show(text, text, text, right=text)
        app.keys.show([KeyHint(text, text), *HINTS])
        await pilot.pause()
        for each in (app.status, app.pane, app.keys):
            strips = each.render_lines(each.region.reset_offset)
            assert all(strip.cell_length == 90 for strip in strips)
            assert all(is_safe(strip.text) for strip in strips)
