"""What was typed and what is meant by it: position, pairs, presets, defaults, contacts."""

from pathlib import Path

import pytest

from console.cli.intents import positional_names, read_intent
from console.config.load import Flag, Loaded, load
from console.errors import UsageError
from console.telnyx import catalogue
from console.telnyx.requests import build

CONFIG = """
[presets.warm]
action = "transfer"
to = "Ann"
timeout_secs = 20
[presets.room]
action = "conference.join"
id = "c1"
mute = true
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """A configuration with presets and a contact."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "contacts.toml").write_text('Ann = "sip:ann@example.com"\n')
    flags = {
        "api.connection_id": Flag("77", "test"),
        "api.caller_id": Flag("+13125550100", "test"),
    }
    return load({}, config=str(tmp_path / "config.toml"), flags=flags)


@pytest.mark.parametrize(
    ("words", "path", "call", "params"),
    [
        ("answer v3:a==", "/calls/v3%3Aa%3D%3D/actions/answer", "v3:a==", {}),
        (
            "bridge v3:a call_control_id=v3:b",
            "/calls/v3%3Aa/actions/bridge",
            "v3:a",
            {"call_control_id": "v3:b"},
        ),
        (
            "conference.join c1 call_control_id=v3:a mute=true",
            "/conferences/c1/actions/join",
            "v3:a",
            {"id": "c1", "call_control_id": "v3:a", "mute": True},
        ),
        (
            "conference.join id=c1 call_control_id=v3:a",
            "/conferences/c1/actions/join",
            "v3:a",
            {"id": "c1", "call_control_id": "v3:a"},
        ),
        (
            "conference.create v3:a name=room",
            "/conferences",
            "v3:a",
            {"call_control_id": "v3:a", "name": "room"},
        ),
        (
            "conference.participants c1",
            "/conferences/c1/participants",
            None,
            {"conference_id": "c1"},
        ),
        (
            "conference.participant.show c1 p1",
            "/conferences/c1/participants/p1",
            None,
            {"id": "c1", "participant_id": "p1"},
        ),
        ("queue.show support", "/queues/support", None, {"queue_name": "support"}),
        (
            "queue.call.show support v3:a",
            "/queues/support/calls/v3%3Aa",
            "v3:a",
            {"queue_name": "support"},
        ),
        (
            "queue.call.show v3:a queue_name=support",
            "/queues/support/calls/v3%3Aa",
            "v3:a",
            {"queue_name": "support"},
        ),
        (
            "queue.call.show support call_control_id=v3:a",
            "/queues/support/calls/v3%3Aa",
            "v3:a",
            {"queue_name": "support"},
        ),
        (
            "queue.create queue_name=support",
            "/queues",
            None,
            {"queue_name": "support"},
        ),
        ("apps.show 9", "/call_control_applications/9", None, {"id": "9"}),
        ("active_calls", "/connections/77/active_calls", None, {"connection_id": "77"}),
        ("active_calls 9", "/connections/9/active_calls", None, {"connection_id": "9"}),
        ("webhook_deliveries.show d1", "/webhook_deliveries/d1", None, {"id": "d1"}),
        (
            "dial to=ann",
            "/calls",
            None,
            {"to": "sip:ann@example.com", "connection_id": "77", "from": "+13125550100"},
        ),
    ],
)
def test_read_intent_takes_the_path_by_position_whatever_the_scope(
    loaded: Loaded, words: str, path: str, call: str | None, params: dict[str, object]
) -> None:
    """Calls, conferences, queues, applications, the account; names work as well."""
    intent = read_intent(words.split(), loaded)

    assert (intent.call_control_id, intent.params) == (call, params)
    request = build(intent.action, call_control_id=call, params=params)
    assert request.path == path


def test_positional_names_cover_every_path() -> None:
    """No command has a path that cannot be typed by position."""
    for command in catalogue.load().values():
        in_path = [p.name for p in command.parameters if p.where == "path"]
        assert list(positional_names(command))[: len(in_path)] == in_path


def test_a_preset_brings_its_action_and_parameters(loaded: Loaded) -> None:
    """The action may be left out or repeated; pairs stand before the preset's."""
    for words in (["v3:a"], ["transfer", "v3:a"], ["v3:a", "timeout_secs=20"]):
        intent = read_intent(words, loaded, preset="warm")
        assert (intent.action, intent.call_control_id) == ("transfer", "v3:a")
        assert intent.params == {"to": "sip:ann@example.com", "timeout_secs": 20}
    changed = read_intent(["v3:a", "timeout_secs=5"], loaded, preset="warm")
    assert changed.params["timeout_secs"] == 5


def test_a_preset_may_fill_the_path(loaded: Loaded) -> None:
    """What it has is not asked for by position."""
    intent = read_intent(["call_control_id=v3:a"], loaded, preset="room")

    assert intent.params == {"id": "c1", "mute": True, "call_control_id": "v3:a"}


@pytest.mark.parametrize(
    ("words", "preset", "said"),
    [
        ("hangup v3:a", "warm", "preset warm is for transfer, not for hangup"),
        ("v3:a", "wram", "did you mean warm"),
        ("", None, "say what to send"),
        ("answr v3:a", None, "did you mean answer"),
        ("answer v3:a v3:b", None, "'v3:b' is not NAME=VALUE"),
        ("queue.show support x", None, "'x' is not NAME=VALUE"),
    ],
)
def test_read_intent_says_what_it_cannot_be(
    loaded: Loaded, words: str, preset: str | None, said: str
) -> None:
    """One sentence each."""
    with pytest.raises(UsageError, match=said):
        read_intent(words.split(), loaded, preset=preset)


def test_a_command_id_that_is_given_is_kept(loaded: Loaded) -> None:
    """Else every intent has its own."""
    given = read_intent(["answer", "v3:a", "command_id=mine"], loaded)

    assert given.command_id == "mine"
    assert len({read_intent(["answer", "v3:a"], loaded).command_id for _ in range(2)}) == 2
