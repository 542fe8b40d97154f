"""How a desk finds, starts, watches and leaves the engine of its journal.

An engine that answers on the journal's socket is attached to; else one is started as a child in a session of its
own, so that neither Ctrl-C nor a hang-up of the terminal reaches it. It speaks once, one JSON line on stdout, when
it is ready. Its stderr goes to an unlinked file, not a pipe: a desk that is suspended must not block it.
Must not import aiohttp or nacl, and httpx only late: it runs in the desk's process.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from console import endpoint
from console.domain.text import clean
from console.endpoint import socket_path
from console.errors import EngineError
from console.life import ENGINE_ENDS_S, LAST_WORDS
from console.operator import HttpOperator, LifeState, LifeStatus

__all__ = ["EngineHost", "socket_path"]

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
STABLE_AFTER_S = 60.0
"""An engine that ran this long has paid for the restarts before it."""
START_TIMEOUT_S = 30.0
REFUSED_WAIT_S = 5.0
END_TIMEOUT_S = ENGINE_ENDS_S
KILL_TIMEOUT_S = 5.0
CONFIGURATION = 2
"""Exit code of a wrong setting: trying again would give the same answer."""
MAX_LINE_BYTES = 64 * 1024
MAX_REASON_BYTES = 8 * 1024
MAX_REASON_LENGTH = 500

OnStatus = Callable[[LifeStatus], None]


class _Ready(msgspec.Struct):
    pid: int


class _Ended(NamedTuple):
    """How an engine ended: exit code (negative: the signal; None: it never ran) and its last words."""

    code: int | None
    words: str

    def sentence(self) -> str:
        if self.code is not None and self.code < 0:
            return f"the engine was ended by {_signal_name(-self.code)}"
        if self.words:
            return f"the engine ended: {self.words}"
        return "the engine ended" if not self.code else f"the engine ended with code {self.code}"


class _StartRefusedError(Exception):
    """The engine ended before it was ready, and its last words say why."""

    def __init__(self, ended: _Ended) -> None:
        super().__init__(ended.words)
        self.ended = ended


class _Child:
    """An engine process of ours, from its start to its end. Leaves neither zombie nor open pipe behind."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Raises `OSError` if it cannot be started."""
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        try:
            self._process = subprocess.Popen(
                argv,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                start_new_session=True,
            )
        except OSError:
            self._stderr.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    async def first_line(self) -> bytes:
        """What it says on stdout when it is ready; empty if it ended, or took too long and was ended."""
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                return await asyncio.to_thread(self._read_line)
        except TimeoutError:
            await self.end(at_once=True)
            return b""

    async def wait(self, timeout_s: float) -> bool:
        """Whether it ended within the time."""
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, timeout_s)
        return not self.is_running

    async def end(self, *, at_once: bool) -> None:
        """Waits for its end (unless `at_once`), then asks for it, then enforces it."""
        if not at_once and await self.wait(END_TIMEOUT_S):
            return
        self._process.terminate()
        if not await self.wait(KILL_TIMEOUT_S):
            self._process.kill()
            await self.wait(KILL_TIMEOUT_S)

    def how_it_ended(self) -> _Ended:
        """Exit code, and the last line it wrote on stderr."""
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - MAX_REASON_BYTES))
        text = self._stderr.read(MAX_REASON_BYTES).decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        words = clean(lines[-1])[:MAX_REASON_LENGTH] if lines else ""
        return _Ended(self._process.poll(), words)

    def forget(self) -> None:
        """Lets go of it; one that still runs goes on for the desks that are attached."""
        self._stderr.close()
        if self.is_running:
            # It is meant to outlive us, which Popen would otherwise call a leak.
            self._process.returncode = 0

    def _read_line(self) -> bytes:
        stdout = self._process.stdout
        if stdout is None:
            return b""
        with stdout:
            return stdout.readline(MAX_LINE_BYTES)


