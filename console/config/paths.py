"""Where the console's files live: one folder for settings, one for data, both of the user."""

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from console.errors import ConfigError

APPLICATION = "call-console"
CONFIG_NAME = "config.toml"
CONTACTS_NAME = "contacts.toml"
JOURNAL_NAME = "journal.sqlite3"
CONFIG_VARIABLE = "CALL_CONSOLE_CONFIG"


def default_config_path() -> Path:
    """`config.toml` in the user's configuration folder."""
    return platformdirs.user_config_path(APPLICATION) / CONFIG_NAME


def default_journal_path() -> Path:
    """`journal.sqlite3` in the user's data folder."""
    return platformdirs.user_data_path(APPLICATION) / JOURNAL_NAME


def config_path(flag: str | None, environ: Mapping[str, str]) -> tuple[Path, str | None]:
    """The configuration file and who named it (`--config`, the variable), None for the default place."""
    if flag:
        return expanded(flag, Path.cwd()), "--config"
    named = environ.get(CONFIG_VARIABLE)
    if named:
        return expanded(named, Path.cwd()), CONFIG_VARIABLE
    return default_config_path(), None


def expanded(text: str, base: Path) -> Path:
    """An absolute path: `~` is the user's home, a relative path starts at `base`."""
    try:
        return base / Path(text).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"{text}: there is no such home folder; write the path out") from error
