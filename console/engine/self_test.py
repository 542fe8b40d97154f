"""Whether a public address leads to this very engine: one request through it, which only this engine can answer.

The question is a POST to the address itself, as Telnyx's webhooks are, with a one-time token in a header; the answer is
another one-time token that was never sent. Nothing of it is recorded, forwarded or shown.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import ssl
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from console.domain.text import clean
from console.standing import Reach

if TYPE_CHECKING:
    import aiohttp

HEADER = "X-Call-Console-Self-Test"
TIMEOUT_S = 10.0
MAX_PENDING = 32
SERVER = "call-console"
"""What our answers call the server that made them."""
_BODY = b'{"data":{"event_type":"call-console.self-test"}}'
_MAX_ANSWER_BYTES = 256
_TOKEN_BYTES = 24
_GATEWAY = frozenset({502, 503, 504, 521, 522, 523, 530})
"""Said by proxies and tunnels that do not get through to what is behind them; the last four are Cloudflare's."""
_SHOWN = 120


class SelfTest:
    """Asks through an address, and knows the answers. Belongs to one listener."""

    def __init__(self) -> None:
        self._proofs: dict[str, str] = {}

    def answer_to(self, headers: Mapping[str, str]) -> web.Response | None:
        """The answer to a question of ours; None for everything else."""
        token = headers.get(HEADER)
        if token is None or not self._proofs:
            return None
        proof = None
        for known, answer in self._proofs.items():
            if hmac.compare_digest(known.encode(), token.encode("utf-8", "surrogateescape")):
                proof = answer
        if proof is None:
            return None
        response = web.Response(text=proof, headers={"Server": SERVER, "Cache-Control": "no-store"})
        response.force_close()
        return response

    async def run(self, url: str, *, timeout_s: float = TIMEOUT_S) -> Reach:
        """Whether `url` leads here, in one sentence. Never raises."""
        at = time.time_ns() // 1000
        began_at = time.perf_counter()
        if (why := _why_no_address(url)) is not None:
            return Reach(url=url, ok=False, fault="address", sentence=why, at=at)
        if len(self._proofs) >= MAX_PENDING:
            why = "too many self-tests are under way: wait for their answers"
            return Reach(url=url, ok=False, fault="busy", sentence=why, at=at)
        token, proof = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
        self._proofs[token] = proof
        try:
            fault, sentence = await _asked(url, token, proof, timeout_s)
        finally:
            del self._proofs[token]
        latency_ms = (time.perf_counter() - began_at) * 1000
        if not fault:
            sentence = f"{sentence} (asked through it, {latency_ms:.0f} ms)"
        return Reach(
            url=url, ok=not fault, fault=fault, sentence=sentence, latency_ms=latency_ms, at=at
        )


async def test_alone(host: str, port: int, path: str, url: str) -> Reach:
    """The same where no engine runs: listens for the question only, and for nothing else. Raises `EngineError`."""
    from console.engine.connections import Gate

    self_test = SelfTest()

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        answer = self_test.answer_to(request.headers) if request.path == path else None
        # Nothing is acknowledged that is not recorded: Telnyx sends it again.
        return answer or web.Response(status=503, headers={"Server": SERVER})

    gate = Gate(serve, max_connections=16, read_timeout_s=TIMEOUT_S)
    await gate.open(host, port)
    try:
        return await self_test.run(url)
    finally:
        await gate.close()


def _why_no_address(url: str) -> str | None:
    """Why this is no address to ask through; None when it is one."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_whole = False
    if not is_whole:
        return f"{_shown(url)} is not an http or https address: set listen.public_url to one"
    return None


async def _asked(url: str, token: str, proof: str, timeout_s: float) -> tuple[str, str]:
    """What is wrong, as a word (empty: nothing) and in a sentence."""
    # Our own server shares most of aiohttp; its client is loaded when it is needed.
    import aiohttp

    where = _where(url)
    try:
        async with (
            asyncio.timeout(timeout_s),
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.post(
                url,
                data=_BODY,
                headers={HEADER: token, "Content-Type": "application/json"},
                allow_redirects=False,
            ) as answer,
        ):
            body = await answer.content.read(_MAX_ANSWER_BYTES)
            return _judged(url, answer, body, proof)
    except aiohttp.ClientConnectorDNSError:
        name = urlsplit(url).hostname or where
        return "dns", f"the name {_shown(name)} is not known: check its DNS entry, or the address"
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
        return "tls", f"no TLS connection to {where}: {_tls_words(error)}"
    except aiohttp.ClientConnectorError as error:
        number = error.os_error.errno
        words = os.strerror(number).lower() if number else type(error.os_error).__name__
        return (
            "refused",
            f"nothing answers at {where} ({words}): start what leads from there to this port",
        )
    except TimeoutError:
        return "timeout", (
            f"no answer from {where} within {timeout_s:g} s; a router that does not lead its own"
            " public address back inside looks like this, too"
        )
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return "broken", f"{where} broke off without an answer ({type(error).__name__})"


def _judged(url: str, answer: aiohttp.ClientResponse, body: bytes, proof: str) -> tuple[str, str]:
    status, where = answer.status, _shown(url)
    if hmac.compare_digest(body.strip(), proof.encode()):
        if status == 200:
            return "", f"{where} leads to this console"
        return "server", f"{where} leads here, but what is in between makes HTTP {status} of a 200"
    if 300 <= status < 400:
        to = _shown(answer.headers.get("Location", "elsewhere"))
        return (
            "redirect",
            f"{where} redirects to {to}, which webhooks may not follow: set the final address",
        )
    if answer.headers.get("Server") == SERVER:
        if status == 404:
            return (
                "path",
                f"{where} leads to a console, but to a path on which it takes no webhooks:"
                " listen.path has it",
            )
        return (
            "console",
            f"another console answers at {where} (HTTP {status}): stop it, or use its address there",
        )
    who = answer.headers.get("Server")
    named = f", {_shown(who)}" if who else ""
    if status in _GATEWAY:
        return "gateway", (
            f"{where} is there, but gets no answer from behind it (HTTP {status}{named}):"
            " point the tunnel or proxy at this console's port"
        )
    return "server", f"another server answers at {where} (HTTP {status}{named}): not this console"


def _tls_words(error: Exception) -> str:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({_shown(inner.verify_message)})"
    words = getattr(inner, "reason", None) or type(inner).__name__
    return f"{_shown(str(words)).replace('_', ' ').lower()}"


def _where(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{_shown(parts.hostname or '')}:{port}"


def _shown(text: str) -> str:
    return clean(text)[:_SHOWN]
