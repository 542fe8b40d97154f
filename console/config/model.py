"""Every setting there is: one field with type, limits, default and one sentence of documentation.

`config.example.toml` is generated from here and a test compares the two. An empty text means "not set". Secrets are not
settings: the file refers to them (`api_key_env`, `api_key_file`, `api_key_command`), see `console.config.secrets`.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

PROFILES = "profiles"
"""Name of the table of profiles, each of which may hold any of these settings."""


class Api(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Telnyx's API, and how this console proves who it is."""

    api_key_env: Annotated[
        str, Meta(description="Name of the environment variable that holds the API key.")
    ] = "TELNYX_API_KEY"
    api_key_file: Annotated[
        str, Meta(description="File whose first line is the API key; empty: none.")
    ] = ""
    api_key_command: Annotated[
        str | tuple[str, ...],
        Meta(description="Program that prints the API key, run without a shell; empty: none."),
    ] = ""
    public_key: Annotated[
        str,
        Meta(
            description="Public key of your account (portal: Keys & Credentials), checks webhooks."
        ),
    ] = ""
    public_key_file: Annotated[
        str, Meta(description="File whose first line is the public key; empty: none.")
    ] = ""
    connection_id: Annotated[
        str, Meta(description="Id of your Call Control application, for dialling and reconciling.")
    ] = ""
    base_url: Annotated[
        str, Meta(description="Address of the API.", pattern=r"^https?://[^/@?#\s]+(/[^?#\s]*)?$")
    ] = "https://api.telnyx.com/v2"
    caller_id: Annotated[
        str,
        Meta(description="Number shown to those you dial, as +15550100; empty: asked each time."),
    ] = ""
    request_timeout_s: Annotated[
        float, Meta(description="Seconds to wait for one answer of the API.", gt=0, le=120)
    ] = 10.0
    max_attempts: Annotated[
        int,
        Meta(description="How often one command is tried, with the same command id.", ge=1, le=10),
    ] = 4


