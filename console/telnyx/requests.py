"""From an intent to the request that carries it out: method, path, query and body as the catalogue has them. Pure.

A request never carries a `client_state` unless it is among the parameters: it belongs to the application behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import quote

from console.errors import UsageError
from console.telnyx.catalogue import Command, load
from console.telnyx.conformance import problems_of, unknown_name
from console.telnyx.pairs import read_pairs
from console.telnyx.problems import Problem

CALL = "call_control_id"
COMMAND_ID = "command_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, without host and credentials. `path` is percent-encoded, `query` is not."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: dict[str, object] | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it again cannot do its work twice: Telnyx drops repetitions of a command_id."""
        return self.method != "POST" or bool(self.body and self.body.get(COMMAND_ID))


def build(
    action: str,
    *,
    call_control_id: str | None = None,
    params: Mapping[str, object],
    command_id: str | None = None,
) -> Request:
    """The request of `action`. `call_control_id` fills the path, else the body where it is wanted and not in `params`.

    Raises `UsageError` for an unknown action or parameter, or when the path cannot be filled.
    """
    command = _command(action)
    left = dict(params)
    path = _path(command, call_control_id, left)
    if call_control_id and CALL not in left and wants_call_in_body(command):
        left[CALL] = call_control_id
    if command_id and command.parameter(COMMAND_ID, "body") is not None:
        left.setdefault(COMMAND_ID, command_id)
    query: dict[str, str] = {}
    body: dict[str, object] = {}
    for name, value in left.items():
        if command.parameter(name, "body") is not None:
            body[name] = value
        elif command.parameter(name, "query") is not None:
            query.update(_flat(name, value))
        else:
            problem = unknown_name(command, name)
            raise UsageError(f"{problem.sentence}: {problem.advice}")
    return Request(
        method=command.method, path=path, query=query, body=body if command.has_body else None
    )


def check(action: str, params: Mapping[str, object]) -> tuple[Problem, ...]:
    """What the specification does not allow about `params`; empty if all is well. Raises `UsageError` as `build`.

    What fills the path is not looked at.
    """
    return tuple(problems_of(_command(action), params))


def parse_pairs(action: str, pairs: Sequence[str]) -> dict[str, object]:
    """Typed parameters from NAME=VALUE pairs. Raises `UsageError` that names the field."""
    return read_pairs(_command(action), pairs)


def _command(action: str) -> Command:
    commands = load()
    if action in commands:
        return commands[action]
    close = get_close_matches(action, commands, n=1)
    advice = f"did you mean {close[0]}?" if close else "call-console commands lists them all"
    raise UsageError(f"there is no command {action[:60]!r}: {advice}")


def _path(command: Command, call_control_id: str | None, left: dict[str, object]) -> str:
    """The path with its names filled; takes what it uses out of `left`, unless the body has the same name."""
    path = command.path
    for parameter in command.parameters:
        if parameter.where != "path":
            continue
        value: object = None
        if parameter.name == CALL and call_control_id:
            value = call_control_id
        elif command.parameter(parameter.name, "body") is None:
            value = left.pop(parameter.name, None)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            raise UsageError(f"{command.name} needs {_wanted(parameter.name)}")
        path = path.replace("{" + parameter.name + "}", _segment(str(value)))
    return path


def _wanted(name: str) -> str:
    return "a call: give its call_control_id" if name == CALL else f"{name}: give {name}=VALUE"


def _segment(value: str) -> str:
    # Dots alone would be read as "this" or "the parent" path; lone surrogates cannot be encoded.
    encoded = quote(value, safe="", errors="replace")
    return encoded.replace(".", "%2E") if encoded in (".", "..") else encoded


def wants_call_in_body(command: Command) -> bool:
    """Whether the leg that a command is about is named in the body, as conference.join does."""
    in_path = command.parameter(CALL, "path") is not None
    return not in_path and command.parameter(CALL, "body") is not None


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Query parameters in the deepObject style: {"filter": {"leg_id": 1}} → filter[leg_id]=1."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}[{key}]", inner)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, list | tuple):
        yield name, ",".join(map(str, value))
    elif value is not None:
        yield name, str(value)
