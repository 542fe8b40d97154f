"""Where the style sheets are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path, PurePath

import console

DESK = "console.tcss"


def folder() -> Path:
    """The folder that holds the `.tcss` files.

    Raises:
        FileNotFoundError: neither place has them; the installation is incomplete.
    """
    package = Path(console.__file__).parent
    for candidate in (package / "styles", package.parent / "styles"):
        if candidate.is_dir() and any(candidate.glob("*.tcss")):
            return candidate
    raise FileNotFoundError(
        f"no style sheets in {package / 'styles'} or {package.parent / 'styles'}"
    )


def first() -> list[str | PurePath]:
    """The style sheet of the desk, which the first frame needs."""
    return [folder() / DESK]


def later() -> list[PurePath]:
    """Every other style sheet, in the order of their names: of what opens over the desk."""
    return sorted(path for path in folder().glob("*.tcss") if path.name != DESK)
