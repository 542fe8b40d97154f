"""`nan` and `inf`, which Python takes for numbers, wherever a number can be given."""

import math
from pathlib import Path

import pytest

from console.cli.main import main
from console.config.check import fault
from console.config.keys import all_keys

WORDS = ("nan", "inf", "-inf", "1e400", "NaN")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--no-tui", "--for"),
        ("demo", "--rate"),
        ("demo", "--speed"),
        ("simulate", "--rate"),
        ("simulate", "--speed"),
        ("send", "answer", "v3:a", "--wait"),
        ("engine", "--grace"),
        ("replay", "--to", "http://127.0.0.1:1/", "--speed"),
    ],
)
def test_option_refuses_what_cannot_be_counted_with(
    arguments: tuple[str, ...],
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wrong usage, told in a sentence that names the option and what was written."""
    monkeypatch.setenv("HOME", str(tmp_path))

    code = main([*arguments[:-1], f"{arguments[-1]}={word}"])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert arguments[-1] in err
    assert word in err or "is not in the range" in err


@pytest.mark.parametrize("name", [n for n, key in all_keys().items() if "float" in str(key)])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_setting_refuses_what_cannot_be_counted_with(name: str, value: float) -> None:
    """TOML has words for them; no setting has a use."""
    reason = fault(all_keys()[name], value)

    assert reason is not None
    assert f"(found {value})" in reason
