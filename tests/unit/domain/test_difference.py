"""What differs between two JSON values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.domain.difference import Difference, Verdict, differences, path_words

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4)
    ),
    max_leaves=20,
)


def told(old: object, new: object) -> list[tuple[str, str]]:
    """Place and verdict of everything that differs."""
    return [
        (path_words(each.path), each.verdict.value)
        for each in differences(old, new)
        if each.verdict is not Verdict.SAME
    ]


def test_differences_name_place_and_verdict() -> None:
    """Changed, added, removed; whole objects member by member; the order of members does not matter."""
    old = {"a": 1, "b": {"x": "y", "gone": [1, {"z": None}]}, "s": 1}
    new = {"s": 1, "b": {"x": "Y", "new": {"k": []}}, "a": 1}

    assert told(old, new) == [
        ("b.x", "changed"),
        ("b.gone[0]", "removed"),
        ("b.gone[1].z", "removed"),
        ("b.new.k", "added"),
    ]


def test_differences_of_types_are_differences() -> None:
    """1, true and "1" are three things; so are nothing and an empty object."""
    assert told([1, 1, {}], [True, "1", None]) == [
        ("[0]", "changed"),
        ("[1]", "changed"),
        ("[2]", "changed"),
    ]


def test_differences_align_lists_of_scalars() -> None:
    """One insertion is one addition."""
    assert told(["a", "b", "c"], ["a", "x", "b", "c"]) == [("[1]", "added")]
    assert told(list(range(1000)), list(range(1, 1001)))[0] == ("[0]", "changed")


def test_differences_of_deep_values_end() -> None:
    """Deeper than anybody reads: compared whole."""
    deep: object = 1
    other: object = 2
    for _ in range(900):
        deep, other = [deep], [other]

    assert len(told(deep, other)) == 1
    assert told(deep, deep) == []
    assert len(told({}, {"a": deep})) == 1


@given(JSON, JSON)
def test_differences_are_none_exactly_of_equal_values(old: object, new: object) -> None:
    """And every scalar of either side is told of once."""
    found = list(differences(old, new))

    assert not [each for each in differences(old, old) if each.verdict is not Verdict.SAME]
    same_types = all(
        each.verdict is Verdict.SAME and type(each.old) is type(each.new) for each in found
    )
    if same_types:
        assert old == new
    assert sum(scalars(each.old) for each in found if each.verdict != "added") == scalars(old)
    assert sum(scalars(each.new) for each in found if each.verdict != "removed") == scalars(new)


def scalars(value: object) -> int:
    """How many values in it hold no others."""
    if isinstance(value, dict):
        return sum(scalars(each) for each in value.values())
    return sum(scalars(each) for each in value) if isinstance(value, list) else 1


def test_difference_of_the_whole_is_a_dot() -> None:
    """Where there is no place inside."""
    assert list(differences("a", "b")) == [Difference((), Verdict.CHANGED, "a", "b")]
    assert path_words(()) == "."
