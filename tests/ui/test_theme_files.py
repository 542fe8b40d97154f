"""Themes of the operator's own, as they lie in the folder."""

from pathlib import Path

from console.ui.theme_files import read_themes


def test_theme_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Some editors of Windows write one; it is no part of the first key."""
    text = 'name = "mine"\ndark = true\n[colours]\nprimary = "#5fb3b3"\n'
    (tmp_path / "mine.toml").write_text(f"\ufeff{text}", encoding="utf-8")

    found = read_themes(tmp_path)

    assert [theme.name for theme in found.themes] == ["mine"]
    assert not found.faults
