"""`commands`: the catalogue, for people and for programs."""

import json
from collections.abc import Iterable

import click

from console.cli.options import global_options
from console.cli.output import put
from console.errors import UsageError
from console.telnyx.catalogue import Command, Parameter, load

_NAME_WIDTH = 32
_TYPE_WIDTH = 10


@click.command("commands")
@click.argument("action", required=False)
@click.option("--json", "as_json", is_flag=True, help="A JSON list with all parameters.")
@global_options
def command(action: str | None, as_json: bool) -> None:
    """Every command, or ACTION with all its parameters."""
    wanted = [found(action)] if action else list(load().values())
    if as_json:
        put(json.dumps([each.as_json() for each in wanted], indent=2))
    elif action:
        _explain(wanted[0])
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


def _explain(each: Command) -> None:
    put(f"{each.name}: {each.help}")
    put(f"{each.method} {each.path}")
    if each.states:
        put(f"sensible while {', '.join(each.states)}")
    if each.effect:
        put(f"confirmed by {', '.join(each.effect)}")
    put("")
    for parameter in each.parameters:
        _explain_parameter(parameter)


def _explain_parameter(parameter: Parameter) -> None:
    must = "required" if parameter.required else ""
    types = "|".join(parameter.types) or "any"
    put(f"{parameter.name:<{_NAME_WIDTH}} {types:<{_TYPE_WIDTH}} {parameter.where or '':<6} {must}")
    for line in _limits(parameter):
        put(f"    {line}")


def _limits(parameter: Parameter) -> Iterable[str]:
    if parameter.help:
        yield parameter.help
    if parameter.enum:
        yield "one of " + ", ".join(str(value) for value in parameter.enum)
    if parameter.min is not None or parameter.max is not None:
        low = "" if parameter.min is None else f"{parameter.min:g}"
        high = "" if parameter.max is None else f"{parameter.max:g}"
        yield f"{low}..{high}"
