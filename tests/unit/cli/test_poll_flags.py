"""From `--poll` and `[poll]` to the engine's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.cli import direct, main, screen
from console.cli.composition import engine_settings
from console.cli.given import Wanted
from console.cli.options import forward_flags, poll_flags
from console.config.load import Loaded, load
from console.config.missing import missing
from console.engine.poll.pace import Bounds
from console.errors import ConfigError


def loaded(
    folder: Path, text: str = "", *, poll: bool = False, forward: str | None = None
) -> Loaded:
    """A configuration with these lines in `[poll]`, and perhaps flags."""
    file = folder / "config.toml"
    file.write_text(f"[poll]\n{text}")
    return load({}, config=str(file), flags=poll_flags(poll) | forward_flags(forward))


def test_engine_listens_unless_polling_is_wanted(tmp_path: Path) -> None:
    """Intervals alone switch nothing on."""
    assert engine_settings(loaded(tmp_path, "interval_s = 1.0\n")).poll is None
    assert engine_settings(loaded(tmp_path, "enabled = true\n")).poll == Bounds(2.0, 10.0)


def test_flag_takes_the_intervals_of_the_file(tmp_path: Path) -> None:
    """The longer one is never below the shorter."""
    text = "interval_s = 30.0\nidle_interval_s = 5.0\n"

    assert engine_settings(loaded(tmp_path, text, poll=True)).poll == Bounds(30.0, 30.0)


def test_polling_and_forwarding_do_not_go_together(tmp_path: Path) -> None:
    """Said with both names, as flags and as settings."""
    with pytest.raises(ConfigError, match=r"--poll.*--forward"):
        engine_settings(loaded(tmp_path, poll=True, forward="http://127.0.0.1:3000/"))


def test_polling_misses_no_public_key(tmp_path: Path) -> None:
    """Nothing is verified, so nothing to verify with is asked for; the API key is."""
    lacking = " ".join(missing(loaded(tmp_path, poll=True), {}))

    assert "public key" not in lacking
    assert "API key" in lacking
    assert "public key" in " ".join(missing(loaded(tmp_path), {}))


@pytest.mark.parametrize("line", ["run --poll", "--journal j run --poll --profile p", "--read-only run --poll"])  # fmt: skip
def test_plain_line_with_poll_is_read_as_click_reads_it(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quick way in knows the flag."""
    heard: list[Wanted] = []

    def hear(wanted: Wanted) -> int:
        heard.append(wanted)
        return 0

    monkeypatch.setattr(screen, "open_screen", hear)

    assert main.main(line.split()) == 0
    wanted = direct.wanted_of(line.split())
    assert wanted is not None
    assert wanted.poll
    assert heard[0].poll
    assert wanted.given.journal == heard[0].given.journal


def test_flag_of_run_is_not_one_of_the_program() -> None:
    """`--poll` before `run` is left to click, which explains."""
    assert direct.wanted_of(["--poll", "run"]) is None
