"""What a check found: its name, how things stand, what is so, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from console.domain.text import clean

BROKEN, CONFIGURATION = 1, 2
"""Exit codes of a failed check: something does not work; the configuration itself is wrong."""

_QUERY = re.compile(r"(https?://[^\s?#]+)\?[^\s,;)]*")
_LOGIN = re.compile(r"(https?://)[^/@\s]+@")
_KEY = re.compile(r"KEY[0-9A-Za-z_\-]{12,}")
_LONGEST = 400


class Status(StrEnum):
    """How things stand: as they should, worth knowing, broken, or not looked at."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


class Finding(NamedTuple):
    """One line of the report. `fix` is one line, empty where there is nothing to do."""

    check: str
    status: Status
    detail: str
    fix: str = ""
    exit_code: int = BROKEN
    """What the program ends with because of it, where it failed."""


def ok(check: str, detail: str) -> Finding:
    """As it should be."""
    return Finding(check, Status.OK, detail)


def warn(check: str, detail: str, fix: str) -> Finding:
    """Works, but not as it could."""
    return Finding(check, Status.WARN, detail, fix)


def fail(check: str, detail: str, fix: str, *, exit_code: int = BROKEN) -> Finding:
    """Does not work."""
    return Finding(check, Status.FAIL, detail, fix, exit_code)


def skipped(check: str, why: str) -> Finding:
    """Not looked at, and why."""
    return Finding(check, Status.SKIPPED, why)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 where nothing failed, else the highest code of what did."""
    return max((each.exit_code for each in findings if each.status is Status.FAIL), default=0)


def fit_to_show(finding: Finding, secrets: Sequence[str] = ()) -> Finding:
    """The same in one line each, without what must not be shown: keys, logins and queries of addresses."""
    detail, fix = (_safe(text, secrets) for text in (finding.detail, finding.fix))
    return finding._replace(detail=detail, fix=fix)


def _safe(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _KEY.sub("***", text)
    text = _LOGIN.sub(r"\1***@", _QUERY.sub(r"\1?…", text))
    return clean(" ".join(text.split()))[:_LONGEST]


def as_json(finding: Finding) -> dict[str, str | None]:
    """One object of `doctor --json`; no fix is null."""
    return {
        "check": finding.check,
        "status": str(finding.status),
        "detail": finding.detail,
        "fix": finding.fix or None,
    }


def summary(findings: Sequence[Finding]) -> str:
    """`all well`, or how many of which."""
    count = {status: sum(each.status is status for each in findings) for status in Status}
    parts = [
        f"{count[status]} {word}"
        for status, word in ((Status.FAIL, "broken"), (Status.WARN, "worth a look"))
        if count[status]
    ]
    told = ", ".join(parts) or "all well"
    return f"{told}; {count[Status.SKIPPED]} not looked at" if count[Status.SKIPPED] else told
