"""Puts a desk together for `run` and `demo`: store over the journal, operator, the engine's life, the screen.

Imports nothing that the first frame does not need.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.cli.clock import now_micros
from console.cli.composition import operator_name, program, program_environment
from console.config.contacts import Contacts
from console.config.load import Loaded
from console.journal.opening import open_reader
from console.store.store import Store

if TYPE_CHECKING:
    from console.exports import Order
    from console.host import EngineHost
    from console.life import EngineLife
    from console.operator import Operator
    from console.ui.options import UiOptions

MINUTE_S = 60


def has_screen() -> bool:
    """Whether there is a terminal to draw on and to read keys from; a dumb one has no places to draw on."""
    # Textual draws on stderr, and asks stdin and stdout what they are.
    if os.environ.get("TERM") == "dumb":
        return False
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def engine_host(
    journal: Path, arguments: list[str], changes: Mapping[str, str | None] | None = None
) -> EngineHost:
    """The life of an engine for this journal, started with `call-console engine` and these arguments."""
    from console.host import EngineHost

    argv = program("engine", "--journal", str(journal), *arguments)
    return EngineHost(argv, program_environment(changes), journal)


async def make_journal(journal: Path) -> None:
    """An empty journal where there is none, so that it can be read before the engine is up."""
    if _is_missing(journal):
        from console.journal.sqlite import open_writer

        await open_writer(journal).aclose()


def _is_missing(journal: Path) -> bool:
    return not journal.exists() or journal.stat().st_size == 0


def ui_options(loaded: Loaded) -> UiOptions:
    """What the configuration says about the screen."""
    from console.ui.options import Prepared, UiOptions

    screen, settings = loaded.settings.screen, loaded.settings
    return UiOptions(
        read_only=settings.read_only,
        profile=loaded.profile,
        operator_name=operator_name(),
        caller_id=settings.api.caller_id or None,
        public_url=settings.listen.public_url or None,
        bell=screen.bell,
        confirm=frozenset({"hangup"} if screen.confirm_hangup else ()),
        refresh_hz=screen.refresh_hz,
        theme=screen.theme,
        ascii=screen.ascii,
        redact=screen.redact,
        mouse=screen.mouse,
        export_folder=Path(screen.export_folder) if screen.export_folder else None,
        error_log=loaded.journal_path.with_name("screen-errors.log"),
        memory=loaded.journal_path.with_name("form-values.json"),
        keep_connection=partial(_keep_connection, loaded),
        examine=partial(_examine, loaded),
        edit=_edited,
        end_edit=_end_editor,
        metrics=msgspec.structs.asdict(settings.metrics),
        alerts=loaded.alerts,
        keys=loaded.keys,
        config_file=loaded.file,
        themes=loaded.folder / "themes",
        restore=screen.restore,
        filters=tuple(loaded.filters.items()),
        columns=screen.columns,
        sort=screen.sort,
        presets=tuple(
            Prepared(name=preset.name, action=preset.action, params=preset.params)
            for preset in loaded.presets.values()
        ),
    )


async def _examine(loaded: Loaded) -> Sequence[tuple[str, str, str, str]]:
    from console.cli.checkup import examine

    return await examine(loaded, loaded.journal_path)


def _edited(body: bytes) -> bytes | None:
    from console.cli.editing import edited

    return edited(body)


def _end_editor() -> None:
    from console.cli.editing import end_editor

    end_editor()


def _keep_connection(loaded: Loaded, connection_id: str) -> str:
    from console.cli.connection import keep_connection

    return keep_connection(loaded, connection_id)


def demo_options(loaded: Loaded, caller_id: str, folder: Path) -> UiOptions:
    """The same for a demo: it has no account, calls from the simulator's number and leaves no log."""
    return replace(
        ui_options(loaded),
        profile=None,
        title="Call Console demo",
        caller_id=caller_id,
        error_log=folder / "screen-errors.log",
        memory=folder / "form-values.json",
        keep_connection=None,
        examine=None,
    )


async def show(
    loaded: Loaded,
    journal: Path,
    *,
    operator: Operator,
    life: EngineLife,
    options: UiOptions,
    contacts: Contacts,
    seconds: float | None = None,
) -> int:
    """Runs the screen until the operator leaves, at most so many seconds; its exit code."""
    from console.ui.app import ConsoleApp

    def export(order: Order, folder: Path | None, name: str, replaces: bool) -> Path:
        from console.cli.exporting.desk import carry_out

        return carry_out(loaded, journal, order, folder, name, replaces)

    await make_journal(journal)
    options = replace(options, export=export)
    reader = open_reader(journal)
    try:
        keep_us = round(loaded.settings.screen.ended_minutes * MINUTE_S * 1_000_000)
        store = Store(reader, clock=now_micros, keep_ended_for=keep_us)
        app = ConsoleApp(store, operator, life, options, contacts)
        leaving = None
        if seconds is not None:
            leaving = asyncio.get_running_loop().call_later(seconds, app.exit)
        await app.run_async(mouse=options.mouse)
        if leaving is not None:
            leaving.cancel()
        return app.return_code or 0
    finally:
        reader.close()
