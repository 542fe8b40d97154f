"""Streams of sound as rows: whose, in which codec, for how long; below it a meter and the counts of each track."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from console.domain.entries import Micros
from console.domain.times import span
from console.reports import StreamHealth, TrackHealth
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, join, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows

METER = 12
QUIETEST_DB = -60.0
_LOUD_DB = -6.0
_WHO = 7
_SECOND: Micros = 1_000_000


class Sound(NamedTuple):
    """One row: a call, and its stream where there is one."""

    key: str
    call_control_id: str | None
    who: str
    stream: StreamHealth | None = None
    speakers: tuple[str, str] = ("inbound", "outbound")
    """Who is heard on the inbound and the outbound track."""


class StreamRows(Rows[str]):
    """Rows by stream; `now` gives the time for streams that go on."""

    def __init__(self, now: Callable[[], Micros], glyphs: Glyphs = UNICODE) -> None:
        self._now = now
        self._glyphs = glyphs
        self._sounds: Sequence[Sound] = ()
        self._lines: list[tuple[Line, ...]] = []
        self._ends: list[int] = []
        self._width = 80

    def show(self, sounds: Sequence[Sound]) -> None:
        """Replaces everything."""
        self._sounds = sounds
        self._measure()

    def resize(self, width: int) -> None:
        self._width = width
        self._measure()

    def _measure(self) -> None:
        now, width = self._now(), self._width
        self._lines = [
            tuple(present_sound(each, width, now, self._glyphs)) for each in self._sounds
        ]
        self._ends.clear()
        total = 0
        for lines in self._lines:
            total += len(lines)
            self._ends.append(total)

    def sound(self, key: str | None) -> Sound | None:
        """The row of a key."""
        return next((each for each in self._sounds if each.key == key), None)

    def __len__(self) -> int:
        return len(self._sounds)

    def key_at(self, index: int) -> str:
        return self._sounds[index].key

    def index_of(self, key: str) -> int | None:
        return next((place for place, each in enumerate(self._sounds) if each.key == key), None)

    def stamp(self, key: str) -> Hashable:
        index = self.index_of(key)
        return self._lines[index] if index is not None else None

    def draw(self, key: str, sub: int, width: int) -> Line:
        index = self.index_of(key)
        lines = self._lines[index] if index is not None else ()
        return fit_line(lines[sub], width) if sub < len(lines) else (Span("  "),)

    def line_count(self) -> int:
        return self._ends[-1] if self._ends else 0

    def line_of(self, index: int) -> int:
        return self._ends[index - 1] if index else 0

    def at_line(self, line: int) -> tuple[int, int]:
        index = bisect_right(self._ends, line)
        return index, line - self.line_of(index)


def present_sound(
    sound: Sound, width: int, now: Micros, glyphs: Glyphs = UNICODE
) -> Iterator[Line]:
    """The lines of one row."""
    stream = sound.stream
    sign = glyphs.off if stream is None else glyphs.on if stream.is_live else glyphs.bad
    role = Role.GOOD if stream is not None and stream.is_live else Role.DIM
    head = (Span("  "), Span(f"{sign} ", role), Span(shown(sound.who), Role.STRONG))
    if stream is None:
        yield join((head, (Span("no sound is streamed here", Role.DIM),)))
        return
    words = _state(stream, now)
    yield join((head, (Span(words, Role.TEXT if stream.is_live else Role.DIM),)))
    for track in stream.tracks:
        yield fit_line(_track(track, sound.speakers, glyphs), width)
    if stream.saving is not None:
        saved = f"saving, {stream.saved_s:.0f} s so far, to {shown(stream.saving)}"
        yield (Span("    "), Span(saved, Role.WARN))
    if stream.notice:
        yield (Span("    "), Span(shown(stream.notice), Role.WARN))


def _state(stream: StreamHealth, now: Micros) -> str:
    codec = [shown(stream.codec)] if stream.codec else ["codec not known yet"]
    if stream.sample_rate:
        codec.append(f"{stream.sample_rate} Hz")
    end = stream.ended_at if stream.ended_at is not None else now
    lasted = span(max(0, end - stream.started_at)) if stream.started_at else ""
    words = "live" if stream.is_live else "ended, lasted"
    return f"{' '.join(codec)}  {words} {lasted}".rstrip()


def _track(track: TrackHealth, speakers: tuple[str, str], glyphs: Glyphs) -> Line:
    who = {"inbound": speakers[0], "outbound": speakers[1]}.get(track.track, track.track)
    parts: list[Line] = [
        (Span("    "), Span(fit(who, _WHO, ellipsis=glyphs.ellipsis))),
        (*meter(track.level_db, glyphs), Span(f" {_db(track.level_db):>7}")),
        _count("lost", track.lost),
        _count("reordered", track.reordered),
        (Span(span(round(track.seconds * _SECOND))),),
        (Span(f"{track.packets} packets"),),
    ]
    if track.late:
        parts.append(_count("late", track.late))
    if track.undecoded:
        parts.append(_count("unreadable", track.undecoded))
    if track.jitter_ms is not None:
        parts.append((Span(f"jitter {track.jitter_ms:.0f} ms", Role.DIM),))
    return join(parts)


def _count(word: str, count: int | None) -> Line:
    if count is None:
        return (Span(f"{word} ?", Role.DIM),)
    return (Span(f"{word} {count}", Role.WARN if count else Role.TEXT),)


def _db(level: float | None) -> str:
    return "no dB" if level is None else f"{level:.0f} dB"


def meter(level_db: float | None, glyphs: Glyphs = UNICODE) -> Line:
    """A bar from -60 dB to full scale."""
    full, empty = ("#", ".") if glyphs.ascii else ("█", "·")
    share = 0.0 if level_db is None else 1 - max(QUIETEST_DB, min(level_db, 0.0)) / QUIETEST_DB
    filled = round(share * METER)
    role = Role.WARN if level_db is not None and level_db > _LOUD_DB else Role.GOOD
    return (
        Span("["),
        Span(full * filled, role),
        Span(empty * (METER - filled), Role.DIM),
        Span("]"),
    )
