"""The desk as a fixture: started, settled, and checked for swallowed errors at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from console.ui.options import UiOptions
from tests.ui.driver import Desk, FakeContact, new_desk

OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]

CONTACTS = (
    FakeContact("Ann", "sip:ann@example.com"),
    FakeContact("Annex desk", "+14155550111"),
    FakeContact("Support", "+18005550100"),
)


@asynccontextmanager
async def opened(
    options: UiOptions | None = None,
    *,
    size: tuple[int, int] = (150, 40),
    before: Callable[[Desk], None] | None = None,
) -> AsyncIterator[Desk]:
    """A running desk; an error that the screen survived fails the test unless it is expected."""
    desk = new_desk(options, *CONTACTS)
    if before is not None:
        before(desk)
    async with desk.app.run_test(size=size, notifications=True) as pilot:
        desk.pilot = pilot
        await desk.settled()
        yield desk
        if not desk.errors_expected:
            assert desk.app.reported == []
    assert desk.life.left
    assert desk.operator.closed


@pytest.fixture
def open_desk() -> OpenDesk:
    """Opens desks with options and sizes of the test's choice."""
    return opened


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk with room for three panes."""
    async with opened() as running:
        yield running
