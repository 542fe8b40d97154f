"""`send`: one command or question to Telnyx, any that the catalogue has."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

import click

from console.cli import suggestions
from console.cli.confirmation import ASKS_FIRST, ASKS_FOR_NAME, agreed, agreed_by_name
from console.cli.delivery import (
    DONE,
    FAILED,
    answer_code,
    ask,
    execute,
    exit_code,
    was_sent,
    webhook_url,
)
from console.cli.effect import EffectWatch
from console.cli.intents import read_intent, refused
from console.cli.options import Number, chosen, global_options
from console.cli.output import note, put
from console.config.load import Loaded
from console.domain.entries import CommandDone, Intent
from console.errors import UsageError
from console.telnyx.catalogue import load
from console.telnyx.masking import masked
from console.telnyx.official import METHODS
from console.telnyx.paging import has_more
from console.telnyx.rendering import as_curl, as_http, as_python, as_send, headers_of, url_of
from console.telnyx.requests import CALL, COMMAND_ID, Request, build

_WALKED = frozenset(name for name, method in METHODS.items() if method.is_list) - {
    "call_events",
    "webhook_deliveries.list",
}
"""Lists short enough to be given whole; records of the past are given page by page."""
READ_ONLY = "read-only: nothing is sent; leave --read-only out, or read_only in the configuration"
WAIT_S = 5.0
FORMS = ("curl", "python", "send")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?\Z")
_NO_ENGINE = (
    "--wait needs an engine that records webhooks for this journal;"
    " start one with call-console listen, or leave --wait out"
)


class SendCommand(click.Command):
    """Lets `--wait` stand without a number, wherever it stands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_waits_completed(args)))


@click.command("send", cls=SendCommand, short_help="Send one command.")
@click.argument(
    "words",
    nargs=-1,
    metavar="ACTION [ID]... [NAME=VALUE]...",
    shell_complete=suggestions.send_words,
)
@click.option(
    "--preset",
    metavar="NAME",
    shell_complete=suggestions.presets,
    help="Begin with the parameters of [presets.NAME] in the configuration.",
)
@click.option(
    "--wait",
    metavar="[SECONDS]",
    type=Number(min=0),
    help="Wait for the event that shows the effect, 5 s unless told; exit code 1 if none comes.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask before ending something.")
@click.option("--dry-run", is_flag=True, help="Show the request and send nothing.")
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMS),
    help="Print the command in another form and send nothing: curl, Python with Telnyx's library, or a send line.",
)
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
@global_options
def command(
    words: tuple[str, ...],
    preset: str | None,
    wait: float | None,
    yes: bool,
    dry_run: bool,
    form: str | None,
    as_json: bool,
) -> int:
    """Send one command, any that Telnyx has for calls, conferences, queues and applications.

    ID is what the command is about: a call, a conference's id, a queue's name, an application's id. The rest are
    parameters; objects and lists are written as JSON or member by member, counted from 0; @FILE takes a file's text
    (@@ for a leading @).

    \b
      call-console send answer CALL
      call-console send transfer CALL to=+13125550100 timeout_secs=20 --wait
      call-console send transfer CALL to=ann custom_headers.0.name=X-Team custom_headers.0.value=2
      call-console send speak CALL payload=@greeting.txt voice=Telnyx.KokoroTTS.af
      call-console send conference.join CONFERENCE call_control_id=CALL mute=true
      call-console send queue.calls support --json
      call-console send --preset warm-transfer CALL
      call-console send bridge CALL call_control_id=OTHER --as curl

    `call-console commands` lists every ACTION, `call-console commands ACTION` its parameters.

    Exit codes: 0 done, 1 not sent or no effect seen, 2 wrong usage, 3 refused by Telnyx, 4 no answer.
    """
    if not words and preset is None:
        raise click.UsageError("Missing argument 'ACTION'; call-console commands lists them.")
    loaded = chosen().load()
    intent = read_intent(words, loaded, preset=preset)
    problems = refused(intent.action, intent.params)
    request = _request(intent)
    if dry_run or form is not None:
        for sentence in problems:
            note(sentence)
        _show(loaded, intent, request, form=form, as_json=as_json)
        return DONE
    if problems:
        raise UsageError("; ".join(problems))
    is_question = load()[intent.action].method == "GET"
    if is_question and wait is not None:
        raise UsageError(f"{intent.action} is a question: there is no effect to wait for")
    if loaded.settings.read_only and not is_question:
        raise UsageError(READ_ONLY)
    if is_question:
        return _ask(loaded, intent, as_json=as_json)
    if intent.action in ASKS_FIRST and not yes and not _is_agreed(loaded, intent):
        note("not sent")
        return FAILED
    return _send(loaded, intent, wait, as_json=as_json)


