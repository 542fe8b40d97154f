"""The filter language: what it finds, what it refuses and where, and that it reads what it writes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.domain.entries import Kind
from console.domain.filter import FIELDS, Field, Filter, FilterError, Not, Word, parse
from tests.unit.domain.histories import History

VALUES = st.text(min_size=1, max_size=12)
TERMS = st.one_of(VALUES.map(Word), st.builds(Field, st.sampled_from(FIELDS), VALUES))
FILTERS = st.lists(TERMS | TERMS.map(Not), max_size=4).map(lambda terms: Filter(tuple(terms)))


@given(st.text(max_size=40) | st.text(alphabet='!:"\\ ()|~<>=*?astefrom', max_size=25))
@example("!" * 5000)
@example('"' * 5000)
@example("state:" * 2000)
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
def test_parse_reads_what_str_writes(wanted: Filter) -> None:
    """Any filter, whatever is in its values."""
    assert parse(str(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  ann  555 ", (Word("ann"), Word("555"))),
        ("state:!ended", (Not(Field("state", "ended")),)),
        ("!state:ended", (Not(Field("state", "ended")),)),
        ("!state:!ended", (Field("state", "ended"),)),
        ("!!x", (Word("x"),)),
        ('"a b"', (Word("a b"),)),
        (r'from:"a \"b\" \\"', (Field("from", 'a "b" \\'),)),
        ("TYPE:call.*", (Field("type", "call.*"),)),
        ("sip:ann@example.com", (Word("sip:ann@example.com"),)),
        ("to:sip:ann@example.com", (Field("to", "sip:ann@example.com"),)),
        ("v3:abc", (Word("v3:abc"),)),
        ('"(312)"', (Word("(312)"),)),
    ],
)
def test_parse_understands(text: str, terms: tuple[object, ...]) -> None:
    """Words, fields, negation, quotations; addresses and identifiers with colons stay words."""
    assert parse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("ann stat:x", 4, "there is no field stat"),
        ("from:", 5, "a value after from: is missing"),
        ("from: x", 5, "missing"),
        ("a !", 3, "a word is missing"),
        ('x "ab', 2, "closing quote"),
        ('"a"b', 3, "a space is missing"),
        ("a|b", 1, "kept for later"),
        ("(a", 0, "kept for later"),
        ("from:~x", 5, "kept for later"),
        ("wait >5", 5, "kept for later"),
    ],
)
def test_parse_refuses_with_a_position(text: str, position: int, part: str) -> None:
    """Where and why, in words."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert caught.value.position == position
    assert part in caught.value.message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("312", True),
        ("ann", True),
        ("ANN", True),
        ("support", True),
        ("ring", True),
        ("incoming", True),
        ("id-a", True),
        ("S1", True),
        ("nothing", False),
        ("312 nothing", False),
        ("!nothing", True),
        ("state:ringing", True),
        ("state:waiting", True),
        ("state:live", True),
        ("state:talking", False),
        ("state:stale", False),
        ("state:!ended", True),
        ("from:312", True),
        ("to:312", False),
        ("number:800", True),
        ("name:ann", True),
        ("name:support", True),
        ("dir:in", True),
        ("dir:out", False),
        ("leg:id-A", True),
        ("session:S2", False),
        ("type:call.hangup", True),
        ("!type:call.hangup", True),
    ],
)
def test_filter_matches_legs(text: str, found: bool) -> None:
    """Plain words look everywhere, fields in one place, event types say nothing about legs."""
    h = History()
    h.incoming("A", caller_id_name="Ann")
    leg = h.board().legs["A"]
    assert parse(text).matches(leg, h.at, names=["Support"]) is found


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
        ("type:web", True),
        ("type:call.[*", False),
        ("from:312", True),
        ("dir:incoming", True),
        ("leg:A", True),
        ("session:S1", True),
        ("session:S2", False),
        ("state:ended", True),
        ("!state:ended", True),
    ],
)
def test_filter_matches_entries(text: str, found: bool) -> None:
    """Types by beginning or pattern; states say nothing about entries."""
    h = History()
    h.incoming("A")
    assert parse(text).matches_entry(*h.pairs[0]) is found


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
