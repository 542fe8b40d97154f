"""What is said on calls, written down: while it is said, and after a recording. Pure: changes the world only.

The sentences are invented. Each comes as an interim result, half of it, and then as a final one, on the track of
whoever speaks.
"""

from collections.abc import Mapping

from console.simulator import bodies, errors, service_payloads
from console.simulator.services import Transcription
from console.simulator.world import Begin, Leg, Recording, World

Body = Mapping[str, object]
Data = dict[str, object]

_INBOUND = (
    "Good morning, I would like to ask about my order.",
    "It was supposed to arrive on Tuesday, but nothing came.",
    "The number is four, seven, one, one.",
    "Could you tell me where the parcel is now?",
    "No, I have not received any message about it.",
    "That would be very kind, thank you.",
    "And could you change the address for the next one?",
    "It is the white house at the end of the lane.",
    "Friday in the afternoon would suit me best.",
    "Thank you, that was all I wanted to know.",
)
_OUTBOUND = (
    "Good morning, how can I help you?",
    "I am sorry to hear that, let me have a look.",
    "Could you give me the number of the order, please?",
    "One moment, I am asking the people at the depot.",
    "It left the depot this morning and is on its way.",
    "I have made a note of it for the driver.",
    "Shall I send you a message when it arrives?",
    "Certainly, I have changed the address.",
    "Is there anything else I can do for you?",
    "Thank you for your call, goodbye.",
)
_SAID = {"inbound": _INBOUND, "outbound": _OUTBOUND}
_TRACKS = {
    "inbound": ("inbound",),
    "outbound": ("outbound",),
    "both": ("inbound", "outbound"),
}


def wish(body: Body) -> Transcription:
    """The transcription that a body asks for. Raises `ApiError` for a track that does not exist."""
    tracks = bodies.text(body, "transcription_tracks") or "inbound"
    if tracks not in _TRACKS:
        raise errors.not_one_of("transcription_tracks", _TRACKS)
    config = body.get("transcription_engine_config")
    interim = not isinstance(config, dict) or config.get("interim_results") is not False
    return Transcription(_TRACKS[tracks], interim)


def later(body: Body) -> tuple[Begin, ...]:
    """The transcription that `transcription` and `transcription_config` ask for, to begin with the answer."""
    if not bodies.flag(body, "transcription"):
        return ()
    config = body.get("transcription_config")
    wanted = wish(config if isinstance(config, dict) else {})
    return (lambda world, leg: begin(world, leg, wanted),)


def begin(world: World, leg: Leg, wanted: Transcription) -> None:
    """Begins to write down, unless that is being done."""
    if leg.transcription is None:
        leg.transcription = wanted
        _wait(world, leg, wanted)


def stop(world: World, leg: Leg) -> None:
    """Nothing more is written down."""
    leg.transcription = None
    for name in ("sentence", "sentence's end"):
        world.agenda.cancel(leg.id, name)


def _wait(world: World, leg: Leg, running: Transcription) -> None:
    """People speak less and less the longer a call lasts."""
    pause_s = world.fate.between(1.0, 2.5, leg.lot, "pause", running.said) * (1 + running.said / 4)
    world.after(pause_s, leg, "sentence", lambda: _speak(world, leg))


def _speak(world: World, leg: Leg) -> None:
    running = leg.transcription
    if running is None:
        return
    track = running.tracks[running.said % len(running.tracks)]
    lines = _SAID[track]
    text = lines[running.said // len(running.tracks) % len(lines)]
    if running.interim:
        half = " ".join(text.split()[: max(1, len(text.split()) // 2)])
        _report(world, leg, track, half, is_final=False)
    world.after(len(text) / 25, leg, "sentence's end", lambda: _finish(world, leg, track, text))


def _finish(world: World, leg: Leg, track: str, text: str) -> None:
    running = leg.transcription
    if running is None:
        return
    _report(world, leg, track, text, is_final=True)
    leg.transcription = running = running._replace(said=running.said + 1)
    _wait(world, leg, running)


def _report(world: World, leg: Leg, track: str, text: str, *, is_final: bool) -> None:
    confidence = world.fate.between(0.82, 0.99, leg.lot, "confidence", leg.events)
    payload = service_payloads.transcription(
        leg,
        track=track,
        text=text,
        is_final=is_final,
        confidence=round(confidence, 3) if is_final else None,
    )
    world.emit(leg, "call.transcription", payload)


def of_recording(world: World, leg: Leg, recording: Recording) -> None:
    """Reports the text of a recording, a moment after its file."""
    payload = service_payloads.recording_transcription(
        leg,
        recording_id=recording.id,
        transcription_id=world.fate.uuid("recording's text", recording.id),
        text=" ".join(line for pair in zip(_OUTBOUND, _INBOUND, strict=True) for line in pair),
    )
    world.emit(leg, "call.recording.transcription.saved", payload)


def _transcription_start(world: World, leg: Leg, body: Body) -> Data:
    if leg.transcription is not None:
        raise errors.transcription_active()
    begin(world, leg, wish(body))
    return {"result": "ok"}


def _transcription_stop(world: World, leg: Leg, _body: Body) -> Data:
    if leg.recording is not None and leg.recording.silence_s:
        raise errors.transcription_needed()
    stop(world, leg)
    return {"result": "ok"}


HANDLERS = {
    "transcription_start": _transcription_start,
    "transcription_stop": _transcription_stop,
}
