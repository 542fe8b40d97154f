"""Every command of the catalogue as an action of the desk: what it is called, how it is found, what its keys are.

The catalogue is read when somebody first asks; importing this module must not load it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from console.ui.actions import Action, Danger, Scope, key_of, with_keys

if TYPE_CHECKING:
    from console.domain.legs import Leg
    from console.ui.options import Prepared

ENDING = frozenset(
    {"hangup", "reject", "conference.end", "queue.delete", "queue.call.remove", "apps.delete"}
)
"""Cannot be taken back: asked before they are sent."""

_PLAIN_QUESTIONS = frozenset({"status", "call_events", "active_calls"})
"""Commands with plain names that only ask. The catalogue would say so, too, but no key press waits for it to be read."""

ELSEWHERE = ("apps.",)
"""Have a screen of their own, with checks that a form does not know."""

SYNONYMS: Mapping[str, str] = {
    "active_calls": "list live running legs",
    "ai_assistant_add_messages": "bot agent chat tell",
    "ai_assistant_join": "bot agent",
    "ai_assistant_start": "bot agent voicebot",
    "ai_assistant_stop": "bot agent voicebot",
    "answer": "pick up accept take",
    "bridge": "connect join together patch",
    "call_events": "history record log what happened",
    "client_state_update": "tag note attach data context",
    "conference.create": "room meeting three-way open",
    "conference.end": "close room meeting",
    "conference.gather_using_audio": "digits keys collect dtmf",
    "conference.hold": "park wait music",
    "conference.join": "room meeting add enter",
    "conference.leave": "room meeting remove exit kick",
    "conference.list": "rooms meetings",
    "conference.mute": "silence quiet microphone",
    "conference.participants": "members who room",
    "conference.play": "music sound audio file",
    "conference.record_start": "tape capture recording",
    "conference.record_stop": "tape capture recording",
    "conference.send_dtmf": "digits tones keys touch",
    "conference.speak": "say tts announce read text",
    "conference.stop": "music sound audio end playing",
    "conference.unhold": "resume take back music",
    "conference.unmute": "microphone speak again",
    "conference.update": "supervisor role whisper barge monitor",
    "conversation_relay_start": "text websocket bot llm",
    "conversation_relay_stop": "text websocket bot llm",
    "dial": "call ring originate outgoing number supervise monitor whisper barge coach listen",
    "enqueue": "queue park wait line hold",
    "fork_start": "copy rtp media tap",
    "fork_stop": "copy rtp media tap",
    "gather": "digits collect dtmf keys input ivr pin",
    "gather_stop": "digits collect dtmf cancel input",
    "gather_using_ai": "ask questions voice input form",
    "gather_using_audio": "digits prompt ivr menu collect dtmf",
    "gather_using_speak": "digits prompt ivr menu collect tts dtmf",
    "hangup": "end disconnect drop terminate bye",
    "leave_queue": "dequeue unqueue take out line",
    "playback_start": "play music sound audio file mp3",
    "playback_stop": "silence music sound audio speak end",
    "queue.call.remove": "dequeue take out",
    "queue.calls": "waiting line who",
    "queue.create": "line new waiting",
    "queue.list": "lines waiting",
    "record_pause": "hold recording tape mask card",
    "record_resume": "continue recording tape",
    "record_start": "tape capture recording",
    "record_stop": "tape capture recording end",
    "refer": "sip blind transfer redirect",
    "reject": "decline busy refuse deny",
    "send_dtmf": "digits tones keypad touch press",
    "send_sip_info": "signal message",
    "siprec_start": "compliance recording session recorder",
    "siprec_stop": "compliance recording session recorder",
    "speak": "say tts announce read text voice",
    "status": "alive is live check",
    "streaming_start": "websocket media audio tap listen",
    "streaming_stop": "websocket media audio tap",
    "suppression_start": "noise denoise cancel clean quiet",
    "suppression_stop": "noise denoise cancel",
    "switch_supervisor_role": "whisper barge monitor coach listen",
    "transcription_start": "text speech stt captions subtitles",
    "transcription_stop": "text speech stt captions subtitles",
    "transfer": "forward move hand over pass",
    "webhook_deliveries.list": "events failed delivery",
}
"""Other words for what a command does, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """A key of the menu of commands (`c`), and what it does."""

    key: str
    command: str
    title: str
    at_once: bool = False
    """Sent without a form: it needs nothing that is not known."""


