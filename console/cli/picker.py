"""Lets a person choose one of the account's applications, where a key is at hand to list them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

import click

from console.cli.apps import all_applications, print_checks
from console.cli.output import note
from console.config.load import PROFILE_VARIABLE, Flag, Loaded, load
from console.config.secrets import API_KEY_VARIABLE, api_key
from console.errors import ConsoleError
from console.telnyx.choosing import Choice, choices_of, picked

_TIMEOUT_S = 5.0
_TYPED = "Id of your Call Control application"


def picked_connection(values: Mapping[str, object]) -> str:
    """The id of the application to use, empty for none; `values` are the settings answered so far, by name.

    Where applications cannot be listed, whatever the reason, the id is typed.
    """
    found = _listed(values)
    if not found:
        return _asked(_TYPED)
    for place, each in enumerate(found, 1):
        note(f"  {place}  {each.line}")
    answer = _asked("Which application? Its number here, or any id")
    chosen = picked(found, answer)
    if chosen is None:
        return answer
    print_checks(chosen.problems)
    return chosen.id


def _listed(values: Mapping[str, object]) -> tuple[Choice, ...]:
    """The account's applications; none where there is no key yet or Telnyx cannot be asked, and why on stderr."""
    try:
        loaded = _settings(values)
        if api_key(loaded, os.environ).secret is None:
            variable = loaded.settings.api.api_key_env or API_KEY_VARIABLE
            note(f"{variable} is not set, so your applications cannot be listed")
            return ()
        found = choices_of(asyncio.run(all_applications(loaded, directly=True)))
    except ConsoleError as error:
        note(f"your applications cannot be listed: {error.user_message}")
        return ()
    if not found:
        note("the account has no applications yet; call-console apps create makes one")
    return found


def _settings(values: Mapping[str, object]) -> Loaded:
    """The answers so far as a configuration, without any file: the one there is may be what is being replaced."""
    quick = {"api.request_timeout_s": _TIMEOUT_S, "api.max_attempts": 1}
    flags = {name: Flag(value, "init") for name, value in {**quick, **values}.items()}
    environ = {name: value for name, value in os.environ.items() if name != PROFILE_VARIABLE}
    return load(environ, config=os.devnull, flags=flags)


def _asked(words: str) -> str:
    answer: str = click.prompt(words, default="", show_default=False, err=True)
    return answer.strip()
