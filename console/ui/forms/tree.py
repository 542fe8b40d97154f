"""Values inside values: reading and changing one place of nested objects and lists, without touching the original. Pure."""

from __future__ import annotations

from typing import Final

Path = tuple[str | int, ...]
"""Where a value stands: names of members, indexes of entries. `()` is the whole."""

ADD: Final = -1
"""As the last step of a path: the entry or member that is not there yet."""


class Unset:
    """The value of a place where there is none; JSON's null is a value."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset()


def value_at(root: object, path: Path) -> object:
    """The value at a place, UNSET if there is none."""
    here = root
    for step in path:
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step, UNSET)
        elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
            here = here[step]
        else:
            return UNSET
    return here


def with_value(root: object, path: Path, value: object) -> object:
    """A copy with `value` at a place; objects on the way are made, an index behind the end appends."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        entries = list(root) if isinstance(root, list) else []
        if 0 <= step < len(entries):
            entries[step] = with_value(entries[step], rest, value)
        else:
            entries.append(with_value(UNSET, rest, value))
        return entries
    members = dict(root) if isinstance(root, dict) else {}
    members[step] = with_value(members.get(step, UNSET), rest, value)
    return members


def without(root: object, path: Path) -> object:
    """A copy without the place. An object or list that becomes empty goes too, unless it is an entry of a list."""
    if not path or value_at(root, path) is UNSET:
        return root
    step, rest = path[0], path[1:]
    if isinstance(root, list) and isinstance(step, int):
        entries = list(root)
        if rest:
            entries[step] = without(entries[step], rest)
        else:
            del entries[step]
        return entries
    assert isinstance(root, dict)
    members = dict(root)
    left = without(members[step], rest) if rest else UNSET
    emptied = left in ({}, []) and len(rest) >= 1
    if left is UNSET or emptied:
        del members[step]
    else:
        members[step] = left
    return members


def swapped(root: object, path: Path, step: int) -> tuple[object, Path]:
    """A copy in which a list's entry has changed places with its neighbour, and where it stands then."""
    parent, last = path[:-1], path[-1] if path else None
    entries = value_at(root, parent)
    if not isinstance(entries, list) or not isinstance(last, int):
        return root, path
    to = last + step
    if not (0 <= last < len(entries) and 0 <= to < len(entries)):
        return root, path
    moved = list(entries)
    moved[last], moved[to] = moved[to], moved[last]
    return with_value(root, parent, moved), (*parent, to)


def dotted(path: Path) -> str:
    """`("a", 0, "b")` → `a[0].b`, as the checks name a place."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += "[+]" if step == ADD else f"[{step}]"
        else:
            said += f".{step}" if said else step
    return said
