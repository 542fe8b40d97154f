r"""The filter language: what `/` and `type:call.*` mean.

    filter  := { term }                   all terms must hold
    term    := { "!" } ( field ":" { "!" } value | value )
    value   := '"' { character | '\"' | '\\' } '"' | word

A plain value is looked for in number, name, state, direction and identifiers; a field narrows that. Upper and lower
case are alike. The characters `( ) | ~ < > =` at the start of a word, and `( ) |` anywhere in one, are kept for
alternatives, groups, patterns and comparisons: in quotes they are ordinary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from console.domain.entries import CommandDone, CommandSent, Entry, Event, Fact, Micros
from console.domain.legs import Leg, LegState
from console.domain.values import text
from console.domain.wording import describe

FIELDS = ("state", "from", "to", "number", "name", "dir", "type", "leg", "session")

_SCHEMES = frozenset({"sip", "sips", "tel", "urn", "http", "https", "ws", "wss"})
"""What may stand before a colon in an ordinary word."""

_RESERVED = frozenset("()|")
_RESERVED_FIRST = frozenset("()|~<>=")


class FilterError(ValueError):
    """The text is not a filter; `position` counts characters from 0."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


@dataclass(frozen=True)
class Word:
    """A plain value, looked for everywhere."""

    value: str

    def __str__(self) -> str:
        return _quoted(self.value)

    @cached_property
    def folded(self) -> str:
        """The value for comparison."""
        return self.value.casefold()


@dataclass(frozen=True)
class Field:
    """A value looked for in one field."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}:{_quoted(self.value)}"

    @cached_property
    def folded(self) -> str:
        """The value for comparison."""
        return self.value.casefold()

    @cached_property
    def glob(self) -> re.Pattern[str]:
        """The value as a pattern with `*` and `?`, anchored at both ends."""
        return re.compile(translate(self.folded))


@dataclass(frozen=True)
class Not:
    """What must not hold."""

    term: Word | Field

    def __str__(self) -> str:
        return f"!{self.term}"


Term = Word | Field | Not


@dataclass(frozen=True)
class Filter:
    """A parsed filter: all terms must hold; without terms everything passes. `str` gives it back as text."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(str(term) for term in self.terms)

    def matches(self, leg: Leg, now: Micros, names: Sequence[str] = ()) -> bool:
        """Whether the leg passes. `names` are further texts it is known by, such as contacts.

        `now` (µs) is for comparisons of ages. Terms about event types say nothing about legs.
        """
        del now
        return self._holds(lambda term: _leg_term(term, leg, names))

    def matches_entry(self, entry: Entry, fact: Fact) -> bool:
        """Whether an entry passes. Terms about states say nothing about entries."""
        return self._holds(lambda term: _entry_term(term, entry, fact))

    def _holds(self, test: Callable[[Word | Field], bool | None]) -> bool:
        for term in self.terms:
            negated = isinstance(term, Not)
            found = test(term.term if isinstance(term, Not) else term)
            if found is not None and found is negated:
                return False
        return True


def parse(text: str) -> Filter:
    """The filter that the text says. Raises `FilterError` with the position of what is wrong."""
    return _Parser(text).filter()


