"""Names of Call Control applications, by the connection id that events carry: for `app:` and for the column.

Learned from whatever the applications screen reads, and asked for when a filter or a column first needs them; kept in
the console's own memory. Until then an application is its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.domain.text import clean
from console.domain.times import SECOND
from console.domain.values import text
from console.errors import ConsoleError
from console.ui.compat import report

if TYPE_CHECKING:
    from console.ui.screens.desk import DeskScreen
    from console.ui.services import Services

_NAME = "applications"
_MOST = 200
_PAGE = 100
_LONGEST = 80
_PAUSE: Micros = 30 * SECOND
"""Between two questions, whatever came of the first."""


def recall(services: Services) -> None:
    """Takes over the names of the last time."""
    found = services.memory.of_desk(_NAME)
    pairs = found.items() if isinstance(found, dict) else ()
    services.apps.update({id_: name for id_, name in pairs if isinstance(name, str)})


def learn(desk: DeskScreen, services: Services, applications: Iterable[object]) -> None:
    """Takes names over, and shows them."""
    known = {
        id_: clean(name[:_LONGEST])
        for each in applications
        if isinstance(each, Mapping)
        and (id_ := text(each, "id"))
        and (name := text(each, "application_name"))
    }
    if known.items() <= services.apps.items():
        return
    services.apps.update(known)
    services.memory.keep_of_desk(_NAME, dict(list(services.apps.items())[-_MOST:]))
    _show(desk, services)


def want(desk: DeskScreen, services: Services) -> None:
    """Something needs names: asks Telnyx for them if calls are shown whose application has none, and not too often."""
    if not services.apps:
        recall(services)
        if services.apps:
            _show(desk, services)
    legs = services.store.board.legs.values()
    unknown = {leg.connection_id for leg in legs if leg.connection_id} - services.apps.keys()
    health, now = services.health, services.now()
    if not unknown or now < services.ask_apps_after or health is None or not health.api_key:
        return
    services.ask_apps_after = now + _PAUSE
    desk.app.run_worker(
        _ask(desk, services), name="applications", group="questions", exit_on_error=False
    )


async def _ask(desk: DeskScreen, services: Services) -> None:
    try:
        answer = await services.operator.query("apps.list", {"page": {"number": 1, "size": _PAGE}})
        if answer.ok and isinstance(answer.data, list):
            learn(desk, services, answer.data)
    except ConsoleError:
        # Ids are shown in their place; asked again, after the pause, when the next filter wants it.
        pass
    except Exception as error:  # noqa: BLE001  the worker border
        report(desk, error)


def _show(desk: DeskScreen, services: Services) -> None:
    """Filters ask again, rows are drawn again."""
    now = services.now()
    desk.view.use(services.store.board, now)
    desk.calls.set_filter(desk.view.filter, now)
    desk.calls.show_columns(desk.calls.chosen)
    wanted = desk.events_filter.parsed
    if wanted is not None:
        desk.tail.set_filter(None, now)
        desk.tail.set_filter(wanted, now)
    desk.drawing.titles()
