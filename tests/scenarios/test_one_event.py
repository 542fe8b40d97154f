"""Reading and writing about a call with everything real: inspector, notes, the log of requests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.domain.entries import Kind
from tests.scenarios.stage import NARROW, WIDE, Scene, staged

both_sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])


@both_sizes
async def test_note_and_tags_are_kept_and_told(journal: Path, size: tuple[int, int]) -> None:
    """Through the engine into the journal, and from there onto the row, into the timeline and the next dialog."""
    async with staged(journal, Scene(size=size)) as stage:
        call = await stage.rings()
        await stage.press("n")
        await stage.shows("Note on")
        await stage.type("asked for Ann")
        await stage.press("tab")
        await stage.type("vip, callback")
        await stage.press("enter")
        await stage.until(lambda: stage.leg(call).tags == ("vip", "callback"), "the tags are there")
        await stage.look_at("timeline")
        await stage.until(lambda: "asked for Ann" in stage.timeline, "the timeline tells of it")
        await stage.ends(call)
        await stage.until(lambda: not stage.leg(call).is_live, "the call has ended")
        await stage.look_at("calls")
        await stage.press("n")
        await stage.shows("asked for Ann")

    (note,) = (entry for entry in stage.entries if entry.kind is Kind.NOTE)
    body = json.loads(note.body)
    assert (body["note"], body["tags"], body["operator"]) == (
        "asked for Ann", ["vip", "callback"], "me",
    )  # fmt: skip
    assert note.call_control_id == call


@both_sizes
async def test_event_leads_to_its_command_and_back(journal: Path, size: tuple[int, int]) -> None:
    """The webhook that confirms an answer opens the answer, which names the webhook."""
    async with staged(journal, Scene(size=size)) as stage:
        await stage.rings()
        await stage.press("a")
        await stage.look_at("timeline")
        await stage.until(lambda: "call.answered" in stage.timeline, "the call is answered")
        await stage.press("end", "enter")
        await stage.shows("call.answered", "signature   verified", "confirms    answer")
        await stage.press("slash")
        await stage.type("confirms")
        await stage.press("escape", "enter")
        await stage.shows("command id", "outcome", "effect      call.answered")
        await stage.press("right_square_bracket")
        await stage.shows("confirms    answer")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen.id == "desk", "the desk is back")


@both_sizes
async def test_requests_tell_of_commands_and_comparisons(
    journal: Path, size: tuple[int, int]
) -> None:
    """A command and its refusal, and what the engine asked by itself; no secret anywhere."""
    async with staged(journal, Scene(size=size)) as stage:
        await stage.talks()
        await stage.press("R")
        await stage.says("active call")
        await stage.press("L")
        await stage.shows("Requests to Telnyx", "comparing", "GET /", "200")
        assert stage.simulator.api_key not in stage.picture
        await stage.press("escape", "h", "tab", "enter")
        await stage.press("L")
        await stage.shows("hangup", "me")
