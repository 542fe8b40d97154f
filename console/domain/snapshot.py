"""The facts of a board as JSON and back: what a snapshot holds. Equal boards give equal snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from console.domain.facts import EARLIEST, LATEST, SHARED, LegFacts, Stamp
from console.domain.ledger import Command, Done, Sent

VERSION = 1

_TIMES = (*EARLIEST, *LATEST)
_GROUPS = {"ids": 3, "ends": 2}


def dumped(held: Iterable[LegFacts], commands: Iterable[Command]) -> dict[str, object]:
    """Legs and commands, sorted by identifier, with nothing but JSON in them."""
    legs = sorted(held, key=lambda facts: (facts.key, facts.leg_ids))
    ordered = sorted(commands, key=lambda command: command.command_id)
    return {
        "version": VERSION,
        "legs": [_leg(facts) for facts in legs],
        "commands": [
            [c.command_id, None if c.sent is None else _sent(c.sent), c.done and list(c.done)]
            for c in ordered
        ],
    }


def loaded(data: Mapping[str, object]) -> tuple[list[LegFacts], list[Command]]:
    """What `dumped` was given. Raises `ValueError` when it is of another version or not a snapshot at all."""
    if data.get("version") != VERSION:
        raise ValueError(f"a snapshot of version {data.get('version')!r}, not {VERSION}")
    legs, commands = data.get("legs"), data.get("commands")
    if not isinstance(legs, list) or not isinstance(commands, list):
        raise ValueError("a snapshot without legs or commands")
    try:
        return [_read_leg(leg) for leg in legs], [_read_command(*row) for row in commands]
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"a damaged snapshot: {error}") from error


def _leg(facts: LegFacts) -> dict[str, object]:
    out: dict[str, object] = {
        "control_ids": list(facts.control_ids),
        "leg_ids": list(facts.leg_ids),
    }
    for name in _TIMES:
        value = getattr(facts, name)
        if value is not None:
            out[name] = value
    for name in _GROUPS:
        group = getattr(facts, name)
        if group is not None:
            at, key, *values = group
            out[name] = [at, key.hex(), *values]
    if facts.latest:
        out["latest"] = {kind: [at, key.hex()] for kind, (at, key) in sorted(facts.latest.items())}
    out["registers"] = {
        name: [at, key.hex(), value] for name, ((at, key), value) in sorted(facts.registers.items())
    }
    if facts.digits:
        out["digits"] = [[at, key.hex(), digit] for at, key, digit in facts.digits]
    if facts.notes:
        out["notes"] = [[at, key.hex()] for at, key in facts.notes]
    return out


def _sent(sent: Sent) -> list[object]:
    return [sent.at, sent.action, sent.target, [list(pair) for pair in sent.params], sent.operator]


def _read_leg(data: Mapping[str, object]) -> LegFacts:
    facts = LegFacts()
    facts.control_ids = tuple(str(name) for name in _list(data["control_ids"]))
    facts.leg_ids = tuple(str(name) for name in _list(data["leg_ids"]))
    for name in _TIMES:
        if name in data:
            setattr(facts, name, _whole(data[name]))
    for name, size in _GROUPS.items():
        if name in data:
            row = _list(data[name])
            if len(row) != size + 2:
                raise TypeError(f"{name} has {len(row)} members")
            setattr(facts, name, (*_stamp(row), *(str(value) for value in row[2:])))
    latest, registers = data.get("latest", {}), data.get("registers", {})
    if not isinstance(latest, dict) or not isinstance(registers, dict):
        raise TypeError("registers are not an object")
    for kind, row in latest.items():
        facts.latest[kind] = _stamp(_list(row))
    for name, row in registers.items():
        facts.registers[name] = (_stamp(_list(row)), str(_list(row)[2]))
    facts.mixed = any(name in facts.registers for name in SHARED)
    facts.digits = tuple(
        (*_stamp(_list(row)), str(_list(row)[2])) for row in _list(data.get("digits", []))
    )
    facts.notes = tuple(_stamp(_list(row)) for row in _list(data.get("notes", [])))
    return facts


def _read_command(command_id: object, sent: object, done: object) -> Command:
    command = Command(str(command_id))
    if sent is not None:
        at, action, target, params, *more = _list(sent)
        pairs = tuple((str(name), str(value)) for name, value in map(_list, _list(params)))
        command.sent = Sent(_whole(at), str(action), str(target), pairs, *map(str, more[:1]))
    if done is not None:
        ok, at, status, code, message, latency, *names = _list(done)
        action, target, control_id, leg_id, session_id = (str(name) for name in names)
        command.done = Done(
            bool(ok), _whole(at), _whole(status), str(code), str(message), _whole(latency),
            action, target, control_id, leg_id, session_id,
        )  # fmt: skip
    return command


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError("a row is not a list")
    return value


def _stamp(row: Sequence[object]) -> Stamp:
    return _whole(row[0]), bytes.fromhex(str(row[1]))


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a time is not a whole number")
    return value
