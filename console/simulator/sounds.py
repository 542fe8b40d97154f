"""Commands that touch what is heard, recorded or typed. Pure: changes the world only."""

import re
from collections.abc import Callable, Mapping

from console.simulator import bodies, errors, gathering, media
from console.simulator.services import GatherRules, Prompt
from console.simulator.world import Leg, Recording, Sound, World

Body = Mapping[str, object]
Data = dict[str, object]

MIN_TONE_MS, MAX_TONE_MS = 100, 500
MAX_RECORDING_S = 14_400
MAX_DIGITS = 128
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
    return length_s(body, _read_s(bodies.text(body, "payload") or ""))


def _read_s(words: str) -> float:
    return max(1.0, len(words) / media.CHARACTERS_PER_S)


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


def rules(body: Body) -> GatherRules:
    """The rules that all gathers have in common. Raises `ApiError` for values out of range."""
    terminator = body.get("terminating_digit", "#")
    minimum = bodies.whole(body, "minimum_digits", 1)
    maximum = bodies.whole(body, "maximum_digits", MAX_DIGITS)
    for name, number in (("minimum_digits", minimum), ("maximum_digits", maximum)):
        if not 1 <= number <= MAX_DIGITS:
            raise errors.out_of_range(name, 1, MAX_DIGITS)
    return GatherRules(
        minimum=minimum,
        maximum=maximum,
        valid=bodies.text(body, "valid_digits") or GatherRules().valid,
        terminator=terminator if isinstance(terminator, str) else "",
        first_s=wait_s(body, "timeout_millis", 60_000),
        between_s=wait_s(body, "inter_digit_timeout_millis", 5_000),
        tries=max(1, bodies.whole(body, "maximum_tries", 3)),
    )


def wait_s(body: Body, name: str, default_ms: int) -> float:
    """A wait in seconds. Raises `ApiError` if it is negative."""
    waits_ms = bodies.whole(body, name, default_ms)
    if waits_ms < 0:
        raise errors.out_of_range(name, 0, None)
    return waits_ms / 1000


def wanted(world: World, leg: Leg, asked: GatherRules) -> str:
    """What somebody types who does what is asked: enough valid digits, and the last key if there might be more."""
    keys = [key for key in asked.valid if key.isdigit() and key != asked.terminator]
    keys = keys or list(asked.valid)
    rng = world.fate.rng("digits", leg.lot, leg.events)
    count = min(asked.maximum, asked.minimum + rng.randrange(4))
    digits = "".join(rng.choice(keys) for _ in range(count))
    has_end = len(asked.terminator) == 1 and count < asked.maximum
    return digits + asked.terminator if has_end else digits


def _gather(world: World, leg: Leg, body: Body) -> Data:
    asked = rules(body)
    asked = asked._replace(
        first_s=wait_s(body, "initial_timeout_millis", 5_000), whole_s=asked.first_s, tries=1
    )
    gather_id = bodies.text(body, "gather_id") or world.fate.uuid("gather", leg.lot, leg.events)
    gathering.begin(world, leg, asked, wanted=wanted(world, leg, asked), gather_id=gather_id)
    return _ok()


def _gather_using_audio(world: World, leg: Leg, body: Body) -> Data:
    if not (bodies.text(body, "audio_url") or bodies.text(body, "media_name")):
        raise errors.missing("audio_url")
    invalid = {
        "audio_url": bodies.text(body, "invalid_audio_url"),
        "media_name": bodies.text(body, "invalid_media_name"),
    }
    spare = _file("", invalid, media.FILE_LENGTH_S) if any(invalid.values()) else None
    _gather_aloud(world, leg, body, _file("", body, media.FILE_LENGTH_S), spare)
    return _ok()


def _gather_using_speak(world: World, leg: Leg, body: Body) -> Data:
    words = bodies.text(body, "invalid_payload")
    spare = None if words is None else Sound("", "prompt", _read_s(words))
    words = bodies.text(body, "payload") or ""
    _gather_aloud(world, leg, body, Sound("", "prompt", _read_s(words)), spare)
    return _ok()


def _gather_aloud(world: World, leg: Leg, body: Body, sound: Sound, spare: Sound | None) -> None:
    """With a prompt, and a `spare` one for invalid input, heard after what plays already."""
    asked = rules(body)
    prompt_id = world.fate.uuid("prompt", leg.lot, leg.events)
    spare_id = world.fate.uuid("spare", leg.lot, leg.events)

    def play(was_invalid: bool, ended: Callable[[], None]) -> None:
        if was_invalid and spare is not None:
            media.play(world, leg, spare._replace(id=spare_id))
        media.play(world, leg, sound._replace(id=prompt_id, ended=ended))

    prompt = Prompt(play, lambda: media.cut(world, leg, {prompt_id, spare_id}))
    gathering.begin(world, leg, asked, wanted=wanted(world, leg, asked), prompt=prompt)


def _gather_stop(world: World, leg: Leg, _body: Body) -> Data:
    gathering.end(world, leg, "cancelled")
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
        gathering.press_all(world, other, digits, duration_s)
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
    "gather_using_speak": _gather_using_speak,
    "gather_stop": _gather_stop,
    "send_dtmf": _send_dtmf,
    "record_start": _record_start,
    "record_stop": _record_stop,
    "record_pause": _record_pause,
    "record_resume": _record_resume,
}
