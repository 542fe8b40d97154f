r"""Regular expressions that cannot run away: the time to match grows with the text, never with its square or worse.

Python's `re` tries one way after the other; a pattern such as `(a+)+b` then takes longer than anybody waits, and a
caller chooses the text. Here all ways are followed at once (Thompson's construction), and what was found out about a
character is kept (a lazily built automaton). In exchange there are no back-references and no looking around.

Understood: literals, `.`, `\d \w \s \D \W \S \b \B`, `[a-z]`, `[^…]`, `( )`, `(?: )`, `|`, `* + ?`, `{m,n}`, `^`, `$`.
Upper and lower case are alike; the text must be case-folded. A line break ends a text: nothing matches across it.
"""

from __future__ import annotations

from collections.abc import Callable

from console.domain.filtering.expressions import PatternError, Reader, is_word

__all__ = ["Pattern", "PatternError"]

LONGEST = 200
"""Characters of a pattern."""
_MOST_KNOWN = 20_000
"""Transitions that are kept; then the automaton begins anew."""


class _Known(dict[str, "_Known"]):
    """A set of places in the program, and where each character seen so far leads."""

    __slots__ = ("before", "places")

    def __init__(self, places: frozenset[int], before: str) -> None:
        super().__init__()
        self.places = places
        self.before = before
        """Class of the character before: `edge`, `word` or `other`."""


_FOUND = _Known(frozenset(), "")


class Pattern:
    """A compiled pattern. Raises `PatternError` when the text is none."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise PatternError(LONGEST, f"a pattern has at most {LONGEST} characters")
        self._program = Reader(text).program()
        self._count = 0
        self._known: dict[tuple[frozenset[int], str], _Known] = {}
        self._start = self._state(frozenset({0}), "edge")

    def search(self, text: str) -> bool:
        """Whether the pattern occurs anywhere in a case-folded text."""
        known = self._start
        for character in text:
            following = known.get(character)
            if following is None:
                following = self._follow(known, character)
            if following is _FOUND:
                return True
            known = following
        return self._closure(known, "edge") is None

    def _follow(self, known: _Known, character: str) -> _Known:
        kind = _class_of(character)
        reached = self._closure(known, kind)
        following = _FOUND
        if reached is not None and character == "\n":
            following = self._start
        elif reached is not None:
            after = {0}
            for place in reached:
                step = self._program[place]
                if step.test is not None and step.test(character):
                    after.add(step.ways[0])
            following = self._state(frozenset(after), kind)
        self._count += 1
        if self._count > _MOST_KNOWN:
            self._forget()
        known[character] = following
        return following

    def _state(self, places: frozenset[int], before: str) -> _Known:
        key = (places, before)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Known(places, before)
        return known

    def _forget(self) -> None:
        for known in self._known.values():
            known.clear()
        self._known = {(self._start.places, self._start.before): self._start}
        self._count = 0

    def _closure(self, known: _Known, ahead: str) -> set[int] | None:
        """Every place reached without a character when `ahead` comes next; None where the pattern is complete."""
        reached: set[int] = set()
        todo = list(known.places)
        while todo:
            place = todo.pop()
            if place in reached:
                continue
            reached.add(place)
            step = self._program[place]
            if step.test is not None:
                continue
            if not step.ways:
                return None
            if not step.place or _PLACES[step.place](known.before, ahead):
                todo += step.ways
        return reached


_PLACES: dict[str, Callable[[str, str], bool]] = {
    "^": lambda before, _ahead: before == "edge",
    "$": lambda _before, ahead: ahead == "edge",
    "b": lambda before, ahead: (before == "word") is not (ahead == "word"),
    "B": lambda before, ahead: (before == "word") is (ahead == "word"),
}


def _class_of(character: str) -> str:
    if character == "\n":
        return "edge"
    return "word" if is_word(character) else "other"
