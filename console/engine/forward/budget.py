"""What the application's own settings at Telnyx mean for forwarding: how long Telnyx waits, and who answers if we do not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from console.domain.values import number, text
from console.engine.forward.forwarder import Forwarder
from console.errors import ConsoleError
from console.reports import QueryAnswer

Ask = Callable[[str, Mapping[str, object]], Awaitable[QueryAnswer]]


async def learn(forwarder: Forwarder, ask: Ask, connection_id: str | None) -> None:
    """Asks once, and puts what follows from it on record; what Telnyx does not say stays unknown. Raises nothing."""
    if connection_id is None:
        return
    try:
        answer = await ask("apps.show", {"id": connection_id})
    except ConsoleError:
        return
    if not answer.ok:
        return
    known = set(forwarder.notices())
    forwarder.application_timeout_s = number(answer.fields, "webhook_timeout_secs") or None
    forwarder.has_failover = bool(text(answer.fields, "webhook_event_failover_url"))
    for notice in forwarder.notices():
        if notice not in known:
            forwarder.note(notice)
