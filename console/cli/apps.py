"""`apps list|show|create|update|delete`: Call Control applications, and whether they lead calls to this console.

Questions and changes go the way of every command: through the engine that serves this journal, else directly. Changes
are journaled.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import Mapping, Sequence

import click

from console.cli import suggestions
from console.cli.composition import operator_name
from console.cli.confirmation import agreed_by_name, is_asked
from console.cli.delivery import (
    DONE,
    FAILED,
    REFUSED,
    UNREACHABLE,
    USAGE,
    answer_code,
    ask,
    execute,
    exit_code,
    webhook_url,
)
from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.cli.send import READ_ONLY, outcome_sentence
from console.config.load import Loaded
from console.domain.entries import CommandDone, Intent
from console.domain.text import clean
from console.domain.values import text
from console.errors import ConfigError, EngineError, Refused, Unreachable, UsageError
from console.reports import QueryAnswer
from console.telnyx.applications import (
    Check,
    Difference,
    Level,
    checks,
    diff,
    editable,
    same_url,
    update_params,
    worst,
)
from console.telnyx.requests import check, parse_pairs

Application = Mapping[str, object]

_LIST, _SHOW, _CREATE, _UPDATE, _DELETE = (
    f"apps.{verb}" for verb in ("list", "show", "create", "update", "delete")
)
_NAME_WIDTH = 28
_SETTING_WIDTH = 34
_SIGNS = {Level.OK: "ok  ", Level.WARN: "warn", Level.BAD: "bad "}
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object for each result.")
_YES = click.option("--yes", "-y", is_flag=True, help="Do not ask.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
_OUR_URL = click.option(
    "--our-url",
    metavar="URL",
    help="Where the internet reaches this console; else listen.public_url.",
)
_ID = click.argument("id_", metavar="[ID]", required=False, shell_complete=suggestions.applications)
_PAIRS = click.argument(
    "pairs",
    nargs=-1,
    metavar="[NAME=VALUE]...",
    shell_complete=suggestions.pairs_of_application,
)


@click.group("apps", short_help="Call Control applications: list, check, change.")
@global_options
def command() -> None:
    """Call Control applications: what Telnyx knows of them, and whether their calls reach this console.

    ID is api.connection_id of the configuration unless given. `call-console commands apps.update` explains every
    setting. All of it goes through the engine that serves the journal, if one runs, else to Telnyx directly, which needs
    an API key; changes are recorded either way.

    \b
      call-console apps list
      call-console apps show
      call-console apps update webhook_event_url=https://YOUR-HOST/webhooks webhook_api_version=2
    """


@command.command("list", short_help="All applications, with the gravest finding of each.")
@_OUR_URL
@_JSON
@global_options
def list_(our_url: str | None, as_json: bool) -> int:
    """All applications, page after page.

    --json prints each application as Telnyx has it, one object a line.
    """
    loaded = chosen().load()
    found = asyncio.run(all_applications(loaded))
    if as_json:
        for each in found:
            put(json.dumps(each))
        return DONE
    if not found:
        note("no applications; call-console apps create makes one")
        return DONE
    put(_row("id", "name", "state", "webhooks"), now=False)
    ours = _OurUrl(loaded, our_url)
    for each in found:
        level = worst(checks(each, our_url=ours.as_seen_by(each)))
        name, id_ = text(each, "application_name") or "", text(each, "id") or ""
        put(_row(id_, name, level, text(each, "webhook_event_url") or "nowhere"), now=False)
    note("call-console apps show ID says what is wrong")
    return DONE


@command.command("show", short_help="One application, its settings and what is wrong with them.")
@_ID
@_OUR_URL
@_JSON
@global_options
def show(id_: str | None, our_url: str | None, as_json: bool) -> int:
    """One application with its settings, and the checks that decide whether its calls reach this console.

    Exit code 1 if a check is bad. --json prints {"application": …, "checks": [{"name","level","sentence","fix"}]}.
    """
    loaded = chosen().load()
    application = asyncio.run(one_application(loaded, _id(loaded, id_)))
    found = checks(application, our_url=_OurUrl(loaded, our_url).as_seen_by(application))
    if as_json:
        listed = [_check_json(each) for each in found]
        put(json.dumps({"application": application, "checks": listed}))
    else:
        _print_application(application)
        put("")
        _print_checks(found)
    return FAILED if worst(found) is Level.BAD else DONE


@command.command("create", short_help="Make an application that leads its calls here.")
@_PAIRS
@_YES
@_DRY_RUN
@_OUR_URL
@_JSON
@global_options
def create(
    pairs: tuple[str, ...], yes: bool, dry_run: bool, our_url: str | None, as_json: bool
) -> int:
    """Make an application: apps create application_name=Support webhook_event_url=https://…/webhooks

    The address may be left out when --our-url or listen.public_url has it. webhook_api_version is 2 unless given.
    """
    loaded = chosen().load()
    params = parse_pairs(_CREATE, pairs)
    params.setdefault("webhook_api_version", "2")
    url = our_url or loaded.settings.listen.public_url
    if url:
        params.setdefault("webhook_event_url", url)
    _refuse(_CREATE, params)
    return _change(loaded, _CREATE, params, diff({}, params), yes=yes, dry=dry_run, as_json=as_json)


@command.command("update", short_help="Change an application; shows the difference first.")
@_ID
@_PAIRS
@_YES
@_DRY_RUN
@_JSON
@global_options
def update(id_: str | None, pairs: tuple[str, ...], yes: bool, dry_run: bool, as_json: bool) -> int:
    """Change settings of an application: apps update ID webhook_api_version=2 outbound.channel_limit=20

    Shows what changes and asks before it is saved. What Telnyx wants to be told again is filled from the present
    settings.
    """
    loaded = chosen().load()
    if id_ is not None and "=" in id_:
        pairs, id_ = (id_, *pairs), None
    changes = parse_pairs(_UPDATE, pairs)
    if not changes:
        raise UsageError("say what to change: apps update ID NAME=VALUE …")
    application_id = _id(loaded, id_)
    application = asyncio.run(one_application(loaded, application_id))
    params = update_params(application, changes)
    _refuse(_UPDATE, params)
    differences = diff(application, params)
    if not differences:
        note("nothing changes")
        return DONE
    params["id"] = application_id
    return _change(loaded, _UPDATE, params, differences, yes=yes, dry=dry_run, as_json=as_json)


@command.command("delete", short_help="Remove an application, after its name was typed.")
@click.argument("id_", metavar="ID", shell_complete=suggestions.applications)
@_YES
@_JSON
@global_options
def delete(id_: str, yes: bool, as_json: bool) -> int:
    """Remove an application. Its name has to be typed; --yes does without, and is needed where nobody can be asked."""
    loaded = chosen().load()
    _writable(loaded)
    if not yes and not agreed_by_name(name_of(loaded, id_)):
        note("not deleted")
        return FAILED
    return _execute(loaded, _DELETE, {"id": id_}, as_json=as_json)


async def all_applications(loaded: Loaded, *, directly: bool = False) -> Sequence[Application]:
    """Every application of the account; `directly` asks past any engine.

    Raises `ConfigError` without a key, `ApiError` where Telnyx does not tell, `EngineError`.
    """
    page = {"page": {"size": 100}}
    answer = await ask(loaded, _LIST, page, every_page=True, directly=directly)
    return _told(answer, "applications").rows


async def one_application(loaded: Loaded, id_: str) -> Application:
    """One application by its id. Raises as `all_applications`."""
    answer = await ask(loaded, _SHOW, {"id": id_})
    return _told(answer, f"application {clean(id_)}").fields


def _told(answer: QueryAnswer, what: str) -> QueryAnswer:
    """The answer, if it is one."""
    code = answer_code(answer)
    if code == DONE:
        return answer
    kinds = {REFUSED: Refused, UNREACHABLE: Unreachable, USAGE: ConfigError}
    raise kinds.get(code, EngineError)(f"{what}: {answer.message}")


def name_of(loaded: Loaded, id_: str) -> str:
    """The application's name, to be typed before it goes. Raises as `all_applications`."""
    if not is_asked():  # nobody will type it: not even Telnyx need be asked
        return ""
    return text(asyncio.run(one_application(loaded, id_)), "application_name") or id_


