"""JSON as a tree of lines that can be folded. Only what is unfolded is made, so a huge body costs no more than its beginning.

A line is a node and which of its lines: 0 is its first, 1, 2 … go on with a long text, `CLOSING` is the bracket at its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.ui.presenters.cells import Line, Role, Span, grouped, width_of
from console.ui.presenters.json_lines import MAX_DEPTH, Number, quoted, scalar

CLOSING = -1

BEGIN_LINES = 4_000
"""Lines that are unfolded at the beginning, or by unfolding one node; what is beyond stays folded."""
MOST_LINES = 200_000
"""Lines at most, with everything unfolded."""
_CROWD = 500
"""A list or object with more members begins folded."""
_LONG = 2_000
"""A longer text begins folded to one line."""
_STEP = 2
_DEEPEST = 20
"""Levels that are still indented further."""
_MARKS = 4
"""Characters a cell may hold: enough for any real script."""


class Node:
    """A value in its place."""

    __slots__ = (
        "_children",
        "_cuts",
        "depth",
        "ends_group",
        "is_open",
        "name",
        "number",
        "parent",
        "value",
    )

    def __init__(
        self, value: object, name: str | int | None, parent: Node | None, *, ends_group: bool
    ) -> None:
        self.value = value
        self.name = name
        """Its key or its place; None for the whole."""
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.ends_group = ends_group
        """Whether no comma follows."""
        self.number = 0
        self.is_open = self._begins_open()
        self._children: tuple[Node, ...] | None = None
        self._cuts: tuple[int, tuple[str, ...]] | None = None

    def _begins_open(self) -> bool:
        if isinstance(self.value, dict | list):
            return 0 < self.size <= _CROWD or self.parent is None
        return not isinstance(self.value, str) or len(self.value) <= _LONG

    @property
    def is_group(self) -> bool:
        """Whether it holds others."""
        return self.size > 0

    @property
    def size(self) -> int:
        """How many it holds."""
        return len(self.value) if isinstance(self.value, dict | list) else 0

    @property
    def children(self) -> tuple[Node, ...]:
        """What it holds, made when it is first asked for."""
        if self._children is None:
            value, last = self.value, self.size - 1
            pairs: Iterator[tuple[str | int, object]] = iter(())
            if isinstance(value, dict):
                pairs = iter(value.items())
            elif isinstance(value, list):
                pairs = iter(enumerate(value))
            self._children = tuple(
                Node(each, name, self, ends_group=place == last)
                for place, (name, each) in enumerate(pairs)
            )
        return self._children

    @property
    def path(self) -> str:
        """`data.payload.tags[0]`; empty for the whole."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None and node.name is not None:
            name = node.name
            if isinstance(name, int):
                steps.append(f"[{name}]")
            elif name.isidentifier() and name.isascii():
                steps.append(f".{name}")
            else:
                steps.append(f"[{quoted(name)}]")
            node = node.parent
        return "".join(reversed(steps)).removeprefix(".")

    def cuts(self, width: int) -> tuple[str, ...]:
        """A scalar's text in pieces that fit; only the first where it is folded."""
        room = max(10, width - self._before() - 1)
        if self._cuts is None or self._cuts[0] != room:
            pieces = tuple(_pieces(scalar(self.value), room))
            self._cuts = (room, pieces)
        return self._cuts[1]

    def _before(self) -> int:
        name = width_of(quoted(self.name)) + 2 if isinstance(self.name, str) else 0
        return indent_of(self) + min(name, 40)


def indent_of(node: Node) -> int:
    """Cells before a node's text, the sign of folding among them."""
    return 2 + min(node.depth, _DEEPEST) * _STEP


Row = tuple[Node, int]


