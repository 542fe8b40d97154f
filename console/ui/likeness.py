"""How well what was typed into the palette names an action, so that Enter does what was meant. Pure.

Words have to be there. Letters scattered over a sentence are in nearly every sentence: they count in a short title only.
"""

from __future__ import annotations

EXACT, BEGINS, NAMES, CONTAINS = 1.0, 0.9, 0.8, 0.7
"""The title or the command's name is it, begins with it, has words that begin so, has it somewhere."""
TOLD, MENTIONED = 0.55, 0.45
"""What is told about the action has words that begin so, has it somewhere."""
SCATTERED = 0.3
"""The title has its letters in their order."""


def likeness(query: str, title: str, *, name: str = "", told: str = "") -> float:
    """From 0 (not meant) to 1 (exactly this). `name` is a command's, `told` whatever else describes the action."""
    words = _folded(query).split()
    if not words:
        return 0.0
    names = [_folded(each) for each in (title, name) if each]
    score = max(_of_name(words, each) for each in names)
    if score == 0.0:
        score = _among(words, " ".join([*names, _folded(told)]), TOLD, MENTIONED)
    if score == 0.0 and _scattered("".join(words), names[0]):
        score = SCATTERED
    return score


def _of_name(words: list[str], name: str) -> float:
    joined, whole = "".join(words), "".join(name.split())
    if joined == whole:
        return EXACT
    if whole.startswith(joined):
        return BEGINS
    return _among(words, name, NAMES, CONTAINS)


def _among(words: list[str], text: str, begins: float, contains: float) -> float:
    if not all(word in text for word in words):
        return 0.0
    among = text.split()
    return begins if all(any(a.startswith(word) for a in among) for word in words) else contains


def _scattered(letters: str, title: str) -> bool:
    rest = iter(title)
    return all(letter in rest for letter in letters)


def _folded(text: str) -> str:
    return "".join(c if c.isalnum() else " " for c in text.casefold())
