"""A tunnel program for tests: forwards TCP from a port of its own to the one it is given, and says where.

`relay.py HOST PORT [--silent] [--once] [--grandchild] [--at=PORT]`: with --silent it names no address, with --once it
ends after the first connection, with --grandchild another process does the work, with --at its own port is this one.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import TextIO


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def _say(words: str, stream: TextIO) -> None:
    stream.write(f"{words}\n")
    stream.flush()


async def main(host: str, port: int, flags: list[str]) -> None:
    """Serves until it is killed."""
    served = asyncio.Event()

    async def serve(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, forth = await asyncio.open_connection(host, port)
        except OSError:
            back.close()
            return
        await asyncio.gather(_pump(near, forth), _pump(far, back), return_exceptions=True)
        served.set()

    at = next((int(flag[5:]) for flag in flags if flag.startswith("--at=")), 0)
    server = await asyncio.start_server(serve, "127.0.0.1", at)
    where = server.sockets[0].getsockname()[1]
    _say("\x1b[32mrelay\x1b[0m starting, token=s3cr3t-s3cr3t-s3cr3t-s3cr3t", sys.stdout)
    if "--silent" not in flags:
        _say(f"forwarding http://127.0.0.1:{where} -> {host}:{port}", sys.stderr)
    if "--once" in flags:
        await served.wait()
        return
    await asyncio.Event().wait()


if __name__ == "__main__":
    if "--grandchild" in sys.argv:
        argv = [each for each in sys.argv if each != "--grandchild"]
        with subprocess.Popen([sys.executable, *argv]):
            time.sleep(3600)
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
