"""What is changed to take an application's webhook URL, and what may be put back afterwards. Pure.

The rule that everything here serves: what somebody else has set meanwhile is never overwritten, and what was there
before us is never forgotten, however often we take, crash and take again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from console.domain.entries import Micros
from console.domain.text import clean
from console.domain.values import text
from console.telnyx.applications import same_url

URL = "webhook_event_url"
FAILOVER = "webhook_event_failover_url"
VERSION = "webhook_api_version"
NAMES = (URL, FAILOVER, VERSION)
"""What taking may change. The time-out is the application's own business."""
WANTED_VERSION = "2"
_SHOWN = 200

Application = Mapping[str, object]


class Kept(msgspec.Struct, frozen=True):
    """One setting of the application: what it was before us, and what we made of it. None: not set."""

    name: str
    before: str | None
    ours: str | None
    earlier: tuple[str | None, ...] = ()
    """What else we had set, as long as the change from it to `ours` is not confirmed."""

    def is_ours(self, present: str | None) -> bool:
        """Whether a value is one that we have set."""
        return any(is_same(self.name, present, each) for each in (self.ours, *self.earlier))


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """What we took, as the file of it has it."""

    application_id: str
    application_name: str = ""
    our_url: str
    base_url: str
    """The API it was taken through."""
    taken_at: Micros
    taken_by: str = ""
    settings: tuple[Kept, ...]


class Restoring(NamedTuple):
    """What giving back means, as the application is now."""

    changes: Mapping[str, str | None]
    """Settings that are still ours, with what they were."""
    theirs: tuple[tuple[str, str | None], ...]
    """Settings that somebody else has changed meanwhile, with what they are now: they stay."""
    lost: tuple[str, ...]
    """Settings that are still ours and were empty before, which Telnyx does not take."""


def suggested_failover(
    application: Application, our_url: str, held: Sequence[Kept] = ()
) -> str | None:
    """The application's own URL, where it has no other address for what we do not take; None where nothing is to be suggested."""
    own = _original(application, URL, held)
    present = _original(application, FAILOVER, held)
    if own is None or same_url(own, our_url):
        return None
    if present is not None and not same_url(present, our_url):
        return None
    return own


def taking(
    application: Application, our_url: str, *, with_failover: bool, held: Sequence[Kept] = ()
) -> tuple[Kept, ...]:
    """What has to be ours, each with what it was before us. Empty when the application leads here by itself.

    `held` is what was taken before and not given back: its old values stay the old values.
    """
    wanted: dict[str, str | None] = {URL: our_url, VERSION: WANTED_VERSION}
    failover = suggested_failover(application, our_url, held)
    if with_failover and failover is not None:
        wanted[FAILOVER] = failover
    for kept in held:
        if kept.name not in wanted and kept.is_ours(value(application, kept.name)):
            wanted[kept.name] = kept.ours
    found = (
        Kept(
            name,
            _original(application, name, held),
            wanted[name],
            _earlier(name, wanted[name], held),
        )
        for name in NAMES
        if name in wanted
    )
    return tuple(
        kept for kept in found if kept.earlier or not is_same(kept.name, kept.before, kept.ours)
    )


def to_change(application: Application, kept: Sequence[Kept]) -> dict[str, object]:
    """What has to be sent so that all of it is ours."""
    return {
        each.name: each.ours
        for each in kept
        if not is_same(each.name, value(application, each.name), each.ours)
    }


def restoring(application: Application, kept: Sequence[Kept]) -> Restoring:
    """What may be put back: only what is still as we left it."""
    changes: dict[str, str | None] = {}
    theirs: list[tuple[str, str | None]] = []
    lost: list[str] = []
    for each in kept:
        present = value(application, each.name)
        if is_same(each.name, present, each.before):
            continue
        if not each.is_ours(present):
            theirs.append((each.name, present))
        elif each.before is None and each.name == URL:
            lost.append(each.name)
        else:
            changes[each.name] = each.before
    return Restoring(changes, tuple(theirs), tuple(lost))


def is_same(name: str, one: str | None, other: str | None) -> bool:
    """Whether two values of a setting mean the same."""
    if one is None or other is None or name == VERSION:
        return one == other
    return same_url(one, other)


def value(application: Application, name: str) -> str | None:
    """A setting as it is now; None where it is empty."""
    return text(application, name) or (_VERSION_UNSET if name == VERSION else None)


def shown(found: str | None) -> str:
    """A value for a sentence."""
    return clean(found)[:_SHOWN] if found else "nothing"


_VERSION_UNSET = "1"
"""An application that names no version sends version 1, as far as is known: it is not ours to leave that so."""


def _original(application: Application, name: str, held: Sequence[Kept]) -> str | None:
    """What a setting was before us."""
    present = value(application, name)
    for kept in held:
        if kept.name == name and kept.is_ours(present):
            return kept.before
    return present


def _earlier(name: str, wanted: str | None, held: Sequence[Kept]) -> tuple[str | None, ...]:
    """What we had set before, which the application may still have if we die before it is changed."""
    had = [each for kept in held if kept.name == name for each in (kept.ours, *kept.earlier)]
    return tuple(dict.fromkeys(each for each in had if not is_same(name, each, wanted)))
