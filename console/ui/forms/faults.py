"""What is wrong with parameters, by place, and which place a pointer of Telnyx's means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from console.telnyx.catalogue import Command
from console.telnyx.problems import MISSING
from console.telnyx.requests import check
from console.ui.forms.fields import Field
from console.ui.forms.tree import Path, dotted

_STEP = re.compile(r"\[(\d+)\]|[^.\[\]]+")


def faults_of(
    command: Command, roots: Mapping[str, Field], params: Mapping[str, object]
) -> dict[Path, str]:
    """Sentences by place: what the path lacks, then what the catalogue does not allow."""
    found: dict[Path, str] = {}
    for parameter in command.parameters:
        if parameter.where == "path" and parameter.name in roots and not params.get(parameter.name):
            found[(parameter.name,)] = f"{parameter.name} is required"
    places = {dotted(path): path for path in _paths(params)}
    for problem in check(command.name, params):
        path = places.get(problem.pointer or "")
        if path is None:
            path = _known(problem.pointer or "", roots, places)
        advice = "" if problem.code == MISSING else f": {problem.advice}"
        found.setdefault(path, f"{problem.sentence}{advice}")
    return found


def place_of(pointer: str | None, roots: Mapping[str, Field]) -> Path | None:
    """The place that Telnyx names in an error: `/to`, `/answering_machine_detection_config/total`, `custom_headers[0].name`."""
    if not pointer:
        return None
    if pointer.startswith("/"):
        steps = [each for each in pointer.split("/") if each]
        if len(steps) > 1 and steps[0] in ("body", "data", "query", "parameters"):
            steps = steps[1:]
        path: Path = tuple(int(step) if step.isdecimal() else step for step in steps)
    else:
        path = (pointer,) if pointer in roots else _parsed(pointer)
    return path if path and path[0] in roots else None


def _known(pointer: str, roots: Mapping[str, Field], places: Mapping[str, Path]) -> Path:
    """A member that is missing has no place yet: it stands in the nearest one that is there."""
    for name, path in sorted(places.items(), key=lambda item: -len(item[0])):
        if pointer.startswith(f"{name}."):
            return (*path, *_parsed(pointer[len(name) + 1 :]))
    return (pointer,) if pointer in roots else _parsed(pointer)


def _parsed(pointer: str) -> Path:
    return tuple(
        int(match[1]) if match[1] is not None else match[0] for match in _STEP.finditer(pointer)
    )


def _paths(value: object, here: Path = ()) -> Iterator[Path]:
    if here:
        yield here
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _paths(inner, (*here, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths(inner, (*here, place))
