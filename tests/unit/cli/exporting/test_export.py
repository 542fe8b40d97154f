"""`export` on a real journal: which entries, which formats, where to, and that a masked one tells nothing."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from console.cli.exporting.documents import CSV_COLUMNS
from console.cli.open import opened
from console.domain.entries import Draft
from console.errors import JournalError
from console.journal.sqlite import open_writer
from tests.fixtures.happenings import BEGIN, SECOND, Written, written_once
from tests.unit.cli.conftest import Cli


@pytest.fixture
def written() -> Written:
    """Four calls in two sessions, and what belongs to none."""
    return written_once()


@pytest.fixture
def journal(tmp_path: Path, written: Written) -> str:
    """They were recorded."""
    path = tmp_path / "j.sqlite3"
    asyncio.run(_write(path, written.drafts))
    return str(path)


async def _write(path: Path, drafts: tuple[Draft, ...]) -> None:
    writer = open_writer(path)
    for draft in drafts:
        await writer.append(draft)
    await writer.aclose()


def objects(text: str) -> list[dict[str, object]]:
    """The entries of an export, without its head."""
    return [json.loads(line) for line in text.splitlines()][1:]


def test_export_is_events_with_a_head(cli: Cli, journal: str, written: Written) -> None:
    """The first line says how it was made; the others have what `events --json` has, and more behind."""
    exported = cli("--journal", journal, "export")
    events = cli("--journal", journal, "events", "--json")

    head = json.loads(exported.out.splitlines()[0])
    plain = [json.loads(line) for line in events.out.splitlines()]
    assert head["body"]["export"]["settings"]["threshold_s"] == 20
    assert head["kind"] == "note"
    assert [{name: each[name] for name in some} for each, some in zip(objects(exported.out), plain, strict=True)] == plain  # fmt: skip


def test_call_comes_with_its_whole_session(cli: Cli, journal: str) -> None:
    """The other leg belongs to the conversation; other calls do not."""
    out = cli("--journal", journal, "export", "--call", "v3:zyxcontrol0").out

    legs = {each["call_control_id"] for each in objects(out)}
    assert legs == {"v3:zyxcontrol0", "v3:zyxcontrol1"}


def test_unknown_call_is_said(cli: Cli, journal: str) -> None:
    """Nothing is written."""
    said = cli("--journal", journal, "export", "--call", "v3:nobody", "-o", "x.jsonl")

    assert said.code == 1
    assert "v3:nobody" in said.err
    assert not Path("x.jsonl").exists()


def test_filter_chooses_calls(cli: Cli, journal: str) -> None:
    """All entries of the calls that pass."""
    out = cli("--journal", journal, "export", "--filter", "cause:normal_clearing").out

    assert {each["call_control_id"] for each in objects(out)} == {
        "v3:zyxcontrol0",
        "v3:zyxcontrol2",
    }


def test_filter_about_deliveries_chooses_entries(cli: Cli, journal: str) -> None:
    """A type is nothing that a call has."""
    out = cli("--journal", journal, "export", "--filter", "type:call.hangup").out

    assert {each["event_type"] for each in objects(out)} == {"call.hangup"}


def test_wrong_filter_is_shown_where(cli: Cli, journal: str) -> None:
    """As a wrong use."""
    said = cli("--journal", journal, "export", "--filter", "(from:1")

    assert said.code == 2
    assert "--filter" in said.err


def test_times_bound_the_entries(cli: Cli, journal: str) -> None:
    """Both included, by when they were received."""
    from console.domain.times import iso

    out = cli("--journal", journal, "export", "--until", iso(BEGIN + SECOND)).out

    assert 0 < len(objects(out)) <= 3


def test_csv_has_a_row_for_each_leg(cli: Cli, journal: str) -> None:
    """Documented columns, the settings of the figures in each row."""
    out = cli("--journal", journal, "export", "--format", "csv").out

    rows = list(csv.DictReader(io.StringIO(out)))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["call_control_id"] for row in rows] == [f"v3:zyxcontrol{n}" for n in range(4)]
    assert all("T 20 s" in row["settings"] for row in rows)
    assert rows[0]["state"] == "ended"


def test_text_has_timeline_and_ladder(cli: Cli, journal: str) -> None:
    """For reading, with the settings at the top."""
    out = cli("--journal", journal, "export", "--format", "text", "--call", "v3:zyxcontrol0").out

    assert "figures: T 20 s" in out
    assert "call.hangup" in out
    assert "console / app" in out


def test_svg_is_one(cli: Cli, journal: str) -> None:
    """Any viewer opens it."""
    out = cli("--journal", journal, "export", "--format", "svg").out

    root = ET.fromstring(out)
    assert root.tag.endswith("svg")
    assert "T 20 s" in out


@pytest.mark.parametrize("format_", ["jsonl", "csv", "text", "svg"])
def test_redacted_export_tells_nothing(
    cli: Cli, journal: str, written: Written, format_: str
) -> None:
    """In no format."""
    out = cli("--journal", journal, "export", "--redact", "--format", format_).out

    assert len(out) > 200
    assert not [secret for secret in written.secrets if secret in out]


def test_file_is_private_and_never_replaced_unasked(cli: Cli, journal: str) -> None:
    """Without a terminal there is nobody to ask."""
    arguments = ("--journal", journal, "export", "-o", "x.jsonl")

    assert cli(*arguments).code == 0
    first = Path("x.jsonl").read_bytes()
    assert Path("x.jsonl").stat().st_mode & 0o777 == 0o600
    said = cli(*arguments)
    assert said.code == 2
    assert "--force" in said.err
    assert Path("x.jsonl").read_bytes() == first
    assert cli(*arguments, "--force").code == 0
    assert sorted(path.name for path in Path().glob("*x.jsonl*")) == ["x.jsonl"]


def test_file_takes_the_place_of_no_device(cli: Cli, journal: str, tmp_path: Path) -> None:
    """Not even with --force; a pipe stands for /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    said = cli("--journal", journal, "export", "--force", "-o", str(pipe))

    assert said.code == 1
    assert "is not a file; name one, or leave -o out to have it on stdout" in said.err
    assert pipe.is_fifo()


