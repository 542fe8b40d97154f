"""How keys are called: Textual's names as they are printed on a keyboard."""

from __future__ import annotations

_LABELS = {
    "question_mark": "?",
    "slash": "/",
    "at": "@",
    "colon": ":",
    "plus": "+",
    "underscore": "_",
    "minus": "-",
    "exclamation_mark": "!",
    "enter": "↵",
    "escape": "esc",
    "space": "space",
    "shift+tab": "⇧tab",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left": "left",
    "right": "right",
}


def key_label(key: str) -> str:
    """A Textual key name as it is printed on a keyboard: `question_mark` → `?`, `ctrl+p` → `^p`."""
    if key in _LABELS:
        return _LABELS[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return _sign(key) if len(key) > 1 and "+" not in key else key


def _sign(name: str) -> str:
    """The character of a key that has no label: `semicolon` → `;`; names of other keys stay."""
    import unicodedata

    try:
        sign = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return name
    return sign if sign.isprintable() else name


def plain_label(label: str) -> str:
    """The same for a terminal that has ASCII only: `↵` → `enter`."""
    return label.replace("↵", "enter").replace("⇧", "S-") if not label.isascii() else label
