"""What a terminal can do, by its environment."""

from __future__ import annotations

import pytest

from console.doctor.findings import Finding, Status
from console.doctor.terminal import TerminalFacts, terminal_findings

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def found(
    environ: dict[str, str] | None = None,
    size: tuple[int, int] | None = (140, 40),
    encoding: str = "utf-8",
    clipboard: str | None = None,
    **others: bool,
) -> dict[str, Finding]:
    """What is said of this terminal, by check."""
    facts = TerminalFacts(
        environ=GOOD if environ is None else environ,
        size=size,
        encoding=encoding,
        clipboard=clipboard,
        colours_of={"xterm": 8, "linux": 8, "vt100": -1}.get,
        **others,
    )
    return {each.check: each for each in terminal_findings(facts)}


def test_good_terminal_is_well() -> None:
    """Every line ok."""
    assert {each.status for each in found().values()} == {Status.OK}


@pytest.mark.parametrize(
    ("check", "environ", "status", "words"),
    [
        ("terminal", {}, Status.FAIL, "TERM is not set"),
        ("terminal", {"TERM": "dumb"}, Status.FAIL, "cannot be drawn"),
        ("terminal", {**GOOD, "TMUX": "/tmp/x"}, Status.WARN, "inside tmux"),
        ("terminal", {"TERM": "tmux-256color", "TMUX": "/tmp/x"}, Status.OK, "inside tmux"),
        ("terminal", {**GOOD, "STY": "1"}, Status.WARN, "inside screen"),
        ("colours", {"TERM": "xterm"}, Status.WARN, "8 only"),
        ("colours", {"TERM": "vt100"}, Status.WARN, "0 only"),
        ("colours", {"TERM": "foobar"}, Status.WARN, "not known"),
        ("colours", {"TERM": "xterm-256color"}, Status.OK, "256"),
        ("colours", {"TERM": "xterm", "NO_COLOR": "1"}, Status.OK, "NO_COLOR"),
        ("clipboard", {**GOOD, "TMUX": "/tmp/x"}, Status.WARN, "if tmux lets it through"),
        ("clipboard", {**GOOD, "STY": "1"}, Status.WARN, "does not pass on"),
        ("clipboard", {**GOOD, "TERM_PROGRAM": "Apple_Terminal"}, Status.WARN, "Terminal.app"),
        ("keyboard", {"TERM": "xterm-kitty"}, Status.OK, "kitty"),
        ("keyboard", {**GOOD, "TMUX": "/tmp/x"}, Status.OK, "multiplexer"),
    ],
)
def test_terminal_findings_go_by_the_environment(
    check: str, environ: dict[str, str], status: Status, words: str
) -> None:
    """Each with a fix where something is to be done."""
    finding = found(environ)[check]

    assert finding.status is status
    assert words in finding.detail
    assert bool(finding.fix) == (status is not Status.OK)


@pytest.mark.parametrize(
    ("size", "status"), [((79, 40), Status.WARN), ((120, 23), Status.WARN), ((80, 24), Status.OK)]
)
def test_size_is_compared_with_the_smallest(size: tuple[int, int], status: Status) -> None:
    """80x24 is enough."""
    assert found(size=size)["terminal_size"].status is status


def test_symbols_need_unicode_or_the_setting() -> None:
    """ASCII symbols are a choice, too."""
    assert found(encoding="ANSI_X3.4-1968")["symbols"].status is Status.WARN
    assert found(encoding="ascii", ascii=True)["symbols"].status is Status.OK
    assert found(encoding="UTF8")["symbols"].status is Status.OK


def test_without_a_terminal_only_what_can_be_told_is() -> None:
    """A cron job has neither size nor colours."""
    bare = found({}, size=None, clipboard="xclip")

    assert bare["terminal"].status is Status.SKIPPED
    assert set(bare) == {"terminal", "symbols", "clipboard"}
    assert bare["clipboard"].detail == "by xclip"
