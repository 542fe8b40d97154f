"""The filter language: what it finds, what it refuses and where, and that it reads what it writes."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.domain.entries import Kind, Micros
from console.domain.filter import Filter, FilterError, parse, unfinished
from console.domain.filtering.meaning import since_when
from console.domain.filtering.patterns import Pattern, PatternError
from console.domain.filtering.subjects import Shows
from console.domain.filtering.terms import (
    COMPARED,
    FIELDS,
    UNITS,
    Both,
    Compare,
    Either,
    Field,
    Since,
    Term,
    Text,
    Word,
    both,
    either,
    negated,
)
from console.domain.legs import LegState, Mark
from tests.fixtures.samples import NOW, desk_legs, leg
from tests.unit.domain.histories import History

SECOND: Micros = 1_000_000


def is_pattern(text: str) -> bool:
    """Whether it can be a pattern."""
    try:
        Pattern(text)
    except PatternError:
        return False
    return '\\"' not in text


VALUES = st.text(min_size=1, max_size=12)
PATTERNS = (
    st.sampled_from(
        ["a+", r"^\+1(312|415)", r'a"b', "[a-z ]*x", r"\\", "a|b c", "x{2,3}", "(a)(b)", r"\("]
    )
    | VALUES
).filter(is_pattern)
TEXTS = VALUES.map(Text) | PATTERNS.map(lambda value: Text(value, is_pattern=True))
AMOUNTS = (
    st.sampled_from(sorted(UNITS))
    .flatmap(
        lambda unit: st.tuples(
            st.integers(0, 99_999_999).map(
                lambda n: (
                    n * (UNITS[unit] // 1000) if n < 999_999 else n // 1000 * UNITS[unit] % (10**14)
                )
            ),
            st.just(unit),
        )
    )
    .filter(lambda pair: pair[0] * 1000 % UNITS[pair[1]] == 0 and pair[0] // UNITS[pair[1]] < 10**8)
)
SIGNS = st.sampled_from([">", "<", ">=", "<=", "="])
LEAVES: st.SearchStrategy[Term] = st.one_of(
    TEXTS.map(Word),
    st.builds(Field, st.sampled_from(FIELDS), TEXTS),
    st.tuples(st.sampled_from(COMPARED[:3]), SIGNS, AMOUNTS).map(
        lambda t: Compare(t[0], t[1], *t[2])
    ),
    st.tuples(SIGNS, st.integers(0, 99)).map(lambda t: Compare("attempt", *t)),
    AMOUNTS.map(lambda pair: Since(*pair)),
    st.integers(0, 86_399).map(lambda at: Since(at, is_clock=True)),
)
TERMS: st.SearchStrategy[Term] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(both)
        | st.lists(inner, min_size=2, max_size=3).map(either)
        | inner.map(negated)
    ),
    max_leaves=8,
)
FILTERS = st.none() | TERMS


def as_filter(term: Term | None) -> Filter:
    """The filter of one term."""
    if term is None:
        return Filter()
    return Filter(term.terms if isinstance(term, Both) else (term,))


@given(
    st.text(max_size=40)
    | st.text(alphabet='!:"\\ ()|~<>=*?astefromwi0123sm[]{}^$+.', max_size=30)
    | st.lists(
        st.sampled_from(
            [
                "(",
                ")",
                "|",
                "!",
                " ",
                "~",
                '"',
                "state:",
                "sip:",
                "since:",
                "wait>",
                "5",
                "s",
                "12:30",
                "a",
                "[",
                "*",
                "\\",
            ]
        ),
        max_size=14,
    ).map("".join)
)
@example("!" * 5000)
@example('"' * 5000)
@example("state:" * 2000)
@example("(" * 5000)
@example("(" * 15 + "a" + ")" * 15)
@example("a|" * 3000)
@example("~" + "(" * 3000)
@example("~" + "a{90}" * 30)
@example("a " * 500)
def test_parse_gives_a_filter_or_says_where_it_cannot(text: str) -> None:
    """Any input: a filter that prints and parses to itself, or an error with a position within the text."""
    found = outcome(text)
    if isinstance(found, FilterError):
        assert 0 <= found.position <= len(text)
        assert found.message
    else:
        assert parse(str(found)) == found


def outcome(text: str) -> Filter | FilterError:
    """What parsing gives, or raises."""
    try:
        return parse(text)
    except FilterError as error:
        return error


@given(FILTERS)
def test_parse_reads_what_str_writes(term: Term | None) -> None:
    """Any filter, whatever is in its values."""
    wanted = as_filter(term)

    assert parse(str(wanted)) == wanted


def word(value: str) -> Word:
    return Word(Text(value))


def field(name: str, value: str) -> Field:
    return Field(name, Text(value))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  ann  555 ", (word("ann"), word("555"))),
        ("state:!ended", (negated(field("state", "ended")),)),
        ("!state:ended", (negated(field("state", "ended")),)),
        ("!state:!ended", (field("state", "ended"),)),
        ("!!x", (word("x"),)),
        ('"a b"', (word("a b"),)),
        (r'from:"a \"b\" \\"', (field("from", 'a "b" \\'),)),
        ("TYPE:call.*", (field("type", "call.*"),)),
        ("sip:ann@example.com", (word("sip:ann@example.com"),)),
        ("sip:", (word("sip:"),)),
        ("sip:487", (field("sip", "487"),)),
        ("sip:4xx", (field("sip", "4xx"),)),
        ("sip:!487", (negated(field("sip", "487")),)),
        ("to:sip:ann@example.com", (field("to", "sip:ann@example.com"),)),
        ('"v3:abc"', (word("v3:abc"),)),
        ("v3:abc", (word("v3:abc"),)),
        ('"(312)"', (word("(312)"),)),
        ("(312)", (word("312"),)),
        ("a|b", (Either((word("a"), word("b"))),)),
        ("a b | c", (Either((Both((word("a"), word("b"))), word("c"))),)),
        ("(a|b) c", (Either((word("a"), word("b"))), word("c"))),
        ("!(a b)", (negated(Both((word("a"), word("b")))),)),
        ("state:(ringing|queued)", (Either((field("state", "ringing"), field("state", "queued"))),)),
        ("from:!(a | to:b)", (negated(Either((field("from", "a"), field("to", "b")))),)),
        ("wait>20s", (Compare("wait", ">", 20 * SECOND, "s"),)),
        ("Wait >= 1.5m x", (Compare("wait", ">=", 90 * SECOND, "m"), word("x"))),
        ("talk<5", (Compare("talk", "<", 5 * SECOND, "s"),)),
        ("attempt>1", (Compare("attempt", ">", 1),)),
        ("since:10m", (Since(600 * SECOND, "m"),)),
        ("since:9:05", (Since(9 * 3600 + 300, is_clock=True),)),
        ("!since:14:30:15", (negated(Since(52_215, is_clock=True)),)),
        ("~^a(b|c)+$", (Word(Text("^a(b|c)+$", is_pattern=True)),)),
        ("(~a|b)", (Word(Text("a|b", is_pattern=True)),)),
        (r'from:~"a \"b\d"', (Field("from", Text(r'a "b\d', is_pattern=True)),)),
        ("wait", (word("wait"),)),
        ("a~b", (word("a~b"),)),
        ("x=1", (word("x=1"),)),
    ],
)  # fmt: skip
def test_parse_understands(text: str, terms: tuple[object, ...]) -> None:
    """Words, fields, negation, groups, comparisons, times, patterns; addresses and identifiers stay words."""
    assert parse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("ann stat:x", 4, "did you mean state:"),
        ("zzz:x", 0, "use state, from"),
        ("from:", 5, "a value after from: is missing"),
        ("from: x", 5, "missing"),
        ("a !", 3, "a word is missing"),
        ('x "ab', 2, "closing quote"),
        ('"a"b', 3, "a space is missing"),
        ("a|", 2, "a word is missing"),
        ("|a", 0, "a word is missing"),
        ("()", 1, "a word is missing"),
        ("(a", 0, "not closed"),
        ("a)", 1, "never opened"),
        ("from:~", 6, "a pattern is missing"),
        ("x ~a[b", 4, "[ is not closed"),
        ("x ~(a", 3, "( is not closed"),
        ('from:~"a(?=b)"', 9, "of the groups with ?"),
        (r"~\1", 1, r"\1 is not possible"),
        ("~a**", 3, "repeated already"),
        ("~a{101}", 2, "repeat between"),
        ("~" + "(a{30}){30}", 1, "too large"),
        (">5", 0, "compares wait"),
        ("x wait>", 7, "a time such as 20s"),
        ("wait>20x", 7, "x is no unit"),
        ("wait>abc", 5, "a time such as 20s"),
        ("attempt>1s", 8, "whole number"),
        ("held>5", 0, "held cannot be compared"),
        ("since:25:00", 6, "no time of day"),
        ("since:yesterday", 6, "10m or 14:30"),
        ("wait>999999999h", 5, "longer than any call"),
        ("a " * 201, 400, "at most 200"),
        ("(" * 30 + "a", 20, "too deeply"),
    ],
)
def test_parse_refuses_with_a_position(text: str, position: int, part: str) -> None:
    """Where and why, in words."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert part in caught.value.message
    assert caught.value.position == position


