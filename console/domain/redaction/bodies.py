"""Masking JSON at any depth: what a member is called decides, and where that says nothing, it is masked.

So a field that Telnyx adds tomorrow is masked before anybody knows it. Kept are: words of fixed lists, instants,
measures, true, false and null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote

from console.domain.redaction import names
from console.domain.redaction.masks import Masks

MAX_DEPTH = 64
"""What is nested deeper is left out."""

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?)?", re.ASCII
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z_.\-/,]{0,63}(?:\d{1,4}[A-Za-z_.\-/]{0,32})*", re.ASCII)
_MEASURE = re.compile(r"-?\d{1,6}(?:\.\d{1,9})?", re.ASCII)
_KEYPAD = re.compile(r"[0-9*#]{1,12}", re.ASCII)
_URL = re.compile(r"(?i)(?:https?|wss?|rtmps?|ftp)://\S+")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
_LONG = re.compile(r"\d{5}")
_LARGEST = 10_000_000
_KEYPAD_NAMES = frozenset(("valid_digits", "terminating_digit"))
_TEXTUAL = names.PARTIES | names.PEOPLE | names.DIGITS | names.STATES | names.SENTENCES


def masked(value: object, masks: Masks, *, is_own: bool = False) -> object:
    """The same structure with everything masked that tells of people. Never raises.

    `is_own`: written by the console, so that what it says in sentences may stay.
    """
    return _Body(masks, is_own).value(value, "", opened=False, depth=MAX_DEPTH)


class _Body:
    """One walk through one body."""

    def __init__(self, masks: Masks, is_own: bool) -> None:
        self._masks = masks
        self._is_own = is_own

    def value(self, value: object, name: str, *, opened: bool, depth: int) -> object:
        """`opened`: inside of an object whose members are named by people."""
        if isinstance(value, str):
            if self._is_own and name in names.SENTENCES:
                return self._masks.sentence(value)
            return _text(value, name, self._masks)
        if isinstance(value, Mapping):
            return self._object(value, opened=opened or name in names.OPEN, depth=depth - 1)
        if isinstance(value, list | tuple):
            inside = opened or name in names.OPEN
            some = value if depth > 0 else ()
            return [self.value(each, name, opened=inside, depth=depth - 1) for each in some]
        if value is None or isinstance(value, bool):
            return value
        return _number(value, name, self._masks)

    def _object(
        self, value: Mapping[object, object], *, opened: bool, depth: int
    ) -> dict[str, object]:
        if depth <= 0:
            return {}
        # Of Telnyx's records the name is that of an event or a command.
        is_record = value.get("record_type") == "call_event"
        found: dict[str, object] = {}
        for key, inner in value.items():
            name = str(key)
            kind = "event_type" if is_record and name == "name" else name
            shown = _key(name, self._masks, opened=opened)
            found[shown] = self.value(inner, kind, opened=opened, depth=depth)
        return found


def _key(name: str, masks: Masks, *, opened: bool) -> str:
    """The name of a member: Telnyx's and ours stay, what has the shape of one may, what people chose does not."""
    if name in names.KNOWN or names.is_identifier(name):
        return name
    if not opened and len(name) <= 48 and _NAME.fullmatch(name) and not _LONG.search(name):
        return name
    return masks.word("key", name)


def _text(text: str, name: str, masks: Masks) -> str:
    if not text:
        return text
    if name in names.WORDS or name == "result":
        return text if _is_word(text, name) else masks.word("text", text)
    for those, mask in _KINDS:
        if name in those:
            return mask(masks, text)
    if names.is_identifier(name):
        return masks.identifier(text)
    if _INSTANT.fullmatch(text):
        return text
    return masks.url(text) if _URL.fullmatch(text) else masks.word("text", text)


def _is_word(text: str, name: str) -> bool:
    if name == "result":
        return text in names.RESULTS
    if name in _KEYPAD_NAMES and _KEYPAD.fullmatch(text):
        return True
    shapes = (_INSTANT, _MEASURE, _WORD)
    return any(shape.fullmatch(text) for shape in shapes)


def _event_key(masks: Masks, text: str) -> str:
    try:
        return masks.event_key(bytes.fromhex(text)).hex()
    except ValueError:
        return masks.word("text", text)


def _path(masks: Masks, text: str) -> str:
    return "/".join(_segment(each, masks) for each in text.split("/"))


def _segment(segment: str, masks: Masks) -> str:
    """A part of a request's path: words stay, what stands for a call or a number does not."""
    plain = unquote(segment)
    if _NAME.fullmatch(plain) and not _LONG.search(plain):
        return segment
    return quote(masks.identifier(plain), safe="") if plain else segment


_KINDS: tuple[tuple[frozenset[str], Callable[[Masks, str], str]], ...] = (
    (names.PARTIES, Masks.party),
    (names.PEOPLE, lambda masks, text: masks.word("name", text)),
    (names.DIGITS, Masks.pressed),
    (names.STATES, Masks.state),
    (names.PATHS, _path),
    (frozenset(("tags",)), lambda masks, text: masks.word("tag", text)),
    (frozenset(("event_key",)), _event_key),
)
"""What is done to the members of these names."""


def _number(value: object, name: str, masks: Masks) -> object:
    if not isinstance(value, int | float):
        return None
    if name in names.PARTIES and isinstance(value, int) and value >= 0:
        return int(masks.number(str(value)))
    if name in _TEXTUAL:
        return 0
    if names.is_identifier(name):
        return _identifier_number(value, masks)
    return value if name in names.WORDS or abs(value) < _LARGEST else 0


def _identifier_number(value: float, masks: Masks) -> object:
    """Identifiers that came as numbers: they are read as text, so they may become it."""
    return masks.identifier(str(value)) if masks.ids else value
