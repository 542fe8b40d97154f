"""What is played, said, recorded and typed in conferences. Pure: changes the world only."""

from collections.abc import Callable, Mapping

from console.simulator import (
    announcements,
    bodies,
    conferences,
    errors,
    gathering,
    media,
    sounds,
)
from console.simulator.conference_commands import Handler, chosen, participant
from console.simulator.rooms import Announcement, Conference
from console.simulator.services import Prompt
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
    asked = sounds.rules(body)
    if "initial_timeout_millis" in body:
        initial_s = sounds.wait_s(body, "initial_timeout_millis", 0)
        asked = asked._replace(first_s=min(asked.first_s, initial_s))
    asked = asked._replace(
        ignores_others=True,
        is_interruptible=bodies.flag(body, "stop_playback_on_dtmf", default=True),
    )
    gathering.begin(
        world,
        leg,
        asked,
        wanted=sounds.wanted(world, leg, asked),
        prompt=_Asking(world, conference, leg, body).prompt(),
        gather_id=bodies.text(body, "gather_id"),
    )


class _Asking:
    """The file that one participant is asked with, and the one that says that the input was invalid."""

    def __init__(self, world: World, conference: Conference, leg: Leg, body: Body) -> None:
        self._world = world
        self._conference = conference
        self._leg = leg
        self._file = _named(body, "audio_url", "media_name")
        self._spare = _named(body, "invalid_audio_url", "invalid_media_name")
        self._left: list[_File] = []
        self._playing: Announcement | None = None
        self._tell: Callable[[], None] = lambda: None

    def prompt(self) -> Prompt | None:
        """None if there is nothing to ask with."""
        return Prompt(self.play, self.cut) if any(self._file) else None

    def play(self, was_invalid: bool, ended: Callable[[], None]) -> None:
        """Plays, after the spare file if the input was invalid."""
        self._left = [each for each in (self._spare, self._file)[not was_invalid :] if any(each)]
        self._tell = ended
        self._go_on()

    def cut(self) -> None:
        """Ends what plays, and what would follow it."""
        self._left = []
        if self._playing is not None:
            announcements.end(self._world, self._conference, self._playing)

    def _go_on(self) -> None:
        self._playing = None
        is_there = self._conference.is_live and self._leg.id in self._conference.participants
        if not self._left or not is_there:
            self._tell()
            return
        media_url, media_name = self._left.pop(0)
        (self._playing,) = announcements.begin(
            self._world,
            self._conference,
            kind="playback",
            legs=(self._leg,),
            length_s=media.FILE_LENGTH_S,
            media_url=media_url,
            media_name=media_name,
            ended=self._go_on,
        )


_File = tuple[str | None, str | None]
"""A URL, or the name of a stored file."""


def _named(body: Body, url: str, name: str) -> _File:
    return bodies.text(body, url), bodies.text(body, name)


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
