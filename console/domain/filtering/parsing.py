"""From text to terms. Whatever is typed gives terms, or an error with the place in the text where it is wrong."""

from __future__ import annotations

import re
from typing import NoReturn

from console.domain.filtering.patterns import Pattern, PatternError
from console.domain.filtering.terms import (
    COMPARED,
    FIELDS,
    LONGEST,
    UNITS,
    Compare,
    Field,
    Since,
    Term,
    Text,
    Word,
    both,
    either,
    negated,
)

MOST_TERMS = 200
DEEPEST = 20

_SCHEMES = frozenset({"sips", "tel", "urn", "http", "https", "ws", "wss"})
"""What may stand before a colon in an ordinary word; `sip` as well, where no SIP code follows."""

_NAME = re.compile(r"([A-Za-z]+):")
_SIP_CODE = re.compile(r'sip:!*(?:["~(]|[0-9][0-9x*?]{0,2}(?=[\s()|]|$))', re.IGNORECASE)
_COMPARED = re.compile(rf"({'|'.join(COMPARED)})\s*(>=|<=|>|<|=)\s*", re.IGNORECASE)
_LIKE_COMPARED = re.compile(r"([A-Za-z]+)(?:>|<)=?(?=[\d.]|\s|$)")
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?([A-Za-z]*)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?=[\s()|]|$)")
_DELIMITERS = frozenset("()|")


class FilterError(ValueError):
    """The text is not a filter; `position` counts characters from 0."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


class _Scanner:
    """Goes through the characters: words, quotations, patterns."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def _text(self, wanted: str) -> Text:
        first = self._peek()
        if first == "" or first.isspace() or first in _DELIMITERS:
            raise FilterError(self._at, f"{wanted} is missing")
        if first == '"':
            return Text(self._quotation())
        if first == "~":
            return self._pattern()
        if first in "<>=":
            known = ", ".join(COMPARED)
            raise FilterError(
                self._at, f"{first} compares {known}, as in wait>20s; else put it in quotes"
            )
        start = self._at
        while (
            (character := self._peek()) and not character.isspace() and character not in _DELIMITERS
        ):
            self._at += 1
        return Text(self._source[start : self._at])

    def _pattern(self) -> Text:
        tilde = self._at
        self._at += 1
        places: list[int] = []
        value = self._quotation(raw=places) if self._peek() == '"' else self._bare_pattern(places)
        if not value:
            raise FilterError(min(tilde + 1, len(self._source)), "a pattern is missing after ~")
        try:
            Pattern(value)
        except PatternError as error:
            place = places[error.position] if error.position < len(places) else self._at
            raise FilterError(min(place, len(self._source)), error.message) from None
        return Text(value, is_pattern=True)

    def _bare_pattern(self, places: list[int]) -> str:
        """Up to a space, or to a `)` that the pattern has not opened itself."""
        out: list[str] = []
        opened = 0
        while (character := self._peek()) and not character.isspace():
            if character == "\\":
                self._escape(out, places)
                continue
            opened += (character == "(") - (character == ")")
            if opened < 0:
                break
            out.append(character)
            places.append(self._at)
            self._at += 1
        return "".join(out)

    def _escape(self, out: list[str], places: list[int]) -> None:
        r"""A backslash and what follows belong to the pattern, except in `\"`, which is `"`."""
        pair = self._source[self._at : self._at + 2]
        kept = '"' if pair == '\\"' else pair
        out += kept
        places += [self._at] * len(kept)
        self._at += len(pair)

    def _quotation(self, raw: list[int] | None = None) -> str:
        start = self._at
        self._at += 1
        out: list[str] = []
        while (character := self._peek()) != '"':
            if character == "\\" and raw is not None:
                self._escape(out, raw)
                continue
            if character == "\\":
                self._at += 1
                character = self._peek()
            if not character:
                raise FilterError(start, "the closing quote is missing")
            out.append(character)
            if raw is not None:
                raw.append(self._at)
            self._at += 1
        self._at += 1
        character = self._peek()
        if character and not character.isspace() and character not in _DELIMITERS:
            raise FilterError(self._at, "a space is missing after the closing quote")
        return "".join(out)

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]