def outcome_sentence(done: CommandDone) -> str:
    """One line for a person."""
    how = "no answer" if was_sent(done) else "not sent"
    if done.status is not None:
        how = f"{done.status}, {done.latency_ms:.0f} ms"
    if done.attempts > 1:
        how += f", {done.attempts} attempts"
    what = done.message or "done"
    made = done.data.get(CALL)
    of = f" {done.call_control_id or made or ''}".rstrip()
    return f"{done.action}{of}: {what} ({how})"


def _waits_completed(args: Sequence[str]) -> Iterator[str]:
    """`--wait` with its number in the same word, so that what follows is not taken for one."""
    words = iter(enumerate(args))
    for index, word in words:
        if word == "--":
            yield from args[index:]
            return
        if word != "--wait":
            yield word
        elif index + 1 < len(args) and _NUMBER.match(args[index + 1]):
            yield f"--wait={next(words)[1]}"
        else:
            yield f"--wait={WAIT_S:g}"


def _request(intent: Intent, *, with_id: bool = True) -> Request:
    return build(
        intent.action,
        call_control_id=intent.call_control_id,
        params=intent.params,
        command_id=intent.command_id if with_id else None,
    )


def _is_agreed(loaded: Loaded, intent: Intent) -> bool:
    if intent.action != ASKS_FOR_NAME:
        return agreed(intent, loaded.journal_path)
    from console.cli.apps import name_of

    return agreed_by_name(name_of(loaded, str(intent.params.get("id", ""))))


def _show(
    loaded: Loaded, intent: Intent, request: Request, *, form: str | None, as_json: bool
) -> None:
    base_url = loaded.settings.api.base_url
    # A password that was typed must not come back into scrollback, a file or a bug report.
    intent = replace(intent, params=masked(intent.params))
    request = replace(request, body=None if request.body is None else masked(request.body))
    if form is not None:
        shown = _in_form(form, intent, base_url)
        put(json.dumps({"form": form, "text": shown}) if as_json else shown)
    elif as_json:
        url, headers = url_of(request, base_url), headers_of(request)
        put(
            json.dumps(
                {"method": request.method, "url": url, "headers": headers, "body": request.body}
            )
        )
    else:
        put(as_http(request, base_url=base_url))


def _in_form(form: str, intent: Intent, base_url: str) -> str:
    """Without a command_id that nobody gave: what is kept to be used again must not look like a repetition."""
    call, params = intent.call_control_id, intent.params
    if form == "curl":
        return as_curl(_request(intent, with_id=COMMAND_ID in params), base_url=base_url)
    if form == "python":
        return as_python(intent.action, call_control_id=call, params=params, base_url=base_url)
    return as_send(intent.action, call_control_id=call, params=params)


def _send(loaded: Loaded, intent: Intent, wait: float | None, *, as_json: bool) -> int:
    with ExitStack() as stack:
        watch: EffectWatch | None = None
        if wait is not None:
            if asyncio.run(webhook_url(loaded)) is None:
                raise UsageError(_NO_ENGINE)
            watch = stack.enter_context(EffectWatch(loaded.journal_path, intent))
        done = asyncio.run(execute(loaded, intent))
        shown: dict[str, object] = done._asdict()
        if not as_json:
            put(outcome_sentence(done))
        effect = watch.follow(done, wait) if watch and wait is not None and done.ok else None
    if effect is not None:
        shown |= effect.as_json()
        if not as_json:
            put(effect.sentence)
    elif watch is not None:
        shown |= {"effect": None, "effect_message": "not accepted, so there is no effect"}
    if as_json:
        put(json.dumps(shown))
    return FAILED if effect is not None and not effect.ok else exit_code(done)


def _ask(loaded: Loaded, intent: Intent, *, as_json: bool) -> int:
    """The answer's data is what is printed."""
    is_whole = intent.action in _WALKED and not any(n.startswith("page") for n in intent.params)
    params = dict(intent.params)
    if intent.call_control_id is not None:
        params.setdefault(CALL, intent.call_control_id)
    answer = asyncio.run(ask(loaded, intent.action, params, every_page=is_whole))
    if as_json:
        shown = {
            "action": intent.action,
            CALL: intent.call_control_id,
            "ok": answer.ok,
            "status": answer.status,
            "message": answer.message,
            "data": answer.data,
            "meta": answer.meta,
        }
        put(json.dumps(shown))
    elif answer.ok:
        put(json.dumps(answer.data, indent=2))
    else:
        put(f"{intent.action}: {answer.message}")
    if answer.ok and has_more(answer.meta):
        note("there is more; name the page, as page.number=2 or page.after=CURSOR")
    return answer_code(answer)
