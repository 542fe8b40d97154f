"""The command group: finds subcommands without loading them, and turns every error into a sentence and an exit code.

Must not import anything that a single subcommand needs: `--version` and completion have to be quick.
"""

import contextlib
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from console.cli.direct import COMPLETION_VARIABLE as COMPLETION_VARIABLE
from console.cli.early import INTERRUPTED
from console.cli.options import global_options
from console.cli.output import prepare_streams, reason_of, silence_stdout
from console.errors import ConsoleError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: Mapping[str, str] = {
    "run": "console.cli.run",
    "demo": "console.cli.demo",
    "listen": "console.cli.listen",
    "simulate": "console.cli.simulate",
    "calls": "console.cli.calls",
    "events": "console.cli.events",
    "replay": "console.cli.replay",
    "send": "console.cli.send",
    "commands": "console.cli.commands",
    "apps": "console.cli.apps",
    "config": "console.cli.config",
    "open": "console.cli.open",
    "export": "console.cli.export",
    "doctor": "console.cli.doctor",
    "init": "console.cli.init",
    "completion": "console.cli.completion",
    "engine": "console.cli.engine",
}
"""Subcommand → module with a click command called `command`."""

WITH_SCREEN = frozenset({"run", "demo", "open"})
"""These look for garbage after their first frame only."""

SHORT_HELP: Mapping[str, str] = {
    "run": "The screen, live (also without any command).",
    "demo": "The same screen against a built-in simulator; no account, no network.",
    "listen": "Record webhooks without a screen; a line for each.",
    "simulate": "The simulator alone.",
    "calls": "The legs on the board.",
    "events": "What the journal holds.",
    "replay": "Send recorded webhooks again.",
    "send": "Send one command, any that Telnyx has.",
    "commands": "Every command with its parameters.",
    "apps": "Call Control applications: list, check, change.",
    "config": "Show, check or find the configuration.",
    "open": "Look at a journal or an export in the same screen, offline.",
    "export": "A call, some calls or everything as a file.",
    "doctor": "Find out what is wrong, and what to do about it.",
    "init": "Set up the configuration.",
    "completion": "Let your shell complete: prints the script.",
}


class LazyGroup(click.Group):
    """Imports a subcommand's module when that subcommand is used, and not for the list of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(module).command
        if cmd_name not in WITH_SCREEN:
            gc.enable()
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.command is not a command")
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """Names of subcommands without loading them: click would load every one to see whether it is hidden."""
        from click.shell_completion import CompletionItem

        if incomplete and not incomplete[0].isalnum():
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=about)
            for name, about in SHORT_HELP.items()
            if name.startswith(incomplete)
        ]

    def invoke(self, ctx: click.Context) -> object:
        try:
            result: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read us has seen enough (`events | head`): that is no failure.
            silence_stdout()
            raise click.exceptions.Exit(0) from None
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                # The shell's prompt is not to stand behind the terminal's ^C.
                click.echo(err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(SHORT_HELP.items()))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@global_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Call Console: live Telnyx calls in your terminal.

    Without a command, opens the screen. Data goes to stdout, notes to stderr. Exit codes: 0 done, 1 failed,
    2 wrong usage or configuration, 3 refused by Telnyx, 4 could not reach Telnyx.
    """
    if ctx.invoked_subcommand is None:
        command = cli.get_command(ctx, "run")
        if command is None:
            raise LookupError("run")
        ctx.invoke(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line; the exit code (DESIGN 5.1)."""
    prepare_streams()
    if COMPLETION_VARIABLE in os.environ:
        return _complete()
    try:
        result = cli.main(args=argv, prog_name="call-console", standalone_mode=False)
    except ConsoleError as error:
        return _failed(error.user_message, error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # click leaves by `sys.exit`, asked not to, only where nobody reads what it prints itself (`--help | true`).
        silence_stdout()
        return 0
    except OSError as error:
        # A disk that is full is most likely the one that stdout goes to.
        silence_stdout()
        return _failed(f"the system refused to go on: {reason_of(error)}", ConsoleError.exit_code)
    return result if isinstance(result, int) else 0


def _complete() -> int:
    """Answers a shell that asks what may come next, or to be told how to ask."""
    from console.cli import shells

    try:
        cli.main(prog_name=shells.PROGRAM, complete_var=COMPLETION_VARIABLE)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except Exception:  # noqa: BLE001 - the border of the program: a shell's prompt is no place for a traceback
        return 1


def _failed(sentence: str, exit_code: int) -> int:
    with contextlib.suppress(OSError):
        click.echo(f"call-console: {sentence}", err=True)
    return exit_code