class Parser(_Scanner):
    """Recursive descent over the characters; one method for each rule of the grammar (`console.domain.filter`)."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._depth = 0
        self._terms = 0
        self._field: str | None = None
        """The field of a group in parentheses: `state:(ringing | queued)`."""

    def term(self) -> Term | None:
        """The whole text as one term; None when it is blank."""
        self._skip_spaces()
        if not self._peek():
            return None
        found = self._either()
        if self._peek():
            raise FilterError(self._at, "this ) was never opened")
        return found

    # -- how terms hang together

    def _either(self) -> Term:
        ways = [self._both()]
        while self._peek() == "|":
            self._at += 1
            self._skip_spaces()
            ways.append(self._both())
        return either(ways)

    def _both(self) -> Term:
        if (character := self._peek()) in ("", "|", ")"):
            before = " before this" if character else ""
            raise FilterError(self._at, f"a word is missing{before}")
        terms = []
        while self._peek() not in ("", "|", ")"):
            terms.append(self._one())
            self._skip_spaces()
        return both(terms)

    def _one(self) -> Term:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise FilterError(self._at, f"a filter has at most {MOST_TERMS} terms")
        is_negated = self._bangs()
        found: Term | None = self._group() if self._peek() == "(" else self._named()
        if found is None:
            found = self._plain("a word")
        return negated(found) if is_negated else found

    def _group(self) -> Term:
        start = self._at
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError(start, "the parentheses are nested too deeply")
        self._at += 1
        self._skip_spaces()
        inner = self._either()
        self._depth -= 1
        if self._peek() != ")":
            raise FilterError(start, "this ( is not closed")
        self._at += 1
        return inner

    def _bangs(self) -> bool:
        start = self._at
        while self._peek() == "!":
            self._at += 1
        return (self._at - start) % 2 == 1

    # -- fields and comparisons

    def _named(self) -> Term | None:
        """A field, a comparison or a time; None where a plain word begins."""
        found = _COMPARED.match(self._source, self._at)
        if found is not None:
            self._at = found.end()
            return self._comparison(found[1].lower(), found[2])
        unknown = _LIKE_COMPARED.match(self._source, self._at)
        if unknown is not None:
            known = ", ".join(COMPARED)
            raise FilterError(self._at, f"{unknown[1]} cannot be compared: use {known}")
        name = self._field_name()
        if name is None:
            return None
        is_negated = self._bangs()
        term = self._since() if name == "since" else self._of_field(name)
        return negated(term) if is_negated else term

    def _field_name(self) -> str | None:
        found = _NAME.match(self._source, self._at)
        if found is None:
            return None
        name = found[1].lower()
        if name in _SCHEMES or (name == "sip" and not _SIP_CODE.match(self._source, self._at)):
            return None
        if name not in FIELDS and name != "since":
            raise FilterError(self._at, _no_field(name))
        self._at = found.end()
        return name

    def _of_field(self, name: str) -> Term:
        outer, self._field = self._field, name
        group = self._peek() == "("
        term = self._group() if group else self._plain(f"a value after {name}:")
        self._field = outer
        return term

    def _plain(self, wanted: str) -> Term:
        text = self._text(wanted)
        return Word(text) if self._field is None else Field(self._field, text)

    def _comparison(self, name: str, sign: str) -> Compare:
        if name != "attempt":
            return Compare(name, sign, *self._duration(f"a time such as 20s after {name}{sign}"))
        found = re.compile(r"\d{1,9}(?=[\s()|]|$)").match(self._source, self._at)
        if found is None:
            self._fail_at_value("attempt is compared with a whole number")
        self._at = found.end()
        return Compare(name, sign, int(found[0]))

    def _since(self) -> Since:
        found = _CLOCK.match(self._source, self._at)
        if found is None:
            return Since(*self._duration("a time such as 10m or 14:30 after since:"))
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if hours > 23 or minutes > 59 or seconds > 59:
            raise FilterError(self._at, f"{found[0]} is no time of day")
        self._at = found.end()
        return Since((hours * 60 + minutes) * 60 + seconds, is_clock=True)

    def _duration(self, wanted: str) -> tuple[int, str]:
        found = _AMOUNT.match(self._source, self._at)
        if found is None:
            self._fail_at_value(f"{wanted} is missing")
        unit = found[3].lower() or "s"
        if unit not in UNITS:
            raise FilterError(found.start(3), f"{found[3]} is no unit: use ms, s, m or h")
        size = UNITS[unit]
        amount = int(found[1]) * size + int((found[2] or "").ljust(3, "0")) * size // 1000
        if amount > LONGEST:
            raise FilterError(self._at, "that is longer than any call")
        self._at = found.end()
        if self._peek() and not self._peek().isspace() and self._peek() not in _DELIMITERS:
            raise FilterError(self._at, "a space is missing after the time")
        return amount, unit

    def _fail_at_value(self, message: str) -> NoReturn:
        raise FilterError(self._at, message)


def _no_field(name: str) -> str:
    """Said of a field that does not exist, with the nearest that does."""
    from difflib import get_close_matches

    known = [*FIELDS, "since"]
    near = get_close_matches(name, known, n=1, cutoff=0.5) or [
        each for each in known if each.startswith(name)
    ]
    if near:
        return f"there is no field {name}: did you mean {near[0]}: ?"
    return f"there is no field {name}: use {', '.join(known)}; in quotes it is a word"
