"""Findings: exit codes, what is never shown, the contract of `--json`."""

from __future__ import annotations

import pytest

from console.doctor.findings import (
    Finding,
    Status,
    as_json,
    exit_code,
    fail,
    fit_to_show,
    ok,
    skipped,
    summary,
    warn,
)
from tests.fixtures.hostile import HOSTILE, is_safe


def test_exit_code_is_that_of_the_gravest() -> None:
    """Warnings and what was not looked at are no failure."""
    calm = [ok("a", "x"), warn("b", "x", "y"), skipped("c", "x")]

    assert exit_code(calm) == 0
    assert exit_code([*calm, fail("d", "x", "y")]) == 1
    assert exit_code([fail("e", "x", "y", exit_code=2), fail("d", "x", "y")]) == 2


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        (
            "goes to https://x.example/hook?token=abc, not here",
            "https://x.example/hook?…, not here",
        ),
        ("at https://ann:secret@x.example/a", "https://***@x.example/a"),
        ("key KEY0123456789ABCDEF_abcdef is wrong", "key *** is wrong"),
        ("the value s3cr3t-value in it", "the value *** in it"),
        ("two\nlines", "two lines"),
    ],
)
def test_fit_to_show_leaves_secrets_out(detail: str, shown: str) -> None:
    """Keys, logins, queries, and what is known to be secret."""
    found = fit_to_show(fail("x", detail, detail), ("s3cr3t-value",))

    assert shown in found.detail
    assert shown in found.fix


@pytest.mark.parametrize("text", HOSTILE)
def test_fit_to_show_is_safe_for_terminals(text: str) -> None:
    """Whatever Telnyx, a file name or an environment holds."""
    found = fit_to_show(Finding("x", Status.WARN, text, text))

    assert is_safe(found.detail)
    assert is_safe(found.fix)


def test_as_json_has_four_keys() -> None:
    """As documented; no fix is null."""
    assert as_json(ok("port", "free")) == {
        "check": "port",
        "status": "ok",
        "detail": "free",
        "fix": None,
    }
    assert as_json(warn("port", "odd", "do this"))["fix"] == "do this"


def test_summary_counts_in_words() -> None:
    """What has to be done, then what was not looked at."""
    assert summary([ok("a", "")]) == "all well"
    found = [fail("a", "", ""), warn("b", "", ""), skipped("c", "")]
    assert summary(found) == "1 broken, 1 worth a look; 1 not looked at"
