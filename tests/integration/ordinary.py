"""Two ordinary applications in a process of their own: `python -m tests.integration.ordinary aiohttp|wsgi`.

Each answers `GET /seen` with what its framework showed it of all other requests: method, path, query, headers in order,
body (latin-1).
"""

from __future__ import annotations

import asyncio
import json
import socketserver
import sys
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from aiohttp import web

SEEN: list[dict[str, object]] = []


async def by_aiohttp(request: web.Request) -> web.Response:
    if request.path == "/seen":
        return web.json_response(SEEN)
    SEEN.append(
        {
            "method": request.method,
            "path": request.raw_path,
            "headers": list(request.headers.items()),
            "body": (await request.read()).decode("latin-1"),
        }
    )
    return web.Response(text="<Response/>", content_type="application/xml")


def by_wsgi(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/seen":
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(SEEN).encode()]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    names = [name for name in environ if name.startswith(("HTTP_", "CONTENT_", "REQUEST_"))]
    SEEN.append(
        {
            "path": environ["PATH_INFO"],
            "query": environ["QUERY_STRING"],
            "headers": [[name, environ[name]] for name in sorted(names)],
            "body": environ["wsgi.input"].read(length).decode("latin-1"),
        }
    )
    start("200 OK", [("Content-Type", "application/xml")])
    return [b"<Response/>"]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    if sys.argv[1] == "wsgi":
        server = make_server("127.0.0.1", 0, by_wsgi, server_class=_Server, handler_class=_Quiet)
        print(server.server_port, flush=True)  # noqa: T201 - that is how the test learns it
        server.serve_forever()
        return
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", by_aiohttp)

    async def serve() -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)  # noqa: T201 - that is how the test learns it
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