def print_checks(found: Sequence[Check]) -> None:
    """A line for each finding, on stderr: advice, not data."""
    for each in found:
        note(f"{_SIGNS[each.level]}  {each.sentence}{f'; {each.fix}' if each.fix else ''}")


def _change(
    loaded: Loaded,
    action: str,
    params: dict[str, object],
    differences: Sequence[Difference],
    *,
    yes: bool,
    dry: bool,
    as_json: bool,
) -> int:
    """Shows the difference, asks, saves."""
    if dry and as_json:
        put(json.dumps({"changes": [each._asdict() for each in differences]}))
        return DONE
    for each in differences:
        (put if dry else note)(_difference(each))
    if dry:
        return DONE
    _writable(loaded)
    if not yes and sys.stdin.isatty() and not click.confirm("Save?", default=False, err=True):
        note("not saved")
        return FAILED
    return _execute(loaded, action, params, as_json=as_json)


def _execute(loaded: Loaded, action: str, params: dict[str, object], *, as_json: bool) -> int:
    intent = Intent(
        command_id=str(uuid.uuid4()), action=action, params=params, operator=operator_name()
    )
    done: CommandDone = asyncio.run(execute(loaded, intent))
    put(json.dumps(done._asdict()) if as_json else _sentence(done))
    return exit_code(done)


