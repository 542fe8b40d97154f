"""Reads scenarios, strictly: what is not understood is refused, with file, step, key and the nearest known word."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from console.errors import UsageError
from console.simulator.numbers import is_destination
from console.simulator.scenarios.script import (
    STEPS,
    WITHIN_S,
    AnyStep,
    Call,
    Command,
    Expect,
    Fault,
    Hangup,
    Press,
    Scenario,
)
from console.telnyx import catalogue

NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.IGNORECASE)
OWN_NAMES = frozenset({"us", "connection"})
"""Names that stand for our number and our application."""
MAX_STEPS = 500
_TOP = ("about", "within_s", "steps")
_DIGITS = re.compile(r"[0-9A-DwW#*]+")
_GLOB = re.compile(r"[*?\[]")


def parse(text: str, *, name: str, file: str) -> Scenario:
    """The scenario in a TOML text. Raises `UsageError` naming `file`, the step and the key."""
    try:
        # Some editors of Windows begin a UTF-8 text with a byte order mark.
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from error
    _check_keys(tables, _TOP, file)
    about, listed = tables.get("about", ""), tables.get("steps")
    within_s = tables.get("within_s", WITHIN_S)
    if not isinstance(about, str):
        raise UsageError(f"{file}: about: expected text")
    if not _is_seconds(within_s):
        raise UsageError(f"{file}: within_s: expected seconds above 0")
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"{file}: steps: a scenario needs steps, each as a [[steps]] table")
    if len(listed) > MAX_STEPS:
        raise UsageError(f"{file}: steps: at most {MAX_STEPS} steps, not {len(listed)}")
    steps = tuple(_step(each, f"{file}: step {n}") for n, each in enumerate(listed, 1))
    _check_names(steps, file)
    return Scenario(name=name, about=about, steps=steps, within_s=float(within_s))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; the nearest is …` where one is near, else what there is."""
    choices = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.5)
    if near:
        return f"; the nearest is {near[0]}"
    return f"; known: {', '.join(choices)}" if len(choices) <= 12 else ""


def _step(table: object, where: str) -> AnyStep:
    if not isinstance(table, Mapping):
        raise UsageError(f"{where}: expected a [[steps]] table")
    word = table.get("do")
    if not isinstance(word, str):
        raise UsageError(f"{where}: do: says what happens, one of {', '.join(STEPS)}")
    kind = STEPS.get(word)
    if kind is None:
        raise UsageError(f"{where}: do: there is no step {word[:40]!r}{nearest(word, STEPS)}")
    _check_keys(table, ("do", *(f.encode_name for f in msgspec.structs.fields(kind))), where)
    try:
        step: AnyStep = msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {_in_words(str(error))}") from error
    _check_times(step, where)
    _check_step(step, where)
    return step


def _check_keys(table: Mapping[str, object], known: Iterable[str], where: str) -> None:
    words = tuple(known)
    for key in table:
        if key not in words:
            raise UsageError(f"{where}: {key[:40]}: no such key{nearest(key, words)}")


def _in_words(sentence: str) -> str:
    words, _, path = sentence.partition(" - at `$")
    key = path.rstrip("`").lstrip(".")
    return f"{key}: {words}" if key else words


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6


def _check_times(step: AnyStep, where: str) -> None:
    if step.at_s is not None and step.after_s:
        raise UsageError(f"{where}: at_s: a step has at_s or after_s, not both")
    for name in ("after_s", "at_s", "within_s", "delay_s", "patience_s", "talk_s"):
        value = getattr(step, name, None)
        if value is not None and not 0 <= value < 1e6:
            raise UsageError(f"{where}: {name}: expected seconds from 0 on, not {value:g}")


