"""What an application wrote into a call's client state, for people: Telnyx carries it as base64 (VOICE f). Pure."""

from __future__ import annotations

import base64
import binascii


def decoded(value: object) -> str | None:
    """The text inside a base64 client state, not cleaned; None where it holds none."""
    if not isinstance(value, str):
        return None
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text if base64.b64encode(text.encode()).decode() == value else None
