"""JSON read and written verbatim: numbers as they came, and every character that is not plain text escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator

MAX_DEPTH = 200
"""Nesting that is still unfolded or written out; deeper values are shown as `{…}`."""


class Number(str):
    """A number exactly as it was written; money is never a float."""

    __slots__ = ()


def parse(body: bytes) -> object:
    """The value of a JSON text. Raises `ValueError` when it is none, or is nested too deeply to read."""
    try:
        return json.loads(
            body.decode("utf-8"), parse_float=Number, parse_int=Number, parse_constant=Number
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


def scalar(value: object) -> str:
    """A value that holds no others, as JSON has it."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return "null" if value is None else "true" if value is True else "false"


def written(value: object) -> str:
    """The whole value as indented JSON text."""
    return "".join(_written(value, "\n", MAX_DEPTH))


def _written(value: object, newline: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict):
        pairs = [(f"{quoted(str(key))}: ", each) for key, each in value.items()]
        brackets = "{}"
    elif isinstance(value, list):
        pairs = [("", each) for each in value]
        brackets = "[]"
    else:
        yield scalar(value)
        return
    if not pairs or not depth:
        yield f"{brackets[0]}{'…' if pairs else ''}{brackets[1]}"
        return
    inner = newline + "  "
    for place, (name, each) in enumerate(pairs):
        yield f"{',' if place else brackets[0]}{inner}{name}"
        yield from _written(each, inner, depth - 1)
    yield f"{newline}{brackets[1]}"
