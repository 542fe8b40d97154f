"""`commands`: the catalogue, for people and for programs."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import click
import msgspec

from console.cli import suggestions
from console.cli.options import global_options
from console.cli.output import put
from console.errors import UsageError
from console.telnyx.catalogue import Command, Parameter, Schema, load

_NAME_WIDTH = 32
_TYPE_WIDTH = 16
_LEAST_WIDTH = 60
_MOST_WIDTH = 120
_STEP = 2
_DEEPEST = 4


@click.command("commands", short_help="Every command with its parameters.")
@click.argument("action", required=False, shell_complete=suggestions.actions)
@click.option("--json", "as_json", is_flag=True, help="A JSON list with all parameters.")
@global_options
def command(action: str | None, as_json: bool) -> None:
    """Every command that `send` knows, or ACTION with all its parameters.

    Of ACTION it tells what it does, in which states of a call it makes sense, which events show its effect, and of
    every parameter the type, the default, the allowed values and the limits; members of objects stand indented.
    """
    wanted = [found(action)] if action else list(load().values())
    if as_json:
        put(json.dumps([each.as_json() for each in wanted], indent=2))
    elif action:
        for line in explained(wanted[0], _width()):
            put(line, now=False)
    else:
        for each in wanted:
            put(f"{each.name:<{_NAME_WIDTH}} {each.help}", now=False)


def found(action: str) -> Command:
    """The command of that name. Raises `UsageError` naming the nearest one."""
    known = load()
    if action in known:
        return known[action]
    import difflib

    near = difflib.get_close_matches(action, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "call-console commands lists them all"
    raise UsageError(f"there is no command {action}; {hint}")


def explained(each: Command, width: int) -> Iterator[str]:
    """Everything about a command, in lines of at most `width` where words allow."""
    yield f"{each.name}: {each.help}"
    yield f"{each.method} {each.path}"
    yield f"call-console send {each.name} {_usage(each)}".rstrip()
    if each.states:
        yield from _wrapped(f"sensible while {', '.join(each.states)}", width, "  ")
    if each.effect:
        yield from _wrapped(f"confirmed by {', '.join(each.effect)}", width, "  ")
    if each.any_required:
        yield f"needs one of {', '.join(each.any_required)}"
    needed = [p for p in each.parameters if p.required]
    for title, group in (
        ("Required", needed),
        ("Optional", [p for p in each.parameters if not p.required]),
    ):
        if group:
            yield ""
            yield f"{title}:"
            for parameter in group:
                yield from _parameter_lines(parameter, each, width, depth=1)


def _usage(each: Command) -> str:
    from console.cli.intents import positional_names

    places = positional_names(each)
    words = [name.removesuffix("_control_id").upper() for name in places]
    words += [
        f"{p.name}=…"
        for p in each.parameters
        if p.required and p.where != "path" and not (p.name in places and not _in_path(each, p))
    ]
    return " ".join(words)


def _in_path(each: Command, parameter: Parameter) -> bool:
    return each.parameter(parameter.name, "path") is not None


def _parameter_lines(
    parameter: Parameter, each: Command | None, width: int, depth: int
) -> Iterator[str]:
    margin = " " * (_STEP * depth)
    name_width = max(_NAME_WIDTH - len(margin), 8)
    facts = "; ".join(_facts(parameter, each, depth))
    head = f"{margin}{parameter.name:<{name_width}} {_type_words(parameter):<{_TYPE_WIDTH}}"
    about = parameter.help or facts
    column = " " * (_NAME_WIDTH + _TYPE_WIDTH + 2)
    lines = _filled(head, about, column, width)
    if parameter.help and facts:
        lines += textwrap.wrap(
            facts, width, initial_indent=column, subsequent_indent=column, break_long_words=False
        )
    yield from lines
    yield from _inner_lines(parameter, width, depth)


def _inner_lines(schema: Schema, width: int, depth: int) -> Iterator[str]:
    """Members of an object, of the objects in a list, and of each form a value may have."""
    if depth >= _DEEPEST:
        return
    for member in schema.properties:
        yield from _parameter_lines(member, None, width, depth + 1)
    if schema.items is not None and (schema.items.properties or schema.items.one_of):
        yield f"{' ' * (_STEP * (depth + 1))}each entry:"
        yield from _inner_lines(schema.items, width, depth + 1)
    if any(variant.properties for variant in schema.one_of):
        yield from _variant_lines(schema, width, depth)


def _variant_lines(schema: Schema, width: int, depth: int) -> Iterator[str]:
    words = {place: word for word, place in (schema.choices or {}).items()}
    for place, variant in enumerate(schema.one_of):
        chosen = f"{schema.discriminator}={words[place]}" if place in words else variant.title or ""
        yield f"{' ' * (_STEP * (depth + 1))}with {chosen}:" if chosen else ""
        for member in variant.properties:
            if member.name != schema.discriminator:
                yield from _parameter_lines(member, None, width, depth + 2)


def _facts(parameter: Parameter, each: Command | None, depth: int) -> Iterator[str]:
    if parameter.where in ("path", "query"):
        yield f"in the {parameter.where}"
    if parameter.required and depth > 1:
        yield "required"
    if parameter.unless:
        yield f"not needed with {' or '.join(parameter.unless)}"
    if parameter.default is not msgspec.UNSET and parameter.default not in (None, ""):
        yield f"default {_plain(parameter.default)}"
    yield from _limits(parameter)
    if parameter.items is not None and parameter.items.enum:
        yield f"each one of {', '.join(map(_plain, parameter.items.enum))}"
    if each is not None and parameter.name == "client_state":
        yield "base64"


def _limits(parameter: Schema) -> Iterable[str]:
    if parameter.enum:
        yield "one of " + ", ".join(_plain(value) for value in parameter.enum)
    if parameter.min is not None or parameter.max is not None:
        yield _range(parameter.min, parameter.max)
    if parameter.min_length is not None or parameter.max_length is not None:
        yield f"{_range(parameter.min_length, parameter.max_length)} characters"
    if parameter.max_items is not None:
        yield f"at most {parameter.max_items} entries"


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def _type_words(schema: Schema) -> str:
    words = "|".join(schema.types) or "any"
    if schema.format and words == "string":
        words = schema.format
    if "array" in schema.types and schema.items is not None and schema.items.types:
        words = words.replace("array", f"list of {'|'.join(schema.items.types)}")
    return words


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _wrapped(text: str, width: int, indent: str) -> Sequence[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _filled(head: str, about: str, column: str, width: int) -> list[str]:
    """A table row: what does not fit beside its name and type goes below, in the same column."""
    if not about:
        return [head.rstrip()]
    lines = textwrap.wrap(
        about, max(width - len(column), 24), break_long_words=False, break_on_hyphens=False
    )
    first = (
        [head.rstrip()] if len(head) >= len(column) else [f"{head:<{len(column)}}{lines.pop(0)}"]
    )
    return first + [column + line for line in lines]


def _width() -> int:
    """The terminal's, within reason; a program that reads us gets the same as a wide one."""
    columns = shutil.get_terminal_size((_MOST_WIDTH, 24)).columns
    return min(max(columns, _LEAST_WIDTH), _MOST_WIDTH)
