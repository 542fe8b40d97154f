"""Alerts in the configuration: kept by name, and every mistake in them named."""

from pathlib import Path

import pytest

from console.config.load import Loaded, load
from console.errors import ConfigError

TEXT = """
[metrics]
threshold_s = 30
zone = "Europe/Berlin"
[alerts.long-wait]
watch = "longest_wait"
limit = 60
clear = 30.5
for_s = 5
desktop = true
command = ["notify-send", "A caller waits"]
[profiles.night.alerts.long-wait]
watch = "longest_wait"
limit = 120
"""


def loaded(tmp_path: Path, text: str = TEXT, profile: str | None = None) -> Loaded:
    """A configuration of this text."""
    file = tmp_path / "config.toml"
    file.write_text(text)
    return load({}, config=str(file), profile=profile)


def test_alerts_are_read_and_the_profile_wins(tmp_path: Path) -> None:
    """By name."""
    assert loaded(tmp_path).alerts["long-wait"]["limit"] == 60
    assert loaded(tmp_path).settings.metrics.threshold_s == 30
    assert loaded(tmp_path, profile="night").alerts["long-wait"] == {
        "watch": "longest_wait",
        "limit": 120,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alerts = 1", "alerts: expected tables"),
        ("[alerts]\nx = 1", "alerts.x: expected a table"),
        ("[alerts.x]\nlimit = 3", "alerts.x.watch: missing; one of longest_wait, talk_time"),
        ('[alerts.x]\nwatch = "longest_weight"\nlimit = 3', "alerts.x.watch: unknown; did you mean longest_wait?"),
        ('[alerts.x]\nwatch = "silence"', "alerts.x.limit: missing; a number is needed"),
        ('[alerts.x]\nwatch = "silence"\nlimit = -1', "alerts.x.limit: missing; a number"),
        ('[alerts.x]\nwatch = "silence"\nlimit = inf', "alerts.x.limit: missing; a number"),
        ('[alerts.x]\nwatch = "silence"\nlimit = 9\nfor_s = nan', "alerts.x.for_s: expected a number"),
        ('[alerts.x]\nwatch = "silence"\nlimit = 9\nbel = true', "alerts.x.bel: unknown key; did you mean bell?"),
        ('[alerts.x]\nwatch = "silence"\nlimit = 9\nbell = 1', "alerts.x.bell: expected true or false"),
        ('[alerts.x]\nwatch = "silence"\nlimit = 9\ncommand = "rm -rf"', "alerts.x.command: expected a list"),
        ('[alerts.x]\nwatch = "silence"\nlimit = 9\ncommand = []', "alerts.x.command: expected a list"),
        ('[alerts.x]\nwatch = "silence"\nlimit = 9\nclear = 10', "alerts.x.clear: must not be above limit"),
        ('[alerts.x]\nwatch = "service_level"\nlimit = 80\nclear = 70', "alerts.x.clear: must not be below limit"),
        ('[metrics]\nzone = "Europe/Atlantis"', "metrics.zone: there is no time zone Europe/Atlantis"),
        ('[metrics]\nwait_start = "ringing"', "metrics.wait_start"),
        ("[metric]\nthreshold_s = 1", "did you mean metrics?"),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    """With the key and what to write instead."""
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, text)

    assert said in raised.value.user_message
