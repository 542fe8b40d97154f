"""JSON as indented, coloured lines, verbatim as to numbers, with every character that is not plain text escaped.

Lines are made one by one and only so many of them: a hostile or huge body costs no more than an ordinary one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from console.ui.presenters.cells import Line, Role, Span, width_of

MAX_DEPTH = 40
"""Nesting that is still indented; deeper values are shown as `{…}`."""


class _Number(str):
    """A number exactly as it was written; money is never a float."""

    __slots__ = ()


def parse(body: bytes) -> object:
    """The value of a JSON text. Raises `ValueError` when it is none, or is nested too deeply to read."""
    try:
        return json.loads(
            body.decode("utf-8"), parse_float=_Number, parse_int=_Number, parse_constant=_Number
        )
    except RecursionError as error:
        message = "nested too deeply"
        raise ValueError(message) from error


def quoted(text: str) -> str:
    """A JSON string; whatever a terminal could obey, or a reader miss, is a \\u escape."""
    plain = json.dumps(text, ensure_ascii=False)
    if plain.isprintable():
        return plain
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in plain)


def json_lines(value: object, width: int) -> Iterator[Line]:
    """The value as lines of at most `width` cells; long strings go on in the next line."""
    for line in _value(value, 0, (), ""):
        yield from _wrapped(line, max(20, width))


def _value(value: object, depth: int, head: Line, tail: str) -> Iterator[Line]:
    pad = Span("  " * depth)
    is_dict = isinstance(value, dict)
    if not isinstance(value, (dict, list)):
        yield (pad, *head, _scalar(value), Span(tail))
        return
    begin, end = ("{", "}") if is_dict else ("[", "]")
    if not value or depth >= MAX_DEPTH:
        inside = "…" if value else ""
        yield (pad, *head, Span(f"{begin}{inside}{end}{tail}"))
        return
    yield (pad, *head, Span(begin))
    last = len(value) - 1
    if isinstance(value, dict):
        for index, (key, each) in enumerate(value.items()):
            name = (Span(quoted(key), Role.JSON_KEY), Span(": "))
            yield from _value(each, depth + 1, name, "," if index < last else "")
    else:
        for index, each in enumerate(value):
            yield from _value(each, depth + 1, (), "," if index < last else "")
    yield (pad, Span(f"{end}{tail}"))


def _scalar(value: object) -> Span:
    if isinstance(value, _Number):
        return Span(str(value)[:200], Role.JSON_NUMBER)
    if isinstance(value, str):
        return Span(quoted(value), Role.JSON_STRING)
    return Span("null" if value is None else "true" if value else "false", Role.JSON_LITERAL)


def _wrapped(line: Line, width: int) -> Iterator[Line]:
    """Breaks the spans of a line that is too wide; what follows is indented under its beginning."""
    indent = Span(" " * min(len(line[0].text) + 4, width // 2)) if line else Span("")
    row: list[Span] = []
    used = 0
    for span in line:
        rest = span.text
        while rest:
            piece, size = _head(rest, width - used)
            if piece:
                row.append(Span(piece, span.role))
                used += size
                rest = rest[len(piece) :]
            if rest:
                yield tuple(row)
                row, used = [indent], len(indent.text)
    if row:
        yield tuple(row)


def _head(text: str, room: int) -> tuple[str, int]:
    """The longest beginning that fits into `room` cells, and its width."""
    part = text[: max(0, room)]
    if part.isascii():
        return part, len(part)
    used = end = 0
    for character in text:
        size = width_of(character)
        if used + size > room or end >= room * 4:
            break
        used += size
        end += 1
    return text[:end], used
