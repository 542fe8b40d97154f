"""Presets: read from the file, the profile's before the file's, and checked against the catalogue when used."""

from pathlib import Path

import pytest

from console.config.load import Loaded, load
from console.config.presets import Preset, chosen_preset, command_faults
from console.errors import ConfigError, UsageError

TEXT = """
[presets.warm-transfer]
action = "transfer"
to = "+13125550110"
timeout_secs = 20
[presets.warm-transfer.sound_modifications]
pitch = 1.5
[presets.bye]
action = "hangup"
[profiles.night.presets.bye]
action = "reject"
cause = "USER_BUSY"
"""


def loaded(tmp_path: Path, text: str = TEXT, profile: str | None = None) -> Loaded:
    """A configuration of this text."""
    file = tmp_path / "config.toml"
    file.write_text(text)
    return load({}, config=str(file), profile=profile)


def test_presets_are_read_with_their_types(tmp_path: Path) -> None:
    """The action apart from the parameters; tables stay objects."""
    presets = loaded(tmp_path).presets

    assert presets["warm-transfer"] == Preset(
        name="warm-transfer",
        action="transfer",
        params={
            "to": "+13125550110",
            "timeout_secs": 20,
            "sound_modifications": {"pitch": 1.5},
        },
    )
    assert presets["bye"].action == "hangup"


def test_presets_of_the_profile_stand_before_those_of_the_file(tmp_path: Path) -> None:
    """By name; the others stay."""
    presets = loaded(tmp_path, profile="night").presets

    assert list(presets) == ["warm-transfer", "bye"]
    assert presets["bye"] == Preset(name="bye", action="reject", params={"cause": "USER_BUSY"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("presets = 1", "presets: expected tables"),
        ("[presets]\nx = 1", r"presets\.x: expected a table: \[presets\.x\]"),
        ("[presets.x]\nto = 'y'", r"presets\.x\.action: missing"),
        ("[presets.x]\naction = ''", r"presets\.x\.action: missing"),
        ("[profiles.p.presets.x]\naction = 1", r"profiles\.p\.presets\.x\.action: missing"),
        ("[preset.x]\naction = 'hangup'", "did you mean presets"),
    ],
)
def test_presets_of_a_wrong_shape_are_named(tmp_path: Path, text: str, said: str) -> None:
    """File, key and what to write."""
    with pytest.raises(ConfigError, match=said):
        loaded(tmp_path, text)


@pytest.mark.parametrize(
    ("action", "params", "said"),
    [
        ("transfr", {}, "did you mean transfer?"),
        ("transfer", {"timeuot_secs": 5}, "did you mean timeout_secs?"),
        ("transfer", {"timeout_secs": "5"}, "timeout_secs has to be a whole number"),
        ("reject", {"cause": "BORED"}, "none of its values"),
        (
            "transfer",
            {"custom_headers": [{"name": "X-A"}]},
            "custom_headers[0].value is required",
        ),
    ],
)
def test_command_faults_name_preset_and_parameter(
    action: str, params: dict[str, object], said: str
) -> None:
    """Against the catalogue, with the nearest name."""
    (fault,) = command_faults(Preset(name="x", action=action, params=params))

    assert fault.startswith("presets.x: ")
    assert said in fault


def test_a_preset_may_leave_out_what_is_given_when_it_is_used() -> None:
    """`to` of a transfer, the id of a conference, or anything of it."""
    for action, params in (
        ("transfer", {}),
        ("conference.join", {"id": "c1", "mute": True}),
        ("queue.call.show", {"queue_name": "support"}),
    ):
        assert list(command_faults(Preset(name="x", action=action, params=params))) == []


def test_chosen_preset_names_the_nearest(tmp_path: Path) -> None:
    """Or what to add, where there is none."""
    presets = loaded(tmp_path).presets

    assert chosen_preset(presets, "bye").action == "hangup"
    with pytest.raises(UsageError, match="did you mean warm-transfer"):
        chosen_preset(presets, "warm-trnsfer")
    with pytest.raises(UsageError, match=r"the configuration has none; add \[presets.x\]"):
        chosen_preset({}, "x")
    with pytest.raises(UsageError, match=r"presets\.y: transfer has no parameter"):
        chosen_preset({"y": Preset(name="y", action="transfer", params={"nonsense": 1})}, "y")
