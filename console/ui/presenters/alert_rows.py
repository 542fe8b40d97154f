"""Alerts as rows: those that hold, the rules that are quiet, then what is over."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from console.domain.alerts import Alert, Alerts
from console.domain.entries import Micros
from console.domain.times import local_clock, span
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows

_NAME = 18
_STATE = 17


class AlertRow(NamedTuple):
    """One line."""

    key: str
    name: str
    """Of the rule."""
    sign: str
    state: str
    role: Role
    words: str
    can_act: bool


def alert_rows(alerts: Alerts, now: Micros, glyphs: Glyphs = UNICODE) -> list[AlertRow]:
    """All lines, what matters most first."""
    rows = [_raised(each, now, glyphs) for each in alerts.raised]
    loud = {each.rule.name for each in alerts.raised}
    rows += [
        AlertRow(
            f"rule:{rule.name}",
            rule.name,
            glyphs.off,
            "quiet",
            Role.DIM,
            f"watches: {rule.told}",
            False,
        )
        for rule in alerts.rules
        if rule.name not in loud
    ]
    return rows + [_past(each, place) for place, each in enumerate(alerts.past)]


def _raised(alert: Alert, now: Micros, glyphs: Glyphs) -> AlertRow:
    state, role, sign = "raised", Role.BAD, "!"
    if alert.acknowledged:
        state, role, sign = "acknowledged", Role.WARN, glyphs.on
    elif alert.snoozed_until is not None and now < alert.snoozed_until:
        state, role, sign = f"asleep {span(alert.snoozed_until - now)}", Role.WARN, glyphs.busy
    words = f"{alert.sentence}, for {span(max(0, now - alert.raised_at))}"
    return AlertRow(f"rule:{alert.rule.name}", alert.rule.name, sign, state, role, words, True)


def _past(alert: Alert, place: int) -> AlertRow:
    begun, ended = local_clock(alert.raised_at), alert.cleared_at or alert.raised_at
    words = f"{begun} to {local_clock(ended)}, {alert.rule.told}"
    return AlertRow(
        f"past:{place}:{alert.raised_at}", alert.rule.name, " ", "over", Role.DIM, words, False
    )


class AlertRows(Rows[str]):
    """Rows by key; the rule's row stays the same one when it is raised and cleared."""

    header_lines = 1

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        self._glyphs = glyphs
        self._rows: Sequence[AlertRow] = ()
        self._index: dict[str, int] = {}

    def show(self, rows: Sequence[AlertRow]) -> None:
        """Replaces everything."""
        self._rows = rows
        self._index = {each.key: place for place, each in enumerate(rows)}

    def row(self, key: str | None) -> AlertRow | None:
        """The row of a key."""
        place = self._index.get(key or "")
        return None if place is None else self._rows[place]

    def __len__(self) -> int:
        return len(self._rows)

    def key_at(self, index: int) -> str:
        return self._rows[index].key

    def index_of(self, key: str) -> int | None:
        return self._index.get(key)

    def stamp(self, key: str) -> Hashable:
        return self.row(key)

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        if not self._rows:
            return ()
        words = f"    {fit('state', _STATE)} {fit('alert', _NAME)} what"
        return fit_line((Span(words, Role.HEADER),), width)

    def draw(self, key: str, sub: int, width: int) -> Line:  # noqa: ARG002
        row = self.row(key)
        if row is None:
            return (Span("  "),)
        ellipsis = self._glyphs.ellipsis
        return fit_line(
            (
                Span("  "),
                Span(f"{row.sign} {fit(row.state, _STATE)} ", row.role),
                Span(fit(shown(row.name), _NAME, ellipsis=ellipsis) + " "),
                Span(shown(row.words), Role.DIM if row.role is Role.DIM else Role.TEXT),
            ),
            width,
        )