MENU: tuple[Second, ...] = (
    Second(key="s", command="speak", title="speak a text"),
    Second(key="p", command="playback_start", title="play a file"),
    Second(key="P", command="playback_stop", title="stop playing or speaking", at_once=True),
    Second(key="g", command="gather", title="gather digits"),
    Second(key="G", command="gather_using_speak", title="ask aloud and gather digits"),
    Second(key="x", command="gather_stop", title="stop gathering", at_once=True),
    Second(key="d", command="send_dtmf", title="send touch tones"),
    Second(key="r", command="record_start", title="record"),
    Second(key="z", command="record_pause", title="pause the recording", at_once=True),
    Second(key="Z", command="record_resume", title="resume the recording", at_once=True),
    Second(key="R", command="record_stop", title="stop recording", at_once=True),
    Second(key="w", command="streaming_start", title="stream the sound to a WebSocket"),
    Second(key="W", command="streaming_stop", title="stop streaming", at_once=True),
    Second(key="t", command="transcription_start", title="transcribe"),
    Second(key="T", command="transcription_stop", title="stop transcribing", at_once=True),
    Second(key="q", command="enqueue", title="put in a queue"),
    Second(key="Q", command="leave_queue", title="take out of the queue", at_once=True),
    Second(key="h", command="conference.hold", title="hold", at_once=True),
    Second(key="u", command="conference.unhold", title="take back from hold", at_once=True),
    Second(key="m", command="conference.mute", title="mute", at_once=True),
    Second(key="M", command="conference.unmute", title="unmute", at_once=True),
    Second(key="k", command="conference.create", title="open a conference with this call"),
    Second(key="j", command="conference.join", title="join a conference"),
    Second(key="l", command="conference.leave", title="leave the conference", at_once=True),
    Second(key="f", command="refer", title="refer by SIP"),
    Second(key="i", command="send_sip_info", title="send SIP INFO"),
    Second(key="n", command="suppression_start", title="suppress noise", at_once=True),
    Second(key="N", command="suppression_stop", title="stop suppressing noise", at_once=True),
    Second(key="a", command="ai_assistant_start", title="start an AI assistant"),
    Second(key="A", command="ai_assistant_stop", title="stop the AI assistant", at_once=True),
    Second(key="v", command="client_state_update", title="set the client state"),
    Second(key="y", command="status", title="ask Telnyx for the call's status", at_once=True),
)
"""The keys after `c`; every other command is in the palette."""

CONFERENCE_LEG = frozenset(
    {
        "conference.hold", "conference.unhold", "conference.mute", "conference.unmute", "conference.leave",
    }
)  # fmt: skip
"""What the menu does to the selected call in its conference, not to everybody in it."""

_NO_CONFERENCE = {
    "conference.hold": "Telnyx holds calls in a conference only: open one with this call, or queue it",
    "conference.unhold": "Telnyx holds calls in a conference only, and this call is in none",
    "conference.mute": "Telnyx mutes calls in a conference only, and this call is in none",
    "conference.unmute": "Telnyx mutes calls in a conference only, and this call is in none",
    "conference.leave": "this call is in no conference",
}


_OF_LEG = frozenset({"call_events", "client_state_update"})
"""Commands that take of a leg what no other command does."""


def _danger(name: str) -> Danger:
    return Danger.ENDS if name in ENDING else Danger.SENDS


def second_action(second: Second) -> Action:
    """The action of a key of the menu."""
    return Action(
        id=f"menu.{second.command}",
        keys=(second.key,),
        scope=Scope.MENU,
        title=second.title,
        description=second.title,
        danger=_danger(second.command),
        command=second.command,
        needs_call=True,
        form=not second.at_once,
    )


MENU_ACTIONS: tuple[Action, ...] = tuple(second_action(second) for second in MENU)


def menu_actions() -> tuple[Action, ...]:
    """The same with the operator's own keys."""
    return tuple(with_keys(action, key_of(action.id)) for action in MENU_ACTIONS)


