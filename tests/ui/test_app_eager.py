"""Textual runs its loop with eager tasks on Python 3.12 and later, but not in its tests: here it does."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.ui.conftest import OpenDesk

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="eager tasks came with Python 3.12"
)


async def test_commands_work_with_eager_tasks(open_desk: OpenDesk) -> None:
    """The order in which tasks begin must not matter."""
    loop = asyncio.get_running_loop()
    factory = loop.get_task_factory()
    loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined,unused-ignore]
    try:
        async with open_desk() as desk:
            await desk.ringing("A")
            await desk.press("a", "a")
            assert desk.sent == [("answer", "A", {})]
            await desk.event("call.answered")
            await desk.press("h")
            desk.dialog.shows("Hang up?").focus_is("Cancel")
            await desk.dialog.confirm()
            assert desk.sent[1] == ("hangup", "A", {})
            desk.operator.lost = "gone"
            await desk.press("R")
            assert "gone" in desk.notices
    finally:
        loop.set_task_factory(factory)
