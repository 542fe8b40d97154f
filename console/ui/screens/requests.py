"""Every request to Telnyx: commands from the journal, questions from the engine's memory. Nothing secret is in either."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult

from console.errors import JournalError
from console.operator import Asked
from console.store.commands import commands_between
from console.ui.actions import Action, Scope
from console.ui.presenters.request_rows import RequestRow, RequestRows
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.row_list import RowList
from console.ui.widgets.search_line import SearchLine
from console.ui.wording import far_end

WINDOW = 10_000
"""Entries that are looked through at a time, backwards, until there is enough."""
ENOUGH = 500
"""So many requests are looked for in the past."""
ASK_EVERY = 20
"""Looks between two questions to the engine."""


class RequestsScreen(LivePane):
    """Latest on top; what comes is added while it is open, the past is read back a piece at a time."""

    SCOPE = Scope.REQUESTS
    BINDINGS = keys_of(Scope.REQUESTS)

    def __init__(
        self,
        services: Services,
        open_entry: Callable[[int], None],
        jump: Callable[[str], None],
    ) -> None:
        """`open_entry` shows an entry of the journal by its number, or says why it cannot."""
        super().__init__(services)
        self._open_entry = open_entry
        self._jump = jump
        self._rows = RequestRows(self._who, services.look.glyphs)
        self._read_to = self._read_from = services.store.seq
        self._looks = 0
        self._problem = ""
        self.verbs = {
            "requests.open": self._open,
            "requests.call": self._to_call,
            "requests.search": lambda: self.query_one(SearchLine).open(),
            "requests.back": self._back,
        }

    def compose_body(self) -> ComposeResult:
        empty = "no request was sent yet"
        yield RowList(
            self._rows,
            glyphs=self.services.look.glyphs,
            empty=empty,
            opened=lambda _key: self.action_act("requests.open"),
            moved=lambda _key: self._tell(),
            id="requests",
        )
        yield SearchLine(id="requests-search")

    def on_mount(self) -> None:
        self.query_one(SearchLine).subject = self._list.finder
        self._list.focus()

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    def _who(self, call: str) -> str:
        leg = self.services.store.board.get(call)
        return far_end(leg, self.services.look) if leg is not None else call

    def look(self) -> None:
        store, before = self.services.store, len(self._rows)
        try:
            if store.seq != self._read_to:
                self._rows.take(commands_between(store.reader, self._read_to, store.seq))
                self._read_to = store.seq
            if self._read_from > 0 and len(self._rows) < ENOUGH:
                start = max(0, self._read_from - WINDOW)
                self._rows.take(commands_between(store.reader, start, self._read_from))
                self._read_from = start
        except JournalError as error:
            self._problem = error.user_message
        if self._looks % ASK_EVERY == 0:
            self.ask(self.services.operator.requests, self._asked, self._not_asked)
        self._looks += 1
        self._list.sync()
        if not before and len(self._rows) and self._list.selected is None:
            self._list.select(self._rows.key_at(0))
        self._tell()

    def _tell(self) -> None:
        past = "" if self._read_from == 0 or len(self._rows) >= ENOUGH else "reading the past …"
        self.head("Requests to Telnyx", self._rows.summary, past)
        row = self._chosen
        words = f"{row.action}: {row.message}" if row is not None and row.message else ""
        self.say(words or self._problem, problem=bool(self._problem) and not words)
        self.keys()

    def _asked(self, asked: tuple[Asked, ...]) -> None:
        self._problem = ""
        self._rows.take_asked(asked)
        if self.is_attached:
            self._list.sync()
            self._tell()

    def _not_asked(self, words: str) -> None:
        self._problem = f"{words}; questions are missing here"
        if self.is_attached:
            self._tell()

    @property
    def _chosen(self) -> RequestRow | None:
        key = self._list.selected
        return self._rows.row(key) if key is not None else None

    def why_not(self, action: Action) -> str | None:
        row = self._chosen
        if action.id == "requests.open":
            if row is None:
                return "no request is selected"
            return None if row.seq is not None else "questions are not in the journal"
        if action.id == "requests.call":
            if row is None:
                return "no request is selected"
            if row.call is None:
                return "it is about no call"
            return None if self.services.store.leg(row.call) else "the journal knows no such call"
        return None

    def _open(self) -> None:
        row = self._chosen
        assert row is not None
        assert row.seq is not None
        self._open_entry(row.seq)

    def _to_call(self) -> None:
        row = self._chosen
        leg = self.services.store.leg(row.call) if row is not None and row.call else None
        if leg is not None:
            self.dismiss(None)
            self._jump(leg.key)

    @on(SearchLine.Closed)
    def _searched(self) -> None:
        self._list.focus()

    def _back(self) -> None:
        line = self.query_one(SearchLine)
        if line.is_open:
            line.action_close()
        else:
            self.dismiss(None)
