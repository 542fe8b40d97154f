"""Holds a tunnel program so that it never outlives the engine, not even one that is killed.

Run as a program of its own: `leash.py PROGRAM [ARGUMENT …]`. Its stdin is a pipe from the engine; when that ends,
for whatever reason, the program and all that it started (its process group) are asked to end, then made to. Knows
nothing but the standard library, so that it starts quickly. What puts itself into another session escapes it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

PATIENCE_S = 3.0
CANNOT_START = 127
_POLL_S = 0.02
_HAS_GROUPS = hasattr(os, "killpg")


def main(argv: list[str]) -> int:
    """The program's exit code; negative for a signal, 127 where it could not be started."""
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            **({"process_group": 0} if _HAS_GROUPS else {}),  # type: ignore[call-overload]
        )
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror or error}\n")
        return CANNOT_START
    threading.Thread(target=_watch, args=(child,), daemon=True).start()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: _ask(child))
    code = int(child.wait())
    # What it started may still run.
    _end(child)
    return code


def _watch(child: subprocess.Popen[bytes]) -> None:
    """Waits for the end of the engine, or for its wish."""
    try:
        while os.read(0, 1):
            pass
    except OSError:
        pass
    _end(child)


def _ask(child: subprocess.Popen[bytes]) -> None:
    threading.Thread(target=_end, args=(child,), daemon=True).start()


def _end(child: subprocess.Popen[bytes]) -> None:
    """SIGTERM to all of them, SIGKILL to those that are left."""
    _signal(child, signal.SIGTERM)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if not _is_there(child):
            return
        time.sleep(_POLL_S)
    _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        if _HAS_GROUPS:
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)
    except OSError:
        return


def _is_there(child: subprocess.Popen[bytes]) -> bool:
    if not _HAS_GROUPS:
        return child.poll() is None
    try:
        os.killpg(child.pid, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    CODE = main(sys.argv[1:])
    sys.stdout.flush()
    # A signal's number as a shell has it; the waiting thread must not keep us.
    os._exit(CODE if CODE >= 0 else 128 - CODE)
