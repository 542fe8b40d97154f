"""`replay`, by an engine and without one, against an application in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from console.domain.entries import Entry, Kind
from console.domain.times import iso
from console.engine.engine import Engine
from console.engine.replay.room import READ_ONLY
from console.errors import EngineError
from console.operator import HttpOperator
from console.replaying import ReplayOrder, ReplayOutcome
from console.telnyx.development_key import NAME
from tests.integration.application import Application
from tests.integration.engines import entries
from tests.integration.programs import done, environment, objects
from tests.unit.cli import histories
from tests.unit.engine.fakes import Wire, event_body, post, settings, signed

START, SECOND = histories.START, histories.SECOND


async def recorded(journal: Path, count: int) -> Sequence[Entry]:
    """A journal with so many webhooks, half a second apart."""
    await histories.write(
        journal,
        [
            histories.webhook(
                n, "call.initiated" if n % 2 else "call.hangup", START + n * SECOND // 2
            )
            for n in range(1, count + 1)
        ],
    )
    return entries(journal)


async def replayed(
    journal: Path, order: ReplayOrder, found: list[ReplayOutcome] | None = None
) -> list[ReplayOutcome]:
    """What the engine of that journal says of each; `found` holds it also when it fails."""
    found = [] if found is None else found
    operator = HttpOperator(journal)
    try:
        async with aclosing(operator.replay(order)) as outcomes:
            async for outcome in outcomes:
                found.append(outcome)
    finally:
        await operator.aclose()
    return found


async def test_engine_sends_again_and_records_it(journal: Path) -> None:
    """The application gets what Telnyx sent, byte for byte; a forward entry says what came of it."""
    raw = event_body(1)
    with Application() as application:
        async with Engine(settings(journal=journal)) as engine:
            wire = await Wire.open(engine.webhook_url)
            await wire.send(post("/webhooks", raw, signed(raw)))
            await wire.answer()
            await wire.close()
            seq = next(e.seq for e in entries(journal) if e.kind is Kind.WEBHOOK)
            order = ReplayOrder(seqs=[seq], target=f"{application.url}/status/200")
            (outcome,) = await replayed(journal, order)
        (request,) = application.seen()

    assert outcome.ok
    assert outcome.recorded
    assert request["body"].encode("latin-1") == raw
    assert signed(raw)["telnyx-signature-ed25519"] in request["head"]
    (forward,) = [e for e in entries(journal) if e.kind is Kind.FORWARD]
    assert json.loads(forward.body)["mode"] == "replay"
    assert not [e for e in entries(journal) if e.kind in (Kind.COMMAND, Kind.OUTCOME)]


async def test_engine_refuses_what_it_must_not_send(journal: Path) -> None:
    """Entries that are gone or no webhooks, a strange address, another body for several."""
    await recorded(journal, 2)
    async with Engine(settings(journal=journal)):
        for order, words in (
            (ReplayOrder(seqs=[999], target="http://127.0.0.1:9/"), "not in the journal"),
            (ReplayOrder(seqs=[1], target="ftp://x"), "no address"),
            (ReplayOrder(seqs=[1, 2], target="http://127.0.0.1:9/", body=b"{}"), "single"),
        ):
            with pytest.raises(EngineError, match=words):
                await replayed(journal, order)


async def test_engine_that_is_read_only_sends_nothing(journal: Path) -> None:
    """Not to an application either."""
    await recorded(journal, 1)
    async with Engine(settings(journal=journal, read_only=True)):
        with pytest.raises(EngineError, match=READ_ONLY[:30]):
            await replayed(journal, ReplayOrder(seqs=[1], target="http://127.0.0.1:9/"))


async def test_replay_without_engine_tells_each_and_sums_up(tmp_path: Path) -> None:
    """All taken is 0; some refused is 1; nobody there is 4; what is not recorded is said."""
    journal, env = tmp_path / "j.sqlite3", environment(tmp_path)
    await recorded(journal, 4)
    common = ("replay", "--journal", str(journal), "--yes", "--json")
    with Application() as application:
        taken = done(*common, "--to", f"{application.url}/ok", env=env)
        refused = done(*common, "--to", f"{application.url}/status/401", env=env)
        later = done(*common, "--to", f"{application.url}/until/11", env=env)
        one = done(*common, "--seq", "2", "--to", f"{application.url}/ok", "--resign", env=env)
        seen = application.seen()
    away = done(*common, "--to", "http://127.0.0.1:1/", env=env)

    assert (taken.returncode, refused.returncode, later.returncode, away.returncode) == (0, 1, 1, 4)
    assert [line["seq"] for line in objects(taken.stdout)] == [1, 2, 3, 4]
    assert all(line["ok"] and not line["recorded"] for line in objects(taken.stdout))
    assert "4 of 4 taken" in taken.stderr
    assert "not recorded: no engine serves this journal" in taken.stderr
    assert "0 of 4 taken, 4 refused" in refused.stderr
    assert "2 of 4 taken, 2 refused" in later.stderr
    assert "4 without an answer" in away.stderr
    assert one.returncode == 0
    assert "signed with the development key" in one.stderr
    assert (tmp_path / NAME).exists()
    assert "telnyx-signature-ed25519" in seen[-1]["head"]
    assert len(seen) == 13


async def test_replay_asks_for_more_than_one(tmp_path: Path) -> None:
    """Where nobody can be asked it takes --yes; a single one is sent without."""
    journal, env = tmp_path / "j.sqlite3", environment(tmp_path)
    await recorded(journal, 3)
    with Application() as application:
        several = done("replay", "--journal", str(journal), "--to", application.url, env=env)
        chosen = done(
            "replay", "--journal", str(journal), "--filter", "type:call.hangup",
            "--to", application.url, env=env,
        )  # fmt: skip
        seen = application.seen()

    assert several.returncode == 2
    assert "Send 3 webhooks (call.initiated 2, call.hangup)" in several.stderr
    assert application.url in several.stderr
    assert chosen.returncode == 0
    assert [json.loads(each["body"])["data"]["event_type"] for each in seen] == ["call.hangup"]


async def test_replay_edits_one_in_the_editor(tmp_path: Path) -> None:
    """What the editor left is sent; that the signature no longer matches is said. Several cannot be edited."""
    journal = tmp_path / "j.sqlite3"
    env = environment(tmp_path, EDITOR="sed -i s/call.initiated/call.odd/")
    await recorded(journal, 2)
    with Application() as application:
        common = ("replay", "--journal", str(journal), "--to", application.url, "--edit")
        edited = done(*common, "--seq", "1", env=env)
        several = done(*common, env=env)
        seen = application.seen()

    assert edited.returncode == 0
    assert "does not match" in edited.stderr
    assert [json.loads(each["body"])["data"]["event_type"] for each in seen] == ["call.odd"]
    assert several.returncode == 2
    assert "--edit takes a single delivery" in several.stderr


async def test_replay_of_an_export_says_that_nothing_is_signed(tmp_path: Path) -> None:
    """A file of JSON lines has the bodies, not the headers."""
    journal, env = tmp_path / "j.sqlite3", environment(tmp_path)
    await recorded(journal, 2)
    file = tmp_path / "export.jsonl"
    file.write_text(done("events", "--journal", str(journal), "--json", env=env).stdout)
    with Application() as application:
        answer = done("replay", str(file), "--to", application.url, "--yes", env=env)
        count = len(application.seen())

    assert answer.returncode == 0, answer.stderr
    assert "2 without a signature" in answer.stderr
    assert "not recorded: the deliveries are from a file" in answer.stderr
    assert count == 2


async def test_replay_to_the_board_shows_legs_and_leaves_the_journal_alone(tmp_path: Path) -> None:
    """Without a terminal the board is printed when all have been taken in."""
    journal, env = tmp_path / "j.sqlite3", environment(tmp_path)
    before = len(await recorded(journal, 2))

    table = done("replay", "--journal", str(journal), "--board", env=env)
    lines = done("replay", "--journal", str(journal), "--board", "--json", env=env)

    assert table.returncode == 0, table.stderr
    assert "ended" in table.stdout
    assert [line["state"] for line in objects(lines.stdout)] == ["ended"]
    assert len(entries(journal)) == before


@pytest.mark.parametrize("chosen", [("--since", iso(START + 2 * SECOND)), ("--seq", "2")])
async def test_replay_filters_by_what_a_call_said_before(
    tmp_path: Path, chosen: tuple[str, str]
) -> None:
    """Whom it is to was told when it began, which is not among what is chosen."""
    journal, env = tmp_path / "j.sqlite3", environment(tmp_path)
    number = "+13125550177"
    began = histories.webhook(1, "call.initiated", START, to=number)
    ended = histories.webhook(2, "call.hangup", START + 4 * SECOND)
    await histories.write(journal, [began, ended])
    arguments = ("--journal", str(journal), *chosen, "--board", "--json")

    found = done("replay", *arguments, "--filter", f"to:{number}", env=env)
    others = done("replay", *arguments, "--filter", "to:+13125550178", env=env)

    assert found.returncode == 0, found.stderr
    assert [line["state"] for line in objects(found.stdout)] == ["ended"]
    assert "nothing to send" in others.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--board", "--to", "http://x/"), "--board takes neither"),
        ((), "say where to"),
        (("--to", "ftp://x"), "no address"),
        (("--to", "http://x/", "--speed", "fast"), "no speed"),
        (("--to", "http://x/", "--filter", "from:("), "--filter"),
        (("--to", "http://x/", "--seq", "99"), "there is no entry 99"),
        (("--to", "http://x/", "--read-only"), "read-only"),
    ],
)
async def test_replay_refuses_wrong_usage(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """A sentence and exit code 2."""
    journal = tmp_path / "j.sqlite3"
    await recorded(journal, 1)

    answer = done("replay", "--journal", str(journal), *arguments, env=environment(tmp_path))

    assert answer.returncode == 2
    assert words in answer.stderr


async def test_engine_tells_what_it_did_before_something_was_missing(journal: Path) -> None:
    """What was sent until then is told, then the reason."""
    await recorded(journal, 2)
    found: list[ReplayOutcome] = []
    order = ReplayOrder(seqs=[1, 999, 2], target="")
    with Application() as application:
        order.target = application.url
        async with Engine(settings(journal=journal)):
            with pytest.raises(EngineError, match="entry 999 is not in the journal"):
                await replayed(journal, order, found)
        count = len(application.seen())

    assert count == 1
    assert [outcome.seq for outcome in found] == [1]
