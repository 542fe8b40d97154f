"""What Telnyx's refusals mean and what to do about them: code → one sentence and one piece of advice.

Sources: VOICE (a), which digests Telnyx's API error list, its SIP response codes and its webhook delivery codes.
Codes arrive as text or as numbers and are treated alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.domain.sip_words import REFUSAL
from console.domain.text import clean

MISSING = "10004"
TOO_MANY_REQUESTS = "10011"
BAD_REQUEST = "10015"
WRONG_TYPE = "10026"
INVALID_ENUM = "10032"
OUT_OF_RANGE = "10033"
ALREADY_ENDED = "90018"
BAD_CLIENT_STATE = "90017"

_WAIT = "wait a moment and try again"
_VALUE = "correct the value and send again"
_KEY = "check the API key (call-console config show says where it came from)"
_PORTAL = "look at the account in the Telnyx portal"
_APP = "look at the application and its outbound voice profile in the Telnyx portal"
_ACTIVE = "wait for a call to end, or ask Telnyx for a higher limit"
_NOTHING = "nothing is left to do"
_URL = "check the webhook address of the application"


class Problem(NamedTuple):
    """Why something was refused, for a person."""

    code: str | None
    """Telnyx's code as text (`90018`, `D17`), None where there was none."""
    sentence: str
    advice: str
    pointer: str | None
    """The field it is about (`/to`, `page[size]`), as Telnyx or the catalogue names it."""

    def __str__(self) -> str:
        """One line: sentence, code and field, what to do."""
        where = ", ".join(part for part in (self.code, self.pointer) if part)
        return f"{self.sentence}{f' ({where})' if where else ''}: {self.advice}"


_REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("D1", "D2", "D3", "D22"), _ACTIVE),
    **dict.fromkeys(("D7", "D18", "D38", "D41", "D42"), _APP),
    **{f"D{number}": _APP for number in range(10, 18)},
    "D19": _PORTAL,
    "D24": _WAIT,
    **dict.fromkeys(("D35", "D36"), "use a number that belongs to the account"),
    "D40": "check the number",
    "D51": "verify it in the Telnyx portal",
    **dict.fromkeys(("D60", "D61"), "verify the number, or upgrade the account"),
    "RG1": "let the user's phone register first",
    **{f"PE{number}": "check the number, or try later" for number in range(1, 7)},
}
"""What to do about a refusal on the SIP level, which stands in telnyx_error.error_code."""

_CODES: Mapping[str, tuple[str, str]] = {
    **{code: (REFUSAL[code], advice) for code, advice in _REFUSED.items()},
    "10004": ("a required parameter is missing", "give it and send again"),
    "10005": ("Telnyx does not know this resource", "check the name or id"),
    "10007": ("Telnyx met an unexpected error", _WAIT),
    "10009": ("Telnyx does not accept the API key", _KEY),
    "10010": ("the API key may not do this", _KEY),
    "10011": ("too many requests", _WAIT),
    "10015": (
        "Telnyx does not understand the request",
        "check the state of the call, the values and the connection id",
    ),
    "10016": (
        "the number is not in E.164 form",
        "write it with + and country code, like +15550100",
    ),
    "10026": ("a value has the wrong type", _VALUE),
    "10027": ("Telnyx cannot process the request as it is", _VALUE),
    "10032": ("the value is none of those allowed", "call-console commands ACTION lists them"),
    "10033": ("a value is outside its range", _VALUE),
    "10036": ("the resource is still being processed", _WAIT),
    "10038": ("the account may not use this feature", _PORTAL),
    "10039": ("the account's use of this feature is limited", _PORTAL),
    "20002": ("the API key was revoked", _KEY),
    "20008": ("the API key is not valid", _KEY),
    "20012": ("the account is not active, perhaps for lack of funds", _PORTAL),
    "20013": ("the account is blocked", _PORTAL),
    "20100": ("the account has not enough funds", "add funds in the Telnyx portal"),
    "90015": ("Telnyx does not know this call", "it may have ended long ago; refresh with the API"),
    "90016": ("the value of stop is invalid", "use current or all"),
    "90017": ("the client state is not valid base64", "encode it as base64"),
    "90018": ("the call has already ended", _NOTHING),
    "90019": ("the conference has already ended", _NOTHING),
    "90020": ("there is no audio to record yet", "wait until the call is answered"),
    "90029": ("time_limit_secs is outside its range", _VALUE),
    "90031": ("the call's audio is not being forked", _NOTHING),
    "90032": ("the conference is full", "wait until somebody leaves"),
    "90033": (
        "the conference's name is taken, or nobody is in it any more",
        "choose another name, or look at the conference",
    ),
    "90034": ("the call is not answered yet", "answer it first, or wait until the far end has"),
    "90035": ("the call is not in a queue", _NOTHING),
    "90036": ("the queue is full", "wait, or choose another queue"),
    "90037": ("the size of a queue cannot be changed this way", "leave max_size out"),
    "90038": ("the call is in this queue already", _NOTHING),
    "90040": ("Telnyx could not download the audio", "check the address of the audio"),
    "90041": ("the account's channels are all in use", _ACTIVE),
    "90042": ("the outbound profile's channels are all in use", _ACTIVE),
    "90043": ("the connection's channels are all in use", _ACTIVE),
    "90044": ("the call is in this conference already", _NOTHING),
    "90045": ("the call's audio is being streamed already", "stop that stream first"),
    "90046": ("the stream could not be started", "check the stream's address"),
    "90048": ("the call's audio is not being streamed", _NOTHING),
    "90049": ("record_timeout_secs is invalid", _VALUE),
    "90050": ("the queue is not empty", "empty it first"),
    "90053": (
        "timeout_secs cannot be used while transcribing",
        "leave it out, or stop transcribing",
    ),
    "90054": ("the call is being transcribed already", _NOTHING),
    "90055": ("the transcription cannot be stopped now", "end the recording that uses it first"),
    "90056": ("initial_timeout_millis is invalid", _VALUE),
    "90057": ("webhook_urls names an event type that Telnyx does not know", _VALUE),
    "90058": ("Telnyx does not know this conference", "check the id; it may have ended"),
    "90059": ("recording_track is invalid", _VALUE),
    "90061": ("an assistant or relay is on this call already", "stop it first"),
    "90102": ("only incoming calls can be answered", "wait for the far end to answer"),
    # Deliveries of webhooks, in /webhook_deliveries
    "75000": ("the webhook could not be delivered", _URL),
    "75001": ("the webhook's host name was not found", _URL),
    "75002": ("nothing accepted the webhook's connection", _URL),
    "75299": ("the webhook was answered, but not with 200", "answer with 200 and an empty body"),
    "75300": ("the webhook was redirected", "give the final address to the application"),
    "75400": ("the webhook was called a bad request", _URL),
    "75404": ("the webhook's path was not found", _URL),
    "75499": ("the webhook was refused", _URL),
    "75500": ("the webhook's receiver failed", "look at the receiver"),
    "75599": ("the webhook's receiver failed", "look at the receiver"),
}
_RANGES: Sequence[tuple[range, tuple[str, str]]] = (
    (range(90000, 90015), ("a value is invalid", _VALUE)),
    (range(90021, 90031), ("a number is invalid", _VALUE)),
    (range(75003, 75007), ("the webhook's certificate was not accepted", "renew or complete it")),
)
_BY_STATUS: Mapping[tuple[str, int], tuple[str, str]] = {
    ("10007", 404): (
        "Telnyx does not know this resource",
        "check the id or name; it may have ended",
    ),
    ("10011", 422): (
        "encrypted audio is not possible with the telephone network",
        "leave media_encryption out",
    ),
}
_STATUSES: Mapping[int, tuple[str, str]] = {
    400: ("Telnyx does not understand the request", _VALUE),
    401: ("Telnyx does not accept the API key", _KEY),
    402: ("the account has not enough funds", "add funds in the Telnyx portal"),
    403: ("the API key may not do this", _KEY),
    404: ("Telnyx does not know this call or resource", "check the id; the call may have ended"),
    405: ("this address does not take such a request", "check the base URL"),
    408: ("Telnyx waited too long for the request", _WAIT),
    409: ("another change is going on at the same time", _WAIT),
    413: ("the request is too long", "shorten it"),
    422: ("Telnyx cannot do this as asked, or the call is no longer active", _VALUE),
    429: ("too many requests", _WAIT),
}


