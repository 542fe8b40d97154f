"""Every request to Telnyx as a row: when, what, about which call, what came of it, how soon, by whom. Latest first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from console.domain.entries import CommandDone, CommandSent, Entry, Fact, Micros
from console.domain.times import local_clock
from console.reports import Asked
from console.ui.presenters.cells import Line, Role, Span, fit, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows

MOST = 2_000
"""Rows that are kept, the latest."""
_ACTION = 20
_CALL = 18
_RESULT = 5
_TOOK = 8


class RequestRow(NamedTuple):
    """One command, or one question. `status` and `latency_ms` are None while there is no answer."""

    at: Micros
    action: str
    call: str | None
    by: str
    is_done: bool = False
    is_ok: bool = False
    status: int | None = None
    latency_ms: float | None = None
    attempts: int = 0
    message: str = ""
    seq: int | None = None
    """The outcome's entry, else the command's; None for questions, which are not in the journal."""


class RequestRows(Rows[str]):
    """Rows by command_id, or by the number of a question."""

    header_lines = 1

    def __init__(self, who: Callable[[str], str] = shown, glyphs: Glyphs = UNICODE) -> None:
        """`who` names a call by its call_control_id."""
        self._who = who
        self._glyphs = glyphs
        self._rows: dict[str, RequestRow] = {}
        self._order: list[str] = []
        self._index: dict[str, int] = {}

    # -- what is known

    def take(self, pairs: Iterable[tuple[Entry, Fact]]) -> None:
        """Commands and outcomes, in any order, each any number of times."""
        changed = False
        for entry, fact in pairs:
            if isinstance(fact, CommandSent):
                changed |= self._sent(entry, fact)
            elif isinstance(fact, CommandDone):
                changed |= self._done(entry, fact)
        if changed:
            self._sort()

    def take_asked(self, asked: Sequence[Asked]) -> None:
        """Questions of the engine."""
        for each in asked:
            path, _, call = each.path.partition("/calls/")
            self._rows[f"?{each.at}/{each.number}"] = RequestRow(
                at=each.at,
                action=f"{each.method} {'/calls/…' if call else path}{_query(each)}",
                call=_unquoted(call.partition("/")[0]) if call else None,
                by=each.purpose,
                is_done=True,
                is_ok=each.status is not None and each.status < 400,
                status=each.status,
                latency_ms=each.latency_ms,
                attempts=each.attempts,
                message=each.message,
            )
        if asked:
            self._sort()

    def _sent(self, entry: Entry, fact: CommandSent) -> bool:
        row = self._rows.get(fact.command_id)
        if row is None:
            self._rows[fact.command_id] = RequestRow(
                entry.received_at, fact.action, fact.call_control_id, fact.operator, seq=entry.seq
            )
            return True
        new = row._replace(at=min(row.at, entry.received_at), by=fact.operator)
        self._rows[fact.command_id] = new
        return new != row

    def _done(self, entry: Entry, fact: CommandDone) -> bool:
        row = self._rows.get(fact.command_id)
        if row is not None and row.is_ok:
            return False
        at = entry.received_at - round(fact.latency_ms * 1000)
        before = row or RequestRow(at, fact.action, fact.call_control_id, "")
        self._rows[fact.command_id] = before._replace(
            call=before.call or entry.call_control_id,
            is_done=True,
            is_ok=fact.ok,
            status=fact.status,
            latency_ms=fact.latency_ms,
            attempts=fact.attempts,
            message=fact.message,
            seq=entry.seq,
        )
        return True

    def _sort(self) -> None:
        self._order = sorted(self._rows, key=self._place)
        for gone in self._order[MOST:]:
            del self._rows[gone]
        del self._order[MOST:]
        self._index = {key: place for place, key in enumerate(self._order)}

    def _place(self, key: str) -> tuple[Micros, int, str]:
        row = self._rows[key]
        return -row.at, -(row.seq or 0), key

    def row(self, key: str) -> RequestRow | None:
        """A row by its key."""
        return self._rows.get(key)

    @property
    def summary(self) -> str:
        """`12 requests, 2 failed`."""
        failed = sum(1 for row in self._rows.values() if row.is_done and not row.is_ok)
        count = len(self._rows)
        words = f"{count} request{'' if count == 1 else 's'}"
        return f"{words}, {failed} failed" if failed else words

    # -- rows

    def __len__(self) -> int:
        return len(self._order)

    def key_at(self, index: int) -> str:
        return self._order[index]

    def index_of(self, key: str) -> int | None:
        return self._index.get(key)

    def stamp(self, key: str) -> Hashable:
        return self._rows.get(key)

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        names = [fit("time", 12), fit("action", action_cells(width)), fit("call", _CALL),
                 fit("answer", _RESULT + 1), fit("took", _TOOK, "right")]  # fmt: skip
        return (Span("  " + " ".join(names) + "  by", Role.HEADER),)

    def draw(self, key: str, sub: int, width: int) -> Line:  # noqa: ARG002
        row = self._rows.get(key)
        if row is None:
            return (Span("  "),)
        dots = self._glyphs.ellipsis
        call = self._who(row.call) if row.call else ""
        took = "" if row.latency_ms is None else f"{row.latency_ms:.0f} ms"
        sign, answer, role = self._answer(row)
        more = [row.by] if row.by else []
        if row.attempts > 1:
            more.append(f"{row.attempts} attempts")
        return (
            Span("  "),
            Span(f"{local_clock(row.at, millis=True)} ", Role.DIM),
            Span(f"{fit(row.action, action_cells(width), ellipsis=dots)} ", Role.STRONG),
            Span(f"{fit(call, _CALL, ellipsis=dots)} "),
            Span(f"{sign} {fit(answer, _RESULT - 1)} ", role),
            Span(f"{fit(took, _TOOK, 'right', ellipsis=dots)}  ", Role.DIM),
            Span(shown("  ".join(more))),
            Span(
                f"  {shown(row.message)}" if row.message else "",
                Role.DIM if row.is_ok else Role.BAD,
            ),
        )

    def _answer(self, row: RequestRow) -> tuple[str, str, Role]:
        glyphs = self._glyphs
        if not row.is_done:
            return glyphs.busy, "…", Role.WARN
        words = "none" if row.status is None else str(row.status)
        return (glyphs.on, words, Role.GOOD) if row.is_ok else (glyphs.bad, words, Role.BAD)


def _query(each: Asked) -> str:
    return f"?{'&'.join(f'{name}={value}' for name, value in each.query.items())}" * bool(
        each.query
    )


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def action_cells(width: int) -> int:
    """How wide the action is: questions name their path and query."""
    return _ACTION + max(0, min(40, width - 90))
