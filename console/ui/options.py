"""What the screen can be told, as plain values: filled by the command line from the configuration."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.entries import Micros

if TYPE_CHECKING:
    from console.exports import Order


def wall_clock() -> Micros:
    """Now, in µs since 1970."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Prepared:
    """A command with parameters filled in beforehand, by a name of the operator's (`[presets.NAME]`)."""

    name: str
    action: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class UiOptions:
    """Times in seconds where the name says `_s`; every value has a default that works."""

    read_only: bool = False
    """Removes every key that would send something."""
    profile: str | None = None
    """The profile's name, always visible."""
    title: str = "Call Console"
    operator_name: str = ""
    """Recorded with every command."""
    caller_id: str | None = None
    """The number a dialled leg shows, unless the operator types another."""
    public_url: str | None = None
    """Where the internet reaches this console's webhooks, where that is known: tells which application is ours."""
    take_url: bool = False
    """Ask at the start whether the application's webhooks are to come here."""
    forward: str | None = None
    """The target that was asked for on the command line: an engine that runs already may have another."""
    host: str | None = None
    port: int | None = None
    poll: bool = False
    """How it was asked on the command line to hear of calls: an engine that runs already may do otherwise."""
    filter: str = ""
    """The filter of the calls at start."""
    filters: tuple[tuple[str, str], ...] = ()
    """Filters with names, to be chosen with a key: name and text."""
    columns: tuple[str, ...] = ()
    """Columns of the calls, as `from` or with a width as `from:20`; empty: those the width has room for."""
    sort: str = ""
    """The column the calls are sorted by, with `-` before it by its other end; empty: who waits longest first."""
    bell: bool = True
    """Ring the terminal's bell for a new incoming call."""
    confirm: frozenset[str] = frozenset({"hangup"})
    """Commands that ask before they are sent; reject always asks, because it needs a cause."""
    presets: tuple[Prepared, ...] = ()
    metrics: Mapping[str, object] = field(default_factory=dict)
    """What decides the figures, by the names of the configuration's `[metrics]`."""
    alerts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Checked tables `[alerts.NAME]`."""
    keys: Mapping[str, object] = field(default_factory=dict)
    """Keys of the operator's own by the action's id, as the configuration has them; what is wrong is said and left out."""
    config_file: Path | None = None
    """Where they are written, for what is said of them."""
    themes: Path | None = None
    """The folder with themes of the operator's own."""
    restore: bool = True
    """Begin with panes, filters, theme and call as they were left."""
    memory: Path | None = None
    """Where the last values of forms are kept (0600, without secrets); None: only while the desk is open."""
    keep_connection: Callable[[str], str] | None = None
    """Writes the choice of an application into the configuration: where, in words. None: it lasts until the engine ends."""
    refresh_hz: float = 10.0
    """How often the journal is looked at and the panes are painted, at most."""
    health_every_s: float = 2.0
    terminal_check_s: float = 5.0
    leave_timeout_s: float = 5.0
    """How long to wait for the engine to end, once the terminal is back; longer where it has a URL to give back."""
    edit: Callable[[bytes], bytes | None] | None = None
    """Lets the operator change a text in an editor, which has the terminal meanwhile; None: nothing was changed."""
    end_edit: Callable[[], None] | None = None
    """Ends that editor, from a signal handler: whoever tells the screen to leave means both."""
    say_on_leaving: Callable[[str], None] | None = None
    """Tells the operator something on the terminal that is back."""
    theme: str = "console-dark"
    ascii: bool = False
    """Draw states with ASCII only."""
    mouse: bool = True
    export_folder: Path | None = None
    """Where files go that the operator saves; None: where the program was started."""
    error_log: Path | None = None
    """Where tracebacks go (0600, without local variables); None: nowhere."""
    export: Callable[[Order, Path | None, str, bool], Path] | None = None
    """Carries out an order: into a folder, under a name, replacing a file or not; where it was written. Takes a while,
    so it is called in a thread. Raises `ConsoleError`; `FileExists` where it may not replace.
    """
    examine: Callable[[], Awaitable[Sequence[tuple[str, str, str, str]]]] | None = None
    """Finds out what is wrong: check, status (`ok`, `warn`, `fail`, `skipped`), detail and fix of each. Raises `ConsoleError`."""
    redact: bool = False
    """Begin with everything masked."""
    offline: str = ""
    """The file that is looked at in the place of what goes on now; nothing can be sent then."""
    offline_trouble: str = ""
    """What of the file could not be read, in words."""
    screenshot: Path | None = None
    """Save the screen as SVG here after `screenshot_after_s`, then leave."""
    screenshot_after_s: float = 2.0
    clock: Callable[[], Micros] = wall_clock
