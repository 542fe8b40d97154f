"""Sound: what the engine hears, streaming to us with one key, saving as WAV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.operator import StreamHealth, TrackHealth
from console.ui.options import UiOptions
from console.ui.screens.sound import SoundPane
from tests.ui.conftest import OpenDesk
from tests.ui.driver import START, Desk, text_of

MEDIA = "ws://127.0.0.1:8080/media/secret-token"

STREAM = StreamHealth(
    call_control_id="v3:A",
    stream_id="s-1",
    started_at=START,
    codec="PCMU",
    sample_rate=8000,
    channels=1,
    is_decoded=True,
    tracks=(
        TrackHealth(
            track="inbound",
            packets=2100,
            lost=3,
            reordered=1,
            seconds=42.0,
            level_db=-30.0,
            jitter_ms=2.4,
        ),
        TrackHealth(track="outbound", packets=7, lost=None),
    ),
)


def shown(desk: Desk) -> str:
    return text_of(desk.app.screen)


def reach(desk: Desk, media_url: str | None = MEDIA, **more: str) -> None:
    """What the engine says of itself."""
    health = replace(desk.operator.state, media_url=media_url, **more)  # type: ignore[arg-type]
    desk.operator.state = desk.app.services.health = health


async def told(desk: Desk, *streams: StreamHealth) -> None:
    """The engine hears these streams."""
    desk.operator.streams = streams
    pane = desk.app.screen
    assert isinstance(pane, SoundPane)
    pane.ask_engine()
    await desk.settled()


async def open_pane(desk: Desk) -> None:
    reach(desk)
    await desk.answered()
    await desk.press("S")


async def test_one_key_streams_to_us(desk: Desk) -> None:
    """The engine's own address is given, and is not shown: it is a secret."""
    await open_pane(desk)
    assert "no sound is streamed here" in shown(desk)

    await desk.press("s")

    assert desk.sent == [
        ("streaming_start", "A", {"stream_url": MEDIA, "stream_track": "both_tracks"})
    ]
    assert "secret-token" not in shown(desk)


async def test_meter_and_counts_are_shown(desk: Desk) -> None:
    """Level as a bar and a number, losses where they are known, who is heard."""
    await open_pane(desk)
    desk.clock.now = START + 42_000_000

    await told(desk, STREAM)

    assert "PCMU 8000 Hz  live 0:42" in shown(desk)
    assert "caller" in shown(desk)
    assert "[██████······]  -30 dB  lost 3  reordered 1  0:42  2100 packets" in shown(desk)
    assert "us" in shown(desk)
    assert "lost ?" in shown(desk)
    assert "1 stream" in shown(desk)


async def test_stop_ends_the_streaming(desk: Desk) -> None:
    """Only where there is something to stop."""
    await open_pane(desk)
    await desk.press("x")
    assert "its sound is not being streamed" in desk.notices
    await told(desk, STREAM)

    await desk.press("x")

    assert desk.sent == [("streaming_stop", "A", {})]


async def test_sound_is_saved_and_that_is_ended(desk: Desk, tmp_path: Path) -> None:
    """A name is offered; the same key ends it."""
    await open_pane(desk)
    await told(desk, STREAM)
    await desk.press("w")
    assert "call-13125550101-" in shown(desk)

    field = desk.app.screen.query_one("#typed")
    field.value = str(tmp_path / "call.wav")  # type: ignore[attr-defined]
    await desk.press("enter")
    assert desk.operator.saved == [("v3:A", str(tmp_path / "call.wav"))]
    await told(desk, replace(STREAM, saving="/x/call.wav", saved_s=3.2))
    assert "saving, 3 s so far, to /x/call.wav" in shown(desk)
    await desk.press("w")

    assert desk.operator.saved[-1] == ("v3:A", None)
    assert "stopped saving" in desk.notices


