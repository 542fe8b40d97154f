"""Which program is the tunnel, and what its output says. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from console.domain.text import clean
from console.errors import ConfigError

MAX_LINE = 300
_ANY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_TRAILING = ".,;:)]}'\">"
_ADDRESS = re.compile(r"\w+://[^\s/?#]+")
_TOKEN = re.compile(r"[A-Za-z0-9+_=-]{20,}")
_NAMED = re.compile(r"(?i)((?:token|secret|key|password|auth\w*)\W{1,3})([^\s&'\"]{6,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelPlan:
    """How to start the tunnel and how to read it."""

    command: tuple[str, ...]
    pattern: re.Pattern[str] | None
    """What the public address looks like in its output, a group if there is one; None: it says none."""
    start_timeout_s: float = 30.0

    def argv(self, host: str, port: int) -> list[str]:
        """The command for a port of ours; only `{host}` and `{port}` stand for something."""
        near = _ANY_INTERFACE.get(host, host)
        return [word.replace("{host}", near).replace("{port}", str(port)) for word in self.command]


def plan_of(
    command: str | Sequence[str], url_pattern: str, start_timeout_s: float
) -> TunnelPlan | None:
    """None where no tunnel is wanted. Raises `ConfigError` for a command or a pattern that cannot be read."""
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise ConfigError(f"tunnel.command cannot be read: {error}") from error
    if not words:
        return None
    try:
        pattern = re.compile(url_pattern) if url_pattern else None
    except re.error as error:
        raise ConfigError(f"tunnel.url_pattern is not a regular expression: {error}") from error
    return TunnelPlan(command=tuple(words), pattern=pattern, start_timeout_s=start_timeout_s)


def plain(line: str) -> str:
    """A line of output without what only terminals read."""
    return _ESCAPES.sub("", line).strip()


def address_in(line: str, pattern: re.Pattern[str], path: str) -> str | None:
    """The public address of the webhooks that a plain line names; `path` is added where it names only a host."""
    found = pattern.search(line)
    if found is None:
        return None
    text = (found[1] if pattern.groups and found[1] else found[0]).rstrip(_TRAILING)
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    if not is_whole or clean(text) != text:
        return None
    if parts.path in ("", "/"):
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return text


def showable(line: str) -> str:
    """A plain line for a screen: clean, short, and without what may be a secret."""
    line = _NAMED.sub(lambda match: f"{match[1]}…", line)
    hosts = [match.span() for match in _ADDRESS.finditer(line)]

    def mask(match: re.Match[str]) -> str:
        word = match[0]
        is_host = any(start <= match.start() < end for start, end in hosts)
        if is_host or not any(each.isdigit() for each in word) or word.isdigit():
            return word
        return f"{word[:4]}…"

    return clean(_TOKEN.sub(mask, line))[:MAX_LINE]
