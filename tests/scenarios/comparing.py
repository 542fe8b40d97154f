"""The desk's board against the simulator's world."""

from __future__ import annotations

from console.domain.legs import LegState
from console.simulator.world import Stage as Progress
from tests.scenarios.stage import Stage


def differences(stage: Stage) -> list[str]:
    """Where the desk's board and the simulator's world disagree."""
    world, board = stage.simulator.world, stage.app.services.store.board
    found = [f"{key} is not in the world" for key in board.legs if key not in world.legs]
    for call, leg in world.legs.items():
        seen = board.get(call)
        if seen is None:
            found.append(f"{call} is not on the board")
            continue
        bridged = seen.state is LegState.BRIDGED
        if seen.is_live != leg.is_live:
            found.append(f"{call}: {seen.state} but {leg.stage}")
        elif leg.is_live and (seen.answered_at is not None) != (leg.stage is Progress.ANSWERED):
            found.append(f"{call}: answered?")
        elif leg.is_live and bridged != (leg.peer is not None):
            found.append(f"{call}: bridged?")
        elif leg.is_live and bridged and seen.peer != leg.peer:
            found.append(f"{call}: with whom?")
    return found