NAMES = Shows(
    name_of={"+18005550100": "Support"}.get,
    readable=lambda number: f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}",
    app_of={"conn-A": "Front desk"}.get,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("312", True),
        ("ann", True),
        ("ANN", True),
        ("support", True),
        ('"312 555"', True),
        ("ring", True),
        ("incoming", True),
        ("vip", True),
        ("her back", True),
        ("mark:vip", True),
        ("S1", False),
        ("nothing", False),
        ("312 nothing", False),
        ("312 | nothing", True),
        ("!nothing", True),
        ("!(312 nothing)", True),
        ("!(312 | nothing)", False),
        ("state:ringing", True),
        ("state:waiting", True),
        ("state:live", True),
        ("state:talking", False),
        ("state:stale", False),
        ("state:!ended", True),
        ("state:(ended | ringing)", True),
        ("from:312", True),
        ("from:+1312*", True),
        ("from:312*", False),
        ("from:support", False),
        ("to:support", True),
        ("to:312", False),
        ("number:800", True),
        ("number:support", False),
        ("name:ann", True),
        ("name:support", True),
        ("name:~^sup.*t$", True),
        ("name:~^up", False),
        ("~^ann$", True),
        ("dir:in", True),
        ("dir:out", False),
        ("leg:id-A", True),
        ("session:S2", False),
        ("app:front", True),
        ("app:conn-a", True),
        ("app:back", False),
        ("mark:rec", False),
        ("cause:busy", False),
        ("!cause:busy", True),
        ("type:call.hangup", True),
        ("!type:call.hangup", True),
        ("type:call.hangup | nothing", False),
        ("lag>1h", True),
    ],
)
def test_filter_matches_legs(text: str, found: bool) -> None:
    """Plain words look at what is shown, fields in one place, what is about deliveries says nothing about legs."""
    h = History()
    h.incoming("A", caller_id_name="Ann")
    calling = h.board().legs["A"]
    calling.connection_id = "conn-A"
    calling.tags, calling.note = ("VIP", "gold"), "call her back"

    assert parse(text).matches(calling, h.at, NAMES) is found


