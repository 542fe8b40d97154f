"""Commands that touch what is heard, recorded or typed. Pure: changes the world only."""

import re
from collections.abc import Callable, Mapping

from console.simulator import bodies, errors, media
from console.simulator.world import Gather, Leg, Recording, Sound, World

Body = Mapping[str, object]
Data = dict[str, object]

_TONES = re.compile(r"[0-9A-D*#wW]+")


def _ok() -> Data:
    return {"result": "ok"}


def _length_s(body: Body, once_s: float) -> float | None:
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


def _speak(world: World, leg: Leg, body: Body) -> Data:
    words = bodies.text(body, "payload") or ""
    length_s = _length_s(body, max(1.0, len(words) / media.CHARACTERS_PER_S))
    media.play(world, leg, Sound(_prepare(world, leg, body), "speak", length_s))
    return _ok()


def _playback_start(world: World, leg: Leg, body: Body) -> Data:
    if not any(bodies.text(body, name) for name in ("audio_url", "media_name", "playback_content")):
        raise errors.missing("audio_url")
    length_s = _length_s(body, media.FILE_LENGTH_S)
    media.play(world, leg, _file(_prepare(world, leg, body), body, length_s))
    return _ok()


def _file(sound_id: str, body: Body, length_s: float | None) -> Sound:
    return Sound(
        sound_id,
        "file",
        length_s,
        media_url=bodies.text(body, "audio_url"),
        media_name=bodies.text(body, "media_name"),
    )


def _playback_stop(world: World, leg: Leg, body: Body) -> Data:
    media.stop(world, leg, bodies.text(body, "stop") or "all")
    return _ok()


def _gather(world: World, leg: Leg, body: Body) -> Data:
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
        Gather("".join(rng.choice(keys) for _ in range(count))),
        timeout_s=bodies.whole(body, "timeout_millis", 60_000) / 1000,
    )
    return _ok()


def _gather_using_audio(world: World, leg: Leg, body: Body) -> Data:
    if not (bodies.text(body, "audio_url") or bodies.text(body, "media_name")):
        raise errors.missing("audio_url")
    media.play(world, leg, _file(_prepare(world, leg, {}), body, media.FILE_LENGTH_S))
    return _gather(world, leg, body)


def _gather_stop(world: World, leg: Leg, _body: Body) -> Data:
    media.end_gather(world, leg, "cancelled")
    return _ok()


def _send_dtmf(_world: World, _leg: Leg, body: Body) -> Data:
    if _TONES.fullmatch(bodies.text(body, "digits") or "") is None:
        raise errors.bad_request("The digits may be 0-9, A-D, *, #, w and W.", "/digits")
    return _ok()


def _record_start(world: World, leg: Leg, body: Body) -> Data:
    if leg.recording is not None:
        raise errors.bad_request("The call is already being recorded.")
    recording = Recording(
        world.fate.uuid("recording", leg.lot, leg.events),
        world.now,
        bodies.text(body, "channels") or "single",
        bodies.text(body, "format") or "mp3",
    )
    leg.recording = recording
    limit_s = bodies.whole(body, "max_length", 0)
    if limit_s:
        world.after(limit_s, leg, "recording", lambda: media.save_recording(world, leg))
    return _ok()


def _current(leg: Leg, body: Body) -> Recording:
    wanted = bodies.text(body, "recording_id")
    if leg.recording is None or wanted not in {None, leg.recording.id}:
        raise errors.recording_not_found()
    return leg.recording


def _record_stop(world: World, leg: Leg, body: Body) -> Data:
    _current(leg, body)
    world.agenda.cancel(leg.id, "recording")
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
