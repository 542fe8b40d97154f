"""Looks at what is outside this program: port, target, tunnel program. Each within a time; none raises."""

from __future__ import annotations

import asyncio
import errno
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from console.doctor.engine import port_of, reached, unreachable
from console.doctor.findings import Finding, fail, ok, skipped, warn
from console.errors import ConfigError
from console.reports import Health

LEAST_FREE_PORT = 1024


async def port_finding(host: str, port: int, health: Health | None) -> Finding:
    """Whether the webhook port can be had, or is held by our own engine."""
    check = "port"
    if health is not None:
        return _held(port, health)
    if port == 0:
        return ok(check, "any free one will be taken")
    return await asyncio.to_thread(free_port, check, host, port, "--port or listen.port")


def free_port(check: str, host: str, port: int, setting: str) -> Finding:
    """Whether a server could open this port now. Opens it for a moment, and takes no connection."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        return fail(check, f"{host} is no address of this machine", "set listen.host to 127.0.0.1")
    with socket.socket(family, kind, number) as probe:
        if sys.platform != "win32":
            # As servers do: a connection that has just ended does not hold the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return _not_free(check, error, host, port, setting)
    return ok(check, f"{port} on {host} is free")


def _not_free(check: str, error: OSError, host: str, port: int, setting: str) -> Finding:
    match error.errno:
        case errno.EADDRINUSE:
            fix = f"end what holds it (ss -ltnp, or lsof -i :{port}), or take another: {setting}"
            return fail(check, f"{port} on {host} is held by another program", fix)
        case errno.EACCES:
            fix = f"take one from {LEAST_FREE_PORT} on: {setting}"
            return fail(check, f"{port} may only be opened by the system's administrator", fix)
        case errno.EADDRNOTAVAIL:
            return fail(check, f"{host} is no address of this machine", "set listen.host")
        case _:
            words = (error.strerror or "not known").lower()
            return fail(check, f"{port} on {host} cannot be opened: {words}", f"try {setting}")


def _held(port: int, health: Health) -> Finding:
    check = "port"
    if health.poll is not None:
        return ok(check, "none is needed while Telnyx's records are read")
    holds = port_of(health)
    if port not in (0, holds):
        fix = "end the engine and start it again, if the configuration is what you want"
        return warn(check, f"the engine holds {holds}, the configuration says {port}", fix)
    return ok(check, f"{holds}, held by the engine")


async def target_findings(
    target: str, observers: Sequence[str], health_path: str, timeout_s: float
) -> list[Finding]:
    """Whether each target answers, asked by ourselves. Only for where no engine watches them."""
    named = [("forward", target, health_path)] if target else []
    named += [(f"observer_{number}", url, "") for number, url in enumerate(observers, 1)]
    return list(await asyncio.gather(*(_target(*each, timeout_s) for each in named)))


async def _target(check: str, url: str, health_path: str, timeout_s: float) -> Finding:
    from console.engine.forward.client import TargetClient, TargetError
    from console.engine.forward.target import target_of

    try:
        aim = target_of(url)
    except ConfigError as error:
        return fail(check, error.user_message, f"mend forward.{check.split('_')[0]}")
    client = TargetClient(aim, timeout_s=timeout_s, limit_bytes=1 << 20)
    began_s = time.monotonic()
    try:
        await client.probe()
        if health_path:
            head = f"GET {health_path} HTTP/1.1\r\nHost: {aim.authority}\r\n\r\n"
            reply = await client.ask(head.encode(), b"")
            if reply.rest is not None:
                reply.rest.close()
            if reply.status >= 500:
                return unreachable(check, aim.name, f"{health_path} answers {reply.status}")
    except TargetError as error:
        return unreachable(check, aim.name, error.sentence)
    finally:
        await client.aclose()
    return reached(check, aim.name, (time.monotonic() - began_s) * 1000)


def tunnel_finding(argv: Sequence[str]) -> Finding:
    """Whether the tunnel's program can be found; it is not started."""
    check = "tunnel"
    if not argv:
        return skipped(check, "no tunnel.command is set")
    program = argv[0]
    found = shutil.which(program)
    if found is None:
        fix = f"install {Path(program).name}, or mend tunnel.command"
        return fail(check, f"{program} is not found, or cannot be run", fix)
    return ok(check, found)


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    try:
        return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
    except ValueError:
        return False
