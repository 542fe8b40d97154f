"""Call Control applications: whether one is set so that the console works, and what a change would change. Pure.

What each setting means: VOICE (a), "applications"; timing of deliveries: VOICE (d).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from console.domain.text import clean
from console.domain.values import flag, mapping, number, text
from console.telnyx.catalogue import load

UPDATE = "apps.update"
REQUIRED_AGAIN = ("application_name", "webhook_event_url")
"""What a change has to repeat although it stays as it is."""
USUAL_FIRST_COMMAND_S = 30
USUAL_TIMEOUT_S = 2
"""Telnyx waits this long for a webhook's answer where nothing else is set."""
_SHOWN = 200
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})


class Level(StrEnum):
    """How much a finding matters: nothing to do, worth knowing, something does not work."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding about one setting. `fix` says what to do, as NAME=VALUE where that is all; empty where nothing is."""

    name: str
    level: Level
    sentence: str
    fix: str = ""


class Difference(NamedTuple):
    """One setting before and after; a member of an object by its dotted name. None: not set."""

    name: str
    before: object
    after: object


def checks(application: Mapping[str, object], *, our_url: str | None) -> tuple[Check, ...]:
    """What decides whether calls of this application reach the console, the decisive ones first.

    `our_url` is where the internet reaches our webhooks, None where that is not known.
    """
    return (
        _active(application),
        _api_version(application),
        _webhook_url(application, our_url),
        _failover(application, our_url),
        _timeout(application),
        _first_command(application),
        _outbound(application),
        _cost(application),
    )


def worst(found: Sequence[Check]) -> Level:
    """The level of the gravest finding."""
    levels = {check.level for check in found}
    return next((level for level in (Level.BAD, Level.WARN) if level in levels), Level.OK)


def diff(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Difference, ...]:
    """What changes when `after` is sent: only names that it has, members of objects one by one."""
    return tuple(_differences(before, after, ""))


def update_params(
    application: Mapping[str, object], changes: Mapping[str, object]
) -> dict[str, object]:
    """Parameters of `apps.update` for these changes: what has to be sent again is filled from the present values.

    So are the other members of an object of which some change: whether Telnyx would keep them is not documented.
    """
    kept = {name: application[name] for name in REQUIRED_AGAIN if application.get(name)}
    return {**kept, **{name: _whole(application, name, value) for name, value in changes.items()}}


def editable(application: Mapping[str, object]) -> dict[str, object]:
    """The present values of what `apps.update` can change, by name, in the order of the catalogue."""
    names = [p.name for p in load()[UPDATE].parameters if p.where == "body"]
    return {name: application[name] for name in names if name in application}


def _whole(application: Mapping[str, object], name: str, value: object) -> object:
    parameter = load()[UPDATE].parameter(name)
    if not isinstance(value, Mapping) or parameter is None:
        return value
    present = mapping(application, name)
    members = [member.name for member in parameter.properties]
    return {n: present[n] for n in members if present.get(n) is not None} | dict(value)


def _active(application: Mapping[str, object]) -> Check:
    name = "active"
    if flag(application, name) is False:
        said = "the application is switched off: it takes and makes no calls"
        return _bad(name, said, f"{name}=true")
    return _ok(name, "the application is active")


def _api_version(application: Mapping[str, object]) -> Check:
    name, version = "webhook_api_version", text(application, "webhook_api_version") or "1"
    if version == "2":
        return _ok(name, "webhooks come in version 2")
    said = "webhooks come in version 1, in which details are missing; the console needs version 2"
    if version != "1":
        said = f"webhooks come in a version the console does not know: {_shown(version)}"
    return _bad(name, said, f"{name}=2")


def _webhook_url(application: Mapping[str, object], our_url: str | None) -> Check:
    name, url = "webhook_event_url", text(application, "webhook_event_url")
    ours = f"{name}={our_url or 'https://YOUR-HOST/webhooks'}"
    if url is None:
        return _bad(name, "webhooks go nowhere", ours)
    if our_url is not None and same_url(url, our_url):
        return _ok(name, f"webhooks come to us: {_shown(url)}")
    if our_url is not None:
        return _bad(name, f"webhooks go to {_shown(url)}, not to us ({our_url})", ours)
    if _host(url) in _LOCAL:
        said = f"webhooks go to {_shown(url)}, which the internet cannot reach"
        return _bad(name, said, ours)
    return _warn(
        name,
        f"webhooks go to {_shown(url)}; whether that leads to us is not known",
        "set listen.public_url in the configuration to the address that leads here",
    )