class Tree:
    """The lines of one JSON value, at one width."""

    def __init__(self, value: object, width: int = 80) -> None:
        self.root = Node(value, None, None, ends_group=True)
        self._numbers = 0
        self._width = width
        self.rows: list[Row] = []
        self._trim(self.root, BEGIN_LINES)
        self._lay()

    def resize(self, width: int) -> None:
        """Breaks long texts anew."""
        if width != self._width:
            self._width = width
            self._lay()

    def toggle(self, node: Node) -> None:
        """Folds a node, or unfolds it."""
        if node.is_group or self._is_long(node):
            node.is_open = not node.is_open
            if node.is_open:
                self._trim(node, BEGIN_LINES)
            self._lay()

    def can_fold(self, node: Node) -> bool:
        """Whether there is anything to fold."""
        return node.is_group or self._is_long(node)

    def fold_all(self) -> None:
        """Only the outermost members stay in sight."""
        for node in self._visible_groups():
            node.is_open = node is self.root
        self._lay()

    def unfold_all(self) -> bool:
        """Everything, up to a bound; whether it was all."""
        left = self._open_all(self.root, MOST_LINES)
        self._lay()
        return left > 0

    def reveal(self, node: Node) -> None:
        """Unfolds whatever hides a node."""
        parent = node.parent
        changed = False
        while parent is not None:
            changed |= not parent.is_open
            parent.is_open = True
            parent = parent.parent
        if changed:
            self._lay()

    def every(self) -> list[Node]:
        """Every node in order, folded ones too, up to a bound."""
        found: list[Node] = []
        stack = [self.root]
        while stack and len(found) < MOST_LINES:
            node = stack.pop()
            found.append(node)
            if node.depth < MAX_DEPTH:
                stack.extend(reversed(node.children))
        return found

    def _is_long(self, node: Node) -> bool:
        return not isinstance(node.value, dict | list) and len(node.cuts(self._width)) > 1

    def _visible_groups(self) -> list[Node]:
        return [node for node, part in self.rows if part == 0 and node.is_group]

    def _trim(self, start: Node, budget: int) -> None:
        """Folds what would be beyond so many lines."""
        stack = [start]
        while stack:
            node = stack.pop()
            budget -= 1
            if not node.is_group or not node.is_open:
                continue
            if node is not start and (budget < node.size or node.depth >= MAX_DEPTH):
                node.is_open = False
                continue
            budget -= 1
            stack.extend(reversed(node.children))

    def _open_all(self, start: Node, budget: int) -> int:
        stack = [start]
        while stack:
            node = stack.pop()
            budget -= 1
            if node.is_group:
                node.is_open = budget > 0 and node.depth < MAX_DEPTH
                if node.is_open:
                    stack.extend(reversed(node.children))
        return budget

    def _lay(self) -> None:
        self.rows = []
        stack: list[Row] = [(self.root, 0)]
        while stack:
            row = stack.pop()
            self.rows.append(row)
            node, part = row
            if part == CLOSING:
                continue
            if not node.number:
                self._numbers += 1
                node.number = self._numbers
            if node.is_group:
                if node.is_open:
                    stack.append((node, CLOSING))
                    stack.extend((child, 0) for child in reversed(node.children))
            elif node.is_open and not isinstance(node.value, dict | list):
                pieces = len(node.cuts(self._width))
                self.rows.extend((node, place) for place in range(1, pieces))

    def draw(self, row: Row, signs: str) -> Line:
        """One line. `signs` are those of an unfolded and a folded node."""
        node, part = row
        pad = indent_of(node)
        comma = "" if node.ends_group else ","
        if part == CLOSING:
            return (Span(" " * pad), Span(f"{_brackets(node)[1]}{comma}"))
        if part:
            return self._goes_on(node, part, pad, comma)
        folds = self.can_fold(node)
        sign = (signs[0] if node.is_open else signs[1]) if folds else " "
        line: list[Span] = [Span(" " * (pad - 2)), Span(f"{sign} ", Role.DIM)]
        if isinstance(node.name, str):
            line += [Span(quoted(node.name), Role.JSON_KEY), Span(": ")]
        if isinstance(node.value, dict | list):
            return (*line, *_group(node, comma))
        pieces = node.cuts(self._width)
        line.append(Span(pieces[0], role_of(node.value)))
        if len(pieces) == 1:
            return (*line, Span(comma))
        if node.is_open:
            return tuple(line)
        size = len(str(node.value))
        words = f" … {grouped(size)} characters{comma}"
        line[-1] = Span(pieces[0][: max(1, len(pieces[0]) - width_of(words))], line[-1].role)
        return (*line, Span(words, Role.DIM))

    def _goes_on(self, node: Node, part: int, pad: int, comma: str) -> Line:
        pieces = node.cuts(self._width)
        piece = pieces[part] if part < len(pieces) else ""
        end = comma if part == len(pieces) - 1 else ""
        return (Span(" " * pad), Span(piece, role_of(node.value)), Span(end))


def text_of(node: Node) -> str:
    """What a search looks at: key and value, with nothing cut off."""
    name = f"{quoted(node.name)}: " if isinstance(node.name, str) else ""
    return name + (_brackets(node) if isinstance(node.value, dict | list) else scalar(node.value))


def role_of(value: object) -> Role:
    """How a scalar looks."""
    if isinstance(value, Number):
        return Role.JSON_NUMBER
    return Role.JSON_STRING if isinstance(value, str) else Role.JSON_LITERAL


def _brackets(node: Node) -> str:
    return "{}" if isinstance(node.value, dict) else "[]"


def _group(node: Node, comma: str) -> Line:
    brackets = _brackets(node)
    if node.is_open and node.is_group:
        return (Span(brackets[0]),)
    if not node.is_group:
        return (Span(f"{brackets}{comma}"),)
    what = "member" if isinstance(node.value, dict) else "item"
    words = f"{brackets[0]}…{brackets[1]}{comma}"
    plural = "" if node.size == 1 else "s"
    return (Span(words), Span(f"  {grouped(node.size)} {what}{plural}", Role.DIM))


def _pieces(text: str, room: int) -> Iterator[str]:
    """A text cut into pieces of at most `room` cells."""
    if text.isascii():
        yield from (text[at : at + room] for at in range(0, len(text), room))
        return
    start = used = 0
    for place, character in enumerate(text):
        size = width_of(character)
        if place > start and (used + size > room or place - start >= room * _MARKS):
            yield text[start:place]
            start, used = place, 0
        used += size
    yield text[start:]
