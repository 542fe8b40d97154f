"""Everything looked at, at the same time and within ten seconds; the report is in a fixed order.

What has to be asked is given from outside (`Means`), so that nothing here knows the command line, and tests need no network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import NamedTuple

from console.doctor.account import (
    Wanted,
    application_findings,
    clock_finding,
    key_finding,
    unasked,
)
from console.doctor.engine import (
    engine_finding,
    forward_findings,
    heard_findings,
    recording_finding,
)
from console.doctor.findings import CONFIGURATION, Finding, Status, fail, ok, skipped, warn
from console.doctor.probes import (
    free_port,
    is_local,
    port_finding,
    target_findings,
    tunnel_finding,
)
from console.doctor.reach import reach_finding
from console.doctor.storage import storage_findings
from console.domain.entries import Micros
from console.domain.values import text
from console.errors import ConfigError, ConsoleError
from console.reports import Health, QueryAnswer
from console.standing import Reach
from console.telnyx.applications import same_url
from console.telnyx.date import Dated

ALL_S = 8.5
"""When the report is given, whatever has not answered by then."""
ENGINE_S = 2.5
API_S = 5.0
REACH_S = 5.5
TARGET_S = 3.0

NO_ADDRESS = skipped("reachable", "no public address is known; set listen.public_url to it")

Looking = Coroutine[object, object, list[Finding]]


class Subject(NamedTuple):
    """What the configuration says, as far as it is looked at."""

    journal: Path
    keep_mb: float
    host: str
    port: int
    path: str
    public_url: str
    connection_id: str
    polls: bool = False
    forward_target: str = ""
    forward_mode: str = "front"
    observers: Sequence[str] = ()
    health_path: str = ""
    forward_timeout_s: float = 1.8
    admin_host: str = "127.0.0.1"
    admin_port: int = 0
    has_metrics: bool = True
    """Whether prometheus-client is installed."""
    tunnel: Sequence[str] = ()
    base_url: str = ""
    profile: str | None = None


class Means(NamedTuple):
    """How to ask. `health` raises `EngineError` where an engine is there and does not answer."""

    health: Callable[[], Awaitable[Health | None]]
    key: Callable[[Health | None], Awaitable[str | None]]
    """Where the key is from, None where there is none. Raises `ConfigError`."""
    ask: Callable[[Health | None, str, dict[str, object]], Awaitable[QueryAnswer]]
    date: Callable[[], Awaitable[Dated]]
    reach: Callable[[Health | None, str], Awaitable[Reach]]
    """Whether this address leads here."""
    now: Callable[[], Micros]


class Report(NamedTuple):
    """`is_stuck` where something did not end in time: a thread may still be at it."""

    findings: list[Finding]
    is_stuck: bool


async def examine(subject: Subject, means: Means, *, all_s: float = ALL_S) -> Report:
    """Looks at everything but configuration and terminal. Raises nothing."""
    rounds = _Rounds(subject, means, asyncio.get_running_loop().time() + all_s)
    async with asyncio.TaskGroup() as group:
        rounds.begin(group)
        tasks = [group.create_task(looking) for looking in rounds.looking()]
    findings = [finding for task in tasks for finding in task.result()]
    return Report(findings, rounds.is_stuck)


class _Rounds:
    def __init__(self, subject: Subject, means: Means, deadline_s: float) -> None:
        self._subject = subject
        self._means = means
        self._deadline_s = deadline_s
        self.is_stuck = False

    def begin(self, group: asyncio.TaskGroup) -> None:
        """What several checks wait for is asked once."""
        self._health = group.create_task(self._asked_health())
        self._answer = group.create_task(self._asked_telnyx())
        self._reached = group.create_task(self._asked_reach())

    def looking(self) -> list[Looking]:
        """In the order of the report."""
        return [
            self._within("engine", self._engine()),
            self._within("public_key_in_use", self._key_in_use()),
            self._within("api", self._clock()),
            self._within("api_key", self._key()),
            self._within("port", self._port()),
            self._within("webhook_url", self._application()),
            self._within("last_event", self._heard()),
            self._within("journal", self._journal()),
            self._within("forward", self._forward()),
            self._within("tunnel", self._tunnel()),
            self._within("admin", self._admin()),
        ]

    async def _within(self, check: str, looking: Looking) -> list[Finding]:
        try:
            async with asyncio.timeout_at(self._deadline_s):
                return await looking
        except TimeoutError:
            self.is_stuck = True
            return [warn(check, "no answer in time, so it is not known", "ask again")]
        except ConsoleError as error:
            return [fail(check, error.user_message, "mend that, then ask again")]

    async def _asked_health(self) -> tuple[Health | None, str]:
        """What the engine says, or why it says nothing."""
        try:
            async with asyncio.timeout_at(self._until_s(ENGINE_S)):
                return await self._means.health(), ""
        except TimeoutError:
            return None, f"it does not answer within {ENGINE_S:g} s"
        except ConsoleError as error:
            return None, error.user_message

    async def _asked_telnyx(self) -> tuple[QueryAnswer | None, Finding]:
        """What Telnyx said about the application (or about all), and what that says about the key."""
        health, _ = await asyncio.shield(self._health)
        try:
            async with asyncio.timeout_at(self._deadline_s):
                where = await self._means.key(health)
        except TimeoutError:
            self.is_stuck = True
            said = "what api.api_key_command or api.api_key_file gives did not come in time"
            return None, fail("api_key", said, "run the command by hand to see why")
        except ConfigError as error:
            fix = "mend api.api_key_env, api.api_key_file or api.api_key_command"
            return None, fail("api_key", error.user_message, fix, exit_code=CONFIGURATION)
        if where is None:
            said = "none is set: watching only, nothing can be sent"
            fix = "set TELNYX_API_KEY, or api.api_key_file or api.api_key_command"
            return None, warn("api_key", said, fix)
        id_ = self._subject.connection_id
        action, params = (
            ("apps.show", {"id": id_}) if id_ else ("apps.list", {"page": {"size": 20}})
        )
        try:
            async with asyncio.timeout_at(self._until_s(API_S)):
                answer = await self._means.ask(health, action, dict(params))
        except TimeoutError:
            self.is_stuck = True
            said = f"no answer from Telnyx within {API_S:g} s"
            return None, fail("api_key", said, "check the network, and api.base_url")
        except ConsoleError as error:
            return None, fail("api_key", error.user_message, "mend that, then ask again")
        return answer, key_finding(answer, where)

    def _until_s(self, limit_s: float) -> float:
        return min(self._deadline_s, asyncio.get_running_loop().time() + limit_s)

    async def _engine(self) -> list[Finding]:
        health, error = await asyncio.shield(self._health)
        found = [engine_finding(health, error)]
        subject = self._subject
        if health is not None and subject.profile is not None and health.profile != subject.profile:
            said = f"it uses {f'profile {health.profile}' if health.profile else 'no profile'}"
            fix = f"name the journal of profile {subject.profile} with --journal"
            found.append(warn("engine_profile", said, fix))
        if health is not None and health.base_url.rstrip("/") != subject.base_url.rstrip("/"):
            said = (
                f"the engine talks to {health.base_url}, the configuration says {subject.base_url}"
            )
            fix = "end it and start it again, or name another journal with --journal"
            found.append(warn("engine_api", said, fix))
        return found

    async def _key_in_use(self) -> list[Finding]:
        health, _ = await asyncio.shield(self._health)
        if health is None or health.public_key or health.poll is not None:
            return []
        fix = "set it in the configuration, end the engine and start it again"
        said = "the running engine has none, so it refuses every webhook"
        return [fail("public_key_in_use", said, fix)]

    async def _key(self) -> list[Finding]:
        return [(await asyncio.shield(self._answer))[1]]

    async def _clock(self) -> list[Finding]:
        """Whether the API is there at all, and what time it has."""
        try:
            dated = await self._means.date()
        except ConsoleError as error:
            fix = "check the network, a proxy on the way, and api.base_url"
            return [fail("api", error.user_message, fix), skipped("clock", "nobody told the time")]
        api = ok("api", f"{self._subject.base_url} answers in {dated.took_ms:.0f} ms")
        if dated.offset_s is None:
            return [api, skipped("clock", "the answer had no date")]
        return [api, clock_finding(dated.offset_s, dated.uncertainty_s)]

    async def _port(self) -> list[Finding]:
        health, error = await asyncio.shield(self._health)
        subject = self._subject
        if error:
            return [skipped("port", "the engine may hold it, but does not answer")]
        if health is None and subject.polls:
            return [ok("port", "none is needed while Telnyx's records are read")]
        return [await port_finding(subject.host, subject.port, health)]

    async def _application(self) -> list[Finding]:
        health, _ = await asyncio.shield(self._health)
        answer, about_key = await asyncio.shield(self._answer)
        reached = await asyncio.shield(self._reached)
        if answer is None or about_key.status is not Status.OK:
            return [*unasked(_why(about_key)), NO_ADDRESS if reached is None else reached]
        subject = self._subject
        url = _known_url(self._subject, health) or _local_url(subject, health, answer)
        if reached is None:
            reached = NO_ADDRESS if url is None else await self._asked_through(health, url)
        target, mode, timeout_s = _forwarding(subject, health)
        wanted = Wanted(
            connection_id=subject.connection_id,
            our_url=url,
            in_front=bool(target) and mode == "front",
            forward_timeout_s=timeout_s,
            forward_target=target,
            polls=subject.polls,
        )
        return [*application_findings(answer, wanted), reached]

    async def _asked_reach(self) -> Finding | None:
        """Whether the public address leads here; None where none is known."""
        if self._subject.polls:
            return skipped("reachable", "nothing has to arrive while Telnyx's records are read")
        health, error = await asyncio.shield(self._health)
        if error:
            return skipped("reachable", "the engine does not answer")
        url = _known_url(self._subject, health)
        return None if url is None else await self._asked_through(health, url)

    async def _asked_through(self, health: Health | None, url: str) -> Finding:
        try:
            async with asyncio.timeout_at(self._until_s(REACH_S)):
                return reach_finding(await self._means.reach(health, url))
        except TimeoutError:
            self.is_stuck = True
            said = f"no answer through {url} in time"
            fix = "check firewall and tunnel, or try the address from another network"
            return fail("reachable", said, fix)
        except ConsoleError as error:
            return warn("reachable", error.user_message, "mend that, then ask again")

    async def _heard(self) -> list[Finding]:
        health, _ = await asyncio.shield(self._health)
        return list(heard_findings(health, self._means.now()))

    async def _journal(self) -> list[Finding]:
        health, _ = await asyncio.shield(self._health)
        subject = self._subject
        pid = None if health is None else health.pid

        def look() -> list[Finding]:
            return list(storage_findings(subject.journal, keep_mb=subject.keep_mb, engine_pid=pid))

        found = await asyncio.to_thread(look)
        trouble = None if health is None else recording_finding(health)
        if trouble is not None:
            found = [trouble, *(each for each in found if each.check != trouble.check)]
        return found

    async def _forward(self) -> list[Finding]:
        health, _ = await asyncio.shield(self._health)
        subject = self._subject
        if health is not None and health.forward is not None:
            return list(forward_findings(health))
        if not subject.forward_target and not subject.observers:
            return [skipped("forward", "no forward.target is set; webhooks are only listened to")]
        found = await target_findings(
            subject.forward_target, subject.observers, subject.health_path, TARGET_S
        )
        if health is not None:
            said = "the running engine does not forward, although the configuration says so"
            found.append(warn("forward_in_use", said, "end it and start it again"))
        return found

    async def _tunnel(self) -> list[Finding]:
        health, _ = await asyncio.shield(self._health)
        tunnel = None if health is None else health.tunnel
        if tunnel is None:
            return [tunnel_finding(self._subject.tunnel)]
        if tunnel.state == "up":
            return [ok("tunnel", tunnel.sentence)]
        if tunnel.state == "failed":
            return [fail("tunnel", tunnel.sentence, "run tunnel.command by hand to see why")]
        return [warn("tunnel", tunnel.sentence, "ask again in a moment")]

    async def _admin(self) -> list[Finding]:
        health, error = await asyncio.shield(self._health)
        subject = self._subject
        if not subject.admin_port:
            return []
        if not subject.has_metrics:
            fix = "pip install 'telnyx-call-console[metrics]'"
            return [warn("admin", "/metrics needs prometheus-client, which is missing", fix)]
        if health is not None or error:
            return [ok("admin", f"port {subject.admin_port}, as the engine was told")]
        port = subject.admin_port
        return [await asyncio.to_thread(free_port, "admin", subject.admin_host, port, "admin.port")]


def _forwarding(subject: Subject, health: Health | None) -> tuple[str, str, float]:
    """Where webhooks go on to, how, and how long it may take: an engine that runs may have been told otherwise."""
    forward = None if health is None else health.forward
    if forward is None:
        return subject.forward_target, subject.forward_mode, subject.forward_timeout_s
    target = "" if forward.target is None else forward.target.url
    return target, forward.mode, forward.timeout_s


def _known_url(subject: Subject, health: Health | None) -> str | None:
    """An engine knows its tunnel's address, too."""
    return (None if health is None else health.public_url) or subject.public_url or None


def _local_url(subject: Subject, health: Health | None, answer: QueryAnswer) -> str | None:
    """Where Telnyx is on this machine, too (the simulator), webhooks go straight to the port."""
    theirs = text(answer.fields, "webhook_event_url")
    if theirs is None or not is_local(subject.base_url):
        return None
    ours = f"http://{subject.host}:{subject.port}{subject.path}"
    if health is not None:
        ours = health.webhook_url
    return ours if same_url(theirs, ours) else None


def _why(about_key: Finding) -> str:
    return "no key to ask with" if about_key.status is Status.WARN else "Telnyx could not be asked"
