"""How commands ended, by action and outcome, with as many different labels as there are commands and no more."""

from __future__ import annotations

from collections import Counter

from console.domain.entries import CommandDone
from console.telnyx.catalogue import load

OTHER = "other"


def outcome_of(done: CommandDone) -> str:
    """`done`, `refused` by Telnyx, `unknown` (it may have arrived), or `not_sent`."""
    if done.ok:
        return "done"
    if done.status is not None:
        return "refused"
    return "unknown" if done.is_unknown else "not_sent"


class Tally:
    """Belongs to one event loop. What is no command of Telnyx's counts as `other`: callers choose such words."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def note(self, done: CommandDone) -> None:
        """One command has ended, however."""
        action = done.action if done.action in load() else OTHER
        self.counts[action, outcome_of(done)] += 1