def test_long_words_are_looked_for_in_identifiers() -> None:
    """A pasted identifier is found; two digits of one are not."""
    each = leg("v3:abcdef-415", from_="+13125550101")

    assert parse("abcdef-415").matches(each, NOW)
    assert not parse("def-415").matches(each, NOW)
    assert parse("leg:415").matches(each, NOW)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("wait>20s", {"ringing", "queued", "ended"}),
        ("wait>20s state:waiting", {"ringing", "queued"}),
        ("wait<=17s state:waiting", {"late"}),
        ("wait=17s state:waiting", {"late"}),
        ("talk>5m", {"meeting"}),
        ("talk>20s talk<5m", {"bridged", "ann", "answered", "leaving", "queued"}),
        ("since:10s", {"dialing", "media", "unknown"}),
        ("!since:1h", {"meeting"}),
        ("mark:rec", {"bridged"}),
        ("mark:early | mark:held", {"meeting", "media"}),
        ("cause:originator_cancel", {"ended"}),
        ("cause:*cancel", {"ended"}),
        ("sip:48", {"ended"}),
        ("sip:4xx", {"ended"}),
        ("sip:5xx", set()),
    ],
)
def test_filter_compares_the_clocks_that_are_shown(text: str, keys: set[str]) -> None:
    """Waits, talks and ages are those of the list's columns."""
    found = {each.key for each in desk_legs() if parse(text).matches(each, NOW)}

    assert found == keys


