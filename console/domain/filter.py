r"""The filter language: what `/` and `type:call.*` mean, for calls and for events.

    filter  := [ either ]
    either  := both { "|" both }              one of them
    both    := term { term }                  all of them
    term    := { "!" } ( "(" either ")" | field | compare | since | value )
    field   := NAME ":" { "!" } ( value | "(" either ")" )
    compare := ( "wait" | "talk" | "lag" | "attempt" ) ( ">" | "<" | ">=" | "<=" | "=" ) number [ ms | s | m | h ]
    since   := "since:" { "!" } ( number [ unit ] | hh:mm[:ss] )
    value   := word | '"' text '"' | "~" regular expression (to the next space, or in quotes)

A plain value is looked for in everything the row shows, and in identifiers from eight characters on; a field narrows
that: `state:` `from:` `to:` `number:` `name:` `dir:` `type:` `leg:` `session:` `app:` `mark:` `cause:` `sip:`. In a
field `*` and `?` stand for any characters. Upper and lower case are alike. A number without a unit is seconds.
`sip:` before a code is the field, before anything else it begins an address. `console.domain.filtering.meaning` says
what a term means for the other kind of row, `console.domain.filtering.patterns` what patterns can do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from console.domain.entries import Entry, Fact, Micros
from console.domain.filtering.meaning import (
    EntryTest,
    Flip,
    LegTest,
    entry_test,
    flips,
    implies,
    leg_test,
    moves_with_legs,
    says_nothing_about_legs,
)
from console.domain.filtering.parsing import FilterError, Parser
from console.domain.filtering.subjects import PLAIN, EntryText, LegText, Shows
from console.domain.filtering.terms import COMPARED, FIELDS, Both, Term, both, grouped
from console.domain.legs import Leg

__all__ = ["EntryText", "Filter", "FilterError", "LegText", "Shows", "parse", "unfinished"]


@dataclass(frozen=True)
class Filter:
    """A parsed filter: all terms must hold; without terms everything passes. `str` gives it back as text."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        if len(self.terms) == 1:
            return str(self.terms[0])
        return " ".join(grouped(term) for term in self.terms)

    def matches(self, leg: Leg, now: Micros, shows: Shows = PLAIN) -> bool:
        """Whether a leg passes at `now` (µs). Terms about deliveries say nothing about legs."""
        return self.passes(LegText(leg, shows), now)

    def matches_entry(
        self,
        entry: Entry,
        fact: Fact,
        leg: Leg | None = None,
        now: Micros = 0,
        shows: Shows = PLAIN,
    ) -> bool:
        """Whether an entry passes, by what it says itself or by the leg it is about, where that is known."""
        of_leg = None if leg is None else LegText(leg, shows)
        return self.passes_entry(EntryText(entry, fact, of_leg, shows), now)

    def passes(self, leg: LegText, now: Micros) -> bool:
        """The same for texts made once and asked for often."""
        test = self._leg_test
        return test is None or test(leg, now)

    def passes_entry(self, entry: EntryText, now: Micros) -> bool:
        """The same for an entry, its leg put in."""
        test = self._entry_test
        return test is None or test(entry, now)

    def changes_at(self, leg: Leg, now: Micros) -> Micros | None:
        """When the answer about this leg may next be another one, though nothing happens to it; None: never."""
        moments = [at for flip in self._flips if (at := flip(leg, now)) is not None]
        return min(moments, default=None)

    def narrows(self, other: Filter) -> bool:
        """Whether everything that passes this one passes the other: a word that went on growing, a term more."""
        if not self.terms:
            return not other.terms
        whole = both(list(self.terms))
        return all(implies(whole, term) for term in other.terms)

    @cached_property
    def is_timed(self) -> bool:
        """Whether legs come and go with the time alone."""
        return bool(self._flips)

    @cached_property
    def follows_legs(self) -> bool:
        """Whether entries come and go with what becomes of their legs."""
        return any(moves_with_legs(term) for term in self.terms)

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """Its terms that say nothing about calls, as typed."""
        return tuple(dict.fromkeys(name for t in self.terms for name in says_nothing_about_legs(t)))

    @cached_property
    def _leg_test(self) -> LegTest | None:
        return leg_test(both(list(self.terms))) if self.terms else None

    @cached_property
    def _entry_test(self) -> EntryTest | None:
        return entry_test(both(list(self.terms))) if self.terms else None

    @cached_property
    def _flips(self) -> list[Flip]:
        return [flip for term in self.terms for flip in flips(term)]


def parse(text: str) -> Filter:
    """The filter that the text says. Raises `FilterError` with the position of what is wrong."""
    term = Parser(text).term()
    if term is None:
        return Filter()
    return Filter(term.terms if isinstance(term, Both) else (term,))


_LAST_WORD = re.compile(r"(?:^|[\s(|!])([A-Za-z]+)$")


def unfinished(text: str) -> str:
    """What the last word may become, in words, where it is the beginning of a field's name; empty where it is not."""
    found = _LAST_WORD.search(text)
    if found is None:
        return ""
    begun = found[1].lower()
    names = [f"{name}:" for name in (*FIELDS, "since") if name.startswith(begun)]
    names += [f"{name}>" for name in COMPARED if name.startswith(begun)]
    return " ".join(names)
