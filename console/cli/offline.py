"""A screen over a journal that nobody serves: an opened file, a replay. Nothing can be sent, nothing is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from console.cli import desk
from console.config.contacts import Contacts
from console.domain.entries import Micros
from console.store.store import Store
from console.ui.app import ConsoleApp
from console.ui.offline import NoEngine, OfflineLife

if TYPE_CHECKING:
    from console.config.load import Loaded
    from console.journal.reader import SqliteReader
    from console.ui.options import UiOptions

_KEPT_ENDED = 20_000
_FOR_EVER: Micros = 1 << 60

Options = Callable[["UiOptions"], "UiOptions"]


async def show(
    loaded: Loaded,
    reader: SqliteReader,
    words: str,
    clock: Callable[[], Micros],
    more: Options = lambda options: options,
) -> int:
    """Runs the screen until the operator leaves; its exit code. `words` say what is looked at, `more` adds to the options."""
    options = more(
        replace(
            desk.ui_options(loaded),
            profile=None,
            clock=clock,
            offline=words,
            memory=None,
            keep_connection=None,
            alerts={},
            bell=False,
        )
    )
    store = Store(reader, clock=clock, keep_ended=_KEPT_ENDED, keep_ended_for=_FOR_EVER)
    contacts = Contacts.load(loaded.contacts_path)
    app = ConsoleApp(store, NoEngine(), OfflineLife(words), options, contacts)
    await app.run_async(mouse=options.mouse)
    return app.return_code or 0
