"""How a command or a question gets to Telnyx: through the engine that serves the journal, else directly."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from console import endpoint
from console.cli.composition import operator_name
from console.config.load import Loaded, Origin
from console.config.secrets import api_key
from console.domain.entries import CommandDone, Intent
from console.domain.legs import Leg
from console.errors import ConfigError, EngineError, UsageError
from console.reports import QueryAnswer
from console.telnyx.catalogue import load as load_catalogue
from console.telnyx.paging import MAX_PAGES, has_more, next_position, pages_of, with_page

if TYPE_CHECKING:
    from console.operator import HttpOperator
    from console.telnyx.client import TelnyxClient

Ask = Callable[[str, Mapping[str, object]], Awaitable[QueryAnswer]]
"""A question by its action and parameters."""

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


async def ask(
    loaded: Loaded,
    action: str,
    params: Mapping[str, object],
    *,
    every_page: bool = False,
    directly: bool = False,
) -> QueryAnswer:
    """The answer to a question: it changes nothing, so it is not journaled. A refusal is an answer with ok False.

    Asked through the engine that serves the journal, so that one rate budget holds for everybody, else (or `directly`)
    of Telnyx. With `every_page` the data of a list are those of all its pages, and `meta` is empty if there are several.
    Raises `ConfigError` without a key, `UsageError` for what cannot be asked, `EngineError`.
    """
    async with AsyncExitStack() as stack:
        asking = None if directly else await _asked_through_engine(loaded, stack)
        if asking is None:
            asking = await _asked_directly(loaded, stack)
        answer = await asking(action, params)
        if not every_page or not answer.ok or not has_more(answer.meta):
            return answer
        return await _whole_list(asking, action, params, answer)


def answer_code(answer: QueryAnswer) -> int:
    """As `exit_code`, for a question."""
    if answer.ok:
        return DONE
    if answer.status is not None:
        return REFUSED
    if answer.attempts:
        return UNREACHABLE
    from console.engine.dispatch import NO_API_KEY

    return USAGE if answer.message == NO_API_KEY else FAILED


async def _asked_through_engine(loaded: Loaded, stack: AsyncExitStack) -> Ask | None:
    operator = await _operator(loaded)
    if operator is None:
        return None
    stack.push_async_callback(operator.aclose)
    health = await operator.health()
    _same_account(loaded, health.profile, health.base_url)
    return operator.query


async def _asked_directly(loaded: Loaded, stack: AsyncExitStack) -> Ask:
    from console.engine.api_state import ApiState
    from console.engine.line import Line
    from console.engine.questions import Questions

    line = Line(await stack.enter_async_context(client(loaded)), ApiState())
    stack.callback(line.close)

    async def change(intent: Intent) -> CommandDone:
        return await execute(loaded, intent)

    return Questions(line, change).ask


async def _whole_list(
    asking: Ask, action: str, params: Mapping[str, object], first: QueryAnswer
) -> QueryAnswer:
    """All pages from the first on; an answer with ok False as soon as one of them is none."""
    command = load_catalogue()[action]
    rows, answer, seen = list(first.rows), first, set[str]()
    for _ in range(MAX_PAGES):
        step = next_position(answer.meta, pages_of(params))
        if step is None or not answer.rows or step[1] in seen:
            break
        seen.add(step[1])
        params = with_page(command, params, step)
        answer = await asking(action, params)
        if not answer.ok:
            return answer
        rows += answer.rows
    return replace(first, data=rows, meta={})


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

    operator = HttpOperator(loaded.journal_path, operator=operator_name())
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
    """The outcome by ourselves, journaled as the engine would; the journal is locked meanwhile.

    What the journal knows of the leg decides as it does in an engine: a supervising leg is refused before sending.
    """
    from console.cli.clock import now_micros
    from console.engine.api_state import ApiState
    from console.engine.dispatch import Dispatcher
    from console.engine.line import Line
    from console.engine.recorder import Recorder
    from console.journal.sqlite import open_writer

    async with AsyncExitStack() as stack:
        sending = await stack.enter_async_context(client(loaded))
        writer = open_writer(loaded.journal_path)
        stack.push_async_callback(writer.aclose)
        line = Line(sending, ApiState())
        stack.callback(line.close)
        leg = _leg_of(loaded, intent)
        dispatcher = Dispatcher(
            line,
            Recorder(writer),
            now_micros,
            leg_of=lambda call: leg if call == intent.call_control_id else None,
            connection_id=loaded.settings.api.connection_id or None,
        )
        return await dispatcher.execute(intent)


def _leg_of(loaded: Loaded, intent: Intent) -> Leg | None:
    """The leg of a command as the journal has it."""
    from console.cli.clock import now_micros
    from console.journal.sqlite import open_reader
    from console.store.store import Store

    if intent.call_control_id is None:
        return None
    reader = open_reader(loaded.journal_path)
    try:
        store = Store(reader, clock=now_micros)
        store.load()
        return store.leg(intent.call_control_id)
    finally:
        reader.close()
