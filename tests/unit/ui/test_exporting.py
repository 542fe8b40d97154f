"""Where an export from the desk goes, whatever name was typed for it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from console.ui.exporting import is_there, place_of
from console.ui.options import UiOptions
from console.ui.services import Services


class _Services:
    def __init__(self, folder: Path) -> None:
        self.options = UiOptions(export_folder=folder)


@pytest.mark.parametrize("name", ["a" * 400, "~nobody-has-this-name/x.csv", "no/such/folder/x.csv"])
def test_name_that_cannot_be_is_no_file(tmp_path: Path, name: str) -> None:
    """Nothing is raised while it is typed: why it cannot be written is said when it is."""
    services = cast(Services, _Services(tmp_path))

    assert not is_there(place_of(services, name))


def test_file_and_link_are_there(tmp_path: Path) -> None:
    """A link that leads nowhere takes the name, too."""
    services = cast(Services, _Services(tmp_path))
    (tmp_path / "x.csv").touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")

    assert is_there(place_of(services, "x.csv"))
    assert is_there(place_of(services, "link.csv"))
