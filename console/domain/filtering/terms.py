"""What a filter consists of. Every term prints as text that reads as the same term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from console.domain.entries import Micros
from console.domain.filtering.patterns import Pattern
from console.domain.times import SECOND

FIELDS = (
    "state", "from", "to", "number", "name", "dir", "type", "leg", "session", "app", "mark", "cause", "sip",
)  # fmt: skip
"""Fields that hold a text; `since:` takes a time."""

COMPARED = ("wait", "talk", "lag", "attempt")
"""What can be compared; all but `attempt` are lengths of time."""

UNITS: dict[str, Micros] = {
    "ms": 1_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3_600 * SECOND,
}
LONGEST: Micros = 100_000 * 3_600 * SECOND

_PLAIN = re.compile(r'[^\s!"()|~<>=:\\][^\s"()|:~<>=\\]*')


def quoted(value: str) -> str:
    """A value as it is typed: in quotes where it would be taken for something else."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def quoted_pattern(pattern: str) -> str:
    r"""A pattern in quotes, in which only `\"` is not the pattern's own."""
    text = re.sub(
        r'\\.|"', lambda found: '\\"' if found[0] == '"' else found[0], pattern, flags=re.DOTALL
    )
    return f'~"{text}"'  # fmt: skip


@dataclass(frozen=True)
class Text:
    """What a word or a field looks for: a text, or with `is_pattern` a regular expression."""

    value: str
    is_pattern: bool = False

    def __str__(self) -> str:
        return quoted_pattern(self.value) if self.is_pattern else quoted(self.value)

    @cached_property
    def folded(self) -> str:
        """The text for comparison."""
        return self.value.casefold()

    @cached_property
    def pattern(self) -> Pattern:
        """The compiled expression. Raises `PatternError` when it is none."""
        return Pattern(self.value)

    @property
    def is_glob(self) -> bool:
        """Whether it holds a `*` or a `?`, which stand for any characters in a field."""
        return not self.is_pattern and ("*" in self.value or "?" in self.value)

    @cached_property
    def glob(self) -> re.Pattern[str]:
        """The text as a pattern with `*` and `?`, anchored at both ends; its other signs mean themselves."""
        return re.compile(translate(re.sub(r"\*+", "*", self.folded).replace("[", "[[]")))


@dataclass(frozen=True)
class Word:
    """A text looked for everywhere."""

    text: Text

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Field:
    """A text looked for in one field."""

    name: str
    text: Text

    def __str__(self) -> str:
        shown = f'"{self.text.value}"' if self._needs_quotes else str(self.text)
        return f"{self.name}:{shown}"

    @property
    def _needs_quotes(self) -> bool:
        """`sip:` is also the scheme of addresses: a quoted value is always one of the field."""
        plain = not self.text.is_pattern and _PLAIN.fullmatch(self.text.value)
        return self.name == "sip" and bool(plain)


@dataclass(frozen=True)
class Compare:
    """`wait>20s`. `amount` is in µs (a number for `attempt`), `unit` as it was typed (empty for `attempt`)."""

    name: str
    sign: str
    amount: int
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.name}{self.sign}{amount_text(self.amount, self.unit)}"


@dataclass(frozen=True)
class Since:
    """Not before a time: `amount` µs ago, or with `is_clock` the last time it was so many seconds after midnight."""

    amount: int
    unit: str = ""
    is_clock: bool = False

    def __str__(self) -> str:
        if not self.is_clock:
            return f"since:{amount_text(self.amount, self.unit)}"
        minutes, seconds = divmod(self.amount, 60)
        hours, minutes = divmod(minutes, 60)
        return f"since:{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


@dataclass(frozen=True)
class Not:
    """What must not hold; never of another `Not`."""

    term: Term

    def __str__(self) -> str:
        return f"!({self.term})" if isinstance(self.term, Both | Either) else f"!{self.term}"


@dataclass(frozen=True)
class Both:
    """All of them: two or more, none of which is a `Both`."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " ".join(grouped(term) for term in self.terms)


@dataclass(frozen=True)
class Either:
    """One of them: two or more, none of which is an `Either`."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " | ".join(str(term) for term in self.terms)


Leaf = Word | Field | Compare | Since
Term = Leaf | Not | Both | Either


def grouped(term: Term) -> str:
    """A term among others that must all hold."""
    return f"({term})" if isinstance(term, Either) else str(term)


def amount_text(amount: int, unit: str) -> str:
    """`20s`, `1.5m`; a plain number without a unit."""
    if not unit:
        return str(amount)
    whole, rest = divmod(amount, UNITS[unit])
    decimals = f"{rest * 1000 // UNITS[unit]:03}".rstrip("0")
    return f"{whole}.{decimals}{unit}" if decimals else f"{whole}{unit}"


def negated(term: Term) -> Term:
    """The opposite."""
    return term.term if isinstance(term, Not) else Not(term)


def both(terms: list[Term]) -> Term:
    """All of one or more terms."""
    flat: list[Term] = []
    for term in terms:
        flat += term.terms if isinstance(term, Both) else (term,)
    return flat[0] if len(flat) == 1 else Both(tuple(flat))


def either(terms: list[Term]) -> Term:
    """One of one or more terms."""
    flat: list[Term] = []
    for term in terms:
        flat += term.terms if isinstance(term, Either) else (term,)
    return flat[0] if len(flat) == 1 else Either(tuple(flat))
