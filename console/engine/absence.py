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

from console.domain.entries import Micros
from console.engine.poll.reading import MEMORY
from console.engine.recorder import Outage, Recorder
from console.errors import JournalError
from console.journal.records import gap_draft
from console.journal.sqlite import SqliteReader, SqliteWriter
from console.operator import Reconciled

if TYPE_CHECKING:
    from console.engine.reconcile import Reconciler

SHORTEST = 15_000_000
"""µs; signs of life are that far apart at most, with time to spare, and Telnyx repeats what failed for as long."""
_SINCE, _UNTIL = "absent_since", "absent_until"
"""Counters in the journal: an absence of which nothing has been told yet, in µs."""


class Absence(NamedTuple):
    """What is known of the time before the start."""

    since: Micros | None
    """The last sign of an engine; None when there was none before."""
    until: Micros
    heard_until: Micros | None
    """When the last verified webhook arrived."""
    live: int = 0
    """Legs that lived when it began."""
    is_resumed: bool = False
    """Whether an engine began to look after it, and was killed before it had told of it."""

    @property
    def is_worth_mentioning(self) -> bool:
        return self.since is not None and self.until - self.since >= SHORTEST

    @property
    def why(self) -> str:
        return "no engine ran long enough to compare" if self.is_resumed else "no engine ran"


def _file(journal: Path) -> Path:
    real = Path(os.path.realpath(journal))
    return real.with_name(f"{real.name}.lock")


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


def look_back(reader: SqliteReader, sign: Micros | None, until: Micros) -> Absence:
    """The absence that ends now, and what an engine before this one left untold. Raises `JournalError`.

    To be asked before anything new is heard; `live` is for `with_live` to say.
    """
    entries = reader.tail(1)
    if not entries:
        return Absence(None, until, None)
    last = entries[-1].received_at
    signs = [at for at in (sign, last) if at is not None and at <= until]
    found = Absence(max(signs, default=last), until, _heard_until(reader, until))
    return _with_untold(found, reader.remains.counter(_SINCE), reader.remains.counter(_UNTIL))


def _heard_until(reader: SqliteReader, until: Micros) -> Micros | None:
    """When webhooks were last heard; what Telnyx's records do not go back to any more is not looked at."""
    oldest = until - MEMORY
    before = reader.seq_at(oldest)
    heard = reader.remains.last_heard(before)
    return oldest if heard is None and before else heard


def _with_untold(found: Absence, since: Micros | None, until: Micros | None) -> Absence:
    """`since` and `until` are those of an absence that nothing was told of."""
    if since is None or until is None or found.since is None or not since <= until <= found.until:
        return found
    heard = None if found.heard_until is None else min(found.heard_until, since)
    if not found.is_worth_mentioning:
        return found._replace(since=since, until=until, heard_until=heard)
    # An engine that could not start has not lived: that is the same absence, and it goes on.
    is_resumed = since < found.since
    return found._replace(since=min(since, found.since), heard_until=heard, is_resumed=is_resumed)


def with_live(absence: Absence, reader: SqliteReader, live: int) -> Absence:
    """`live` is how many legs live now; when it began others may have. Raises `JournalError`."""
    if not live and absence.is_worth_mentioning and absence.since is not None:
        live = len(reader.legs.live_at(reader.seq_at(absence.since), absence.since))
    return absence._replace(live=live)


async def keep_in_mind(writer: SqliteWriter, absence: Absence) -> None:
    """Durable before this engine gives a sign of life: when it is killed it leaves the absence to the next."""
    if absence.is_worth_mentioning:
        # A full disk keeps no engine from starting; it is reported where webhooks cannot be kept.
        with suppress(JournalError):
            await writer.count({_SINCE: absence.since, _UNTIL: absence.until})
    give_sign(writer.path)


async def forget(writer: SqliteWriter, absence: Absence) -> None:
    """It has been told of, or there is nothing to tell."""
    if absence.is_worth_mentioning:
        # What stays is told once more at the next start.
        with suppress(JournalError):
            await writer.count({_SINCE: None, _UNTIL: None})


async def record_absence(
    recorder: Recorder, absence: Absence, found: Reconciled | None, at: Micros
) -> bool:
    """Says in the journal what may be missing, if anything may. `found` is None when Telnyx was not asked.

    Whether all is told.
    """
    if not absence.is_worth_mentioning or absence.since is None:
        return True
    goes_back = absence.until - absence.since <= MEMORY
    is_filled = found is not None and found.ok
    if goes_back and not absence.live and (is_filled or found is None):
        return True
    since, until = _clock_times(absence.since, absence.until)
    if is_filled and found is not None:
        reason = f"{absence.why} between {since} and {until}: {_filled(found)}"
        reason += "" if goes_back else "; they go back 24 hours, what was before is incomplete"
    else:
        why = "Telnyx was not asked what happened" if found is None else found.message
        reason = f"incomplete between {since} and {until}: {absence.why}, and {why}"
    draft = gap_draft(reason, at, since=absence.since, until=absence.until)
    return await recorder.try_append(draft) is not None


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
        reconciler.miss(outage.since)
        found = await reconciler.run()
        if found.ok and reconciler.missed_since is not None:
            # That was one under way, which had asked for what was missed before this.
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
