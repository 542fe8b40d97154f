"""What a dial or an answer lets begin by itself: a stream, a transcription, a conversation, a prompt, a conference.

Pure. Everything is checked at once and begins when the leg has come so far.
"""

from collections.abc import Mapping

from console.simulator import (
    assistants,
    bodies,
    conference_commands,
    conferences,
    media,
    service_payloads,
    streams,
    transcripts,
)
from console.simulator.rooms import Conference
from console.simulator.world import Begin, Leg, Sound, World

Body = Mapping[str, object]


def opening(body: Body) -> tuple[Begin, ...]:
    """What begins with call.initiated: a stream that is to be there before the destination is dialled."""
    early = bodies.flag(body, "stream_establish_before_call_originate")
    return streams.later(body) if early else ()


def greeting(world: World, body: Body) -> tuple[Begin, ...]:
    """What begins with call.answered. Raises `ApiError` for what is wrong or not simulated."""
    return (
        *_stream(body),
        *transcripts.later(body),
        *assistants.later(body),
        *_deepfake(body),
        *_prompt(body),
        *_conference(world, body),
    )


def _stream(body: Body) -> tuple[Begin, ...]:
    early = bodies.flag(body, "stream_establish_before_call_originate")
    return () if early else streams.later(body)


def _deepfake(body: Body) -> tuple[Begin, ...]:
    wanted = body.get("deepfake_detection")
    if not isinstance(wanted, dict) or not bodies.flag(wanted, "enabled"):
        return ()
    limit_s = float(bodies.whole(wanted, "timeout", 15))

    def begin(world: World, leg: Leg) -> None:
        delay_s = world.fate.between(3.0, min(8.0, limit_s), leg.lot, "deepfake")
        world.after(delay_s, leg, "deepfake", lambda: _report_deepfake(world, leg))

    return (begin,)


def _report_deepfake(world: World, leg: Leg) -> None:
    """Nearly everybody is real."""
    is_fake = world.fate.fraction(leg.lot, "is fake") < 0.05
    score = world.fate.between(0.75, 0.98, leg.lot, "score")
    payload = service_payloads.deepfake(
        leg,
        result="fake" if is_fake else "real",
        score=round(score if is_fake else 1 - score, 3),
        consistency=round(world.fate.between(70.0, 99.0, leg.lot, "consistency"), 1),
    )
    world.emit(leg, "call.deepfake_detection.result", payload)


def _prompt(body: Body) -> tuple[Begin, ...]:
    url, name = bodies.text(body, "audio_url"), bodies.text(body, "media_name")
    if url is None and name is None:
        return ()

    def begin(world: World, leg: Leg) -> None:
        sound_id = world.fate.uuid("sound", leg.lot, leg.events)
        sound = Sound(sound_id, "file", media.FILE_LENGTH_S, media_url=url, media_name=name)
        media.play(world, leg, sound)

    return (begin,)


def _conference(world: World, body: Body) -> tuple[Begin, ...]:
    """By id the conference must exist; by name it is made if there is none when the call is answered."""
    config = body.get("conference_config")
    if not isinstance(config, dict):
        return ()
    wanted, name = bodies.text(config, "id"), bodies.text(config, "conference_name")
    if wanted is not None:
        conferences.find(world, wanted)
    terms = conference_commands.terms(config)
    started = bodies.flag(config, "start_conference_on_create", default=True)

    def begin(world: World, leg: Leg) -> None:
        found = _room(world, wanted, name)
        if found is None and name is not None:
            conferences.create(world, leg, name, terms=terms, started=started)
        elif found is not None and len(found.participants) < found.max_participants:
            conferences.join(world, found, leg, terms)

    return () if wanted is None and name is None else (begin,)


def _room(world: World, wanted: str | None, name: str | None) -> Conference | None:
    found = conferences.named(world, name) if wanted is None and name is not None else None
    if wanted is not None:
        found = world.conferences.get(wanted)
    return found if found is not None and found.is_live else None
