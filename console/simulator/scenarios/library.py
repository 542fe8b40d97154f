"""The scenarios that are shipped, and those in files of the user's."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from console.errors import UsageError
from console.simulator.scenarios.parsing import nearest, parse
from console.simulator.scenarios.script import Scenario

SUFFIX = ".toml"
MAX_BYTES = 1_000_000
_FOLDER = files("console.simulator.scenarios") / "shipped"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """What is shipped, by name."""
    found = (each.name for each in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def shipped(name: str) -> Scenario:
    """One of `names()`."""
    text = (_FOLDER / f"{name}{SUFFIX}").read_text("utf-8")
    return parse(text, name=name, file=f"{name}{SUFFIX}")


def find(wanted: str) -> Scenario:
    """A shipped scenario by its name, else the one in a file. Raises `UsageError`."""
    if wanted in names():
        return shipped(wanted)
    path = Path(wanted)
    if not (wanted.endswith(SUFFIX) or "/" in wanted or path.exists()):
        raise UsageError(f"there is no scenario {wanted!r}{nearest(wanted, names())}")
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise UsageError(f"{wanted}: too long for a scenario")
        text = raw.decode()
    except OSError as error:
        raise UsageError(f"{wanted} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{wanted}: is not UTF-8 text") from error
    return parse(text, name=path.name.removesuffix(SUFFIX), file=wanted)
