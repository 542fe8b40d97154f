"""The means of `doctor`: how the engine, Telnyx and the public address are asked from the command line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.util import find_spec

from console import endpoint
from console.cli.clock import now_micros
from console.cli.composition import operator_name
from console.config.load import Loaded
from console.config.secrets import api_key
from console.doctor.rounds import API_S, Means, Report, Subject, examine
from console.domain.entries import CommandDone, Intent
from console.errors import EngineError, UsageError
from console.operator import HttpOperator, no_engine
from console.reports import Health, QueryAnswer
from console.secret import Secret
from console.standing import Reach
from console.telnyx.date import Dated, told_date

KEY_COMMAND_S = 3.0
DATE_S = 4.0


async def examined(loaded: Loaded) -> tuple[Report, Sequence[str]]:
    """The report, and the texts that must not be shown with it."""
    async with AsyncExitStack() as stack:
        asking = _Asking(loaded, stack)
        means = Means(
            health=asking.health,
            key=asking.key,
            ask=asking.ask,
            date=asking.date,
            reach=asking.reach,
            now=now_micros,
        )
        report = await examine(subject_of(loaded), means)
    return report, () if asking.secret is None else (asking.secret.reveal(),)


def subject_of(loaded: Loaded) -> Subject:
    """What of the configuration is looked at."""
    settings = loaded.settings
    listen, forward = settings.listen, settings.forward
    return Subject(
        journal=loaded.journal_path,
        keep_mb=settings.journal.keep_mb,
        host=listen.host,
        port=listen.port,
        path=listen.path,
        public_url=listen.public_url,
        connection_id=settings.api.connection_id,
        polls=settings.poll.enabled,
        forward_target=forward.target,
        forward_mode=forward.mode,
        observers=forward.observers,
        health_path=forward.health_path,
        forward_timeout_s=forward.timeout_s,
        admin_host=settings.admin.host,
        admin_port=settings.admin.port,
        tunnel=_tunnel(loaded),
        has_metrics=find_spec("prometheus_client") is not None,
        base_url=settings.api.base_url,
        profile=loaded.profile,
    )


def _tunnel(loaded: Loaded) -> Sequence[str]:
    from console.engine.tunnel.plan import plan_of

    tunnel = loaded.settings.tunnel
    plan = plan_of(tunnel.command, tunnel.url_pattern, tunnel.start_timeout_s)
    return () if plan is None else plan.command


class _Asking:
    """Through the engine where one runs, so that one rate budget holds for everybody; else by ourselves."""

    def __init__(self, loaded: Loaded, stack: AsyncExitStack) -> None:
        self._loaded = loaded
        self._stack = stack
        self._operator: HttpOperator | None = None
        self.secret: Secret | None = None

    async def health(self) -> Health | None:
        journal = self._loaded.journal_path
        if not endpoint.is_there(journal):
            return None
        operator = HttpOperator(journal, operator=operator_name())
        self._stack.push_async_callback(operator.aclose)
        try:
            health = await operator.health()
        except EngineError as error:
            if error.user_message == no_engine(journal):
                return None  # What one that was killed has left behind.
            raise
        self._operator = operator
        return health

    async def key(self, health: Health | None) -> str | None:
        """Where the key is from. Raises `ConfigError`."""
        found = await asyncio.to_thread(api_key, self._loaded, os.environ, timeout_s=KEY_COMMAND_S)
        self.secret = found.secret
        if health is not None and health.api_key:
            return "the engine's key"
        return None if found.secret is None else found.source

    async def ask(
        self, health: Health | None, action: str, params: dict[str, object]
    ) -> QueryAnswer:
        if health is not None and health.api_key and self._operator is not None:
            return await self._operator.query(action, params)
        return await self._ask_directly(action, params)

    async def _ask_directly(self, action: str, params: dict[str, object]) -> QueryAnswer:
        from console.engine.api_state import ApiState
        from console.engine.line import Line
        from console.engine.questions import Questions
        from console.telnyx.client import TelnyxClient

        if self.secret is None:
            raise UsageError("no API key is set")
        client = TelnyxClient(
            self._loaded.settings.api.base_url, self.secret, timeout_s=API_S, max_attempts=1
        )
        self._stack.push_async_callback(client.aclose)
        line = Line(client, ApiState(), max_wait_s=API_S)
        self._stack.callback(line.close)
        return await Questions(line, _change_nothing).ask(action, params)

    async def date(self) -> Dated:
        return await told_date(self._loaded.settings.api.base_url, DATE_S)

    async def reach(self, health: Health | None, url: str) -> Reach:
        if health is not None and self._operator is not None:
            return await self._operator.self_test(url)
        from console.engine.self_test import test_alone

        listen = self._loaded.settings.listen
        return await test_alone(listen.host, listen.port, listen.path, url)


async def _change_nothing(_intent: Intent) -> CommandDone:
    raise UsageError("nothing is changed by looking")
