"""The difference of two entries' bodies as lines: a sign and a word, the place, the values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from console.domain.difference import Difference, Verdict, differences, path_words
from console.domain.entries import Entry
from console.domain.times import local_clock
from console.ui.presenters.cells import Line, Role, Span, fit, grouped, shown, width_of
from console.ui.presenters.event_rows import MAX_JSON_BYTES
from console.ui.presenters.json_lines import parse, scalar

MOST = 20_000
"""Differences that are shown; more are only mentioned."""

_SIGNS = {Verdict.SAME: " ", Verdict.CHANGED: "~", Verdict.ADDED: "+", Verdict.REMOVED: "-"}
_ROLES = {
    Verdict.SAME: Role.DIM,
    Verdict.CHANGED: Role.WARN,
    Verdict.ADDED: Role.GOOD,
    Verdict.REMOVED: Role.BAD,
}
_WORD = 8
_LONGEST = 400
"""Characters of a value that are shown."""


class Comparison(NamedTuple):
    """What came of comparing; `problem` says why there is nothing to compare."""

    found: tuple[Difference, ...] = ()
    is_cut: bool = False
    problem: str = ""

    @property
    def summary(self) -> str:
        """`3 changed, 1 added, 24 the same`."""
        if self.problem:
            return self.problem
        counts = Counter(each.verdict for each in self.found)
        words = [
            f"{grouped(counts[verdict])} {verdict.value}"
            for verdict in (Verdict.CHANGED, Verdict.ADDED, Verdict.REMOVED)
            if counts[verdict]
        ] or ["no difference"]
        words.append(f"{grouped(counts[Verdict.SAME])} the same")
        return ", ".join(words) + (f"; only the first {grouped(MOST)} places" * self.is_cut)


def compare(old: Entry, new: Entry) -> Comparison:
    """Both bodies, place by place."""
    values: list[object] = []
    for entry in (old, new):
        if len(entry.body) > MAX_JSON_BYTES:
            return Comparison(problem=f"entry {entry.seq} is too large to compare")
        try:
            values.append(parse(entry.body))
        except ValueError:
            same = "; the bytes are the same" if old.body == new.body else "; the bytes differ"
            return Comparison(problem=f"entry {entry.seq} has no JSON to compare{same}")
    found = tuple(islice(differences(*values), MOST + 1))
    return Comparison(found[:MOST], len(found) > MOST)


def side_words(name: str, entry: Entry) -> str:
    """`A  entry 4  call.initiated  12:03:49.120`."""
    what = entry.event_type or entry.kind.value
    return f"{name}  entry {entry.seq}  {what}  {local_clock(entry.received_at, millis=True)}"


def present_comparison(
    old: Entry, new: Entry, found: Comparison, width: int, *, everything: bool, arrow: str
) -> list[Line]:
    """The two entries, what came of it, then the places that differ; all places with `everything`."""
    lines: list[Line] = [
        (Span("  "), Span("- ", Role.BAD), Span(shown(side_words("A", old)), Role.STRONG)),
        (Span("  "), Span("+ ", Role.GOOD), Span(shown(side_words("B", new)), Role.STRONG)),
        (Span("  "), Span(found.summary, Role.WARN if found.problem else Role.TEXT)),
        (Span("  "),),
    ]
    kept = [each for each in found.found if everything or each.verdict is not Verdict.SAME]
    for each in kept:
        lines += _difference_lines(each, width, arrow)
    if not kept and not found.problem:
        words = "the two bodies are the same; u shows them" if found.found else ""
        lines.append((Span("  "), Span(words, Role.DIM)))
    return lines


def _difference_lines(each: Difference, width: int, arrow: str) -> Sequence[Line]:
    verdict = each.verdict
    role = _ROLES[verdict]
    head: Line = (
        Span("  "),
        Span(f"{_SIGNS[verdict]} ", role),
        Span(f"{fit(verdict.value, _WORD)} ", role),
        Span(f"{shown(path_words(each.path)[:_LONGEST])}  ", Role.JSON_KEY),
    )
    room = width - sum(width_of(span.text) for span in head)
    if verdict is not Verdict.CHANGED:
        value = _value(each.new if verdict is Verdict.ADDED else each.old)
        body = Role.DIM if verdict is Verdict.SAME else Role.TEXT
        return [(*head, Span(fit(value, min(room, width_of(value))) if room > 8 else "", body))]
    old, new = _value(each.old), _value(each.new)
    if width_of(old) + width_of(new) + width_of(arrow) + 2 <= room:
        return [(*head, Span(old), Span(f" {arrow} ", Role.DIM), Span(new, Role.STRONG))]
    pad = Span(" " * (_WORD + 5))
    own = width - _WORD - 7
    return [
        head,
        (pad, Span("- ", Role.BAD), Span(fit(old, min(own, width_of(old))))),
        (pad, Span("+ ", Role.GOOD), Span(fit(new, min(own, width_of(new))), Role.STRONG)),
    ]


def _value(value: object) -> str:
    if isinstance(value, dict | list):
        begin, end = "{}" if isinstance(value, dict) else "[]"
        return f"{begin}{'…' if value else ''}{end}"
    text = scalar(value if not isinstance(value, str) else type(value)(value[:_LONGEST]))
    return shown(text)


def copy_text(lines: Iterable[Line]) -> str:
    """Lines as plain text."""
    return "\n".join("".join(span.text for span in line).strip() for line in lines)
