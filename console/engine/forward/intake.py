"""A webhook on its way to an application, and how it is asked for there."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from console.domain.entries import Draft
from console.engine.forward.headers import Raw, Sender, request_head
from console.engine.forward.recording import Keeping
from console.engine.forward.target import Target

PSEUDONYM = f"call-console-{secrets.token_hex(4)}".encode()
"""Names this engine in `Via`, so that a request that comes back to it is seen to go in circles."""


class Intake(NamedTuple):
    """One request as received, and the entry that was made of it."""

    method: str
    rest: str
    """What stands below the mount point: empty, or from a slash on."""
    query: str
    headers: Raw
    raw: bytes
    sender: Sender
    draft: Draft
    keeping: Keeping
    """Tells whether the event had been there before, once the journal has said so."""

    def head_for(self, target: Target, *, keep_host: bool) -> bytes:
        """The head of the request to that target."""
        return request_head(
            self.method,
            target.path_for(self.rest, self.query),
            self.headers,
            authority=target.authority,
            sender=self.sender,
            pseudonym=PSEUDONYM,
            length=len(self.raw),
            keep_host=keep_host,
        )
