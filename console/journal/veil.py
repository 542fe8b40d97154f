"""An entry with everything masked that tells of people: for exports that are handed on and screens that are shared."""

from __future__ import annotations

import json
from dataclasses import replace

from console.domain.entries import Entry, Kind
from console.domain.redaction.bodies import masked
from console.domain.redaction.masks import Masks
from console.telnyx.envelope import event_key

_KEPT_HEADERS = frozenset(("content-type", "content-length", "telnyx-timestamp"))
_OWN = frozenset((Kind.COMMAND, Kind.OUTCOME, Kind.FORWARD, Kind.GAP, Kind.NOTE))
_REMOTE = "masked"


class Veil:
    """Masks entry after entry with one set of masks, and remembers which event became which."""

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self._keys: dict[bytes, bytes] = {}

    def __call__(self, entry: Entry) -> Entry:
        """The masked entry: number, kind, times and order as they were. Never raises."""
        masks = self.masks
        body = self._body(entry)
        event_id = None if entry.event_id is None else masks.identifier(entry.event_id)
        return replace(
            entry,
            body=body,
            event_id=event_id,
            event_key=self._key(entry, event_id, body),
            event_type=_word(entry.event_type, masks),
            call_control_id=_identifier(entry.call_control_id, masks),
            call_leg_id=_identifier(entry.call_leg_id, masks),
            call_session_id=_identifier(entry.call_session_id, masks),
            reason=None if entry.reason is None else masks.sentence(entry.reason),
            remote=None if entry.remote is None else _REMOTE,
            headers=tuple(
                (name, value if name.lower() in _KEPT_HEADERS else masks.word("text", value))
                for name, value in entry.headers
            ),
        )

    def _key(self, entry: Entry, event_id: str | None, body: bytes) -> bytes | None:
        """As the masked event itself would be known, so that it opens again as the same."""
        if entry.event_key is None or not self.masks.ids:
            return entry.event_key
        known = self._keys.get(entry.event_key)
        if known is None:
            known = event_key(event_id, body)
            if known != self.masks.event_key(entry.event_key):
                self._keys[entry.event_key] = known
        return known

    def _body(self, entry: Entry) -> bytes:
        if not entry.body:
            return b""
        try:
            value = json.loads(entry.body, parse_constant=_nothing)
        except (ValueError, RecursionError):
            text = entry.body.decode("utf-8", "replace")
            return self.masks.word("text", text).encode()
        found = masked(value, self.masks, is_own=entry.kind in _OWN)
        if entry.kind is Kind.FORWARD and isinstance(value, dict) and isinstance(found, dict):
            found |= self._renamed(value.get("event_key"))
        try:
            return json.dumps(found, separators=(",", ":")).encode()
        except RecursionError:
            return b"{}"

    def _renamed(self, text: object) -> dict[str, object]:
        """A result of forwarding names its event by its key, which may have become another than others do."""
        try:
            key = bytes.fromhex(text) if isinstance(text, str) else b""
        except ValueError:
            return {}
        new = self._keys.get(key)
        return {} if new is None else {"event_key": new.hex()}


def _identifier(text: str | None, masks: Masks) -> str | None:
    return None if text is None else masks.identifier(text)


def _word(text: str | None, masks: Masks) -> str | None:
    """An event's type; one that nobody knows may be anything."""
    if text is None:
        return None
    found = masked({"event_type": text}, masks)
    assert isinstance(found, dict)
    return str(found["event_type"])


def _nothing(_constant: str) -> None: ...
