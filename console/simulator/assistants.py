"""Conversations with machines: assistants, questions asked by one, relays (VOICE b). Pure: changes the world only.

One at a time on a leg (90061). Every one ends in call.conversation.ended, an assistant's also in insights. The relay's
WebSocket is not spoken to: its protocol is in no source of ours.
"""

from collections.abc import Callable, Mapping

from console.simulator import bodies, errors, service_payloads
from console.simulator.services import Conversation
from console.simulator.world import Begin, Leg, World

Body = Mapping[str, object]
Data = dict[str, object]

_MAX_HISTORY = 200
_TURN_S = (1.5, 3.5)
_GREETING = "Hello, how can I help you today?"
_INSIGHT = "The caller asked about an order and was content with the answer."
_VALUES = {
    "integer": 42,
    "number": 4.2,
    "boolean": True,
    "array": [],
    "object": {},
}


def _messages(listed: object) -> tuple[Mapping[str, str], ...]:
    """Messages as the events show them: of the user and the assistant, with text."""
    if not isinstance(listed, list):
        return ()
    return tuple(
        {"role": each["role"], "content": each["content"]}
        for each in listed
        if isinstance(each, dict)
        and each.get("role") in {"user", "assistant"}
        and isinstance(each.get("content"), str)
    )


def _assistant(body: Body) -> Mapping[str, object]:
    given = body.get("assistant")
    return given if isinstance(given, dict) else {}


def wish(kind: str, body: Body) -> Conversation:
    """The conversation that a body asks for, without id and time."""
    assistant = _assistant(body)
    greeting = bodies.text(body, "greeting") or bodies.text(assistant, "greeting") or _GREETING
    history = _messages(body.get("message_history"))
    return Conversation(
        id="",
        kind=kind,
        started_at=0,
        assistant=assistant,
        voice=bodies.text(body, "voice"),
        history=(*history, {"role": "assistant", "content": greeting}),
        partial_results=bodies.flag(body, "send_partial_results"),
        history_updates=bodies.flag(body, "send_message_history_updates"),
    )


def later(body: Body) -> tuple[Begin, ...]:
    """The assistant or relay that is to begin with the answer. Raises `ApiError` (90061) for both at once."""
    relay = body.get("conversation_relay_config")
    if body.get("assistant") and relay:
        raise errors.assistant_active()
    if isinstance(relay, dict):
        wanted = wish("relay", relay)
    elif body.get("assistant"):
        wanted = wish("assistant", body)
    else:
        return ()
    return (lambda world, leg: _begin_unless_active(world, leg, wanted),)


def _begin_unless_active(world: World, leg: Leg, wanted: Conversation) -> None:
    if leg.conversation is None:
        begin(world, leg, wanted)


def begin(world: World, leg: Leg, wanted: Conversation) -> Conversation:
    """Begins a conversation. Raises `ApiError` (90061) if there is one."""
    if leg.conversation is not None:
        raise errors.assistant_active()
    talk_id = world.fate.uuid("conversation", leg.lot, leg.events)
    leg.conversation = talk = wanted._replace(id=talk_id, started_at=world.now)
    if talk.kind == "gather":
        _wait(world, leg)
    return talk


def stop(world: World, leg: Leg, *, reason: str | None) -> None:
    """Ends the leg's conversation, if there is one, and reports it."""
    talk = leg.conversation
    if talk is None:
        return
    if talk.kind == "gather":
        world.agenda.cancel(leg.id, "question")
        status = "valid" if len(talk.got) == len(talk.wanted) else "invalid"
        payload = service_payloads.ai_gather_ended(leg, talk, status)
        world.emit(leg, "call.ai_gather.ended", payload)
    leg.conversation = None
    for guest in list(world.live.values()):
        if guest.conversation is not None and guest.conversation.id == talk.id:
            guest.conversation = None
    ended = service_payloads.conversation_ended(leg, talk, now=world.now, reason=reason)
    world.emit(leg, "call.conversation.ended", ended)
    if talk.kind == "assistant":
        delay_s = world.fate.between(1.0, 3.0, talk.id, "insights")
        world.after(
            delay_s, None, f"insights {talk.id}", lambda: _report_insights(world, leg, talk)
        )


def _report_insights(world: World, leg: Leg, talk: Conversation) -> None:
    payload = service_payloads.insights(
        leg,
        group_id=world.fate.uuid("insights", talk.id),
        insight_id=world.fate.uuid("insight", talk.id),
        text=_INSIGHT,
    )
    world.emit(leg, "call.conversation_insights.generated", payload)


def _wait(world: World, leg: Leg) -> None:
    delay_s = world.fate.between(*_TURN_S, leg.lot, leg.events, "turn")
    world.after(delay_s, leg, "question", lambda: _ask(world, leg))


