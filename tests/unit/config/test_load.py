"""Where values come from, which one wins, and what is said about wrong ones."""

import os
from pathlib import Path

import pytest

from console.config import paths
from console.config.keys import all_keys
from console.config.load import Flag, Loaded, Origin, load
from console.config.model import Settings
from console.errors import ConfigError


def written(folder: Path, text: str) -> str:
    """A configuration file with this text; its path."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def refused(folder: Path, text: str, *, environ: dict[str, str] | None = None) -> str:
    """What is said about a file that cannot be used."""
    with pytest.raises(ConfigError) as caught:
        load(environ or {}, config=written(folder, text))
    assert caught.value.exit_code == 2
    return caught.value.user_message


def test_load_without_anything_gives_every_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file, no variable, no flag: the model's defaults, each said to be one."""
    monkeypatch.setattr(paths, "default_config_path", lambda: tmp_path / "none" / "config.toml")

    loaded = load({})

    assert loaded.settings == Settings()
    assert not loaded.file_found
    assert set(loaded.sources) == set(all_keys())
    assert {source.origin for source in loaded.sources.values()} == {Origin.DEFAULT}


FILE = """
read_only = true
[api]
public_key = "from file"
connection_id = "1"
base_url = "https://file.example/v2"
[listen]
port = 1001
[profiles.support]
read_only = false
[profiles.support.api]
public_key = "from profile"
base_url = "https://profile.example/v2"
[profiles.support.listen]
port = 1002
"""


def layered(folder: Path, *, profile: str | None = None, **values: object) -> Loaded:
    """FILE with a variable for the base URL and, where given, a flag for the port."""
    flags = {"listen.port": Flag(values["port"], "--port")} if "port" in values else {}
    environ = {"TELNYX_BASE_URL": "https://environment.example/v2"}
    return load(environ, config=written(folder, FILE), profile=profile, flags=flags)


def test_load_prefers_flag_then_environment_then_profile_then_file(tmp_path: Path) -> None:
    """Each stronger place hides the weaker ones, and is named as the source."""
    loaded = layered(tmp_path, profile="support", port=1003)

    assert loaded.value("listen.port") == 1003
    assert loaded.value("api.base_url") == "https://environment.example/v2"
    assert loaded.value("api.public_key") == "from profile"
    assert loaded.value("api.connection_id") == "1"
    assert loaded.value("read_only") is False
    origins = {
        name: str(loaded.sources[name])
        for name in ("listen.port", "api.base_url", "api.public_key", "listen.host")
    }
    assert origins == {
        "listen.port": "flag --port",
        "api.base_url": "environment TELNYX_BASE_URL",
        "api.public_key": "profile support",
        "listen.host": "default",
    }
    assert loaded.sources["api.connection_id"].origin is Origin.FILE


def test_load_leaves_profiles_out_unless_one_is_chosen(tmp_path: Path) -> None:
    """A profile that nobody asked for changes nothing."""
    loaded = layered(tmp_path)

    assert (loaded.value("listen.port"), loaded.value("read_only")) == (1001, True)
    assert loaded.profile is None


def test_load_takes_file_and_profile_from_the_environment(tmp_path: Path) -> None:
    """CALL_CONSOLE_CONFIG and CALL_CONSOLE_PROFILE stand in for the flags; the flag is stronger."""
    environ = {
        "CALL_CONSOLE_CONFIG": written(tmp_path, FILE),
        "CALL_CONSOLE_PROFILE": "support",
        "CALL_CONSOLE_JOURNAL": str(tmp_path / "j.sqlite3"),
    }

    loaded = load(environ)

    assert loaded.profile == "support"
    assert loaded.journal_path == tmp_path / "j.sqlite3"
    assert loaded.contacts_path == tmp_path / "contacts.toml"
    with pytest.raises(ConfigError, match="there is no profile sales; it has support"):
        load(environ, profile="sales")


