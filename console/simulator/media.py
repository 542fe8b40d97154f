"""What is heard and recorded on a leg: prompts, files, recordings. Pure: changes the world only.

Consecutive speak and playback commands queue up (VOICE b). Durations are simulated: a file lasts 6 s, text is read at
15 characters a second.
"""

from collections import deque
from collections.abc import Set
from functools import partial

from console.simulator import payloads, transcripts
from console.simulator.world import Leg, Recording, Sound, World

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
    elif sound.kind == "file":
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
    elif sound.kind == "file":
        world.emit(leg, "call.playback.ended", payloads.playback_ended(leg, sound, status))
    if sound.ended is not None:
        sound.ended()
    if leg.sounds and leg.is_live and status != "call_hangup":
        _begin(world, leg)
    else:
        stop_overlay(world, leg, status)


def stop(world: World, leg: Leg, which: str) -> None:
    """Stops what plays; `all` also drops what waits."""
    if not leg.sounds:
        return
    dropped: list[Sound] = []
    if which == "all":
        current, *dropped = leg.sounds
        leg.sounds = deque([current])
    _finish(world, leg, "cancelled")
    for sound in dropped:
        if sound.ended is not None:
            sound.ended()


def cut(world: World, leg: Leg, ids: Set[str]) -> None:
    """Stops some sounds, those that wait too; the others are heard."""
    if not leg.sounds:
        return
    current, *waiting = leg.sounds
    leg.sounds = deque([current, *(sound for sound in waiting if sound.id not in ids)])
    if current.id in ids:
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
    """The leg is about to end: what plays ends with it."""
    if leg.sounds:
        current = leg.sounds[0]
        leg.sounds.clear()
        leg.sounds.append(current)
        _finish(world, leg, "call_hangup")
