"""config.example.toml is what the model says, whole and current."""

import tomllib
from pathlib import Path

import msgspec

from console.config.example import example
from console.config.keys import all_keys
from console.config.load import load
from console.config.model import Settings

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"


def test_example_file_is_the_generated_one() -> None:
    """Whoever changes a setting runs scripts/make_config_example.py."""
    assert EXAMPLE.read_text(encoding="utf-8") == example()


def test_example_file_holds_every_key_with_its_default() -> None:
    """Read back, the file is exactly the default configuration, and it loads without a complaint."""
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    assert msgspec.convert(tables, Settings) == Settings()
    loaded = load({}, config=str(EXAMPLE))
    assert {str(source) for source in loaded.sources.values()} == {f"file {EXAMPLE}"}


def test_example_file_has_one_comment_for_every_key() -> None:
    """The line before each key is its documentation, one sentence."""
    text = EXAMPLE.read_text(encoding="utf-8")

    for key in all_keys().values():
        assert key.doc.endswith(".")
        assert text.count(f"# {key.doc}\n{key.leaf} = ") == 1
