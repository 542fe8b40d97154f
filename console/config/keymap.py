"""Keys of the operator's own (`[keys]`): which action has which key. What the ids and keys mean is known to the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

KEYS = "keys"


def keys_of(tables: Mapping[str, object]) -> dict[str, object]:
    """Key or keys by the id of an action, in the order of the file; ids may be written with quotes or without."""
    found = tables.get(KEYS, {})
    return dict(_flat(found)) if isinstance(found, Mapping) else {}


def key_shape_faults(found: object) -> Iterator[tuple[str, str]]:
    """What is wrong with the table `keys` whatever the actions are: the key below it, and a sentence."""
    if not isinstance(found, Mapping):
        yield "", f'expected a table: [{KEYS}] with lines such as "call.answer" = "a"'


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
