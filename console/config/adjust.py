"""Changes one setting in a configuration file without touching anything else that stands there, comments included.

A file is edited as text and read again: unless exactly the wanted setting has changed, nothing is written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from console.config.check import BYTE_ORDER_MARK
from console.config.keys import PROFILES
from console.config.write import write_text
from console.errors import ConfigError


def set_text(file: Path, key: str, value: str, *, profile: str | None = None) -> None:
    """Sets a setting (`api.connection_id`) to a text, of a profile or of the file itself; makes the file if there is none.

    Raises `ConfigError` that says what to write by hand; the file then is as it was.
    """
    # Whoever keeps the file elsewhere and links to it wants the link to stay.
    target = file.resolve()
    section, _, name = key.rpartition(".")
    steps = [*([PROFILES, profile] if profile is not None else []), *section.split(".")]
    by_hand = f"write it by hand: [{'.'.join(steps)}] {name} = {_quoted(value)}"
    try:
        text = target.read_text(encoding="utf-8") if target.exists() else ""
        before = text.removeprefix(BYTE_ORDER_MARK)
        tables = tomllib.loads(before)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} cannot be read, so it was not changed; {by_hand}") from error
    after = _edited(before, steps, name, _quoted(value))
    if not _is_as_wanted(after, tables, steps, name, value):
        raise ConfigError(f"{file} is written in a way that cannot be changed safely; {by_hand}")
    write_text(target, after if text == before else BYTE_ORDER_MARK + after)


def _edited(text: str, steps: list[str], name: str, value: str) -> str:
    """The text with the setting's line replaced, or added below its table's heading, or with a table of its own."""
    lines = text.splitlines(keepends=True)
    line = f"{name} = {value}\n"
    start = next((at for at, each in enumerate(lines) if _heading(each) == steps), None)
    if start is None:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        heading = ".".join(each if _BARE.fullmatch(each) else _quoted(each) for each in steps)
        return f"{text}{gap}[{heading}]\n{line}"
    if not lines[start].endswith("\n"):
        lines[start] += "\n"
    for at in range(start + 1, len(lines)):
        if _heading(lines[at]) is not None:
            break
        if re.match(rf"\s*{re.escape(name)}\s*=", lines[at]):
            return "".join([*lines[:at], line, *lines[at + 1 :]])
    return "".join([*lines[: start + 1], line, *lines[start + 1 :]])


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def _heading(line: str) -> list[str] | None:
    """The names in `[a.b]`; None for a line that is no heading, empty for one that is of no use here."""
    stripped = line.strip()
    if not stripped.startswith("["):
        return None
    try:
        found: Mapping[str, object] = tomllib.loads(stripped)
    except tomllib.TOMLDecodeError:
        return []
    steps: list[str] = []
    while len(found) == 1:
        ((name, inner),) = found.items()
        steps.append(name)
        if not isinstance(inner, Mapping):
            return []
        found = inner
    return steps


def _is_as_wanted(
    text: str, before: Mapping[str, object], steps: list[str], name: str, value: str
) -> bool:
    """Whether the text says what the old tables said, with this one setting."""
    try:
        return tomllib.loads(text) == _with(before, [*steps, name], value)
    except tomllib.TOMLDecodeError:
        return False


def _with(tables: Mapping[str, object], steps: list[str], value: str) -> dict[str, object]:
    first, *rest = steps
    if not rest:
        return {**tables, first: value}
    inner = tables.get(first, {})
    return {**tables, first: _with(inner if isinstance(inner, Mapping) else {}, rest, value)}


def _quoted(value: str) -> str:
    """A text as TOML has it; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
