"""Which header lines go on, and which do not. Pure; works on the bytes as received.

Hop-by-hop fields are dropped (RFC 9110 7.6.1: the listed ones and those that `Connection` names); everything else keeps
its bytes, its order and its repetitions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Raw = tuple[tuple[bytes, bytes], ...]

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"proxy-connection",
        b"keep-alive",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"proxy-authenticate",
        b"proxy-authorization",
    }
)
OURS = frozenset({b"host", b"content-length", b"expect"})
"""Of a request: rewritten, or already settled between the sender and us."""


class Sender(NamedTuple):
    """What the application is told about who called us."""

    remote: str | None
    host: str
    """As the sender wrote it in `Host`."""
    scheme: str = "http"


def has_passed(headers: Iterable[tuple[bytes, bytes]], pseudonym: bytes) -> bool:
    """Whether this very console has forwarded the request before: a loop."""
    return any(name.lower() == b"via" and pseudonym in value for name, value in headers)


def request_head(
    method: str,
    target: str,
    headers: Raw,
    *,
    authority: str,
    sender: Sender,
    pseudonym: bytes,
    length: int,
    keep_host: bool = False,
) -> bytes:
    """The head of the request to the application, its last empty line included."""
    dropped = _hops(headers)
    host = authority.encode()
    if keep_host and sender.host:
        host = _bytes(sender.host)
    lines = [_bytes(f"{method} {target} HTTP/1.1"), b"Host: " + host]
    lacks_proto = lacks_host = True
    lacks_length = length > 0 or _has(headers, b"transfer-encoding")
    for name, value in headers:
        lower = name.lower()
        if lower in dropped:
            continue
        if lower in OURS:
            if lower == b"content-length":
                lacks_length = False
                lines.append(name + b": %d" % length)
            continue
        lacks_proto &= lower != b"x-forwarded-proto"
        lacks_host &= lower != b"x-forwarded-host"
        lines.append(name + b": " + value)
    if lacks_length:
        lines.append(b"Content-Length: %d" % length)
    if sender.remote:
        lines.append(b"X-Forwarded-For: " + sender.remote.encode())
    if lacks_proto:
        lines.append(b"X-Forwarded-Proto: " + sender.scheme.encode())
    if lacks_host and sender.host:
        lines.append(b"X-Forwarded-Host: " + _bytes(sender.host))
    lines.append(b"Via: 1.1 " + pseudonym)
    return b"\r\n".join([*lines, b"", b""])


def answer_lines(headers: Raw) -> list[bytes]:
    """The application's end-to-end header lines; a `Content-Length` among them is its own."""
    dropped = _hops(headers)
    return [name + b": " + value for name, value in headers if name.lower() not in dropped]


def first(headers: Raw, wanted: bytes) -> bytes | None:
    """The value of the first header of this (lower-case) name."""
    return next((value for name, value in headers if name.lower() == wanted), None)


def _bytes(text: str) -> bytes:
    """What aiohttp decoded, as the bytes it was."""
    return text.encode("utf-8", "surrogateescape")


def _has(headers: Raw, wanted: bytes) -> bool:
    return first(headers, wanted) is not None


def _hops(headers: Raw) -> frozenset[bytes]:
    named = [value for name, value in headers if name.lower() == b"connection"]
    if not named:
        return HOP_BY_HOP
    tokens = {token.strip().lower() for value in named for token in value.split(b",")}
    # A sender may not have us drop what says how long the body is or whom it is for.
    return HOP_BY_HOP | (tokens - OURS)
