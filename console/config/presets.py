"""Presets: commands with parameters filled in beforehand, by name (`[presets.warm-transfer]`).

Their shape is checked with the rest of the file; whether the command and its parameters exist is asked of the
catalogue only when a preset is used or `config check` runs, because that has to be loaded first.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from console.errors import UsageError

PRESETS = "presets"
ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """`params` are as in the file: typed values, objects as tables, lists as lists."""

    name: str
    action: str
    params: Mapping[str, object]

    @property
    def key(self) -> str:
        """Where it stands in the file."""
        return f"{PRESETS}.{self.name}"


def presets_of(tables: Mapping[str, object]) -> dict[str, Preset]:
    """The presets of checked tables, in the order of the file."""
    found = tables.get(PRESETS, {})
    if not isinstance(found, Mapping):
        return {}
    return {
        name: Preset(
            name=name,
            action=str(preset[ACTION]),
            params={key: value for key, value in preset.items() if key != ACTION},
        )
        for name, preset in found.items()
    }


def shape_faults(found: object) -> Iterator[tuple[str, str]]:
    """What is wrong with the table `presets` whatever the commands are: the key below it, and a sentence."""
    if not isinstance(found, Mapping):
        yield "", f"expected tables such as [{PRESETS}.warm-transfer]"
        return
    for name, preset in found.items():
        if not isinstance(preset, Mapping):
            yield f".{name}", f"expected a table: [{PRESETS}.{name}]"
        elif not isinstance(preset.get(ACTION), str) or not preset[ACTION]:
            yield f".{name}.{ACTION}", f'missing; name the command: {ACTION} = "transfer"'


def command_faults(preset: Preset) -> Iterator[str]:
    """What the catalogue does not allow about a preset; what it leaves out is given when it is used."""
    from console.telnyx.problems import MISSING
    from console.telnyx.requests import check

    try:
        problems = check(preset.action, preset.params)
    except UsageError as error:
        yield f"{preset.key}: {error.user_message}"
        return
    for problem in problems:
        if problem.code != MISSING or _is_nested(problem.pointer):
            yield f"{preset.key}: {problem.sentence}: {problem.advice}"


def chosen_preset(presets: Mapping[str, Preset], name: str) -> Preset:
    """The preset of that name, fit for use. Raises `UsageError` naming the nearest, or its first fault."""
    preset = presets.get(name)
    if preset is None:
        raise UsageError(f"there is no preset {name}; {_hint(name, list(presets))}")
    for sentence in command_faults(preset):
        raise UsageError(sentence)
    return preset


def _is_nested(pointer: str | None) -> bool:
    """Whether the field is a part of a value that is given."""
    return pointer is not None and any(sign in pointer for sign in ".[")


def _hint(name: str, known: list[str]) -> str:
    if not known:
        return f"the configuration has none; add [{PRESETS}.{name}]"
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
