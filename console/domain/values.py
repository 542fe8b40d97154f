"""Narrowing of JSON: a field of the type asked for, or None. Telnyx marks no webhook field as required and sends
other types than documented, so nothing here raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

_NOTHING: Mapping[str, object] = {}


def text(m: Mapping[str, object], name: str) -> str | None:
    """The field as text: a non-empty string, or a number written out."""
    value = m.get(name)
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return _written(value)


def number(m: Mapping[str, object], name: str) -> float | None:
    """The field as a finite number; a string that reads as one counts."""
    value = m.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def flag(m: Mapping[str, object], name: str) -> bool | None:
    """The field as a boolean; only real booleans count."""
    value = m.get(name)
    return value if isinstance(value, bool) else None


def mapping(m: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The field as an object; empty if it is anything else."""
    value = m.get(name)
    return value if isinstance(value, dict) else _NOTHING


def items(m: Mapping[str, object], name: str) -> Sequence[object]:
    """The field as a list; empty if it is anything else."""
    value = m.get(name)
    return value if isinstance(value, list) else ()


def _written(value: float) -> str | None:
    try:
        return str(value)
    except ValueError:  # an integer longer than the interpreter is willing to write out
        return None
