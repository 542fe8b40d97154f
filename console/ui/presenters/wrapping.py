"""Breaking text from outside into lines of so many cells, between words where there are any."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from console.ui.presenters.cells import shown


def wrapped(text: str, width: int, *, limit: int = 4_000) -> Iterator[str]:
    """Clean lines of at most `width` cells; text beyond `limit` characters is left out with an ellipsis."""
    width = max(2, width)
    safe = shown(text[:limit]) + ("…" if len(text) > limit else "")
    row = ""
    for word in safe.split(" "):
        joined = f"{row} {word}" if row else word
        if cell_len(joined) <= width:
            row = joined
            continue
        if row:
            yield row
        *full, row = chop_cells(word, width) or [""]
        yield from full
    if row or not safe:
        yield row
