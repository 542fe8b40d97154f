"""Fetches the API key from where the configuration says it lives. No key passes through a setting or an error text."""

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from console.config.load import Loaded
from console.config.model import Api
from console.errors import ConfigError
from console.secret import Secret

API_KEY_VARIABLE = "TELNYX_API_KEY"
COMMAND_TIMEOUT_S = 20.0
_MOST_CHARACTERS = 4096


class ApiKey(NamedTuple):
    """The key and, in words, where it was found; without a key, where one was looked for."""

    secret: Secret | None
    source: str


def api_key(
    loaded: Loaded, environ: Mapping[str, str], *, timeout_s: float = COMMAND_TIMEOUT_S
) -> ApiKey:
    """The API key: `TELNYX_API_KEY` first, then the variable, file or command the settings name.

    Raises `ConfigError` when a file or command that is named does not give a key.
    """
    api = loaded.settings.api
    for variable in dict.fromkeys((API_KEY_VARIABLE, api.api_key_env)):
        value = environ.get(variable, "").strip() if variable else ""
        if value:
            return ApiKey(
                _secret(value, f"environment variable {variable}"), f"environment {variable}"
            )
    if api.api_key_file:
        file = loaded.located("api.api_key_file", api.api_key_file)
        return ApiKey(_secret(_first_line(file, "api.api_key_file"), str(file)), f"file {file}")
    argv = command(api)
    if argv:
        return ApiKey(_secret(_printed(argv, timeout_s), argv[0]), f"command {argv[0]}")
    return ApiKey(None, f"not set: {api.api_key_env or API_KEY_VARIABLE} is empty")


def is_referred_to(loaded: Loaded, environ: Mapping[str, str]) -> bool:
    """Whether there is any way to a key, without going it: nothing is read or run."""
    api = loaded.settings.api
    return bool(
        environ.get(API_KEY_VARIABLE)
        or (api.api_key_env and environ.get(api.api_key_env))
        or api.api_key_file
        or command(api)
    )


def public_key(loaded: Loaded) -> str | None:
    """The account's public key, from the setting or its file; None when neither is set."""
    api = loaded.settings.api
    if api.public_key:
        return api.public_key
    if api.public_key_file:
        file = loaded.located("api.public_key_file", api.public_key_file)
        return _first_line(file, "api.public_key_file")
    return None


def command(api: Api) -> Sequence[str]:
    """`api_key_command` as an argument list; a text is split as a shell would, but no shell runs it."""
    if not isinstance(api.api_key_command, str):
        return api.api_key_command
    try:
        return shlex.split(api.api_key_command)
    except ValueError as error:
        raise ConfigError(f"api.api_key_command: {error}; write it as a list of texts") from error


def _first_line(file: Path, key: str) -> str:
    try:
        with file.open(encoding="utf-8") as lines:
            # Some editors of Windows begin a UTF-8 text with a byte order mark.
            first = lines.readline(_MOST_CHARACTERS).removeprefix("\ufeff").strip()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{key}: {file} is not a text file") from error
    except OSError as error:
        raise ConfigError(f"{key}: {file} cannot be read: {error.strerror}") from error
    if not first:
        raise ConfigError(f"{key}: the first line of {file} is empty")
    return first


def _printed(argv: Sequence[str], timeout_s: float) -> str:
    """The first line a program prints; it gets no input, and what it says elsewhere is not repeated."""
    name = f"api.api_key_command: {argv[0]}"
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(f"{name} did not finish within {timeout_s:g} s") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a usable command"
        raise ConfigError(f"{name} cannot be run: {reason}") from None
    if done.returncode != 0:
        raise ConfigError(
            f"{name} failed (exit status {done.returncode}); run it by hand to see why"
        )
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        raise ConfigError(f"{name} printed nothing; it must print the API key")
    return lines[0].strip()


def _secret(value: str, where: str) -> Secret:
    """A key fit for a header. Its text appears in no error."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"the API key from {where} holds characters that no key has; check it")
    return Secret(value)
