"""Where a request goes on to."""

from __future__ import annotations

import pytest

from console.engine.forward.plan import ForwardPlan, Mode
from console.engine.forward.target import below, is_named, target_of
from console.errors import ConfigError


@pytest.mark.parametrize(
    ("url", "rest", "query", "wanted"),
    [
        ("http://app:3000", "", "", "/"),
        ("http://app:3000/hook", "", "", "/hook"),
        ("http://app:3000/hook/", "", "", "/hook/"),
        ("http://app:3000/hook/", "/texml/a%2fb", "x=%20y&&z", "/hook/texml/a%2fb?x=%20y&&z"),
        ("http://app:3000", "/a//b", "", "/a//b"),
        ("http://app:3000/hook?token=t", "", "a=1", "/hook?token=t&a=1"),
        ("http://app:3000/hook?token=t", "", "", "/hook?token=t"),
    ],
)
def test_target_puts_what_stands_below_the_mount_point_behind_its_own_path(
    url: str, rest: str, query: str, wanted: str
) -> None:
    """Not a byte of path or query is written anew."""
    assert target_of(url).path_for(rest, query) == wanted


@pytest.mark.parametrize(
    ("raw", "mount", "wanted"),
    [
        ("/webhooks", "/webhooks", ("", "")),
        ("/webhooks?a=1", "/webhooks", ("", "a=1")),
        ("/webhooks/", "/webhooks", ("/", "")),
        ("/webhooks/a%2Fb?x", "/webhooks", ("/a%2Fb", "x")),
        ("/webhooksX", "/webhooks", None),
        ("/other", "/webhooks", None),
        ("/", "/", ("/", "")),
        ("/any/thing", "/", ("/any/thing", "")),
        ("/webhooks/../admin", "/webhooks", None),
        ("/webhooks/%2e%2e/admin", "/webhooks", None),
        ("/webhooks/a.b/v1.2", "/webhooks", ("/a.b/v1.2", "")),
    ],
)
def test_below_knows_what_belongs_to_the_application(
    raw: str, mount: str, wanted: tuple[str, str] | None
) -> None:
    """Everything under the mount point does, nothing that climbs out of it."""
    assert below(raw, mount) == wanted


@pytest.mark.parametrize(
    "url",
    ["", "app:3000", "ftp://app/x", "http://", "http://u:p@app/", "http://a b/", "http://x:99999"],
)
def test_target_refuses_what_is_no_address(url: str) -> None:
    """The sentence says how to write it, and repeats no password."""
    with pytest.raises(ConfigError, match="http://host:port/path") as refused:
        target_of(url)

    assert ":p@" not in str(refused.value)


def test_target_is_shown_without_its_query() -> None:
    """A token in the query is no business of a screen or of the journal."""
    assert target_of("https://app/hook?token=secret").name == "https://app/hook?…"


def test_is_named_takes_a_prefix_as_a_folder() -> None:
    """/texml names /texml/a, not /texmlx."""
    assert is_named("/webhooks/texml/a", ("/webhooks/texml",))
    assert not is_named("/webhooks/texmlx", ("/webhooks/texml",))


def test_plan_refuses_its_own_port_and_a_buffer_without_target() -> None:
    """Both would never deliver anything."""
    with pytest.raises(ConfigError, match="own port"):
        ForwardPlan(target="http://127.0.0.1:8080/x").check(8080)
    with pytest.raises(ConfigError, match=r"forward\.target"):
        ForwardPlan(mode=Mode.BUFFER).check(8080)
