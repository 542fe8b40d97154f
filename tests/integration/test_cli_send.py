"""`send` against the simulator: directly, through an engine, dry, refused, unreachable."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from tests.integration.programs import (
    done,
    environment,
    eventually,
    objects,
    running,
)

DONE_KEYS = [
    *("command_id", "action", "call_control_id", "ok", "status", "code", "message"),
    *("latency_ms", "attempts", "data"),
]
KEY = "KEY0123456789ABCDEF_abcdefghijkl"


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """An environment without any key, and nothing that answers."""
    return environment(
        tmp_path,
        CALL_CONSOLE_JOURNAL=str(tmp_path / "j.sqlite3"),
        TELNYX_BASE_URL="http://127.0.0.1:9/v2",
    )


@pytest.fixture
def env(tmp_path: Path, offline: dict[str, str]) -> Iterator[dict[str, str]]:
    """An environment whose account is a simulator's, where nobody calls by himself."""
    nobody = ("--webhook-url", "http://127.0.0.1:9/webhooks")
    arguments = ("simulate", "--rate", "0", "--seed", "7", "--speed", "20", *nobody)
    with running(*arguments, env=offline) as program:
        (hello,) = objects(program.line())
        assert set(hello) == {"api_base", "api_key", "public_key", "connection_id", "from"}
        (tmp_path / "config.toml").write_text(f'[api]\ncaller_id = "{hello["from"]}"\n')
        yield {
            **offline,
            "CALL_CONSOLE_CONFIG": str(tmp_path / "config.toml"),
            "TELNYX_API_KEY": str(hello["api_key"]),
            "TELNYX_PUBLIC_KEY": str(hello["public_key"]),
            "TELNYX_BASE_URL": str(hello["api_base"]),
            "CALL_CONSOLE_CONNECTION_ID": str(hello["connection_id"]),
        }


def dial(env: dict[str, str]) -> str:
    """The call_control_id of a new outgoing leg."""
    (outcome,) = objects(done("send", "dial", "to=+13125550110", "--json", env=env).stdout)
    data = outcome["data"]
    assert isinstance(data, dict)
    return str(data["call_control_id"])


def test_send_without_an_engine_asks_telnyx_and_records_both(env: dict[str, str]) -> None:
    """Caller id and connection come from the configuration; command and outcome are in the journal."""
    answer = done("send", "dial", "to=+13125550110", "--json", env=env)

    assert answer.returncode == 0, answer.stderr
    (outcome,) = objects(answer.stdout)
    assert list(outcome) == DONE_KEYS
    assert (outcome["ok"], outcome["status"]) == (True, 200)
    UUID(str(outcome["command_id"]), version=4)
    kinds = [entry["kind"] for entry in objects(done("events", "--json", env=env).stdout)]
    assert kinds == ["command", "outcome"]


