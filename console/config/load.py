"""Reads the configuration: flag, environment, profile, file, default, in this order of strength.

Every value remembers who set it, so that `config show` can say which one won. What checks a file is loaded when there
is a file, and what words a fault when there is one: most starts of the screen need neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from console.config.model import PROFILES, Settings
from console.config.paths import (
    CONTACTS_NAME,
    config_path,
    default_journal_path,
    expanded,
)
from console.errors import ConfigError

if TYPE_CHECKING:
    from console.config.alerts import Tables
    from console.config.presets import Preset

PROFILE_VARIABLE = "CALL_CONSOLE_PROFILE"

VARIABLES: Mapping[str, str] = {
    "api.public_key": "TELNYX_PUBLIC_KEY",
    "api.base_url": "TELNYX_BASE_URL",
    "api.connection_id": "CALL_CONSOLE_CONNECTION_ID",
    "journal.path": "CALL_CONSOLE_JOURNAL",
}
"""Which environment variable sets which setting; the first two as in Telnyx's own libraries."""


class Origin(StrEnum):
    """Who can set a value, strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    PROFILE = "profile"
    FILE = "file"
    DEFAULT = "default"


class Source(NamedTuple):
    """Where a value came from: `detail` is the flag, the variable, the profile's name or the file."""

    origin: Origin
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.origin} {self.detail}".strip()


class Flag(NamedTuple):
    """A value given on the command line, and the flag's name for `config show`."""

    value: object
    name: str


class Sources(Mapping[str, Source]):
    """Who set each setting, by its dotted name; those that nobody set are read from the model when asked for."""

    def __init__(self, named: Mapping[str, Source]) -> None:
        self._named = named

    def __getitem__(self, name: str) -> Source:
        found = self._named.get(name)
        if found is not None:
            return found
        if name not in _names():
            raise KeyError(name)
        return Source(Origin.DEFAULT)

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())


def _names() -> Mapping[str, object]:
    from console.config.keys import all_keys

    return all_keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A checked configuration. `file_found` tells whether the file exists at all."""

    settings: Settings
    sources: Mapping[str, Source]
    file: Path
    file_found: bool
    profile: str | None
    filters: Mapping[str, str] = field(default_factory=dict)
    """Filters by name; those of the profile stand before those of the file. Checked when one is used."""
    presets: Mapping[str, Preset] = field(default_factory=dict)
    """By name; those of the profile stand before those of the file."""
    keys: Mapping[str, object] = field(default_factory=dict)
    """Keys by the action's id, likewise. What they mean is checked by the screen, and by `config check`."""
    alerts: Tables = field(default_factory=dict)
    """Likewise, as in the file."""

    @property
    def folder(self) -> Path:
        """Where relative paths in the file start, and where contacts.toml lives."""
        return self.file.parent

    @property
    def contacts_path(self) -> Path:
        """`contacts.toml` beside the configuration file."""
        return self.folder / CONTACTS_NAME

    @property
    def journal_path(self) -> Path:
        """The journal's file, absolute."""
        named = self.settings.journal.path
        return self.located("journal.path", named) if named else default_journal_path()

    def located(self, key: str, text: str) -> Path:
        """A path setting made absolute: from the file's folder when the file says it, else from here."""
        in_file = self.sources[key].origin in (Origin.FILE, Origin.PROFILE)
        return expanded(text, self.folder if in_file else Path.cwd())

    def value(self, key: str) -> object:
        """A setting by its dotted name."""
        found: object = self.settings
        for part in key.split("."):
            found = getattr(found, part)
        return found


def load(
    environ: Mapping[str, str],
    *,
    config: str | None = None,
    profile: str | None = None,
    flags: Mapping[str, Flag] | None = None,
) -> Loaded:
    """The configuration in force. Raises `ConfigError` naming file or variable, key and what to do."""
    file, named_by = config_path(config, environ)
    tables = read_tables(file, required_by=named_by)
    if tables:
        _check_file(tables, file)
    chosen = profile or environ.get(PROFILE_VARIABLE) or None
    layers = [
        _file_layer(tables or {}, file),
        _profile_layer(tables or {}, chosen, file),
        _environment_layer(environ),
        _flag_layer(flags or {}),
    ]
    values: dict[str, object] = {}
    sources: dict[str, Source] = {}
    for layer in layers:
        for name, (value, source) in layer.items():
            values[name] = value
            sources[name] = source
    try:
        settings = msgspec.convert(_nested(values), Settings)
    except msgspec.ValidationError:
        _check_given(environ, flags or {})
        raise
    loaded = Loaded(
        settings=settings,
        sources=Sources(sources),
        file=file,
        file_found=tables is not None,
        profile=chosen,
    )
    return _with_named(loaded, tables, chosen) if tables else loaded


