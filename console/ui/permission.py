"""Whether an action's command may be sent to a leg now: the domain's rules, and what only concerns this desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.legality import READ_ONLY, allowed
from console.domain.legs import Leg
from console.ui.actions import Action

if TYPE_CHECKING:
    from console.ui.services import Services


def permission(action: Action, leg: Leg | None, services: Services) -> str | None:
    """None if it may be sent, else the reason in words. Commands that concern no call need none."""
    assert action.command is not None
    if services.frozen is not None:
        return services.frozen()
    read_only = services.options.read_only
    if not action.needs_call:
        return READ_ONLY if read_only else None
    return allowed(action.command, leg, read_only=read_only, now=services.now())
