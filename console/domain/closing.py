"""How each leg of a conversation closed: why it ended, how it sounded, what it cost, as far as Telnyx said.

Quality comes from `call_quality_stats` of call.hangup (absent or null where there was no sound), cost from call.cost,
which Telnyx sends only where `call_cost_in_webhooks` is on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.domain.endings import ender_of, hangup_sentence
from console.domain.entries import Entry, Event, Fact
from console.domain.legs import Leg, LegState
from console.domain.sip_words import REFUSAL, SIP_STATUS, refusal_code
from console.domain.values import mapping, number, text

Payload = Mapping[str, object]

_SILENT_CAUSES = (None, "unspecified", "normal_clearing")
"""Causes that leave it to the SIP status to say what happened."""


class Closing(NamedTuple):
    """One leg's close in words; what is not known is empty."""

    leg: Leg
    ended: str
    quality: str = ""
    cost: str = ""


def closings(pairs: Sequence[tuple[Entry, Fact]], legs: Sequence[Leg]) -> tuple[Closing, ...]:
    """For each leg that has ended, in the order of the legs."""
    hangups: dict[str, Payload] = {}
    costs: dict[str, Payload] = {}
    for _entry, fact in pairs:
        if isinstance(fact, Event) and fact.type in ("call.hangup", "call.cost"):
            kept = hangups if fact.type == "call.hangup" else costs
            for name in (fact.call_control_id, fact.call_leg_id):
                if name:
                    kept.setdefault(name, fact.payload)
    found = []
    for leg in legs:
        if leg.state is not LegState.ENDED:
            continue
        hangup, cost = _of(leg, hangups), _of(leg, costs)
        found.append(Closing(leg, _ended(leg, hangup), quality_words(hangup), cost_words(cost)))
    return tuple(found)


def closing_words(closing: Closing) -> str:
    """All of it on one line."""
    said = (closing.ended, closing.quality, closing.cost)
    return ", ".join(part for part in said if part)


def _of(leg: Leg, payloads: Mapping[str, Payload]) -> Payload:
    names = (leg.key, leg.call_control_id, leg.call_leg_id)
    return next((payloads[name] for name in names if name and name in payloads), {})


def _ended(leg: Leg, hangup: Payload) -> str:
    by = ender_of(leg)
    sentence = hangup_sentence(leg.hangup_cause, leg.hangup_source, leg.sip_hangup_cause, by)
    if by is not None:
        return sentence
    more = why_refused(leg.hangup_cause, leg.sip_hangup_cause, refusal_code(hangup))
    return f"{sentence}: {more}" if more else sentence


def why_refused(cause: str | None, sip: str | None, code: str | None) -> str:
    """What a refusal code means, or the SIP status where the cause says nothing; empty where there is no more to say."""
    if code is not None:
        return f"{REFUSAL.get(code.upper(), 'Telnyx refused it')} ({code})"
    if cause in _SILENT_CAUSES and sip is not None and sip != "487":
        return SIP_STATUS.get(sip, "")
    return ""


def quality_words(hangup: Payload) -> str:
    """`MOS 4.50, loss 1.5 % (9 of 600 packets)`; loss is skipped packets over skipped and received ones."""
    heard = mapping(mapping(hangup, "call_quality_stats"), "inbound")
    parts = []
    mos = text(heard, "mos")
    if mos is not None:
        parts.append(f"MOS {mos}")
    received, skipped = number(heard, "packet_count"), number(heard, "skip_packet_count")
    if received is not None and skipped is not None and received + skipped > 0:
        whole = received + skipped
        parts.append(f"loss {100 * skipped / whole:.1f} % ({skipped:.0f} of {whole:.0f} packets)")
    return ", ".join(parts)


def cost_words(cost: Payload) -> str:
    """`0.0120 USD for 60 s`; money stays as the text that Telnyx sent."""
    total = text(cost, "total_cost")
    if total is None:
        return ""
    parts = cost.get("cost_parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    currency = text(first, "currency") if isinstance(first, dict) else None
    billed = number(cost, "billed_duration_secs")
    words = f"{total} {currency}" if currency else total
    return f"{words} for {billed:.0f} s" if billed is not None else words
