"""Webhook bodies for the terminal tests."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime


def webhook(event_type: str, leg: str, **payload: object) -> bytes:
    """A v2 envelope for leg `leg`, which occurred just now."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps(
        {
            "data": {
                "record_type": "event",
                "event_type": event_type,
                "id": str(uuid.uuid4()),
                "occurred_at": now,
                "payload": {
                    "call_control_id": f"v3:{leg}",
                    "call_leg_id": str(uuid.uuid5(uuid.NAMESPACE_OID, leg)),
                    "call_session_id": str(uuid.uuid5(uuid.NAMESPACE_URL, leg)),
                    "connection_id": "1494404757140276705",
                    **payload,
                },
            },
            "meta": {"attempt": 1, "delivered_to": "http://127.0.0.1/webhooks"},
        }
    ).encode()


def initiated(
    leg: str, from_: str = "+13125550101", to: str = "+18005550100", **more: object
) -> bytes:
    """An incoming call that waits for an answer."""
    return webhook(
        "call.initiated",
        leg,
        **{"from": from_, "to": to, "direction": "incoming", "state": "parked", **more},
    )
