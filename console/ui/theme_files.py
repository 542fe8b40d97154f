"""Themes of the operator's own: `themes/*.toml` beside the configuration, each with a name, `dark` and colours.

Read when a theme is chosen, or when the one to begin with is none of the known.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from textual.color import Color, ColorParseError
from textual.theme import Theme

COLOURS = (
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel", "boost", "success", "warning",
    "error",
)  # fmt: skip
_KEYS = ("name", "dark", "colours")
_LARGEST = 100_000
_MOST = 200


class Found(NamedTuple):
    """The themes that can be used, and a sentence for every file that cannot."""

    themes: list[Theme]
    faults: list[str]


def read_themes(folder: Path | None) -> Found:
    """Every theme of the folder, in the order of the file names; no folder is no fault."""
    found = Found([], [])
    if folder is None or not folder.is_dir():
        return found
    for file in sorted(folder.glob("*.toml"))[:_MOST]:
        try:
            theme = _theme(file)
        except _Wrong as wrong:
            found.faults.append(f"{file}: {wrong}")
            continue
        if any(theme.name == other.name for other in found.themes):
            found.faults.append(f"{file}: another file has a theme {theme.name} already")
        else:
            found.themes.append(theme)
    return found


class _Wrong(Exception):
    """What is wrong with a file, in words."""


def _theme(file: Path) -> Theme:
    try:
        if file.stat().st_size > _LARGEST:
            raise _Wrong("too large for a theme")
        # Some editors of Windows begin a UTF-8 text with a byte order mark.
        tables = tomllib.loads(file.read_text(encoding="utf-8").removeprefix("\ufeff"))
    except OSError as error:
        raise _Wrong(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _Wrong("not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise _Wrong(f"not valid TOML: {error}") from error
    for key in tables:
        if key not in _KEYS:
            raise _Wrong(f"unknown key {key[:40]}; {_nearest(key, _KEYS)}")
    name, dark, colours = tables.get("name", file.stem), tables.get("dark"), tables.get("colours")
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 40:
        raise _Wrong("name: expected a text of one to forty characters")
    if not isinstance(dark, bool):
        raise _Wrong("dark: expected true or false")
    if not isinstance(colours, dict) or "primary" not in colours:
        raise _Wrong('expected a table [colours] with at least primary = "#5fb3b3"')
    values: dict[str, Any] = {key: _colour(key, value) for key, value in colours.items()}
    return Theme(name=name, dark=dark, **values)


def _colour(key: str, value: object) -> str:
    if key not in COLOURS:
        raise _Wrong(f"colours.{key[:40]}: there is no such colour; {_nearest(key, COLOURS)}")
    if not isinstance(value, str):
        raise _Wrong(f'colours.{key}: expected a text such as "#5fb3b3"')
    try:
        Color.parse(value)
    except ColorParseError as error:
        raise _Wrong(f"colours.{key}: {value[:40]!r} is no colour; write it as #rrggbb") from error
    return value


def _nearest(key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