def _sentence(done: CommandDone) -> str:
    made = text(done.data, "id") if done.ok and done.action == _CREATE else None
    return f"{outcome_sentence(done)}{f', id {clean(made)}' if made else ''}"


def _writable(loaded: Loaded) -> None:
    if loaded.settings.read_only:
        raise UsageError(READ_ONLY)


def _refuse(action: str, params: Mapping[str, object]) -> None:
    problems = [f"{each.sentence}: {each.advice}" for each in check(action, params)]
    if problems:
        raise UsageError("; ".join(problems))


def _id(loaded: Loaded, given: str | None) -> str:
    id_ = given or loaded.settings.api.connection_id
    if not id_:
        raise UsageError("which application? Give its ID, or set api.connection_id")
    return id_


class _OurUrl:
    """Where webhooks reach this console: as told, else as the engine listens where they go straight to it."""

    def __init__(self, loaded: Loaded, given: str | None) -> None:
        self._told = given or loaded.settings.listen.public_url or None
        self._local = None if self._told else asyncio.run(webhook_url(loaded))

    def as_seen_by(self, application: Application) -> str | None:
        """Our address for the checks of this application, None where it is not known."""
        url = text(application, "webhook_event_url")
        if self._told is not None or not self._local or url is None:
            return self._told
        return self._local if same_url(self._local, url) else None


def _print_application(application: Application) -> None:
    put(
        f"{clean(text(application, 'application_name') or '')} ({clean(text(application, 'id') or '')})"
    )
    for name, value in editable(application).items():
        if name != "application_name":
            put(f"  {name:<{_SETTING_WIDTH}} {_shown(value)}")


def _print_checks(found: Sequence[Check]) -> None:
    for each in found:
        put(f"{_SIGNS[each.level]}  {each.sentence}")
        if each.fix:
            put(f"      {each.fix}")


def _check_json(each: Check) -> dict[str, object]:
    return {
        "name": each.name,
        "level": str(each.level),
        "sentence": each.sentence,
        "fix": each.fix or None,
    }


def _difference(each: Difference) -> str:
    if each.before is None:
        return f"+ {each.name}: {_shown(each.after)}"
    return f"~ {each.name}: {_shown(each.before)} → {_shown(each.after)}"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "-"
    return clean(value) if isinstance(value, str) else json.dumps(value)


def _row(id_: str, name: str, state: str, url: str) -> str:
    return f"{clean(id_):<20} {clean(name):<{_NAME_WIDTH}} {state:<5} {clean(url)}"
