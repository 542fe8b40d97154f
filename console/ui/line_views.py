"""Opens what is about the line as a whole: pulse, alerts, callers to ring back. Imported when first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.ui.actions import BY_ID
from console.ui.line_watch import LineWatch
from console.ui.screens.alerts import AlertsPane
from console.ui.screens.pulse import PulsePane
from console.ui.screens.ring_back import RingBackPane

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.sending import Sending
    from console.ui.services import Services


def open_view(name: str, app: ConsoleApp, services: Services, sending: Sending) -> None:
    """The pane with this action id."""
    line = services.line
    if line is None:
        line = services.line = LineWatch(app, services)
    match name:
        case "pulse":
            app.push_screen(PulsePane(services, line, app.copy_text))
        case "alerts":
            app.push_screen(AlertsPane(services, line))
        case _:
            dial = BY_ID["call.dial"]
            app.push_screen(
                RingBackPane(
                    services,
                    line,
                    lambda number: sending.dial(dial, number),
                    lambda: sending.why_not(dial, None),
                    app.desk.feed.look,
                )
            )
