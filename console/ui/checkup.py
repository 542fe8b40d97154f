"""Finding out what is wrong, from the desk: asks beside the screen, then lists what is broken before what is well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.text import clean
from console.errors import ConsoleError
from console.ui.presenters.cells import Role

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.services import Services

TITLE = "Doctor"
_ORDER = {"fail": 0, "warn": 1, "ok": 2, "skipped": 3}
_ROLES = {"fail": Role.BAD, "warn": Role.WARN, "ok": Role.GOOD, "skipped": Role.DIM}
_GROUP = "checkup"

Told = tuple[str, str, str, str]


def open_checkup(app: ConsoleApp, services: Services) -> None:
    """Looks, says so meanwhile, and opens the report; a second time, while it looks, does nothing."""
    examine = services.options.examine
    if examine is None or any(worker.group == _GROUP for worker in app.workers):
        return
    app.notify("looking at configuration, keys, engine, webhooks and journal …", title=TITLE)

    async def look() -> None:
        try:
            found = await examine()
        except ConsoleError as error:
            app.notify(error.user_message, title=TITLE, severity="error", markup=False)
            return
        except Exception as error:  # noqa: BLE001  the worker border
            app.report(error)
            return
        if not app.desk.is_active:
            # Nobody is interrupted in a dialog, or in what is being read.
            app.notify(f"{summary(found)}; D on the desk lists it", title=TITLE, markup=False)
            return
        from console.ui.dialogs.report import ReportDialog

        app.push_screen(ReportDialog(services, TITLE, summary(found), rows(found), _ROLES))

    app.run_worker(look(), name="checkup", group=_GROUP, exit_on_error=False)


def summary(found: Sequence[Told]) -> str:
    """How many of what."""
    broken = sum(status == "fail" for _, status, _, _ in found)
    odd = sum(status == "warn" for _, status, _, _ in found)
    if not broken and not odd:
        return "all well"
    return f"{broken} broken, {odd} worth a look"


def rows(found: Sequence[Told]) -> list[str]:
    """One for each, the gravest first; the fix behind it."""
    ordered = sorted(found, key=lambda each: _ORDER.get(each[1], 0))
    return [
        clean(f"{status} {check}: {detail}{f'. Fix: {fix}' if fix else ''}")
        for check, status, detail, fix in ordered
    ]
