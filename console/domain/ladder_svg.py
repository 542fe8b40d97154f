"""A ladder as a picture: plain SVG shapes and text, nothing fetched and nothing run.

It follows the light or dark scheme of whatever shows it. Every text in it is cleaned and escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from console.domain.ladder import TELNYX, Ladder, Step, StepKind
from console.domain.ladder_text import cut, width_of
from console.domain.times import local_clock, offset_words

_LEFT = 130
_PITCH = 230
_TAIL = 260
_TOP = 96
_ROW = 26
_CHAR = 7.3
"""Widest step of a 12 px monospaced letter, in px."""
_LONGEST = 400

_STYLE = """
:root { color-scheme: light dark; }
.paper { fill: #ffffff; }
text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1d2430; }
.title { font-size: 15px; font-weight: bold; }
.dim, .time { fill: #5b6675; }
.lane { stroke: #9aa4b2; stroke-width: 1; }
.event { stroke: #1f6feb; stroke-width: 1.4; fill: none; }
.command { stroke: #9a5b00; stroke-width: 1.4; fill: none; }
.bridge { stroke: #1a7f37; stroke-width: 1.4; fill: none; }
.head-event { fill: #1f6feb; } .head-command { fill: #9a5b00; } .head-bridge { fill: #1a7f37; }
.problem { fill: #c4221b; } .gap { stroke: #c4221b; stroke-dasharray: 3 4; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #11151c; } text { fill: #e4e9f0; } .dim, .time { fill: #9aa6b5; } .lane { stroke: #566171; }
  .event { stroke: #6cb0ff; } .command { stroke: #f0b35a; } .bridge { stroke: #5fd37f; }
  .head-event { fill: #6cb0ff; } .head-command { fill: #f0b35a; } .head-bridge { fill: #5fd37f; }
  .problem { fill: #ff8b82; } .gap { stroke: #ff8b82; }
}
"""


def ladder_svg(ladder: Ladder, title: str = "") -> str:
    """The ladder as an SVG document."""
    width = _LEFT + (len(ladder.lanes) - 1) * _PITCH + _TAIL
    foot = _TOP + len(ladder.steps) * _ROW + 20
    height = foot + (len(ladder.closings) + 1) * 18 + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img">',
        f"<title>{_safe(title or 'call flow')}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        _text(16, 26, title, "title"),
        _text(16, 46, ladder.summary, "dim"),
        *_lanes(ladder),
    ]
    for place, step in enumerate(ladder.steps):
        parts += _step(ladder, step, _TOP + place * _ROW + _ROW // 2)
    parts += [_text(16, foot + 18 * place, words) for place, words in enumerate(ladder.closings, 1)]
    return "\n".join([*parts, "</svg>", ""])


def _safe(words: str, longest: int = _LONGEST) -> str:
    return escape(cut(words, longest), {'"': "&quot;", "'": "&#39;"})


def _text(
    x: float, y: float, words: str, kind: str = "", *, anchor: str = "start", room: float = 0
) -> str:
    """Text at a place; `room` in px cuts it."""
    longest = max(1, int(room / _CHAR)) if room else _LONGEST
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{css} text-anchor="{anchor}">{_safe(words, longest)}</text>'


def _x(lane: int) -> int:
    return _LEFT + lane * _PITCH


def _line(x: float, y: float, to_x: float, to_y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"/>'


def _lanes(ladder: Ladder) -> Iterator[str]:
    for place, lane in enumerate(ladder.lanes):
        x = _x(place)
        yield _text(x, _TOP - 28, lane.title, anchor="middle", room=_PITCH - 12)
        yield _text(x, _TOP - 12, lane.who, "dim", anchor="middle", room=_PITCH - 12)
        begun, ended = ladder.lives[place]
        if begun <= ended:
            yield _line(x, _TOP + begun * _ROW, x, _TOP + (ended + 1) * _ROW, "lane")


def _step(ladder: Ladder, step: Step, y: int) -> Iterator[str]:
    clock = local_clock(step.at, millis=True)
    yield _text(16, y + 4, clock if step.offset is None else offset_words(step.offset), "time")
    bad = "problem" if step.problem else ""
    if step.kind is StepKind.GAP:
        yield _line(_x(TELNYX), y + 7, _x(len(ladder.lanes) - 1), y + 7, "gap")
        yield _text(_x(TELNYX) + 8, y + 3, step.sentence, "problem")
        return
    if step.kind is StepKind.REMARK:
        yield _text(_x(step.start) + 8, y + 4, step.sentence, bad or "dim")
        return
    yield from _arrow(step, y)
    room = _PITCH - 24 if max(step.start, step.end) < len(ladder.lanes) - 1 else _TAIL - 24
    yield _text(_x(max(step.start, step.end)) + 10, y + 4, step.detail, bad or "dim", room=room)


def _arrow(step: Step, y: int) -> Iterator[str]:
    kind = step.kind.value
    start, end = _x(step.start), _x(step.end)
    if step.kind is StepKind.BRIDGE:
        yield _line(start, y - 1.5, end, y - 1.5, kind)
        yield _line(start, y + 1.5, end, y + 1.5, kind)
        yield _head(start, y, -1, kind)
    else:
        yield _line(start, y, end, y, kind)
    way = 1 if end >= start else -1
    yield _head(end, y, way, kind)
    middle = end - way * _PITCH / 2 if start != end else end + _PITCH / 2
    label = cut(step.title, int((_PITCH - 30) / _CHAR))
    half = (width_of(label) * _CHAR) / 2 + 4
    yield f'<rect class="paper" x="{middle - half:g}" y="{y - 9:g}" width="{2 * half:g}" height="16"/>'
    yield _text(middle, y + 4, label, "problem" if step.problem else "", anchor="middle")


def _head(x: int, y: int, way: int, kind: str) -> str:
    return f'<polygon class="head-{kind}" points="{x},{y} {x - way * 9},{y - 4} {x - way * 9},{y + 4}"/>'
