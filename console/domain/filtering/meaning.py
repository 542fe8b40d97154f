"""What terms mean: each becomes a test of a row's texts. A term that is about nothing the row can have is left out.

About a leg `type:`, `lag` and `attempt` say nothing. About an entry `state:`, `mark:`, `wait` and `talk` ask its leg,
`from:`, `to:`, `number:`, `name:`, `dir:`, `cause:`, `sip:` and `app:` ask the entry and its leg; what neither has
does not hold.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import TypeVar

from console.domain.entries import Micros
from console.domain.filtering.clocks import Stretch, talk_of, wait_of
from console.domain.filtering.subjects import WHERE, EntryText, LegText, Subject
from console.domain.filtering.terms import (
    UNITS,
    Both,
    Compare,
    Either,
    Field,
    Leaf,
    Not,
    Since,
    Term,
    Text,
    Word,
)
from console.domain.legs import Leg, LegState
from console.domain.times import SECOND

T = TypeVar("T")

LONG_WORD = 8
"""From so many characters on a plain word is looked for in identifiers, too; shorter ones are in every third."""

_DAY_S = 86_400

LegTest = Callable[[LegText, Micros], bool]
EntryTest = Callable[[EntryText, Micros], bool]
TextTest = Callable[[str], bool]
Flip = Callable[[Leg, Micros], Micros | None]

_BY_BEGINNING = frozenset({"state", "dir", "type", "mark", "sip"})
"""Fields whose values are words of a small vocabulary: half a word at the wrong end finds nothing."""

_IDS = {"leg": (0, 1), "session": (2,)}

_STRETCHES: Mapping[str, Callable[[Leg], Stretch | None]] = {"wait": wait_of, "talk": talk_of}


# -- texts


def text_test(text: Text, *, by_beginning: bool = False) -> TextTest:
    """Whether a folded text is what the term looks for."""
    if text.is_pattern:
        return text.pattern.search
    if text.is_glob:
        glob = text.glob
        return lambda found: glob.match(found) is not None
    wanted = text.folded
    if by_beginning:
        return lambda found: found.startswith(wanted)
    return lambda found: wanted in found


def _word(text: Text) -> Callable[[Subject, Micros], bool]:
    if text.is_pattern:
        search = text.pattern.search
        return lambda row, _now: search(row.words)
    wanted = text.folded
    if len(wanted) >= LONG_WORD:
        return lambda row, _now: wanted in row.words or any(wanted in each for each in row.ids)
    return lambda row, _now: wanted in row.words


def _field(field: Field) -> Callable[[Subject, Micros], bool]:
    """A field that legs and entries have in common."""
    places = WHERE[field.name]
    text = _code(field.text) if field.name == "sip" else field.text
    test = text_test(text, by_beginning=field.name in _BY_BEGINNING)
    if text.is_pattern or text.is_glob:
        return lambda row, _now: any(test(found) for place in places if (found := row.part(place)))
    wanted = text.folded
    return lambda row, _now: (
        wanted in row.words and any(test(found) for place in places if (found := row.part(place)))
    )


def _code(text: Text) -> Text:
    """`4xx` is any code that begins with 4."""
    if text.is_pattern or not text.value[:1].isdigit():
        return text
    return Text(text.folded.replace("x", "?"))


def _id(field: Field) -> Callable[[Subject, Micros], bool]:
    places, test = _IDS[field.name], text_test(field.text)
    return lambda row, _now: any(test(found) for place in places if (found := row.ids[place]))


def _state(text: Text) -> Callable[[Leg], bool]:
    """A state or a mark by its beginning, or one of the words of the counts."""
    if text.folded in _COUNTED and not text.is_pattern:
        return _COUNTED[text.folded]
    test = text_test(text, by_beginning=True)
    return lambda leg: test(leg.state.value) or any(test(mark.value) for mark in leg.marks)


_COUNTED: Mapping[str, Callable[[Leg], bool]] = {
    "live": lambda leg: leg.state is not LegState.ENDED,
    "waiting": lambda leg: leg.is_waiting,
    "talking": lambda leg: leg.is_talking,
}


def _mark(text: Text) -> Callable[[Leg], bool]:
    """What goes on beside the state, or a tag that an operator wrote."""
    test = text_test(text, by_beginning=True)
    return lambda leg: (
        any(test(mark.value) for mark in leg.marks) or any(test(tag.casefold()) for tag in leg.tags)
    )


# -- numbers and times

_SIGNS: Mapping[str, Callable[[int, int], bool]] = {">": gt, "<": lt, ">=": ge, "<=": le}


def _amount_test(compare: Compare) -> Callable[[int], bool]:
    """`=` means: the same when written in the unit that was typed."""
    amount = compare.amount
    if compare.sign == "=":
        unit = UNITS.get(compare.unit, 1)
        return lambda found: found // unit == amount // unit
    sign = _SIGNS[compare.sign]
    return lambda found: sign(found, amount)


def _stretch_test(compare: Compare) -> Callable[[Leg, Micros], bool]:
    of, test = _STRETCHES[compare.name], _amount_test(compare)

    def holds(leg: Leg, now: Micros) -> bool:
        stretch = of(leg)
        return stretch is not None and test(stretch.length(now))

    return holds


def since_when(since: Since, now: Micros) -> Micros:
    """The moment that a `since:` means at `now`; a time of day is the last such moment, in the machine's time zone."""
    if not since.is_clock:
        return now - since.amount
    try:
        local = time.localtime(now // SECOND)
        minutes, seconds = divmod(since.amount, 60)
        hours, minutes = divmod(minutes, 60)
        today = (local.tm_year, local.tm_mon, local.tm_mday, hours, minutes, seconds, 0, 0, -1)
        at = int(time.mktime(today))
        if at * SECOND > now:
            at = int(time.mktime((*today[:2], local.tm_mday - 1, *today[3:])))
    except (ValueError, OverflowError, OSError):
        return now - since.amount * SECOND
    return at * SECOND


class _Threshold:
    """`since_when`, worked out once for each `now`: a list asks for every row."""

    def __init__(self, since: Since) -> None:
        self._since = since
        self._known: tuple[Micros, Micros] | None = None

    def __call__(self, now: Micros) -> Micros:
        if self._known is None or self._known[0] != now:
            self._known = (now, since_when(self._since, now))
        return self._known[1]


# -- legs


def leg_test(term: Term) -> LegTest | None:
    """What a term means for a leg; None if it says nothing about legs."""
    match term:
        case Not():
            inner = leg_test(term.term)
            return None if inner is None else lambda row, now: not inner(row, now)
        case Both() | Either():
            tests = tuple(test for each in term.terms if (test := leg_test(each)) is not None)
            return _all(tests) if isinstance(term, Both) else _some(tests)
        case _:
            return _leg_leaf(term)


def _leg_leaf(term: Leaf) -> LegTest | None:
    match term:
        case Word():
            return _word(term.text)
        case Field(name="state" | "mark"):
            of = _state(term.text) if term.name == "state" else _mark(term.text)
            return lambda row, _now: of(row.held)
        case Field(name="type"):
            return None
        case Field(name="leg" | "session"):
            return _id(term)
        case Field():
            return _field(term)
        case Compare():
            if term.name not in _STRETCHES:
                return None
            holds = _stretch_test(term)
            return lambda row, now: holds(row.held, now)
        case Since():
            when = _Threshold(term)
            return lambda row, now: (row.held.began_at or 0) >= when(now)


def flips(term: Term) -> list[Flip]:
    """For each part of a term that depends on the time of day: when it next answers otherwise about a leg."""
    match term:
        case Not():
            return flips(term.term)
        case Both() | Either():
            return [flip for each in term.terms for flip in flips(each)]
        case Compare() if term.name in _STRETCHES:
            return [_flip_of_stretch(term)]
        case Since() if not term.is_clock:
            age = term.amount
            return [lambda leg, now: _later((leg.began_at or 0) + age + 1, now)]
        case _:
            return []


def _flip_of_stretch(compare: Compare) -> Flip:
    of, amount = _STRETCHES[compare.name], compare.amount
    steps = {
        ">": (amount + 1,),
        "<=": (amount + 1,),
        ">=": (amount,),
        "<": (amount,),
        "=": (amount, amount + UNITS.get(compare.unit, 1)),
    }[compare.sign]

    def flip(leg: Leg, now: Micros) -> Micros | None:
        stretch = of(leg)
        if stretch is None or stretch.until is not None:
            return None
        return next((at for step in steps if (at := stretch.since + step) > now), None)

    return flip


def _later(at: Micros, now: Micros) -> Micros | None:
    return at if at > now else None


# -- entries


def entry_test(term: Term) -> EntryTest | None:
    """What a term means for an entry."""
    match term:
        case Not():
            inner = entry_test(term.term)
            return None if inner is None else lambda row, now: not inner(row, now)
        case Both() | Either():
            tests = tuple(test for each in term.terms if (test := entry_test(each)) is not None)
            return _all(tests) if isinstance(term, Both) else _some(tests)
        case _:
            return _entry_leaf(term)


def _entry_leaf(term: Leaf) -> EntryTest:
    match term:
        case Word():
            return _word(term.text)
        case Field(name="type"):
            test = text_test(term.text, by_beginning=True)
            return lambda row, _now: any(test(kind) for kind in row.kinds)
        case Field(name="leg" | "session"):
            return _id(term)
        case Field(name="state" | "mark"):
            of = _state(term.text) if term.name == "state" else _mark(term.text)
            return lambda row, _now: row.leg is not None and of(row.leg.held)
        case Field():
            own = _field(term)
            return lambda row, now: own(row, now) or (row.leg is not None and own(row.leg, now))
        case Compare():
            return _entry_compare(term)
        case Since():
            when = _Threshold(term)
            return lambda row, now: row.at >= when(now)


def _entry_compare(compare: Compare) -> EntryTest:
    if compare.name in _STRETCHES:
        holds = _stretch_test(compare)
        return lambda row, now: row.leg is not None and holds(row.leg.held, now)
    test = _amount_test(compare)
    if compare.name == "lag":
        return lambda row, _now: row.lag is not None and test(row.lag)
    return lambda row, _now: row.attempt is not None and test(row.attempt)


def moves_with_legs(term: Term) -> bool:
    """Whether the answer about an entry can change later, because its leg or the time goes on."""
    match term:
        case Not():
            return moves_with_legs(term.term)
        case Both() | Either():
            return any(moves_with_legs(each) for each in term.terms)
        case Field():
            return term.name not in ("type", "leg", "session")
        case Compare():
            return term.name in _STRETCHES
        case Since():
            return True
        case _:
            return False


def says_nothing_about_legs(term: Term) -> list[str]:
    """The terms in it that a list of calls leaves out, as they are typed."""
    match term:
        case Not():
            return says_nothing_about_legs(term.term)
        case Both() | Either():
            return [name for each in term.terms for name in says_nothing_about_legs(each)]
        case Field(name="type"):
            return ["type:"]
        case Compare(name="lag" | "attempt"):
            return [term.name]
        case _:
            return []


# -- together


def _all(tests: tuple[Callable[[T, Micros], bool], ...]) -> Callable[[T, Micros], bool] | None:
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda row, now: all(test(row, now) for test in tests)


def _some(tests: tuple[Callable[[T, Micros], bool], ...]) -> Callable[[T, Micros], bool] | None:
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda row, now: any(test(row, now) for test in tests)


def implies(narrow: Term, wide: Term) -> bool:
    """Whether every row that `narrow` lets through surely passes `wide`; no is always a safe answer."""
    if narrow == wide:
        return True
    match narrow, wide:
        case _, Both():
            return all(implies(narrow, each) for each in wide.terms)
        case Both(), _:
            return any(implies(each, wide) for each in narrow.terms)
        case Not(), Not():
            return implies(wide.term, narrow.term)
        case Word(), Word():
            longer, shorter = narrow.text.folded, wide.text.folded
            same = len(shorter) >= LONG_WORD or len(longer) < LONG_WORD
            return same and _is_plain(narrow.text, wide.text) and shorter in longer
        case Field(), Field() if narrow.name == wide.name and _is_plain(narrow.text, wide.text):
            if narrow.name in ("dir", "type"):
                return narrow.text.folded.startswith(wide.text.folded)
            return narrow.name not in _BY_BEGINNING and wide.text.folded in narrow.text.folded
        case _:
            return False


def _is_plain(*texts: Text) -> bool:
    return not any(text.is_pattern or text.is_glob for text in texts)