def test_send_goes_through_the_engine_that_serves_the_journal(
    env: dict[str, str], tmp_path: Path
) -> None:
    """The engine records it; a shell without any key can use it."""
    keyless = {name: value for name, value in env.items() if name != "TELNYX_API_KEY"}
    with running("listen", "--port", "0", "--json", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        told = done(
            *("send", "apps.update", f"id={env['CALL_CONSOLE_CONNECTION_ID']}"),
            *("application_name=here", f"webhook_event_url={url}"),
            env=keyless,
        )
        assert told.returncode == 0, told.stdout + told.stderr

        call = dial(keyless)

        assert objects(listen.line(having='"command"'))
        assert call in listen.line(having="call.initiated")
        assert call in listen.line(having="call.answered")
        hung_up = done("send", "hangup", call, env=keyless)
        assert (hung_up.returncode, hung_up.stderr) == (0, "")
        assert re.fullmatch(r"hangup .*: done \(200, \d+ ms\)\n", hung_up.stdout)
        assert call in listen.line(having="call.hangup")


def test_send_refused_by_telnyx_exits_3_with_code_and_advice(env: dict[str, str]) -> None:
    """Words for people, an object for programs."""
    plain = done("send", "answer", "v3:nobody", env=env)
    answer = done("send", "answer", "v3:nobody", "--json", env=env)

    assert (plain.returncode, answer.returncode) == (3, 3)
    assert "90015" in plain.stdout
    (outcome,) = objects(answer.stdout)
    assert (outcome["ok"], outcome["code"]) == (False, "90015")


def test_send_to_nobody_exits_4(offline: dict[str, str], tmp_path: Path) -> None:
    """No answer within the attempts allowed."""
    (tmp_path / "c.toml").write_text("[api]\nmax_attempts = 1\n")

    answer = done(
        "send", "hangup", "v3:a", "--config", str(tmp_path / "c.toml"),
        env={**offline, "TELNYX_API_KEY": KEY},
    )  # fmt: skip

    assert answer.returncode == 4
    assert "no answer" in answer.stdout
    assert KEY not in answer.stdout + answer.stderr


def test_send_questions_print_the_answer(env: dict[str, str]) -> None:
    """status and active_calls are GETs: their data is the output, and nothing is journaled for them."""
    call = dial(env)

    status = done("send", "status", call, env=env)
    active = done("send", "active_calls", "--json", env=env)
    unknown = done("send", "status", "v3:nobody", env=env)

    assert json.loads(status.stdout)["is_alive"] is True
    (answer,) = objects(active.stdout)
    assert answer["ok"] is True
    assert call in active.stdout
    assert unknown.returncode == 3
    assert done("events", "--json", env=env).stdout.count("\n") == 2


def test_send_dry_run_shows_the_request_and_sends_nothing(offline: dict[str, str]) -> None:
    """No key is needed, none is shown; no journal is made."""
    arguments = ("send", "transfer", "v3:a/b", "to=+13125550110", "timeout_secs=20", "--dry-run")
    keyed = {**offline, "TELNYX_API_KEY": KEY}

    plain = done(*arguments, env=offline)
    answer = done(*arguments, "--json", env=keyed)

    assert (plain.returncode, answer.returncode) == (0, 0)
    lines = plain.stdout.splitlines()
    assert lines[0] == "POST http://127.0.0.1:9/v2/calls/v3%3Aa%2Fb/actions/transfer"
    assert "Authorization: Bearer ***" in lines
    (shown,) = objects(answer.stdout)
    assert list(shown) == ["method", "url", "headers", "body"]
    body = shown["body"]
    assert isinstance(body, dict)
    assert (body["to"], body["timeout_secs"]) == ("+13125550110", 20)
    assert "client_state" not in body
    assert KEY not in answer.stdout + answer.stderr
    assert not Path(offline["CALL_CONSOLE_JOURNAL"]).exists()


def test_send_dials_names_from_the_contacts(offline: dict[str, str], tmp_path: Path) -> None:
    """contacts.toml lies beside the configuration."""
    (tmp_path / "config.toml").touch()
    (tmp_path / "contacts.toml").write_text('Ann = "sip:ann@example.com"\n')
    env = {**offline, "CALL_CONSOLE_CONFIG": str(tmp_path / "config.toml")}

    answer = done("send", "transfer", "v3:a", "to=ann", "--dry-run", env=env)

    assert '"to": "sip:ann@example.com"' in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["answer"], "answer needs a call"),
        (["answer", "client_state=YQ=="], "answer needs a call"),
        (["answr", "v3:a"], "did you mean answer?"),
        (["answer", "v3:a", "nonsense=1"], "answer has no parameter 'nonsense'"),
        (["answer", "v3:a", "nonsense"], "is not NAME=VALUE"),
        (["transfer", "v3:a"], "to is required"),
        (["dial", "to=+13125550110"], "from is required"),
        (["answer", "v3:a"], "no API key"),
        (["status", "v3:a"], "no API key"),
        (["answer", "v3:a", "--read-only"], "read-only: nothing is sent"),
    ],
)
def test_send_wrong_usage_exits_2(offline: dict[str, str], arguments: list[str], said: str) -> None:
    """Before anything is recorded or sent."""
    answer = done("send", *arguments, env=offline)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert not Path(offline["CALL_CONSOLE_JOURNAL"]).exists()


