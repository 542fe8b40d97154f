"""docs/keys.md is what the registry says."""

from __future__ import annotations

from pathlib import Path

from console.ui.actions import ACTIONS
from console.ui.key_sheet import key_sheet

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"


def test_page_is_the_generated_one() -> None:
    """Whoever changes a key or its description runs scripts/make_keys.py."""
    assert PAGE.read_text(encoding="utf-8") == key_sheet()


def test_page_names_every_action() -> None:
    """None is forgotten because its place is a new one."""
    page = key_sheet()
    for action in ACTIONS:
        assert not action.show or f"`{action.id}`" in page
