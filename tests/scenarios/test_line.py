"""The line at work: real webhooks become figures, alerts and a list of callers to ring back."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.metrics import names as n
from console.domain.metrics.figures import Window
from console.ui.line_watch import LineWatch
from tests.scenarios.stage import NARROW, WIDE, Scene, Stage, staged


async def line_of(stage: Stage) -> LineWatch:
    """The line of the desk, as far as the journal goes."""
    await stage.app.desk.news.watch_line()
    line = stage.app.services.line
    assert line is not None
    line.read_all()
    return line


def count(line: LineWatch, name: str) -> int:
    """A count of the last half hour."""
    m = line.moment(Window.ROLLING)
    return 0 if m is None else m.get(name)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_pulse_of_real_calls(journal: Path, size: tuple[int, int]) -> None:
    """One is transferred and served, one gives up; the pane says so with the counts that went in."""
    async with staged(journal, Scene(size=size)) as stage:
        served = await stage.talks("+13125550101")
        gone = await stage.rings("+12065550147")
        line = await line_of(stage)
        assert count(line, n.OFFERED) == 2

        await stage.somebody_else("transfer", served, to="+14155550111")
        await stage.until(lambda: count(line, n.ANSWERED) == 1, "the transferred caller is served")
        await stage.ends(gone)
        await stage.until(lambda: count(line, n.ABANDONED) == 1, "the other one has given up")
        await stage.press("u", "j", "j")

        await stage.shows("Pulse", "service level ≤20 s", "1 of 2", "A_T / (A + B - B_s)")
        await stage.press("w")
        await stage.shows("today")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.desk, "the desk is back")


async def test_caller_is_rung_back_and_leaves_the_list(journal: Path) -> None:
    """Dialled with one key and the number filled in; the answered call takes the caller off the list."""
    async with staged(journal) as stage:
        call = await stage.rings("+12065550147")
        line = await line_of(stage)
        await stage.ends(call)
        await stage.until(line.due, "somebody is to be rung back")
        await stage.press("B")
        await stage.shows("1 caller", "+1 206 555 0147")

        await stage.press("d")
        await stage.until(stage.asks, "the dialog is open")
        await stage.until(lambda: "+12065550147" in stage.dialog_text, "+12065550147")
        await stage.press("enter")
        await stage.until(lambda: not line.due(), "the call was answered")
        await stage.shows("nobody is to be rung back")

    assert len(stage.sent_ids("dial")) == 1


async def test_caller_who_was_rung_back_is_marked_in_the_journal(journal: Path) -> None:
    """Every desk reads it there."""
    async with staged(journal) as stage:
        call = await stage.rings("+12065550147")
        line = await line_of(stage)
        await stage.ends(call)
        await stage.until(line.due, "somebody is to be rung back")
        await stage.press("B")
        await stage.shows("1 caller")

        await stage.press("x")

        await stage.until(lambda: not line.due(), "the mark was read")
        await stage.shows("nobody is to be rung back")
        other = LineWatch(stage.app, stage.app.services)
        other.read_all()
        assert other.due() == ()
        notes = [entry for entry in stage.entries if b'"ring_back":true' in entry.body]
        assert [entry.call_control_id for entry in notes] == [call]


async def test_alert_runs_its_command(journal: Path, tmp_path: Path) -> None:
    """A caller waits too long: a word on the status line, and the alert as JSON for the operator's program."""
    seen = tmp_path / "seen.json"
    scene = Scene(
        alerts={
            "long": {
                "watch": "longest_wait",
                "limit": 0.01,
                "command": ["sh", "-c", 'cat > "$0"', str(seen)],
            }
        }
    )
    async with staged(journal, scene) as stage:
        await line_of(stage)
        await stage.rings()
        await stage.shows("! long: longest wait")
        await stage.until(lambda: seen.exists() and seen.read_text(), "the command was run")
        await stage.press("exclamation_mark")
        await stage.shows("1 raised")
        await stage.press("a")
        await stage.shows("acknowledged")

    assert '"state": "raised"' in seen.read_text()
