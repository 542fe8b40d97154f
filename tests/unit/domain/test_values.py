"""Narrowing takes what fits and leaves the rest, whatever a payload holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.values import flag, items, mapping, number, text

ODD: dict[str, object] = {
    "s": "x", "empty": "", "i": 7, "f": 1.5, "b": True, "n": None, "l": [1], "d": {"k": 1}, "nan": float("nan"),
    "num": "3.5", "inf": "inf", "huge": 10**6000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [("s", "x"), ("empty", None), ("i", "7"), ("f", "1.5"), ("b", None), ("n", None), ("l", None), ("huge", None),
     ("missing", None)],
)  # fmt: skip
def test_text_takes_strings_and_numbers(name: str, expected: str | None) -> None:
    """Numbers are given as text, everything else is absent."""
    assert text(ODD, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("i", 7.0), ("f", 1.5), ("num", 3.5), ("s", None), ("b", None), ("nan", None), ("inf", None), ("huge", None),
     ("d", None), ("missing", None)],
)  # fmt: skip
def test_number_takes_finite_numbers(name: str, expected: float | None) -> None:
    """Numeric strings count; booleans and the infinite do not."""
    assert number(ODD, name) == expected


def test_flag_mapping_and_items_take_their_own_type_only() -> None:
    """Anything else is absent or empty."""
    assert flag(ODD, "b") is True
    assert flag(ODD, "i") is None
    assert mapping(ODD, "d") == {"k": 1}
    assert mapping(ODD, "l") == {}
    assert items(ODD, "l") == [1]
    assert items(ODD, "s") == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(_JSON)
def test_narrowing_never_raises(value: object) -> None:
    """Whatever JSON a field holds."""
    m = {"x": value}
    assert text(m, "x") is None or text(m, "x")
    assert number(m, "x") is None or isinstance(number(m, "x"), float)
    assert flag(m, "x") in (True, False, None)
    assert isinstance(mapping(m, "x"), dict)
    assert len(items(m, "x")) >= 0
