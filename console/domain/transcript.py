"""What was said on a leg, from its `call.transcription` events: interim text gives way to the final text. Pure.

The same events give the same transcript in any order and however often they come. Facts: VOICE (c),
`transcription_data` {confidence, is_final, transcript, transcription_track}.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from typing import NamedTuple

from console.domain.entries import Event, Micros
from console.domain.times import happened
from console.domain.values import flag, mapping, number, text

TRANSCRIPTION = "call.transcription"
INBOUND, OUTBOUND = "inbound", "outbound"

_When = tuple[Micros, bool, bytes]
"""A final result comes after the interim ones of the same moment; the event's key settles the rest."""


class Utterance(NamedTuple):
    """What was said in one go on one track; not final while Telnyx may still change its mind."""

    id: tuple[Micros, bytes]
    """Of the first event about it; stays the same while its text changes."""
    at: Micros
    track: str
    """`inbound`, `outbound`, or another word as received; empty where none was."""
    text: str
    is_final: bool
    confidence: float | None


class _Piece(NamedTuple):
    when: _When
    text: str
    confidence: float | None

    @property
    def is_final(self) -> bool:
        return self.when[1]


class Transcript:
    """One leg's transcript. A change costs what its track holds, not what the leg holds."""

    def __init__(self) -> None:
        self._tracks: dict[str, list[_Piece]] = {}
        self._known: set[bytes] = set()
        self._said: dict[str, list[Utterance]] = {}
        self.version = 0
        """Grows with every event that was new."""

    def add(self, event: Event, received_at: Micros) -> bool:
        """Takes in an event; `received_at` stands in where it does not say when. Whether it was news."""
        if event.type != TRANSCRIPTION or event.key in self._known:
            return False
        self._known.add(event.key)
        data = mapping(event.payload, "transcription_data")
        at = happened(event.occurred_at, received_at)
        # Without `is_final` nothing would ever replace it.
        is_final = flag(data, "is_final") is not False
        piece = _Piece(
            (at, is_final, event.key), text(data, "transcript") or "", number(data, "confidence")
        )
        track = text(data, "transcription_track") or ""
        pieces = self._tracks.setdefault(track, [])
        insort(pieces, piece)
        self._said[track] = list(_utterances(track, pieces))
        self.version += 1
        return True

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """In the order in which they began."""
        said = [each for track in self._said.values() for each in track]
        return tuple(sorted(said, key=lambda each: each.id))


def _utterances(track: str, pieces: list[_Piece]) -> Iterator[Utterance]:
    """A final result ends what was being said; of interim results only the latest counts."""
    first: _Piece | None = None
    for place, piece in enumerate(pieces):
        first = first or piece
        if not piece.is_final and place < len(pieces) - 1:
            continue
        if piece.text:
            at, _, key = first.when
            yield Utterance((at, key), at, track, piece.text, piece.is_final, piece.confidence)
        first = None