def _ask(world: World, leg: Leg) -> None:
    """One question and its answer; after the last one the conversation is over."""
    talk = leg.conversation
    if talk is None:
        return
    left = [name for name in talk.wanted if name not in talk.got]
    if not left:
        stop(world, leg, reason=None)
        return
    name = left[0]
    turn = (
        {"role": "assistant", "content": f"What is your {name.replace('_', ' ')}?"},
        {"role": "user", "content": str(talk.wanted[name])},
    )
    talk = talk._replace(history=(*talk.history, *turn), got={**talk.got, name: talk.wanted[name]})
    leg.conversation = talk
    if talk.history_updates:
        payload = service_payloads.history_updated(leg, talk.history)
        world.emit(leg, "call.ai_gather.message_history_updated", payload)
    if talk.partial_results:
        payload = service_payloads.partial_results(leg, talk)
        world.emit(leg, "call.ai_gather.partial_results", payload)
    _wait(world, leg)


def _ai_assistant_start(world: World, leg: Leg, body: Body) -> Data:
    talk = begin(world, leg, wish("assistant", body))
    return {"result": "ok", "conversation_id": talk.id}


def _ai_assistant_stop(world: World, leg: Leg, _body: Body) -> Data:
    _running(leg, "assistant", "gather")
    stop(world, leg, reason=None)
    return {"result": "ok"}


def _running(leg: Leg, *kinds: str) -> Conversation:
    if leg.conversation is None or leg.conversation.kind not in kinds:
        raise errors.bad_request("No such session is active on this call.")
    return leg.conversation


def _ai_assistant_join(world: World, leg: Leg, body: Body) -> Data:
    """The leg takes part in a conversation that another leg has, under the same id."""
    wanted = bodies.text(body, "conversation_id")
    host = next(
        (
            each.conversation
            for each in world.live.values()
            if each.conversation is not None and each.conversation.id == wanted
        ),
        None,
    )
    if host is None:
        raise errors.bad_request("No such conversation is active.", "/conversation_id")
    if leg.conversation is not None:
        raise errors.assistant_active()
    participant = body.get("participant")
    ends = isinstance(participant, dict) and participant.get("on_hangup") == "end_conversation"
    leg.conversation = host._replace(kind="guest", started_at=world.now, hangs_up_with=ends)
    return {"result": "ok", "conversation_id": host.id}


def leave(world: World, leg: Leg) -> None:
    """The leg is about to end: its conversation ends; a guest's goes on without them unless they said otherwise."""
    talk = leg.conversation
    if talk is None:
        return
    if talk.kind != "guest":
        stop(world, leg, reason="customer_disconnect")
        return
    leg.conversation = None
    if talk.hangs_up_with:
        for other in list(world.live.values()):
            if other.conversation is not None and other.conversation.id == talk.id:
                stop(world, other, reason="customer_disconnect")


def _ai_assistant_add_messages(_world: World, leg: Leg, body: Body) -> Data:
    talk = _running(leg, "assistant", "gather")
    history = (*talk.history, *_messages(body.get("messages")))
    leg.conversation = talk._replace(history=history[-_MAX_HISTORY:])
    return {"result": "ok"}


def _gather_using_ai(world: World, leg: Leg, body: Body) -> Data:
    talk = begin(world, leg, wish("gather", body)._replace(wanted=_answers(body)))
    return {"result": "ok", "conversation_id": talk.id}


def _answers(body: Body) -> Mapping[str, object]:
    """What a caller will answer to each member of the JSON Schema in `parameters`."""
    schema = body.get("parameters")
    members = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(members, dict):
        return {}
    return {str(name): _answer(str(name), member) for name, member in members.items()}


def _answer(name: str, member: object) -> object:
    if not isinstance(member, dict):
        return "yes"
    listed = member.get("enum")
    if isinstance(listed, list) and listed:
        return listed[0]
    kind = str(member.get("type"))
    return _VALUES[kind] if kind in _VALUES else f"my {name.replace('_', ' ')}"


def _relay_start(world: World, leg: Leg, body: Body) -> Data:
    talk = begin(world, leg, wish("relay", body))
    return {"result": "ok", "conversation_relay_id": talk.id}


def _relay_stop(world: World, leg: Leg, _body: Body) -> Data:
    _running(leg, "relay")
    stop(world, leg, reason=None)
    return {"result": "ok"}


HANDLERS: Mapping[str, Callable[[World, Leg, Body], Data]] = {
    "ai_assistant_start": _ai_assistant_start,
    "ai_assistant_stop": _ai_assistant_stop,
    "ai_assistant_join": _ai_assistant_join,
    "ai_assistant_add_messages": _ai_assistant_add_messages,
    "gather_using_ai": _gather_using_ai,
    "conversation_relay_start": _relay_start,
    "conversation_relay_stop": _relay_stop,
}
