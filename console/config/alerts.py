"""Alerts: what rings when, by names of the operator's (`[alerts.long-wait]`).

The tables are checked with the rest of the file and kept as they are; rules are made of them when the screen has begun,
because what they are made of is not needed before.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping

ALERTS = "alerts"

Tables = Mapping[str, Mapping[str, object]]


def alerts_of(tables: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The alerts of checked tables, in the order of the file."""
    found = tables.get(ALERTS, {})
    if not isinstance(found, Mapping):
        return {}
    return {name: dict(table) for name, table in found.items() if isinstance(table, Mapping)}


def alert_faults(found: object) -> Iterator[tuple[str, str]]:
    """What is wrong with the table `alerts`: the key below it, and a sentence."""
    if not isinstance(found, Mapping):
        yield "", f"expected tables such as [{ALERTS}.long-wait]"
        return
    for name, table in found.items():
        if not isinstance(table, Mapping):
            yield f".{name}", f"expected a table: [{ALERTS}.{name}]"
            continue
        for key, sentence in _of_alert(table):
            yield f".{name}.{key}", sentence


def _of_alert(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    from console.domain.alerts import Watched

    kinds = [str(each) for each in Watched]
    watch = table.get("watch")
    if not isinstance(watch, str) or watch not in kinds:
        near = difflib.get_close_matches(str(watch), kinds, n=1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(kinds)}"
        yield "watch", f"{'missing' if watch is None else 'unknown'}; {hint}"
    limit = table.get("limit")
    if not _is_number(limit):
        yield "limit", "missing; a number is needed: seconds, percent or a count"
    for name, value in table.items():
        check = _CHECKS.get(name)
        if check is None:
            near = difflib.get_close_matches(name, _CHECKS, n=1, cutoff=0.0)
            yield name, f"unknown key; did you mean {near[0]}?"
        elif name not in ("watch", "limit") and (reason := check(value)) is not None:
            yield name, reason
    yield from _sides(table, watch)


def _sides(table: Mapping[str, object], watch: object) -> Iterator[tuple[str, str]]:
    limit, clear = table.get("limit"), table.get("clear")
    if isinstance(limit, int | float) and isinstance(clear, int | float):
        if watch == "service_level" and clear < limit:
            yield "clear", "must not be below limit: the alert ends when the level is well above it"
        elif watch != "service_level" and clear > limit:
            yield "clear", "must not be above limit: the alert ends when the value is well below it"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _number(value: object) -> str | None:
    return None if _is_number(value) else "expected a number that is not negative"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "expected true or false"


def _argv(value: object) -> str | None:
    if isinstance(value, list) and value and all(isinstance(each, str) and each for each in value):
        return None
    return 'expected a list of the program and its arguments, as ["notify-send", "Calls"]: no shell reads it'


_CHECKS = {
    "watch": _number,
    "limit": _number,
    "clear": _number,
    "for_s": _number,
    "bell": _flag,
    "desktop": _flag,
    "command": _argv,
}


def zone_fault(zone: str) -> str | None:
    """Why a time zone cannot be used; None for the machine's own and for those that are known here."""
    if not zone:
        return None
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        return f"there is no time zone {zone} on this machine; an IANA name is needed, as Europe/Berlin"
    return None
