"""Engine processes for tests, and what is asked of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from console.domain.entries import Entry
from console.journal.sqlite import open_reader
from tests.unit.engine.fakes import SIGNER

ROOT = Path(__file__).resolve().parents[2]


def argv(
    journal: Path, *, key: str = SIGNER.public_key, port: int = 0, grace: str = "none"
) -> list[str]:
    """The command line of an engine."""
    module = "tests.integration.engine_child"
    return [sys.executable, "-m", module, str(journal), key, str(port), grace]


def environment() -> dict[str, str]:
    """The environment of an engine: finds the package from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


class EngineProcess:
    """An engine process for the length of a `with` block; killed at the end if it still runs."""

    def __init__(self, journal: Path, **options: object) -> None:
        self._process = subprocess.Popen(
            argv(journal, **options),  # type: ignore[arg-type]
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self.webhook_url: str = json.loads(line)["webhook_url"] if line else ""

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """As nothing can be prepared for."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def end(self) -> tuple[int, str]:
        """Waits for its own end: exit code and last words."""
        _, words = await asyncio.to_thread(self._process.communicate, None, 20)
        return self._process.returncode, words.strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def entries(journal: Path) -> list[Entry]:
    """Everything in a journal."""
    reader = open_reader(journal)
    try:
        return list(reader.read())
    finally:
        reader.close()
