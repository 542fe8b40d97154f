"""What the keys do on a row of an entry: copy its value, fold and unfold."""

from __future__ import annotations

from typing import NamedTuple

from console.ui.presenters.event_rows import BLANK, NOTICE, RAW, EventRows, Key
from console.ui.presenters.json_lines import quoted, scalar, written


class Copy(NamedTuple):
    """Something to be copied: the text, and what it is in words."""

    text: str
    what: str


class EventCursor:
    """Works on the rows; gives the row to stand on afterwards where that may be another one."""

    def __init__(self, rows: EventRows) -> None:
        self._rows = rows

    def copy_of(self, key: Key) -> Copy | None:
        """The value of a row, as it was received; text that could not be pasted safely as JSON."""
        if key[0] >= RAW or (self._rows.raw and key in (BLANK, NOTICE)):
            return Copy(self._rows.body.decode("utf-8", "replace"), "the whole body")
        item, node = self._rows.item(key), self._rows.node(key)
        if item is not None:
            return _pasteable(item.words if item.value is None else item.value, item.label)
        if node is None:
            return None
        what = node.path or "the whole body"
        if isinstance(node.value, dict | list):
            return Copy(written(node.value), what)
        if isinstance(node.value, str):
            return _pasteable(str(node.value), what)
        return Copy(scalar(node.value), what)

    def path_of(self, key: Key) -> str | None:
        """`data.payload.from`; None where a row is not in the JSON."""
        node = self._rows.node(key)
        return None if node is None else node.path or "."

    # -- folding

    def toggle(self, key: Key) -> Key:
        """Folds or unfolds what a row belongs to; the row to stand on afterwards."""
        item, node = self._rows.item(key), self._rows.node(key)
        if item is not None and item.folds:
            self._rows.folded ^= {item.folds}
            self._rows.relay()
        elif node is not None and self._rows.tree is not None:
            self._rows.tree.toggle(node)
            self._rows.relay()
            return (node.number, 0)
        return key

    def step_out(self, key: Key) -> Key:
        """Folds what a row is the head of; on anything else goes to what it is inside of."""
        item, node = self._rows.item(key), self._rows.node(key)
        if item is not None:
            name = item.folds or item.group
            if name and name not in self._rows.folded:
                self._rows.folded.add(name)
                self._rows.relay()
                return next(
                    (-place - 1, 0)
                    for place, each in enumerate(self._rows.head)
                    if each.folds == name
                )
            return key
        if node is None or self._rows.tree is None:
            return key
        if self._rows.tree.can_fold(node) and node.is_open:
            return self.toggle(key)
        return (node.parent.number, 0) if node.parent is not None else (node.number, 0)

    def step_in(self, key: Key) -> Key:
        """Unfolds what a row is the head of."""
        item, node = self._rows.item(key), self._rows.node(key)
        is_folded = (item is not None and item.folds in self._rows.folded and bool(item.folds)) or (
            node is not None
            and self._rows.tree is not None
            and self._rows.tree.can_fold(node)
            and not node.is_open
        )
        return self.toggle(key) if is_folded else key

    def fold_all(self, key: Key | None) -> Key | None:
        """Folds the body to its outermost members; the row to stand on instead of one that went out of sight."""
        if self._rows.tree is None or self._rows.raw:
            return key
        node = self._rows.node(key) if key is not None else None
        self._rows.tree.fold_all()
        self._rows.relay()
        while node is not None and self._rows.index_of((node.number, 0)) is None:
            node = node.parent
        return (node.number, 0) if node is not None else key

    def unfold_all(self) -> bool:
        """Unfolds the whole body; whether that was all of it."""
        if self._rows.tree is None or self._rows.raw:
            return True
        is_all = self._rows.tree.unfold_all()
        self._rows.relay()
        return is_all


def _pasteable(text: str, what: str) -> Copy:
    """Control characters could do harm where the text is pasted: then it is given as JSON has it."""
    return Copy(text, what) if text.isprintable() else Copy(quoted(text), f"{what}, as JSON text,")
