"""Desktop notifications by escape sequences, for terminals that are known to show them; nothing is sent to others.

OSC 99 (kitty), OSC 777 (foot, urxvt), OSC 9 (iTerm2, WezTerm, Ghostty).
"""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.text import clean

_LONGEST = 160
_OSC_9 = frozenset({"iTerm.app", "WezTerm", "ghostty"})
_END = "\x1b\\"


def desktop_note(words: str, environ: Mapping[str, str]) -> str | None:
    """The sequence that shows the words; None where the terminal is not known, or is one inside of another."""
    text = clean(words)[:_LONGEST].replace(";", ",")
    if not text.isprintable():
        return None
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("screen", "tmux")):
        return None
    if term == "xterm-kitty" or environ.get("KITTY_WINDOW_ID"):
        return f"\x1b]99;;{text}{_END}"
    if term.startswith(("foot", "rxvt-unicode")):
        return f"\x1b]777;notify;Call Console;{text}{_END}"
    if program in _OSC_9 or term in ("xterm-ghostty", "wezterm"):
        return f"\x1b]9;{text}{_END}"
    return None
