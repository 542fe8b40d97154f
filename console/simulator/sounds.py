"""Commands that touch what is heard, recorded or typed. Pure: changes the world only."""

import re
from collections.abc import Callable, Mapping

from console.simulator import bodies, errors, media
from console.simulator.world import Gather, Leg, Recording, Sound, World

Body = Mapping[str, object]
Data = dict[str, object]

MIN_TONE_MS, MAX_TONE_MS = 100, 500
MAX_RECORDING_S = 14_400
_TONES = re.compile(r"[0-9A-D*#wW]+")


def _ok() -> Data:
    return {"result": "ok"}


def length_s(body: Body, once_s: float) -> float | None:
    """How long a sound lasts with its repetitions; None for ever."""
    loop = body.get("loop", 1)
    if loop == "infinity":
        return None
    times = int(str(loop)) if str(loop).isdigit() else 0
    if not 1 <= times <= 100:
        raise errors.out_of_range("loop", 1, 100)
    return once_s * times


def _prepare(world: World, leg: Leg, body: Body) -> str:
    """Stops what plays if the command says so, and gives the new sound's identifier."""
    which = bodies.text(body, "stop")
    if which is not None:
        media.stop(world, leg, which)
    return world.fate.uuid("sound", leg.lot, leg.events, len(leg.sounds))


def speech_s(body: Body) -> float | None:
    """How long a payload is read, with its repetitions; None for ever."""
    words = bodies.text(body, "payload") or ""
    return length_s(body, max(1.0, len(words) / media.CHARACTERS_PER_S))


def _speak(world: World, leg: Leg, body: Body) -> Data:
    lasts_s = speech_s(body)
    media.play(world, leg, Sound(_prepare(world, leg, body), "speak", lasts_s))
    return _ok()


def _playback_start(world: World, leg: Leg, body: Body) -> Data:
    if not any(bodies.text(body, name) for name in ("audio_url", "media_name", "playback_content")):
        raise errors.missing("audio_url")
    lasts_s = length_s(body, media.FILE_LENGTH_S)
    if bodies.flag(body, "overlay"):
        _overlay(world, leg, body, lasts_s)
    else:
        media.play(world, leg, _file(_prepare(world, leg, body), body, lasts_s))
    return _ok()


def _overlay(world: World, leg: Leg, body: Body, lasts_s: float | None) -> None:
    """Only on the leg itself, and only while another file plays there (VOICE b)."""
    if (bodies.text(body, "target_legs") or "self") != "self":
        raise errors.bad_request("With overlay the target_legs can only be self.", "/target_legs")
    if not leg.sounds or leg.sounds[0].kind != "file":
        raise errors.bad_request("No other audio is being played.", "/overlay")
    sound_id = world.fate.uuid("overlay", leg.lot, leg.events)
    media.play_over(world, leg, _file(sound_id, body, lasts_s)._replace(overlay=True))


def _file(sound_id: str, body: Body, lasts_s: float | None) -> Sound:
    return Sound(
        sound_id,
        "file",
        lasts_s,
        media_url=bodies.text(body, "audio_url"),
        media_name=bodies.text(body, "media_name"),
    )


def _playback_stop(world: World, leg: Leg, body: Body) -> Data:
    if bodies.flag(body, "overlay"):
        media.stop_overlay(world, leg, "cancelled")
    else:
        media.stop(world, leg, bodies.text(body, "stop") or "all")
    return _ok()


def _gather(world: World, leg: Leg, body: Body) -> Data:
    gather(world, leg, body)
    return _ok()


def gather(world: World, leg: Leg, body: Body) -> None:
    """Begins to collect digits, instead of what was being collected."""
    media.end_gather(world, leg, "cancelled")
    terminating = body.get("terminating_digit", "#")
    valid = bodies.text(body, "valid_digits") or "0123456789"
    keys = [key for key in valid if key.isdigit() and key != terminating] or list(valid)
    minimum = max(1, bodies.whole(body, "minimum_digits", 1))
    maximum = max(minimum, bodies.whole(body, "maximum_digits", 128))
    rng = world.fate.rng("digits", leg.lot, leg.events)
    count = min(maximum, minimum + rng.randrange(4))
    media.gather(
        world,
        leg,
        Gather("".join(rng.choice(keys) for _ in range(count)), terminator=str(terminating or "")),
        timeout_s=bodies.whole(body, "timeout_millis", 60_000) / 1000,
    )


