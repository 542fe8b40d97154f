"""Why a leg ended, in words: who ended it, whether that was us, and what Telnyx gives as the cause.

Telnyx names the caller or the called party as the source also where our own command ended the call, so the sentence asks
first whether an accepted hang-up or rejection of ours came before the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from console.domain.entries import CommandDone, CommandSent, Micros
from console.domain.legs import Leg
from console.domain.times import SECOND

CLOCKS: Micros = 10 * SECOND
"""How far our clock, which times commands, may be ahead of Telnyx's, which times ends."""

_WHO = {"caller": "caller", "callee": "called party"}

_CAUSES = {
    "call_rejected": "rejected",
    "timeout": "rang until the time-out",
    "time_limit": "reached its time limit",
    "user_busy": "busy",
    "not_found": "destination not found",
    "no_answer": "no answer",
    "unspecified": "ended without a stated cause",
}

_BY_US = {"hangup": "ended by us", "reject": "rejected by us"}


class Ender(NamedTuple):
    """Our command that ended a leg, and who gave it (empty where that is not recorded)."""

    action: str
    operator: str = ""


def ender_of(leg: Leg) -> Ender | None:
    """Our command that ended the leg; None while it lives, and where somebody else ended it."""
    if leg.ended_at is None:
        return None
    found = [
        record
        for record in leg.commands.values()
        if record.action in _BY_US
        # With a code it was answered that the call had ended already: then it was not us.
        and record.ok
        and record.status is not None
        and record.code is None
        and record.sent_at <= leg.ended_at + CLOCKS
    ]
    if not found:
        return None
    first = min(found, key=lambda record: (record.sent_at, record.command_id))
    return Ender(first.action, first.operator)


def ender_by(sent: CommandSent | None, done: CommandDone | None) -> Ender | None:
    """The same from the two halves of a command that an end confirms."""
    action = sent.action if sent is not None else done.action if done is not None else ""
    if action not in _BY_US or done is None or not is_accepted(done):
        return None
    return Ender(action, sent.operator if sent is not None else "")


def is_accepted(done: CommandDone) -> bool:
    """Whether Telnyx took it; not where the call had ended before."""
    return done.ok and done.status is not None and done.code is None


def hangup_sentence(
    cause: str | None, source: str | None, sip: str | None, by: Ender | None = None
) -> str:
    """Why a leg ended: `caller hung up before an answer (originator_cancel, SIP 487)`, `ended by us (ann), normal_clearing`."""
    known = _joined((cause, f"SIP {sip}" if sip else None))
    if by is not None:
        who = f"{_BY_US[by.action]} ({by.operator})" if by.operator else _BY_US[by.action]
        return f"{who}, {known}" if known else who
    sentence = _cause_words(cause, _WHO.get(source or ""))
    return f"{sentence} ({known})" if known else sentence


def _joined(parts: Iterable[str | None]) -> str:
    return ", ".join(part for part in parts if part)


def _cause_words(cause: str | None, who: str | None) -> str:
    if cause == "originator_cancel":
        return f"{who or 'caller'} hung up before an answer"
    if cause == "call_rejected" and who is not None:
        return f"rejected by the {who}"
    words = _CAUSES.get(cause or "")
    if words is not None:
        return words
    return f"{who} hung up" if who is not None else "hung up"
