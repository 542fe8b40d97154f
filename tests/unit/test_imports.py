"""What a fresh interpreter loads: deferred imports escape the static contracts, so they are looked at here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = ("textual", "rich", "aiohttp", "httpx", "nacl", "phonenumbers", "nats")


def loaded(code: str) -> set[str]:
    """Top-level packages and our modules that are loaded after `code` has run in a new interpreter."""
    program = f"{code}\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return set(names)


def running(*arguments: str) -> set[str]:
    """What one command line loads."""
    return loaded(f"from console.cli.main import main\nassert main({list(arguments)!r}) == 0")


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("commands", "--json"), ("config", "path")]
)
def test_light_commands_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """The version and the catalogue need no screen, no server, no client and no cryptography."""
    assert not running(*arguments) & set(SLOW)


def test_desk_never_loads_the_server_or_the_cryptography() -> None:
    """The desk's process holds the screen only; the engine is another process."""
    modules = loaded(
        "import console.ui.app, console.host, console.operator, console.store.store\n"
        "import console.cli.run, console.cli.desk, console.cli.demo"
    )

    assert "textual" in modules
    assert not modules & {"httpx", "phonenumbers"}, "loaded before anybody needs them"
    assert not modules & {"aiohttp", "nacl", "nats", "console.engine.engine", "telnyx"}


@pytest.mark.parametrize(
    "module",
    [
        "console.cli.listen",
        "console.cli.simulate",
        "console.cli.engine",
        "console.cli.events",
        "console.cli.calls",
        "console.cli.send",
        "console.cli.commands",
        "console.cli.config",
        "console.cli.init",
        "console.cli.doctor",
        "console.cli.examination",
    ],
)
def test_headless_commands_never_load_the_screen(module: str) -> None:
    """Only run and demo may load Textual."""
    assert not loaded(f"import {module}") & {"textual", "rich", "console.ui.app"}


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("console.domain.board", (*SLOW, "msgspec", "click", "platformdirs")),
        ("console.config.load", SLOW),
        ("console.config.contacts", SLOW),
        ("console.telnyx.catalogue", SLOW),
        ("console.telnyx.requests", SLOW),
        ("console.telnyx.envelope", SLOW),
        ("console.telnyx.signature", tuple(name for name in SLOW if name != "nacl")),
        ("console.telnyx.client", ("textual", "rich", "aiohttp", "nacl")),
        ("console.journal.sqlite", SLOW),
        ("console.journal.jsonlines", SLOW),
        ("console.store.store", SLOW),
        ("console.operator", SLOW),
        ("console.host", SLOW),
        ("console.engine.engine", ("textual", "rich")),
        ("console.simulator.server", ("textual", "rich")),
    ],
)
def test_parts_load_only_what_is_theirs(module: str, forbidden: tuple[str, ...]) -> None:
    """Each part keeps to its own third-party packages."""
    assert not loaded(f"import {module}") & set(forbidden)