def preset_actions(presets: Sequence[Prepared]) -> tuple[Action, ...]:
    """An action for each preset whose command exists; the first nine have a digit as second key."""
    from console.telnyx.catalogue import load

    known = [preset for preset in presets if preset.action in load()]
    return tuple(
        replace(
            command_action(preset.action),
            id=f"preset.{preset.name}",
            keys=(str(place),) if place <= 9 else (),
            title=f"preset {preset.name}",
            description=f"{words_of(preset.action)} with the values of your preset",
            preset=preset.name,
        )
        for place, preset in enumerate(known, start=1)
    )


@cache
def all_commands() -> tuple[Action, ...]:
    """Every command that the desk can send, each with its whole form."""
    from console.telnyx.catalogue import load

    return tuple(command_action(name) for name in load() if not name.startswith(ELSEWHERE))


def in_palette() -> tuple[Action, ...]:
    """What the palette offers: what the menu sends at once, then the form of every command."""
    return (*(action for action in MENU_ACTIONS if not action.form), *all_commands())


def palette_keys(action: Action) -> str:
    """How to reach a command without the palette, or that it opens a form."""
    second = next((each.key for each in MENU if each.command == action.command), None)
    if action.id.startswith("menu."):
        return f"c {second}"
    return "form" if second is None or action.preset else f"c {second}, form"


def command_action(name: str) -> Action:
    """The action that opens the whole form of a command."""
    from console.telnyx.catalogue import load
    from console.telnyx.requests import CALL

    command = load()[name]
    named = command.parameter(CALL)
    return Action(
        id=f"command.{name}",
        keys=(),
        scope=Scope.MENU,
        title=words_of(name),
        description=command.help,
        danger=_danger(name),
        command=name,
        needs_call=named is not None and (named.required or named.where == "path"),
        form=True,
    )


def words_of(name: str) -> str:
    """`conference.record_start` → `conference record start`."""
    return name.replace(".", " ").replace("_", " ")


def is_question(name: str) -> bool:
    """Whether a command only asks, so that its answer is what the operator wants to see."""
    if "." not in name:
        return name in _PLAIN_QUESTIONS
    from console.telnyx.catalogue import load

    command = load().get(name)
    return command is not None and command.method == "GET"


def found_by(action: Action) -> str:
    """Everything a search may find a command by, in lower case."""
    words = (action.title, action.command or "", action.description)
    return f"{' '.join(words)} {SYNONYMS.get(action.command or '', '')}".casefold()


def _of_leg(name: str, leg: Leg) -> dict[str, object]:
    if name == "call_events":
        return {"filter": {"leg_id": leg.call_leg_id}} if leg.call_leg_id else {}
    return {"client_state": leg.client_state} if leg.client_state else {}


def known_params(action: Action, leg: Leg | None) -> dict[str, object]:
    """What the selected call already answers of a command's parameters."""
    name = action.command
    if name in _OF_LEG and leg is not None:
        return _of_leg(name, leg)
    if leg is None or name is None or ("." not in name and name not in _PLAIN_QUESTIONS):
        return {}
    from console.telnyx.catalogue import load
    from console.telnyx.requests import CALL, wants_call_in_body

    command = load()[name]
    found: dict[str, object] = {}
    for parameter in command.parameters:
        name = parameter.name
        if name in ("id", "conference_id") and command.scope == "conference" and leg.conference_id:
            found[name] = leg.conference_id
        elif name == "queue_name" and parameter.where == "path" and leg.queue:
            found[name] = leg.queue
        elif name == "connection_id" and parameter.where == "path" and leg.connection_id:
            found[name] = leg.connection_id
    if leg.call_control_id:
        if wants_call_in_body(command):
            found[CALL] = leg.call_control_id
        elif action.command in CONFERENCE_LEG and leg.conference_id:
            found["call_control_ids"] = [leg.call_control_id]
    return found


def why_not_here(action: Action, leg: Leg | None) -> str | None:
    """Why a command makes no sense for the selected call, beyond what its state decides."""
    if action.command in CONFERENCE_LEG and not action.form and leg is not None:
        return None if leg.conference_id else _NO_CONFERENCE[action.command]
    return None
