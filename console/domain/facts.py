"""Everything Telnyx said of one leg, kept so that it merges.

`LegFacts` is a join semilattice: earliest and latest times, sets of identifiers, and registers in which the latest
`(occurred_at, event key)` wins. Taking in the same event twice changes nothing, and the order does not matter. What
is shown follows from these facts alone (`standing.py`, `projection.py`).
"""

from __future__ import annotations

from console.domain.entries import Checked, Micros

Stamp = tuple[Micros, bytes]
"""When, and which event said so; the key settles equal times."""

Register = tuple[Stamp, str]

MAX_DIGITS = 64
"""How many of the latest single digits a leg remembers."""

RECORDED, SIGNED = "recorded", "signed"
"""Registers that say whether Telnyx's records spoke of the leg, and whether a webhook did: once, at no time."""
_AT_NO_TIME: Stamp = (0, b"")

MAX_NOTES = 200
"""How many notes on one leg are counted."""


_IDS = {"session": 2, "connection": 3, "client_state": 4}
_ENDS = {"from": 2, "to": 3}
SHARED = (*_IDS, *_ENDS)
"""What most events repeat."""


class LegFacts:
    """What events and Telnyx's records said of one leg. Mutable; only `absorption.absorb`, `check` and `merge` change it."""

    __slots__ = (
        "alive",
        "answered",
        "bridged",
        "checked_end",
        "control_ids",
        "digits",
        "ends",
        "first",
        "hangup",
        "ids",
        "initiated",
        "last",
        "latest",
        "leg_ids",
        "live",
        "mixed",
        "notes",
        "registers",
        "started",
        "unlisted",
    )

    def __init__(self) -> None:
        self.control_ids: tuple[str, ...] = ()
        self.leg_ids: tuple[str, ...] = ()
        self.first: Micros | None = None
        self.last: Micros | None = None
        self.initiated: Micros | None = None
        self.answered: Micros | None = None
        self.bridged: Micros | None = None
        self.hangup: Micros | None = None
        self.started: Micros | None = None
        """Start of the leg as Telnyx's records have it."""
        self.checked_end: Micros | None = None
        """End of the leg as Telnyx's records have it."""
        self.live: Micros | None = None
        """The latest event that only a live leg can cause."""
        self.alive: Micros | None = None
        """When Telnyx's records last said that the leg lives; our clock."""
        self.unlisted: Micros | None = None
        """When `active_calls` last did not list the leg; our clock."""
        self.latest: dict[str, Stamp] = {}
        self.registers: dict[str, Register] = {}
        self.ids: tuple[Micros, bytes, str, str, str] | None = None
        """(at, key, session, connection, client_state) of the latest event that had all three, as most have."""
        self.ends: tuple[Micros, bytes, str, str] | None = None
        """(at, key, from, to) of the latest event that had both."""
        self.mixed = False
        """Whether some of those five also stand in registers of their own."""
        self.digits: tuple[tuple[Micros, bytes, str], ...] = ()
        self.notes: tuple[Stamp, ...] = ()
        """When operators wrote notes, and which; the latest of them."""

    @property
    def key(self) -> str:
        """The leg's key: its call_control_id, else `leg:` and its call_leg_id; empty if it has neither."""
        if self.control_ids:
            return self.control_ids[0]
        return f"leg:{self.leg_ids[0]}" if self.leg_ids else ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the leg can be found by: its call_control_ids, and `leg:` with each call_leg_id; the key is the first."""
        return (*self.control_ids, *(f"leg:{leg_id}" for leg_id in self.leg_ids))

    @property
    def is_known(self) -> bool:
        """Whether Telnyx ever spoke of this leg as of one that lived, so that it belongs on the board."""
        return self.first is not None or self.alive is not None

    def value(self, name: str) -> str | None:
        """The register's present value; None where there is none or it was cleared."""
        register = self.registers.get(name)
        return (register[1] or None) if register is not None else None

    def shared(self, name: str) -> str | None:
        """The present value of one of the five that come in groups: the group's or the register's, the later."""
        group = self.ends if name in _ENDS else self.ids
        register = self.registers.get(name)
        if group is None or (register is not None and register[0] >= group[:2]):
            return (register[1] or None) if register is not None else None
        place = _ENDS[name] if name in _ENDS else _IDS[name]
        value = group[place]
        return value if isinstance(value, str) and value else None

    def put(self, name: str, stamp: Stamp, value: str) -> bool:
        """Writes a register if this is news; "" clears."""
        old = self.registers.get(name)
        if old is not None and (stamp, value) <= old:
            return False
        self.registers[name] = (stamp, value)
        return True

    def put_shared(self, name: str, stamp: Stamp, value: str) -> bool:
        """Writes one of the five that mostly come in groups, where it came alone."""
        self.mixed = True
        return self.put(name, stamp, value)

    def identify(self, control_id: str | None, leg_id: str | None) -> bool:
        """Adds identifiers; whether one was new."""
        changed = False
        if control_id and control_id not in self.control_ids:
            self.control_ids = tuple(sorted((*self.control_ids, control_id)))
            changed = True
        if leg_id and leg_id not in self.leg_ids:
            self.leg_ids = tuple(sorted((*self.leg_ids, leg_id)))
            changed = True
        return changed


