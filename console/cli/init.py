"""`init`: asks for what is needed to go live and writes config.toml. It never asks for the API key itself."""

import os
import sys
from pathlib import Path

import click
import tomli_w

from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.config import check
from console.config.keys import all_keys
from console.config.load import VARIABLES
from console.config.paths import config_path, expanded
from console.config.write import write_text
from console.errors import UsageError

_HEADING = """\
# Call Console. Every setting with its default is in config.example.toml; call-console config check looks for mistakes.
"""
_PLACES = {
    "env": ("api.api_key_env", "Name of the environment variable", "TELNYX_API_KEY"),
    "file": ("api.api_key_file", "File whose first line is the key", None),
    "command": ("api.api_key_command", "Command that prints the key", None),
}


@click.command("init", short_help="Set up the configuration.")
@click.option("--public-key", metavar="KEY", help="Public key of your account.")
@click.option("--api-key-env", metavar="NAME", help="Variable that holds the API key.")
@click.option("--api-key-file", metavar="FILE", help="File that holds the API key.")
@click.option("--api-key-command", metavar="CMD", help="Command that prints the API key.")
@click.option("--connection-id", metavar="ID", help="Id of your Call Control application.")
@click.option("--port", metavar="P", type=int, help="Port for webhooks.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing, replace an existing file.")
@global_options
def command(
    public_key: str | None,
    api_key_env: str | None,
    api_key_file: str | None,
    api_key_command: str | None,
    connection_id: str | None,
    port: int | None,
    yes: bool,
) -> int:
    """Set up: writes config.toml, asking for what the options do not say.

    The API key itself is never asked for or stored, only where it lives: a variable, a file or a command. With a key
    at hand your Call Control applications are listed to choose from.

    \b
      call-console init
      call-console init --yes --public-key KEY --api-key-command 'pass telnyx' --connection-id 1234567890
    """
    file = config_path(chosen().config, os.environ)[0]
    given: dict[str, object] = {
        "api.public_key": public_key,
        "api.api_key_env": api_key_env,
        "api.api_key_file": api_key_file,
        "api.api_key_command": api_key_command,
        "api.connection_id": connection_id,
        "listen.port": port,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if api_key_file is not None:
        # In the file a relative path would start at the file.
        values["api.api_key_file"] = str(expanded(api_key_file, Path.cwd()))
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(
                "init asks questions in a terminal; without one give options and --yes"
            )
        if file.exists() and not click.confirm(f"{file} exists. Replace it?", err=True):
            note("nothing written")
            return 1
        _ask(values)
    _write(file, values)
    _next_steps(file, values)
    return 0


def _ask(values: dict[str, object]) -> None:
    """Asks for what is not in `values` yet; an empty answer leaves a setting out."""
    if "api.public_key" not in values:
        _question(values, "api.public_key", "Public key (portal: Keys & Credentials)", "")
    if not any(name in values for name, _, _ in _PLACES.values()):
        place = click.prompt(
            "Where does your API key live (the key itself is not stored)",
            type=click.Choice(list(_PLACES)),
            default="env",
            err=True,
        )
        name, words, default = _PLACES[place]
        _question(values, name, words, default)
    if "api.connection_id" not in values:
        from console.cli.picker import picked_connection

        connection = picked_connection(values)
        if connection:
            values["api.connection_id"] = connection
    if "listen.port" not in values:
        values["listen.port"] = click.prompt("Port for webhooks", type=int, default=8080, err=True)


def _question(values: dict[str, object], name: str, words: str, default: str | None) -> None:
    answer = click.prompt(words, default=default, show_default=bool(default), err=True)
    if answer:
        values[name] = answer.strip()


def _write(file: Path, values: dict[str, object]) -> None:
    tables: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        reason = check.fault(all_keys()[name], value) or check.looks_like_a_key(
            all_keys()[name], value
        )
        if reason is not None:
            raise UsageError(f"{name}: {reason}")
        section, _, leaf = name.rpartition(".")
        tables.setdefault(section, {})[leaf] = value
    write_text(file, f"{_HEADING}\n{tomli_w.dumps(tables)}")


def _next_steps(file: Path, values: dict[str, object]) -> None:
    put(f"written: {file}")
    port = values.get("listen.port", all_keys()["listen.port"].default)
    variable = values.get("api.api_key_env", "TELNYX_API_KEY")
    where = VARIABLES["api.public_key"]
    steps = [
        "call-console config check",
        f"make http://localhost:{port}/webhooks reachable from the internet (a reverse proxy or a tunnel)",
        "in the Telnyx portal, or with: call-console apps update webhook_event_url=https://YOUR-HOST/webhooks"
        " webhook_api_version=2",
        "call-console apps show",
        "call-console",
    ]
    if not any(name in values for name in ("api.api_key_file", "api.api_key_command")):
        steps.insert(0, f"export {variable}=…   (your API key)")
    if "api.public_key" not in values:
        steps.insert(0, f"export {where}=…   (without it every webhook is refused)")
    note("next:")
    for number, step in enumerate(steps, 1):
        note(f"  {number}. {step}")
