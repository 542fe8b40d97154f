"""Writes config.example.toml from the settings model; run it after a setting changed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from console.config.example import example  # noqa: E402

if __name__ == "__main__":
    (ROOT / "config.example.toml").write_text(example(), encoding="utf-8")
