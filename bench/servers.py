"""The servers under test, each a process of its own: `python -m bench.servers KIND PUBLIC_KEY JOURNAL`.

Prints the port on its first line and ends when its standard input closes.

body      an aiohttp handler that reads the body and answers 200, after so many seconds if any are named: the baseline
console   the console's engine: verify, decode, durable commit, reduce
official  the official package's `webhooks.unwrap` in the same kind of handler, and nothing else
proxy     a bare aiohttp reverse proxy in front of the URL that is named last
front     the console's engine in front of the URL that is named last
follower  a desk's store beside the console: follows the journal and reduces; answers each line on standard input with the
          number of the last entry that is on its board
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from aiohttp import ClientSession, web
from multidict import CIMultiDict

Handler = Callable[[web.Request], Awaitable[web.Response]]


async def body_only(request: web.Request) -> web.Response:
    """Reads what came and says yes."""
    await request.read()
    return web.Response()


def working(seconds: float) -> Handler:
    """As `body_only`, after a while."""

    async def handle(request: web.Request) -> web.Response:
        await asyncio.sleep(seconds)
        return await body_only(request)

    return handle


def official(public_key: str) -> Handler:
    """A handler that does what the official package's documentation shows."""
    import telnyx

    client = telnyx.Telnyx(api_key="KEY_bench", public_key=public_key)

    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        client.webhooks.unwrap(raw.decode(), headers=dict(request.headers))
        return web.Response()

    return handle


def proxy(target: str, sessions: list[ClientSession]) -> Handler:
    """As lean as a reverse proxy can be that keeps method, headers, body and answer. Whoever gave `sessions` closes them."""

    async def handle(request: web.Request) -> web.Response:
        if not sessions:
            sessions.append(ClientSession(auto_decompress=False))
        raw = await request.read()
        headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _HOPS]
        async with sessions[0].request(
            request.method, target, headers=headers, data=raw, allow_redirects=False
        ) as answer:
            body = await answer.read()
            kept = [(k, v) for k, v in answer.headers.items() if k.lower() not in _HOPS]
            return web.Response(status=answer.status, headers=CIMultiDict(kept), body=body)

    return handle


_HOPS = frozenset({"host", "connection", "keep-alive", "transfer-encoding", "content-length"})


async def serve_handler(handler: Handler, sessions: Sequence[ClientSession] = ()) -> None:
    """One aiohttp application with one handler, as lean as the console's own listener."""
    app = web.Application()
    app.router.add_post("/webhooks", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await until_stdin_closes()
    await runner.cleanup()
    for session in sessions:
        await session.close()


async def serve_console(public_key: str, journal: Path, target: str = "") -> None:
    """The engine as the desk runs it, with a journal on disk and no API key; in front of `target` if one is named."""
    from console.engine.forward.plan import ForwardPlan
    from console.engine.service import serve
    from console.engine.settings import EngineSettings

    settings = EngineSettings(
        journal=journal,
        port=0,
        public_key=public_key,
        reconcile_at_start=False,
        forward=ForwardPlan(target=target) if target else None,
    )
    serving = asyncio.ensure_future(
        serve(
            settings,
            ready=lambda r: print(r.webhook_url.rsplit(":", 1)[1].split("/")[0], flush=True),
        )
    )
    await until_stdin_closes()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving


def follow(journal: Path) -> None:
    """What a desk does with the journal, and with the collector, without the screen."""
    from console.journal.sqlite import open_reader
    from console.store.store import COLLECT_AFTER, Store

    store = Store(open_reader(journal), clock=lambda: time.time_ns() // 1000)
    store.load()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    print("ready", flush=True)
    while True:
        while store.poll().behind:
            pass
        if select.select([sys.stdin], [], [], 0.05)[0]:
            if not sys.stdin.readline():
                return
            print(store.seq, flush=True)


async def until_stdin_closes() -> None:
    """Waits in a thread so that the loop stays free."""
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main() -> None:
    kind, public_key, journal, *more = sys.argv[1:]
    if kind == "body":
        asyncio.run(serve_handler(working(float(more[0])) if more else body_only))
    elif kind == "official":
        asyncio.run(serve_handler(official(public_key)))
    elif kind == "proxy":
        sessions: list[ClientSession] = []
        asyncio.run(serve_handler(proxy(more[0], sessions), sessions))
    elif kind == "follower":
        follow(Path(journal))
    else:
        from console.engine.loops import run

        run(serve_console(public_key, Path(journal), *more))


if __name__ == "__main__":
    main()
