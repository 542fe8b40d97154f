"""How a command or a question gets to Telnyx: through the engine that serves the journal, else directly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from console import endpoint
from console.config.load import Loaded, Origin
from console.config.secrets import api_key
from console.domain.entries import CommandDone, Intent
from console.domain.values import mapping, number, text
from console.errors import ConfigError, EngineError, UsageError

if TYPE_CHECKING:
    from console.operator import HttpOperator
    from console.telnyx.client import Answer, TelnyxClient
    from console.telnyx.requests import Request

DONE, FAILED, USAGE, REFUSED, UNREACHABLE = 0, 1, 2, 3, 4
NO_KEY = "no API key, so nothing can be sent; set TELNYX_API_KEY, or api.api_key_file or api.api_key_command"


def exit_code(done: CommandDone) -> int:
    """0 done, 3 refused by Telnyx, 4 no answer; where it was never sent, 2 for a missing setting, else 1."""
    if done.ok:
        return DONE
    if done.status is not None:
        return REFUSED
    if was_sent(done):
        return UNREACHABLE
    from console.engine.dispatch import NO_API_KEY, NO_CONNECTION, READ_ONLY

    return USAGE if done.message in (NO_API_KEY, NO_CONNECTION, READ_ONLY) else FAILED


def was_sent(done: CommandDone) -> bool:
    """Time passes only for what went out."""
    return done.status is not None or done.latency_ms > 0


async def execute(loaded: Loaded, intent: Intent) -> CommandDone:
    """The outcome of a command, journaled whichever way it went. Raises `ConsoleError` before anything is sent."""
    done = await _through_engine(loaded, intent)
    return done if done is not None else await _directly(loaded, intent)


async def ask(loaded: Loaded, request: Request, *, every_page: bool = False) -> Answer:
    """The answer to a question: it changes nothing, so it is not journaled. Raises `ConfigError` without a key.

    With `every_page` the data of a list are those of all its pages, and `meta` is empty if there are several.
    """
    async with client(loaded) as asking:
        answer = await asking.send(request)
        if not every_page or not answer.ok or not has_more(answer.meta):
            return answer
        rows = [row async for row in asking.items(request.path, request.query)]
        return answer._replace(data=rows, meta={})


def has_more(meta: Mapping[str, object]) -> bool:
    """Whether a list's answer says that there are further pages."""
    cursors = mapping(meta, "cursors")
    total, page = number(meta, "total_pages"), number(meta, "page_number")
    return bool(text(cursors, "after")) or (total is not None and total > (page or 1))


async def webhook_url(loaded: Loaded) -> str | None:
    """Where the engine that serves this journal listens; None when there is none."""
    operator = await _operator(loaded)
    if operator is None:
        return None
    try:
        return (await operator.health()).webhook_url
    finally:
        await operator.aclose()


def client(loaded: Loaded) -> TelnyxClient:
    """A client with the configured key. Raises `ConfigError` without one."""
    from console.telnyx.client import TelnyxClient

    key = api_key(loaded, os.environ).secret
    if key is None:
        raise ConfigError(NO_KEY)
    api = loaded.settings.api
    return TelnyxClient(
        api.base_url, key, timeout_s=api.request_timeout_s, max_attempts=api.max_attempts
    )


async def _operator(loaded: Loaded) -> HttpOperator | None:
    """The way to an engine that answers; what a killed one left behind is passed over."""
    if not endpoint.is_there(loaded.journal_path):
        return None
    from console.operator import HttpOperator

    operator = HttpOperator(loaded.journal_path)
    try:
        await operator.health()
    except EngineError:
        await operator.aclose()
        return None
    return operator


async def _through_engine(loaded: Loaded, intent: Intent) -> CommandDone | None:
    operator = await _operator(loaded)
    if operator is None:
        return None
    try:
        health = await operator.health()
        _same_account(loaded, health.profile, health.base_url)
        return await operator.execute(intent)
    finally:
        await operator.aclose()


def _same_account(loaded: Loaded, profile: str | None, base_url: str) -> None:
    """A command asked for in one account must not go out in another's name."""
    if loaded.profile is not None and loaded.profile != profile:
        raise UsageError(
            f"the engine that serves this journal uses {f'profile {profile}' if profile else 'no profile'};"
            f" name the journal of profile {loaded.profile} with --journal"
        )
    wanted = loaded.settings.api.base_url.rstrip("/")
    is_chosen = loaded.sources["api.base_url"].origin is not Origin.DEFAULT
    if is_chosen and wanted != base_url.rstrip("/"):
        raise UsageError(
            f"the engine that serves this journal talks to {base_url}, not to {wanted};"
            " name another journal with --journal"
        )


async def _directly(loaded: Loaded, intent: Intent) -> CommandDone:
    """The outcome by ourselves, journaled as the engine would; the journal is locked meanwhile."""
    from console.cli.clock import now_micros
    from console.engine.api_state import ApiState
    from console.engine.dispatch import Dispatcher
    from console.engine.line import Line
    from console.engine.recorder import Recorder
    from console.journal.sqlite import open_writer

    async with client(loaded) as sending:
        writer = open_writer(loaded.journal_path)
        line = Line(sending, ApiState())
        try:
            dispatcher = Dispatcher(
                line,
                Recorder(writer),
                now_micros,
                connection_id=loaded.settings.api.connection_id or None,
            )
            return await dispatcher.execute(intent)
        finally:
            line.close()
            await writer.aclose()