class EngineHost:
    """The life of one desk's engine. `argv` starts it; `env` is its whole environment."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        journal: Path,
        *,
        first_wait_s: float = FIRST_WAIT_S,
        refused_wait_s: float = REFUSED_WAIT_S,
    ) -> None:
        self._argv = list(argv)
        self._env = dict(env)
        self._journal = journal
        self._first_wait_s = first_wait_s
        self._refused_wait_s = refused_wait_s
        self._operator = HttpOperator(journal)
        self._child: _Child | None = None
        self._lease = ""
        self._leaving = asyncio.Event()
        self._on_status: OnStatus | None = None
        self._status: LifeStatus | None = None
        self.last_words = ""
        """What our engine had to say at its end, once `leave` has waited for it; empty where it was nothing."""

    @property
    def pid(self) -> int | None:
        """Process of the engine this desk started; None while it works with another's, or with none."""
        return None if self._child is None else self._child.pid

    async def run(self, on_status: OnStatus) -> None:
        """Goes on until cancelled; reports every change of state from the caller's event loop."""
        self._on_status = on_status
        loop = asyncio.get_running_loop()
        wait_s = self._first_wait_s
        refusals = 0
        self._say(LifeState.STARTING, "starting the engine")
        while not self._leaving.is_set():
            began_at = loop.time()
            try:
                reason = await self._live_once()
            except _StartRefusedError as refused:
                refusals += 1
                await self._sit_out(refused.ended, refusals)
                continue
            refusals = 0
            if self._leaving.is_set():
                return
            if loop.time() - began_at > STABLE_AFTER_S:
                wait_s = self._first_wait_s
            self._say(LifeState.RESTARTING, f"{reason}; starting it again in {wait_s:g} s")
            await self._pause(wait_s)
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    async def leave(self) -> None:
        """Ends the engine if this desk started it and no other desk is attached; waits until it has ended."""
        self._leaving.set()
        child, self._child = self._child, None
        try:
            if child is None:
                await self._say_goodbye(starter=False)
            else:
                await self._leave_child(child)
        finally:
            await self._operator.aclose()

    async def _leave_child(self, child: _Child) -> None:
        try:
            ends = await self._say_goodbye(starter=True) if child.is_running else True
            if ends is None:
                await child.end(at_once=True)
            elif ends:
                await child.end(at_once=False)
                _, mark, self.last_words = child.how_it_ended().words.rpartition(LAST_WORDS)
                self.last_words = self.last_words if mark else ""
        finally:
            child.forget()

    async def _say_goodbye(self, *, starter: bool) -> bool | None:
        """Whether the engine ends now; None when it did not hear us."""
        if not self._lease:
            return None
        try:
            return await self._operator.leave(self._lease, starter=starter)
        except EngineError:
            return None

    async def _live_once(self) -> str:
        """Finds or starts an engine; returns when it has gone, with the reason. Raises `_StartRefusedError`."""
        if endpoint.is_there(self._journal):
            with suppress(EngineError):
                return await self._attend(None)
        await self._start()
        try:
            return await self._attend(self._child)
        except EngineError as error:
            return await self._bury() or error.user_message

    async def _attend(self, child: _Child | None) -> str:
        """Holds a lease until the engine has gone. Raises `EngineError` if it gives none."""
        async with self._operator.attach() as attachment:
            self._lease = attachment.lease
            pid = attachment.pid
            if child is None:
                words = f"attached to the engine that already runs (process {pid})"
                self._say(LifeState.ATTACHED, words)
            else:
                self._say(LifeState.RUNNING, f"the engine runs (process {pid})")
            await attachment.until_gone()
        self._lease = ""
        return await self._bury() or f"the engine (process {pid}) has gone"

    async def _start(self) -> None:
        """Starts a child and waits until it is ready. Raises `_StartRefusedError`."""
        try:
            child = self._child = _Child(self._argv, self._env)
        except OSError as error:
            words = f"the engine cannot be started: {error.strerror or error}"
            raise _StartRefusedError(_Ended(None, words)) from error
        line = await child.first_line()
        try:
            msgspec.json.decode(line, type=_Ready)
        except (msgspec.DecodeError, msgspec.ValidationError):
            if not await child.wait(KILL_TIMEOUT_S):
                await child.end(at_once=True)
            ended = child.how_it_ended()
            self._child = None
            child.forget()
            if not ended.words:
                ended = _Ended(ended.code, f"{ended.sentence()} before it was ready")
            raise _StartRefusedError(ended) from None

    async def _bury(self) -> str | None:
        """How our own engine ended, in a sentence; None when it was not ours."""
        if self._child is None or self._leaving.is_set():
            return None
        child, self._child = self._child, None
        if not await child.wait(KILL_TIMEOUT_S):
            await child.end(at_once=True)
        sentence = child.how_it_ended().sentence()
        child.forget()
        return sentence

    async def _sit_out(self, ended: _Ended, refusals: int) -> None:
        """Waits as long as another try makes no sense: for ever after a wrong setting."""
        if refusals == 1 and endpoint.is_there(self._journal):
            # Another desk was quicker than us; its engine is about to answer.
            await self._pause(self._first_wait_s)
            return
        self._say(LifeState.FAILED, ended.words)
        await self._pause(None if ended.code == CONFIGURATION else self._refused_wait_s)

    async def _pause(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._leaving.wait()

    def _say(self, state: LifeState, message: str) -> None:
        status = LifeStatus(state, message)
        if self._on_status is not None and status != self._status:
            self._status = status
            self._on_status(status)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
