"""Puts the parts of polling together for an engine, and begins where an earlier one ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.engine.api_state import ApiState
from console.engine.lookup import Picture
from console.engine.poll import cursor
from console.engine.poll.pace import Bounds
from console.engine.recorder import Recorder
from console.errors import ConfigError
from console.journal.api import JournalReader

if TYPE_CHECKING:
    from console.engine.absence import Absence
    from console.engine.poll.poller import Poller
    from console.engine.reconcile import Reconciler
    from console.engine.settings import EngineSettings

NO_API_KEY = (
    "polling reads Telnyx's records and needs an API key:"
    " set TELNYX_API_KEY, or api.api_key_file or api.api_key_command"
)


def poller_of(
    settings: EngineSettings,
    reconciler: Reconciler,
    recorder: Recorder,
    picture: Picture,
    api: ApiState,
    clock: Callable[[], Micros],
) -> Poller:
    """The poller that reads through the same questions as `reconciler`. Raises `ConfigError` without an API key."""
    from console.engine.poll.poller import Poller

    if reconciler.lookup is None:
        raise ConfigError(NO_API_KEY)
    return Poller(
        reconciler.lookup,
        recorder,
        picture,
        reconciler,
        api,
        clock,
        bounds=settings.poll or Bounds(),
        connection_id=settings.connection_id,
    )


def resume(
    poller: Poller | None, reconciler: Reconciler, reader: JournalReader, absence: Absence
) -> None:
    """Says from when on what was missed is looked for, and where polling goes on. Raises `JournalError`."""
    if poller is None:
        reconciler.heard_until = absence.heard_until
        if absence.is_worth_mentioning:
            reconciler.missed_since = absence.since
        return
    # All deliveries are read, so failed ones need not be asked for.
    since = cursor.start(reader, absence.heard_until, absence.until)
    reconciler.missed_since = since
    poller.begin(since)
