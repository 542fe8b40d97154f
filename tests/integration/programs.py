"""The program as a process: started, listened to line by line, ended. Every wait is bounded."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from console.telnyx.signature import Signer

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def environment(home: Path, **variables: str) -> dict[str, str]:
    """A clean environment whose home, and so every default path, is `home`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TELNYX_", "CALL_CONSOLE_", "XDG_"))
    }
    return {**kept, "HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(ROOT), **variables}


class Program:
    """One running `call-console`."""

    def __init__(self, arguments: tuple[str, ...], env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console", *arguments],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines = {
            "out": self._read(self.process.stdout),
            "err": self._read(self.process.stderr),
        }

    def line(self, stream: str = "out", having: str = "") -> str:
        """The next line of a stream that holds these words."""
        until = time.monotonic() + PATIENCE_S
        while True:
            line = self._lines[stream].get(timeout=max(0.01, until - time.monotonic()))
            if line is None:
                raise AssertionError(f"{stream} ended without a line having {having!r}")
            if having in line:
                return line

    def rest(self, stream: str = "out") -> list[str]:
        """What the stream still says before it ends."""
        lines: list[str] = []
        while (line := self._lines[stream].get(timeout=PATIENCE_S)) is not None:
            lines.append(line)
        return lines

    def end(self, number: int = signal.SIGTERM) -> int:
        """Asks it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        """Leaves nothing behind, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    _threads: list[threading.Thread]

    def _read(self, stream: IO[str] | None) -> "queue.Queue[str | None]":
        assert stream is not None
        lines: queue.Queue[str | None] = queue.Queue()

        def run() -> None:
            for line in stream:
                lines.put(line.rstrip("\n"))
            lines.put(None)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._threads = [*getattr(self, "_threads", []), thread]
        return lines


@contextmanager
def running(*arguments: str, env: Mapping[str, str]) -> Iterator[Program]:
    """`call-console` with these arguments, for the length of the block."""
    program = Program(arguments, env)
    try:
        yield program
    finally:
        program.close()


def done(*arguments: str, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """`call-console` with these arguments, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )


def objects(text: str) -> list[dict[str, object]]:
    """JSON lines as objects."""
    return [json.loads(line) for line in text.splitlines()]


def deliver(url: str, body: bytes, signer: Signer | None) -> int:
    """Posts a webhook, signed unless there is no signer; the status of the answer."""
    headers = {"content-type": "application/json"}
    if signer is not None:
        headers |= signer.headers(body, now_s=time.time())
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def eventually(condition: Callable[[], bool]) -> None:
    """Looks until the condition holds."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def webhook(
    number: int, type_: str = "call.initiated", call: str = "v3:a", **payload: str
) -> bytes:
    """A webhook of one leg as Telnyx sends it; `number` makes its identity and its second."""
    return json.dumps(
        {
            "data": {
                "record_type": "event",
                "id": f"0ccc7b54-4df3-4bca-a65a-3da1ecc7{number:04x}",
                "event_type": type_,
                "occurred_at": f"2026-11-22T10:00:{number % 60:02}.000000Z",
                "payload": {
                    "call_control_id": call,
                    "call_leg_id": f"leg-{call}",
                    "call_session_id": f"session-{call}",
                    "connection_id": "7267xxxxxxxxxxxxxx",
                    "direction": "incoming",
                    "state": "parked",
                    "from": "+13125550100",
                    "to": "+13125550101",
                    **payload,
                },
            },
            "meta": {"attempt": 1, "delivered_to": "http://example.com/webhooks"},
        }
    ).encode()
