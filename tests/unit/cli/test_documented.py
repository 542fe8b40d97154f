"""The command lines that the documentation shows are ones that the program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from console.cli.main import cli

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_SHOWN = re.compile(
    r"^(?:\w+=\S+ )*(call-console(?: .*)?)$|`(call-console(?: [^`]*)?)`", re.MULTILINE
)


def shown() -> Iterator[str]:
    """Every command line, in a block or within a sentence, without its comment."""
    for page in PAGES:
        for found in _SHOWN.finditer(page.read_text(encoding="utf-8")):
            line = (found[1] or found[2]).partition("  #")[0].strip()
            if "…" not in line and "<" not in line:
                yield line


def parsed(command: click.Command, words: list[str], parent: click.Context | None = None) -> None:
    """Reads a command line to its last word, and runs nothing. Raises `click.UsageError`."""
    try:
        context = command.make_context(words[0], list(words[1:]), parent=parent)
    except click.exceptions.NoArgsIsHelpError:
        return
    if isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if rest:
            name, inner, _ = command.resolve_command(context, rest)
            assert inner is not None, f"there is no command {name}"
            parsed(inner, rest, context)


@pytest.mark.parametrize("line", sorted(set(shown())))
def test_documented_command_line_is_one(line: str) -> None:
    """Options and all; what would be done is tested elsewhere."""
    parsed(cli, shlex.split(line))
