"""Text safety: what came from outside, made fit for a terminal, once, at the border.

Control characters become their visible pictures, so that nobody can move the cursor, set a title or hide a word;
characters that only change direction, join or separate disappear. Combining marks stay: names need them.
"""

from __future__ import annotations

import re
import unicodedata

MAX_DEPTH = 64
"""Nesting of JSON beyond which the rest is replaced by an ellipsis."""

_FOLDERS = re.compile(r"(?<![^\s'\"(])(?:~|/[^/\s]+)(?:/[^/\s]+)*/(?=[^/\s])")
_REPLACEMENT = "�"
_CATEGORIES = {
    "Zs": " ",
    "Zl": "␤",
    "Zp": "␤",
    "Cf": None,
}


class _Table(dict[int, str | None]):
    """A translation table that fills itself: most text needs a handful of its entries."""

    def __missing__(self, code: int) -> str | None:
        replacement = _replacement(code)
        self[code] = replacement
        return replacement


def _replacement(code: int) -> str | None:
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    character = chr(code)
    if character.isprintable():
        return character
    return _CATEGORIES.get(unicodedata.category(character), _REPLACEMENT)


_TABLE = _Table()


def clean(s: str) -> str:
    """The text with everything that a terminal could obey, or a reader could miss, made visible or dropped."""
    return s if s.isprintable() else s.translate(_TABLE)


def without_folders(sentence: str) -> str:
    """The sentence with files by their names only: for one line, where folders would take the place of what is wrong."""
    return _FOLDERS.sub("", sentence)


def clean_tree(value: object) -> object:
    """The same for every string, keys included, in nested JSON; deeper than `MAX_DEPTH` becomes an ellipsis."""
    return _clean_tree(value, MAX_DEPTH)


def _clean_tree(value: object, depth: int) -> object:
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_TABLE)
    if isinstance(value, dict):
        if not depth:
            return "…"
        return {
            clean(k) if isinstance(k, str) else k: _clean_tree(v, depth - 1)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_clean_tree(v, depth - 1) for v in value] if depth else "…"
    return value