def check(facts: LegFacts, fact: Checked) -> bool:
    """Takes in what Telnyx's records say of this leg; whether anything is new."""
    at = fact.at
    stamp = (at, b"")
    changed = False
    if fact.call_session_id:
        changed |= facts.put_shared("session", stamp, fact.call_session_id)
    if fact.client_state is not None:
        changed |= facts.put_shared("client_state", stamp, fact.client_state)
    if (fact.listed or fact.alive) and (facts.alive is None or at > facts.alive):
        facts.alive = at
        changed = True
    if fact.listed is False and (facts.unlisted is None or at > facts.unlisted):
        facts.unlisted = at
        changed = True
    if fact.started_at is not None:
        changed |= earliest(facts, "started", fact.started_at)
    if fact.alive is False:
        changed |= earliest(facts, "checked_end", fact.ended_at or at)
    return changed


def merge(into: LegFacts, other: LegFacts) -> None:
    """Joins what was known of the same leg under another identifier."""
    into.control_ids = tuple(sorted({*into.control_ids, *other.control_ids}))
    into.leg_ids = tuple(sorted({*into.leg_ids, *other.leg_ids}))
    for name in EARLIEST:
        value = getattr(other, name)
        if value is not None:
            earliest(into, name, value)
    for name in LATEST:
        value, present = getattr(other, name), getattr(into, name)
        if value is not None and (present is None or value > present):
            setattr(into, name, value)
    into.ids = max(filter(None, (into.ids, other.ids)), default=None)
    into.mixed |= other.mixed
    into.ends = max(filter(None, (into.ends, other.ends)), default=None)
    for kind, stamp in other.latest.items():
        if kind not in into.latest or stamp > into.latest[kind]:
            into.latest[kind] = stamp
    for name, (stamp, text_) in other.registers.items():
        into.put(name, stamp, text_)
    for digit in other.digits:
        add_digit(into, digit)
    for stamp in other.notes:
        add_note(into, stamp)


EARLIEST = ("first", "initiated", "answered", "bridged", "hangup", "started", "checked_end")
LATEST = ("last", "live", "alive", "unlisted")


def earliest(facts: LegFacts, name: str, at: Micros) -> bool:
    """Moves one of the `EARLIEST` back to `at` if that is earlier; whether it did."""
    present: Micros | None = getattr(facts, name)
    if present is not None and present <= at:
        return False
    setattr(facts, name, at)
    return True


def vouch(facts: LegFacts, *, is_record: bool) -> bool:
    """Notes by which way the leg is known; whether anything looks different now."""
    registers = facts.registers
    name = RECORDED if is_record else SIGNED
    if name in registers:
        return False
    registers[name] = (_AT_NO_TIME, "1")
    return is_record or RECORDED in registers


def add_digit(facts: LegFacts, digit: tuple[Micros, bytes, str]) -> bool:
    """Adds a single digit; whether it is news. Only the latest `MAX_DIGITS` are kept."""
    if digit in facts.digits:
        return False
    kept = tuple(sorted((*facts.digits, digit)))[-MAX_DIGITS:]
    changed = kept != facts.digits
    facts.digits = kept
    return changed


def add_note(facts: LegFacts, stamp: Stamp) -> bool:
    """Counts a note; whether it is news. Only the latest `MAX_NOTES` are kept."""
    if stamp in facts.notes:
        return False
    kept = tuple(sorted((*facts.notes, stamp)))[-MAX_NOTES:]
    changed = kept != facts.notes
    facts.notes = kept
    return changed
