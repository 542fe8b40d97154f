"""The signs drawn beside words: one set for terminals with Unicode, one of ASCII only."""

from __future__ import annotations

from typing import NamedTuple

from console.domain.legs import LegState
from console.domain.wording import state_symbol, state_symbol_ascii


class Glyphs(NamedTuple):
    """Every sign is one cell wide, except `incoming`, `outgoing` and `peer` in ASCII."""

    cursor: str = "▶"
    cursor_blurred: str = "▷"
    ellipsis: str = "…"
    on: str = "●"
    off: str = "○"
    busy: str = "◐"
    bad: str = "✗"
    rule: str = "─"
    dash: str = "—"
    dot: str = "·"
    peer: str = "⇄"
    arrow: str = "→"
    new: str = "▼"
    up: str = "▲"
    pin: str = "◆"
    mark: str = "✓"
    incoming: str = "◀"
    outgoing: str = "▶"
    recorded: str = "~"
    """In the place of `incoming` where Telnyx's records say it, unsigned."""
    bars: str = "▁▂▃▄▅▆▇█"
    tie: str = "╭│╰"
    """From a command to its effect: where it begins, on the way, where it ends."""
    ascii: bool = False

    def state(self, state: LegState) -> str:
        """The sign of a leg's state."""
        return state_symbol_ascii(state) if self.ascii else state_symbol(state)


UNICODE = Glyphs()
ASCII = Glyphs(
    cursor=">",
    cursor_blurred="-",
    ellipsis="~",
    on="*",
    off="o",
    busy="%",
    bad="x",
    rule="-",
    dash="-",
    dot="-",
    peer="<>",
    arrow="->",
    new="v",
    up="^",
    pin="#",
    mark="+",
    incoming="<",
    outgoing=">",
    bars="_.:-=+*#",
    tie=",|'",
    ascii=True,
)

ASCII_SIGNS = str.maketrans(
    {
        **dict.fromkeys("│┃║▏▎▍▌▋▊▉▕▐", "|"),
        **dict.fromkeys("·—–─━═▔┄╌", "-"),
        **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝", "+"),
        **dict.fromkeys("▁▂▃▄▅▆▇", " "),
        **dict(zip("…×→←↑↓◀▶▷▲▼●○◐◌◆✓✗✕⇄↵≤≥█“”’", '~x><^v<>>^v*o%o#+xx=<<>#""\'', strict=True)),
    }
)
"""For signs inside of sentences, and Textual's own ones; each one cell for one cell."""
