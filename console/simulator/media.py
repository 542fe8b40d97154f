"""What is heard, recorded and typed on a leg: prompts, files, digits, recordings. Pure: changes the world only.

Consecutive speak and playback commands queue up (VOICE b). Durations are simulated: a file lasts 6 s, text is read at
15 characters a second.
"""

from functools import partial

from console.simulator import payloads, streams, transcripts
from console.simulator.world import SECOND, Gather, Leg, Recording, Sound, World

FILE_LENGTH_S = 6.0
CHARACTERS_PER_S = 15.0
_SAVED_AFTER_S = (0.8, 2.5)


def play(world: World, leg: Leg, sound: Sound) -> None:
    """Plays a sound after those that are waiting."""
    leg.sounds.append(sound)
    if len(leg.sounds) == 1:
        _begin(world, leg)


def _begin(world: World, leg: Leg) -> None:
    sound = leg.sounds[0]
    if sound.kind == "speak":
        world.emit(leg, "call.speak.started", payloads.speak_started(leg, sound))
    else:
        world.emit(leg, "call.playback.started", payloads.playback_started(leg, sound))
    if sound.length_s is not None:
        world.after(sound.length_s, leg, "sound", lambda: _finish(world, leg, "completed"))


def _finish(world: World, leg: Leg, status: str) -> None:
    """Ends what plays and begins the next. The specification has no status for a stopped prompt: `completed`."""
    world.agenda.cancel(leg.id, "sound")
    sound = leg.sounds.popleft()
    if sound.kind == "speak":
        words = "completed" if status == "cancelled" else status
        world.emit(leg, "call.speak.ended", payloads.speak_ended(leg, sound, words))
    else:
        world.emit(leg, "call.playback.ended", payloads.playback_ended(leg, sound, status))
    if leg.sounds and leg.is_live and status != "call_hangup":
        _begin(world, leg)
    else:
        stop_overlay(world, leg, status)


def stop(world: World, leg: Leg, which: str) -> None:
    """Stops what plays; `all` also drops what waits."""
    if not leg.sounds:
        return
    if which == "all":
        current = leg.sounds[0]
        leg.sounds.clear()
        leg.sounds.append(current)
    _finish(world, leg, "cancelled")


def play_over(world: World, leg: Leg, sound: Sound) -> None:
    """Plays a file on top of what plays; the end of that is its end."""
    stop_overlay(world, leg, "cancelled")
    leg.overlay = sound
    world.emit(leg, "call.playback.started", payloads.playback_started(leg, sound))
    if sound.length_s is not None:
        world.after(sound.length_s, leg, "overlay", lambda: stop_overlay(world, leg, "completed"))


def stop_overlay(world: World, leg: Leg, status: str) -> None:
    """Ends what plays on top, if anything does."""
    sound, leg.overlay = leg.overlay, None
    world.agenda.cancel(leg.id, "overlay")
    if sound is not None:
        world.emit(leg, "call.playback.ended", payloads.playback_ended(leg, sound, status))


def gather(world: World, leg: Leg, wanted: Gather, *, timeout_s: float, key_s: float = 0.5) -> None:
    """Collects digits: most people type them, some do not type any. `wanted.wanted` is what they will type.

    Those who type do it evenly, at once and right: no other wait than the whole one ends it, and nothing is asked twice.
    """
    leg.gather = wanted
    world.after(timeout_s, leg, "gather", lambda: end_gather(world, leg, "timeout"))
    if world.fate.fraction(leg.lot, leg.events, "types") < 0.9:
        begins_s = world.fate.between(1.0, 2.5, leg.lot, leg.events, "types after")
        world.after(begins_s, leg, "digit", lambda: _type(world, leg, key_s))


def _type(world: World, leg: Leg, key_s: float) -> None:
    gathering = leg.gather
    if gathering is not None and len(gathering.got) < len(gathering.wanted):
        press(world, leg, gathering.wanted[len(gathering.got)], key_s)


def press(world: World, leg: Leg, digit: str, key_s: float = 0.5) -> None:
    """The far end has pressed a key: it is reported, and belongs to what is being collected."""
    world.emit(leg, "call.dtmf.received", payloads.dtmf(leg, digit))
    streams.digit(world, leg, digit)
    gathering = leg.gather
    if gathering is None:
        return
    if digit != gathering.terminator:
        leg.gather = gathering = gathering._replace(got=gathering.got + digit)
    if digit == gathering.terminator or len(gathering.got) >= len(gathering.wanted):
        world.agenda.cancel(leg.id, "digit")
        world.after(key_s, leg, "gather", lambda: end_gather(world, leg, "valid"))
    else:
        world.after(key_s, leg, "digit", lambda: _type(world, leg, key_s))


def press_all(world: World, leg: Leg, digits: str, duration_s: float = 0.25) -> None:
    """The far end presses keys one after the other, after those it has begun with; w waits half a second, W one."""
    at_s = max(world.lag(leg, "keys"), (leg.keys_until - world.now) * world.speed / SECOND)
    number = world.new_serial()
    for place, digit in enumerate(digits):
        if digit in "wW":
            at_s += 0.5 if digit == "w" else 1.0
            continue
        world.after(at_s, leg, f"key {number} {place}", partial(press, world, leg, digit))
        at_s += duration_s
    leg.keys_until = world.now + round(at_s * SECOND / world.speed)


def end_gather(world: World, leg: Leg, status: str) -> None:
    """Reports what was collected; nothing happens if nothing was."""
    gathering = leg.gather
    if gathering is None:
        return
    leg.gather = None
    for name in ("gather", "digit"):
        world.agenda.cancel(leg.id, name)
    world.emit(leg, "call.gather.ended", payloads.gather_ended(leg, gathering.got, status))


def record(world: World, leg: Leg, recording: Recording) -> None:
    """Begins to record."""
    leg.recording = recording._replace(started_at=world.now)
    if recording.limit_s:
        world.after(recording.limit_s, leg, "recording", lambda: save_recording(world, leg))


def save_recording(world: World, leg: Leg) -> None:
    """Ends the recording that runs; the file is ready a little later, even after the call."""
    recording = leg.recording
    if recording is None:
        return
    leg.recording = None
    world.agenda.cancel(leg.id, "recording")
    delay_s = world.fate.between(*_SAVED_AFTER_S, leg.lot, "saved")
    name = f"recording {recording.id}"
    world.after(delay_s, None, name, partial(_report_saved, world, leg, recording, world.now))


def _report_saved(world: World, leg: Leg, recording: Recording, ended_at: int) -> None:
    world.emit(leg, "call.recording.saved", payloads.recording_saved(leg, recording, ended_at))
    if recording.transcribe:
        delay_s = world.fate.between(1.0, 4.0, recording.id, "text")
        name = f"text {recording.id}"
        world.after(delay_s, None, name, partial(transcripts.of_recording, world, leg, recording))


def stop_all(world: World, leg: Leg) -> None:
    """The leg is about to end: what plays and what is collected ends with it."""
    end_gather(world, leg, "call_hangup")
    if leg.sounds:
        current = leg.sounds[0]
        leg.sounds.clear()
        leg.sounds.append(current)
        _finish(world, leg, "call_hangup")
