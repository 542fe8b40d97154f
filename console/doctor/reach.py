"""What a request through the public address found. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from console.doctor.findings import Finding, fail, ok
from console.standing import Reach

_FIXES: Mapping[str, str] = {
    "address": "set listen.public_url to an https address",
    "busy": "ask again in a moment",
    "dns": "check the name's DNS entry, or listen.public_url",
    "tls": "renew the certificate, or use a name it is for",
    "refused": "start the tunnel or proxy that leads from there to this port",
    "timeout": "check firewall and tunnel, or try the address from another network",
    "broken": "look into the log of the tunnel or proxy",
    "redirect": "set listen.public_url to the address it redirects to",
    "path": "set listen.path to the path of the public address",
    "console": "stop the other console, or use another address",
    "gateway": "point the tunnel or proxy at this console's port",
    "server": "point the address at this console, or mend listen.public_url",
}


def reach_finding(reach: Reach) -> Finding:
    """Whether the address leads here."""
    if reach.ok:
        return ok("reachable", reach.sentence)
    return fail("reachable", reach.sentence, _FIXES.get(reach.fault, "check listen.public_url"))
