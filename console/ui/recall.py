"""Filters typed before, for Up and Down in the line; kept over sessions."""

from __future__ import annotations

from console.ui.memory import Memory

KEPT = 50
"""Filters of one list that are remembered."""
_LONGEST = 500


class Recall:
    """Steps through what was typed, oldest first; what is being typed comes after the newest."""

    def __init__(self, memory: Memory, name: str) -> None:
        self._memory = memory
        self._name = f"filters.{name}"
        self._place: int | None = None
        self._draft = ""

    @property
    def texts(self) -> list[str]:
        """What is remembered, oldest first."""
        found = self._memory.of_desk(self._name)
        return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []

    def keep(self, text: str) -> str | None:
        """Remembers a filter as the newest; a sentence when that could not be written."""
        self._place = None
        wanted = text.strip()
        if not wanted or len(wanted) > _LONGEST:
            return None
        texts = [*(each for each in self.texts if each != wanted), wanted]
        return self._memory.keep_of_desk(self._name, texts[-KEPT:])

    def begin(self) -> None:
        """The line was opened."""
        self._place = None

    def step(self, step: int, typed: str) -> str | None:
        """An older (-1) or newer (1) one; None where there is none."""
        texts = self.texts
        place = len(texts) if self._place is None else self._place
        if place == len(texts):
            self._draft = typed
        goal = place + step
        if not 0 <= goal <= len(texts):
            return None
        self._place = goal
        return self._draft if goal == len(texts) else texts[goal]
