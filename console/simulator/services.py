"""What may run on a leg besides the call: a media stream, a transcription, a conversation with a machine. Values only."""

from collections.abc import Callable, Mapping
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
    returned: str = "PCMU"
    """The codec of what is sent to us, with RTP."""
    returned_rate: int = 8_000
    """Its samples a second."""
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


class GatherRules(NamedTuple):
    """What digits are wanted, and how long each wait is, in seconds (VOICE b, group PROMPT)."""

    minimum: int = 1
    maximum: int = 128
    valid: str = "0123456789#*"
    terminator: str = "#"
    """None if empty."""
    first_s: float = 5.0
    """For the first digit, after the prompt."""
    between_s: float = 5.0
    whole_s: float | None = None
    """For all, from the command; None: as long as it takes."""
    tries: int = 1
    """How often the prompt is heard at most."""
    ignores_others: bool = False
    """Whether digits that are not valid are as good as not typed."""
    is_interruptible: bool = True
    """Whether a key ends the prompt."""


class Prompt(NamedTuple):
    """What is heard before digits are waited for."""

    play: Callable[[bool, Callable[[], None]], None]
    """Plays it, after what says that the input was invalid if it was; then tells that it is over."""
    cut: Callable[[], None]
    """Ends it, if it plays or waits to be."""


class Gather(NamedTuple):
    """Digits being collected."""

    rules: GatherRules
    wanted: str
    """What the far end is going to type, if it does."""
    prompt: Prompt | None = None
    gather_id: str | None = None
    """Comes back at the end, if there is one."""
    types: bool = True
    got: str = ""
    typed: int = 0
    """How much of `wanted`."""
    tries: int = 1
    """The how-manieth prompt is heard, or waited for."""
    has_begun: bool = False
    is_complete: bool = False
    """No more digits count."""


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
