"""The time before the start in which no engine ran: when it began, whether it matters, and saying so in the journal.

A running engine gives a sign of life every few seconds, as the time of the lock file's last change; so a quiet hour is
not taken for an absence, and a killed engine's is known to the second or so.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from console.domain.entries import Kind, Micros
from console.engine.poll.reading import MEMORY
from console.engine.recorder import Outage, Recorder
from console.journal.api import JournalReader
from console.journal.records import gap_draft
from console.operator import Reconciled

if TYPE_CHECKING:
    from console.engine.reconcile import Reconciler

SHORTEST = 15_000_000
"""µs; signs of life are that far apart at most, with time to spare, and Telnyx repeats what failed for as long."""
LOOKED_BACK = 2_000
"""Entries in which the last webhook is looked for."""


class Absence(NamedTuple):
    """What is known of the time before the start."""

    since: Micros | None
    """The last sign of an engine; None when there was none before."""
    until: Micros
    heard_until: Micros | None
    """When the last verified webhook arrived."""
    live: int = 0
    """Legs that lived when it began."""

    @property
    def is_worth_mentioning(self) -> bool:
        return self.since is not None and self.until - self.since >= SHORTEST


def _file(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}.lock")


def last_sign(journal: Path) -> Micros | None:
    """When an engine last gave a sign of life. Ask before the journal is opened for writing, which gives one."""
    try:
        return _file(journal).stat().st_mtime_ns // 1000
    except OSError:
        return None


def give_sign(journal: Path) -> None:
    """This engine lives. A file system that does not take it makes absences longer than they were, never shorter."""
    with suppress(OSError):
        os.utime(_file(journal))


def put_back_sign(journal: Path, sign: Micros | None) -> None:
    """An engine that could not start has not lived: the absence that began before it goes on.

    `sign` is the one before (0: there was none), None where the journal was never this engine's to write.
    """
    if sign is not None:
        with suppress(OSError):
            os.utime(_file(journal), ns=(sign * 1000, sign * 1000))


def look_back(reader: JournalReader, sign: Micros | None, until: Micros, live: int) -> Absence:
    """The absence that ends now. Raises `JournalError`."""
    entries = reader.tail(LOOKED_BACK)
    if not entries:
        return Absence(None, until, None)
    heard = [
        entry.received_at for entry in entries if entry.kind is Kind.WEBHOOK and entry.verified
    ]
    last = entries[-1].received_at
    signs = [at for at in (sign, last) if at is not None and at <= until]
    return Absence(max(signs, default=last), until, max(heard, default=None), live)


async def record_absence(recorder: Recorder, absence: Absence, found: Reconciled | None) -> None:
    """Says in the journal what may be missing, if anything may. `found` is None when Telnyx was not asked."""
    if not absence.is_worth_mentioning or absence.since is None:
        return
    goes_back = absence.until - absence.since <= MEMORY
    is_filled = found is not None and found.ok
    if goes_back and not absence.live and (is_filled or found is None):
        return
    since, until = _clock_times(absence.since, absence.until)
    if is_filled and found is not None:
        reason = f"no engine ran between {since} and {until}: {_filled(found)}"
        reason += "" if goes_back else "; they go back 24 hours, what was before is incomplete"
    else:
        why = "Telnyx was not asked what happened" if found is None else found.message
        reason = f"incomplete between {since} and {until}: no engine ran, and {why}"
    draft = gap_draft(reason, absence.until, since=absence.since, until=absence.until)
    await recorder.try_append(draft)


def _filled(found: Reconciled) -> str:
    counts = (found.extra.get(name) for name in ("missed", "undelivered"))
    read = sum(count for count in counts if isinstance(count, int))
    if not read:
        return "Telnyx's records hold nothing that is missing here"
    events = "1 event was" if read == 1 else f"{read} events were"
    return f"{events} read from Telnyx's records, which need not be complete"


async def make_up_for(outage: Outage, recorder: Recorder, reconciler: Reconciler) -> None:
    """Says in the journal that it could not be written for a while, and what Telnyx's records made up for."""
    found: Reconciled | None = None
    if reconciler.can_ask:
        reconciler.missed_since = outage.since
        found = await reconciler.run()
    what = "1 entry was" if outage.lost == 1 else f"{outage.lost} entries were"
    reason = f"{what} not kept: {outage.reason}"
    if found is not None:
        reason += f"; {_filled(found) if found.ok else found.message}"
    draft = gap_draft(reason, outage.until, since=outage.since, until=outage.until)
    await recorder.try_append(draft)


def _clock_times(since: Micros, until: Micros) -> tuple[str, str]:
    """Both as clock times of this machine, with the day where they are of different days."""
    begin, end = (datetime.fromtimestamp(at / 1_000_000).astimezone() for at in (since, until))
    form = "%H:%M" if begin.date() == end.date() else "%Y-%m-%d %H:%M"
    if begin.strftime(form) == end.strftime(form):
        form = "%H:%M:%S"
    return begin.strftime(form), end.strftime(form)
