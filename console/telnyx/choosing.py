"""Choosing one of the account's applications as this console's own: what `init` and the screen have in common. Pure.

The console works on one application: calls are dialled with it and compared with Telnyx's records of it
(`api.connection_id`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.domain.text import clean
from console.domain.values import text
from console.telnyx.applications import Check, Level, checks

SETTING = "api.connection_id"
"""Where the choice is kept in the configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One application as it is offered. `id` is as received, the rest fit to be shown."""

    id: str
    name: str
    webhooks: str
    problems: tuple[Check, ...]
    """What keeps its calls from working with this console, the gravest first."""

    @property
    def line(self) -> str:
        """`Support (149440), webhooks to https://…`."""
        return f"{self.name} ({clean(self.id)}), webhooks to {self.webhooks}"


def choice_of(application: Mapping[str, object], *, our_url: str | None = None) -> Choice | None:
    """What choosing an application means; None for one without an id, which nobody could name."""
    id_ = text(application, "id")
    if not id_:
        return None
    found = [each for each in checks(application, our_url=our_url) if each.level is not Level.OK]
    return Choice(
        id=id_,
        name=clean(text(application, "application_name") or "") or "?",
        webhooks=clean(text(application, "webhook_event_url") or "") or "nowhere",
        problems=tuple(sorted(found, key=lambda each: each.level is not Level.BAD)),
    )


def choices_of(applications: Sequence[Mapping[str, object]]) -> tuple[Choice, ...]:
    """All that can be chosen, in Telnyx's order."""
    return tuple(choice for each in applications if (choice := choice_of(each)) is not None)


def picked(choices: Sequence[Choice], answer: str) -> Choice | None:
    """The one an answer means: by its place in the list, counted from 1, else by its id."""
    if answer.isascii() and answer.isdigit() and 1 <= int(answer[:9]) <= len(choices):
        return choices[int(answer[:9]) - 1]
    return next((each for each in choices if each.id == answer), None)
