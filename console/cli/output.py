"""The two streams: data on stdout, notes on stderr. The only module, with click, that prints."""

import contextlib
import io
import os
import sys


def put(line: str, *, now: bool = True) -> None:
    """One line of data; `now` hands it over at once, as a stream must. May raise `BrokenPipeError`."""
    sys.stdout.write(f"{line.rstrip()}\n")
    if now:
        sys.stdout.flush()


def note(sentence: str) -> None:
    """One line for the person. A closed stderr is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()


def prepare_streams() -> None:
    """Characters that the terminal's encoding lacks become `?` in place of a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def silence_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, so that leaving makes no noise."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