@pytest.mark.parametrize(
    "text",
    [
        "wait>20s",
        "wait>=20s",
        "wait<20s",
        "wait<=20s",
        "wait=20s",
        "!wait>20s x | talk>1s",
        "since:1m",
    ],
)
def test_changes_at_is_when_the_answer_changes(text: str) -> None:
    """Between two of these moments nothing changes by itself; each is the first moment of another answer, or none is."""
    wanted, each = parse(text), leg("x", ago_s=10)
    moments = [NOW]
    while (at := wanted.changes_at(each, moments[-1])) is not None:
        moments.append(at)

    assert wanted.is_timed
    assert 2 <= len(moments) <= 4
    for at in moments[1:]:
        assert wanted.matches(each, at - 1) is not wanted.matches(each, at) or "|" in text
    for first, last in zip(moments, [*moments[1:], NOW + 600 * SECOND], strict=True):
        held = {wanted.matches(each, t) for t in range(first, last, SECOND)}
        assert len(held) == 1


def test_what_has_ended_never_changes_by_itself() -> None:
    """Its clocks stand still."""
    assert parse("wait>20s").changes_at(leg("x", LegState.ENDED), NOW) is None
    assert not parse("state:ended type:x lag>1s").is_timed


def test_since_a_time_of_day_is_the_last_such_moment() -> None:
    """Today where it is past, else yesterday, in the machine's time zone."""
    local = time.localtime(NOW // SECOND)
    seconds = (local.tm_hour * 60 + local.tm_min) * 60 + local.tm_sec

    assert since_when(Since(seconds, is_clock=True), NOW) == NOW
    tomorrow = Since((seconds + 60) % 86_400, is_clock=True)
    at = since_when(tomorrow, NOW)
    assert NOW - 90_000 * SECOND < at <= NOW
    assert time.localtime(at // SECOND).tm_min == (local.tm_min + 1) % 60


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("+1312", True),
        ("webhook", True),
        ("type:call.*", True),
        ("type:call.init", True),
        ("type:initiated", False),
        ("type:*initiated", True),
        ("type:~init", True),
        ("type:web", True),
        ("type:call.[*", False),
        ("from:312", True),
        ("from:312 | x", True),
        ("dir:incoming", True),
        ("leg:A", True),
        ("session:S1", True),
        ("session:S2", False),
        ("state:ended", False),
        ("!state:ended", True),
        ("wait>1s", False),
        ("attempt>1", False),
        ("attempt=1", False),
        ("!attempt>1", True),
        ("lag>=0ms", True),
        ("lag>1s", False),
    ],
)
def test_filter_matches_entries(text: str, found: bool) -> None:
    """By what they say themselves; what is about their leg does not hold where that is not known."""
    h = History()
    h.incoming("A")
    entry, fact = h.pairs[0]

    assert parse(text).matches_entry(entry, fact, None, h.at) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("state:ringing", True),
        ("state:ended", False),
        ("wait>1s", True),
        ("from:312", True),
        ("name:ann", True),
        ("mark:held", True),
        ("cause:busy", False),
        ("x-nothing", False),
    ],
)
def test_filter_asks_the_leg_of_an_entry(text: str, found: bool) -> None:
    """An event that names no number is found by those of its call."""
    h = History()
    h.noted("about a call", Kind.NOTE)
    entry, fact = h.pairs[0]
    calling = leg("A", ago_s=10, caller_name="Ann", marks=frozenset({Mark.HELD}))

    assert parse(text).matches_entry(entry, fact, calling, NOW) is found
    assert not parse(text).matches_entry(entry, fact, None, NOW)


