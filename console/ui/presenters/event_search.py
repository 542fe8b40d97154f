"""Searching an entry, also in what is folded."""

from __future__ import annotations

from console.domain.text import clean
from console.ui.presenters.event_rows import RAW, EventRows, Key
from console.ui.presenters.json_tree import Node, text_of


class EventSearch:
    """The places are those of `texts`, which is made when it is first asked for; `forget` when another entry is shown."""

    def __init__(self, rows: EventRows) -> None:
        self._rows = rows
        self._texts: list[str] | None = None
        self._every: list[Node] | None = None

    def forget(self) -> None:
        """Another entry, or another way to show it."""
        self._texts = self._every = None

    def texts(self) -> list[str]:
        """Head and body as text, folded parts too."""
        if self._texts is None:
            self._texts = self._made()
        return self._texts

    def _made(self) -> list[str]:
        head = [f"{item.label} {clean(item.words)}" for item in self._rows.head]
        if self._rows.raw:
            lines = range(len(self._rows.top), len(self._rows))
            return head + ["".join(s.text for s in self._rows.line(index)) for index in lines]
        return head + [text_of(node) for node in self._nodes()]

    def reveal(self, place: int) -> Key | None:
        """Unfolds what hides the place of a text in `texts`; its row."""
        if place < len(self._rows.head):
            group = self._rows.head[place].group
            if group in self._rows.folded:
                self._rows.folded.discard(group)
                self._rows.relay()
            return (-place - 1, 0)
        place -= len(self._rows.head)
        if self._rows.raw:
            return (RAW + place, 0)
        nodes = self._nodes()
        if self._rows.tree is None or place >= len(nodes):
            return None
        self._rows.tree.reveal(nodes[place])
        self._rows.relay()
        return (nodes[place].number, 0)

    def place_of(self, key: Key | None) -> int:
        """Where a row's text stands in `texts`."""
        if key is None:
            return 0
        if key[0] < 0:
            return -key[0] - 1
        if self._rows.raw:
            return len(self._rows.head) + max(0, key[0] - RAW)
        node = self._rows.node(key)
        return len(self._rows.head) + (self._nodes().index(node) if node is not None else 0)

    def _nodes(self) -> list[Node]:
        if self._every is None:
            self._every = self._rows.tree.every() if self._rows.tree is not None else []
        return self._every
