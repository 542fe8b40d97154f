"""`apps` against the simulator: listed, checked, made, changed, deleted; and what `init` offers of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.programs import done, environment, objects, running

URL = "https://calls.example.com/webhooks"


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An account with the simulator's one application."""
    plain = environment(tmp_path, CALL_CONSOLE_JOURNAL=str(tmp_path / "j.sqlite3"))
    nobody = ("--webhook-url", "http://127.0.0.1:9/webhooks")
    with running("simulate", "--rate", "0", "--seed", "7", *nobody, env=plain) as program:
        (hello,) = objects(program.line())
        (tmp_path / "config.toml").touch()
        yield {
            **plain,
            "CALL_CONSOLE_CONFIG": str(tmp_path / "config.toml"),
            "TELNYX_API_KEY": str(hello["api_key"]),
            "TELNYX_PUBLIC_KEY": str(hello["public_key"]),
            "TELNYX_BASE_URL": str(hello["api_base"]),
            "CALL_CONSOLE_CONNECTION_ID": str(hello["connection_id"]),
        }


def created(env: dict[str, str], name: str) -> str:
    """The id of a new application."""
    words = ("apps", "create", f"application_name={name}", f"webhook_event_url={URL}", "--json")
    answer = done(*words, env=env)
    assert answer.returncode == 0, answer.stderr
    (outcome,) = objects(answer.stdout)
    data = outcome["data"]
    assert isinstance(data, dict)
    assert data["webhook_api_version"] == "2"
    return str(data["id"])


def test_apps_list_walks_every_page(env: dict[str, str]) -> None:
    """More applications than fit on one."""
    made = {created(env, f"app {number}") for number in range(3)}

    plain = done("apps", "list", env=env)
    as_json = done("apps", "list", "--json", env=env)

    assert {str(each["id"]) for each in objects(as_json.stdout)} >= made
    assert plain.stdout.splitlines()[0].split() == ["id", "name", "state", "webhooks"]
    assert all(id_ in plain.stdout for id_ in made)
    by_send = done("send", "apps.list", "page.size=1", "--json", env=env)
    assert "there is more" in by_send.stderr


def test_apps_show_checks_and_exits_by_what_is_found(env: dict[str, str]) -> None:
    """Bad: 1, with the fix; fine, or only warned of: 0."""
    bad = done("apps", "show", "--our-url", URL, env=env)
    assert bad.returncode == 1
    assert f"not to us ({URL})" in bad.stdout
    assert f"      webhook_event_url={URL}\n" in bad.stdout

    mended = done("apps", "update", f"webhook_event_url={URL}", env=env)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert f"~ webhook_event_url: http://127.0.0.1:9/webhooks → {URL}" in mended.stderr

    good = done("apps", "show", "--our-url", URL, "--json", env=env)
    assert good.returncode == 0
    (shown,) = objects(good.stdout)
    assert list(shown) == ["application", "checks"]
    assert {"name", "level", "sentence", "fix"} == set(shown["checks"][0])  # type: ignore[index]


def test_apps_show_knows_the_engines_address(env: dict[str, str]) -> None:
    """On one machine webhooks go straight to it."""
    with running("listen", "--port", "0", env=env) as listen:
        url = listen.line("err", "listening on ").split()[-1]
        done("apps", "update", f"webhook_event_url={url}", env=env)

        assert f"webhooks come to us: {url}" in done("apps", "show", env=env).stdout


def test_apps_update_shows_the_difference_and_repeats_what_is_needed(env: dict[str, str]) -> None:
    """Name and address are sent again; members of an object keep their neighbours."""
    id_ = created(env, "before")
    words = ("apps", "update", id_, "outbound.channel_limit=3", "call_cost_in_webhooks=true")

    dry = done(*words, "--dry-run", env=env)
    assert (dry.returncode, dry.stdout) == (
        0,
        "+ outbound.channel_limit: 3\n~ call_cost_in_webhooks: false → true\n",
    )
    dry_json = json.loads(done(*words, "--dry-run", "--json", env=env).stdout)
    assert dry_json["changes"][1] == {
        "name": "call_cost_in_webhooks",
        "before": False,
        "after": True,
    }
    assert done(*words, env=env).returncode == 0
    assert done("apps", "update", id_, "outbound.outbound_voice_profile_id=9", env=env).stdout

    (shown,) = objects(done("apps", "show", id_, "--json", env=env).stdout)
    application = shown["application"]
    assert isinstance(application, dict)
    assert application["application_name"] == "before"
    assert application["webhook_event_url"] == URL
    assert application["outbound"] == {"channel_limit": 3, "outbound_voice_profile_id": "9"}
    again = done(*words, env=env)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "nothing changes\n")


def test_apps_changes_are_journaled_and_go_through_the_engine(env: dict[str, str]) -> None:
    """One budget, one audit; the questions beforehand go directly."""
    with running("listen", "--port", "0", "--json", env=env) as listen:
        listen.line("err", "listening on ")
        done("apps", "update", "webhook_timeout_secs=5", env=env)

        assert "webhook_timeout_secs" in listen.line(having='"command"')


def test_apps_delete_needs_yes_where_nobody_can_be_asked(env: dict[str, str]) -> None:
    """And then it is gone."""
    id_ = created(env, "gone")

    refused = done("apps", "delete", id_, env=env)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert done("apps", "delete", id_, "--yes", env=env).returncode == 0
    missing = done("apps", "show", id_, env=env)
    assert (missing.returncode, missing.stdout) == (3, "")
    assert id_ in missing.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["show", "nobody"], 3, "application nobody: "),
        (["update", "1"], 2, "say what to change"),
        (["update", "nonsense=1"], 2, "has no parameter 'nonsense'"),
        (["update", "webhook_api_version=3"], 2, "none of its values"),
        (["create", "application_name=x"], 2, "webhook_event_url is required"),
        (["update", "active=false", "--read-only"], 2, "read-only"),
        (["delete", "1", "--yes", "--read-only"], 2, "read-only"),
    ],
)
def test_apps_says_what_is_wrong(
    env: dict[str, str], arguments: list[str], code: int, said: str
) -> None:
    """Exit codes as everywhere."""
    answer = done("apps", *arguments, env=env)

    assert answer.returncode == code
    assert said in answer.stderr


def test_apps_without_a_key_says_so(env: dict[str, str]) -> None:
    """A setting is missing."""
    keyless = {name: value for name, value in env.items() if name != "TELNYX_API_KEY"}

    answer = done("apps", "list", env=keyless)

    assert answer.returncode == 2
    assert "no API key" in answer.stderr
