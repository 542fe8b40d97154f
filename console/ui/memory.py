"""What the screen remembers for the next time, in a file of the console's own: the last values of each command's form,
and how the desk was arranged. Secrets never."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from console.errors import ConfigError

_VERSION = 1
_LONGEST = 20_000
"""Characters of JSON of one command; more is not remembered."""
_LARGEST_FILE = 4_000_000


class Memory:
    """Read when first asked, written with every change: whole, atomically, 0600. Without a file it forgets at the end."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._held: dict[str, dict[str, object]] | None = None
        self._desk: dict[str, object] = {}

    def of(self, action: str) -> dict[str, object]:
        """What was sent with this command the last time, as far as it makes sense again."""
        return json_copy(self._all().get(action, {}))

    def keep(self, action: str, params: Mapping[str, object]) -> str | None:
        """Remembers; a sentence when the file cannot be written, in which case it is remembered until the end."""
        kept = _lasting(params)
        text = json.dumps(kept, default=str)
        held = self._all()
        if len(text) > _LONGEST or held.get(action, {}) == kept:
            return None
        held[action] = json_copy(kept)
        return self._write()

    def of_desk(self, name: str) -> object:
        """What the desk kept under this name, as JSON has it; None where there is nothing. Whoever asks checks its shape."""
        self._all()
        return json.loads(json.dumps(self._desk.get(name)))

    def keep_of_desk(self, name: str, value: object) -> str | None:
        """Remembers something of the desk (None: forgets it); a sentence when the file cannot be written."""
        self._all()
        text = json.dumps(value)
        if len(text) > _LONGEST or self._desk.get(name) == value:
            return None
        if value is None:
            self._desk.pop(name, None)
        else:
            self._desk[name] = json.loads(text)
        return self._write()

    def _write(self) -> str | None:
        if self._file is None:
            return None
        from console.config.write import write_text

        whole = {"version": _VERSION, "commands": self._all(), "desk": self._desk}
        try:
            write_text(self._file, json.dumps(whole, indent=1, default=str) + "\n")
        except ConfigError as error:
            return error.user_message
        return None

    def _all(self) -> dict[str, dict[str, object]]:
        if self._held is None:
            self._held, self._desk = _read(self._file)
        return self._held


def json_copy(value: dict[str, object]) -> dict[str, object]:
    """A copy that shares nothing."""
    copied: dict[str, object] = json.loads(json.dumps(value, default=str))
    return copied


def _read(file: Path | None) -> tuple[dict[str, dict[str, object]], dict[str, object]]:
    """What the file holds of commands and of the desk; nothing where it is missing or is not ours: that costs some
    typing only.
    """
    if file is None:
        return {}, {}
    try:
        if file.stat().st_size > _LARGEST_FILE:
            return {}, {}
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}, {}
    if not isinstance(found, dict):
        return {}, {}
    commands, desk = found.get("commands"), found.get("desk")
    forms = commands.items() if isinstance(commands, dict) else ()
    return (
        {name: params for name, params in forms if isinstance(params, dict)},
        desk if isinstance(desk, dict) else {},
    )


def _lasting(params: Mapping[str, object]) -> dict[str, object]:
    """Without secrets at any depth, and without what belongs to one call."""
    from console.telnyx.masking import SECRET_NAMES
    from console.ui.forms.frequent import NOT_REMEMBERED

    def inside(value: object) -> object:
        if isinstance(value, Mapping):
            return {
                name: inside(inner) for name, inner in value.items() if name not in SECRET_NAMES
            }
        return [inside(each) for each in value] if isinstance(value, list) else value

    return {
        name: inside(value)
        for name, value in params.items()
        if name not in NOT_REMEMBERED and name not in SECRET_NAMES
    }
