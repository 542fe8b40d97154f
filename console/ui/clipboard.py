"""Copying: to the desktop's clipboard where there is one, else by escape to the terminal's; and honest words about which.

The escape (OSC 52) is answered by nobody, and terminals take only so much of it.
"""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress

from console.ui.clipboard_programs import Tool as Tool
from console.ui.clipboard_programs import native as native
from console.ui.compat import GuardedApp, is_headless
from console.ui.presenters.cells import grouped

ESCAPE_BYTES = 74_994
"""What fits into an escape of 100 000 bytes, the limit that terminals share, after base64."""
TIMEOUT_S = 3.0


async def give(tool: Tool, text: str, timeout_s: float = TIMEOUT_S) -> str | None:
    """Hands the text to the program, without a shell; why it did not take it, in words."""
    try:
        process = await asyncio.create_subprocess_exec(
            *tool.argv, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
    except OSError as error:
        return f"{tool.name} cannot be started: {error.strerror or type(error).__name__}"
    try:
        async with asyncio.timeout(timeout_s):
            await process.communicate(text.encode(tool.encoding, "replace"))
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return f"{tool.name} did not answer within {timeout_s:g} s"
    return None if process.returncode == 0 else f"{tool.name} failed ({process.returncode})"


def copy(app: GuardedApp, text: str, what: str) -> None:
    """Copies, and says what happened."""
    tool = None if is_headless(app) else native(os.environ)
    if tool is None:
        by_escape(app, text, what)
        return
    app.run_worker(
        _natively(app, tool, text, what), name="copy", group="clipboard", exit_on_error=False
    )


async def _natively(app: GuardedApp, tool: Tool, text: str, what: str) -> None:
    try:
        problem = await give(tool, text)
    except Exception as error:  # noqa: BLE001  the worker border
        app.report(error)
        return
    if problem is None:
        app.notify(f"{what} copied ({size_words(text)}, by {tool.name})", markup=False)
    else:
        by_escape(app, text, what, f"{problem}; ")


def by_escape(app: GuardedApp, text: str, what: str, because: str = "") -> None:
    """Through the terminal, where the text is not too long for that."""
    size = len(text.encode("utf-8", "replace"))
    if size > ESCAPE_BYTES:
        app.notify(
            f"{because}{what} is not copied: {size_words(text)} are more than terminals take by"
            f" escape ({grouped(ESCAPE_BYTES)}); copy a part of it",
            severity="warning",
            markup=False,
        )
        return
    # A lone surrogate cannot be written.
    app.copy_to_clipboard(text.encode("utf-8", "replace").decode())
    app.notify(
        f"{because}{what} sent to the terminal's clipboard ({size_words(text)})", markup=False
    )


def size_words(text: str) -> str:
    """`36 bytes`."""
    size = len(text.encode("utf-8", "replace"))
    return f"{grouped(size)} byte{'' if size == 1 else 's'}"
