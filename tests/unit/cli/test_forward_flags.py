"""From `--forward` and `[forward]` to the engine's plan."""

from pathlib import Path

import pytest

from console.cli.composition import engine_settings
from console.cli.options import forward_flags
from console.config.load import Loaded, load
from console.engine.forward.plan import Mode
from console.errors import ConfigError


def loaded(folder: Path, text: str = "", url: str | None = None) -> Loaded:
    """A configuration with these lines in `[forward]`, and perhaps the flag."""
    file = folder / "config.toml"
    file.write_text(f"[forward]\n{text}")
    return load({}, config=str(file), flags=forward_flags(url))


def test_without_forward_an_engine_only_listens(tmp_path: Path) -> None:
    """Nothing of forwarding is even loaded then."""
    assert engine_settings(loaded(tmp_path)).forward is None


def test_flag_wins_over_the_file_and_may_take_it_back(tmp_path: Path) -> None:
    """`--forward ""` forwards nowhere for once."""
    line = 'target = "http://127.0.0.1:3000/a"\n'
    plan = engine_settings(loaded(tmp_path, line, "http://127.0.0.1:3000/b")).forward

    assert plan is not None
    assert (plan.target, plan.mode, plan.timeout_s) == ("http://127.0.0.1:3000/b", Mode.FRONT, 1.8)
    assert plan.stands_in_front
    assert engine_settings(loaded(tmp_path, line, "")).forward is None


def test_every_setting_reaches_the_plan(tmp_path: Path) -> None:
    """Observers and copies need no target."""
    lines = (
        'mode = "copy"\nobservers = ["http://127.0.0.1:1/o"]\nunverified_paths = ["/webhooks/x"]\n'
    )
    plan = engine_settings(loaded(tmp_path, lines)).forward

    assert plan is not None
    assert (plan.mode, plan.observers) == (Mode.COPY, ("http://127.0.0.1:1/o",))
    assert plan.unverified_paths == ("/webhooks/x",)
    assert not plan.stands_in_front


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('mode = "bufer"\n', "expected one of front, copy, buffer"),
        ('mode = "buffer"\n', "forward.target names no application"),
        ('observers = ["app"]\n', "forward.observers"),
        ('target = "http://user:secret@app/"\n', "leave user name and password out"),
        ('target = "http://localhost:8080/x"\n', "own port"),
        ("timeout_s = 31\n", "forward.timeout_s"),
    ],
)
def test_what_cannot_work_is_said_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    """Before anything is opened."""
    with pytest.raises(ConfigError) as refused:
        engine_settings(loaded(tmp_path, line))

    assert words in refused.value.user_message
    assert "secret" not in refused.value.user_message
