"""Taking an application's webhook URL and giving it back: what changes, whether it would work, and asking for both."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Button, Checkbox
from textual.widgets.button import ButtonVariant

from console.domain.text import clean
from console.errors import ConsoleError
from console.standing import TakingAnswer, TakingHealth
from console.telnyx.applications import Difference
from console.ui.compat import report
from console.ui.dialogs.plain import PlainDialog
from console.ui.notices import Severity
from console.ui.presenters.application_rows import present_differences
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.wrapping import wrapped
from console.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from console.ui.services import Services

_WIDTH = 62
_TITLE = "Webhook URL"
_MEANS = "At the engine's end it is put back, unless somebody else has changed it."
_FAILOVER = "Its own URL as failover"
_LEFT = (
    "An engine before this one took it and ended without giving it back. It can go back now, or be"
    " kept until the end of this engine, or stay as it is."
)


class TakeDialog(PlainDialog[bool]):
    """Gives whether the application's own URL is to be its failover; None to change nothing."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"

    def __init__(self, services: Services, found: TakingAnswer) -> None:
        super().__init__(services, f"Take the webhooks of {found.application_name}?")
        self._found = found

    @property
    def confirm_label(self) -> str:
        reach = self._found.reach
        return "Take it" if reach is not None and reach.ok else "Take it all the same"

    @property
    def variant(self) -> ButtonVariant:
        reach = self._found.reach
        return "primary" if reach is not None and reach.ok else "error"

    def compose_body(self) -> ComposeResult:
        yield LinesView(glyphs=self.services.look.glyphs, id="report")
        if self._found.failover is not None:
            yield Checkbox(_FAILOVER, True, id="failover", compact=True)

    def fill(self) -> None:
        self.query_one(LinesView).show(list(self._lines()))

    def _lines(self) -> Iterator[Line]:
        found, room = self._found, self.room(_WIDTH)
        reach = found.reach
        if reach is not None:
            sign, role = ("ok", Role.GOOD) if reach.ok else ("bad", Role.BAD)
            for place, row in enumerate(wrapped(clean(reach.sentence), room - 7)):
                yield (Span(f"  {sign if place == 0 else '':<4} ", role), Span(row))
            yield ()
        changes = [Difference(each.name, each.before, each.after) for each in found.changes]
        yield from present_differences(changes, room)
        yield ()
        yield from _paragraph(_MEANS, room)
        if found.failover is not None:
            said = f"What does not get here in time can go to {clean(found.failover)}:"
            yield from _paragraph(said, room)

    def result(self) -> bool:
        found = self.query("#failover")
        return bool(found) and found.first(Checkbox).value


class GiveBackDialog(PlainDialog[str]):
    """Gives the deed: `give_back`, or `keep` for what an engine before has left."""

    AUTO_FOCUS: ClassVar[str] = "#cancel"

    def __init__(self, services: Services, taken: TakingHealth) -> None:
        super().__init__(services, "Give the webhook URL back?")
        self._taken = taken

    @property
    def confirm_label(self) -> str:
        return "Give it back"

    def compose_body(self) -> ComposeResult:
        yield LinesView(glyphs=self.services.look.glyphs, id="report")
        if self._taken.is_left:
            yield Button("Keep it until the end", id="keep", compact=True)

    def fill(self) -> None:
        room = self.room(_WIDTH)
        lines = [*_paragraph(f"{self._taken.sentence}.", room), ()]
        lines += _paragraph(_LEFT if self._taken.is_left else _MEANS, room)
        self.query_one(LinesView).show(lines)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The third way."""
        if event.button.id == "keep":
            event.stop()
            self.dismiss("keep")

    def result(self) -> str:
        return "give_back"


def _paragraph(text: str, room: int) -> Iterator[Line]:
    for row in wrapped(clean(text), room):
        yield (Span("  "), Span(row))


def take_or_give_back(
    app: App[Any], services: Services, application_id: str | None, done: Callable[[], None]
) -> None:
    """Begins what the key is for: giving back what is taken, else taking. `done` when something has changed."""
    health = services.health
    taken = None if health is None else health.taking
    if taken is not None:
        _begin(app, _give_back(app, services, taken, done))
    else:
        _begin(app, _take(app, services, application_id, done))


def _begin(app: App[Any], work: Coroutine[None, None, None]) -> None:
    app.run_worker(
        _bordered(app, work), name="webhook url", group="webhook url", exit_on_error=False
    )


async def _bordered(app: App[Any], work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except ConsoleError as error:
        _tell(app, error.user_message, "error")
    except Exception as error:  # noqa: BLE001  the worker border
        report(app, error)


async def _take(
    app: App[Any], services: Services, application_id: str | None, done: Callable[[], None]
) -> None:
    operator = services.operator
    _tell(app, "asking through the public address whether it leads here …", "information")
    found = await operator.webhook_url("look", application_id=application_id)
    if found.reach is None or not found.changes:
        _tell(app, found.sentence, "error" if found.reach is None else "information")
        return
    with_failover = await app.push_screen_wait(TakeDialog(services, found))
    if with_failover is None:
        return
    answer = await operator.webhook_url(
        "take",
        application_id=application_id,
        with_failover=with_failover,
        # It was tested a moment ago, or is wanted all the same.
        untested=True,
    )
    _tell(app, answer.sentence, "information" if answer.ok else "error")
    done()


async def _give_back(
    app: App[Any], services: Services, taken: TakingHealth, done: Callable[[], None]
) -> None:
    deed = await app.push_screen_wait(GiveBackDialog(services, taken))
    if deed is None:
        return
    answer = await services.operator.webhook_url(deed)
    _tell(app, answer.sentence, "information" if answer.ok else "error")
    done()


def _tell(app: App[Any], sentence: str, severity: Severity) -> None:
    app.notify(clean(sentence), title=_TITLE, severity=severity, timeout=12, markup=False)
