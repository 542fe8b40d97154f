"""Ids that a form can offer instead of having them pasted: live calls, conferences and queues that the board knows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from console.domain.legs import Leg
from console.telnyx.catalogue import Command
from console.ui.forms.tree import Path

Offers = Mapping[str, str]
"""What is shown of each, and the value it stands for."""
NONE: Offers = {}
_MOST = 50

_LEGS = frozenset(
    {
        "call_control_id", "call_control_ids", "link_to", "supervise_call_control_id", "whisper_call_control_ids",
    }
)  # fmt: skip
_QUEUES = frozenset({"queue", "queue_name"})


def offers(command: Command, path: Path, legs: Sequence[Leg], told: Callable[[Leg], str]) -> Offers:
    """What may stand at a place of a command's form. `told` says which call a leg is."""
    name = next(
        (step for step in reversed(path) if isinstance(step, str) and step.isidentifier()), ""
    )
    if name in _LEGS:
        return _distinct((told(leg), leg.call_control_id) for leg in legs if leg.call_control_id)
    if name in _QUEUES:
        return _distinct((leg.queue, leg.queue) for leg in legs if leg.queue)
    if _is_conference(command, path):
        return _distinct(_conferences(legs, told))
    return NONE


def _is_conference(command: Command, path: Path) -> bool:
    if path == ("conference_config", "id"):
        return True
    return command.scope == "conference" and path in {("id",), ("conference_id",)}


def _conferences(legs: Sequence[Leg], told: Callable[[Leg], str]) -> Iterable[tuple[str, str]]:
    rooms: dict[str, list[Leg]] = {}
    for leg in legs:
        if leg.conference_id:
            rooms.setdefault(leg.conference_id, []).append(leg)
    for room, inside in rooms.items():
        more = f" and {len(inside) - 1} more" if len(inside) > 1 else ""
        yield f"{room[:8]}: {told(inside[0])}{more}", room


def _distinct(pairs: Iterable[tuple[str, str]]) -> Offers:
    """One entry for each value; equal words are told apart by number."""
    found: dict[str, str] = {}
    values: set[str] = set()
    for words, value in pairs:
        if value in values or len(found) == _MOST:
            continue
        same = sum(1 for other in found if other == words or other.startswith(f"{words} #"))
        found[f"{words} #{same + 1}" if same else words] = value
        values.add(value)
    return found
