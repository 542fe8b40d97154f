"""One entry of the journal, whole, as rows: the head, and below it the body as JSON that folds, or as raw bytes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from console.domain.entries import Entry, Fact
from console.ui.presenters.cells import Line, Role, Span, fit_line, grouped, line_width
from console.ui.presenters.event_head import HeadItem, begins_folded, head_rows, present_head
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.json_lines import parse
from console.ui.presenters.json_tree import Node, Tree
from console.ui.presenters.rows import Rows

MAX_JSON_BYTES = 2 * 1024 * 1024
"""A larger body is not parsed at all."""

Key = tuple[int, int]
"""What a row belongs to, and which of its lines: items of the head are negative, nodes positive, bytes from `RAW` on."""

BLANK: Key = (0, 0)
NOTICE: Key = (0, 1)
RAW = 1 << 40


class EventRows(Rows[Key]):
    """Costs what is unfolded. `sign` of folding: a triangle down or right, in ASCII `-` or `+`."""

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        self.raw = False
        self._signs = "-+" if glyphs.ascii else "▾▸"
        self._entry: Entry | None = None
        self.head: Sequence[HeadItem] = ()
        self.folded: set[str] = set()
        """The groups of the head that are folded."""
        self.tree: Tree | None = None
        """The body; None where it is not shown as JSON."""
        self._notice = ""
        self._width = 80
        self.top: list[tuple[Key, Line]] = []
        """The rows above the body."""
        self._index: dict[Key, int] | None = None
        self._stamp = 0

    # -- what is shown

    def show(
        self,
        entry: Entry,
        fact: Fact,
        deliveries: Sequence[Entry] = (),
        ties: Sequence[HeadItem] = (),
    ) -> None:
        """Turns to an entry. The same entry again keeps what was folded."""
        before = self._entry
        self.head = present_head(entry, fact, deliveries, ties)
        if before is None or before.seq != entry.seq:
            self.folded = begins_folded(self.head)
            self._entry = entry
            self._read(entry.body)
        self.relay()

    def toggle_raw(self) -> None:
        """JSON to bytes and back."""
        self.raw = not self.raw
        self.relay()

    def resize(self, width: int) -> None:
        if width != self._width:
            self._width = width
            if self.tree is not None:
                self.tree.resize(width - 2)
            self.relay()

    def _read(self, body: bytes) -> None:
        self.tree, self._notice = None, ""
        if len(body) > MAX_JSON_BYTES:
            size = f"{len(body) / 1024:.0f} KiB"
            self._notice = f"{size}, too large to show as JSON; x shows the raw bytes"
            return
        try:
            self.tree = Tree(parse(body), self._width - 2)
        except ValueError:
            self._notice = "not JSON; x shows the raw bytes" if body else "no body"

    def relay(self) -> None:
        """Lays the rows out anew: something was folded."""
        top: list[tuple[Key, Line]] = []
        for place, item in enumerate(self.head):
            if item.group in self.folded:
                continue
            sign = self._signs[1 if item.folds in self.folded else 0]
            rows = head_rows(item, self._width, sign)
            top += [((-place - 1, part), row) for part, row in enumerate(rows)]
        top.append((BLANK, (Span("  "),)))
        if self.raw and self._entry is not None:
            words = f"{grouped(len(self._entry.body))} bytes as received; x shows them as JSON"
            top.append((NOTICE, (Span("  "), Span(words, Role.DIM))))
        elif self._notice:
            top.append((NOTICE, (Span("  "), Span(self._notice, Role.WARN))))
        self.top = top
        self._index = None
        self._stamp += 1

    # -- rows

    def __len__(self) -> int:
        return len(self.top) + self._below()

    def _below(self) -> int:
        if self.raw:
            return -(-len(self.body) // self._per_line)
        return len(self.tree.rows) if self.tree is not None else 0

    def key_at(self, index: int) -> Key:
        if index < len(self.top):
            return self.top[index][0]
        place = index - len(self.top)
        if self.raw or self.tree is None:
            return (RAW + place, 0)
        node, part = self.tree.rows[place]
        return (node.number, part)

    def index_of(self, key: Key) -> int | None:
        if key[0] >= RAW:
            index = key[0] - RAW + len(self.top)
            return index if self.raw and index < len(self) else None
        if self._index is None:
            keys = [each for each, _line in self.top]
            if not self.raw and self.tree is not None:
                keys += [(node.number, part) for node, part in self.tree.rows]
            self._index = {each: place for place, each in enumerate(keys)}
        return self._index.get(key)

    def stamp(self, key: Key) -> Hashable:
        return (self._stamp, key)

    def draw(self, key: Key, sub: int, width: int) -> Line:  # noqa: ARG002
        index = self.index_of(key)
        if index is None:
            return (Span("  "),)
        line = self.line(index)
        return line if line_width(line) <= width else fit_line(line, width)

    def line(self, index: int) -> Line:
        """A row by its place."""
        if index < len(self.top):
            return self.top[index][1]
        place = index - len(self.top)
        if self.raw or self.tree is None:
            return raw_line(self.body, place, self._per_line)
        return (Span("  "), *self.tree.draw(self.tree.rows[place], self._signs))

    @property
    def body(self) -> bytes:
        """The bytes as received."""
        return self._entry.body if self._entry is not None else b""

    @property
    def _per_line(self) -> int:
        return 16 if self._width >= 80 else 8

    # -- what is under the cursor

    def item(self, key: Key) -> HeadItem | None:
        """The item of the head that a row belongs to."""
        return self.head[-key[0] - 1] if -len(self.head) <= key[0] < 0 else None

    def node(self, key: Key) -> Node | None:
        """The node of the JSON that a row belongs to."""
        index = self.index_of(key) if 0 < key[0] < RAW and not self.raw else None
        if index is None or self.tree is None:
            return None
        return self.tree.rows[index - len(self.top)][0]


def raw_line(body: bytes, index: int, count: int) -> Line:
    """`00000010  7b 22 …  {"…`: one line of a dump, `count` bytes."""
    part = body[index * count : (index + 1) * count]
    digits = part.hex(" ").ljust(count * 3 - 1)
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
    return (
        Span("  "),
        Span(f"{index * count:08x}  ", Role.DIM),
        Span(f"{digits}  "),
        Span(text, Role.JSON_STRING),
    )