def test_folder_that_is_not_there_is_said(cli: Cli, journal: str) -> None:
    """In a sentence."""
    said = cli("--journal", journal, "export", "-o", "nowhere/x.jsonl")

    assert said.code == 1
    assert "cannot be written" in said.err


def test_export_of_an_opened_export_is_the_same(cli: Cli, journal: str, tmp_path: Path) -> None:
    """Nothing is lost on the way."""
    cli("--journal", journal, "export", "-o", "a.jsonl")
    with opened(Path("a.jsonl")) as found:
        copy = found.reader.path
        cli("--journal", str(copy), "export", "-o", "b.jsonl")

    assert (
        Path("a.jsonl").read_text().splitlines()[1:] == Path("b.jsonl").read_text().splitlines()[1:]
    )


def test_journal_is_opened_and_left_as_it_is(journal: str, tmp_path: Path) -> None:
    """Not even a file beside it."""
    before = Path(journal).read_bytes()
    names = {path.name for path in tmp_path.iterdir()}

    with opened(Path(journal)) as found:
        assert found.reader.last_seq() > 0

    assert Path(journal).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == names


@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"[1]\n{}\n", b"\x00\xff" * 50, b"SQLite format 3\0" + b"x" * 500]
)
def test_anything_else_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """And left alone."""
    path = tmp_path / "x"
    path.write_bytes(content)

    with pytest.raises(JournalError) as refused, opened(path):
        pass

    assert str(path) in refused.value.user_message
    assert path.read_bytes() == content


def test_damaged_export_opens_with_a_count(cli: Cli, journal: str) -> None:
    """The rest is shown, and the first reason said."""
    cli("--journal", journal, "export", "-o", "a.jsonl")
    lines = Path("a.jsonl").read_text().splitlines()
    lines[3] = lines[3][:50]
    lines[5] = "{}"
    Path("a.jsonl").write_text("\n".join(lines))

    with opened(Path("a.jsonl")) as found:
        assert len(found.reader.read()) == len(lines) - 3
        assert "2 skipped" in found.words
        assert found.trouble == "2 lines were skipped, line 4: it is not JSON"


def test_open_needs_a_terminal(cli: Cli, journal: str) -> None:
    """It says what to do without one."""
    said = cli("open", journal)

    assert said.code == 2
    assert "events --journal" in said.err
