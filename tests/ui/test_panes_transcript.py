"""The transcript: live, interim text replaced by final text, both sides by name."""

from __future__ import annotations

import pytest

from console.ui.options import UiOptions
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of


def shown(desk: Desk) -> str:
    return text_of(desk.app.screen)


async def said(desk: Desk, words: str, *, final: bool = True, track: str = "inbound") -> None:
    await desk.event(
        "call.transcription",
        transcription_data={
            "transcript": words,
            "is_final": final,
            "confidence": 0.9,
            "transcription_track": track,
        },
    )


async def test_interim_text_gives_way_to_the_final_text(desk: Desk) -> None:
    """What is still a guess ends in an ellipsis."""
    await desk.answered()
    await desk.press("T")
    await said(desk, "good mor", final=False)
    assert "caller  good mor …" in shown(desk)

    await said(desk, "Good morning.")

    assert "caller  Good morning." in shown(desk)
    assert "good mor …" not in shown(desk)


async def test_both_sides_are_named(desk: Desk) -> None:
    """Inbound is the far end, outbound is us."""
    await desk.answered()
    await said(desk, "Hello?")
    await said(desk, "How can I help?", track="outbound")

    await desk.press("T")

    assert "caller  Hello?" in shown(desk)
    assert "us      How can I help?" in shown(desk)
    assert "Transcript" in shown(desk)
    assert "+1 312 555 0101 → Support" in shown(desk)


async def test_late_text_finds_its_place(desk: Desk) -> None:
    """An interim result that comes after its final one does not bring back a guess."""
    await desk.answered()
    await desk.press("T")
    await said(desk, "Good morning.")
    await desk.event(
        "call.transcription",
        occurred_at=None,
        transcription_data={
            "transcript": "good",
            "is_final": False,
            "transcription_track": "outbound",
        },
    )

    assert "Good morning." in shown(desk)


async def test_start_and_stop_with_keys(desk: Desk) -> None:
    """Both tracks, with interim results; each key says when it makes no sense."""
    await desk.answered()
    await desk.press("T")
    assert "not being written down; s starts" in shown(desk)

    await desk.press("s")
    ((action, call, params),) = desk.sent
    assert (action, call, params["transcription_tracks"]) == ("transcription_start", "A", "both")
    assert params["transcription_engine_config"] == {
        "transcription_engine": "Google",
        "interim_results": True,
    }
    assert "being written down; x stops" in shown(desk)
    await desk.press("s")
    assert "already being written down" in desk.notices
    await desk.press("x")

    assert [sent[0] for sent in desk.sent] == ["transcription_start", "transcription_stop"]
    assert "not being written down" in shown(desk)


async def test_refusal_is_said_in_the_pane(desk: Desk) -> None:
    """Where somebody waits for text."""
    desk.operator.refuses("90054", "A transcription is running already")
    await desk.answered()

    await desk.press("T", "s")

    assert "A transcription is running already" in shown(desk)


async def test_what_is_sent_is_what_the_catalogue_knows() -> None:
    """No parameter is invented."""
    from console.telnyx.requests import check
    from console.ui.screens.transcript import START

    assert check("transcription_start", START) == ()


async def test_text_follows_until_somebody_scrolls(open_desk: OpenDesk) -> None:
    """End follows again."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.answered()
        await desk.press("T")
        for number in range(40):
            await said(desk, f"sentence {number}")
        assert "sentence 39" in shown(desk)
        assert "following" in shown(desk)

        await desk.press("pageup", "pageup")
        await said(desk, "the newest")
        assert "the newest" not in shown(desk)
        assert "held" in shown(desk)
        await desk.press("end")

        assert "the newest" in shown(desk)


async def test_long_text_is_wrapped(open_desk: OpenDesk) -> None:
    """Nothing is cut off, also where one word is wider than the screen."""
    async with open_desk(size=(80, 24)) as desk:
        await desk.answered()
        await desk.press("T")

        await said(desk, "word " * 30 + "x" * 100 + " the end")

        assert "the end" in shown(desk)
        assert shown(desk).count("x" * 50) >= 1


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_hostile_text_is_only_text(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    """Callers can say, and have recognised, whatever they like."""
    async with open_desk(UiOptions(ascii=True), size=size) as desk:
        await desk.answered(from_="[/]\x1b[31m")
        await desk.press("T")

        await said(desk, "[@click=app.quit]x[/] \x1b]0;me\x07 \u202egnp.exe", final=False)

        assert "[@click=app.quit]x[/]" in shown(desk)
        assert "\x1b" not in shown(desk)
        assert "\u202e" not in shown(desk)


async def test_read_only_reads_only(open_desk: OpenDesk) -> None:
    """The text is shown, the keys that send are gone."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await desk.answered()
        await said(desk, "Hello?")
        await desk.press("T")
        assert "Hello?" in shown(desk)
        assert "s start" not in shown(desk)

        await desk.press("s")

        assert desk.sent == []
