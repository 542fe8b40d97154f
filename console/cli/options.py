"""The global options, accepted before and after the subcommand, and the configuration they lead to."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from console import __version__
from console.config.load import Flag, Loaded, load

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(slots=True)
class Chosen:
    """Global options as given; what stands nearer to the end of the command line wins."""

    config: str | None = None
    profile: str | None = None
    journal: str | None = None
    read_only: bool = False

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


def chosen() -> Chosen:
    """The global options of the command line being run."""
    return click.get_current_context().ensure_object(Chosen)


def global_options(function: _Function) -> _Function:
    """Adds `--config --profile --journal --read-only --version` to a command; `chosen()` has their values."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


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


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    given = ctx.ensure_object(Chosen)
    if value and param.name is not None:
        setattr(given, param.name, value)


def _profiles(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    from console.cli.suggestions import profiles

    return profiles(ctx, param, incomplete)


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value and not ctx.resilient_parsing:
        click.echo(f"call-console {__version__}")
        ctx.exit()


def _option(*names: str, **settings: Any) -> Callable[[_Function], _Function]:
    return click.option(*names, expose_value=False, callback=_keep, **settings)


_OPTIONS = (
    _option("--config", metavar="FILE", type=click.Path(), help="Configuration file."),
    _option(
        "--profile",
        metavar="NAME",
        shell_complete=_profiles,
        help="Profile of the configuration to use.",
    ),
    _option("--journal", metavar="FILE", type=click.Path(), help="Journal to read or write."),
    _option("--read-only", is_flag=True, help="Watch only; nothing can be sent."),
    click.option(
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_version,
        help="Show the version and exit.",
    ),
)
