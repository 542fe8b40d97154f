"""Which clipboard a copy goes to, and what is said of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from console.ui.clipboard import Tool, give, native, size_words


def anything(name: str) -> str | None:
    """Every program is there."""
    return f"/usr/bin/{name}"


@pytest.mark.parametrize(
    ("environ", "platform", "name"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({}, "linux", None),
        ({}, "darwin", "pbcopy"),
        ({}, "win32", "clip.exe"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", "clip.exe"),
        ({"SSH_CONNECTION": "a b", "DISPLAY": ":0"}, "linux", None),
        ({"SSH_CONNECTION": "a b", "DISPLAY": "localhost:10.0"}, "linux", "xclip"),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", None),
    ],
)
def test_native_is_the_clipboard_in_front_of_the_operator(
    environ: dict[str, str], platform: str, name: str | None
) -> None:
    """Over SSH the far machine's own display is not."""
    tool = native(environ, platform, anything)

    assert (tool.name if tool is not None else None) == name


def test_native_takes_what_is_installed() -> None:
    """xsel where there is no xclip; nothing where there is neither."""
    found = native({"DISPLAY": ":0"}, "linux", lambda name: name if name == "xsel" else None)

    assert found is not None
    assert found.name == "xsel"
    assert native({"DISPLAY": ":0"}, "linux", lambda _name: None) is None


async def test_give_hands_the_text_to_the_program(tmp_path: Path) -> None:
    """On its standard input, as bytes, without a shell."""
    kept = tmp_path / "kept"
    script = f"import sys; open({str(kept)!r}, 'wb').write(sys.stdin.buffer.read())"

    assert await give(Tool("it", (sys.executable, "-c", script)), "a; $(b) ☎\ud800") is None
    assert kept.read_bytes() == "a; $(b) ☎?".encode()


async def test_give_says_why_it_failed() -> None:
    """Not there, an exit code, no answer in time."""
    assert "cannot be started" in (await give(Tool("x", ("/nowhere/x",)), "") or "")
    failing = Tool("x", (sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(3)"))
    assert await give(failing, "a") == "x failed (3)"
    hanging = Tool("x", (sys.executable, "-c", "import time; time.sleep(60)"))
    assert "did not answer" in (await give(hanging, "a", 0.2) or "")


def test_size_words() -> None:
    """In bytes as they travel."""
    assert (size_words("a"), size_words("é" * 1000)) == ("1 byte", "2 000 bytes")
