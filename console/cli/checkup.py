"""`doctor` for a desk: a process of its own, so that nothing it loads or waits for touches the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from console.cli.composition import program, program_environment
from console.config.load import Loaded
from console.errors import EngineError

TIMEOUT_S = 15.0


class _Finding(msgspec.Struct):
    check: str
    status: str
    detail: str
    fix: str | None = None


Told = tuple[str, str, str, str]
"""Check, status, detail and fix."""


async def examine(loaded: Loaded, journal: Path) -> Sequence[Told]:
    """What `doctor --json` finds, but for the terminal, which a screen that can be read proves. Raises `EngineError`."""
    process = await asyncio.create_subprocess_exec(
        *_argv(loaded, journal),
        env=program_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            said, _ = await process.communicate()
        found = msgspec.json.decode(said, type=list[_Finding])
    except TimeoutError:
        raise EngineError(f"the check did not end within {TIMEOUT_S:g} s") from None
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise EngineError(
            "the check gave no report: run call-console doctor in a terminal"
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return [
        (each.check, each.status, each.detail, each.fix or "")
        for each in found
        if each.check != "terminal"
    ]


def _argv(loaded: Loaded, journal: Path) -> list[str]:
    named = ["--config", str(loaded.file)] if loaded.file_found else []
    named += ["--profile", loaded.profile] if loaded.profile else []
    return program("doctor", "--json", *named, "--journal", str(journal))
