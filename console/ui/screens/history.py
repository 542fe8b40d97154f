"""Every call of the whole journal: looked at and searched without reading more than is in sight, or a slice at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from console.domain.entries import Entry, Fact, Micros
from console.domain.filter import Shows
from console.domain.legs import Leg, LegKey
from console.errors import JournalError
from console.store.history import History
from console.ui.actions import Action, Scope
from console.ui.arranging import COLUMNS, choose_named
from console.ui.presenters.columns import chosen_from
from console.ui.presenters.history_rows import HistoryRows, Order
from console.ui.presenters.legs import ended_words
from console.ui.presenters.numbers import readable
from console.ui.screens.filter_line import FilterLine
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.history import HistoryList
from console.ui.wording import route, state_words

if TYPE_CHECKING:
    from console.ui.exporting import What

Export = Callable[[Sequence["What"]], None]
OpenEvent = Callable[[tuple[Entry, Fact]], None]
TravelTo = Callable[[Micros, LegKey], None]


class HistoryScreen(LivePane):
    """The newest on top at first; new calls come in above while it is open. Marks and the cursor name calls for other work."""

    SCOPE = Scope.HISTORY
    BINDINGS = keys_of(Scope.HISTORY)

    def __init__(
        self,
        services: Services,
        open_event: OpenEvent,
        copy_text: Callable[[str, str], None],
        travel_to: TravelTo | None,
        export: Export | None,
    ) -> None:
        """`travel_to` shows the desk at a moment with a call selected; None where that is done already. `export` asks how
        some of these choices are to be exported; None where it cannot be.
        """
        super().__init__(services)
        self._open_event = open_event
        self._copy_text = copy_text
        self._travel_to = travel_to
        self._export_these = export
        self._history = History(services.store.reader)
        self._rows = HistoryRows(
            self._history,
            services.look,
            shows=lambda: Shows(
                name_of=services.look.name_of, readable=readable, app_of=services.look.app_of
            ),
        )
        columns = services.memory.of_desk(COLUMNS) or services.options.columns
        if columns and isinstance(columns, list | tuple):
            self._rows.chosen = chosen_from(columns)
        self._seq = -1
        self.verbs = {
            "history.open": self._open,
            "history.flow": self._flow,
            "history.filter": lambda: self._filter.open(),
            "history.named": lambda: choose_named(self.app, services, self._filter, "history"),
            "history.sort": self._sort,
            "history.mark": self._mark,
            "history.travel": self._travel,
            "history.copy": self._copy,
            "history.export": self._export,
            "history.back": self._back,
        }

    def compose_body(self) -> ComposeResult:
        self._filter = FilterLine(
            "calls", "ann  from:+1555  cause:busy  talk>5m  since:24h  a|b …", self.services.memory
        )
        self._list = HistoryList(
            self._rows,
            now=self.services.now,
            opened=lambda: self.action_act("history.open"),
            told=self._tell,
            id="history",
        )
        yield self._filter
        yield self._list

    def on_mount(self) -> None:
        self._list.focus()

    # -- for other work on calls

    def selected_legs(self) -> tuple[LegKey, ...]:
        """The marked calls, the newest first, else the one under the cursor. Raises `JournalError`."""
        marked = sorted(self._rows.marked, reverse=True)
        cursor = self._list.selected
        return tuple(self._history.ids(marked or ([] if cursor is None else [cursor])))

    def found_legs(self) -> tuple[LegKey, ...]:
        """Every call that the filter has let through so far, in the order of the list. Raises `JournalError`."""
        return tuple(self._history.ids(self._rows.numbers))

    # -- what is shown

    def _heard(self, changed: object) -> None:
        if isinstance(changed, Collection):
            self._rows.came(self._history.changed(key for key in changed if isinstance(key, str)))
        super()._heard(changed)

    def look(self) -> None:
        self._rows.now = self.services.now()
        seq = self.services.store.seq
        if seq != self._seq:
            self._seq = seq
            try:
                self._rows.came(self._history.look())
                self._rows.problem = ""
            except JournalError as error:
                self._rows.problem = error.user_message
            self._list.search_on()
        self._list.renew()
        self._tell()

    def _tell(self) -> None:
        marked = len(self._rows.marked)
        label, order = self._filter.label, self._rows.order
        self.head(
            "History",
            self._rows.counted,
            f"{marked} marked" if marked else "",
            right="  ".join(
                ([f"/ {label}"] if label else [])
                + ([] if label and order is Order.NEWEST else [order.value])
            ),
        )
        leg, problem = self._chosen, self._rows.problem
        words = "" if leg is None else _words(leg, self.services)
        self.say(problem or words, problem=bool(problem))
        self.keys()

    # -- the filter

    @on(FilterLine.Applied)
    def _filtered(self, event: FilterLine.Applied) -> None:
        self._list.use_filter(event.filter)

    @on(FilterLine.Done)
    def _filter_done(self) -> None:
        self._list.focus()

    # -- keys

    @property
    def _chosen(self) -> Leg | None:
        number = self._list.selected
        return None if number is None else self._rows.leg(number)

    def why_not(self, action: Action) -> str | None:
        if action.id in ("history.back", "history.filter", "history.named", "history.sort"):
            return None
        if action.id == "history.export" and self._export_these is None:
            return "there is nothing to export from here"
        if self._list.selected is None:
            return "no call is selected"
        leg = self._chosen
        if leg is None:
            return "it is no longer in the journal"
        if action.id == "history.travel":
            if self._travel_to is None:
                return "another moment is shown already"
            return None if leg.began_at is not None else "when it began is not known"
        return None

    def _open(self) -> None:
        from console.ui.screens.past_call import PastCallPane

        leg = self._chosen
        assert leg is not None
        self.app.push_screen(PastCallPane(self.services, leg.key, self._open_event))

    def _flow(self) -> None:
        from console.ui.screens.flow import FlowPane

        leg = self._chosen
        assert leg is not None
        self.app.push_screen(FlowPane(self.services, [leg.key], self._open_event))

    def _sort(self) -> None:
        orders = list(Order)
        self._list.sort(orders[(orders.index(self._rows.order) + 1) % len(orders)])
        self._tell()

    def _mark(self) -> None:
        number = self._list.selected
        assert number is not None
        self._rows.marked ^= {number}
        self._list.sync()
        self._list.action_move("down")
        self._tell()

    def _travel(self) -> None:
        leg = self._chosen
        assert leg is not None
        assert leg.began_at is not None
        assert self._travel_to is not None
        self.dismiss(None)
        self._travel_to(leg.began_at, leg.key)

    def _copy(self) -> None:
        leg = self._chosen
        assert leg is not None
        self._copy_text(leg.call_control_id or leg.call_leg_id or leg.key, "call id")

    def _export(self) -> None:
        assert self._export_these is not None
        try:
            what = _choices(self, self._rows)
        except JournalError as error:
            words = f"The journal cannot be read: {error.user_message}"
            self.app.notify(words, title="Export", severity="error", markup=False)
            return
        self._export_these(what)

    def _back(self) -> None:
        if self._filter.text:
            self._filter.action_clear()
        elif self._rows.marked:
            self._rows.marked.clear()
            self._list.sync()
            self._tell()
        else:
            self.dismiss(None)


def _choices(screen: HistoryScreen, rows: HistoryRows) -> list[What]:
    """What may be exported, the likeliest first. Raises `JournalError`."""
    from console.ui.exporting import What

    legs = screen.selected_legs()
    if rows.marked:
        what = [What(words=f"the {len(legs)} marked", calls=legs)]
    else:
        what = [What(words="the call under the cursor, with its conversation", calls=legs)]
    if rows.filter is not None and not rows.is_searching:
        found = screen.found_legs()
        what.append(What(words=f"the {len(found)} that the filter shows", calls=found))
    what.append(What(words="everything in the journal", calls=None))
    return what


def _words(leg: Leg, services: Services) -> str:
    """A call in a sentence."""
    words = f"{route(leg, services.look)}  {state_words(leg, services.now())}"
    if not leg.is_live:
        words += f": {ended_words(leg)}"
    return f"{words}  {leg.note}" if leg.note else words
