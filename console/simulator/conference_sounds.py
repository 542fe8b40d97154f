"""What is played, said, recorded and typed in conferences. Pure: changes the world only."""

from collections.abc import Mapping

from console.simulator import announcements, bodies, conferences, errors, media, sounds
from console.simulator.conference_commands import Handler, chosen, participant
from console.simulator.rooms import Conference
from console.simulator.world import Leg, Recording, World

Body = Mapping[str, object]


def _legs(conference: Conference, body: Body) -> tuple[Leg, ...] | None:
    found = chosen(conference, body)
    return None if found is None else tuple(one.leg for one in found)


def _play(world: World, conference: Conference, body: Body) -> None:
    url, name = bodies.text(body, "audio_url"), bodies.text(body, "media_name")
    if url is None and name is None:
        raise errors.missing("audio_url")
    announcements.begin(
        world,
        conference,
        kind="playback",
        legs=_legs(conference, body),
        length_s=sounds.length_s(body, media.FILE_LENGTH_S),
        media_url=url,
        media_name=name,
    )


def _speak(world: World, conference: Conference, body: Body) -> None:
    announcements.begin(
        world,
        conference,
        kind="speak",
        legs=_legs(conference, body),
        length_s=sounds.speech_s(body),
    )


def _stop(world: World, conference: Conference, body: Body) -> None:
    announcements.stop(world, conference, _legs(conference, body))


def _record_start(world: World, conference: Conference, body: Body) -> None:
    if conference.recording is not None:
        raise errors.bad_request("The conference is already being recorded.")
    conference.made += 1
    conference.recording = Recording(
        world.fate.uuid("recording", conference.id, conference.made),
        world.now,
        bodies.text(body, "channels") or "single",
        bodies.text(body, "format") or "mp3",
        file_name=bodies.text(body, "custom_file_name"),
    )


def _recording(conference: Conference, body: Body) -> Recording:
    wanted = bodies.text(body, "recording_id")
    if conference.recording is None or wanted not in {None, conference.recording.id}:
        raise errors.recording_not_found()
    return conference.recording


def _record_stop(world: World, conference: Conference, body: Body) -> None:
    _recording(conference, body)
    conferences.save_recording(world, conference)


def _record_pause(_world: World, conference: Conference, body: Body) -> None:
    conference.recording = _recording(conference, body)._replace(paused=True)


def _record_resume(_world: World, conference: Conference, body: Body) -> None:
    conference.recording = _recording(conference, body)._replace(paused=False)


def _send_dtmf(_world: World, conference: Conference, body: Body) -> None:
    """Participants hear tones; no event tells of it."""
    sounds.check_tones(body)
    chosen(conference, body)


def _gather_using_audio(world: World, conference: Conference, body: Body) -> None:
    leg = participant(conference, body).leg
    url, name = bodies.text(body, "audio_url"), bodies.text(body, "media_name")
    if url is not None or name is not None:
        announcements.begin(
            world,
            conference,
            kind="playback",
            legs=(leg,),
            length_s=media.FILE_LENGTH_S,
            media_url=url,
            media_name=name,
        )
    sounds.gather(world, leg, body)


HANDLERS: Mapping[str, Handler] = {
    "play": _play,
    "speak": _speak,
    "stop": _stop,
    "record_start": _record_start,
    "record_stop": _record_stop,
    "record_pause": _record_pause,
    "record_resume": _record_resume,
    "send_dtmf": _send_dtmf,
    "gather_using_audio": _gather_using_audio,
}
