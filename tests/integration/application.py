"""An application in a process of its own that remembers every byte it was sent: `python -m tests.integration.application`.

It answers by the last parts of the path; `GET /seen` gives what it got so far, as JSON with bytes in latin-1.

status/N  that status · slow/S  200 after S seconds · huge/N  N bytes with a length · stream/N  N chunks of 1000 bytes
cut/N  announces N bytes and sends half · cutstream  ends within a chunk · silent  hangs up · garbage  no HTTP
moved  a redirect · texml  an instruction with odd headers · until/N  503 with Retry-After until the Nth request, then 200
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Any, Self

from tests.integration.engines import ROOT, environment

TEXML = b'<?xml version="1.0"?><Response><Say>h\xc3\xa9llo</Say></Response>'
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class _Server:
    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                path = head.split(b" ")[1].decode("latin-1")
                if path == "/seen":
                    said = json.dumps(self.seen).encode()
                    writer.write(_answer(200, said))
                else:
                    self.seen.append(
                        {"head": head.decode("latin-1"), "body": body.decode("latin-1")}
                    )
                    if not await self._act(path.partition("?")[0].split("/"), writer):
                        break
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _act(self, parts: list[str], writer: asyncio.StreamWriter) -> bool:
        """Answers; whether the connection goes on."""
        what, value = parts[-2] if len(parts) > 1 else "", parts[-1]
        match what, value:
            case "status", _:
                writer.write(_answer(int(value), b"", b"X-App: 1\r\n"))
            case "slow", _:
                await asyncio.sleep(float(value))
                writer.write(_answer(200, b"at last"))
            case "huge", _:
                writer.write(_answer(200, b"x" * int(value)))
            case "stream", _:
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for number in range(int(value)):
                    writer.write(b"3e8\r\n" + bytes([65 + number % 26]) * 1000 + b"\r\n")
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
            case "cut", _:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % int(value))
                writer.write(b"x" * (int(value) // 2))
                return False
            case _, "cutstream":
                writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\nx")
                return False
            case _, "silent":
                return False
            case _, "garbage":
                writer.write(b"\x00\x01 what?\r\n\r\n")
                return False
            case _, "moved":
                writer.write(_answer(307, b"", b"Location: /elsewhere\r\n"))
            case _, "texml":
                odd = b"Content-Type: application/xml\r\nSet-Cookie: a=1\r\nset-cookie: b=\xe9\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                writer.write(_answer(200, TEXML, odd))
            case "until", _:
                is_time = len(self.seen) >= int(value)
                writer.write(_answer(200 if is_time else 503, b"", b"Retry-After: 0\r\n"))
            case _:
                writer.write(_answer(200, b"taken", b"X-App: 1\r\n"))
        return True


def _answer(status: int, body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d Fine\r\n%bContent-Length: %d\r\n\r\n%b" % (
        status,
        headers,
        len(body),
        body,
    )


async def _main(port: int) -> None:
    server = await asyncio.start_server(_Server().serve, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - that is how the test learns it
    await server.serve_forever()


class Application:
    """The process, for the length of a `with` block."""

    def __init__(self, port: int = 0, *arguments: str) -> None:
        """`arguments` name another program that says its port and answers /seen."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", *(arguments or ("tests.integration.application", str(port)))],
            env=environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"

    def seen(self) -> list[dict[str, Any]]:
        """What it got: `head` and `body` of each request."""
        with urllib.request.urlopen(f"{self.url}/seen", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
