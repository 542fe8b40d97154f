"""`send`: one command or question to Telnyx; through the engine that serves this journal, else directly."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from console import endpoint
from console.cli.commands import found
from console.cli.composition import operator_name
from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.config.contacts import Contacts
from console.config.load import Loaded, Origin
from console.config.secrets import api_key
from console.domain.entries import CommandDone, Intent
from console.errors import ConfigError, EngineError, UsageError
from console.telnyx.catalogue import Command
from console.telnyx.requests import COMMAND_ID, Request, build, check, parse_pairs

if TYPE_CHECKING:
    from console.telnyx.client import TelnyxClient

DONE, FAILED, USAGE, REFUSED, UNREACHABLE = 0, 1, 2, 3, 4
_ASKS_FIRST = frozenset({"hangup", "reject", "conference.end", "queue.delete", "apps.delete"})
_CALL = "call_control_id"
_READ_ONLY = "read-only: nothing is sent; leave --read-only out, or read_only in the configuration"
_NO_KEY = "no API key, so nothing can be sent; set TELNYX_API_KEY, or api.api_key_file or api.api_key_command"


@click.command("send")
@click.argument("action")
@click.argument("words", nargs=-1, metavar="[CALL] [NAME=VALUE]...")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before ending something.")
@click.option("--dry-run", is_flag=True, help="Show the request and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as a JSON object.")
@global_options
def command(action: str, words: tuple[str, ...], yes: bool, dry_run: bool, as_json: bool) -> int:
    """Send one command: send transfer CALL to=+13125550100.

    `call-console commands ACTION` lists its parameters. Objects and lists are written as JSON.
    """
    loaded = chosen().load()
    wanted = found(action)
    intent = _intent(wanted, words, loaded)
    request = build(
        intent.action,
        call_control_id=intent.call_control_id,
        params=intent.params,
        command_id=intent.command_id,
    )
    problems = _problems(action, intent.params)
    if dry_run:
        for sentence in problems:
            note(sentence)
        _show(loaded.settings.api.base_url, request, as_json=as_json)
        return DONE
    if problems:
        raise UsageError("; ".join(problems))
    is_question = wanted.method == "GET"
    if loaded.settings.read_only and not is_question:
        raise UsageError(_READ_ONLY)
    if action in _ASKS_FIRST and not yes and not _agreed(intent):
        note("not sent")
        return FAILED
    if is_question:
        return asyncio.run(_ask(loaded, intent, request, as_json=as_json))
    done = asyncio.run(_send(loaded, intent))
    put(json.dumps(done._asdict()) if as_json else _sentence(done))
    return exit_code(done)


def exit_code(done: CommandDone) -> int:
    """0 done, 3 refused by Telnyx, 4 no answer; where it was never sent, 2 for a missing setting, else 1."""
    if done.ok:
        return DONE
    if done.status is not None:
        return REFUSED
    if _was_sent(done):
        return UNREACHABLE
    from console.engine.dispatch import NO_API_KEY, NO_CONNECTION, READ_ONLY

    return USAGE if done.message in (NO_API_KEY, NO_CONNECTION, READ_ONLY) else FAILED


def _intent(wanted: Command, words: Sequence[str], loaded: Loaded) -> Intent:
    """What was typed, typed values and defaults of the configuration included."""
    call, pairs = _split(wanted, words)
    params = parse_pairs(wanted.name, pairs)
    api = loaded.settings.api
    for name, value in (("connection_id", api.connection_id), ("from", api.caller_id)):
        parameter = wanted.parameter(name)
        if value and name not in params and parameter is not None and parameter.required:
            params[name] = value
    to = params.get("to")
    if isinstance(to, str) and wanted.name in ("dial", "transfer"):
        params["to"] = Contacts.load(loaded.contacts_path).named(to) or to
    return Intent(
        command_id=str(params.get(COMMAND_ID) or uuid.uuid4()),
        action=wanted.name,
        call_control_id=call,
        params=params,
        operator=operator_name(),
    )


def _split(wanted: Command, words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The call and the pairs: the first word is a call unless it begins with a parameter's name and `=`."""
    if wanted.parameter(_CALL) is None or not words:
        return None, words
    name, equals, _ = words[0].partition("=")
    if equals and wanted.parameter(name.partition(".")[0]) is not None:
        return None, words
    return words[0], words[1:]