def _check_file(tables: Mapping[str, object], file: Path) -> None:
    from console.config import check

    problems = list(check.findings(tables))
    if problems:
        first, more = problems[0], len(problems) - 1
        rest = f" ({more} more: call-console config check)" if more else ""
        where = f"{first.key}: " if first.key else ""
        raise ConfigError(f"{file}: {where}{first.sentence}{rest}")


def _with_named(loaded: Loaded, tables: Mapping[str, object], profile: str | None) -> Loaded:
    """With the tables whose keys are the operator's own names; the profile's stand before the file's."""
    from console.config.alerts import alerts_of
    from console.config.filters import filters_of
    from console.config.keymap import keys_of
    from console.config.presets import presets_of

    own = _profile(tables, profile)
    return replace(
        loaded,
        filters=filters_of(tables) | filters_of(own),
        presets=presets_of(tables) | presets_of(own),
        keys=keys_of(tables) | keys_of(own),
        alerts=alerts_of(tables) | alerts_of(own),
    )


def read_tables(file: Path, *, required_by: str | None) -> dict[str, object] | None:
    """The tables of a TOML file; None when it does not exist and nobody named it."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required_by is None:
            return None
        raise ConfigError(
            f"{file}: there is no such file ({required_by}); call-console init writes one"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    from console.config import check

    return check.parsed(text, file)


_Layer = dict[str, tuple[object, Source]]


def _file_layer(tables: Mapping[str, object], file: Path) -> _Layer:
    if not tables:
        return {}
    from console.config import check

    source = Source(Origin.FILE, str(file))
    return {name: (value, source) for name, value in check.flat(tables).items()}


def _profile_layer(tables: Mapping[str, object], name: str | None, file: Path) -> _Layer:
    if name is None:
        return {}
    profiles = tables.get(PROFILES, {})
    known = list(profiles) if isinstance(profiles, Mapping) else []
    profile = profiles.get(name) if isinstance(profiles, Mapping) else None
    if not isinstance(profile, Mapping):
        hint = (
            f"it has {', '.join(known)}" if known else f"it has none; add [{PROFILES}.{name}.api]"
        )
        raise ConfigError(f"{file}: there is no profile {name}; {hint}")
    from console.config import check

    source = Source(Origin.PROFILE, name)
    return {key: (value, source) for key, value in check.flat(profile).items()}


def _profile(tables: Mapping[str, object], name: str | None) -> Mapping[str, object]:
    profiles = tables.get(PROFILES, {})
    profile = profiles.get(name) if isinstance(profiles, Mapping) else None
    return profile if isinstance(profile, Mapping) else {}


def _environment_layer(environ: Mapping[str, str]) -> _Layer:
    layer: _Layer = {}
    for name, variable in VARIABLES.items():
        value = environ.get(variable)
        if value:
            layer[name] = (value, Source(Origin.ENVIRONMENT, variable))
    return layer


def _flag_layer(flags: Mapping[str, Flag]) -> _Layer:
    return {name: (flag.value, Source(Origin.FLAG, flag.name)) for name, flag in flags.items()}


def _check_given(environ: Mapping[str, str], flags: Mapping[str, Flag]) -> None:
    """Raises `ConfigError` for the first variable or flag whose value does not fit its setting."""
    from console.config.check import fault
    from console.config.keys import all_keys

    given = [(f"environment variable {VARIABLES[name]}", name, value)
             for name, (value, _source) in _environment_layer(environ).items()]  # fmt: skip
    given += [(flag.name, name, flag.value) for name, flag in flags.items()]
    for who, name, value in given:
        reason = fault(all_keys()[name], value)
        if reason is not None:
            raise ConfigError(f"{who}: {reason}")


def _nested(values: Mapping[str, object]) -> dict[str, object]:
    tables: dict[str, object] = {}
    for name, value in values.items():
        section, _, leaf = name.rpartition(".")
        if not section:
            tables[leaf] = value
            continue
        table = tables.setdefault(section, {})
        if isinstance(table, dict):
            table[leaf] = value
    return tables
