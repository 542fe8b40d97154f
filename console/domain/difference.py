"""What differs between two JSON values, member by member. Pure; values of other types than JSON's count as scalars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

MAX_DEPTH = 100
"""Nesting that is looked into; what is deeper is compared whole."""
_ALIGNED = 300
"""Longer lists are compared place by place, which costs no more than reading them."""

Step = str | int
Path = tuple[Step, ...]


class Verdict(StrEnum):
    """The words for a difference."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Difference(NamedTuple):
    """One place in either value. `old` is None where it was added, `new` where it was removed."""

    path: Path
    verdict: Verdict
    old: object = None
    new: object = None


def differences(old: object, new: object) -> Iterator[Difference]:
    """Every place that holds no others, in the order of the old value, additions where they belong."""
    yield from _compare(old, new, ())


def path_words(path: Path) -> str:
    """`data.payload.tags[0]`; a dot for the whole."""
    words = "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" if step else '[""]' for step in path
    )
    return words.removeprefix(".") or "."


def _compare(old: object, new: object, path: Path) -> Iterator[Difference]:
    if len(path) < MAX_DEPTH:
        if isinstance(old, dict) and isinstance(new, dict) and (old or new):
            yield from _objects(old, new, path)
            return
        if isinstance(old, list) and isinstance(new, list) and (old or new):
            yield from _lists(old, new, path)
            return
    if _is_same(old, new):
        yield Difference(path, Verdict.SAME, old, new)
    else:
        yield Difference(path, Verdict.CHANGED, old, new)


def _objects(
    old: Mapping[str, object], new: Mapping[str, object], path: Path
) -> Iterator[Difference]:
    for name, value in old.items():
        if name in new:
            yield from _compare(value, new[name], (*path, name))
        else:
            yield from _whole(value, (*path, name), Verdict.REMOVED)
    for name, value in new.items():
        if name not in old:
            yield from _whole(value, (*path, name), Verdict.ADDED)


def _lists(old: Sequence[object], new: Sequence[object], path: Path) -> Iterator[Difference]:
    """Lists of scalars are aligned, so that one insertion is one addition; others are compared by place."""
    if max(len(old), len(new)) <= _ALIGNED and all(_is_scalar(each) for each in (*old, *new)):
        yield from _aligned(old, new, path)
        return
    both = min(len(old), len(new))
    for place in range(both):
        yield from _compare(old[place], new[place], (*path, place))
    for place in range(both, len(old)):
        yield from _whole(old[place], (*path, place), Verdict.REMOVED)
    for place in range(both, len(new)):
        yield from _whole(new[place], (*path, place), Verdict.ADDED)


def _aligned(old: Sequence[object], new: Sequence[object], path: Path) -> Iterator[Difference]:
    before, after = ([(type(each), each) for each in side] for side in (old, new))
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for code, begin, end, start, stop in codes:
        if code == "equal":
            for place in range(begin, end):
                yield Difference((*path, place), Verdict.SAME, old[place], old[place])
            continue
        paired = min(end - begin, stop - start)
        for step in range(paired):
            values = old[begin + step], new[start + step]
            yield Difference((*path, begin + step), Verdict.CHANGED, *values)
        for place in range(begin + paired, end):
            yield Difference((*path, place), Verdict.REMOVED, old[place])
        for place in range(start + paired, stop):
            yield Difference((*path, place), Verdict.ADDED, None, new[place])


def _whole(value: object, path: Path, verdict: Verdict) -> Iterator[Difference]:
    """Every scalar of what only one side has."""
    inner: list[tuple[Step, object]] = []
    if len(path) < MAX_DEPTH and isinstance(value, dict):
        inner = list(value.items())
    elif len(path) < MAX_DEPTH and isinstance(value, list):
        inner = list(enumerate(value))
    if not inner:
        old, new = (None, value) if verdict is Verdict.ADDED else (value, None)
        yield Difference(path, verdict, old, new)
    for step, each in inner:
        yield from _whole(each, (*path, step), verdict)


def _is_scalar(value: object) -> bool:
    return not isinstance(value, dict | list)


def _is_same(old: object, new: object) -> bool:
    """Of the same type, too: the number 1, true and "1" are three things."""
    try:
        return type(old) is type(new) and old == new
    except RecursionError:
        return False