class Listen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where webhooks arrive."""

    host: Annotated[
        str, Meta(description="Address to listen on; 0.0.0.0 for every interface.", min_length=1)
    ] = "127.0.0.1"
    port: Annotated[
        int, Meta(description="Port to listen on; 0 takes any free one.", ge=0, le=65535)
    ] = 8080
    path: Annotated[str, Meta(description="Path of the webhook URL.", pattern=r"^/[^?#\s]*$")] = (
        "/webhooks"
    )
    public_url: Annotated[
        str,
        Meta(
            description="Where the internet reaches the webhooks, to check applications; empty: unknown.",
            pattern=r"^(https?://[^/@?#\s]+[^?#\s]*)?$",
        ),
    ] = ""
    body_limit_bytes: Annotated[
        int, Meta(description="Larger webhooks are answered 413.", ge=1024, le=64 * 1024 * 1024)
    ] = 1024 * 1024
    read_timeout_s: Annotated[
        float, Meta(description="Seconds a sender may take for one request.", gt=0, le=300)
    ] = 10.0
    max_connections: Annotated[
        int, Meta(description="Connections served at the same time.", ge=1, le=65535)
    ] = 512
    tolerance_s: Annotated[
        int, Meta(description="Seconds a signed timestamp may be off, both ways.", ge=1, le=86400)
    ] = 300
    media_path: Annotated[
        str,
        Meta(
            description="Where calls' sound is streamed to; a token nobody can guess follows.",
            pattern=r"^/[^?#\s]*$",
        ),
    ] = "/media"
    media_public_url: Annotated[
        str,
        Meta(
            description="Where the internet reaches the port for sound; empty: as public_url says.",
            pattern=r"^((https?|wss?)://[^/@?#\s]+[^?#\s]*)?$",
        ),
    ] = ""
    media_max_streams: Annotated[
        int, Meta(description="Calls whose sound may be streamed at the same time.", ge=1, le=1000)
    ] = 32


class Forward(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Standing in front of an application: webhooks go on to it, and its answer is ours."""

    target: Annotated[
        str,
        Meta(
            description="URL of your application, as http://127.0.0.1:3000/webhooks; empty: only listen.",
            pattern=r"^(https?://[^/@?#\s]+([/?][^#\s]*)?)?$",
        ),
    ] = ""
    mode: Annotated[
        Literal["front", "copy", "buffer"],
        Meta(
            description="front: its answer is ours; copy: a mirror sends us copies; buffer: acknowledge, then deliver."
        ),
    ] = "front"
    timeout_s: Annotated[
        float,
        Meta(description="Seconds the application may take; Telnyx waits 2.", gt=0, le=30),
    ] = 1.8
    max_in_flight: Annotated[
        int,
        Meta(
            description="Webhooks under way at the same time; more are answered 503.",
            ge=1,
            le=10000,
        ),
    ] = 256
    keep_host: Annotated[
        bool, Meta(description="Send the Host that was received instead of the target's.")
    ] = False
    unverified: Annotated[
        bool,
        Meta(description="Forward even webhooks that are not verified; shown as long as it is on."),
    ] = False
    unverified_paths: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^/[^?#\s]*$")], ...],
        Meta(description="Paths below which nothing has to verify, for TeXML: /webhooks/texml."),
    ] = ()
    answer_limit_bytes: Annotated[
        int,
        Meta(description="Longer answers are cut off.", ge=1024, le=1024 * 1024 * 1024),
    ] = 8 * 1024 * 1024
    keep_answer_bytes: Annotated[
        int,
        Meta(description="How much of each answer the journal keeps.", ge=0, le=16 * 1024 * 1024),
    ] = 16 * 1024
    max_age_s: Annotated[
        float,
        Meta(
            description="buffer: seconds after which a webhook is not delivered any more.",
            gt=0,
            le=3600,
        ),
    ] = 30.0
    health_path: Annotated[
        str,
        Meta(
            description="Path asked to see whether the application is well; empty: only a connection.",
            pattern=r"^(/[^#\s]*)?$",
        ),
    ] = ""
    observers: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^https?://[^/@?#\s]+([/?][^#\s]*)?$")], ...],
        Meta(
            description="Further URLs that get every verified webhook; they change and delay nothing."
        ),
    ] = ()
    observer_queue: Annotated[
        int,
        Meta(
            description="Webhooks that may wait for one observer; more are dropped.",
            ge=1,
            le=100000,
        ),
    ] = 256
    observer_timeout_s: Annotated[
        float, Meta(description="Seconds an observer may take.", gt=0, le=120)
    ] = 5.0