def test_unknown_event_types_are_hidden_by_no_filter_that_does_not_say_so() -> None:
    """Terms about other things decide by those."""
    h = History()
    h.event("call.some_new_thing", "A", payload={"from": "+1312", "novel": 1})
    entry, fact = h.pairs[0]

    for text in ("", "from:1312", "!state:ended", "!type:call.hangup", "new_thing", "type:call.*"):
        assert parse(text).matches_entry(entry, fact, None, NOW)


def test_filter_matches_commands_and_refusals() -> None:
    """A command by its name, a refusal by its kind and its reason."""
    h = History()
    h.command("transfer", "A", to="+1415")
    h.noted("signature does not match", Kind.REFUSED)
    command, outcome, refused = h.pairs
    assert parse("type:transfer to:1415").matches_entry(*command)
    assert parse("type:outcome").matches_entry(*outcome)
    assert not parse("to:1415").matches_entry(*outcome)
    assert parse("type:refused signature").matches_entry(*refused)
    assert not parse("from:1").matches_entry(*refused)


@pytest.mark.parametrize(
    ("narrow", "wide", "found"),
    [
        ("ann", "an", True),
        ("an", "ann", False),
        ("ann x", "ann", True),
        ("ann", "", True),
        ("", "a", False),
        ("from:3125", "from:312", True),
        ("from:312*", "from:312", False),
        ("state:live", "state:liv", False),
        ("12345678", "1234567", False),
        ("123456789", "12345678", True),
        ("!an", "!ann", True),
        ("!ann", "!an", False),
        ("~ab", "~a", False),
        ("a | b", "a", False),
        ("wait>20s ann", "wait>20s", True),
        ("type:call.h", "type:call.", True),
    ],
)
def test_narrows_knows_when_nothing_hidden_can_come_back(
    narrow: str, wide: str, found: bool
) -> None:
    """A word that grows and a term more only take rows away."""
    assert parse(narrow).narrows(parse(wide)) is found


@given(TERMS, TERMS)
def test_what_narrows_lets_nothing_more_through(one: Term, more: Term) -> None:
    """For any two filters: no leg passes the narrow one alone."""
    narrow, wide = as_filter(both([one, more])), as_filter(one)

    for text in (narrow, as_filter(more)):
        if text.narrows(wide):
            for each in desk_legs():
                assert wide.matches(each, NOW) or not text.matches(each, NOW)


def test_idle_names_the_terms_a_list_of_calls_leaves_out() -> None:
    """So that the line can say it."""
    assert parse("ann type:x !(lag>1s | type:y)").idle == ("type:", "lag")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ann st", "state:"),
        ("!wai", "wait>"),
        ("(na", "name:"),
        ("s", "state: session: sip: since:"),
        ("x", ""),
        ("ann", ""),
        ("state ", ""),
        ("state:st", ""),
        ('"st', ""),
    ],
)
def test_unfinished_knows_half_the_name_of_a_field(text: str, words: str) -> None:
    """So that nothing is hidden while the name is being typed."""
    assert unfinished(text) == words