def test_send_never_goes_out_in_another_accounts_name(env: dict[str, str]) -> None:
    """The engine that runs talks to another address, or uses another profile, than was asked for."""
    elsewhere = {**env, "TELNYX_BASE_URL": "http://127.0.0.1:9/v2"}
    config = Path(env["CALL_CONSOLE_CONFIG"])
    config.write_text(f"{config.read_text()}[profiles.sales]\nread_only = false\n")

    with running("listen", "--port", "0", env=env) as listen:
        listen.line("err", "listening on ")
        other_address = done("send", "answer", "v3:a", env=elsewhere)
        other_profile = done("send", "answer", "v3:a", "--profile", "sales", env=env)

    for answer, words in ((other_address, "talks to"), (other_profile, "uses no profile")):
        assert (answer.returncode, answer.stdout) == (2, "")
        assert words in answer.stderr


def test_send_passes_over_the_socket_of_a_dead_engine(env: dict[str, str]) -> None:
    """What a killed engine left behind keeps nobody from sending."""
    with running("engine", "--port", "0", env=env) as engine:
        (ready,) = objects(engine.line())
        engine.process.kill()
        engine.process.wait()
    assert Path(str(ready["socket"])).exists()

    assert done("send", "dial", "to=+13125550110", env=env).returncode == 0


def test_send_answers_with_what_the_read_only_engine_says(env: dict[str, str]) -> None:
    """The engine is the one that refuses; nothing reaches Telnyx."""
    with running("listen", "--port", "0", "--read-only", env=env) as listen:
        listen.line("err", "listening on ")
        answer = done("send", "answer", "v3:a", env=env)

    assert answer.returncode == 2
    assert "this engine is read-only" in answer.stdout
    assert "not sent" in answer.stdout


@contextmanager
def listening(env: dict[str, str]) -> Iterator[dict[str, str]]:
    """An engine that hears the simulator."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        assert done("apps", "update", f"webhook_event_url={url}", env=env).returncode == 0
        yield env


def test_send_waits_for_the_effect(env: dict[str, str]) -> None:
    """In words, as keys, and as an exit code."""
    with listening(env):
        dialled = done("send", "dial", "to=+13125550110", "--wait", "10", "--json", env=env)
        (outcome,) = objects(dialled.stdout)
        assert list(outcome) == [*DONE_KEYS, "effect", "effect_message"]
        effect, data = outcome["effect"], outcome["data"]
        assert isinstance(effect, dict)
        assert isinstance(data, dict)
        assert list(effect) == ["event_type", "event_id", "occurred_at", "latency_ms"]
        assert effect["event_type"] == "call.initiated"

        hung_up = done("send", "--wait", "hangup", str(data["call_control_id"]), env=env)
        assert hung_up.returncode == 0
        assert re.search(r"\nconfirmed by call\.hangup after \d+ ms\n$", hung_up.stdout)

        refused = done("send", "answer", "v3:nobody", "--wait", "--json", env=env)
        assert refused.returncode == 3
        assert objects(refused.stdout)[0]["effect"] is None


def test_send_says_when_no_effect_was_seen(env: dict[str, str]) -> None:
    """The engine does not hear the simulator here; exit code 1."""
    with running("listen", "--port", "0", env=env) as listen:
        listen.line("err", "listening on ")
        answer = done("send", "dial", "to=+13125550110", "--wait", "0.2", env=env)

    assert answer.returncode == 1
    assert answer.stdout.endswith("\nno effect seen after 0.2 s\n")


def test_send_uses_presets(env: dict[str, str]) -> None:
    """From the configuration, checked against the catalogue."""
    config = Path(env["CALL_CONSOLE_CONFIG"])
    preset = '[presets.ring]\naction = "dial"\nto = "+13125550110"\ntimeout_secs = 20\n'
    config.write_text(f"{config.read_text()}{preset}[presets.bad]\naction = 'dial'\nto_ = '1'\n")

    assert done("send", "--preset", "ring", env=env).returncode == 0
    bad = done("send", "--preset", "bad", env=env)
    assert (bad.returncode, "did you mean to?" in bad.stderr) == (2, True)
    checked = done("config", "check", env=env)
    assert checked.returncode == 2
    assert "presets.bad: dial has no parameter 'to_': did you mean to?" in checked.stderr


def test_send_commands_conferences_and_queues(env: dict[str, str]) -> None:
    """What the path needs is given by position, whatever the scope; lists are given whole."""
    with listening(env):
        calls = [dial(env), dial(env)]
        eventually(
            lambda: done("calls", "--json", env=env).stdout.count('"state": "answered"') == 2
        )
        made = done("send", "conference.create", calls[0], "name=room", "--wait", "--json", env=env)
        (outcome,) = objects(made.stdout)
        assert made.returncode == 0, made.stdout
        data = outcome["data"]
        assert isinstance(data, dict)
        room = str(data["id"])
        joined = done(
            "send", "conference.join", room, f"call_control_id={calls[1]}", "--wait", env=env
        )
        assert "confirmed by conference.participant.joined" in joined.stdout, joined.stdout
        inside = done("send", "conference.participants", room, "--json", env=env)
        assert all(call in inside.stdout for call in calls)
        ended = done("send", "conference.end", room, "--wait", env=env)
        # Telnyx enforces no order: the first who left may be heard of before the end.
        assert re.search(r"confirmed by conference\.(ended|participant\.left)", ended.stdout)


def test_simulate_tells_where_it_is_and_ends_in_order(offline: dict[str, str]) -> None:
    """One JSON line; a port that is taken is one sentence."""
    with running("simulate", "--rate", "0", env=offline) as first:
        (hello,) = objects(first.line())
        port = str(hello["api_base"]).split(":")[-1].split("/")[0]
        second = done("simulate", "--port", port, env=offline)
        assert (second.returncode, second.stdout) == (1, "")
        assert port in second.stderr
        assert first.end() == 0
        assert first.rest() == []


def test_simulate_calls_the_webhook_address_it_is_given(env: dict[str, str]) -> None:
    """--webhook-url is enough for callers to arrive; --seed makes keys alike."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        arguments = ("simulate", "--webhook-url", url, "--seed", "7", "--speed", "20")
        with running(*arguments, env=env) as simulator:
            assert env["TELNYX_PUBLIC_KEY"] in simulator.line()
            assert "incoming" in listen.line(having="call.initiated")


