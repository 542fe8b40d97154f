"""What an entry says: from the bytes in the journal to the facts that the board is made of."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from console.domain.annotations import tidy_note, tidy_tags
from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Entry,
    Event,
    Fact,
    Forwarded,
    Kind,
    Noted,
)
from console.domain.text import clean, clean_tree
from console.domain.times import parse_iso
from console.domain.values import flag, mapping, number, text
from console.errors import PayloadError
from console.telnyx.envelope import decode

_IDENTIFIERS = ("call_control_id", "call_leg_id", "call_session_id")

_read = msgspec.json.Decoder(dict[str, object]).decode


def fact_of(entry: Entry) -> Fact:
    """The fact an entry carries. Never raises: what cannot be read, or is not to be trusted, is only noted."""
    kind = entry.kind
    if kind is Kind.WEBHOOK:
        return _event(entry) if entry.verified else _noted(entry, "a webhook that was not verified")
    if kind is Kind.API:
        return _recorded(entry)
    if kind is Kind.COMMAND:
        return _command_sent(entry)
    if kind is Kind.OUTCOME:
        return _command_done(entry)
    if kind is Kind.NOTE and entry.body and entry.reason is None:
        return _written(entry)
    if kind is Kind.NOTE and entry.body and entry.call_control_id is not None:
        return _checked(entry)
    if kind is Kind.FORWARD:
        return _forwarded(entry)
    return _noted(entry, str(kind))


def _recorded(entry: Entry) -> Fact:
    """What Telnyx's records said: an event, what an application answered to one, or of one leg's life."""
    if entry.event_type is not None:
        return _event(entry)
    return _forwarded(entry) if entry.event_key is not None else _checked(entry)


def _event(entry: Entry) -> Event | Noted:
    try:
        return decode(entry.body)
    except PayloadError as error:
        return _noted(entry, error.user_message)


def _noted(entry: Entry, otherwise: str) -> Noted:
    return Noted(clean(entry.reason) if entry.reason else otherwise, entry.call_control_id)


def _own(entry: Entry) -> Mapping[str, object] | None:
    """The body as one of our own objects, None when it is not one."""
    try:
        return _read(entry.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # The standard library also reads lone surrogates, which a parameter typed in a terminal may hold.
        import json

        try:
            body = json.loads(entry.body)
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None


def _checked(entry: Entry) -> Checked | Noted:
    body = _own(entry)
    item = {} if body is None else mapping(body, "data")
    control = text(item, "call_control_id")
    if body is None or control is None:
        return _noted(entry, "a record of Telnyx that cannot be read")
    return Checked(
        call_control_id=control,
        call_leg_id=text(item, "call_leg_id"),
        call_session_id=text(item, "call_session_id"),
        at=entry.received_at,
        listed=flag(body, "listed"),
        alive=flag(item, "is_alive"),
        ended_at=parse_iso(item.get("end_time")),
        started_at=parse_iso(item.get("start_time")),
        client_state=_cleaned(item, "client_state"),
    )


def _written(entry: Entry) -> Annotated | Noted:
    body = _own(entry)
    note_id = None if body is None else text(body, "note_id")
    if body is None or note_id is None:
        return _noted(entry, "a note that cannot be read")
    tags = body.get("tags")
    return Annotated(
        note_id=clean(note_id),
        call_control_id=text(body, "call_control_id"),
        call_leg_id=text(body, "call_leg_id"),
        at=entry.received_at,
        note=tidy_note(text(body, "note") or ""),
        tags=tidy_tags(tag for tag in tags if isinstance(tag, str))
        if isinstance(tags, list)
        else None,
        ring_back=flag(body, "ring_back"),
        operator=_cleaned(body, "operator") or "",
    )


def _command_sent(entry: Entry) -> CommandSent | Noted:
    body = _own(entry)
    command_id = None if body is None else text(body, "command_id")
    if body is None or command_id is None:
        return _noted(entry, "a command that cannot be read")
    return CommandSent(
        command_id=command_id,
        action=_cleaned(body, "action") or "",
        call_control_id=text(body, "call_control_id"),
        params=_tree(body, "params"),
        operator=_cleaned(body, "operator") or "",
    )


def _command_done(entry: Entry) -> CommandDone | Noted:
    body = _own(entry)
    command_id = None if body is None else text(body, "command_id")
    if body is None or command_id is None:
        return _noted(entry, "an outcome that cannot be read")
    status = number(body, "status")
    return CommandDone(
        command_id=command_id,
        action=_cleaned(body, "action") or "",
        call_control_id=text(body, "call_control_id"),
        ok=flag(body, "ok") is True,
        status=None if status is None else int(status),
        code=_cleaned(body, "code"),
        message=_cleaned(body, "message") or "",
        latency_ms=number(body, "latency_ms") or 0.0,
        attempts=int(number(body, "attempts") or 0),
        data=_tree(body, "data"),
    )


def _forwarded(entry: Entry) -> Forwarded | Noted:
    body = _own(entry)
    target = None if body is None else _cleaned(body, "target")
    if body is None or target is None:
        return _noted(entry, "a result of forwarding that cannot be read")
    status, answered = number(body, "status"), number(body, "answered")
    try:
        key = bytes.fromhex(text(body, "event_key") or "")
    except ValueError:
        key = b""
    return Forwarded(
        target=target,
        mode=_cleaned(body, "mode") or "",
        status=None if status is None else int(status),
        answered=None if answered is None else int(answered),
        latency_ms=number(body, "latency_ms") or 0.0,
        error=_cleaned(body, "error") or "",
        attempt=int(number(body, "attempt") or 1),
        final=flag(body, "final") is not False,
        duplicate=flag(body, "duplicate") is True,
        verified=flag(body, "verified") is not False,
        event_key=key or None,
        call_control_id=entry.call_control_id,
    )


def _cleaned(source: Mapping[str, object], name: str) -> str | None:
    value = text(source, name)
    return None if value is None else clean(value)


def _tree(source: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A nested object cleaned for the screen, but for the identifiers: commands must quote them exactly."""
    raw = mapping(source, name)
    cleaned = clean_tree(raw)
    if not isinstance(cleaned, dict):
        return {}
    return cleaned | {name: raw[name] for name in _IDENTIFIERS if name in raw}
