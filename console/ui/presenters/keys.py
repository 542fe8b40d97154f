"""The one line that says which keys do what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.ui.key_labels import plain_label
from console.ui.presenters.cells import Line, Role, Span, line_width, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs


class KeyHint(NamedTuple):
    """One key as drawn (`a`, `↵`, `^p`), what it does in a word or two, and whether it does so now.

    Where there is too little room the hint of the least weight goes first, of equals the one further right.
    """

    key: str
    label: str
    enabled: bool = True
    weight: int = 0


def present_keys(hints: Sequence[KeyHint], width: int, glyphs: Glyphs = UNICODE) -> Line:
    """The hints that fit into `width` cells, in their order; an ellipsis says that some did not."""
    drawn = [_hint(hint, glyphs) for hint in hints]
    sizes = [line_width(each) + 2 for each in drawn]
    kept = set(range(len(hints)))
    total = 1 + sum(sizes) - (2 if sizes else 0)
    for index in sorted(kept, key=lambda i: (hints[i].weight, -i)):
        if total <= width:
            break
        if len(kept) == len(hints):
            total += 2 + len(glyphs.ellipsis)
        kept.discard(index)
        total -= sizes[index]
    out: list[Span] = [Span(" ")]
    for index in sorted(kept):
        out += [*drawn[index], Span("  ")]
    if len(kept) < len(hints):
        out.append(Span(glyphs.ellipsis, Role.DIM))
    elif kept:
        out.pop()
    return tuple(out)


def _hint(hint: KeyHint, glyphs: Glyphs) -> Line:
    role = (Role.KEY, Role.TEXT) if hint.enabled else (Role.DIM, Role.DIM)
    key = plain_label(hint.key) if glyphs.ascii else hint.key
    return (Span(shown(key), role[0]), Span(f" {shown(hint.label)}", role[1]))
