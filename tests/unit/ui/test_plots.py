"""Plots: as wide and high as they may be, gaps where nothing was counted, thresholds on a row of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ui.presenters.cells import line_width
from console.ui.presenters.plots import (
    PlotStyle,
    bars,
    ceiling,
    next_style,
    plot,
    resampled,
    spark,
)

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=200)


def texts(*args: object, **more: object) -> list[str]:
    return ["".join(span.text for span in line) for line in plot(*args, **more)]  # type: ignore[arg-type]


def test_blocks_are_in_proportion_and_gaps_stay_blank() -> None:
    """Nothing is a line at the bottom, no value is a blank."""
    assert texts([0, 50, 100, None], 4, 2, style=PlotStyle.BLOCK, top=100) == ["  █ ", "▁██ "]


def test_ascii_plot_is_ascii_and_marks_the_threshold() -> None:
    """Its sign is drawn where the plot leaves room."""
    assert texts([0, 100, None], 3, 3, style=PlotStyle.ASCII, top=100, threshold=50) == [
        " # ",
        "-#-",
        "_# ",
    ]


def test_braille_draws_two_values_in_a_cell() -> None:
    """Four dots high."""
    assert texts([100, 100], 1, 1, style=PlotStyle.BRAILLE, top=100) == ["⣿"]
    assert texts([100, None], 1, 1, style=PlotStyle.BRAILLE, top=100) == ["⡇"]
    assert texts([100, None, 0], 2, 1, style=PlotStyle.BRAILLE, top=100) == ["⡇⡀"]


@given(
    values=VALUES,
    width=st.integers(1, 90),
    height=st.integers(1, 9),
    style=st.sampled_from(PlotStyle),
)
def test_plot_never_leaves_its_frame(
    values: list[float | None], width: int, height: int, style: PlotStyle
) -> None:
    """Whatever is drawn."""
    lines = plot(values, width, height, style=style, top=ceiling(values), threshold=20.0)

    assert len(lines) == height
    assert all(line_width(line) <= width for line in lines)
    assert len(spark(values, width, "▁▂▃▄▅▆▇█")) <= width


@pytest.mark.parametrize(
    ("top", "rounded"),
    [(0, 1), (0.3, 0.5), (1, 1), (3, 5), (7, 10), (20, 20), (21, 50), (120, 200)],
)
def test_ceiling_is_round(top: float, rounded: float) -> None:
    """1, 2 or 5 times a power of ten."""
    assert ceiling([top]) == pytest.approx(rounded)


def test_too_many_values_fall_together_by_the_largest() -> None:
    """A peak is never lost."""
    assert resampled([1, 9, 2, None, None, 3], 3) == [9, 2, 3]
    assert resampled([1, 2], 5) == [1, 1, 2, 2]
    assert resampled([], 5) == []


def test_bars_hold_all_causes() -> None:
    """What there is no room for stands together."""
    found = bars([("a", 8), ("b", 4), ("c", 2), ("d", 1)], 8, 3, ascii_only=True)

    assert found == [("a", "########", 8), ("b", "####", 4), ("all others", "###", 3)]


def test_styles_take_turns_where_they_can_be_drawn() -> None:
    """ASCII stays ASCII."""
    assert next_style(PlotStyle.BLOCK, ascii_only=False) is PlotStyle.BRAILLE
    assert next_style(PlotStyle.ASCII, ascii_only=True) is PlotStyle.ASCII
