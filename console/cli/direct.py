"""The shortest way to the screen: a plain command line of `run`, read without click, which takes a while to load.

Whatever is not plain (other commands, abbreviations, mistakes, `--help`, `--name=value`) is left to click, so there is
one place that explains. A test compares the two readings. Must not import what only the screen needs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from console.cli.early import INTERRUPTED
from console.cli.given import Chosen, Wanted
from console.cli.output import note, prepare_streams
from console.errors import ConsoleError

COMPLETION_VARIABLE = "_CALL_CONSOLE_COMPLETE"

_GLOBAL = {"--config": "config", "--profile": "profile", "--journal": "journal"}
_OWN = frozenset({"--host", "--port", "--forward"})


def wanted_of(argv: Sequence[str]) -> Wanted | None:
    """What a plain command line of `run` asks for; None where click has to read it."""
    given, own, is_run, poll = Chosen(), dict[str, str](), False, False
    words = iter(argv)
    for word in words:
        if word == "run" and not is_run:
            is_run = True
        elif word == "--read-only":
            given.read_only = True
        elif word == "--poll" and is_run:
            poll = True
        elif word in _GLOBAL or (is_run and word in _OWN):
            value = next(words, "-")
            if not value or value.startswith("-"):
                return None
            if word in _OWN:
                own[word] = value
            else:
                setattr(given, _GLOBAL[word], value)
        else:
            return None
    port = own.get("--port")
    if port is not None and not (port.isascii() and port.isdecimal()):
        return None
    return Wanted(
        given, own.get("--host"), None if port is None else int(port), own.get("--forward"), poll
    )


def main(argv: Sequence[str]) -> int:
    """Runs one command line; the exit code (DESIGN 5.1)."""
    wanted = None if COMPLETION_VARIABLE in os.environ else wanted_of(argv)
    if wanted is None:
        from console.cli.main import main as by_click

        return by_click(argv)
    prepare_streams()
    from console.cli.screen import open_screen

    try:
        return open_screen(wanted)
    except ConsoleError as error:
        note(f"call-console: {error.user_message}")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
