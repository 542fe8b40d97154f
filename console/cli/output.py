"""The two streams: data on stdout, notes on stderr. The only module, with click, that prints."""

import codecs
import contextlib
import io
import os
import sys

_ESCAPING = "console.escape"


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
    """What the encoding lacks becomes `?`, in JSON an escape; a closed stream takes everything and gives nothing."""
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # The number must not go to the next file that is opened: what prints would write into that.
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != fd:
                os.dup2(nowhere, fd)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(fd, "w" if fd else "r"))
    codecs.register_error(_ESCAPING, _escape)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPING)


def reason_of(error: OSError) -> str:
    """What the system said, as part of a sentence, with the file it was about."""
    reason = (error.strerror or "unknown reason").lower()
    return f"{reason} ({error.filename})" if isinstance(error.filename, str) else reason


def _escape(error: UnicodeError) -> tuple[str, int]:
    """A JSON line means the same on a terminal that lacks the character; a person sees a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    if not error.object.startswith("{"):
        return "?" * len(missing), error.end
    import json

    return json.dumps(missing)[1:-1], error.end


def silence_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, so that leaving makes no noise."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
