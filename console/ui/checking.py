"""Comparing with Telnyx because the operator wants to know: what was different, in words; the engine repairs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.domain.text import clean
from console.errors import ConsoleError
from console.operator import Reconciled
from console.ui.notices import Severity
from console.ui.services import Services
from console.ui.wording import far_end, route

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

_MOST = 200
_NOTICE_LINES = 1
_TOLD = 3
"""Differences told in a notice."""


def check(app: ConsoleApp, services: Services, leg: Leg, under_way: set[str]) -> None:
    """Compares one leg; `under_way` holds its call_control_id meanwhile."""
    call_control_id = leg.call_control_id
    assert call_control_id is not None
    under_way.add(call_control_id)
    title = f"Check {far_end(leg, services.look)}"
    app.notify("comparing the call with Telnyx's records …", title=title)

    async def ask() -> None:
        try:
            found = await services.operator.check(call_control_id)
            tell(app, services, title, found)
        except ConsoleError as error:
            app.notify(
                f"The engine does not answer: {error.user_message}", title=title, severity="error"
            )
        except Exception as error:  # noqa: BLE001  the worker border
            app.report(error)
        finally:
            under_way.discard(call_control_id)

    app.run_worker(ask(), name="check", group="check", exclusive=False, exit_on_error=False)


def tell(app: ConsoleApp, services: Services, title: str, found: Reconciled) -> None:
    """One sentence as a notice; more than that as a list to be read, unless the operator is busy with something else."""
    lines = list(differences(found, services))
    severity: Severity = "information" if found.ok else "warning"
    more = [each for each in lines if each not in found.message]
    if len(lines) > _NOTICE_LINES and app.desk.is_active:
        from console.ui.dialogs.report import ReportDialog

        app.notify(found.message, title=title, severity=severity)
        app.push_screen(ReportDialog(services, title, found.message, lines))
        return
    rest = [f"{len(more) - _TOLD} more"] if len(more) > _TOLD else []
    app.notify("; ".join([found.message, *more[:_TOLD], *rest]), title=title, severity=severity)


def differences(found: Reconciled, services: Services) -> Iterator[str]:
    """What was different, one sentence each; calls by their numbers."""
    told = found.extra.get("differences")
    if isinstance(told, (list, tuple)):
        yield from (clean(each) for each in told[:_MOST] if isinstance(each, str))
        return
    for words, keys in (
        ("was not on the board, it is now", found.found),
        ("had ended, and is shown as ended now", found.ended),
        ("is not known at Telnyx any more, and is marked stale", found.stale),
    ):
        for key in keys[:_MOST]:
            leg = services.store.leg(key)
            who = route(leg, services.look) if leg is not None else clean(key)
            yield f"{who}: {words}"
