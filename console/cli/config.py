"""`config show|check|path`: what is set, by whom, and what is wrong with it."""

import json
import os
from collections.abc import Iterator

import click

from console.cli.faults import setting_faults
from console.cli.options import chosen, global_options
from console.cli.output import note, put
from console.config import check
from console.config.keys import all_keys
from console.config.load import Loaded, read_tables
from console.config.missing import missing
from console.config.paths import config_path
from console.config.secrets import API_KEY_VARIABLE, api_key
from console.errors import ConfigError

_NAME_WIDTH = 27
_VALUE_WIDTH = 40
_NO_SETTINGS = frozenset({"api key", "filters", "keys", "presets", "journal in use"})


@click.group("config")
@global_options
def command() -> None:
    """Show, check or find the configuration."""


@command.command("path")
@global_options
def path() -> None:
    """Where the configuration file is, whether it exists or not."""
    put(str(config_path(chosen().config, os.environ)[0]))


@command.command("show")
@click.option(
    "--json", "as_json", is_flag=True, help="A JSON object: value and source of each key."
)
@global_options
def show(as_json: bool) -> None:
    """Every setting, its value and which source won; the API key is masked."""
    loaded = chosen().load()
    rows = [(name, loaded.value(name), str(loaded.sources[name])) for name in all_keys()]
    rows.append(("api key", *_key_row(loaded)))
    if loaded.filters:
        names = ", ".join(f"{name} ({text})" for name, text in loaded.filters.items())
        rows.append(("filters", names, f"file {loaded.file}"))
    if loaded.keys:
        names = ", ".join(f"{name} ({keys})" for name, keys in loaded.keys.items())
        rows.append(("keys", names, f"file {loaded.file}"))
    if loaded.presets:
        names = ", ".join(f"{each.name} ({each.action})" for each in loaded.presets.values())
        rows.append(("presets", names, f"file {loaded.file}"))
    rows.append(("journal in use", str(loaded.journal_path), str(loaded.sources["journal.path"])))
    if as_json:
        put(json.dumps({name: {"value": value, "source": by} for name, value, by in rows}))
        return
    note(f"file: {loaded.file}{'' if loaded.file_found else ' (does not exist)'}")
    note(f"profile: {loaded.profile or 'none'}")
    for name, value, by in rows:
        shown = str(value) if name in _NO_SETTINGS else json.dumps(value)
        put(f"{name:<{_NAME_WIDTH}} {shown:<{_VALUE_WIDTH}} {by}", now=False)


@command.command("check")
@global_options
def check_() -> None:
    """Look for mistakes: unknown keys, wrong values, presets of commands that do not exist, keys and files that cannot
    be used.
    """
    file, named_by = config_path(chosen().config, os.environ)
    wrong = list(check.findings(read_tables(file, required_by=named_by) or {}))
    if wrong:
        for finding in wrong:
            note(f"{file}: {finding.key}: {finding.sentence}")
        raise ConfigError(f"{file}: {_count(len(wrong))} to mend")
    loaded = chosen().load()
    faults = list(_faults(loaded))
    for sentence in faults:
        note(sentence)
    if faults:
        raise ConfigError(f"{_count(len(faults))} to mend")
    for sentence in missing(loaded, os.environ):
        note(sentence)
    put(f"{loaded.file}: fine" if loaded.file_found else "no configuration file; defaults are fine")


def _key_row(loaded: Loaded) -> tuple[str, str]:
    try:
        key = api_key(loaded, os.environ)
    except ConfigError as error:
        return "***", error.user_message
    if key.secret is None:
        return "not set", f"{API_KEY_VARIABLE}, api_key_file and api_key_command are empty"
    return key.secret.masked(), key.source


def _faults(loaded: Loaded) -> Iterator[str]:
    """What the file's shape does not show, and whether the API key can be had."""
    yield from setting_faults(loaded)
    try:
        api_key(loaded, os.environ)
    except ConfigError as error:
        yield error.user_message


def _count(number: int) -> str:
    return "one thing" if number == 1 else f"{number} things"
