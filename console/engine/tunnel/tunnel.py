"""One tunnel program: started, read, started again when it ends, and ended with the engine."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from console.domain.text import clean
from console.engine.tunnel.leash import CANNOT_START, PATIENCE_S
from console.engine.tunnel.plan import TunnelPlan, address_in, plain, showable
from console.standing import TunnelHealth

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
STABLE_AFTER_S = 60.0
"""A program that ran this long has paid for the starts before it."""
FAILS_AFTER = 4
"""Starts in a row without an address, after which it is called failed; it is tried again all the same."""
END_S = PATIENCE_S + 2.0
CHUNK_BYTES = 16 * 1024
MAX_REST = 8 * 1024
_BY_SIGNAL = 128
_LEASH = Path(__file__).with_name("leash.py")

_log = logging.getLogger("console.engine.tunnel")


class State(StrEnum):
    """What has become of the program."""

    STARTING = "starting"
    UP = "up"
    RESTARTING = "restarting"
    FAILED = "failed"


class Tunnel:
    """`changed` is called whenever its address or state is another; `proves` says whether a new address leads here."""

    def __init__(
        self,
        plan: TunnelPlan,
        argv: Sequence[str],
        *,
        path: str,
        environment: Mapping[str, str],
        changed: Callable[[], None],
        proves: Callable[[str], Awaitable[bool]],
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self._plan = plan
        self._argv = list(argv)
        self._path = path
        self._environment = dict(environment)
        self._changed = changed
        self._proves = proves
        self._first_wait_s = first_wait_s
        self._state = State.STARTING
        self._sentence = "the tunnel is starting"
        self._starts = 0
        self._vain = 0
        self._last_line = ""
        self._has_complained = False
        self._process: asyncio.subprocess.Process | None = None
        self._up = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.url: str | None = None
        """Where it leads from, with the webhooks' path; None while that is not known."""

    @property
    def is_up(self) -> bool:
        """Whether it can be asked through: its address is known, or it is one that names none and runs."""
        return self.url is not None or (self._plan.pattern is None and self._state is State.UP)

    def start(self) -> None:
        """Runs from now on until `aclose`."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="tunnel")

    async def aclose(self) -> None:
        """Ends it, and waits for its end."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def health(self) -> TunnelHealth:
        """As of now."""
        process = self._process
        return TunnelHealth(
            state=self._state.value,
            sentence=self._sentence,
            url=self.url,
            pid=None if process is None else process.pid,
            starts=self._starts,
            last_line=self._last_line,
        )

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        wait_s = self._first_wait_s
        while True:
            began_at = loop.time()
            try:
                why = await self._live_once()
            except Exception as error:  # noqa: BLE001 - the worker border: without this task nobody starts it again
                why = f"the tunnel could not be looked after ({type(error).__name__})"
                self._complain(why)
            if loop.time() - began_at > STABLE_AFTER_S:
                wait_s, self._vain = self._first_wait_s, 0
            state = State.FAILED if self._vain >= FAILS_AFTER else State.RESTARTING
            self.url = None
            said = f": {self._last_line}" if self._last_line and self._last_line not in why else ""
            self._tell(state, f"{why}{said}; it is started again in {wait_s:g} s")
            await asyncio.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    async def _live_once(self) -> str:
        """Starts it and returns when it has gone, with the reason."""
        self._starts += 1
        self._vain += 1
        self._last_line = ""
        self._up.clear()
        if self._state is not State.FAILED:
            self._tell(State.STARTING, "the tunnel is starting")
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(_LEASH), *self._argv),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        except OSError as error:
            return f"the tunnel cannot be started ({error.strerror or error})"
        self._process = process
        reading = asyncio.create_task(self._read(process), name="tunnel output")
        try:
            if self._plan.pattern is None:
                self._vain = 0
                self._tell(State.UP, "the tunnel program runs")
            elif not await self._came_up(reading):
                s = self._plan.start_timeout_s
                return f"the tunnel named no address that tunnel.url_pattern fits within {s:g} s"
            # A reading that failed lets nobody read on: the program would stand still at a full pipe.
            await reading
            return _ended(self._argv[0], await process.wait())
        finally:
            await self._end(process, reading)

    async def _came_up(self, reading: asyncio.Task[None]) -> bool:
        """Waits for an address; also True when there is nothing more to wait for."""
        up = asyncio.create_task(self._up.wait())
        try:
            done, _ = await asyncio.wait(
                (up, reading),
                timeout=self._plan.start_timeout_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            up.cancel()
        return bool(done)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Everything that it says, to the end; nobody else may block it."""
        assert process.stdout is not None
        rest = ""
        while chunk := await process.stdout.read(CHUNK_BYTES):
            *lines, rest = (rest + chunk.decode("utf-8", "replace")).replace("\r", "\n").split("\n")
            for line in lines:
                await self._hear(plain(line))
            if len(rest) > MAX_REST:
                rest = rest[-MAX_REST:]
        await self._hear(plain(rest))

    async def _hear(self, line: str) -> None:
        if not line:
            return
        self._last_line = showable(line)
        pattern = self._plan.pattern
        url = None if pattern is None else address_in(line, pattern, self._path)
        if url is None or url == self.url:
            return
        # The first address is it; a later one may be anything, so it has to prove itself.
        if self.url is not None and not await self._proves(url):
            return
        self.url = url
        self._vain = 0
        self._up.set()
        self._tell(State.UP, f"the tunnel leads here from {clean(url)}")

    async def _end(self, process: asyncio.subprocess.Process, reading: asyncio.Task[None]) -> None:
        """Lets go of the leash, which ends the program; enforces it where the leash does not."""
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(END_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
            await process.wait()
        finally:
            reading.cancel()
            # How it ended was told where it was waited for.
            await asyncio.gather(reading, return_exceptions=True)
            self._process = None

    def _tell(self, state: State, sentence: str) -> None:
        self._state, self._sentence = state, sentence
        try:
            self._changed()
        except Exception as error:  # noqa: BLE001 - the worker border: who is told must not end the tunnel
            self._complain(f"nobody heard of the tunnel's state ({type(error).__name__})")

    def _complain(self, words: str) -> None:
        """The log says it once; health has the state of the tunnel."""
        if not self._has_complained:
            self._has_complained = True
            _log.error("%s", words)


def _ended(program: str, code: int) -> str:
    name = clean(Path(program).name)
    if code == CANNOT_START:
        return "the tunnel cannot be started"
    if code < 0 or code > _BY_SIGNAL:
        number = -code if code < 0 else code - _BY_SIGNAL
        with suppress(ValueError):
            return f"the tunnel ({name}) was ended by {signal.Signals(number).name}"
    return f"the tunnel ({name}) ended with code {code}" if code else f"the tunnel ({name}) ended"
