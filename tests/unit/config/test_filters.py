"""Named filters and the columns to begin with: read, and every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config.check import findings
from console.config.filters import COLUMNS, column_faults, filter_faults
from console.config.load import load
from console.ui.presenters import columns


def test_filters_are_read_in_order_and_profiles_stand_before(tmp_path: Path) -> None:
    """By name; a profile's filter takes the place of the file's."""
    file = tmp_path / "config.toml"
    file.write_text('[filters]\nb = "x"\na = "y"\n[profiles.p.filters]\na = "z"\n')

    assert list(load({}, config=str(file)).filters.items()) == [("b", "x"), ("a", "y")]
    assert load({}, config=str(file), profile="p").filters["a"] == "z"


def test_filters_of_another_shape_are_refused() -> None:
    """Numbers and tables are no filters."""
    assert [each.key for each in findings({"filters": {"a": 3, "b": "x"}})] == ["filters.a"]
    assert [each.key for each in findings({"filters": "x"})] == ["filters"]


def test_faults_name_the_filter_and_the_place() -> None:
    """Characters are counted from one, as people do."""
    (sentence,) = filter_faults({"fine": "state:ringing", "bad": "ann ~("})

    assert sentence.startswith("filters.bad: at character 6: ")


@pytest.mark.parametrize(
    ("names", "sort", "part"),
    [
        (("state", "form"), "", "did you mean from?"),
        (("from:2",), "", "3 to 60"),
        (("from:x",), "", "3 to 60"),
        ((), "-wiat", "did you mean wait?"),
        ((), "more", "not a column to sort by"),
    ],
)
def test_faults_of_columns_name_the_nearest(names: tuple[str, ...], sort: str, part: str) -> None:
    """What there is instead."""
    (sentence,) = column_faults(names, sort)

    assert part in sentence


def test_right_columns_have_no_faults() -> None:
    """With and without widths, and sorted from either end."""
    assert not list(column_faults(("from:20", "state"), "-wait"))


def test_columns_are_those_of_the_screen() -> None:
    """The configuration cannot ask the screen, so it has its own list."""
    assert tuple(column.id for column in columns.COLUMNS) == COLUMNS
    assert tuple(name for name in COLUMNS if name != "more") == columns.SORTED
