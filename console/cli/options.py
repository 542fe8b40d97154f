"""The global options, accepted before and after the subcommand, and the configuration they lead to."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from console import __version__
from console.cli.given import Chosen as Chosen
from console.cli.given import address_flags as address_flags
from console.cli.given import forward_flags as forward_flags
from console.cli.given import poll_flags as poll_flags

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Number(click.FloatRange):
    """A number within bounds. `nan` and `inf` are none: nothing can be compared with the one, nor wait for the other."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{str(value)[:40]} is no number to count with.", param, ctx)
        return number


def chosen() -> Chosen:
    """The global options of the command line being run."""
    return click.get_current_context().ensure_object(Chosen)


def global_options(function: _Function) -> _Function:
    """Adds `--config --profile --journal --read-only --version` to a command; `chosen()` has their values."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


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


_FILE = click.Path(readable=False)
"""What cannot be read is told by whoever reads it, alike for a flag, a variable and the configuration."""

_OPTIONS = (
    _option("--config", metavar="FILE", type=_FILE, help="Configuration file."),
    _option(
        "--profile",
        metavar="NAME",
        shell_complete=_profiles,
        help="Profile of the configuration to use.",
    ),
    _option("--journal", metavar="FILE", type=_FILE, help="Journal to read or write."),
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
