"""What SIP statuses and Telnyx's own refusal codes mean, in a few words.

Statuses: RFC 3261, section 21. Codes that begin with a letter: Telnyx's table of SIP response codes; they stand in
`telnyx_error` of an event or of a refused command.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.values import mapping, text

SIP_STATUS: Mapping[str, str] = {
    "400": "bad request",
    "401": "not authorised",
    "403": "forbidden",
    "404": "no such destination",
    "407": "proxy wants authentication",
    "408": "no answer from the far end in time",
    "410": "number no longer in use",
    "415": "media type not supported",
    "420": "extension not supported",
    "480": "temporarily unavailable",
    "481": "no such call at the far end",
    "482": "loop detected",
    "483": "too many hops",
    "484": "number incomplete",
    "485": "number ambiguous",
    "486": "busy",
    "487": "cancelled before an answer",
    "488": "media not acceptable",
    "500": "failure at the far end",
    "501": "not supported at the far end",
    "502": "bad gateway",
    "503": "service unavailable",
    "504": "gateway time-out",
    "505": "SIP version not supported",
    "513": "message too large",
    "600": "busy everywhere",
    "603": "declined",
    "604": "exists nowhere",
    "606": "not acceptable",
}

REFUSAL: Mapping[str, str] = {
    "D1": "the account's limit of concurrent calls is reached",
    "D2": "the outbound profile's limit of concurrent calls is reached",
    "D3": "the connection's limit of concurrent calls is reached",
    "D7": "the connection has no outbound voice profile",
    **{f"D{n}": "the connection, profile or account is disabled" for n in range(10, 18)},
    "D18": "the connection is not active",
    "D19": "the account is blocked",
    "D22": "the channel limit is reached",
    "D24": "too many calls were started within a minute",
    "D35": "the caller id is not allowed",
    "D36": "the caller id belongs to somebody else",
    "D38": "the connection has no outbound voice profile",
    "D40": "there is no route to this number",
    "D41": "calls to this prefix are forbidden",
    "D42": "the connection does not allow REFER",
    "D51": "the number is not verified",
    "D60": "the account may only call verified numbers",
    "D61": "the account may only call verified numbers",
    "RG1": "the SIP user is not registered",
    **{f"PE{n}": "there is no route to this number" for n in range(1, 7)},
}


def refusal_code(payload: Mapping[str, object]) -> str | None:
    """The code in `telnyx_error`, whether that is an object with `error_code` or the code itself."""
    return text(mapping(payload, "telnyx_error"), "error_code") or text(payload, "telnyx_error")
