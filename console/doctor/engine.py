"""What a running engine says of itself: version, what arrives, what it records, whom it forwards to. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from console import __version__
from console.doctor.findings import Finding, fail, ok, skipped, warn
from console.domain.entries import Micros
from console.reports import Health, TargetHealth

SLOW_MS = 1000.0


def engine_finding(health: Health | None, error: str = "") -> Finding:
    """Whether one runs, and whether it is of this version. `error` is why one that is there does not answer."""
    check = "engine"
    if health is None and error:
        fix = "look for a stopped or hanging call-console process, end it and start again"
        return fail(check, f"one is there, but {error}", fix)
    if health is None:
        return ok(check, "none runs; call-console, or call-console listen, starts one")
    told = f"process {health.pid} runs version {health.version}"
    if health.version != __version__:
        fix = "end it and start it again, so that both are of one version"
        return warn(check, f"{told}, but this is {__version__}", fix)
    return ok(check, told)


def heard_findings(health: Health | None, now: Micros) -> Iterator[Finding]:
    """When a webhook was last verified, and how far the clocks were apart then."""
    if health is None:
        yield skipped("last_event", "no engine runs")
        yield skipped("signed_clock", "no engine runs")
        return
    if health.poll is not None:
        yield _records(health)
    elif health.last_verified_at is None:
        said = f"nothing verified yet, {health.refused} refused"
        fix = "call a number of the application, or look at webhook_url and reachable here"
        if health.refused:
            fix = "call-console events --limit 20 shows why they were refused"
        yield warn("last_event", said, fix)
    else:
        age_s = max(0, now - health.last_verified_at) / 1e6
        told = f"verified {_age(age_s)} ago; {health.verified} verified, {health.refused} refused"
        yield ok("last_event", told)
    yield _signed_clock(health)


def recording_finding(health: Health) -> Finding | None:
    """What the engine says of its journal; None while it writes."""
    if not health.journal_error:
        return None
    fix = "give the disk space, or put the journal elsewhere (--journal), and start again"
    return fail("journal", f"nothing is recorded: {health.journal_error}", fix)


def forward_findings(health: Health) -> Iterator[Finding]:
    """How the targets do, as the engine sees them."""
    if health.forward is None:
        return
    if health.forward.unverified:
        fix = "take forward.unverified out of the configuration as soon as you can"
        yield warn("forward_unverified", "what is not verified is forwarded, too", fix)
    if health.forward.target is not None:
        yield _target("forward", health.forward.target)
    for number, observer in enumerate(health.forward.observers, 1):
        yield _target(f"observer_{number}", observer)


def _target(check: str, target: TargetHealth) -> Finding:
    if target.is_up is False:
        return unreachable(check, target.url, target.why)
    parts = [target.url]
    if target.p50_ms is not None and target.p95_ms is not None:
        parts.append(f"p50 {target.p50_ms:.0f} ms, p95 {target.p95_ms:.0f} ms")
    elif target.last_latency_ms is not None:
        parts.append(f"{target.last_latency_ms:.0f} ms")
    if target.is_up is None:
        parts.append("not looked at yet")
    if target.failures_last_minute:
        why = f" ({target.last_error})" if target.last_error else ""
        parts.append(f"{target.failures_last_minute} failed in the last minute{why}")
        return warn(check, ", ".join(parts), "look into the application's own log")
    if target.dropped and check != "forward":
        parts.append(f"{target.dropped} dropped")
        return warn(check, ", ".join(parts), "it is too slow: raise forward.observer_queue")
    return ok(check, ", ".join(parts))


def unreachable(check: str, name: str, why: str) -> Finding:
    """A target that does not answer; an observer is worth a look, the application is vital."""
    said = f"{name} cannot be reached: {why}"
    if check != "forward":
        return warn(check, said, "start it, or take it out of forward.observers")
    return fail(check, said, "start the application, or mend forward.target")


def reached(check: str, name: str, took_ms: float) -> Finding:
    """A target that answers."""
    told = f"{name} answers in {took_ms:.0f} ms"
    if took_ms >= SLOW_MS:
        return warn(check, told, "find out what makes it slow: calls wait for it")
    return ok(check, told)


def _records(health: Health) -> Finding:
    poll = health.poll
    if poll is None or poll.error:
        why = "" if poll is None else poll.error
        return fail("last_event", f"Telnyx's records cannot be read: {why}", "look at api_key here")
    return ok("last_event", f"read from Telnyx's records, at most {poll.delay_s:.0f} s late")


def _signed_clock(health: Health) -> Finding:
    check, offset_ms = "signed_clock", health.clock_offset_ms
    if offset_ms is None:
        return skipped(check, "no signed webhook has come since the engine started")
    told = f"last signed timestamps differ by {offset_ms / 1000:+.1f} s"
    if abs(offset_ms) >= 5_000:
        fix = "let the system set its clock, or see what holds deliveries back"
        return warn(check, told, fix)
    return ok(check, told)


def port_of(health: Health) -> int | None:
    """The port it listens on; None where it listens on none."""
    try:
        return urlsplit(health.webhook_url).port
    except ValueError:
        return None


def _age(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
