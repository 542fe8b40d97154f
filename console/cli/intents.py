"""From what was typed to what is meant: action, what it is about, parameters, defaults, presets and contacts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from console.cli.commands import found
from console.cli.composition import operator_name
from console.config.contacts import Contacts
from console.config.load import Loaded
from console.config.presets import Preset, chosen_preset
from console.domain.entries import Intent
from console.errors import UsageError
from console.telnyx.catalogue import Command, load
from console.telnyx.requests import CALL, COMMAND_ID, check, parse_pairs, wants_call_in_body

NO_ACTION = "say what to send: call-console send ACTION …; call-console commands lists them"


def read_intent(words: Sequence[str], loaded: Loaded, *, preset: str | None = None) -> Intent:
    """The command that ACTION [ID…] [NAME=VALUE…] stands for. Raises `UsageError` for what it cannot be."""
    beforehand = chosen_preset(loaded.presets, preset) if preset is not None else None
    action, rest = action_of(words, beforehand)
    command = found(action)
    kept = dict(beforehand.params) if beforehand is not None else {}
    places, pairs = split(command, rest, kept)
    params = {**kept, **places, **parse_pairs(action, pairs)}
    call = _taken_call(command, places, params)
    _complete(command, params, loaded)
    return Intent(
        command_id=str(params.get(COMMAND_ID) or uuid.uuid4()),
        action=action,
        call_control_id=call,
        params=params,
        operator=operator_name(),
    )


def action_of(words: Sequence[str], preset: Preset | None) -> tuple[str, Sequence[str]]:
    """The action and what follows it; a preset knows its action, so that it may be left out."""
    first = words[0] if words else None
    if preset is None:
        if first is None:
            raise UsageError(NO_ACTION)
        return first, words[1:]
    if first == preset.action:
        return first, words[1:]
    if first in load():
        raise UsageError(f"preset {preset.name} is for {preset.action}, not for {first}")
    return preset.action, words


def split(
    command: Command, words: Sequence[str], kept: Mapping[str, object]
) -> tuple[dict[str, object], Sequence[str]]:
    """What is given by position, by its name, and the pairs behind it."""
    wanted = _positional(command, [*_names(command, words), *kept])
    places: dict[str, object] = {}
    for name, word in zip(wanted, words, strict=False):
        if is_pair(command, word):
            break
        places[name] = word
    return places, words[len(places) :]


def is_pair(command: Command, word: str) -> bool:
    """Whether a word is NAME=VALUE with a name the command has; ids may hold an equals sign too."""
    name, equals, _ = word.partition("=")
    return bool(equals) and any(
        command.parameter(each) is not None for each in (name, name.partition(".")[0])
    )


def positional_names(command: Command) -> tuple[str, ...]:
    """What may be given by position: what fills the path, else the leg that a body names."""
    names = tuple(p.name for p in command.parameters if p.where == "path")
    return names or ((CALL,) if wants_call_in_body(command) else ())


def refused(action: str, params: Mapping[str, object]) -> Sequence[str]:
    """What the specification does not allow; the engine knows the connection to dial from where we do not."""
    return [
        f"{problem.sentence}: {problem.advice}"
        for problem in check(action, params)
        if not (action == "dial" and problem.pointer == "connection_id")
    ]


def _names(command: Command, words: Sequence[str]) -> Sequence[str]:
    return [word.partition("=")[0] for word in words if is_pair(command, word)]


def _positional(command: Command, given: Sequence[str]) -> Sequence[str]:
    """The names whose turn it is by position: those that are not given by name anyway."""
    return [
        name
        for name in positional_names(command)
        # In bridge the same name stands in path and body: by name it is the one in the body.
        if name not in given or _is_in_both(command, name)
    ]


def _is_in_both(command: Command, name: str) -> bool:
    return (
        command.parameter(name, "path") is not None and command.parameter(name, "body") is not None
    )


def _taken_call(
    command: Command, places: Mapping[str, object], params: dict[str, object]
) -> str | None:
    """The leg the command is about; taken out of the parameters where the path has it."""
    if command.parameter(CALL, "path") is None:
        leg = params.get(CALL)
        return leg if isinstance(leg, str) and wants_call_in_body(command) else None
    if _is_in_both(command, CALL):
        leg = places.get(CALL)
        if params.get(CALL) is leg:
            params.pop(CALL, None)
    else:
        leg = params.pop(CALL, None)
    return leg if isinstance(leg, str) else None


def _complete(command: Command, params: dict[str, object], loaded: Loaded) -> None:
    """Fills what the configuration knows: connection, caller id, contacts."""
    api = loaded.settings.api
    for name, value in (("connection_id", api.connection_id), ("from", api.caller_id)):
        parameter = command.parameter(name)
        if value and name not in params and parameter is not None and parameter.required:
            params[name] = value
    to = params.get("to")
    if isinstance(to, str) and command.name in ("dial", "transfer"):
        params["to"] = Contacts.load(loaded.contacts_path).named(to) or to
