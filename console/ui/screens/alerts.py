"""The alerts: which hold, what is watched, what is over; acknowledge and snooze."""

from __future__ import annotations

from textual.app import ComposeResult

from console.domain.times import SECOND
from console.ui.actions import Action, Scope
from console.ui.line_watch import LineWatch
from console.ui.presenters.alert_rows import AlertRow, AlertRows, alert_rows
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.row_list import RowList

SNOOZE_MIN = 10
_NONE = "no alerts are configured; config.example.toml shows how, under [alerts.NAME]"


class AlertsPane(LivePane):
    """Nothing here is sent anywhere: acknowledging is this desk's own."""

    SCOPE = Scope.ALERTS
    BINDINGS = keys_of(Scope.ALERTS)

    def __init__(self, services: Services, line: LineWatch) -> None:
        super().__init__(services)
        self._line = line
        self._rows = AlertRows(services.look.glyphs)
        self.verbs = {
            "alerts.acknowledge": self._acknowledge,
            "alerts.snooze": self._snooze,
            "alerts.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        glyphs = self.services.look.glyphs
        yield RowList(
            self._rows,
            glyphs=glyphs,
            empty=_NONE,
            moved=self._moved,
            opened=lambda _key: self.action_act("alerts.acknowledge"),
            id="alerts",
        )

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def _moved(self, _key: str | None) -> None:
        self.keys()

    def look(self) -> None:
        alerts, now = self._line.alerts, self.services.now()
        self._rows.show(alert_rows(alerts, now, self.services.look.glyphs))
        self.query_one(RowList).refill()
        loud = sum(each.is_loud(now) for each in alerts.raised)
        self.head("Alerts", f"{len(alerts.raised)} raised", f"{loud} loud" if loud else "")
        ready = self._line.metrics is not None
        self.say(
            "acknowledge: quiet until over; snooze: for ten minutes"
            if ready
            else "the line is not watched yet: the journal is being read"
        )
        self.keys()

    @property
    def _row(self) -> AlertRow | None:
        return self._rows.row(self.query_one(RowList).selected)

    def why_not(self, action: Action) -> str | None:
        if action.id == "alerts.back":
            return None
        row = self._row
        if row is None:
            return "no alert is selected"
        if not row.can_act:
            return "this alert is over" if row.state == "over" else "this alert is not raised"
        return None

    def _acknowledge(self) -> None:
        row = self._row
        assert row is not None
        self._line.alerts.acknowledge(row.name)
        self._changed()

    def _snooze(self) -> None:
        row = self._row
        assert row is not None
        self._line.alerts.snooze(row.name, self.services.now() + SNOOZE_MIN * 60 * SECOND)
        self._changed()

    def _changed(self) -> None:
        self._line.second()
        self.look()
