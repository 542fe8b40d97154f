"""Pulse, alerts and the list of callers to ring back, on the desk with a journal in memory."""

from __future__ import annotations

import pytest

from console.domain.alerts import Alert, Change, Watched
from console.domain.metrics.figures import Window
from console.errors import JournalError
from console.ui import line_watch
from console.ui.alerting import Alerting
from console.ui.line_watch import LineWatch, parameters_of, rules_of
from console.ui.options import UiOptions
from console.ui.screens.alerts import AlertsPane
from console.ui.screens.past_desk import PastDesk
from console.ui.screens.pulse import PulsePane
from console.ui.screens.ring_back import RingBackPane
from console.ui.widgets.row_list import RowList
from tests.fixtures.clock import utc
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.ui.conftest import OpenDesk
from tests.ui.driver import SECOND, Desk, text_of
from tests.ui.test_travel import goes_to

BOT = {"answered_is_service": True, "zone": "UTC"}
WAIT = {"long": {"watch": "longest_wait", "limit": 30, "clear": 10, "desktop": True}}


async def watched(desk: Desk) -> LineWatch:
    """The line of the desk, with everything read."""
    await desk.app.desk.news.watch_line()
    line = desk.app.services.line
    assert line is not None
    line.read_all()
    return line


async def seconds(desk: Desk, count: int) -> None:
    """Time passes, and what is drawn knows it."""
    await desk.seconds(count)
    screen = desk.app.screen
    if isinstance(screen, PulsePane):
        screen.draw()
    elif isinstance(screen, AlertsPane | RingBackPane):
        screen.look()
    await desk.pilot.pause()


def shown(desk: Desk) -> str:
    return text_of(desk.app.screen)


async def gives_up(desk: Desk, call: str, **more: str) -> None:
    """A caller waits seven seconds and hangs up."""
    await desk.ringing(call, **more)
    desk.clock.now += 6_000_000
    await desk.event("call.hangup", call, hangup_cause="originator_cancel", hangup_source="caller")


async def test_pulse_shows_figures_and_how_they_were_made(desk: Desk) -> None:
    """Counts below five, percentages from then on, "-" for nothing; formula and counts under the cursor."""
    for call in "ABC":
        await gives_up(desk, call)
    line = await watched(desk)
    await desk.press("u")
    await seconds(desk, 1)

    assert "service level ≤20 s" in shown(desk)
    assert "0 of 3" in shown(desk)
    assert "formula offered, not served, not gone" in shown(desk)
    assert "ASA, average speed of answer       -" in shown(desk)
    assert line.is_ready(Window.TODAY)
    for call in "DEF":
        await gives_up(desk, call)
    await desk.press("j", "j", "j", "j", "j")
    await seconds(desk, 1)
    assert "100.0 % (6 of 6)" in shown(desk)
    assert "! off target" in shown(desk)
    assert "formula B / O" in shown(desk)
    assert "B 6, O 6" in shown(desk)

    await desk.press("w")
    assert "Pulse ─ today" in shown(desk)
    await desk.press("escape")
    assert desk.is_on_top


async def test_status_line_tells_of_the_line(open_desk: OpenDesk) -> None:
    """Service level with its limit, abandoned of offered, whom to ring back; nothing before anything was read."""
    async with open_desk(UiOptions(metrics=BOT), size=(160, 30)) as desk:
        assert "service" not in desk.text.split("\n")[1]
        await watched(desk)
        await seconds(desk, 1)
        assert "service - ≤20 s" in desk.text
        assert "abandoned -" in desk.text

        await gives_up(desk, "A")
        await desk.answered("B", from_="+14155550111")
        await seconds(desk, 1)

        assert "service 1 of 2 ≤20 s" in desk.text
        assert "abandoned 1 of 2" in desk.text
        assert "1 to ring back" in desk.text


async def test_past_is_read_in_slices_and_says_so(desk: Desk) -> None:
    """Calls from before the desk began are in the figures, however they are read."""
    for call in range(40):
        await gives_up(desk, f"A{call}")
    desk.clock.now += 3_600_000_000
    await gives_up(desk, "late")
    await desk.app.desk.news.watch_line()
    line = desk.app.services.line
    assert line is not None

    line.read_all()

    assert line.progress == 1.0
    rolling, today = line.moment(Window.ROLLING), line.moment(Window.TODAY)
    assert rolling is not None
    assert today is not None
    assert rolling.get("offered") == 1
    assert today.get("offered") >= 1
    assert len(line.due()) == 1