def explain(status: int | None, errors: Sequence[Mapping[str, object]]) -> Problem:
    """The most telling problem of an answer; `status` is None where nothing answered. Never raises."""
    chosen = _most_telling(errors)
    code = code_of(chosen)
    known = _known(status, code)
    if known is None:
        known = _unknown(status, chosen)
    pointer = _pointer(chosen)
    return Problem(
        code, _with_detail(known[0], code, chosen), _advice(known[1], code, pointer), pointer
    )


def code_of(error: Mapping[str, object]) -> str | None:
    """Telnyx's code of one error as text, whatever type it came in."""
    code = error.get("code")
    if isinstance(code, bool) or not isinstance(code, str | int):
        return None
    return clean(str(code).strip()) or None


def _most_telling(errors: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """A SIP-level code says more than the general one beside it; a known code more than an unknown one."""
    coded = [error for error in errors if code_of(error) is not None]
    for error in coded:
        if not (code_of(error) or "").isdigit() and _known(None, code_of(error)):
            return error
    for error in coded:
        if _known(None, code_of(error)):
            return error
    return next(iter([*coded, *errors]), {})


def _known(status: int | None, code: str | None) -> tuple[str, str] | None:
    if code is None:
        return None
    if status is not None and (code, status) in _BY_STATUS:
        return _BY_STATUS[code, status]
    if code in _CODES:
        return _CODES[code]
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 8 else -1
    return next((said for numbers, said in _RANGES if number in numbers), None)


def _unknown(status: int | None, error: Mapping[str, object]) -> tuple[str, str]:
    said = _text(error, "detail") or _text(error, "title")
    if status is None:
        return said or "Telnyx did not answer", "check the network and the base URL"
    if status >= 500:
        fallback = (f"Telnyx failed to answer properly (HTTP {status})", _WAIT)
    else:
        fallback = _STATUSES.get(status, (f"Telnyx answered HTTP {status}", "check the base URL"))
    return (said.rstrip(". "), fallback[1]) if said else fallback


_NEED_DETAIL = frozenset({"10004", "10005", "10015", "10026", "10027", "10032", "10033", "90000"})
"""Codes so general that Telnyx's own detail is what helps."""


def _with_detail(sentence: str, code: str | None, error: Mapping[str, object]) -> str:
    detail = _text(error, "detail")
    if code not in _NEED_DETAIL or not detail or detail == sentence:
        return sentence
    return f"{sentence}: {detail.rstrip('. ')}"


def _advice(advice: str, code: str | None, pointer: str | None) -> str:
    """A bad request that names its field is about that field, and only then not about the connection id."""
    is_named = pointer is not None and "connection_id" not in pointer
    return _VALUE if code == BAD_REQUEST and is_named else advice


def _pointer(error: Mapping[str, object]) -> str | None:
    source = error.get("source")
    if not isinstance(source, Mapping):
        return None
    return _text(source, "pointer") or _text(source, "parameter")


def _text(source: Mapping[str, object], name: str) -> str | None:
    value = source.get(name)
    return clean(value)[:500] if isinstance(value, str) and value else None
