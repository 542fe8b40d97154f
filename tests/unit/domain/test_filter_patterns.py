"""Regular expressions of filters: as Python's where both understand, and never slow."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain.filtering.patterns import LONGEST, Pattern, PatternError

ATOMS = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "[ab]",
        "[^a]",
        r"\d",
        r"\w",
        r"\s",
        r"\D",
        "1",
        "(a|b)",
        "(?:ab|a)",
        "^",
        "$",
        r"\b",
        "()",
        r"\.",
        "[b-d1]",
    ]
)
ROWS = st.lists(
    st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{1,}", "*?"])),
    max_size=5,
)


def as_text(row: list[tuple[str, str]]) -> str:
    """Atoms and what repeats them; places are not repeated."""
    return "".join(atom + ("" if atom in ("^", "$", r"\b") else times) for atom, times in row)


EXPRESSIONS = st.lists(ROWS.map(as_text), min_size=1, max_size=3).map("|".join)


@settings(max_examples=400)
@given(EXPRESSIONS, st.text(alphabet="ab1c .\n", max_size=8))
@example("(a|b)*b", "aab")
@example("^$", "a\n\nb")
@example(r"\s|[^a]", "\n")
def test_pattern_finds_what_python_finds(expression: str, text: str) -> None:
    """Line by line: nothing is matched across a line break."""
    compiled = re.compile(expression)
    wanted = any(compiled.search(line) for line in text.split("\n"))

    assert Pattern(expression).search(text) is wanted


@given(st.text(max_size=30) | st.text(alphabet="a()[]{}*+?|\\^$.-,0129", max_size=20))
def test_pattern_is_one_or_says_where_it_is_wrong(expression: str) -> None:
    """Never anything else, and what is one can be asked."""
    position = 0
    try:
        Pattern(expression).search("some text 1")
    except PatternError as error:
        position = error.position
    assert 0 <= position <= len(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+b",
        "(a|a)*b",
        "(a*)*b",
        "a*a*a*a*a*a*b",
        "(a?){50}a{50}b",
        ".*.*.*.*x",
        "((a{0,5}){0,5}){0,5}b",
    ],
)
def test_steps_grow_with_the_text_only(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would keep Python's matcher busy for years takes one step for each character."""
    pattern = Pattern(expression)
    taken = 0
    follow = pattern._follow

    def counted(*arguments: Any) -> Any:
        nonlocal taken
        taken += 1
        return follow(*arguments)

    monkeypatch.setattr(pattern, "_follow", counted)

    assert not pattern.search("a" * 3000)
    assert taken <= 3000


def test_capitals_are_alike() -> None:
    """The text is folded, the pattern is read so; classes keep their meaning."""
    assert Pattern("ANN").search("xannx")
    assert Pattern("[A-C]+$").search("xab")
    assert Pattern("STRASSE|straße").search("strasse")
    assert not Pattern(r"\D").search("123")


def test_long_patterns_are_refused() -> None:
    """Two hundred characters are enough for anybody."""
    with pytest.raises(PatternError) as caught:
        Pattern("a" * (LONGEST + 1))
    assert caught.value.position == LONGEST


def test_what_was_learned_is_bounded() -> None:
    """Text of ever new characters does not fill the memory, and is still matched rightly."""
    pattern = Pattern("x[^a]y")
    text = "".join(chr(0x4E00 + n % 20_000) for n in range(45_000))

    assert not pattern.search(text)
    assert sum(map(len, pattern._known.values())) <= 20_001
    assert pattern.search(text + "x一y")
