"""Call Control applications as values and as JSON (VOICE a). Pure."""

from collections.abc import Iterable, Mapping

from console.domain.entries import Micros
from console.domain.times import iso
from console.simulator import errors
from console.simulator.world import Application

Json = dict[str, object]

_FIELDS = (
    "webhook_event_url",
    "webhook_event_failover_url",
    "webhook_api_version",
    "webhook_timeout_secs",
    "call_cost_in_webhooks",
    "first_command_timeout",
    "first_command_timeout_secs",
    "active",
)
_OTHERS: Mapping[str, object] = {
    "anchorsite_override": "Latency",
    "dtmf_type": "RFC 2833",
    "redact_dtmf_debug_logging": False,
    "inbound": {},
    "outbound": {},
    "tags": [],
}
_MAX_TIMEOUT_S = 30


def as_json(application: Application) -> Json:
    """The application as the API shows it."""
    return {
        "record_type": "call_control_application",
        "id": application.id,
        "application_name": application.name,
        **{name: getattr(application, name) for name in _FIELDS},
        **_OTHERS,
        **application.settings,
        "created_at": iso(application.created_at),
        "updated_at": iso(application.updated_at),
    }


def listed(applications: Iterable[Application], query: Mapping[str, str]) -> list[Application]:
    """Those whose name contains what is looked for, in the order that `sort` names (creation by default)."""
    contains = query.get("filter[application_name][contains]", "")
    found = [each for each in applications if contains in each.name]
    match query.get("sort"):
        case "connection_name":
            return sorted(found, key=lambda each: each.name)
        case "active":
            return sorted(found, key=lambda each: each.active)
        case _:
            return sorted(found, key=lambda each: each.created_at)


def changes(body: Mapping[str, object], current: Application | None, now: Micros) -> Json:
    """What a request to create or update sets, as fields of `Application`. Raises `ApiError`."""
    url = body.get("webhook_event_url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise errors.bad_request(
            "webhook_event_url must be an http or https URL.", "/webhook_event_url"
        )
    timeout_s = body.get("webhook_timeout_secs")
    if isinstance(timeout_s, int) and not 0 <= timeout_s <= _MAX_TIMEOUT_S:
        raise errors.out_of_range("webhook_timeout_secs", 0, _MAX_TIMEOUT_S)
    known = {name: body[name] for name in _FIELDS if name in body}
    kept = {} if current is None else current.settings
    settings = {**kept, **{name: body[name] for name in _OTHERS if name in body}}
    return {**known, "name": body["application_name"], "settings": settings, "updated_at": now}
