"""Writes docs/keys.md from the registry of actions; run it after a key or a description changed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from console.ui.key_sheet import key_sheet  # noqa: E402

if __name__ == "__main__":
    (ROOT / "docs" / "keys.md").write_text(key_sheet(), encoding="utf-8")