class _Parser:
    """Recursive descent over the characters; one method for each rule of the grammar."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def filter(self) -> Filter:
        terms = []
        self._skip_spaces()
        while self._at < len(self._source):
            terms.append(self._term())
            self._skip_spaces()
        return Filter(tuple(terms))

    def _term(self) -> Term:
        negated = self._bangs()
        name = self._field_name()
        if name is None:
            term: Word | Field = Word(self._value("a word"))
        else:
            negated ^= self._bangs()
            term = Field(name, self._value(f"a value after {name}:"))
        return Not(term) if negated else term

    def _bangs(self) -> bool:
        start = self._at
        while self._peek() == "!":
            self._at += 1
        return (self._at - start) % 2 == 1

    def _field_name(self) -> str | None:
        found = re.compile(r"([A-Za-z]+):").match(self._source, self._at)
        if found is None:
            return None
        name = found[1].lower()
        if name in _SCHEMES:
            return None
        if name not in FIELDS:
            raise FilterError(self._at, f"there is no field {name}: use {', '.join(FIELDS)}")
        self._at = found.end()
        return name

    def _value(self, wanted: str) -> str:
        first = self._peek()
        if first == "" or first.isspace():
            raise FilterError(self._at, f"{wanted} is missing")
        if first == '"':
            return self._quotation()
        if first in _RESERVED_FIRST:
            raise FilterError(self._at, f"{first} is kept for later: put it in quotes")
        return self._word()

    def _word(self) -> str:
        start = self._at
        while (character := self._peek()) and not character.isspace():
            if character in _RESERVED:
                raise FilterError(self._at, f"{character} is kept for later: put it in quotes")
            self._at += 1
        return self._source[start : self._at]

    def _quotation(self) -> str:
        start = self._at
        self._at += 1
        out: list[str] = []
        while (character := self._peek()) != '"':
            if character == "\\":
                self._at += 1
                character = self._peek()
            if not character:
                raise FilterError(start, "the closing quote is missing")
            out.append(character)
            self._at += 1
        self._at += 1
        if (character := self._peek()) and not character.isspace():
            raise FilterError(self._at, "a space is missing after the closing quote")
        return "".join(out)

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]


_PLAIN = re.compile(r'[^\s!"()|~<>=:\\][^\s"()|:\\]*')


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _has(wanted: str, *texts: str | None) -> bool:
    return any(wanted in text.casefold() for text in texts if text)


def _leg_term(term: Word | Field, leg: Leg, names: Sequence[str]) -> bool | None:
    """Whether the term holds for a leg; None if it says nothing about legs."""
    wanted = term.folded
    if isinstance(term, Word):
        texts = (leg.from_, leg.to, leg.caller_name, leg.state, leg.direction, *names, *_ids(leg))
        return _has(wanted, *texts)
    match term.name:
        case "state":
            return _is_state(wanted, leg)
        case "from":
            return _has(wanted, leg.from_)
        case "to":
            return _has(wanted, leg.to)
        case "number":
            return _has(wanted, leg.from_, leg.to)
        case "name":
            return _has(wanted, leg.caller_name, *names)
        case "dir":
            return (leg.direction or "").casefold().startswith(wanted)
        case "leg":
            return _has(wanted, leg.call_control_id, leg.call_leg_id)
        case "session":
            return _has(wanted, leg.call_session_id)
        case _:
            return None


def _ids(leg: Leg) -> tuple[str | None, ...]:
    return leg.call_control_id, leg.call_leg_id, leg.call_session_id


def _is_state(wanted: str, leg: Leg) -> bool:
    """A state by its beginning, a mark, or one of the words of the counts."""
    if leg.state.startswith(wanted) or any(mark == wanted for mark in leg.marks):
        return True
    return (
        (wanted == "live" and leg.state is not LegState.ENDED)
        or (wanted == "waiting" and leg.is_waiting)
        or (wanted == "talking" and leg.is_talking)
    )


def _entry_term(term: Word | Field, entry: Entry, fact: Fact) -> bool | None:
    """Whether the term holds for an entry; None if it says nothing about entries."""
    wanted = term.folded
    if isinstance(term, Word):
        ids = (entry.call_control_id, entry.call_leg_id, entry.call_session_id, entry.event_id)
        return _has(wanted, entry.kind, describe(entry, fact), entry.reason, entry.remote, *ids)
    match term.name:
        case "type":
            return _is_type(term, entry, fact)
        case "from" | "to" | "number" | "name" | "dir":
            return _has(wanted, *_said(term.name, fact))
        case "leg":
            return _has(wanted, entry.call_control_id, entry.call_leg_id)
        case "session":
            return _has(wanted, entry.call_session_id)
        case _:
            return None


_PAYLOAD = {
    "from": ("from",),
    "to": ("to",),
    "number": ("from", "to"),
    "name": ("caller_id_name",),
    "dir": ("direction",),
}


def _said(name: str, fact: Fact) -> tuple[str | None, ...]:
    """What an event's payload, or a command's parameters, say in a field."""
    if isinstance(fact, Event):
        return tuple(text(fact.payload, key) for key in _PAYLOAD[name])
    if isinstance(fact, CommandSent):
        return tuple(text(fact.params, key) for key in _PAYLOAD[name])
    return ()


def _is_type(term: Field, entry: Entry, fact: Fact) -> bool:
    """An event's type or a command's name, by beginning or by pattern; else the entry's kind."""
    if isinstance(fact, Event):
        names: tuple[str, ...] = (fact.type, entry.kind)
    elif isinstance(fact, CommandSent | CommandDone):
        names = (fact.action, entry.kind)
    else:
        names = (entry.kind,)
    if "*" in term.folded or "?" in term.folded:
        return any(term.glob.match(name.casefold()) is not None for name in names)
    return any(name.casefold().startswith(term.folded) for name in names)
