"""What a command's body says, read once it has been checked against the catalogue. Pure.

Also where the simulator's honesty lives: a value is refused where its effect on events or answers would have to be
invented. Checked, accepted and without any effect are: what is only heard (voices, ringtones, what is muted) and what no
source describes at all (`enable_dialogflow`, `dialogflow_config`, `video_room_id`, `video_room_context`).
"""

import base64
import binascii
from collections.abc import Mapping

from console.domain.entries import Micros
from console.simulator import errors, numbers
from console.simulator.world import Recording, Routing
from console.telnyx import catalogue

Body = Mapping[str, object]

_MAX_RECORDING_S = 43_200
_MAX_RETRIES = 5
_MAX_RETRIES_MS = 60_000
MIN_TIMEOUT_S, MAX_TIMEOUT_S = 5, 600
"""Limits of timeout_secs by its description (VOICE b)."""


def text(body: Body, name: str) -> str | None:
    """A string that is not empty, or None."""
    value = body.get(name)
    return value if isinstance(value, str) and value else None


def whole(body: Body, name: str, default: int) -> int:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def flag(body: Body, name: str, *, default: bool = False) -> bool:
    value = body.get(name)
    return value if isinstance(value, bool) else default


def refuse_not_simulated(body: Body) -> None:
    """Raises `ApiError` for values whose effect the simulator could not show.

    Of webhooks by GET the sources say that the payload is in the query string, but neither in what form nor what is
    signed (VOICE d, trap 4): an invented form would teach applications to read what Telnyx never sends.
    """
    for name in ("webhook_url_method", "webhook_urls_method"):
        if body.get(name) == "GET":
            what = "webhooks by GET, because Telnyx does not document their form and signature"
            raise errors.not_simulated(what, f"/{name}")


def client_state(body: Body, name: str = "client_state") -> str | None:
    """The state to attach, or None. Raises `ApiError` (90017) if it is not base64."""
    value = text(body, name)
    if value is None:
        return None
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise errors.bad_client_state(name) from None
    return value


def destination(body: Body) -> str:
    """Where a call is to go. Raises `ApiError` (10016) if it is neither a number nor a SIP URI.

    A list of several is refused: no source says whether they ring together or in turn, how many legs that makes and
    whose id is answered (VOICE b, dial).
    """
    value = body.get("to")
    if isinstance(value, list):
        if len(value) != 1:
            what = "a call to several destinations, because Telnyx does not document who rings when"
            raise errors.not_simulated(what, "/to")
        value = value[0]
    if not isinstance(value, str) or not numbers.is_destination(value):
        raise errors.not_a_number("to")
    return value


def caller_id(body: Body) -> str | None:
    """The number to be shown, or None. Raises `ApiError` (10016) if it is no number."""
    value = text(body, "from")
    if value is not None and not numbers.is_e164(value):
        raise errors.not_a_number("from")
    return value


def parks(body: Body) -> bool:
    """Whether the leg stays when its bridge ends. Raises `ApiError` for a word Telnyx does not know."""
    value = text(body, "park_after_unbridge")
    if value not in {None, "self"}:
        raise errors.not_one_of("park_after_unbridge", ["self"])
    return value == "self" or flag(body, "hold_after_unbridge")


def timeout_s(body: Body) -> float:
    """How long to let it ring."""
    value = whole(body, "timeout_secs", 30)
    if not MIN_TIMEOUT_S <= value <= MAX_TIMEOUT_S:
        raise errors.out_of_range("timeout_secs", MIN_TIMEOUT_S, MAX_TIMEOUT_S)
    return float(value)


def headers(body: Body, name: str = "custom_headers") -> tuple[Mapping[str, object], ...]:
    """custom_headers or sip_headers, as they come back in webhooks."""
    value = body.get(name)
    return (
        tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
    )


def recording(body: Body, recording_id: str, now: Micros) -> Recording | None:
    """The recording to begin with the answer, or None."""
    if text(body, "record") is None:
        return None
    limit_s = whole(body, "record_max_length", 0)
    if not 0 <= limit_s <= _MAX_RECORDING_S:
        raise errors.out_of_range("record_max_length", 0, _MAX_RECORDING_S)
    single = text(body, "record_track") in {"inbound", "outbound"}
    return Recording(
        recording_id,
        now,
        "single" if single else text(body, "record_channels") or "dual",
        text(body, "record_format") or "mp3",
        file_name=text(body, "record_custom_file_name"),
        limit_s=float(limit_s),
        silence_s=float(whole(body, "record_timeout_secs", 0)),
    )


def check_encryption(body: Body) -> None:
    """Raises `ApiError` (10011): a number of the telephone network cannot be called encrypted."""
    if body.get("media_encryption") not in {"SRTP", "DTLS"}:
        return
    wanted = body.get("to")
    for each in wanted if isinstance(wanted, list) else [wanted]:
        if numbers.is_e164(numbers.bare(str(each))):
            raise errors.srtp_to_pstn()


def routing(body: Body, current: Routing) -> Routing:
    """Where webhooks of the call go from now on. Raises `ApiError` (90057) for an unknown event type."""
    urls = body.get("webhook_urls")
    policies = body.get("webhook_retries_policies")
    changed = current
    if (url := text(body, "webhook_url")) is not None:
        changed = changed._replace(url=url)
    if isinstance(urls, dict):
        unknown = [name for name in urls if name not in catalogue.event_types()]
        if unknown:
            raise errors.ApiError(
                422,
                "90057",
                "Unknown event type",
                f"Unknown event type in webhook_urls: {unknown[0]}.",
                pointer="/webhook_urls",
            )
        changed = changed._replace(urls={name: str(value) for name, value in urls.items()})
    if isinstance(policies, dict):
        changed = changed._replace(retries_ms={k: _retries(v) for k, v in policies.items()})
    return changed


def _retries(policy: object) -> tuple[int, ...]:
    listed = policy.get("retries_ms") if isinstance(policy, dict) else None
    waits = tuple(ms for ms in listed if isinstance(ms, int)) if isinstance(listed, list) else ()
    if len(waits) > _MAX_RETRIES or sum(waits) > _MAX_RETRIES_MS:
        raise errors.out_of_range("webhook_retries_policies", 0, _MAX_RETRIES_MS)
    return waits
