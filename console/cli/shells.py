"""The shells that can complete our command lines. Loaded only by `completion`, and when a shell asks.

Click's own scripts leave things to be wished for. Bash takes `=` and `:` for ends of words, which parameters and call
ids are full of: this one has the whole line looked at and gives back only what bash still lacks. Zsh puts a blank behind
`to=`, fish cuts what is said about a suggestion at the first comma and sorts required parameters among the others.
"""

from __future__ import annotations

import os
from typing import ClassVar

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
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


_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local type value about
    local -a response told open untold unopen
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \\
%(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for type value about in ${response}; do
        if [[ "$type" == dir ]]; then
            _path_files -/
        elif [[ "$type" == file ]]; then
            _path_files -f
        elif [[ "$type" != plain ]]; then
            continue
        elif [[ "$value" == *[=.] ]]; then
            [[ "$about" == _ ]] && unopen+=("$value") || open+=("$value:$about")
        else
            [[ "$about" == _ ]] && untold+=("$value") || told+=("$value:$about")
        fi
    done
    (( $#told )) && _describe -V suggestion told -U
    (( $#untold )) && compadd -U -V suggestion -a untold
    (( $#open )) && _describe -V parameter open -U -S ''
    (( $#unopen )) && compadd -U -V parameter -S '' -a unopen
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef %(complete_func)s %(prog_name)s
fi
"""

_FISH = """\
function %(complete_func)s
    set -l response (env COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -ct) \\
        %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
    for completion in $response
        set -l parts (string split -m 1 "," -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories (commandline -ct)
            case file
                __fish_complete_path (commandline -ct)
            case plain
                echo $parts[2]
        end
    end
end

complete --no-files --keep-order --command %(prog_name)s --arguments "(%(complete_func)s)"
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


class Zsh(ZshComplete):
    """Zsh 5 and newer; what is not finished, as `to=`, gets no blank behind it."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = _ZSH


class Fish(FishComplete):
    """Fish 3 and newer; what is said about a suggestion is whole, and the order is ours."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = _FISH


for _kind in (Bash, Zsh, Fish):
    add_completion_class(_kind)


def script(shell: str) -> str:
    """What a shell has to run to complete our command lines."""
    from console.cli.main import COMPLETION_VARIABLE, cli

    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(shell)
    return kind(cli, {}, PROGRAM, COMPLETION_VARIABLE).source()
