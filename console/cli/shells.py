"""The shells that can complete our command lines. Loaded only by `completion`, and when a shell asks.

Bash takes `=` and `:` for ends of words, which parameters and call ids are full of; click's own script does not
know that, so this one has the whole line looked at and gives back only what bash still lacks.
"""

from __future__ import annotations

import os
from typing import ClassVar

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

PROGRAM = "call-console"

_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response completion type value quoted
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \\
%(complete_var)s=bash_complete "$1" 2>/dev/null)
    COMPREPLY=()
    for completion in $response; do
        type=${completion%%%%,*} value=${completion#*,}
        if [[ $type == dir ]]; then
            compopt -o dirnames 2>/dev/null
        elif [[ $type == file ]]; then
            compopt -o default 2>/dev/null
        elif [[ $type == plain ]]; then
            printf -v quoted '%%q' "$value"
            COMPREPLY+=("$quoted")
            [[ $value == *[=.] ]] && compopt -o nospace 2>/dev/null
        fi
    done
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || \\
    complete -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Bash 3.2 and newer, whatever ends its words."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH
    _typed = ""

    @staticmethod
    def _check_version() -> None:
        """The script copes with old ones."""

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)
        incomplete = "" if not words or line[-1:].isspace() else words.pop()
        self._typed = incomplete
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        if item.type != "plain":
            return f"{item.type},{item.value}"
        breaks = os.environ.get("COMP_BREAKS", "=:")
        known = max((self._typed.rfind(sign) for sign in "=:" if sign in breaks), default=-1) + 1
        return f"plain,{item.value[known:]}"


add_completion_class(Bash)


def script(shell: str) -> str:
    """What a shell has to run to complete our command lines."""
    from console.cli.main import COMPLETION_VARIABLE, cli

    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(shell)
    return kind(cli, {}, PROGRAM, COMPLETION_VARIABLE).source()
