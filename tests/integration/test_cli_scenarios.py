"""`simulate --scenario`: call flows for the user's own application, with an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.simulator.options import SimulatorOptions
from console.simulator.scenarios import library
from console.simulator.scenarios.parsing import parse
from console.simulator.server import Simulator
from console.telnyx.signature import Verifier
from tests.integration.application import Application
from tests.integration.programs import done, environment, objects


def events(application: Application) -> list[tuple[str, str, int]]:
    """Type, identity and attempt of what an application got."""
    found = []
    for request in application.seen():
        said = json.loads(request["body"])
        found.append((said["data"]["event_type"], said["data"]["id"], said["meta"]["attempt"]))
    return found


def test_scenario_is_played_for_an_application_and_signed(tmp_path: Path) -> None:
    """The first line stays what it was; the application gets the story with signatures of that key."""
    with Application() as application:
        answer = done(
            "simulate", "--scenario", "answered", "--speed", "10", "--seed", "3",
            "--webhook-url", f"{application.url}/ok", env=environment(tmp_path),
        )  # fmt: skip
        seen = application.seen()
        types = [each[0] for each in events(application)]

    assert answer.returncode == 0, answer.stderr
    (hello,) = objects(answer.stdout)
    assert set(hello) == {"api_base", "api_key", "public_key", "connection_id", "from"}
    assert types == ["call.initiated", "call.answered", "call.hangup"]
    assert "5/5 expect call.hangup caller" in answer.stderr
    assert "answered: all 5 steps done" in answer.stderr
    lines = seen[0]["head"].split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    stamp = headers["telnyx-timestamp"]
    Verifier(str(hello["public_key"])).verify(
        seen[0]["body"].encode("latin-1"),
        timestamp=stamp,
        signature=headers["telnyx-signature-ed25519"],
        now_s=float(stamp),
    )


def test_scenario_that_waits_for_an_application_says_what_is_missing(tmp_path: Path) -> None:
    """One that only listens does not answer the call: exit code 1 and the command's name."""
    with Application() as application:
        answer = done(
            "simulate", "--scenario", "transfer", "--by-application", "--speed", "20",
            "--webhook-url", f"{application.url}/ok", env=environment(tmp_path),
        )  # fmt: skip

    assert answer.returncode == 1
    assert "step 2 (answer caller): the application has not sent answer" in answer.stderr


def test_scenario_whose_webhooks_nobody_takes_fails(tmp_path: Path) -> None:
    """What could not be delivered is counted, whatever the steps say."""
    answer = done(
        "simulate", "--scenario", "busy", "--speed", "50", "--webhook-url", "http://127.0.0.1:1/",
        env=environment(tmp_path),
    )  # fmt: skip

    assert answer.returncode == 1
    assert "2 webhooks could not be delivered" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scenario", "anwsered"), "the nearest is answered"),
        (("--scenario", "none.toml"), "none.toml cannot be read"),
        (("--by-application",), "--by-application needs a --scenario"),
    ],
)
def test_scenario_refuses_wrong_usage(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """A sentence and exit code 2."""
    answer = done("simulate", *arguments, env=environment(tmp_path))

    assert answer.returncode == 2
    assert words in answer.stderr
    assert answer.stdout == ""


def test_scenarios_are_listed(tmp_path: Path) -> None:
    """One line each, with what it is about."""
    answer = done("simulate", "--list", env=environment(tmp_path))

    assert answer.returncode == 0
    assert [line.split()[0] for line in answer.stdout.splitlines()] == list(library.names())


async def test_faults_of_a_scenario_are_felt_by_the_application() -> None:
    """Twice, out of order, late: seen by who receives."""
    options = SimulatorOptions(rate=0, seed=1, speed=10)
    with Application() as application:
        async with Simulator(options) as simulator:
            simulator.set_webhook_url(f"{application.url}/ok")
            report = await simulator.play(library.shipped("disorder"))
        got = events(application)

    assert report.ok
    types = [each[0] for each in got]
    assert types.count("call.initiated") == 2
    assert types.count("call.hangup") == 2
    assert len({identity for type_, identity, _ in got if type_ == "call.hangup"}) == 1
    assert types.index("call.playback.ended") < types.index("call.playback.started")


async def test_dropped_webhook_never_comes_and_is_in_the_records() -> None:
    """What is lost on its way has happened all the same."""
    text = (
        '[[steps]]\ndo = "fault"\nkind = "drop"\nevent = "call.initiated"\n'
        '[[steps]]\ndo = "call"\ncall = "a"\n'
        '[[steps]]\ndo = "hangup"\ncall = "a"\nafter_s = 1\n'
        '[[steps]]\ndo = "expect"\nevent = "call.initiated"\ncall = "a"\n'
    )
    with Application() as application:
        async with Simulator(SimulatorOptions(rate=0, seed=1, speed=10)) as simulator:
            simulator.set_webhook_url(f"{application.url}/ok")
            report = await simulator.play(parse(text, name="t", file="t.toml"))
        types = [each[0] for each in events(application)]

    assert report.ok
    assert types == ["call.hangup"]
