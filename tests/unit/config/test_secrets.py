"""The API key is fetched from where the settings say, and never shown on the way."""

import sys
from pathlib import Path

import pytest

from console.config.load import Loaded, load
from console.config.secrets import api_key, is_referred_to, public_key
from console.errors import ConfigError

KEY = "KEY0123456789ABCDEF_abcdefghijkl"


def configured(folder: Path, api: str) -> Loaded:
    """A configuration whose [api] table has these lines."""
    file = folder / "config.toml"
    file.write_text(f"[api]\n{api}\n", encoding="utf-8")
    return load({}, config=str(file))


def revealed(loaded: Loaded, environ: dict[str, str] | None = None) -> tuple[str | None, str]:
    """The key in clear, and where it was found."""
    found = api_key(loaded, environ or {}, timeout_s=10)
    return (found.secret.reveal() if found.secret else None), found.source


def test_api_key_from_the_environment_wins_over_the_files_references(tmp_path: Path) -> None:
    """TELNYX_API_KEY is stronger than a variable, file or command named in the file."""
    loaded = configured(tmp_path, 'api_key_env = "OTHER"\napi_key_file = "/nowhere"')

    assert revealed(loaded, {"TELNYX_API_KEY": KEY, "OTHER": "x"}) == (
        KEY,
        "environment TELNYX_API_KEY",
    )
    assert revealed(loaded, {"OTHER": KEY}) == (KEY, "environment OTHER")


def test_api_key_file_is_read_relative_to_the_configuration(tmp_path: Path) -> None:
    """The first line of the file is the key, without the end of line."""
    (tmp_path / "key").write_text(f"{KEY}\nsomething else\n", encoding="utf-8")

    assert revealed(configured(tmp_path, 'api_key_file = "key"')) == (
        KEY,
        f"file {tmp_path / 'key'}",
    )


@pytest.mark.parametrize("form", ["list", "text"])
def test_api_key_command_runs_without_a_shell(tmp_path: Path, form: str) -> None:
    """A list is run as it is, a text is split like a shell would; `$`, `;` and `|` mean nothing."""
    program = tmp_path / "print key.py"
    program.write_text(f"import sys; print({KEY!r} if sys.argv[1] == '$HOME;x|y' else 'no')")
    command = {
        "list": f'api_key_command = ["{sys.executable}", "{program}", "$HOME;x|y"]',
        "text": f"""api_key_command = '{sys.executable} "{program}" "$HOME;x|y"'""",
    }[form]

    assert revealed(configured(tmp_path, command))[0] == KEY


def test_api_key_command_that_hangs_is_given_up(tmp_path: Path) -> None:
    """A program that waits for something is ended and named."""
    loaded = configured(
        tmp_path, f'api_key_command = ["{sys.executable}", "-c", "import time; time.sleep(60)"]'
    )

    with pytest.raises(ConfigError, match=r"did not finish within 0\.3 s"):
        api_key(loaded, {}, timeout_s=0.3)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (f"print({KEY!r}); raise SystemExit(3)", "failed .exit status 3"),
        ("pass", "printed nothing"),
        ("print('two words')", "holds characters that no key has"),
    ],
)
def test_api_key_command_that_fails_is_explained_without_its_output(
    tmp_path: Path, program: str, said: str
) -> None:
    """What the program printed is not part of the error."""
    loaded = configured(tmp_path, f"""api_key_command = ["{sys.executable}", "-c", "{program}"]""")

    with pytest.raises(ConfigError, match=said) as caught:
        api_key(loaded, {})
    assert KEY not in caught.value.user_message
    assert "two words" not in caught.value.user_message


@pytest.mark.parametrize(
    ("api", "said"),
    [
        ('api_key_file = "absent"', "absent cannot be read: No such file"),
        ('api_key_file = "config.toml/x"', "cannot be read"),
        ('api_key_command = "no-such-program-anywhere x"', "cannot be run: No such file"),
        ('api_key_command = "unclosed \' quote"', "No closing quotation"),
    ],
)
def test_api_key_reference_that_leads_nowhere_is_an_error(
    tmp_path: Path, api: str, said: str
) -> None:
    """A reference that is set must work; silence would look like a missing key."""
    with pytest.raises(ConfigError, match=said):
        api_key(configured(tmp_path, api), {})


def test_api_key_missing_is_no_error(tmp_path: Path) -> None:
    """Without a key the console watches only; the source says what was looked for."""
    loaded = configured(tmp_path, "")

    assert revealed(loaded) == (None, "not set: TELNYX_API_KEY is empty")
    assert not is_referred_to(loaded, {})
    assert is_referred_to(loaded, {"TELNYX_API_KEY": KEY})
    assert is_referred_to(configured(tmp_path, 'api_key_file = "key"'), {})


def test_public_key_comes_from_the_setting_or_its_file(tmp_path: Path) -> None:
    """The setting itself is stronger; a file that is named must be readable."""
    (tmp_path / "public").write_text("from file\n", encoding="utf-8")

    assert public_key(configured(tmp_path, "")) is None
    assert public_key(configured(tmp_path, 'public_key_file = "public"')) == "from file"
    both = 'public_key = "direct"\npublic_key_file = "public"'
    assert public_key(configured(tmp_path, both)) == "direct"
    with pytest.raises(ConfigError, match=r"public_key_file: .*cannot be read"):
        public_key(configured(tmp_path, 'public_key_file = "absent"'))