def test_questions_go_through_the_engine_that_serves_the_journal(env: dict[str, str]) -> None:
    """A shell without a key is answered out of the engine's budget, page after page."""
    keyless = {name: value for name, value in env.items() if name != "TELNYX_API_KEY"}
    with running("listen", "--port", "0", env=env) as listen:
        listen.line("err", "listening on ")
        names = [f"queue-{number}" for number in range(3)]
        for name in names:
            assert done("send", "queue.create", f"queue_name={name}", env=env).returncode == 0

        whole = done("send", "queue.list", "--json", env=keyless)
        page = done("send", "queue.list", "page[size]=2", "--json", env=keyless)
        applications = done("apps", "list", "--json", env=keyless)
        nobody = done("send", "status", "v3:nobody", env=keyless)

    (answer,) = objects(whole.stdout)
    assert [row["name"] for row in answer["data"]] == names  # type: ignore[attr-defined]
    assert answer["ok"], answer
    assert "there is more" in page.stderr
    assert objects(applications.stdout)[0]["id"] == env["CALL_CONSOLE_CONNECTION_ID"]
    assert nobody.returncode == 3
    without = done("send", "queue.list", env=keyless)
    assert (without.returncode, without.stdout) == (2, "")
    assert "no API key" in without.stderr


def test_send_to_a_supervisor_is_refused_before_it_is_sent(env: dict[str, str]) -> None:
    """Also without an engine: the journal knows which legs supervise."""
    call = dial(env)
    other = dial(env)
    eventually(
        lambda: done("send", "bridge", call, f"call_control_id={other}", env=env).returncode == 0
    )
    (outcome,) = objects(
        done(
            *("send", "dial", "to=+13125550112", f"supervise_call_control_id={call}"),
            *("supervisor_role=monitor", "--json"),
            env=env,
        ).stdout
    )
    supervisor = str(outcome["data"]["call_control_id"])  # type: ignore[index]

    refused = done("send", "speak", supervisor, "payload=hi", "voice=Telnyx.KokoroTTS.af", env=env)

    assert refused.returncode == 1
    assert "supervisor calls do not support commands (not sent)" in refused.stdout
    assert done("send", "hangup", supervisor, env=env).returncode == 0
