"""Refusals as Telnyx words them: status, code, title, detail and the field that is wrong.

Codes and texts are those of the specification's examples and of VOICE (a); where Telnyx documents no code for a
refusal, the general 10015 is used and the detail says what is wrong.
"""

from collections.abc import Iterable, Mapping


class ApiError(Exception):
    """An answer that says no; the API turns it into Telnyx's error envelope."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        *,
        pointer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code} {detail}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.pointer = pointer
        self.headers = dict(headers or {})

    def envelope(self) -> dict[str, object]:
        """The body of the answer."""
        error: dict[str, object] = {"code": self.code, "title": self.title, "detail": self.detail}
        if self.pointer is not None:
            error["source"] = {"pointer": self.pointer}
        error["meta"] = {"url": f"https://developers.telnyx.com/docs/overview/errors/{self.code}"}
        return {"errors": [error]}


def unauthorized() -> ApiError:
    return ApiError(
        401,
        "10009",
        "Authentication failed",
        "The required authentication headers were either invalid or not included in the request.",
    )


def not_found(detail: str = "Resource not found") -> ApiError:
    return ApiError(404, "10007", "Resource not found", detail)


def recording_not_found() -> ApiError:
    return ApiError(
        404,
        "10005",
        "Recording not found",
        "The recording could not be found. Please check the recording_id and try again.",
        pointer="/recording_id",
    )


def not_json() -> ApiError:
    return ApiError(
        422, "10027", "Unprocessable entity", "The request body must be a valid JSON object."
    )


def not_simulated(what: str, pointer: str | None = None) -> ApiError:
    """Our own honesty: Telnyx has this, the simulator does not. `what` says why, where a reason is known."""
    if pointer is None:
        return not_found(f"Not simulated: {what}.")
    return ApiError(422, "10015", "Bad Request", f"Not simulated: {what}.", pointer=pointer)


def missing(name: str) -> ApiError:
    return ApiError(
        422,
        "10004",
        "Missing required parameter",
        f"The '{name}' parameter is required and cannot be blank.",
        pointer=f"/{name}",
    )


def wrong_type(name: str, wanted: str) -> ApiError:
    return ApiError(
        422,
        "10026",
        "Invalid type",
        f"The '{name}' parameter must be {wanted}.",
        pointer=f"/{name}",
    )


def not_one_of(name: str, values: Iterable[object]) -> ApiError:
    listed = ", ".join(sorted(str(value) for value in values))
    return ApiError(
        422,
        "10032",
        "Invalid enumerated value",
        f"The value must be one of: {listed}.",
        pointer=f"/{name}",
    )


def out_of_range(name: str, low: object, high: object) -> ApiError:
    if low is None:
        detail = f"The value must not be above {high}"
    elif high is None:
        detail = f"The value must not be below {low}"
    else:
        detail = f"The value is outside of allowed range {low} to {high}"
    return ApiError(422, "10033", "Value outside of range", detail, pointer=f"/{name}")


def not_a_number(name: str) -> ApiError:
    return ApiError(
        422,
        "10016",
        "Phone number must be in +E164 format",
        f"The '{name}' parameter must be in E164 format.",
        pointer=f"/{name}",
    )


def bad_connection() -> ApiError:
    return ApiError(
        422,
        "10015",
        "Invalid value for connection_id (Call Control App ID)",
        "The requested connection_id (Call Control App ID) is either invalid or does not exist. "
        "Only Call Control Apps with valid webhook URL are accepted.",
        pointer="/connection_id",
    )


def bad_client_state(name: str = "client_state") -> ApiError:
    return ApiError(
        422,
        "90017",
        "Invalid client_state",
        "The client_state must be a valid Base-64 encoded string.",
        pointer=f"/{name}",
    )


def bad_call(name: str = "call_control_id") -> ApiError:
    return ApiError(
        422,
        "90015",
        "Invalid Call Control ID",
        f"The {name} provided was not valid.",
        pointer=f"/{name}",
    )


def call_ended() -> ApiError:
    return ApiError(
        422,
        "90018",
        "Call has already ended",
        "This call is no longer active and can't receive commands.",
    )


def not_answered() -> ApiError:
    return ApiError(
        422,
        "90034",
        "Call not answered yet",
        "This call can't receive this command because it has not been answered yet.",
    )


def outbound_answer() -> ApiError:
    return ApiError(
        422, "90102", "Unable to answer call", "Outbound calls cannot be answered with a command."
    )


def bad_request(detail: str, pointer: str | None = None) -> ApiError:
    return ApiError(422, "10015", "Bad Request", detail, pointer=pointer)


def not_in_queue() -> ApiError:
    return ApiError(422, "90035", "Call not in queue", "The call is not in a queue.")


def already_in_queue() -> ApiError:
    return ApiError(
        422, "90038", "Call already in queue", "Call can't be added to a queue it's already in."
    )


def queue_full(name: str) -> ApiError:
    return ApiError(
        422, "90036", "Queue full", f"The '{name}' queue is full and can't accept more calls."
    )


def queue_size_fixed() -> ApiError:
    return ApiError(
        422,
        "90037",
        "Unable to change max_size",
        "The max_size of an existing queue can't be modified.",
        pointer="/max_size",
    )


def too_many(headers: Mapping[str, str]) -> ApiError:
    return ApiError(
        429,
        "10011",
        "Too many requests",
        "You have exceeded the maximum number of allowed requests.",
        headers=headers,
    )


def broken(status: int) -> ApiError:
    """A fault asked for by a test or by chaos."""
    title = "Service unavailable" if status == 503 else "Internal server error"
    return ApiError(status, "10007", title, title)


def streaming_used() -> ApiError:
    return ApiError(
        422,
        "90045",
        "Media Streaming is used",
        "This command can't be issued when media streaming is used.",
    )


def streaming_not_started(detail: str) -> ApiError:
    return ApiError(422, "90046", "Media Streaming failed to start", detail)


def streaming_not_used() -> ApiError:
    return ApiError(
        422,
        "90048",
        "Media Streaming is not used",
        "This command can't be issued when media streaming is not used.",
    )


def not_forked() -> ApiError:
    return ApiError(
        422,
        "90031",
        "Call is not currently forked",
        "Can't stop forking, because the call isn't currently forked.",
    )


def transcription_active() -> ApiError:
    return ApiError(
        422,
        "90054",
        "Call transcription is already in progress",
        "Call transcription can not be started more than once.",
    )


def transcription_needed() -> ApiError:
    return ApiError(
        422,
        "90055",
        "Unable to stop call transcription",
        "Call transcription can't be stopped while a recording with timeout_secs is in progress.",
    )


def recording_while_transcribing() -> ApiError:
    return ApiError(
        422,
        "90053",
        "Invalid value for timeout_secs",
        "The timeout_secs of a recording can't be used while the call is being transcribed.",
        pointer="/timeout_secs",
    )


def assistant_active() -> ApiError:
    return ApiError(
        422,
        "90061",
        "AI Assistant is already in progress",
        "AI Assistant cannot be started more than once.",
    )


def conference_unknown() -> ApiError:
    return ApiError(404, "90058", "Invalid conference_id", "The conference does not exist.")


def conference_over() -> ApiError:
    return ApiError(
        422,
        "90019",
        "Conference has already ended",
        "This conference is no longer active and can't receive commands.",
    )


def conference_exists() -> ApiError:
    return ApiError(
        422,
        "90033",
        "Unable to execute command",
        "Conference with given name already exists and it's active.",
    )


def conference_full(limit: int) -> ApiError:
    return ApiError(
        422,
        "90032",
        "Maximum number of participants reached",
        f"The maximum allowed value of `max_participants` has been reached at {limit}.",
    )


def conference_joined() -> ApiError:
    return ApiError(
        422,
        "90044",
        "Unable to join conference",
        "The call can't join a conference it has already joined.",
    )


def queue_not_empty() -> ApiError:
    return ApiError(400, "90050", "Unable to delete queue", "Only empty queues can be deleted.")


def supervising() -> ApiError:
    """The words were heard from the live service; the code was not recorded."""
    return ApiError(422, "10015", "Bad Request", "Supervisor calls do not support commands")


def srtp_to_pstn() -> ApiError:
    return ApiError(
        422,
        "10011",
        "Media encryption not supported for PSTN calls",
        "SRTP media encryption is not supported for PSTN calls.",
        pointer="/media_encryption",
    )
