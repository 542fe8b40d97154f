"""What was given on the command line: the global options, and the settings that a subcommand's own options are.

Must not import click: the screen starts without it (`console.cli.direct`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from console.config.load import Flag, Loaded, load


class Chosen:
    """Global options as given; what stands nearer to the end of the command line wins."""

    def __init__(self, *, journal: str | None = None) -> None:
        self.config: str | None = None
        self.profile: str | None = None
        self.journal = journal
        self.read_only = False

    def load(self, flags: Mapping[str, Flag] | None = None) -> Loaded:
        """The configuration in force, with a subcommand's own flags on top. Raises `ConfigError`."""
        given = dict(flags or {})
        if self.journal is not None:
            given["journal.path"] = Flag(self.journal, "--journal")
        if self.read_only:
            given["read_only"] = Flag(True, "--read-only")
        return load(os.environ, config=self.config, profile=self.profile, flags=given)

    def arguments(self) -> list[str]:
        """The same options, but the journal, as arguments for a child process."""
        given: list[str] = []
        for name, value in (("--config", self.config), ("--profile", self.profile)):
            if value is not None:
                given += [name, value]
        return [*given, "--read-only"] if self.read_only else given


class Wanted(NamedTuple):
    """A command line of `run`."""

    given: Chosen
    host: str | None = None
    port: int | None = None
    forward: str | None = None
    poll: bool = False
    fresh: bool = False
    take_url: bool = False


def address_flags(host: str | None, port: int | None) -> dict[str, Flag]:
    """`--host` and `--port` as settings, where given."""
    flags: dict[str, Flag] = {}
    if host is not None:
        flags["listen.host"] = Flag(host, "--host")
    if port is not None:
        flags["listen.port"] = Flag(port, "--port")
    return flags


def forward_flags(url: str | None) -> dict[str, Flag]:
    """`--forward` as a setting, where given; an empty one forwards nowhere."""
    return {} if url is None else {"forward.target": Flag(url, "--forward")}


def poll_flags(poll: bool) -> dict[str, Flag]:
    """`--poll` as a setting, where given."""
    return {"poll.enabled": Flag(True, "--poll")} if poll else {}


def fresh_flags(fresh: bool) -> dict[str, Flag]:
    """`--fresh` as a setting, where given."""
    return {"screen.restore": Flag(False, "--fresh")} if fresh else {}


def admin_flags(port: int | None) -> dict[str, Flag]:
    """`--admin-port` as a setting, where given; 0 opens none."""
    return {} if port is None else {"admin.port": Flag(port, "--admin-port")}
