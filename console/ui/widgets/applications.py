"""The list of Call Control applications."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from console.ui.presenters.application_rows import Application, ApplicationRows, Ours
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.widgets.line_list import LineList


class ApplicationList(LineList[str]):
    """One line for each; the selection is an application, not a line."""

    class Highlighted(Message):
        """Another application is selected."""

    def __init__(
        self,
        *,
        glyphs: Glyphs = UNICODE,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        self._applications = ApplicationRows(glyphs)
        super().__init__(self._applications, glyphs=glyphs, name=name, id=id, classes=classes)

    def show(self, applications: Sequence[Application], ours: Ours) -> None:
        """Replaces what is shown; the first one is selected where the one before is gone."""
        self._applications.show(applications, ours)
        self.sync()
        if self.selected is None and applications:
            self.select(self._applications.key_at(0))

    @property
    def application(self) -> Application | None:
        """The selected one."""
        return self._applications.get(self.selected)

    def highlighted(self, key: str | None) -> None:  # noqa: ARG002
        self.post_message(self.Highlighted())

    class Activated(Message):
        """Enter, or a double click."""

    def activated(self, key: str) -> None:  # noqa: ARG002
        self.post_message(self.Activated())
