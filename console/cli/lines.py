"""An entry, or a leg, as a line for a person or as JSON for a program (DESIGN 5.1)."""

from collections.abc import Callable
from datetime import datetime

from console.domain.entries import Entry, Kind, Micros
from console.domain.legs import Leg
from console.domain.text import clean
from console.domain.times import iso, local_clock
from console.domain.wording import describe
from console.journal import jsonlines
from console.journal.facts import fact_of


def entry_line(*, as_json: bool, with_date: bool = False) -> Callable[[Entry], str]:
    """How entries are printed: JSON lines, or the local time (with the date) and a sentence."""
    if as_json:
        return jsonlines.line
    return _dated if with_date else _plain


def leg_json(leg: Leg) -> dict[str, object]:
    """A leg with exactly the keys of the contract; times ISO 8601 or null."""
    return {
        "call_control_id": leg.call_control_id,
        "call_leg_id": leg.call_leg_id,
        "call_session_id": leg.call_session_id,
        "connection_id": leg.connection_id,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "state": str(leg.state),
        "stale": leg.stale,
        "initiated_at": _time(leg.initiated_at),
        "answered_at": _time(leg.answered_at),
        "bridged_at": _time(leg.bridged_at),
        "ended_at": _time(leg.ended_at),
        "hangup_cause": leg.hangup_cause,
        "hangup_source": leg.hangup_source,
        "sip_hangup_cause": leg.sip_hangup_cause,
        "marks": sorted(str(mark) for mark in leg.marks),
    }


def _plain(entry: Entry) -> str:
    return f"{local_clock(entry.received_at, millis=True)}  {_words(entry)}"


def _dated(entry: Entry) -> str:
    day = datetime.fromtimestamp(entry.received_at // 1_000_000).astimezone().date()
    return f"{day} {_plain(entry)}"


def _words(entry: Entry) -> str:
    words = clean(describe(entry, fact_of(entry)))
    is_read = entry.kind is Kind.API and entry.event_type is not None
    return f"{words}  (from Telnyx's records, unsigned)" if is_read else words


def _time(at: Micros | None) -> str | None:
    return None if at is None else iso(at)
