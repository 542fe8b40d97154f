"""Whether Telnyx can reach an address of ours, and what to say where it cannot."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from console.ui.presenters.cells import shown


def is_local(url: str) -> bool:
    """Whether an address leads nowhere from the internet: this machine, or a private network."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def unreachable(media_url: str, base_url: str) -> str | None:
    """Why Telnyx cannot stream to `media_url`; None where it can, or may be able to.

    An API on this machine, as the demo's, reaches what is on this machine.
    """
    if not is_local(media_url) or is_local(base_url):
        return None
    host = urlsplit(media_url).hostname or "this machine"
    return f"Telnyx cannot reach {host} from the internet: give this console a public address for media first"


def place(url: str) -> str:
    """`:8080` for a loopback address, else host and port; the text as it is if it is no URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return shown(url)
    if not host:
        return shown(url)
    name = "" if host in ("127.0.0.1", "::1", "localhost") else host
    return shown(f"{name}:{port}" if port is not None else host)
