"""Asks before something ends. Only a person at a terminal is asked; a program that pipes into us is not."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from console.domain.board import Board
from console.domain.entries import Intent
from console.domain.text import clean
from console.errors import JournalError, UsageError

ASKS_FIRST = frozenset(
    {
        "hangup",
        "reject",
        "leave_queue",
        "conference.end",
        "conference.leave",
        "queue.delete",
        "queue.call.remove",
        "apps.delete",
    }
)
"""What ends something, or takes somebody out of where they wait or talk."""
ASKS_FOR_NAME = "apps.delete"
"""What cannot be undone and takes every call with it: the name has to be typed."""


def is_asked() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty()


def agreed(intent: Intent, journal: Path) -> bool:
    """Whether the person wants it."""
    if not is_asked():
        return True
    about = intent.params.get("id") or intent.params.get("queue_name")
    what = " ".join(str(part) for part in (intent.action, about, intent.call_control_id) if part)
    described = _described(journal, intent.call_control_id)
    return click.confirm(f"{clean(what)}{described}?", default=False, err=True)


def agreed_by_name(name: str) -> bool:
    """Whether the person types the application's name. Raises `UsageError` where nobody can be asked."""
    if not is_asked():
        raise UsageError("deleting an application takes --yes where nobody can be asked")
    shown = clean(name)
    typed: str = click.prompt(
        f"This deletes the application {shown} and stops its calls. Type its name to go on",
        default="",
        show_default=False,
        err=True,
    )
    return typed.strip() == shown.strip()


def _described(journal: Path, call: str | None) -> str:
    """Who is on the call, as far as the journal knows."""
    if call is None or not journal.exists():
        return ""
    from console.journal.facts import fact_of
    from console.journal.sqlite import open_reader

    try:
        reader = open_reader(journal)
    except JournalError:
        return ""
    try:
        board = Board()
        for entry in reader.of_legs([call]):
            board.apply(entry, fact_of(entry))
    except JournalError:
        return ""
    finally:
        reader.close()
    leg = board.get(call)
    if leg is None:
        return ""
    return clean(f" ({leg.state}, {leg.from_ or '?'} → {leg.to or '?'})")
