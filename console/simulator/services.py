"""What may run on a leg besides the call: a media stream, a transcription, a conversation with a machine. Values only."""

from collections.abc import Mapping
from typing import NamedTuple

from console.domain.entries import Micros


class Stream(NamedTuple):
    """Media on its way to a WebSocket (VOICE b, group STR)."""

    id: str
    url: str
    track: str
    encoding: str
    sample_rate: int
    custom_parameters: tuple[Mapping[str, object], ...] = ()
    is_bidirectional_rtp: bool = False
    is_open: bool = False
    """Whether streaming.started has been reported."""


class OpenStream(NamedTuple):
    """An order to the shell: connect, and send what is heard. `start` is what the frame of that name says."""

    call_control_id: str
    stream: Stream
    start: Mapping[str, object]


class CloseStream(NamedTuple):
    """An order to the shell: send `stop` and disconnect."""

    stream_id: str


class StreamDigit(NamedTuple):
    """An order to the shell: a key was pressed."""

    stream_id: str
    digit: str
    occurred_at: Micros


Order = OpenStream | CloseStream | StreamDigit


class Transcription(NamedTuple):
    """What is said is being written down."""

    tracks: tuple[str, ...]
    interim: bool
    said: int = 0
    """Sentences so far."""


class Conversation(NamedTuple):
    """A leg talks with an assistant (`assistant`), answers its questions (`gather`) or a relay's (`relay`)."""

    id: str
    kind: str
    started_at: Micros
    assistant: Mapping[str, object]
    voice: str | None = None
    history: tuple[Mapping[str, str], ...] = ()
    wanted: Mapping[str, object] = {}
    """What `gather_using_ai` will have found out in the end."""
    got: Mapping[str, object] = {}
    partial_results: bool = False
    history_updates: bool = False
    hangs_up_with: bool = False
    """A participant who joined with on_hangup end_conversation."""


class Supervision(NamedTuple):
    """A leg that listens to another one."""

    call_control_id: str
    role: str
