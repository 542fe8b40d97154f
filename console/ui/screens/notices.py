"""What was said to the operator in this session, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.domain.times import local_clock
from console.ui.compat import Guarded
from console.ui.notices import Notice

_SIGNS = {"information": "·", "warning": "!", "error": "✗"}


class NoticesScreen(Guarded, ModalScreen[None]):
    """Nothing here can be changed; Escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,N", "close", "close", show=False)]

    def __init__(self, notices: Sequence[Notice]) -> None:
        super().__init__()
        self._notices = notices

    def compose(self) -> ComposeResult:
        lines = [_line(notice) for notice in self._notices] or [Content("nothing was said yet")]
        with VerticalScroll(id="notices"):
            yield Static(Content("\n").join(lines))

    def on_mount(self) -> None:
        frame = self.query_one("#notices")
        frame.border_title = Content("Notices")
        frame.border_subtitle = Content("esc close")

    def action_close(self) -> None:
        """Back to where it was opened."""
        self.dismiss(None)


def _line(notice: Notice) -> Content:
    title = f"{notice.title}: " if notice.title else ""
    times = f" (×{notice.count})" if notice.count > 1 else ""
    clock = local_clock(notice.at)
    return Content.assemble(
        (f"{clock} {_SIGNS[notice.severity]} ", "dim"), (title, "bold"), f"{notice.text}{times}"
    )
