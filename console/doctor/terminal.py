"""What this terminal can do, as far as its environment tells: nothing is asked of it, so nothing can hang. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from console.doctor.findings import Finding, fail, ok, skipped, warn

LEAST_COLUMNS, LEAST_ROWS = 80, 24
WIDE_COLUMNS, WIDE_ROWS = 120, 36

_TRUE_COLOUR = ("truecolor", "24bit")
_RICH_KEYBOARDS: Mapping[str, str] = {
    "KITTY_WINDOW_ID": "kitty",
    "WEZTERM_PANE": "WezTerm",
    "GHOSTTY_RESOURCES_DIR": "Ghostty",
    "ALACRITTY_WINDOW_ID": "Alacritty",
}
_RICH_PROGRAMS: Mapping[str, str] = {
    "iTerm.app": "iTerm2",
    "WezTerm": "WezTerm",
    "ghostty": "Ghostty",
    "rio": "Rio",
}
_RICH_TERMS: Mapping[str, str] = {
    "xterm-kitty": "kitty",
    "xterm-ghostty": "Ghostty",
    "foot": "foot",
    "foot-extra": "foot",
    "alacritty": "Alacritty",
}
"""Terminals known for kitty's keyboard protocol; some of them have it only where it was not switched off."""


class TerminalFacts(NamedTuple):
    """What is known without asking. `size` is columns and rows, None where there is no terminal."""

    environ: Mapping[str, str]
    size: tuple[int, int] | None
    encoding: str
    clipboard: str | None
    """The program that reaches the operator's clipboard; None where only the terminal does."""
    ascii: bool = False
    """Whether the screen is told to draw with ASCII symbols."""
    colours_of: Callable[[str], int | None] = lambda _term: None
    """How many colours the terminal database gives a TERM; None where it does not know it."""


def terminal_findings(facts: TerminalFacts) -> Iterator[Finding]:
    """Whether the screen can be drawn here, and how well."""
    if facts.size is None:
        yield skipped("terminal", "no terminal here; run it where you want the screen")
    else:
        yield _term(facts)
        yield _size(*facts.size)
        yield _colours(facts)
    yield _symbols(facts)
    yield _clipboard(facts)
    if facts.size is not None:
        yield _keyboard(facts.environ)


def _term(facts: TerminalFacts) -> Finding:
    term = facts.environ.get("TERM", "")
    if term in ("", "dumb"):
        said = "TERM is not set" if not term else "TERM is dumb"
        fix = (
            "use a terminal that can move the cursor, or set TERM to what it is, as xterm-256color"
        )
        return fail("terminal", f"{said}: the screen cannot be drawn", fix)
    if "TMUX" in facts.environ:
        return _multiplexed(term, "tmux")
    if facts.environ.get("STY") or term.startswith("screen"):
        return _multiplexed(term, "screen")
    program = facts.environ.get("TERM_PROGRAM", "")
    return ok("terminal", f"TERM {term}{f', {program}' if program else ''}")


def _multiplexed(term: str, name: str) -> Finding:
    if term.startswith(("tmux", "screen")):
        return ok("terminal", f"TERM {term}, inside {name}")
    fix = f"let {name} set it: in tmux.conf `set -g default-terminal tmux-256color`"
    if name == "screen":
        fix = "let screen set it: in .screenrc `term screen-256color`"
    return warn("terminal", f"TERM is {term} inside {name}, which is not the terminal", fix)


def _size(columns: int, rows: int) -> Finding:
    told = f"{columns}x{rows}"
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        fix = f"make the window at least {LEAST_COLUMNS}x{LEAST_ROWS}"
        return warn("terminal_size", f"{told}: too small for the panes", fix)
    if columns < WIDE_COLUMNS or rows < WIDE_ROWS:
        return ok(
            "terminal_size", f"{told}: one pane at a time; {WIDE_COLUMNS}x{WIDE_ROWS} shows all"
        )
    return ok("terminal_size", told)


def _colours(facts: TerminalFacts) -> Finding:
    environ = facts.environ
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR"):
        return ok("colours", "none, because NO_COLOR is set; symbols and words say it all")
    if environ.get("COLORTERM", "").lower() in _TRUE_COLOUR or term.endswith("-direct"):
        return ok("colours", "16 million")
    known = facts.colours_of(term)
    count = 256 if "256color" in term else known
    if count is None:
        said = (
            f"not known: nothing is on record about TERM {term}"
            if term
            else "not known: TERM is not set"
        )
        return warn("colours", said, "set TERM to what the terminal is, as xterm-256color")
    if count >= 256:
        return ok(
            "colours", f"{count}; COLORTERM=truecolor gives finer ones where they can be shown"
        )
    fix = "set TERM=xterm-256color where the terminal can show them; without, symbols and words say it all"
    return warn("colours", f"{max(0, count)} only", fix)


def _symbols(facts: TerminalFacts) -> Finding:
    encoding = facts.encoding.lower().replace("-", "").replace("_", "")
    if facts.ascii:
        return ok("symbols", "plain ASCII, because screen.ascii is set")
    if encoding in ("utf8", "utf8sig", "cp65001"):
        return ok("symbols", "Unicode")
    fix = "set LANG to a UTF-8 locale, as C.UTF-8, or screen.ascii = true"
    return warn("symbols", f"the encoding is {facts.encoding or 'not known'}, not UTF-8", fix)


def _clipboard(facts: TerminalFacts) -> Finding:
    environ = facts.environ
    if facts.clipboard is not None:
        return ok("clipboard", f"by {facts.clipboard}")
    if "TMUX" in environ:
        fix = "in tmux.conf: `set -g set-clipboard on`"
        return warn("clipboard", "by the terminal's escape (OSC 52), if tmux lets it through", fix)
    if environ.get("STY"):
        fix = "use tmux, or a program such as xclip where there is a display"
        return warn("clipboard", "screen does not pass on the terminal's escape (OSC 52)", fix)
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        fix = "over SSH use a terminal that knows OSC 52"
        return warn("clipboard", "Terminal.app does not know the escape (OSC 52)", fix)
    return ok(
        "clipboard", "by the terminal's escape (OSC 52); whether it takes it, it does not say"
    )


def _keyboard(environ: Mapping[str, str]) -> Finding:
    if "TMUX" in environ or environ.get("STY"):
        return ok("keyboard", "plain keys inside a multiplexer; every key of the console has one")
    names = [name for variable, name in _RICH_KEYBOARDS.items() if environ.get(variable)]
    names += [_RICH_PROGRAMS.get(environ.get("TERM_PROGRAM", ""), "")]
    names += [_RICH_TERMS.get(environ.get("TERM", ""), "")]
    known = next(filter(None, names), None)
    if known is not None:
        return ok("keyboard", f"{known} knows kitty's protocol, where it is switched on")
    return ok("keyboard", "plain keys, as far as is known; every key of the console is one")