def _failover(application: Mapping[str, object], our_url: str | None) -> Check:
    name, url = "webhook_event_failover_url", text(application, "webhook_event_failover_url")
    if url is None:
        return _ok(name, "no failover: what is not delivered is sent to the same address again")
    main = our_url or text(application, "webhook_event_url")
    if main is not None and same_url(url, main):
        said = "the failover address is the first one again, so it saves nothing"
        return _warn(name, said, f"{name}=null")
    said = f"what is not delivered in time goes to {_shown(url)} and is missing here"
    return _warn(name, said, f"{name}=null, unless somebody looks after calls there")


def _timeout(application: Mapping[str, object]) -> Check:
    name, seconds = "webhook_timeout_secs", number(application, "webhook_timeout_secs")
    if seconds is None:
        return _ok(name, f"Telnyx waits {USUAL_TIMEOUT_S} s, as usual, for a webhook's answer")
    if seconds < 1:
        said = f"Telnyx waits {seconds:g} s for a webhook's answer: some will be sent again"
        return _warn(name, said, f"{name}=5")
    return _ok(name, f"Telnyx waits {seconds:g} s for a webhook's answer")


def _first_command(application: Mapping[str, object]) -> Check:
    name = "first_command_timeout"
    if not flag(application, name):
        return _ok(name, "incoming calls ring until somebody decides")
    seconds = number(application, f"{name}_secs")
    after = USUAL_FIRST_COMMAND_S if seconds is None else seconds
    said = f"Telnyx hangs up incoming calls that get no command within {after:g} s"
    return _warn(name, said, f"{name}=false")


def _outbound(application: Mapping[str, object]) -> Check:
    name = "outbound.outbound_voice_profile_id"
    if text(mapping(application, "outbound"), "outbound_voice_profile_id"):
        return _ok(name, "outgoing calls have a voice profile")
    said = "no outbound voice profile: dial and transfer will be refused"
    return _warn(name, said, f"{name}=ID (portal: Outbound Voice Profiles)")


def _cost(application: Mapping[str, object]) -> Check:
    name = "call_cost_in_webhooks"
    if flag(application, name):
        return _ok(name, "what a call cost is told after its end")
    return _warn(name, "what a call cost is not told", f"{name}=true")


def _ok(name: str, sentence: str) -> Check:
    return Check(name=name, level=Level.OK, sentence=sentence)


def _warn(name: str, sentence: str, fix: str) -> Check:
    return Check(name=name, level=Level.WARN, sentence=sentence, fix=fix)


def _bad(name: str, sentence: str, fix: str) -> Check:
    return Check(name=name, level=Level.BAD, sentence=sentence, fix=fix)


def _shown(value: str) -> str:
    return clean(value)[:_SHOWN]


def same_url(one: str, other: str) -> bool:
    """Whether two addresses lead to the same place; case of the host, a usual port and a last slash do not count."""
    return _normal(one) == _normal(other)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _normal(url: str) -> tuple[object, ...]:
    try:
        parts = urlsplit(url.strip())
        usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
        port = parts.port or usual
    except ValueError:
        return (url,)
    return (
        parts.scheme.lower(),
        (parts.hostname or "").lower(),
        port,
        parts.path.rstrip("/"),
        parts.query,
    )


def _differences(
    before: Mapping[str, object], after: Mapping[str, object], prefix: str
) -> Iterator[Difference]:
    for name, value in after.items():
        known = before.get(name)
        if isinstance(value, Mapping) and isinstance(known, Mapping | None):
            yield from _differences(known or {}, value, f"{prefix}{name}.")
        elif known != value or type(known) is not type(value):
            yield Difference(f"{prefix}{name}", known, value)