async def test_unreadable_past_is_said_once_and_left_alone_for_a_while(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at each of the steps, 25 a second; it is read all the same as soon as it can be."""
    await gives_up(desk, "A")
    reader, asked = desk.app.services.store.reader, 0

    def unreadable(_at: object) -> int:
        nonlocal asked
        asked += 1
        raise JournalError("the disk is gone")

    monkeypatch.setattr(line_watch, "AGAIN_AFTER_S", 100_000.0)
    monkeypatch.setattr(reader, "seq_at", unreadable)
    line = LineWatch(desk.app, desk.app.services)
    for _ in range(3):
        line.step()

    assert asked == 1
    line.read_all()
    assert asked == 2
    await desk.settled()
    assert desk.notices.count("The figures of the line cannot be read: the disk is gone") == 1
    monkeypatch.undo()
    line.read_all()
    assert line.trouble == ""
    assert line.progress == 1.0
    line.end()


async def test_alert_rings_shows_and_is_acknowledged(open_desk: OpenDesk) -> None:
    """A word on the status line, a notice, a row; acknowledged it is quiet, cleared it is over."""
    async with open_desk(UiOptions(alerts=WAIT), size=(140, 30)) as desk:
        await watched(desk)
        await desk.ringing("A")
        await seconds(desk, 25)
        assert "! long" not in desk.text

        await seconds(desk, 6)
        assert "! long: longest wait 31 s, above 30 s" in desk.text
        assert "Alert long: longest wait 31 s, above 30 s" in desk.notices
        await desk.press("exclamation_mark")
        await seconds(desk, 0)
        assert "1 raised" in shown(desk)
        assert "! raised" in shown(desk)
        await desk.press("enter")
        assert "acknowledged" in shown(desk)
        assert "1 raised" in shown(desk)
        await desk.press("escape")
        await seconds(desk, 1)
        assert "! long" not in desk.text

        await desk.event("call.hangup", "A", hangup_cause="originator_cancel")
        await seconds(desk, 1)
        assert "Alert long: over: longest wait above 30 s" in desk.notices
        await desk.press("exclamation_mark")
        await seconds(desk, 0)
        assert "quiet" in shown(desk)
        assert "over" in shown(desk)
        await desk.press("enter")
        assert "this alert is not raised" in desk.notices


async def test_snoozed_alert_comes_back(open_desk: OpenDesk) -> None:
    """After ten minutes, if it still holds."""
    async with open_desk(UiOptions(alerts=WAIT), size=(140, 30)) as desk:
        await watched(desk)
        await desk.ringing("A")
        await seconds(desk, 40)
        await desk.press("exclamation_mark", "s")
        assert "asleep 10:00" in shown(desk)
        await desk.press("escape")
        await seconds(desk, 300)
        assert "! long" not in desk.text

        await seconds(desk, 300)

        assert "! long: longest wait" in desk.text


async def test_no_alerts_configured_is_said(desk: Desk) -> None:
    """And where to begin."""
    await watched(desk)
    await desk.press("exclamation_mark")
    await seconds(desk, 0)

    assert "no alerts are configured" in shown(desk)
    await desk.press("s")
    assert "no alert is selected" in desk.notices


async def test_caller_is_rung_back_with_one_key(desk: Desk) -> None:
    """The dialog has the number; an answered call to it takes the caller off the list."""
    await gives_up(desk, "A")
    await gives_up(desk, "A2")
    await watched(desk)
    await desk.press("B")
    await seconds(desk, 0)
    assert "1 caller" in shown(desk)
    assert "+1 312 555 0101" in shown(desk)
    assert shown(desk).count("0:07") >= 1

    await desk.press("d")
    assert desk.dialog.field("to").value == "+13125550101"
    desk.dialog.field("from").value = "+18005550100"
    await desk.dialog.confirm()
    assert [(action, params["to"]) for action, _leg, params in desk.sent] == [
        ("dial", "+13125550101")
    ]

    await desk.event(
        "call.initiated", "out", direction="outgoing", from_="+18005550100", to="+13125550101"
    )
    await seconds(desk, 1)
    assert "1 caller" in shown(desk)
    await desk.event("call.answered", "out")
    await seconds(desk, 1)
    assert "nobody is to be rung back" in shown(desk)


async def test_caller_is_marked_for_every_desk(desk: Desk) -> None:
    """The mark goes into the journal, and can be taken back."""
    await gives_up(desk, "A")
    await gives_up(desk, "B", from_="+14155550111")
    await watched(desk)
    await desk.press("B")
    await seconds(desk, 0)
    assert "2 callers" in shown(desk)

    await desk.press("x")
    await seconds(desk, 0)
    assert "1 caller" in shown(desk)
    assert "+1 312 555 0101" not in shown(desk)
    await seconds(desk, 1)
    await desk.press("u")
    await seconds(desk, 0)
    assert "2 callers" in shown(desk)
    await desk.press("u")
    assert "nothing was marked here" in desk.notices


async def test_read_only_rings_nobody_back(open_desk: OpenDesk) -> None:
    """The list can be read."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await gives_up(desk, "A")
        await watched(desk)
        await desk.press("B")
        await seconds(desk, 0)
        assert "+1 312 555 0101" in shown(desk)

        await desk.press("d", "x")

        assert not desk.dialog.is_open
        assert "read-only: nothing is written" in desk.notices
        assert desk.sent == []


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (140, 40)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_panes_fit_and_need_no_signs(
    open_desk: OpenDesk, size: tuple[int, int], ascii_only: bool
) -> None:
    """Small terminals scroll; ASCII is ASCII."""
    options = UiOptions(ascii=ascii_only, alerts=WAIT, metrics=BOT)
    async with open_desk(options, size=size) as desk:
        with utc():
            for call in "ABCDEFG":
                await gives_up(desk, call)
            await watched(desk)
            for key in ("u", "exclamation_mark", "B"):
                await desk.press(key)
                await seconds(desk, 1)
                if key == "u":
                    await desk.press("p", "w", "end", "p", "home", "j", "j", "p")
                    assert "formula" in shown(desk)
                picture = shown(desk)
                assert not ascii_only or not set("≤Σ┄…⣀●○→·").intersection(picture), picture
                await desk.press("escape")


async def test_hostile_callers_and_causes_are_only_text(open_desk: OpenDesk) -> None:
    """Numbers, names and causes come from outside."""
    async with open_desk(size=(100, 30)) as desk:
        for place, words in enumerate(HOSTILE.values()):
            await desk.event(
                "call.initiated", f"A{place}", from_=words, caller_id_name=words, settle=False
            )
            await desk.event(
                "call.hangup", f"A{place}", hangup_cause=words, hangup_source=words, settle=False
            )
        await watched(desk)
        await desk.press("u")
        await seconds(desk, 1)
        desk.app.screen.query_one(RowList).select("causes")
        await desk.settled()
        assert "all others" in shown(desk)
        assert all(is_safe(line) for line in shown(desk).split("\n"))
        await desk.press("escape", "B")
        for _ in range(3):
            await seconds(desk, 0)
            assert all(is_safe(line) for line in shown(desk).split("\n"))
            await desk.press("pagedown")


async def test_undo_that_failed_can_be_tried_again(open_desk: OpenDesk) -> None:
    """The mark stays the one to take back."""
    async with open_desk(UiOptions(metrics=BOT)) as desk:
        await gives_up(desk, "A")
        await watched(desk)
        await desk.press("B")
        await seconds(desk, 0)
        await desk.press("x")
        await seconds(desk, 0)
        desk.operator.lost = "nobody there"
        await desk.press("u")
        await seconds(desk, 0)
        assert "nobody there" in shown(desk)

        desk.operator.lost = None
        await desk.press("u")
        await seconds(desk, 0)

        assert [done for *_, done in desk.operator.written] == [True, False]


async def test_alert_takes_back_only_its_own_words(open_desk: OpenDesk) -> None:
    """One whose name begins with that of another leaves the other's notice alone."""
    rules = {name: {"watch": "longest_wait", "limit": 30} for name in ("wait", "waiting")}
    async with open_desk(UiOptions(metrics=BOT, alerts=rules)) as desk:
        alerting = Alerting(desk.app, desk.app.services)
        wait, waiting = (
            Change(Alert(rule=rule, raised_at=desk.clock.now, value=40.0, worst=40.0), True)
            for rule in rules_of(rules)
        )

        alerting.tell(waiting)
        alerting.tell(wait)
        await desk.settled()

        assert {each.message.partition(":")[0] for each in desk.app._notifications} >= {
            "Alert wait",
            "Alert waiting",
        }


def test_configuration_becomes_parameters_and_rules() -> None:
    """Seconds become µs, words become what they mean."""
    found = parameters_of(
        {"threshold_s": 30, "wait_start": "answered", "zone": "Europe/Berlin", "reset_hour": 6}
    )
    (rule,) = rules_of(
        {"x": {"watch": "silence", "limit": 60, "bell": False, "command": ["a", "b"]}}
    )

    assert (found.threshold, found.wait_start, found.zone, found.reset_hour) == (
        30_000_000,
        "answered",
        "Europe/Berlin",
        6,
    )
    assert (rule.watch, rule.limit, rule.bell, rule.command) == (
        Watched.SILENCE,
        60.0,
        False,
        ("a", "b"),
    )


async def at_another_moment(desk: Desk) -> PastDesk:
    """One caller gave up twenty seconds ago, another one half a minute ago; shown is what was known after the first."""
    await watched(desk)
    for name, number in (("G", "+12065550147"), ("H", "+12065550148")):
        await desk.event("call.initiated", name, state="parked", from_=number, settle=False)
        desk.clock.now += 8 * SECOND
        await desk.event("call.hangup", name, hangup_cause="originator_cancel", hangup_source="caller",
                         sip_hangup_cause="487", settle=False)  # fmt: skip
        desk.clock.now += 2 * SECOND
    await desk.seconds(20)
    await goes_to(desk, "-31s")
    screen = desk.app.screen
    assert isinstance(screen, PastDesk)
    return screen


async def read_whole(desk: Desk) -> None:
    """Everything up to the moment has been counted."""
    line = desk.app.desk.services.line
    assert line is not None
    line.read_all()
    screen = desk.app.screen
    assert isinstance(screen, PulsePane | RingBackPane)
    await desk.pilot.pause()
    screen.draw() if isinstance(screen, PulsePane) else screen.look()
    await desk.pilot.pause()


async def test_pulse_of_another_moment_is_that_of_the_moment(open_desk: OpenDesk) -> None:
    """What came later is not counted, and the screen says which moment it is about; another one counts anew."""
    async with open_desk(UiOptions(metrics=BOT, alerts=WAIT), size=(120, 36)) as desk:
        await at_another_moment(desk)
        assert len(desk.app.services.line.due() if desk.app.services.line else ()) == 2
        await desk.press("u")
        await read_whole(desk)
        text = text_of(desk.app.screen)
        assert "NOT LIVE" in text.split("\n")[0]
        (abandoned,) = [row for row in text.split("\n") if row.strip().startswith("abandoned ")]
        assert "1 of 2" in abandoned
        await desk.press("escape", "greater_than_sign", "u")
        await read_whole(desk)
        text = text_of(desk.app.screen)
        (abandoned,) = [row for row in text.split("\n") if row.strip().startswith("abandoned ")]
        assert "2 of 2" in abandoned
        await desk.press("escape", "escape", "u")
        assert "NOT LIVE" not in text_of(desk.app.screen)


async def test_ring_back_of_another_moment_can_be_read_only(open_desk: OpenDesk) -> None:
    """Who was to be rung back then; nobody is dialed and nothing marked from there."""
    async with open_desk(UiOptions(metrics=BOT), size=(120, 36)) as desk:
        await at_another_moment(desk)
        await desk.press("B")
        await read_whole(desk)
        text = text_of(desk.app.screen)
        assert "NOT LIVE" in text
        assert "206 555 0147" in text
        assert "206 555 0148" not in text
        await desk.press("d")
        await desk.press("x")
        assert isinstance(desk.app.screen, RingBackPane)
        assert desk.notices.count("not live, so nothing can be sent or changed") == 2
        assert desk.operator.written == []


async def test_no_alert_is_raised_by_another_moment(open_desk: OpenDesk) -> None:
    """Alerts are not looked for in the past, and the key says why there are none to see."""
    async with open_desk(UiOptions(metrics=BOT, alerts=WAIT), size=(120, 36)) as desk:
        await at_another_moment(desk)
        await desk.press("u")
        await read_whole(desk)
        line = desk.app.desk.services.line
        assert line is not None
        assert line.alerts.rules == ()
        await desk.press("escape", "exclamation_mark")
        assert desk.app.screen is desk.app.desk
        assert "alerts are about the line as it is now" in desk.notices
