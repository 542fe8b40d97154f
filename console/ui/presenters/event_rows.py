"""One entry of the journal, whole: what, when, how it came, whether it was verified, its headers and its body."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice

from console.domain.entries import CommandDone, Entry, Event, Fact, Kind
from console.domain.times import iso, local_clock
from console.ui.presenters.cells import Line, Role, Span, fit, shown
from console.ui.presenters.entries import entry_type, entry_words, lag_of, lag_words
from console.ui.presenters.json_lines import json_lines, parse
from console.ui.presenters.rows import Rows

MAX_JSON_LINES = 4_000
"""Lines of a body that are shown as JSON; beyond, only the raw bytes are whole."""

MAX_JSON_BYTES = 2 * 1024 * 1024
"""A larger body is not parsed at all."""

_MAX_HEADERS = 100
_MAX_DELIVERIES = 20
_LABEL = 11


class EventRows(Rows[int]):
    """Lines by number. The head is the same in both views; below it the body as JSON, or as raw bytes."""

    def __init__(self) -> None:
        self.raw = False
        self._entry: Entry | None = None
        self._fact: Fact | None = None
        self._deliveries: Sequence[Entry] = ()
        self._extra: Sequence[tuple[str, str]] = ()
        self._width = 80
        self._lines: list[Line] = []
        self._bytes_from = 0

    def show(
        self,
        entry: Entry,
        fact: Fact,
        deliveries: Sequence[Entry] = (),
        extra: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Turns to another entry. `extra` are further lines of the head: a label and words."""
        self._entry, self._fact = entry, fact
        self._deliveries, self._extra = deliveries, extra
        self._build()

    def toggle_raw(self) -> None:
        """JSON to bytes and back."""
        self.raw = not self.raw
        self._build()

    def resize(self, width: int) -> None:
        if width != self._width:
            self._width = width
            self._build()

    def __len__(self) -> int:
        return len(self._lines) + (self._raw_lines() if self.raw else 0)

    def key_at(self, index: int) -> int:
        return index

    def index_of(self, key: int) -> int | None:
        return key if 0 <= key < len(self) else None

    def stamp(self, key: int) -> Hashable:
        seq = None if self._entry is None else self._entry.seq
        return (seq, self.raw, self._width, key)

    def draw(self, key: int, sub: int, width: int) -> Line:  # noqa: ARG002
        if key < len(self._lines):
            return self._lines[key]
        body = self._entry.body if self._entry is not None else b""
        return raw_line(body, key - len(self._lines), self._per_line)

    @property
    def _per_line(self) -> int:
        return 16 if self._width >= 80 else 8

    def _raw_lines(self) -> int:
        size = len(self._entry.body) if self._entry is not None else 0
        return -(-size // self._per_line)

    def _build(self) -> None:
        entry, fact = self._entry, self._fact
        if entry is None or fact is None:
            self._lines = []
            return
        head = present_head(entry, fact, self._deliveries, self._extra)
        self._lines = [line for pair in head for line in _labelled(*pair, self._width)]
        self._lines.append(())
        if self.raw:
            words = f"{len(entry.body):,} bytes as received; x shows them as JSON"
            self._lines.append((Span("  "), Span(words.replace(",", " "), Role.DIM)))
        else:
            self._lines += body_lines(entry.body, self._width)


def present_head(
    entry: Entry, fact: Fact, deliveries: Sequence[Entry], extra: Iterable[tuple[str, str]]
) -> list[tuple[str, str, Role]]:
    """Label, words and role of each line of the head, in order; what is not known is left out."""
    bad = Role.BAD if entry.kind is Kind.REFUSED else Role.STRONG
    head = [("what", f"{entry_type(entry, fact)}  {entry_words(entry, fact)}", bad)]
    head += [(label, words, Role.TEXT) for label, words in (*_times(entry), *_arrival(entry, fact))]
    head.append(("signature", *_signature(entry)))
    head += [(label, words, Role.TEXT) for label, words in extra]
    for name, value in (
        ("call", entry.call_control_id),
        ("leg", entry.call_leg_id),
        ("session", entry.call_session_id),
        ("event", entry.event_id),
        ("from", entry.remote),
    ):
        if value:
            head.append((name, value, Role.TEXT))
    for again in deliveries[:_MAX_DELIVERIES]:
        attempt = f", attempt {again.attempt}" if again.attempt is not None else ""
        words = f"{local_clock(again.received_at, millis=True)}{attempt} (entry {again.seq})"
        head.append(("delivered", words, Role.DIM))
    if len(deliveries) > _MAX_DELIVERIES:
        head.append(("", f"and {len(deliveries) - _MAX_DELIVERIES} more deliveries", Role.DIM))
    for name, value in entry.headers[:_MAX_HEADERS]:
        head.append(("header", f"{name}: {value}", Role.DIM))
    return head


def _times(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.occurred_at is not None:
        clock = local_clock(entry.occurred_at, millis=True)
        yield "occurred", f"{clock}  {iso(entry.occurred_at)}"
    clock = local_clock(entry.received_at, millis=True)
    lag = lag_of(entry)
    late = f"  lag {lag_words(lag)}" if lag is not None else ""
    yield "received", f"{clock}  {iso(entry.received_at)}{late}"


def _arrival(entry: Entry, fact: Fact) -> Iterator[tuple[str, str]]:
    if isinstance(fact, CommandDone):
        if fact.status is not None:
            tries = f", {fact.attempts} attempts" if fact.attempts > 1 else ""
            yield "answer", f"HTTP {fact.status}  {fact.latency_ms:.0f} ms{tries}"
        return
    if entry.attempt is not None or entry.duplicate:
        attempt = f"attempt {entry.attempt}" if entry.attempt is not None else "attempt unknown"
        again = ", seen before" if entry.duplicate else ""
        yield "delivery", f"{attempt}{again}"
    if isinstance(fact, Event):
        if fact.delivered_to:
            yield "to", fact.delivered_to
        yield "envelope", fact.envelope


def _signature(entry: Entry) -> tuple[str, Role]:
    """What the check of the signature found, in words."""
    match entry.kind:
        case Kind.REFUSED:
            return f"refused: {entry.reason or 'not verified'}", Role.BAD
        case Kind.WEBHOOK if entry.verified:
            return "verified", Role.GOOD
        case Kind.WEBHOOK:
            return "not verified", Role.BAD
        case Kind.API:
            return "none: read from Telnyx's records", Role.DIM
        case _:
            return "none: written by this console", Role.DIM


def _labelled(label: str, words: str, role: Role, width: int) -> list[Line]:
    """Words beside a label, going on below themselves where they are too long (at most eight lines)."""
    room = max(10, width - _LABEL - 3)
    text = shown(words[: room * 8])
    cuts = [text[at : at + room] for at in range(0, max(1, len(text)), room)]
    if not text.isascii():
        cuts = [fit(text, room)]
    lines: list[Line] = []
    for index, cut in enumerate(cuts[:8]):
        name = label if index == 0 else ""
        lines.append((Span("  "), Span(f"{fit(name, _LABEL)} ", Role.KEY), Span(cut, role)))
    return lines


def body_lines(body: bytes, width: int) -> list[Line]:
    """The body as JSON lines; a sentence instead, or below, where that is not possible or not all of it."""
    kib = f"{len(body) / 1024:.0f} KiB"
    if len(body) > MAX_JSON_BYTES:
        return [_notice(f"{kib}, too large to show as JSON; x shows the raw bytes")]
    try:
        value = parse(body)
    except ValueError:
        words = "not JSON; x shows the raw bytes" if body else "no body"
        return [_notice(words)]
    made = islice(json_lines(value, width - 2), MAX_JSON_LINES + 1)
    lines: list[Line] = [(Span("  "), *line) for line in made]
    if len(lines) > MAX_JSON_LINES:
        cut = f"cut after {MAX_JSON_LINES} lines ({kib} in all); x shows all the bytes"
        lines[MAX_JSON_LINES:] = [_notice(cut)]
    return lines


def _notice(words: str) -> Line:
    return (Span("  "), Span(words, Role.WARN))


def raw_line(body: bytes, index: int, count: int) -> Line:
    """`00000010  7b 22 …  {"…`: one line of a dump, `count` bytes."""
    part = body[index * count : (index + 1) * count]
    digits = part.hex(" ").ljust(count * 3 - 1)
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
    return (
        Span("  "),
        Span(f"{index * count:08x}  ", Role.DIM),
        Span(f"{digits}  "),
        Span(text, Role.JSON_STRING),
    )
