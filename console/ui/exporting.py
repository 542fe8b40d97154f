"""Exporting from the desk: what is meant, the question, the work beside the screen, and what came of it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.legs import Leg
from console.domain.times import SECOND
from console.errors import ConsoleError
from console.exports import FileExists, Format, Order
from console.ui.marking import marked
from console.ui.saving import file_stem
from console.ui.wording import far_end

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.services import Services

_TITLE = "Export"


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """One choice of calls: how it is called, which they are; None: everything in the journal."""

    words: str
    calls: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the dialog was told."""

    what: What
    format: Format
    redact: bool
    name: str
    replace: bool = False


def choices(app: ConsoleApp, services: Services) -> tuple[What, ...]:
    """What may be exported now, the likeliest first: the marked calls, the one under the cursor, what the filter shows,
    everything.
    """
    desk = app.desk
    found: list[What] = []
    legs = marked(services)
    if legs:
        found.append(What(words=f"{_calls(len(legs))} marked", calls=_ids(legs)))
    leg = desk.selected
    if leg is not None:
        words = f"the call of {far_end(leg, services.look)}, with its conversation"
        found.append(What(words=words, calls=_ids([leg])))
    if desk.calls_filter.text:
        shown = [each for key in desk.view.keys if (each := services.store.board.get(key))]
        if shown:
            words = f"{_calls(len(shown))} that the filter shows"
            found.append(What(words=words, calls=_ids(shown)))
    found.append(What(words="everything in the journal", calls=None))
    return tuple(found)


def ask_export(app: ConsoleApp, services: Services, meant: Sequence[What] = ()) -> None:
    """Opens the dialog; `meant` are the choices of a screen over the desk."""
    from console.ui.dialogs.export import ExportDialog

    leg = app.desk.selected
    who = "" if leg is None or services.redacted else leg.from_ or leg.to or ""
    at = time.localtime(services.now() // SECOND)
    stem = file_stem("call", who, at) if who else f"calls-{time.strftime('%Y%m%d-%H%M%S', at)}"

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            app.run_worker(
                _work(app, services, answer), name="export", group="export", exclusive=False, exit_on_error=False
            )  # fmt: skip

    dialog = ExportDialog(services, tuple(meant) or choices(app, services), stem)
    app.push_screen(dialog, answered)


async def _work(app: ConsoleApp, services: Services, answer: Answer) -> None:
    export = services.options.export
    assert export is not None
    order = Order(format=answer.format, calls=answer.what.calls or (), redact=answer.redact)
    folder = services.options.export_folder
    try:
        path = await asyncio.to_thread(export, order, folder, answer.name, answer.replace)
    except FileExists as error:
        # The dialog looked; somebody was faster.
        app.notify(error.user_message, title=_TITLE, severity="warning")
    except ConsoleError as error:
        app.notify(error.user_message, title=_TITLE, severity="error")
    except Exception as error:  # noqa: BLE001  the worker border
        app.report(error)
    else:
        masked = ", redacted" if answer.redact else ""
        app.notify(f"saved as {path}{masked}", title=_TITLE)


def place_of(services: Services, name: str) -> Path:
    """Where a file of this name is written."""
    folder = services.options.export_folder
    place = folder.expanduser() if folder is not None else Path.cwd()
    return place / os.path.expanduser(name)


def is_there(path: Path) -> bool:
    """Whether something has this name; what cannot be looked at is said when it is written."""
    return os.path.lexists(path)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def _ids(legs: Sequence[Leg]) -> tuple[str, ...]:
    return tuple(leg.call_control_id or leg.call_leg_id or leg.key for leg in legs)


FORMATS: Mapping[Format, str] = {
    Format.JSONL: "JSON lines: opens again",
    Format.CSV: "CSV: a row for each call",
    Format.TEXT: "text: timeline and ladder",
    Format.SVG: "SVG: the ladder as a picture",
}
"""What each is for."""
