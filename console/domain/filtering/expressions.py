"""Reads a regular expression and lays it out as a program for `console.domain.filtering.patterns`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

_MOST_REPEATS = 100
_LARGEST_PROGRAM = 400
_DEEPEST = 20

CharTest = Callable[[str], bool]


class PatternError(ValueError):
    """The text is not a pattern; `position` counts characters from 0."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


class Step(NamedTuple):
    """One instruction: a character (`test`), a condition on the place (`place`), a fork, or the end (neither)."""

    test: CharTest | None = None
    place: str = ""
    ways: tuple[int, ...] = ()


def is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _anything(character: str) -> bool:
    return character != "\n"


_CLASSES: dict[str, CharTest] = {"d": str.isdigit, "w": is_word, "s": str.isspace}


def _not(test: CharTest) -> CharTest:
    return lambda character: character != "\n" and not test(character)


def _one(wanted: str) -> CharTest:
    return lambda character: character == wanted


def _range(first: str, last: str) -> CharTest:
    """A range, also of the capital letters that the text no longer has."""
    return lambda character: (
        first <= character <= last or (len(upper := character.upper()) == 1 and first <= upper <= last)
    )  # fmt: skip


def _any(tests: Iterable[CharTest]) -> CharTest:
    held = tuple(tests)
    return held[0] if len(held) == 1 else lambda character: any(test(character) for test in held)


class _Literal(NamedTuple):
    test: CharTest


class _Place(NamedTuple):
    kind: str


class _Row(NamedTuple):
    parts: tuple[_Node, ...]


class _Either(NamedTuple):
    ways: tuple[_Node, ...]


class _Repeat(NamedTuple):
    part: _Node
    least: int
    most: int | None


_Node = _Literal | _Place | _Row | _Either | _Repeat


