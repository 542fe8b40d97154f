"""A webhook's body changed by hand in the editor that the person uses: `$VISUAL`, `$EDITOR`, else one that is there."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from console.errors import UsageError

KILL_AFTER_S = 1.0
"""How long an editor that is told to end may take to leave the terminal as it should be."""

_running: list[subprocess.Popen[bytes]] = []


def edited(body: bytes) -> bytes | None:
    """The body as the person leaves it; None where nothing was changed. Raises `UsageError`.

    The text lies in a file of its own meanwhile (0600), which is removed afterwards.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise UsageError("this body is no text: it cannot be edited") from error
    handle, name = tempfile.mkstemp(prefix="webhook-", suffix=".json")
    file = Path(name)
    try:
        # Editors end the last line; the bytes that were recorded may not.
        before = body if text.endswith("\n") else body + b"\n"
        with os.fdopen(handle, "wb") as draft:
            draft.write(before)
        _edit(name)
        after = file.read_bytes()
        after.decode()
    except OSError as error:
        raise UsageError(
            f"the editor failed: {error.strerror}; set EDITOR to one that is there"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("what the editor left is no UTF-8: nothing was changed") from error
    finally:
        file.unlink(missing_ok=True)
    if before is not body:
        after = after.removesuffix(b"\n")
    return None if after == body else after


def end_editor() -> None:
    """Ends the editor that is open, so that it is not left on a terminal that is somebody else's. For signal handlers."""
    for process in tuple(_running):
        with contextlib.suppress(OSError):
            process.terminate()
        enforcing = threading.Timer(KILL_AFTER_S, _kill, args=(process,))
        enforcing.daemon = True
        enforcing.start()


def _edit(name: str) -> None:
    """Opens the file and waits until the editor has left. Raises `OSError` and `UsageError`."""
    program = _program()
    try:
        argv = shlex.split(program)
    except ValueError as error:
        raise UsageError(f"EDITOR is no command line ({error}): {program[:80]}") from error
    process = subprocess.Popen([*argv, name])
    _running.append(process)
    try:
        code = process.wait()
    except BaseException:
        # Whoever is told to leave takes the editor along.
        end_editor()
        process.wait()
        raise
    finally:
        _running.remove(process)
    if code != 0:
        raise UsageError(
            f"the editor failed: {argv[0]} ended with {code}; set EDITOR to one that is there"
        )


def _program() -> str:
    for variable in ("VISUAL", "EDITOR"):
        if named := os.environ.get(variable, "").strip():
            return named
    if sys.platform == "win32":
        return "notepad"
    return next(filter(shutil.which, ("sensible-editor", "vim", "nano")), "vi")


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.kill()
