"""`doctor`: what is wrong here, and what to do about it, in one line each."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from textwrap import wrap

import click

from console.cli.faults import public_key_faults, setting_faults
from console.cli.following import leave_at_once
from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.config.load import Loaded
from console.config.paths import config_path
from console.doctor.findings import (
    CONFIGURATION,
    Finding,
    Status,
    as_json,
    exit_code,
    fail,
    fit_to_show,
    ok,
    skipped,
    summary,
)
from console.doctor.terminal import TerminalFacts, terminal_findings
from console.errors import ConfigError
from console.ui.clipboard_programs import native

_SYMBOLS: Mapping[Status, str] = {
    Status.OK: "✓",
    Status.WARN: "!",
    Status.FAIL: "✗",
    Status.SKIPPED: "·",
}
_PLAIN: Mapping[Status, str] = {
    Status.OK: "+",
    Status.WARN: "!",
    Status.FAIL: "x",
    Status.SKIPPED: "-",
}
_NAME_WIDTH = 16
_STATUS_WIDTH = 7
_LEAST_ROOM = 30
_INDENT = " " * (2 + _STATUS_WIDTH + 1 + _NAME_WIDTH + 1)


@click.command("doctor")
@click.option(
    "--json", "as_list", is_flag=True, help="A JSON list: check, status, detail and fix of each."
)
@global_options
def command(as_list: bool) -> int:
    """Find out what is wrong, and what to do about it.

    Looks at configuration, keys, clock, engine, webhook port and URL, journal, application behind, tunnel and terminal, at
    the same time and within ten seconds. Changes nothing. Works without a configuration, a network or a terminal.

    Exit code 0: all well, or only warnings; 1: something is broken; 2: the configuration is wrong.

    --json prints one list of {"check","status","detail","fix"}; status is ok, warn, fail or skipped, fix is null where there
    is nothing to do. No key is in it.
    """
    found, secrets, is_stuck = _examined()
    shown = [fit_to_show(each, secrets) for each in found]
    code = exit_code(shown)
    if as_list:
        put(json.dumps([as_json(each) for each in shown]))
    else:
        _print(shown)
    if is_stuck:
        # A thread that waits for a name server, or for a disk, would hold us up.
        sys.stdout.flush()
        leave_at_once(code)
    return code


def _examined() -> tuple[list[Finding], Sequence[str], bool]:
    """Everything found, in the order of the report; texts that must not be shown; whether something hangs."""
    try:
        loaded = chosen().load()
        about = list(_configuration(loaded))
    except ConfigError as error:
        fix = "call-console config check lists everything that is wrong with it"
        broken = fail("configuration", error.user_message, fix, exit_code=CONFIGURATION)
        rest = skipped("engine", "nothing else is looked at without a configuration")
        return [broken, rest, *_terminal(ascii_only=False)], (), False
    from console.cli.examination import examined

    report, secrets = asyncio.run(examined(loaded))
    terminal = _terminal(ascii_only=loaded.settings.screen.ascii)
    return [*about, *report.findings, *terminal], secrets, report.is_stuck


def _configuration(loaded: Loaded) -> Iterator[Finding]:
    """Whether the settings are right, and the public key is one."""
    file = config_path(chosen().config, os.environ)[0]
    key_faults = list(public_key_faults(loaded))
    faults = [fault for fault in setting_faults(loaded) if fault not in key_faults]
    fix = "call-console config check, and call-console config show for who set what"
    for fault in faults:
        yield fail("configuration", fault, fix, exit_code=CONFIGURATION)
    if not faults:
        profile = f", profile {loaded.profile}" if loaded.profile else ""
        missing = "" if loaded.file_found else " does not exist; defaults are used"
        yield ok("configuration", f"{file}{missing}{profile}")
    yield from _public_key(loaded, key_faults)


def _public_key(loaded: Loaded, faults: Sequence[str]) -> Iterator[Finding]:
    check = "public_key"
    fix = "copy it from the portal (Keys & Credentials) to api.public_key or TELNYX_PUBLIC_KEY"
    api = loaded.settings.api
    if faults:
        yield fail(check, faults[0], fix, exit_code=CONFIGURATION)
    elif not api.public_key and not api.public_key_file:
        if loaded.settings.poll.enabled:
            yield skipped(check, "none is needed while Telnyx's records are read")
        else:
            yield fail(check, "none is set: every webhook is refused", fix)
    else:
        yield ok(check, f"well-formed ({loaded.sources['api.public_key']})")


def _terminal(*, ascii_only: bool) -> Iterator[Finding]:
    tool = native(os.environ)
    facts = TerminalFacts(
        environ=os.environ,
        size=_size(),
        encoding=getattr(sys.stdout, "encoding", "") or "",
        clipboard=None if tool is None else tool.name,
        ascii=ascii_only,
        colours_of=_colours_of,
    )
    return terminal_findings(facts)


def _size() -> tuple[int, int] | None:
    """Of the terminal on any of the three streams."""
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            if stream is not None and stream.isatty():
                columns, rows = os.get_terminal_size(stream.fileno())
                return columns, rows
        except (OSError, ValueError):
            continue
    return None


def _colours_of(term: str) -> int | None:
    """By the terminal database, where there is one."""
    if not term or find_spec("curses") is None:
        return None
    import curses

    try:
        curses.setupterm(term, sys.__stdout__.fileno() if sys.__stdout__ is not None else 1)
        return curses.tigetnum("colors")
    except (curses.error, OSError, ValueError):
        return None


def _print(findings: Sequence[Finding]) -> None:
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    symbols = _SYMBOLS if encoding.startswith("utf") else _PLAIN
    size = _size() if sys.stdout.isatty() else None
    for each in findings:
        head = f"{symbols[each.status]} {each.status:<{_STATUS_WIDTH}} {each.check:<{_NAME_WIDTH}} "
        _put(head, each.detail, size)
        if each.fix:
            _put(_INDENT, f"fix: {each.fix}", size)
    note(summary(findings))


def _put(head: str, words: str, size: tuple[int, int] | None) -> None:
    """A line; on a terminal, as many as it takes, one below the other."""
    room = 0 if size is None else size[0] - len(head)
    rows = [words] if room < _LEAST_ROOM else wrap(words, room, break_on_hyphens=False)
    for row in rows or [""]:
        put(f"{head}{row}", now=False)
        head = _INDENT