def _problems(action: str, params: Mapping[str, object]) -> Sequence[str]:
    """What the specification does not allow; the engine knows the connection to dial from where we do not."""
    return [
        f"{problem.sentence}: {problem.advice}"
        for problem in check(action, params)
        if not (action == "dial" and problem.pointer == "connection_id")
    ]


def _agreed(intent: Intent) -> bool:
    """Whether the person at the terminal wants it; a program that pipes into us is not asked."""
    if not sys.stdin.isatty():
        return True
    what = f"{intent.action} {intent.call_control_id or intent.params.get('id') or ''}".strip()
    return click.confirm(f"{what}?", default=False, err=True)


def _show(base_url: str, request: Request, *, as_json: bool) -> None:
    url = base_url.rstrip("/") + request.path
    if request.query:
        url = f"{url}?{urlencode(request.query)}"
    headers = {"Authorization": "Bearer ***", "Accept": "application/json"}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    if as_json:
        shown = {"method": request.method, "url": url, "headers": headers, "body": request.body}
        put(json.dumps(shown))
        return
    put(f"{request.method} {url}")
    for name, value in headers.items():
        put(f"{name}: {value}")
    if request.body is not None:
        put("")
        put(json.dumps(request.body, indent=2))


async def _send(loaded: Loaded, intent: Intent) -> CommandDone:
    done = await _through_engine(loaded, intent)
    return done if done is not None else await _directly(loaded, intent)


async def _through_engine(loaded: Loaded, intent: Intent) -> CommandDone | None:
    """The outcome by the engine that serves this journal; None when there is none."""
    if not endpoint.is_there(loaded.journal_path):
        return None
    from console.operator import HttpOperator

    operator = HttpOperator(loaded.journal_path)
    try:
        try:
            health = await operator.health()
        except EngineError:
            return None
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
    from console.engine.dispatch import Dispatcher
    from console.engine.recorder import Recorder
    from console.journal.sqlite import open_writer

    async with _client(loaded) as client:
        writer = open_writer(loaded.journal_path)
        try:
            dispatcher = Dispatcher(
                client,
                Recorder(writer),
                now_micros,
                connection_id=loaded.settings.api.connection_id or None,
            )
            return await dispatcher.execute(intent)
        finally:
            await writer.aclose()


async def _ask(loaded: Loaded, intent: Intent, request: Request, *, as_json: bool) -> int:
    """A question changes nothing, so it is not journaled; the answer's data is what is printed."""
    from console.telnyx.problems import explain

    async with _client(loaded) as client:
        answer = await client.send(request)
    message = "" if answer.ok else str(explain(answer.status, answer.errors))
    if as_json:
        shown = {
            "action": intent.action,
            "call_control_id": intent.call_control_id,
            "ok": answer.ok,
            "status": answer.status,
            "message": message,
            "data": answer.data,
            "meta": answer.meta,
        }
        put(json.dumps(shown))
    elif answer.ok:
        put(json.dumps(answer.data, indent=2))
    else:
        put(f"{intent.action}: {message}")
    return DONE if answer.ok else REFUSED


def _client(loaded: Loaded) -> TelnyxClient:
    """A client with the configured key. Raises `ConfigError` without one."""
    from console.telnyx.client import TelnyxClient

    key = api_key(loaded, os.environ).secret
    if key is None:
        raise ConfigError(_NO_KEY)
    api = loaded.settings.api
    return TelnyxClient(
        api.base_url, key, timeout_s=api.request_timeout_s, max_attempts=api.max_attempts
    )


def _was_sent(done: CommandDone) -> bool:
    """Time passes only for what went out."""
    return done.status is not None or done.latency_ms > 0


def _sentence(done: CommandDone) -> str:
    how = "no answer" if _was_sent(done) else "not sent"
    if done.status is not None:
        how = f"{done.status}, {done.latency_ms:.0f} ms"
    if done.attempts > 1:
        how += f", {done.attempts} attempts"
    what = done.message or "done"
    made = done.data.get(_CALL)
    of = f" {done.call_control_id or made or ''}".rstrip()
    return f"{done.action}{of}: {what} ({how})"
