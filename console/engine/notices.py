"""What is missing for an engine to do all it can, and how to set it: plain sentences."""

from __future__ import annotations

from console.engine.listener import NO_KEY, VERSION_1
from console.engine.settings import EngineSettings

WATCHING_ONLY = (
    "no API key is set, so this console only watches: set TELNYX_API_KEY to send commands"
)
NOT_COMPARING = (
    "no connection id is set, so calls are not compared with Telnyx: set connection_id"
    " to your Call Control application's id"
)
REFUSING_ALL = f"every webhook is refused: {NO_KEY}"


def missing(settings: EngineSettings, *, has_api_key: bool, saw_version_1: bool) -> tuple[str, ...]:
    """As of now, the gravest first."""
    found = {
        REFUSING_ALL: not settings.public_key and settings.poll is None,
        WATCHING_ONLY: not has_api_key,
        NOT_COMPARING: has_api_key and not settings.connection_id,
        VERSION_1: saw_version_1,
    }
    return tuple(notice for notice, applies in found.items() if applies)
