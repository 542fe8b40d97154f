"""Comparing with Telnyx: one call, or all of them; differences in words."""

from __future__ import annotations

import asyncio

import pytest

from console.operator import Reconciled
from tests.ui.driver import Desk, text_of


def shown(desk: Desk) -> str:
    return text_of(desk.app.screen)


def finds(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *differences: object, ok: bool = True
) -> None:
    """What the engine will say of any call."""
    found = Reconciled(
        ok=ok,
        message="; ".join(map(str, differences)) or "the board has this call as Telnyx has it",
        extra={"differences": list(differences)},
    )

    async def check(call_control_id: str) -> Reconciled:
        desk.operator.checked.append(call_control_id)
        return found

    monkeypatch.setattr(desk.operator, "check", check)


async def test_one_call_is_compared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing differs one sentence is enough."""
    finds(desk, monkeypatch)
    await desk.answered()

    await desk.press("v")

    assert desk.operator.checked == ["v3:A"]
    assert "as Telnyx has it" in desk.notices
    assert desk.is_on_top


async def test_differences_are_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One below the other, as text."""
    finds(
        desk,
        monkeypatch,
        "2 events were missing, now read",
        "was shown as answered, is ended ([/]\x1b[31m)",
    )
    await desk.answered()

    await desk.press("v")

    assert "· 2 events were missing, now read" in shown(desk)
    assert "is ended ([/]" in shown(desk)
    assert "\x1b" not in shown(desk)
    await desk.press("escape")
    assert desk.is_on_top


async def test_engine_that_is_lost_is_said(desk: Desk) -> None:
    """Nothing was compared."""
    desk.operator.lost = "nobody listens on its socket"
    await desk.answered()

    await desk.press("v")

    assert "The engine does not answer: nobody listens" in desk.notices


async def test_check_needs_a_call(desk: Desk) -> None:
    """An empty desk has nothing to compare."""
    await desk.press("v")

    assert "no call is selected" in desk.notices


async def test_comparing_all_names_the_calls(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their numbers, and what was done about each."""

    async def reconcile() -> Reconciled:
        return Reconciled(
            ok=True,
            message="2 active calls at Telnyx, 1 of them new here, 1 had ended",
            found=("v3:B",),
            ended=("v3:A",),
        )

    monkeypatch.setattr(desk.operator, "reconcile", reconcile)
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")

    await desk.press("R")

    assert "2 active calls at Telnyx" in shown(desk)
    assert "+1 415 555 0100 → Support: was not on the board, it is now" in shown(desk)
    assert "+1 312 555 0101 → Support: had ended" in shown(desk)


async def test_list_interrupts_no_dialog(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does something by the time it is there gets the differences as a notice."""
    finds(desk, monkeypatch, "2 events were missing, now read", "was answered, is ended")
    check, gate = desk.operator.check, asyncio.Event()

    async def slow(call_control_id: str) -> Reconciled:
        await gate.wait()
        return await check(call_control_id)

    monkeypatch.setattr(desk.operator, "check", slow)
    await desk.answered()
    await desk.press("v", "t")
    await desk.type("+1415")

    gate.set()
    await desk.settled()

    assert desk.dialog.field("to").value == "+1415"
    assert "2 events were missing, now read" in desk.notices


async def test_two_calls_that_are_compared_are_both_named(desk: Desk) -> None:
    """The same words about another call are no repetition."""
    await desk.answered("A")
    await desk.answered("B", from_="+14155550100")
    await desk.selects("A")
    await desk.press("v")
    await desk.selects("B")
    await desk.press("v")

    titles = {each.title for each in desk.app.services.notices.all()}
    assert {"Check +1 312 555 0101", "Check +1 415 555 0100"} <= titles