class Tunnel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program that leads from the internet to the port; it is started, watched and ended with the engine."""

    command: Annotated[
        str | tuple[str, ...],
        Meta(
            description="The program, run without a shell; {host} and {port} are ours; empty: none."
        ),
    ] = ""
    url_pattern: Annotated[
        str,
        Meta(
            description="What the public address looks like in its output; empty: listen.public_url is it."
        ),
    ] = r"https://[^\s\"'<>|]+"
    start_timeout_s: Annotated[
        float, Meta(description="Seconds within which it has to name the address.", gt=0, le=600)
    ] = 30.0


class Admin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Health and figures of the engine, for programs that watch over it: /healthz and /metrics."""

    host: Annotated[
        str,
        Meta(
            description="Address to answer on; only this machine unless you say so.", min_length=1
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port to answer on; 0: none.", ge=0, le=65535)] = 0


class Poll(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Watching without a webhook URL: Telnyx's records are read again and again."""

    enabled: Annotated[
        bool,
        Meta(description="Read Telnyx's records instead of listening; no port is opened."),
    ] = False
    interval_s: Annotated[
        float,
        Meta(description="Seconds between readings while calls are live.", ge=0.2, le=3600),
    ] = 2.0
    idle_interval_s: Annotated[
        float,
        Meta(description="Seconds between readings while nothing happens.", ge=0.2, le=3600),
    ] = 10.0


class Journal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The record of everything, and how long it is kept."""

    path: Annotated[
        str, Meta(description="The journal's file; empty: journal.sqlite3 in your data folder.")
    ] = ""
    keep_days: Annotated[
        float, Meta(description="Days that ended conversations are kept.", gt=0, le=36500)
    ] = 30.0
    keep_mb: Annotated[
        float,
        Meta(
            description="Size in megabytes above which the oldest go first.", ge=1, le=1_000_000_000
        ),
    ] = 2048.0


class Screen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the screen looks like and how it behaves."""

    theme: Annotated[str, Meta(description="Name of the colour theme.", min_length=1)] = (
        "console-dark"
    )
    ascii: Annotated[bool, Meta(description="Draw with plain ASCII symbols.")] = False
    redact: Annotated[
        bool,
        Meta(description="Mask numbers, names and texts on the screen, to share it; X shows them."),
    ] = False
    bell: Annotated[bool, Meta(description="Ring the terminal's bell for a new incoming call.")] = (
        True
    )
    refresh_hz: Annotated[
        float, Meta(description="How often the screen may repaint, per second.", ge=1, le=60)
    ] = 10.0
    ended_minutes: Annotated[
        float, Meta(description="Minutes that ended calls stay in the list.", ge=0, le=10080)
    ] = 15.0
    mouse: Annotated[bool, Meta(description="Let the mouse select rows and press buttons.")] = True
    confirm_hangup: Annotated[bool, Meta(description="Ask before hanging up.")] = True
    columns: Annotated[
        tuple[str, ...],
        Meta(
            description="Columns of the calls, as from or from:20; empty: what there is room for."
        ),
    ] = ()
    sort: Annotated[
        str,
        Meta(description="Column the calls are sorted by, as -started; empty: longest wait first."),
    ] = ""
    restore: Annotated[
        bool, Meta(description="Begin with panes, filters, theme and call as they were left.")
    ] = True
    export_folder: Annotated[
        str, Meta(description="Folder for files the screen saves; empty: where it was started.")
    ] = ""


class Metrics(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What decides the figures of the line; they are shown with every figure."""

    threshold_s: Annotated[
        float, Meta(description="Seconds within which a call is answered in time.", gt=0, le=86400)
    ] = 20.0
    short_abandon_s: Annotated[
        float,
        Meta(
            description="Who hangs up within these seconds does not count against the line.",
            ge=0,
            le=3600,
        ),
    ] = 5.0
    wait_start: Annotated[
        Literal["initiated", "answered"],
        Meta(description="When callers outside of queues begin to wait: initiated or answered."),
    ] = "initiated"
    answered_is_service: Annotated[
        bool, Meta(description="Whether being answered is being served, as by a voice bot.")
    ] = False
    flow_outs_count: Annotated[
        bool, Meta(description="Whether leaving a queue unserved lowers the service level.")
    ] = False
    service_target: Annotated[
        float, Meta(description="Service level to reach, in percent.", ge=0, le=100)
    ] = 80.0
    abandon_target: Annotated[
        float, Meta(description="Share of callers who may give up, in percent.", ge=0, le=100)
    ] = 5.0
    short_call_s: Annotated[
        float, Meta(description="Answered calls shorter than this are short calls.", ge=0, le=600)
    ] = 6.0
    mos_floor: Annotated[
        float, Meta(description="Calls with a lower MOS count as bad.", ge=1, le=5)
    ] = 3.6
    zone: Annotated[
        str,
        Meta(
            description="Time zone in which a day begins, as Europe/Berlin; empty: this machine's."
        ),
    ] = ""
    reset_hour: Annotated[int, Meta(description="Hour at which a day begins.", ge=0, le=23)] = 0


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration. A profile `[profiles.NAME]` has the same shape."""

    read_only: Annotated[
        bool, Meta(description="Watch only: no command can be sent, its keys are gone.")
    ] = False
    grace_s: Annotated[
        float,
        Meta(description="Seconds an engine goes on after its last screen died.", ge=0, le=86400),
    ] = 120.0
    api: Api = Api()
    listen: Listen = Listen()
    forward: Forward = Forward()
    poll: Poll = Poll()
    tunnel: Tunnel = Tunnel()
    admin: Admin = Admin()
    journal: Journal = Journal()
    screen: Screen = Screen()
    metrics: Metrics = Metrics()