async def test_no_file_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    """That is said while the path is typed."""
    (tmp_path / "call.wav").write_bytes(b"")
    await open_pane(desk)
    await told(desk, STREAM)
    await desk.press("w")
    for path, words in (
        ("", "a file's path is needed"),
        (str(tmp_path), "that is a folder"),
        (str(tmp_path / "none" / "x.wav"), "there is no folder"),
        (str(tmp_path / "call.wav"), "nothing is overwritten"),
    ):
        field = desk.app.screen.query_one("#typed")
        field.value = path  # type: ignore[attr-defined]
        await desk.press("enter")
        assert words in shown(desk)

    assert desk.operator.saved == []


async def test_loopback_address_is_told_before_anything_is_sent(desk: Desk) -> None:
    """Telnyx cannot reach this machine; the demo's simulator on it can."""
    reach(desk, base_url="https://api.telnyx.com/v2")
    await desk.answered()
    await desk.press("S")
    assert "Telnyx cannot reach 127.0.0.1 from the internet" in shown(desk)

    await desk.press("s")

    assert desk.sent == []
    assert "cannot reach 127.0.0.1" in desk.notices


async def test_failed_streaming_is_said(desk: Desk) -> None:
    """With Telnyx's reason, as text."""
    await open_pane(desk)
    await desk.press("s")

    await desk.event("streaming.failed", failure_reason="connection_failed [/]\x1b[2J")

    assert "could not stream the sound" in shown(desk)
    assert "connection_failed [/]" in shown(desk)
    assert "\x1b" not in shown(desk)


async def test_engine_without_receiver_says_so(desk: Desk) -> None:
    """Nothing can be streamed to it."""
    reach(desk, media_url=None)
    await desk.answered()
    await desk.press("S", "s")

    assert desk.sent == []
    assert "no receiver for sound" in desk.notices


async def test_lost_engine_is_said(desk: Desk) -> None:
    """And the last picture stays."""
    await open_pane(desk)
    desk.operator.lost = "nobody listens on its socket"

    await told(desk)

    assert "The engine does not answer: nobody listens" in shown(desk)


async def test_streams_of_other_calls_are_listed(desk: Desk) -> None:
    """Keys act on the marked one; one that nobody knows is told as such."""
    reach(desk)
    await desk.answered("B", from_="+14155550100")
    await desk.answered("A")
    await desk.selects("A")
    await desk.press("S")
    await told(
        desk,
        replace(STREAM, call_control_id="v3:B"),
        replace(STREAM, call_control_id=None, stream_id=None, codec=None, tracks=()),
    )
    assert "+1 415 555 0100" in shown(desk)
    assert "a call that is not known here" in shown(desk)

    await desk.press("down", "x")

    assert desk.sent == [("streaming_stop", "B", {})]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_sound_without_colour_and_with_ascii(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """Signs and words are enough."""
    async with open_desk(UiOptions(ascii=True), size=size) as desk:
        await open_pane(desk)
        notice = "assumed [/] to be 8000 Hz\x1b[31m"
        await told(desk, replace(STREAM, notice=notice, codec="\x1b]0;x\x07"))

        assert "[######......]" in shown(desk)
        assert "lost 3" in shown(desk)
        assert "assumed [/] to be 8000 Hz" in shown(desk)
        assert "\x1b" not in shown(desk)


async def test_read_only_watches_and_saves(open_desk: OpenDesk) -> None:
    """Nothing is sent to Telnyx."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await open_pane(desk)
        await told(desk, STREAM)
        assert "s stream" not in shown(desk)
        await desk.press("s", "x")
        assert desk.sent == []

        await desk.press("w")

        assert "Save as WAV" in shown(desk)


async def test_keys_can_be_clicked(desk: Desk) -> None:
    """The line of keys is a line of buttons, too."""
    await open_pane(desk)
    line = desk.app.screen.query_one("#live-keys")
    at = text_of(line).index("s stream")

    await desk.pilot.click("#live-keys", offset=(at + 1, 0))
    await desk.settled()

    assert [sent[0] for sent in desk.sent] == ["streaming_start"]
