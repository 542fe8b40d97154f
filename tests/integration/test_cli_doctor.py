"""`doctor` and the admin port as processes, against the simulator: the contract, the exit codes, no key anywhere."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.programs import done, environment, eventually, objects, running

STATUSES = {"ok", "warn", "fail", "skipped"}
CHECKS = {
    "configuration", "public_key", "engine", "api", "clock", "api_key", "port", "application", "webhook_version",
    "webhook_url", "failover", "webhook_timeout", "reachable", "last_event", "signed_clock", "journal", "journal_whole",
    "journal_writer", "disk", "forward", "tunnel", "terminal", "symbols", "clipboard",
}  # fmt: skip
Found = dict[str, dict[str, str | None]]


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def doctor(env: Mapping[str, str], *arguments: str) -> tuple[int, Found]:
    """Exit code and findings by check, after looking at the contract."""
    answer = done("doctor", "--json", *arguments, env=env)
    assert answer.stderr == ""
    listed = json.loads(answer.stdout)
    for each in listed:
        assert list(each) == ["check", "status", "detail", "fix"]
        assert each["status"] in STATUSES
        assert isinstance(each["detail"], str)
        assert each["fix"] is None or (each["fix"] and "\n" not in each["fix"])
        assert (each["fix"] is not None) == (each["status"] in ("warn", "fail"))
    assert not env.get("TELNYX_API_KEY") or env["TELNYX_API_KEY"] not in answer.stdout
    assert len({each["check"] for each in listed}) == len(listed)
    return answer.returncode, {each["check"]: each for each in listed}


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """No configuration, no key, no network worth the name, no terminal."""
    return environment(tmp_path, TELNYX_BASE_URL="http://127.0.0.1:9/v2")


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An account at the simulator, whose webhooks go to a port of ours."""
    port, admin = free_port(), free_port()
    config = tmp_path / "config.toml"
    config.write_text(f"[listen]\nport = {port}\n[admin]\nport = {admin}\n")
    env = environment(tmp_path, CALL_CONSOLE_JOURNAL=str(tmp_path / "j.sqlite3"))
    url = f"http://127.0.0.1:{port}/webhooks"
    with running("simulate", "--rate", "60", "--webhook-url", url, env=env) as simulator:
        (hello,) = objects(simulator.line())
        yield {
            **env,
            "ADMIN": f"http://127.0.0.1:{admin}",
            "CALL_CONSOLE_CONFIG": str(config),
            "CALL_CONSOLE_CONNECTION_ID": str(hello["connection_id"]),
            "TELNYX_API_KEY": str(hello["api_key"]),
            "TELNYX_PUBLIC_KEY": str(hello["public_key"]),
            "TELNYX_BASE_URL": str(hello["api_base"]),
        }


def status_of(found: Found, *checks: str) -> list[str | None]:
    """How these stand."""
    return [found[check]["status"] for check in checks]


def test_doctor_works_with_nothing(bare: dict[str, str]) -> None:
    """No configuration, no network, no terminal: a report, and 1 because webhooks would be refused."""
    code, found = doctor(bare)

    assert code == 1
    assert set(found) >= CHECKS - {"terminal"}
    assert status_of(found, "configuration", "public_key", "api", "api_key", "application") == [
        "ok", "fail", "fail", "warn", "skipped",
    ]  # fmt: skip


def test_doctor_exits_2_for_a_wrong_configuration(bare: dict[str, str], tmp_path: Path) -> None:
    """In shape or in sense; the terminal is looked at all the same."""
    config = tmp_path / "c.toml"
    for text in ("[listen]\nprot = 1\n", "[listen\n", '[forward]\nmode = "buffer"\n'):
        config.write_text(text)
        code, found = doctor(bare, "--config", str(config))
        assert code == 2
        assert found["configuration"]["status"] == "fail"
        assert "symbols" in found
    config.write_text("[listen]\nport = 1\n")
    assert doctor(bare, "--config", str(config))[0] == 1
    malformed = doctor({**bare, "TELNYX_PUBLIC_KEY": "bm8="})
    assert malformed[0] == 2
    assert malformed[1]["public_key"]["status"] == "fail"


def test_doctor_with_an_engine_that_works(practice: dict[str, str]) -> None:
    """Asked through the engine; 0 with nothing but warnings."""
    with running("listen", env=practice) as listen:
        listen.line("err", "listening on ")
        listen.line("out", "call.initiated")
        code, found = doctor(practice)

    assert code == 0, found
    assert set(found) >= CHECKS
    assert "fail" not in status_of(found, *found)
    assert (
        status_of(found, "api_key", "clock", "webhook_url", "last_event", "signed_clock")
        == ["ok"] * 5
    )
    assert "the engine's key" in (found["api_key"]["detail"] or "")
    assert "held by the engine" in (found["port"]["detail"] or "")


