"""A caret under the place of a mistake, and the words beside it."""

from __future__ import annotations

from console.ui.presenters.cells import fit, width_of


def caret_line(typed: str, position: int, message: str, width: int, scrolled: int = 0) -> str:
    """One line of at most `width` cells under a line of text that begins `scrolled` cells to the left of the screen.

    The words stand to the right of the caret, or to its left where there is more room.
    """
    at = min(max(0, width_of(typed[:position].replace("\t", " ")) - scrolled), max(0, width - 1))
    right = width - at - 2
    if right >= width_of(message) or right >= at - 1:
        return " " * at + "^ " + fit(message, max(0, right)).rstrip()
    words = fit(message, min(width_of(message), at - 1))
    return words.rjust(at - 1 - width_of(words) + len(words)) + " ^"
