"""Makes a screenshot's SVG stand by itself: no font from elsewhere, and every word in its own cell.

Textual's screenshots name a font on the web and count on spaces being kept; a viewer that has neither draws columns that
do not stand under each other.
"""

from __future__ import annotations

import html
import re

from rich.cells import cell_len

FAMILY = '"Fira Code", "DejaVu Sans Mono", Menlo, Consolas, monospace'
_FONT_FACE = re.compile(r"\s*@font-face\s*\{[^}]*\}")
_FAMILY = re.compile(r"font-family:[^;]*;")
_TEXT = re.compile(
    r'<text (class="[^"]*") x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"([^>]*)>([^<]*)</text>'
)
_WORDS = re.compile(r"[^ ]+(?: [^ ]+)*")
"""Words with one space between them; more make a new place."""


def stand_alone(svg: str) -> str:
    """The same picture with its words placed one by one."""
    svg = _FAMILY.sub(f"font-family: {FAMILY};", _FONT_FACE.sub("", svg))
    return _TEXT.sub(_placed, svg)


def _placed(found: re.Match[str]) -> str:
    kind, left, y, length, rest, inner = found.groups()
    text = html.unescape(inner).replace("\xa0", " ")
    cells = cell_len(text)
    if not cells or not text.strip():
        return ""
    each = float(length) / cells
    parts = []
    for words in _WORDS.finditer(text):
        x = float(left) + each * cell_len(text[: words.start()])
        wide = each * cell_len(words[0])
        safe = html.escape(words[0], quote=False)
        parts.append(f'<tspan x="{x:.1f}" textLength="{wide:.1f}">{safe}</tspan>')
    return f'<text {kind} y="{y}"{rest}>{"".join(parts)}</text>'