def _gather_using_audio(world: World, leg: Leg, body: Body) -> Data:
    if not (bodies.text(body, "audio_url") or bodies.text(body, "media_name")):
        raise errors.missing("audio_url")
    media.play(world, leg, _file(_prepare(world, leg, {}), body, media.FILE_LENGTH_S))
    return _gather(world, leg, body)


def _gather_stop(world: World, leg: Leg, _body: Body) -> Data:
    media.end_gather(world, leg, "cancelled")
    return _ok()


def check_tones(body: Body) -> str:
    """The digits to be sent. Raises `ApiError` for others than there are, and for a length out of range."""
    digits = bodies.text(body, "digits") or ""
    if _TONES.fullmatch(digits) is None:
        raise errors.bad_request("The digits may be 0-9, A-D, *, #, w and W.", "/digits")
    duration = bodies.whole(body, "duration_millis", 250)
    if not MIN_TONE_MS <= duration <= MAX_TONE_MS:
        raise errors.out_of_range("duration_millis", MIN_TONE_MS, MAX_TONE_MS)
    return digits


def _send_dtmf(world: World, leg: Leg, body: Body) -> Data:
    """The other leg of a bridge hears the keys as if its own far end had pressed them."""
    digits = check_tones(body)
    other = world.leg(leg.peer)
    if other is not None and other.is_answered:
        duration_s = bodies.whole(body, "duration_millis", 250) / 1000
        media.press_all(world, other, digits, duration_s)
    return _ok()


def _record_start(world: World, leg: Leg, body: Body) -> Data:
    if leg.recording is not None:
        raise errors.bad_request("The call is already being recorded.")
    silence_s = bodies.whole(body, "timeout_secs", 0)
    if silence_s and leg.transcription is not None:
        raise errors.recording_while_transcribing()
    limit_s = bodies.whole(body, "max_length", 0)
    if not 0 <= limit_s <= MAX_RECORDING_S:
        raise errors.out_of_range("max_length", 0, MAX_RECORDING_S)
    track = bodies.text(body, "recording_track")
    single = track in {"inbound", "outbound"}
    recording = Recording(
        world.new_id("recording", leg),
        world.now,
        "single" if single else bodies.text(body, "channels") or "single",
        bodies.text(body, "format") or "mp3",
        file_name=bodies.text(body, "custom_file_name"),
        transcribe=bodies.flag(body, "transcription"),
        limit_s=float(limit_s),
        silence_s=float(silence_s),
    )
    media.record(world, leg, recording)
    return _ok()


def _current(leg: Leg, body: Body) -> Recording:
    wanted = bodies.text(body, "recording_id")
    if leg.recording is None or wanted not in {None, leg.recording.id}:
        raise errors.recording_not_found()
    return leg.recording


def _record_stop(world: World, leg: Leg, body: Body) -> Data:
    _current(leg, body)
    media.save_recording(world, leg)
    return _ok()


def _record_pause(_world: World, leg: Leg, body: Body) -> Data:
    leg.recording = _current(leg, body)._replace(paused=True)
    return _ok()


def _record_resume(_world: World, leg: Leg, body: Body) -> Data:
    leg.recording = _current(leg, body)._replace(paused=False)
    return _ok()


HANDLERS: Mapping[str, Callable[[World, Leg, Body], Data]] = {
    "speak": _speak,
    "playback_start": _playback_start,
    "playback_stop": _playback_stop,
    "gather": _gather,
    "gather_using_audio": _gather_using_audio,
    "gather_using_speak": _gather,
    "gather_stop": _gather_stop,
    "send_dtmf": _send_dtmf,
    "record_start": _record_start,
    "record_stop": _record_stop,
    "record_pause": _record_pause,
    "record_resume": _record_resume,
}