def test_doctor_without_an_engine_asks_by_itself(practice: dict[str, str]) -> None:
    """A wrong key is the key's fault and nobody else's."""
    good = doctor(practice)[1]
    assert good["api_key"]["status"] == good["application"]["status"] == "ok"
    wrong = doctor({**practice, "TELNYX_API_KEY": "KEY0000000000000000_wrong"})

    assert wrong[0] == 1
    assert status_of(wrong[1], "api", "api_key", "application") == ["ok", "fail", "skipped"]


def test_doctor_finds_port_forward_and_application_broken(
    practice: dict[str, str], tmp_path: Path
) -> None:
    """Each mended by what its fix says."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        config = tmp_path / "broken.toml"
        config.write_text(
            f'[listen]\nport = {port}\n[forward]\ntarget = "http://127.0.0.1:9/webhooks"\n'
        )
        done("apps", "update", "webhook_api_version=1", "--yes", env=practice)
        code, found = doctor(practice, "--config", str(config))
    assert code == 1
    assert status_of(found, "port", "forward", "webhook_version", "failover") == [
        "fail", "fail", "fail", "warn",
    ]  # fmt: skip

    fix = (found["webhook_version"]["fix"] or "").split()
    assert fix[:3] == ["call-console", "apps", "update"]
    done(*fix[1:], "--yes", env=practice)
    assert doctor(practice)[1]["webhook_version"]["status"] == "ok"


def test_doctor_tells_people_in_lines(practice: dict[str, str]) -> None:
    """Sign, word, name, detail; a fix below; the sum on stderr."""
    answer = done("doctor", env={**practice, "PYTHONIOENCODING": "utf-8"})
    plain = done("doctor", env={**practice, "PYTHONIOENCODING": "ascii"})

    assert "✓ ok      api_key          accepted" in answer.stdout
    assert f"\n{' ' * 27}fix: call-console apps update " in answer.stdout
    assert "not looked at" in answer.stderr
    assert "+ ok      api_key          accepted" in plain.stdout
    assert plain.stdout.isascii()


def test_admin_port_of_a_real_engine(practice: dict[str, str]) -> None:
    """Health and figures while webhooks come; gone with the engine; never on the webhook port."""
    with running("listen", env=practice) as listen:
        webhooks = listen.line("err", "listening on ").split()[-1]
        assert "/healthz and /metrics" in listen.line("err", "health and metrics on")

        def verified() -> float:
            return figures(practice)["call_console_webhooks_total", ("verified",)]

        eventually(lambda: verified() > 3)
        found = figures(practice)
        assert found["call_console_entries_total", ()] >= 3
        assert found["call_console_commit_entries_count", ()] > 0
        status, said = health(practice)
        assert (status, said["status"], said["reasons"]) == (200, "ready", [])
        assert done("send", "dial", "to=+15550100", "from=+15550101", env=practice).returncode == 0
        assert figures(practice)["call_console_commands_total", ("dial", "done")] == 1
        for path in ("/healthz", "/metrics"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(webhooks.replace("/webhooks", path), timeout=5)
            refused.value.close()
            assert refused.value.code == 404
        assert listen.end() == 0
    with pytest.raises(urllib.error.URLError):
        health(practice)


def test_admin_port_tells_what_is_degraded(practice: dict[str, str]) -> None:
    """503 with the reason, for those who watch."""
    env = {name: value for name, value in practice.items() if name != "TELNYX_PUBLIC_KEY"}
    with running("listen", env=env) as listen:
        listen.line("err", "health and metrics on")
        status, said = health(env)

    assert status == 503
    assert said["reasons"] == ["every webhook is refused: no public key is set"]


def test_admin_port_is_off_by_default_and_by_zero(practice: dict[str, str]) -> None:
    """Nothing more is opened than what was asked for."""
    with running("listen", "--admin-port", "0", env=practice) as listen:
        listen.line("err", "listening on ")
        with pytest.raises(urllib.error.URLError):
            health(practice)


def figures(env: Mapping[str, str]) -> dict[tuple[str, tuple[str, ...]], float]:
    """One scrape by sample name and labels' values."""
    with urllib.request.urlopen(f"{env['ADMIN']}/metrics", timeout=5) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = answer.read().decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def health(env: Mapping[str, str]) -> tuple[int, dict[str, object]]:
    """Status and body of /healthz."""
    try:
        with urllib.request.urlopen(f"{env['ADMIN']}/healthz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
