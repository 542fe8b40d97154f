"""What an engine tells about itself, about sound it hears and about what it was asked: values that cross its socket.

Must not import anything that is slow to load: a desk reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from console.domain.entries import Micros
from console.standing import Reach, TakingHealth, TunnelHealth


class TargetHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One target of forwarding: the application, or an observer. Latencies in ms, of the last five minutes."""

    url: str
    """Without the query."""
    mode: str
    """`front`, `buffer`, `copy` or `observer`."""
    is_up: bool | None = None
    """Whether it could be reached when last looked; None before the first look."""
    why: str = ""
    checked_at: Micros | None = None
    in_flight: int = 0
    limit: int = 0
    answered: int = 0
    failed: int = 0
    """No whole answer in time, or one of 5xx."""
    failures_last_minute: int = 0
    last_status: int | None = None
    last_error: str = ""
    last_latency_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    queued: int = 0
    """Webhooks that wait to be delivered."""
    dropped: int = 0
    """Webhooks that an observer never got because its queue was full; expired ones in buffer mode."""


class ForwardHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How webhooks are handed on."""

    mode: str
    target: TargetHealth | None = None
    observers: tuple[TargetHealth, ...] = ()
    unverified: bool = False
    """Whether webhooks go on although they are not verified, on any path: shown as long as it is so."""
    timeout_s: float = 0.0
    application_timeout_s: float | None = None
    """The application's webhook_timeout_secs; None where it is not set or not known."""


class PollHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How reading Telnyx's records does, where no webhook is heard. Seconds; times in µs since 1970."""

    interval_s: float
    """How long it waits before it reads again."""
    delay_s: float
    """How late what happens is seen at most, going by the interval and by what was seen lately."""
    last_at: Micros | None = None
    """When the records were last read."""
    failing_since: Micros | None = None
    """Since when nothing of what happens can be read; None while it can."""
    error: str = ""
    """Why they, or some of them, cannot be read; empty while they can."""
    limited: bool = False
    """Whether Telnyx's rate limit is the reason."""
    events: int = 0
    """Events read so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What an engine knows about itself, as of the moment it was asked. Times in µs since 1970, latency in ms."""

    pid: int
    version: str
    started_at: Micros
    journal: str
    webhook_url: str
    """Where this engine listens, e.g. `http://127.0.0.1:8080/webhooks`."""
    base_url: str
    """The API it talks to, without credentials."""
    profile: str | None = None
    public_key: bool = False
    api_key: bool = False
    connection_id: str | None = None
    read_only: bool = False
    verified: int = 0
    refused: int = 0
    duplicates: int = 0
    in_flight: int = 0
    """Commands without an outcome yet: under way, or waiting for Telnyx's rate limit."""
    last_event_at: Micros | None = None
    last_verified_at: Micros | None = None
    clock_offset_ms: float | None = None
    """This machine's clock minus Telnyx's, from signed timestamps; None before the first event."""
    api_latency_ms: float | None = None
    api_error: str | None = None
    journal_error: str | None = None
    """Why nothing is being recorded, in words; None while all is well."""
    reconcile: str = "not asked yet"
    """One sentence: what the last comparison with Telnyx found."""
    reconciled_at: Micros | None = None
    rate_limit_remaining: int | None = None
    """Requests that Telnyx still takes in this period, as it last said; None where it does not say."""
    rate_limit_reset_s: float | None = None
    """Seconds until Telnyx counts anew, or until the engine asks again after a 429."""
    queued: int = 0
    """Requests that wait for Telnyx's rate limit: commands, questions and our own comparing."""
    media_url: str | None = None
    """What to give as stream_url so that a call's sound comes here; secret like a key, new with every engine."""
    media_is_public: bool = False
    """Whether a public address was configured for it; else only this machine (the simulator) can stream."""
    streams: int = 0
    """Media streams that are connected now."""
    desks: int = 0
    notices: tuple[str, ...] = ()
    """Plain sentences said once each: what is missing and how to set it."""
    forward: ForwardHealth | None = None
    """None while webhooks are only listened to."""
    poll: PollHealth | None = None
    """How Telnyx's records are read instead of hearing webhooks; None where a port is open for them."""
    public_url: str | None = None
    """Where the internet reaches the webhooks: the tunnel's address, or what was configured; None: not known."""
    reach: Reach | None = None
    """What the last self-test through `public_url` found; None before the first."""
    taking: TakingHealth | None = None
    """The application whose webhook URL was taken and is not given back; None where none is."""
    tunnel: TunnelHealth | None = None
    """The program that leads from the internet to the port; None where none is configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a comparison with Telnyx found."""

    ok: bool
    message: str
    active: int = 0
    found: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackHealth:
    """One direction of a stream's sound. Levels in dB below full scale over the last 0.5 s."""

    track: str
    """`inbound` or `outbound`, as Telnyx names it; other words are kept, cleaned."""
    packets: int = 0
    lost: int | None = 0
    """Packets that never came, by chunk number; None where numbers are missing or shared by both tracks."""
    reordered: int = 0
    """Packets that came after one with a higher number."""
    late: int = 0
    """Of these, packets that came too late to be put back in order."""
    duplicates: int = 0
    undecoded: int = 0
    """Packets whose sound could not be read."""
    seconds: float = 0.0
    """How much sound came; 0 where the codec is not decoded."""
    level_db: float | None = None
    """RMS; None while nothing comes, or where the codec is not decoded. Digital silence is -96."""
    peak_db: float | None = None
    jitter_ms: float | None = None
    """How unevenly packets arrive against their own timestamps, smoothed; it has crossed TCP and is no RTP jitter."""
    last_packet_age_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHealth:
    """A call's sound on its way to us."""

    call_control_id: str | None
    """None until Telnyx has said which call it is."""
    stream_id: str | None = None
    is_live: bool = True
    started_at: Micros = 0
    ended_at: Micros | None = None
    codec: str | None = None
    """As Telnyx names it: PCMU, PCMA, L16, …; None until it has said so."""
    sample_rate: int | None = None
    channels: int | None = None
    is_decoded: bool = False
    """Whether level, duration and saving work for this codec."""
    tracks: tuple[TrackHealth, ...] = ()
    saving: str | None = None
    """The WAV file being written."""
    saved_s: float = 0.0
    notice: str = ""
    """One sentence about what does not work, or what is assumed; empty while all is plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """What Telnyx answered to a question (a catalogued GET), or to a change of an application."""

    ok: bool
    status: int | None = None
    """HTTP status; None when nothing answered or nothing was sent."""
    code: str | None = None
    """Telnyx's error code as text."""
    message: str = ""
    """One sentence for a person: what is wrong and what to do; empty when ok."""
    pointer: str | None = None
    """The parameter it is about, as Telnyx names it."""
    data: object = None
    """`data` as received: an object or a list. Strings are not cleaned."""
    meta: Mapping[str, object] = field(default_factory=dict)
    """Page or cursor information of a list."""
    latency_ms: float = 0.0
    attempts: int = 0

    @property
    def fields(self) -> Mapping[str, object]:
        """`data` where it is an object, else an empty one."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def rows(self) -> Sequence[Mapping[str, object]]:
        """The objects of `data` where it is a list, else none."""
        rows = self.data if isinstance(self.data, list) else []
        return [row for row in rows if isinstance(row, dict)]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One question to Telnyx that an engine asked, and what came of it. Commands are in the journal instead."""

    number: int
    at: Micros
    method: str
    path: str
    """Percent-encoded, without host and query."""
    query: Mapping[str, str] = {}
    purpose: str
    """`asked` by an operator, or `comparing` with Telnyx's records."""
    status: int | None = None
    latency_ms: float = 0.0
    attempts: int = 0
    message: str = ""
    """Why there is no good answer, in words; empty when there is one."""
