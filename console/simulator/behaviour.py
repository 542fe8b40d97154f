"""How people behave: those who call, and those who are called, chosen by their number (DESIGN 5.4). Pure."""

from enum import StrEnum
from typing import NamedTuple

from console.simulator.fate import Fate
from console.simulator.numbers import last_four


class Reaction(StrEnum):
    """What a called party does in the end."""

    ANSWER = "answer"
    RING = "ring"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECT = "reject"
    NOT_FOUND = "not_found"


class Plan(NamedTuple):
    """What a party is going to do; times in simulated seconds from the start of the leg."""

    reaction: Reaction
    after_s: float
    """When the called party reacts, or how long a caller waits for an answer."""
    early_media_s: float | None = None
    """When early media begins; None: at the answer."""
    talk_s: float | None = None
    """How long after the answer the party hangs up; None: never by itself."""
    machine: bool = False


_FAILURES = {
    "0190": Reaction.RING,
    "0191": Reaction.BUSY,
    "0192": Reaction.NO_ANSWER,
    "0193": Reaction.REJECT,
    "0194": Reaction.NOT_FOUND,
}
_FAILS_AFTER_S = {
    Reaction.RING: (0.0, 0.0),
    Reaction.BUSY: (0.6, 1.4),
    Reaction.NO_ANSWER: (14.0, 20.0),
    Reaction.REJECT: (1.5, 3.5),
    Reaction.NOT_FOUND: (0.3, 0.7),
}


def callee(fate: Fate, lot: str, to: str) -> Plan:
    """What happens at a destination, by the last four digits of its number."""
    digits = last_four(to)
    reaction = _FAILURES.get(digits, Reaction.ANSWER)
    if reaction is not Reaction.ANSWER:
        return Plan(reaction, fate.between(*_FAILS_AFTER_S[reaction], lot, "reacts"))
    if digits == "0189":
        early = fate.between(0.8, 1.5, lot, "early")
        return Plan(reaction, early + fate.between(5.0, 8.0, lot, "answers"), early)
    answers = fate.between(0.9, 2.6, lot, "answers")
    if digits == "0195":
        return Plan(reaction, answers, machine=True)
    return Plan(reaction, answers, talk_s=2.0 if digits == "0196" else None)


def caller(fate: Fate, lot: str, patience_s: float | None) -> Plan:
    """How long somebody who calls waits for an answer (15 to 40 s), and talks after it (half a minute to 5)."""
    if patience_s is None:
        patience_s = fate.between(15.0, 40.0, lot, "patience")
    talk_s = 30.0 + 270.0 * fate.fraction(lot, "talk") ** 2
    return Plan(Reaction.ANSWER, patience_s, talk_s=talk_s)
