"""The tunnel's command line, and what is read from and shown of its output."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config.model import Tunnel as TunnelSettings
from console.engine.tunnel.plan import address_in, plain, plan_of, showable
from console.errors import ConfigError

PATTERN = re.compile(TunnelSettings().url_pattern)


def test_only_host_and_port_stand_for_something() -> None:
    """Other braces, shell signs and quotes are the program's own; every interface is reached on this machine."""
    plan = plan_of("t http --to '{host}:{port}' {x} $HOME ;", "", 1.0)
    assert plan is not None
    assert plan.argv("0.0.0.0", 80) == ["t", "http", "--to", "127.0.0.1:80", "{x}", "$HOME", ";"]
    assert plan.pattern is None
    listed = plan_of(("a b", "{port}"), "x", 1.0)
    assert listed is not None
    assert listed.argv("h", 1) == ["a b", "1"]
    assert plan_of("", "x", 1.0) is None


def test_what_cannot_be_read_is_a_configuration_error() -> None:
    """With the setting's name."""
    with pytest.raises(ConfigError, match=r"tunnel\.command"):
        plan_of("a 'b", "", 1.0)
    with pytest.raises(ConfigError, match=r"tunnel\.url_pattern"):
        plan_of("a", "(", 1.0)


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("|  https://a-b.tunnel.example  |", "https://a-b.tunnel.example/webhooks"),
        ("url=https://x.example/.", "https://x.example/webhooks"),
        ("https://x.example/hook (up)", "https://x.example/hook"),
        ("nothing here", None),
        ("https://", None),
    ],
)
def test_address_is_found_and_completed(line: str, url: str | None) -> None:
    """Where only a host is named the webhooks' path is added."""
    assert address_in(line, PATTERN, "/webhooks") == url


def test_group_of_the_pattern_is_the_address() -> None:
    """So that a pattern can look around it."""
    pattern = re.compile(r"public: (https?://\S+)")
    assert (
        address_in("see https://doc.example; public: http://x:1", pattern, "/w") == "http://x:1/w"
    )


def test_screens_see_no_escape_codes_and_no_secrets() -> None:
    """Words, hosts and numbers stay."""
    line = plain(
        "\x1b[1;31mauth\x1b[0m token=abc123def456 key 2abcDEF3ghiJKL4mnoPQR5 at https://a1b2c3d4e5f6a7b8c9d0e1.example"
    )
    shown = showable(line)
    assert "abc123def456" not in shown
    assert "2abcDEF3ghiJKL4mnoPQR5" not in shown
    assert "https://a1b2c3d4e5f6a7b8c9d0e1.example" in shown
    assert showable("session 12345678901234567890 online") == "session 12345678901234567890 online"


@given(st.text())
def test_any_output_is_showable(text: str) -> None:
    """In one short line."""
    shown = showable(plain(text))
    assert len(shown) <= 300
    assert shown.isprintable()
