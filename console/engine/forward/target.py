"""Where webhooks go on to, and which URL there a request is for. Pure."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from console.errors import ConfigError

PORTS = {"http": 80, "https": 443}


class Target(NamedTuple):
    """One URL taken apart. `base` is its path, `query` what stands behind its `?`."""

    scheme: str
    host: str
    port: int
    base: str
    query: str

    @property
    def authority(self) -> str:
        """What belongs into `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def name(self) -> str:
        """The URL for people: without the query, which may hold a token."""
        return f"{self.origin}{self.base}{'?…' if self.query else ''}"

    def path_for(self, rest: str, query: str) -> str:
        """The request target for what stands below the mount point (`rest`, empty or from a slash on) and a query."""
        path = self.base.rstrip("/") + rest if rest else self.base or "/"
        both = "&".join(part for part in (self.query, query) if part)
        # A `?` with nothing behind it is one all the same, but nobody can tell it from none any more: it is left out.
        return f"{path}?{both}" if both else path


def target_of(url: str) -> Target:
    """Raises `ConfigError` for what is no address of an application."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(_wrong(url)) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.fragment:
        raise ConfigError(_wrong(url))
    if not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise ConfigError(_wrong(url))
    return Target(
        parts.scheme, parts.hostname, port or PORTS[parts.scheme], parts.path, parts.query
    )


def below(raw_target: str, mount: str) -> tuple[str, str] | None:
    """What stands below the mount point in a request target, and its query, both as received; None if it is not below.

    A path that climbs (`..`) is none of ours: it could leave the application's own mount point.
    """
    path, _, query = raw_target.partition("?")
    stem = mount.rstrip("/")
    if path == mount:
        return ("" if stem else path), query
    if not path.startswith(f"{stem}/"):
        return None
    rest = path[len(stem) :]
    if "." in unquote(rest) and any(part in (".", "..") for part in unquote(rest).split("/")):
        return None
    return rest, query


def is_named(path: str, prefixes: tuple[str, ...]) -> bool:
    """Whether one of the prefixes is this path, or a folder above it."""
    return any(path == p or path.startswith(f"{p.rstrip('/')}/") for p in prefixes)


def _wrong(url: str) -> str:
    shown = url.split("?")[0].split("@")[-1][:80]
    return (
        f"{shown!r} is no address webhooks can be forwarded to: write it as http://host:port/path"
    )