class Reader:
    """Reads a pattern by recursive descent, then lays it out as a program."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._steps: list[Step] = []

    def program(self) -> tuple[Step, ...]:
        """The steps; the last one is the end."""
        tree = self._either()
        if self._at < len(self._text):
            raise PatternError(self._at, "this ) was never opened")
        self._lay(tree)
        self._steps.append(Step())
        return tuple(self._steps)

    # -- reading

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        self._at += 1
        return character

    def _either(self) -> _Node:
        ways = [self._row()]
        while self._peek() == "|":
            self._at += 1
            ways.append(self._row())
        return ways[0] if len(ways) == 1 else _Either(tuple(ways))

    def _row(self) -> _Node:
        parts: list[_Node] = []
        while (character := self._peek()) and character not in "|)":
            part = self._atom()
            parts.append(self._repeated(part))
        return _Row(tuple(parts))

    def _repeated(self, part: _Node) -> _Node:
        at = self._at
        bounds = self._bounds()
        if bounds is None:
            return part
        if isinstance(part, _Place):
            raise PatternError(at, "there is nothing to repeat here")
        if self._peek() == "?":
            self._at += 1
        if self._peek() in ("*", "+", "?") and self._peek():
            raise PatternError(self._at, "this is repeated already")
        return _Repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        character = self._peek()
        if character in simple:
            self._at += 1
            return simple[character]
        if character != "{":
            return None
        at = self._at
        end = self._text.find("}", at)
        least, comma, most = self._text[at + 1 : max(end, at + 1)].partition(",")
        if not (least.isdecimal() and least.isascii()) or (most and not most.isdecimal()):
            return None
        self._at = end + 1
        low = int(least)
        high = int(most) if most else None if comma else low
        if max(low, high or 0) > _MOST_REPEATS or (high is not None and high < low):
            raise PatternError(
                at, f"repeat between 0 and {_MOST_REPEATS} times, the smaller number first"
            )
        return low, high

    def _atom(self) -> _Node:
        at = self._at
        character = self._take()
        match character:
            case "(":
                return self._group(at)
            case "[":
                return _Literal(self._set(at))
            case "\\":
                return self._escaped(at)
            case ".":
                return _Literal(_anything)
            case "^" | "$":
                return _Place(character)
            case "*" | "+" | "?":
                raise PatternError(at, "there is nothing to repeat here")
            case _:
                return _folded(character)

    def _group(self, at: int) -> _Node:
        if self._peek() == "?":
            if self._text[self._at : self._at + 2] != "?:":
                raise PatternError(self._at, "of the groups with ? only (?: ) is possible")
            self._at += 2
        self._depth += 1
        if self._depth > _DEEPEST:
            raise PatternError(at, "the groups are nested too deeply")
        inner = self._either()
        self._depth -= 1
        if self._take() != ")":
            raise PatternError(at, "this ( is not closed")
        return inner

    def _escaped(self, at: int) -> _Node:
        character = self._take()
        if character in ("b", "B"):
            return _Place(character)
        test = self._class(character, at)
        return _Literal(test) if test is not None else _folded(character)

    def _class(self, character: str, at: int) -> CharTest | None:
        """What `\\d` and its like mean; None for an escaped character. Raises for letters that mean something else."""
        if not character:
            raise PatternError(at, "a character is missing after \\")
        if character in _CLASSES:
            return _CLASSES[character]
        if character.lower() in _CLASSES:
            return _not(_CLASSES[character.lower()])
        if character.isalnum():
            raise PatternError(at, f"\\{character} is not possible; there are \\d \\w \\s \\b")
        return None

    def _set(self, at: int) -> CharTest:
        negated = self._peek() == "^"
        self._at += negated
        tests: list[CharTest] = []
        while (character := self._take()) != "]" or not tests:
            if not character:
                raise PatternError(at, "this [ is not closed")
            tests.append(self._member(character))
        test = _any(tests)
        return _not(test) if negated else test

    def _member(self, character: str) -> CharTest:
        start = self._at - 1
        if character == "\\":
            character = self._take()
            test = self._class(character, start)
            if test is not None:
                return test
        if self._peek() != "-" or self._text[self._at + 1 : self._at + 2] in ("]", ""):
            return _any([_one(each) for each in character.casefold()])
        self._at += 1
        last = self._take()
        if last == "\\":
            last = self._take()
            if self._class(last, self._at - 2) is not None:
                raise PatternError(start, "a range goes from one character to another")
        if last < character:
            raise PatternError(start, f"the range {character}-{last} is the wrong way round")
        return _range(character, last)

    # -- laying out

    def _lay(self, node: _Node) -> None:
        if len(self._steps) > _LARGEST_PROGRAM:
            raise PatternError(0, "the pattern is too large: repeat less")
        match node:
            case _Literal():
                self._steps.append(Step(node.test, ways=(len(self._steps) + 1,)))
            case _Place():
                self._steps.append(Step(place=node.kind, ways=(len(self._steps) + 1,)))
            case _Row():
                for part in node.parts:
                    self._lay(part)
            case _Either():
                self._lay_either(node)
            case _Repeat():
                self._lay_repeat(node)

    def _lay_either(self, node: _Either) -> None:
        fork = len(self._steps)
        self._steps.append(Step())
        starts, ends = [], []
        for way in node.ways:
            starts.append(len(self._steps))
            self._lay(way)
            ends.append(len(self._steps))
            self._steps.append(Step())
        self._steps[fork] = Step(ways=tuple(starts))
        for end in ends:
            self._steps[end] = Step(ways=(len(self._steps),))

    def _lay_repeat(self, node: _Repeat) -> None:
        for _ in range(node.least):
            self._lay(node.part)
        if node.most is None:
            fork = len(self._steps)
            self._steps.append(Step())
            self._lay(node.part)
            self._steps.append(Step(ways=(fork,)))
            self._steps[fork] = Step(ways=(fork + 1, len(self._steps)))
            return
        forks = []
        for _ in range(node.most - node.least):
            forks.append(len(self._steps))
            self._steps.append(Step())
            self._lay(node.part)
        for fork in forks:
            self._steps[fork] = Step(ways=(fork + 1, len(self._steps)))


def _folded(character: str) -> _Node:
    """A literal, as it looks in a case-folded text."""
    parts = tuple(_Literal(_one(each)) for each in character.casefold())
    return parts[0] if len(parts) == 1 else _Row(parts)
