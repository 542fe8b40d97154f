"""Which program reaches the clipboard in front of the operator. Loads nothing of the screen: `doctor` asks, too."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Tool(NamedTuple):
    """A program that takes a text on its standard input."""

    name: str
    argv: tuple[str, ...]
    encoding: str = "utf-8"


_WAYLAND = Tool("wl-copy", ("wl-copy",))
_X11 = (
    Tool("xclip", ("xclip", "-selection", "clipboard", "-in")),
    Tool("xsel", ("xsel", "--clipboard", "--input")),
)
_MAC = Tool("pbcopy", ("pbcopy",))
_WINDOWS = Tool("clip.exe", ("clip.exe",), "utf-16-le")


def native(
    environ: Mapping[str, str],
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> Tool | None:
    """The program that reaches the clipboard in front of the operator; None where only the terminal does.

    Over SSH the display of the far machine is not the operator's, unless X11 is forwarded.
    """
    far = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    display = environ.get("DISPLAY", "")
    tools: list[Tool] = []
    if not far:
        if platform == "darwin":
            tools.append(_MAC)
        if platform == "win32" or environ.get("WSL_DISTRO_NAME"):
            tools.append(_WINDOWS)
        if environ.get("WAYLAND_DISPLAY"):
            tools.append(_WAYLAND)
    if display and (not far or display.startswith("localhost:")):
        tools += _X11
    return next((tool for tool in tools if which(tool.argv[0])), None)
