"""Valid values for every parameter of every command, made from the catalogue's types."""

from typing import Any

from console.telnyx.catalogue import Command, Schema

VALUES: dict[str, Any] = {
    "to": "+12125550100",
    "from": "+13125550100",
    "client_state": "aGVsbG8=",
    "target_leg_client_state": "bmV3",
    "park_after_unbridge": "self",
    "sip_address": "sip:desk@example.com",
    "digits": "12#",
    "duration_millis": 200,
    "initial_timeout_millis": 5_000,
    "inter_digit_timeout_millis": 5_000,
    "timeout_millis": 60_000,
    "stop": "all",
    "target_legs": "self",
    "loop": 1,
    "valid_digits": "0123456789",
    "terminating_digit": "#",
    "transcription_tracks": "both",
    "rx": "udp:127.0.0.1:9000",
    "tx": "udp:127.0.0.1:9002",
    "stream_url": "ws://127.0.0.1:9/media",
    "stream_codec": "PCMU",
    "session_timeout_secs": 1800,
    "timeout_secs": 30,
    "time_limit_secs": 3600,
    "url": "wss://relay.example.com/talk",
    "conversation_relay_url": "wss://relay.example.com/talk",
    "audio_url": "https://media.example.com/hello.mp3",
    "webhook_event_url": "http://127.0.0.1:9/webhooks",
    "webhook_event_failover_url": "http://127.0.0.1:9/failover",
    "webhook_timeout_secs": 5,
    "max_length": 60,
    "record_max_length": 60,
    "max_participants": 20,
    "duration_minutes": 30,
    "media_encryption": "disabled",
    "send_digits_on_answer": "1w2",
    "webhook_url_method": "POST",
    "webhook_urls_method": "POST",
    "webhook_urls": {"call.hangup": "http://127.0.0.1:9/hangup"},
    "webhook_retries_policies": {"call.hangup": {"retries_ms": [100]}},
    "parameters": {"properties": {"name": {"type": "string"}, "age": {"type": "integer"}}},
}


def value(schema: Schema, name: str) -> Any:
    """A valid value: the one of the table, else one made from the type."""
    if name in VALUES:
        return VALUES[name]
    if schema.enum is not None:
        return next(each for each in schema.enum if each is not None)
    if schema.one_of:
        made = value(schema.one_of[0], name)
        if schema.choices and schema.discriminator:
            made[schema.discriminator] = next(k for k, at in schema.choices.items() if at == 0)
        return made
    kind = next((word for word in schema.types if word != "null"), "object")
    match kind:
        case "string":
            return "x" * max(1, schema.min_length or 0)
        case "boolean":
            return True
        case "integer" | "number":
            return schema.min if schema.min is not None else 1
        case "array":
            return [] if schema.items is None else [value(schema.items, name)]
        case _:
            return {each.name: value(each, each.name) for each in schema.properties}


def filled(command: Command, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A body with every parameter but those left out."""
    return {
        each.name: value(each, each.name)
        for each in command.parameters
        if each.where == "body" and each.name not in without
    }
