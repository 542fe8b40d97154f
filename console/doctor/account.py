"""What Telnyx answered about the key and the application, and whether that is what this console needs. Pure.

One question tells most of it: `GET /call_control_applications/ID`, or the first page of the list where no id is set. Whether the
application's settings are right is decided by `console.telnyx.applications`, as in `apps show` and on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from console.doctor.findings import Finding, fail, ok, skipped, warn
from console.domain.values import number, text
from console.reports import QueryAnswer
from console.telnyx.applications import USUAL_TIMEOUT_S, Check, Level, checks, same_url

Application = Mapping[str, object]

BUSY_CODES = frozenset({429})
CLOCK_WARN_S, CLOCK_FAIL_S = 5.0, 60.0
"""Off by this much the order of things looks wrong; by this much a fifth of what a signature may be off is gone."""

_NAMES = {
    "active": "application",
    "webhook_api_version": "webhook_version",
    "webhook_event_url": "webhook_url",
    "webhook_event_failover_url": "failover",
    "webhook_timeout_secs": "webhook_timeout",
    "first_command_timeout": "first_command",
    "outbound.outbound_voice_profile_id": "outbound",
    "call_cost_in_webhooks": "call_cost",
}
_ONLY_IF_WRONG = frozenset({"first_command", "outbound", "call_cost"})
_CHECKED = ("webhook_version", "webhook_url", "failover", "webhook_timeout")
_ARRIVING = frozenset({"webhook_url", "failover", "webhook_timeout"})
_UPDATE = "call-console apps update"


class Wanted(NamedTuple):
    """What the configuration says that an application has to go with."""

    connection_id: str
    our_url: str | None
    """Where the internet reaches our webhooks; None where that is not known."""
    in_front: bool = False
    """Whether an application behind us depends on us."""
    forward_timeout_s: float = 0.0
    forward_target: str = ""
    polls: bool = False
    """Whether nothing is to arrive here, because the records are read instead."""


def key_finding(answer: QueryAnswer, where: str) -> Finding:
    """Whether Telnyx took the key. `where` says in words which key it was, never the key."""
    check, took = "api_key", f"{answer.latency_ms:.0f} ms"
    if answer.status is None:
        fix = "check the network, a proxy on the way, and api.base_url"
        return fail(check, answer.message or "no answer from Telnyx", fix)
    if answer.status == 401:
        fix = "make a key in the portal (API Keys) and put it where this one came from"
        return fail(check, f"not accepted by Telnyx ({where})", fix)
    if answer.status == 403:
        fix = "use a key that may see and control calls of this account"
        return fail(check, f"accepted, but not allowed to ask ({where}): {answer.message}", fix)
    if answer.status in BUSY_CODES:
        return warn(
            check, "Telnyx's rate limit is used up, so it was not judged", "ask again later"
        )
    if answer.status >= 500:
        return fail(
            check, f"Telnyx fails: {answer.message}", "look at status.telnyx.com; ask again"
        )
    return ok(check, f"accepted ({where}, {took})")


def application_findings(answer: QueryAnswer, wanted: Wanted) -> Iterator[Finding]:
    """What the application's settings mean for us; `answer` is what Telnyx said about it, or about all of them."""
    if not wanted.connection_id:
        yield _no_connection(answer)
        return
    if answer.status == 404:
        fix = "call-console apps list shows their ids; call-console init sets one"
        yield fail("application", "Telnyx has no application with api.connection_id", fix)
    elif answer.ok:
        yield from _settings(answer.fields, wanted)
        return
    else:
        yield skipped("application", "Telnyx did not tell")
    for name in _CHECKED:
        yield skipped(name, "the application is not known")


def unasked(why: str) -> Iterator[Finding]:
    """The same where nobody could be asked."""
    for name in ("application", *_CHECKED):
        yield skipped(name, why)


def clock_finding(offset_s: float, uncertainty_s: float) -> Finding:
    """This machine's clock minus Telnyx's, from the `Date` of an answer, which counts whole seconds."""
    check, off = "clock", abs(offset_s)
    if off <= max(CLOCK_WARN_S, uncertainty_s):
        return ok(check, f"right within {max(1.0, off, uncertainty_s):.0f} s of Telnyx's")
    way = "ahead of" if offset_s > 0 else "behind"
    said = f"{off:.0f} s {way} Telnyx's: signatures that are off by more than 300 s are refused"
    fix = "let the system set its clock (timedatectl set-ntp true, or the system's settings)"
    return fail(check, said, fix) if off >= CLOCK_FAIL_S else warn(check, said, fix)


def _no_connection(answer: QueryAnswer) -> Finding:
    known = len(answer.rows)
    has = (
        "this account has none"
        if not known
        else f"this account has {known}{'' if not answer.meta else ' or more'}"
    )
    fix = "call-console init chooses one, or call-console apps create makes one"
    return warn("application", f"no connection id is set, and {has}", fix)


def _settings(application: Application, wanted: Wanted) -> Iterator[Finding]:
    name = text(application, "application_name") or "without a name"
    for each in checks(application, our_url=wanted.our_url):
        check = _NAMES.get(each.name, each.name)
        if each.name == "active" and each.level is Level.OK:
            yield ok(check, f"{name}: active")
        elif wanted.polls and check in _ARRIVING:
            yield ok(check, "as it is: nothing has to arrive here while the records are read")
        elif check == "failover" and wanted.in_front:
            yield _failover(application, wanted)
        elif check == "webhook_timeout" and wanted.in_front:
            yield _timeout(application, wanted)
        elif each.level is not Level.OK or check not in _ONLY_IF_WRONG:
            yield _judged(check, each)


def _judged(name: str, each: Check) -> Finding:
    fix = each.fix
    if "=" in fix.split(" ")[0]:
        fix = f"{_UPDATE} {fix}"
    match each.level:
        case Level.OK:
            return ok(name, each.sentence)
        case Level.WARN:
            return warn(name, each.sentence, fix)
        case Level.BAD:
            return fail(name, each.sentence, fix)


def _failover(application: Application, wanted: Wanted) -> Finding:
    """In front of an application its own address has to be the second: a dead console then costs an attempt, not calls."""
    name, url = "failover", text(application, "webhook_event_failover_url")
    if url is None:
        said = "none is set: while this console is down, the application gets nothing"
        to = wanted.forward_target or "https://YOUR-APPLICATION/webhooks"
        return warn(
            name, said, f"{_UPDATE} webhook_event_failover_url={to} (as the internet has it)"
        )
    main = wanted.our_url or text(application, "webhook_event_url")
    if main is not None and same_url(url, main):
        said = "the failover address is this console again, so it saves nothing"
        return warn(
            name, said, f"{_UPDATE} webhook_event_failover_url=URL of the application itself"
        )
    return ok(name, f"without this console, webhooks go to {url}")


def _timeout(application: Application, wanted: Wanted) -> Finding:
    name = "webhook_timeout"
    waits_s = number(application, "webhook_timeout_secs") or USUAL_TIMEOUT_S
    ours_s = wanted.forward_timeout_s
    if ours_s >= waits_s:
        said = f"Telnyx waits {waits_s:g} s, the console waits {ours_s:g} s for the application"
        return warn(name, said, f"set forward.timeout_s below {waits_s:g}")
    return ok(name, f"Telnyx waits {waits_s:g} s, the console {ours_s:g} s for the application")