def _check_step(step: AnyStep, where: str) -> None:
    match step:
        case Call():
            if step.from_ is not None and not is_destination(step.from_):
                raise UsageError(
                    f"{where}: from: {step.from_[:40]!r} is no number in E.164 (+12025550123)"
                    " and no SIP URI"
                )
        case Command():
            _check_command(step, where)
        case Expect():
            _check_expect(step, where)
        case Press():
            if not _DIGITS.fullmatch(step.digits):
                raise UsageError(f"{where}: digits: only 0-9, A-D, #, *, w and W")
        case Fault():
            _check_event(step.event, where)
            if not 1 <= step.times <= 1_000:
                raise UsageError(f"{where}: times: from 1 to 1000")
            if step.kind == "api" and not 400 <= step.status <= 599:
                raise UsageError(f"{where}: status: an HTTP status from 400 to 599")
        case _:
            pass


def _check_command(step: Command, where: str) -> None:
    command = catalogue.load().get(step.action)
    if command is None or not is_playable(command):
        playable = [name for name, each in catalogue.load().items() if is_playable(each)]
        raise UsageError(
            f"{where}: action: there is no command {step.action[:40]!r}"
            f"{nearest(step.action, playable)}"
        )
    if command.scope == "call" and step.call is None:
        raise UsageError(f"{where}: call: {step.action} needs the name of a call")
    if "/conferences/{" in command.path:
        if step.conference is None:
            raise UsageError(f"{where}: conference: {step.action} needs the name of a conference")
    elif step.conference is not None:
        raise UsageError(f"{where}: conference: {step.action} is about no conference")
    known = [p.name for p in command.parameters if p.where == "body"]
    _check_keys(step.params, known, f"{where}: params")


def is_playable(command: catalogue.Command) -> bool:
    """Whether a scenario can play the command: on a call, a dial, or on a conference."""
    if command.method == "GET":
        return False
    return (
        command.scope == "call" or command.name in {"dial", "conference.create"}
    ) or command.path.startswith("/conferences/{id}/actions/")


def _check_expect(step: Expect, where: str) -> None:
    if (step.event is None) == (step.command is None):
        raise UsageError(f"{where}: event: an expectation names an event or a command")
    if step.event is not None:
        _check_event(step.event, where)
    elif step.command is not None and step.command not in catalogue.load():
        raise UsageError(
            f"{where}: command: there is no command {step.command[:40]!r}"
            f"{nearest(step.command, catalogue.load())}"
        )
    if step.payload and step.event is None:
        raise UsageError(f"{where}: payload: only events have one")


def _check_event(event: str, where: str) -> None:
    known = catalogue.event_types()
    if not _GLOB.search(event) and event not in known:
        raise UsageError(
            f"{where}: event: Telnyx has no event {event[:60]!r}{nearest(event, known)}"
        )


def _check_names(steps: Iterable[AnyStep], file: str) -> None:
    """Every name is given before it is used, once."""
    given: set[str] = set(OWN_NAMES)
    for number, step in enumerate(steps, 1):
        where = f"{file}: step {number}"
        for key, name in _used(step):
            if name not in given:
                raise UsageError(
                    f"{where}: {key}: nothing before this step is called {name[:40]!r}"
                    f"{nearest(name, given - OWN_NAMES)}"
                )
        made = step.call if isinstance(step, Call) else getattr(step, "makes", None)
        if made is None:
            continue
        if not NAME.fullmatch(made):
            raise UsageError(f"{where}: {made[:40]!r} is no name: letters, digits, - and _")
        if made in given:
            raise UsageError(f"{where}: the name {made!r} is taken")
        given.add(made)


def _used(step: AnyStep) -> Iterator[tuple[str, str]]:
    if isinstance(step, Command | Expect | Hangup | Press | Fault) and step.call is not None:
        yield "call", step.call
    if isinstance(step, Command):
        if step.conference is not None:
            yield "conference", step.conference
        for key, value in step.params.items():
            for name in references(value):
                yield f"params.{key}", name


def references(value: object) -> Iterator[str]:
    """The names that a parameter refers to: texts of the form `@name`, at any depth."""
    if isinstance(value, str):
        if value.startswith("@") and NAME.fullmatch(value[1:]):
            yield value[1:]
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from references(each)
