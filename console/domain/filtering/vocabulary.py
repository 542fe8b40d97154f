"""Words of a filter that no call can ever have: said while one types, because the filter itself only finds nothing."""

from __future__ import annotations

from difflib import get_close_matches

from console.domain.filtering.meaning import text_test
from console.domain.filtering.terms import Both, Either, Field, Not, Term
from console.domain.legs import LegState, Mark

_STATES = tuple(state.value for state in LegState)
_COUNTED = ("live", "waiting", "talking")


def unknown_states(term: Term) -> list[str]:
    """What `state:` asks for in the term and is neither a state nor a mark nor the beginning of one, as typed."""
    match term:
        case Not():
            return unknown_states(term.term)
        case Both() | Either():
            return [word for each in term.terms for word in unknown_states(each)]
        case Field(name="state"):
            test = text_test(term.text, by_beginning=True)
            known = (*_STATES, *_COUNTED, *(mark.value for mark in Mark))
            return [] if any(test(word) for word in known) else [str(term.text)]
        case _:
            return []


def unknown_words(terms: tuple[Term, ...]) -> str:
    """A sentence about the first such word, empty where there is none."""
    for term in terms:
        for word in unknown_states(term):
            near = get_close_matches(word.casefold(), (*_STATES, *_COUNTED), 1, 0.5)
            told = f"did you mean {near[0]}?" if near else ", ".join(_STATES)
            return f"no call is ever {word}: {told}"
    return ""
