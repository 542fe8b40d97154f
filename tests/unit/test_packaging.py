"""What the wheel is told to hold, and the pins that make an installation repeatable."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def normal(requirement: str) -> str:
    """The name of a requirement as package indexes compare it."""
    return re.split(r"[<>=!~ \[;]", requirement)[0].lower().replace("_", "-")


def test_every_package_is_packed() -> None:
    """A new folder under console/ has to be added; the style sheets come from their own folder."""
    found = {
        ".".join(init.parent.relative_to(ROOT).parts)
        for init in (ROOT / "console").rglob("__init__.py")
    }

    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found | {"console.styles"}
    assert PROJECT["tool"]["setuptools"]["package-dir"] == {"console.styles": "styles"}


def test_every_file_that_is_not_python_is_packed() -> None:
    """Style sheets, the catalogue and the scenarios are found by their patterns."""
    data = PROJECT["tool"]["setuptools"]["package-data"]
    packed = {
        path for pattern in data["console.styles"] for path in (ROOT / "styles").glob(pattern)
    }
    packed |= {
        path
        for package, patterns in data.items()
        if package != "console.styles"
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    others = {
        path
        for folder in ("console", "styles")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }

    assert others == packed


def test_every_dependency_is_pinned_without_an_address() -> None:
    """Name and version, nothing that says where to get it."""
    lines = [line for line in PINS.splitlines() if line and not line.startswith("#")]
    needed = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
    ]

    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    assert {normal(requirement) for requirement in needed} <= {normal(line) for line in lines}
    assert "://" not in PINS


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_readme_shows_the_two_commands(command: str) -> None:
    """What a stranger types first."""
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
