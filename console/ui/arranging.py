"""How the calls are arranged: named filters, columns and order, chosen with a key and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.ui.services import Services

if TYPE_CHECKING:
    from textual.app import App

    from console.ui.app import ConsoleApp
    from console.ui.screens.desk import DeskScreen
    from console.ui.screens.filter_line import FilterLine

COLUMNS, SORT = "columns", "sort"
"""Where the choices are kept in the console's own memory."""


def arrange(what: str, app: ConsoleApp, services: Services) -> None:
    """What a key of the desk asks for: `filters`, `columns` or `sort`."""
    match what:
        case "filters":
            _named_filters(app, services)
        case "columns":
            _columns(app, services)
        case _:
            from console.ui.presenters.columns import next_sort

            table = app.desk.calls
            sort_by(app.desk, services, next_sort(table.sorted_by, table.column_names))


def restore(desk: DeskScreen, services: Services) -> None:
    """What was chosen the last time, else what the configuration says; loads nothing where that is nothing."""
    desk.calls.resort = lambda name: _sort_by_click(desk, services, name)
    names, spec = services.memory.of_desk(COLUMNS), services.memory.of_desk(SORT)
    if names or services.options.columns:
        from console.ui.presenters.columns import chosen_from

        desk.calls.show_columns(
            chosen_from(names if isinstance(names, list) else services.options.columns)
        )
        if any(each.id == "app" for each in desk.calls.chosen or ()):
            from console.ui.app_names import recall

            recall(services)
    if spec is None:
        spec = services.options.sort
    if spec and isinstance(spec, str):
        desk.calls.sort_by(spec, services.now())


def _sort_by_click(desk: DeskScreen, services: Services, name: str) -> None:
    from console.ui.presenters.columns import other_end

    sort_by(desk, services, other_end(desk.calls.sorted_by, name))


def sort_by(desk: DeskScreen, services: Services, spec: str) -> None:
    """Another order, said and remembered."""
    from console.ui.presenters.columns import sort_words

    desk.calls.sort_by(spec, services.now())
    desk.drawing.say(sort_words(spec))
    _say(desk.app, services.memory.keep_of_desk(SORT, spec))


def _columns(app: ConsoleApp, services: Services) -> None:
    from console.ui.dialogs.columns import ColumnsDialog
    from console.ui.presenters.columns import DEFAULT, chosen_from

    table = app.desk.calls
    before, order = table.chosen, table.sorted_by

    def closed(answer: bool | None) -> None:
        if not answer:
            table.show_columns(before)
            table.sort_by(order, services.now())
            return
        chosen = table.chosen or DEFAULT
        beginning = chosen_from(services.options.columns)
        if any(each.id == "app" for each in chosen):
            from console.ui.app_names import want

            want(app.desk, services)
        words = None if chosen == beginning else [str(each) for each in chosen]
        _say(app, services.memory.keep_of_desk(COLUMNS, words))
        _say(app, services.memory.keep_of_desk(SORT, table.sorted_by))

    app.push_screen(ColumnsDialog(services, table, chosen_from(services.options.columns)), closed)


def _named_filters(app: ConsoleApp, services: Services) -> None:
    desk = app.desk
    in_events = desk.panes.arrangement.active == "events"
    line = desk.events_filter if in_events else desk.calls_filter
    choose_named(app, services, line, "events" if in_events else "calls")


def choose_named(app: App[Any], services: Services, line: FilterLine, where: str) -> None:
    """Asks for one of the filters that have names, and puts it in force in a list."""
    from console.ui.dialogs.named_filters import NamedFilters

    named = dict(services.options.filters)
    if not named:
        app.notify(
            'no filter has a name yet: write [filters] in config.toml, for example waiting = "state:waiting wait>20s"',
            severity="warning",
        )
        return

    def chosen(name: str | None) -> None:
        if name is not None:
            line.use(named.get(name, ""), name)

    app.push_screen(NamedFilters(f"Filters of the {where}", named, line.name_in_use), chosen)


def _say(app: App[None], problem: str | None) -> None:
    if problem is not None:
        app.notify(f"This is not remembered: {problem}", severity="warning")
