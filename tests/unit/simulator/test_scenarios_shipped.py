"""The scenarios that are shipped: each leads to the events that its story tells."""

import re
from pathlib import Path

import pytest

import console.simulator.scenarios as package
from console.errors import UsageError
from console.simulator.scenarios import library
from console.simulator.scenarios.script import Command
from console.simulator.scenarios.tampering import AT_ONCE
from tests.unit.simulator.rehearsal import Rehearsal, rehearse

EXPECTED = {
    "abandoned": "caller call.initiated, caller call.hangup",
    "answered": "caller call.initiated, caller call.answered, caller call.hangup",
    "attended-transfer": (
        "caller call.initiated, caller call.answered, caller call.playback.started,"
        " colleague call.initiated, colleague call.answered, caller call.playback.ended,"
        " caller call.bridged, colleague call.bridged, colleague call.hangup, caller call.hangup"
    ),
    "bridge": (
        "first call.initiated, second call.initiated, first call.answered, second call.answered,"
        " first call.bridged, second call.bridged, second call.hangup, first call.hangup"
    ),
    "busy": "callee call.initiated, callee call.hangup",
    "conference": (
        "host call.initiated, guest call.initiated, late call.initiated, host call.answered,"
        " late call.answered, guest call.answered, host conference.floor.changed,"
        " host conference.created, host conference.participant.joined"
    ),
    "disorder": (
        "caller call.initiated, caller call.playback.started, caller call.answered,"
        " caller call.playback.ended, caller call.hangup"
    ),
    "late-hangup": "caller call.initiated, caller call.answered, caller call.hangup, caller call.recording.saved",
    "machine": (
        "callee call.initiated, callee call.answered, callee call.machine.detection.ended,"
        " callee call.machine.greeting.ended, callee call.hangup"
    ),
    "no-answer": "callee call.initiated, callee call.hangup",
    "queue": (
        "first call.initiated, second call.initiated, first call.answered, second call.answered,"
        " first call.enqueued, second call.enqueued, agent call.initiated, agent call.answered,"
        " first call.dequeued, agent call.bridged, first call.bridged, second call.dequeued,"
        " second call.hangup, agent call.hangup, first call.hangup"
    ),
    "transfer": (
        "caller call.initiated, caller call.answered, desk call.initiated, desk call.bridged,"
        " desk call.answered, caller call.hangup, desk call.hangup"
    ),
}


def delays_of(rehearsal: Rehearsal, event_type: str) -> tuple[float, ...]:
    """How the first event of a type went out."""
    return next(p.delays_s for p in rehearsal.postings if p.event.type == event_type)


def test_library_has_a_dozen() -> None:
    """A dozen scenarios are shipped, each with a sentence about it."""
    assert sorted(EXPECTED) == list(library.names())
    assert all(library.shipped(name).about for name in library.names())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_shipped_scenario_leads_to_its_events(name: str) -> None:
    """Every step is done, and what happens to the legs is the story."""
    played = rehearse(library.shipped(name))

    assert played.report.failure == ""
    assert played.lines()[: EXPECTED[name].count(",") + 1] == EXPECTED[name].split(", ")
    if name != "conference":
        assert len(played.lines()) == EXPECTED[name].count(",") + 1


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_shipped_scenario_leaves_nobody_on_the_line(name: str) -> None:
    """Every call that begins ends."""
    types = rehearse(library.shipped(name)).types()

    assert types.count("call.initiated") == types.count("call.hangup")


def test_conference_ends_when_all_have_left() -> None:
    """Three join, three leave, then the conference is over."""
    types = rehearse(library.shipped("conference")).types()

    assert types.count("conference.participant.joined") == 3
    assert types.count("conference.participant.left") == 3
    assert types.count("conference.ended") == 1


def test_disorder_duplicates_delays_and_reorders() -> None:
    """The faults of the scenario are seen in how its events go out."""
    played = rehearse(library.shipped("disorder"))

    assert delays_of(played, "call.initiated") == (0.0, 0.5)
    assert delays_of(played, "call.playback.started") == (3.0,)
    assert delays_of(played, "call.hangup") == (0.0, 1.0)
    assert played.types().index("call.playback.started") < played.types().index("call.answered")


def test_late_hangup_comes_after_everything() -> None:
    """The hang-up is reported long after the recording of the call."""
    played = rehearse(library.shipped("late-hangup"))

    assert delays_of(played, "call.hangup") == (8.0,)
    assert delays_of(played, "call.recording.saved") == AT_ONCE


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_shipped_scenario_waits_for_an_application_and_says_for_what(name: str) -> None:
    """Where a real application is to play and sends nothing, the report names the first command that is missing."""
    scenario = library.shipped(name)
    commands = [step.action for step in scenario.steps if isinstance(step, Command)]

    played = rehearse(scenario, by_application=True)

    if commands:
        assert not played.report.ok
        assert f"the application has not sent {commands[0]}" in played.report.failure
    else:
        assert played.report.ok


def test_library_refuses_an_unknown_name_with_the_nearest() -> None:
    """A slip in the name is told with what was meant."""
    with pytest.raises(UsageError, match="the nearest is answered"):
        library.find("anwsered")


def test_library_reads_a_file(tmp_path: Path) -> None:
    """A file of the user's is a scenario by its own name; one that is not there, or no text, is a sentence."""
    file = tmp_path / "mine.toml"
    file.write_text('[[steps]]\ndo = "call"\ncall = "a"\n', "utf-8")
    (tmp_path / "raw.toml").write_bytes(b"\xff\xfe")

    assert library.find(str(file)).name == "mine"
    with pytest.raises(UsageError, match="No such file"):
        library.find(str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match="not UTF-8"):
        library.find(str(tmp_path / "raw.toml"))


def test_shipped_files_use_fictional_numbers() -> None:
    """Nobody's telephone rings because somebody copies a number out of a scenario."""
    for file in (Path(package.__file__).parent / "shipped").glob("*.toml"):
        for number in re.findall(r"\+\d+", file.read_text("utf-8")):
            assert re.fullmatch(r"\+1\d{3}55501\d\d|\+442079460\d{3}", number), (file.name, number)
