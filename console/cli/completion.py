"""`completion`: the script that lets a shell complete our command lines."""

import click

from console.cli.options import global_options
from console.cli.output import put

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="Let your shell complete: prints the script.")
@click.argument("shell", type=click.Choice(_SHELLS))
@global_options
def command(shell: str) -> None:
    """Print the script that lets Tab complete actions, parameters, values, live calls, profiles and presets.

    \b
      bash   echo 'eval "$(call-console completion bash)"' >> ~/.bashrc
      zsh    echo 'eval "$(call-console completion zsh)"' >> ~/.zshrc
      fish   call-console completion fish > ~/.config/fish/completions/call-console.fish
    """
    from console.cli.shells import script

    put(script(shell))
