"""The two children of a demo: the simulator, and the engine that is introduced to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from console.cli.composition import program, program_environment
from console.errors import ConsoleError, EngineError
from console.operator import EngineLife, LifeState, LifeStatus, Operator
from console.secret import Secret
from console.telnyx.requests import build

START_TIMEOUT_S = 30.0
END_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What the simulator says of itself (DESIGN 5.1)."""

    api_base: str
    api_key: Secret
    public_key: str
    connection_id: str
    from_number: str


class SimulatorProcess:
    """A simulator as a child process; an async context manager that gives its `Hello`.

    It holds one end of a pipe: when this process dies, however it dies, the simulator ends too.
    """

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        self._arguments = list(arguments)
        self._complaints = folder / "simulator.log"
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Hello:
        """Raises `EngineError` with the simulator's own words when it does not start."""
        with self._complaints.open("wb") as complaints:
            self._process = await asyncio.create_subprocess_exec(
                *program("simulate", "--until-stdin-ends", *self._arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                env=program_environment(),
                # Ctrl-C in the terminal is for the demo, which ends its children in order.
                start_new_session=True,
            )
        try:
            return await asyncio.wait_for(self._hello(self._process), START_TIMEOUT_S)
        except TimeoutError:
            await self._end()
            raise EngineError(
                f"the simulator was not ready after {START_TIMEOUT_S:g} s; try again"
            ) from None
        except BaseException:
            await self._end()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def _hello(self, process: asyncio.subprocess.Process) -> Hello:
        assert process.stdout is not None
        line = await process.stdout.readline()
        try:
            said = json.loads(line)
            return Hello(
                api_base=said["api_base"],
                api_key=Secret(said["api_key"]),
                public_key=said["public_key"],
                connection_id=said["connection_id"],
                from_number=said["from"],
            )
        except (ValueError, KeyError, TypeError):
            await process.wait()
            words = self._complaints.read_text("utf-8", "replace").strip().splitlines()
            reason = words[-1] if words else "it said nothing"
            raise EngineError(f"the simulator did not start: {reason}") from None

    async def _end(self) -> None:
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END_TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()


class DemoLife(EngineLife):
    """An engine's life that tells the simulator, each time the engine is up, where webhooks go."""

    def __init__(self, host: EngineLife, operator: Operator, hello: Hello) -> None:
        self._host = host
        self._operator = operator
        self._hello = hello
        self._introduction: asyncio.Task[None] | None = None
        self.introduced = asyncio.Event()
        """Set once the simulator knows where to call."""

    async def run(self, on_status: Callable[[LifeStatus], None]) -> None:
        """Goes on until cancelled, as the engine's own life does."""

        def heard(status: LifeStatus) -> None:
            if status.state in (LifeState.RUNNING, LifeState.ATTACHED):
                self._introduction = asyncio.create_task(self._introduce(on_status))
            on_status(status)

        try:
            await self._host.run(heard)
        finally:
            if self._introduction is not None:
                self._introduction.cancel()

    async def leave(self) -> None:
        """Ends the engine."""
        await self._host.leave()

    async def _introduce(self, on_status: Callable[[LifeStatus], None]) -> None:
        try:
            health = await self._operator.health()
            await tell_where(self._hello, health.webhook_url)
            self.introduced.set()
        except ConsoleError as error:
            on_status(
                LifeStatus(LifeState.FAILED, f"the simulator cannot call us: {error.user_message}")
            )


async def tell_where(hello: Hello, webhook_url: str) -> None:
    """Sets the webhook address of the simulator's application. Raises `EngineError`, `Unreachable`."""
    from console.telnyx.client import TelnyxClient

    application = {"id": hello.connection_id}
    async with TelnyxClient(hello.api_base, hello.api_key) as client:
        shown = await client.send(build("apps.show", params=application))
        change = {
            **application,
            "application_name": shown.fields.get("application_name", "demo"),
            "webhook_event_url": webhook_url,
        }
        answer = await client.send(build("apps.update", params=change))
    if not answer.ok:
        raise EngineError(f"the simulator refused the webhook address (HTTP {answer.status})")