def test_load_starts_relative_paths_at_the_file_that_says_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path in the file is relative to the file, one in a flag to the current folder, ~ to home."""
    config = written(tmp_path, '[journal]\npath = "calls.sqlite3"\n')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    assert load({}, config=config).journal_path == tmp_path / "calls.sqlite3"
    flag = {"journal.path": Flag("mine.sqlite3", "--journal")}
    assert load({}, config=config, flags=flag).journal_path == elsewhere / "mine.sqlite3"
    flag = {"journal.path": Flag("~/mine.sqlite3", "--journal")}
    assert load({}, flags=flag, config=config).journal_path == tmp_path / "home" / "mine.sqlite3"


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("[api]\nconection_id = '1'\n", "api.conection_id", "did you mean api.connection_id?"),
        ("[lissen]\nport = 1\n", "lissen", "did you mean listen?"),
        ("[listen]\nkeep_days = 3\n", "listen.keep_days", "did you mean journal.keep_days?"),
        ("port = 1\n", "port", "did you mean listen.port?"),
        ("readonly = true\n", "readonly", "did you mean read_only?"),
        (
            "[profiles.x.api]\nbase_ur = ''\n",
            "profiles.x.api.base_ur",
            "did you mean api.base_url?",
        ),
        ("[profiles.x]\nscren = 1\n", "profiles.x.scren", "did you mean screen?"),
        ("[listen]\nqqqqqq = 1\n", "listen.qqqqqq", "the nearest known one is listen."),
        ("zzzzz = 1\n", "zzzzz", "the nearest known one is "),
    ],
)
def test_load_names_file_key_and_nearest_known_key(
    tmp_path: Path, text: str, key: str, near: str
) -> None:
    """An unknown key is an error that says which file, which key and what was probably meant."""
    message = refused(tmp_path, text)

    assert str(tmp_path / "config.toml") in message
    assert key in message
    assert near in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[listen]\nport = '8080'\n", "listen.port: expected a whole number, got a text"),
        ("[listen]\nport = 70000\n", "listen.port: expected a whole number <= 65535 (found 70000)"),
        ("[listen]\nport = true\n", "listen.port: expected a whole number, got true or false"),
        ("[listen]\npath = 'hook'\n", "listen.path: expected a path such as /webhooks"),
        (
            "[api]\nbase_url = 'https://x/v2?a'\n",
            "api.base_url: expected an address such as https://",
        ),
        ("[api]\nbase_url = 'https://me:pw@x/v2'\n", "leave user name and password out"),
        ("listen = 3\n", "listen: expected a table: [listen]"),
        ("profiles = 3\n", "profiles: expected tables such as [profiles.support.api]"),
        ("[profiles]\nx = 3\n", "profiles.x: expected a table such as [profiles.x.api]"),
        ("[api]\napi_key_command = ['pass', 3]\n", "api.api_key_command: expected a text"),
        ("[screen]\nbell = 1\nascii = 1\n", "(1 more: call-console config check)"),
        ("[api\n", "line 1, column 5: not valid TOML"),
        ("a = 1\nb = = 2\n", "line 2, column 5: not valid TOML"),
        ("[api]\nbase_url = '''\n", "at its end: not valid TOML"),
    ],
)
def test_load_says_what_is_wrong_and_where(tmp_path: Path, text: str, said: str) -> None:
    """Wrong types and limits name the path of the key; what is not TOML names the line."""
    assert said in refused(tmp_path, text)


@pytest.mark.parametrize("leaf", ["api_key", "token", "TELNYX_API_KEY"])
def test_load_refuses_a_key_written_in_the_file_without_repeating_it(
    tmp_path: Path, leaf: str
) -> None:
    """An API key in the file is an error that says how to refer to it instead."""
    message = refused(tmp_path, f"[api]\n{leaf} = 'KEY0123456789ABCDEF'\n")

    assert "refer to it with api_key_env, api_key_file or api_key_command" in message
    assert "KEY0123456789ABCDEF" not in message


def test_load_notices_a_key_where_a_reference_belongs(tmp_path: Path) -> None:
    """Somebody took api_key_env for the place of the key itself."""
    message = refused(tmp_path, "[api]\napi_key_env = 'KEY0123456789ABCDEF01_x'\n")

    assert "looks like an API key itself" in message
    assert "KEY0123456789ABCDEF01" not in message


def test_load_says_that_a_named_file_is_missing_and_who_named_it(tmp_path: Path) -> None:
    """A file that was asked for must exist; the default one need not."""
    absent = str(tmp_path / "absent.toml")

    with pytest.raises(ConfigError, match=r"absent\.toml: there is no such file \(--config\)"):
        load({}, config=absent)
    with pytest.raises(ConfigError, match="CALL_CONSOLE_CONFIG"):
        load({"CALL_CONSOLE_CONFIG": absent})


def test_load_checks_variables_and_flags_like_the_file(tmp_path: Path) -> None:
    """A wrong value outside the file names the variable or the flag."""
    config = written(tmp_path, "")

    with pytest.raises(ConfigError, match="environment variable TELNYX_BASE_URL: expected"):
        load({"TELNYX_BASE_URL": "api.telnyx.com"}, config=config)
    with pytest.raises(ConfigError, match="--port: expected a whole number >= 0"):
        load({}, config=config, flags={"listen.port": Flag(-1, "--port")})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_load_reports_a_file_it_may_not_read(tmp_path: Path) -> None:
    """No permission is an error with the system's reason."""
    config = Path(written(tmp_path, ""))
    config.chmod(0)

    with pytest.raises(ConfigError, match="cannot be read"):
        load({}, config=str(config))


def test_load_reports_a_file_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are named as such."""
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="not UTF-8"):
        load({}, config=str(file))
