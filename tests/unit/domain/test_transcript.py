"""Transcripts: interim text gives way to final text, whatever the order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.domain.entries import Event
from console.domain.transcript import Transcript, Utterance
from tests.unit.domain.histories import SECOND, START, History, Pair


def said(h: History, words: object, *, final: object = True, track: object = "inbound") -> Pair:
    """One result of the transcription."""
    data: dict[str, object] = {"transcript": words, "is_final": final, "confidence": 0.9}
    if track is not None:
        data["transcription_track"] = track
    return h.event("call.transcription", "A", transcription_data=data)


def of(pairs: list[Pair]) -> tuple[Utterance, ...]:
    transcript = Transcript()
    for entry, fact in pairs:
        assert isinstance(fact, Event)
        transcript.add(fact, entry.received_at)
    return transcript.utterances


def texts(pairs: list[Pair]) -> list[tuple[str, str, bool]]:
    return [(each.track, each.text, each.is_final) for each in of(pairs)]


def dialogue() -> list[Pair]:
    """Both sides, with interim results, the last sentence unfinished."""
    h = History()
    said(h, "good", final=False)
    said(h, "good mor", final=False)
    said(h, "hel", final=False, track="outbound")
    said(h, "Good morning.")
    said(h, "Hello, how can I help?", track="outbound")
    said(h, "I would", final=False)
    said(h, "I would like", final=False)
    return h.pairs


def test_final_text_replaces_the_interim_text() -> None:
    """What was guessed while somebody spoke is gone once the result is final."""
    assert texts(dialogue()) == [
        ("inbound", "Good morning.", True),
        ("outbound", "Hello, how can I help?", True),
        ("inbound", "I would like", False),
    ]


def test_utterance_keeps_its_id_and_time_while_its_text_changes() -> None:
    """So that a row keeps its place."""
    pairs = dialogue()

    (first,), (later,) = of(pairs[:1]), of(pairs[:1] + pairs[3:4])

    assert first.id == later.id
    assert first.at == later.at == START + 700_000
    assert (first.text, later.text) == ("good", "Good morning.")


@given(st.permutations(dialogue()), st.lists(st.integers(0, 6), max_size=4))
def test_order_and_repetition_do_not_matter(pairs: list[Pair], again: list[int]) -> None:
    """A transcript is a function of the set of events."""
    assert of([*pairs, *(pairs[place] for place in again)]) == of(dialogue())


def test_late_interim_text_does_not_bring_back_a_guess() -> None:
    """An interim result that is older than the final one changes nothing."""
    pairs = dialogue()[:4]

    assert texts([pairs[3], pairs[0], pairs[1]]) == [("inbound", "Good morning.", True)]


def test_final_and_interim_of_the_same_moment() -> None:
    """The final one counts as the later."""
    h = History()
    moment = START + SECOND
    data = {"transcription_track": "inbound"}
    for final in (True, False):
        words = {"transcript": f"{final}", "is_final": final, **data}
        h.event("call.transcription", "A", at=moment, transcription_data=words)

    assert texts(h.pairs) == [("inbound", "True", True)]


def test_strange_shapes_are_tolerated() -> None:
    """No field of the event can be relied on."""
    h = History()
    h.event("call.transcription", "A")
    h.event("call.transcription", "A", transcription_data=[1])
    said(h, None)
    said(h, 4711, final="perhaps", track=None)
    said(h, "no clock")
    h.event("call.transcription", "A", timed=False, transcription_data={"transcript": "when?"})

    assert [each[1] for each in texts(h.pairs)] == ["4711", "no clock", "when?"]


def test_other_events_are_not_taken_in() -> None:
    """Only what was written down."""
    h = History()
    _, fact = h.event("call.speak.started", "A")
    assert isinstance(fact, Event)
    transcript = Transcript()

    assert not transcript.add(fact, START)
    assert transcript.version == 0
