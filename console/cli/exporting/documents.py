"""Exports for people and for spreadsheets: calls as rows, as timelines, as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from console.cli.lines import leg_json
from console.domain.board import Board
from console.domain.entries import Entry, Fact, Kind, Micros
from console.domain.filtering.clocks import talk_of, wait_of
from console.domain.gaps import gaps_within
from console.domain.ladder import ladder
from console.domain.ladder_svg import ladder_svg
from console.domain.ladder_text import ladder_text
from console.domain.legs import Leg, LegKey
from console.domain.text import clean
from console.domain.timeline import TimelineLine, timeline
from console.domain.times import SECOND, iso, local_clock, offset_words
from console.exports import NotExported
from console.journal.facts import fact_of

MOST_LANES = 40
"""A picture with more legs than this cannot be read by anybody."""

_EXTRA = (
    "caller_name",
    "queue",
    "conference_id",
    "peer",
    "wait_s",
    "talk_s",
    "cost",
    "mos",
    "tags",
    "notes",
    "note",
)

Pair = tuple[Entry, Fact]

CSV_COLUMNS = (*leg_json(Leg(key=LegKey(""))), *_EXTRA, "settings")
"""Those of `calls --json`, then more of the leg; `settings` is the same in every row: what decides the line's figures."""


class Calls:
    """Entries and the board made of them."""

    def __init__(self, entries: Iterable[Entry], now: Micros) -> None:
        self.now = now
        self.board = Board()
        self._pairs: list[Pair] = []
        for entry in entries:
            fact = fact_of(entry)
            self.board.apply(entry, fact)
            self._pairs.append((entry, fact))

    @property
    def legs(self) -> Sequence[Leg]:
        """Oldest first."""
        return sorted(self.board.legs.values(), key=lambda leg: (leg.began_at or 0, leg.key))

    def conversations(self) -> Iterator[tuple[Sequence[Leg], Sequence[Pair]]]:
        """Each with its entries and the gaps that fall into it, oldest first."""
        pairs_of: dict[LegKey, list[Pair]] = {}
        gaps: list[Pair] = []
        for pair in self._pairs:
            if pair[0].kind is Kind.GAP:
                gaps.append(pair)
            elif (leg := self._leg_of(pair[0])) is not None:
                pairs_of.setdefault(leg.key, []).append(pair)
        done: set[LegKey] = set()
        for leg in self.legs:
            if leg.key in done:
                continue
            legs = self.board.conversation(leg.key)
            done.update(each.key for each in legs)
            pairs = [pair for each in legs for pair in pairs_of.get(each.key, ())]
            pairs.sort(key=lambda pair: pair[0].seq)
            is_live = any(each.is_live for each in legs)
            yield legs, (*pairs, *gaps_within(gaps, pairs, is_live=is_live))

    def _leg_of(self, entry: Entry) -> Leg | None:
        for any_id in (entry.call_control_id, entry.call_leg_id):
            if any_id is not None and (leg := self.board.get(any_id)) is not None:
                return leg
        return None


def csv_text(calls: Calls, settings: str) -> str:
    """One row for each leg, oldest first. Cells that a spreadsheet would take for a formula begin with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for leg in calls.legs:
        cells = {**_cells(leg, calls.now)} | {"settings": settings}
        writer.writerow([_cell(name, cells[name]) for name in CSV_COLUMNS])
    return out.getvalue()


def _cells(leg: Leg, now: Micros) -> Mapping[str, object]:
    wait, talk = wait_of(leg), talk_of(leg)
    return leg_json(leg) | {
        "caller_name": leg.caller_name,
        "queue": leg.queue,
        "conference_id": leg.conference_id,
        "peer": leg.peer,
        "wait_s": None if wait is None else f"{wait.length(now) / SECOND:.3f}",
        "talk_s": None if talk is None else f"{talk.length(now) / SECOND:.3f}",
        "cost": leg.cost,
        "mos": leg.mos,
        "tags": leg.tags,
        "notes": leg.notes or None,
        "note": leg.note,
    }


_NUMBERS = ("from", "to")


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    text = clean(str(value))
    is_number = name in _NUMBERS and text[1:].isdigit()
    return f"'{text}" if text[:1] in "=+-@" and text[:1] and not is_number else text


def text_document(calls: Calls, heading: Sequence[str]) -> str:
    """Timeline and ladder of every conversation."""
    parts = ["\n".join(heading) + "\n"]
    for legs, pairs in calls.conversations():
        title = title_of(legs)
        lines = timeline(pairs, legs, now=calls.now)
        day = _day(lines[0].at) if lines else ""
        rows = [_row(line) for line in lines]
        parts.append("\n".join([f"{title}  {day}", "=" * min(len(title), 100), *rows]) + "\n")
        parts.append(ladder_text(ladder(pairs, legs, now=calls.now)))
    return "\n".join(parts)


def _day(at: Micros) -> str:
    """By the clock that the lines are in."""
    try:
        return f"{datetime.fromtimestamp(at // SECOND).astimezone().date()}"
    except (ValueError, OverflowError, OSError):
        return iso(at)


def _row(line: TimelineLine) -> str:
    when = local_clock(line.at, millis=True)
    offset = "" if line.offset is None else offset_words(line.offset)
    leg = f"leg {line.leg_label}" if line.leg_label else ""
    late = "late" if line.late else ""
    repeated = f"x{line.deliveries}" if line.deliveries > 1 else ""
    rest = "  ".join(part for part in (line.title, leg, line.detail, late, repeated) if part)
    return clean(f"{when}  {offset:>10}  {line.arrow} {rest}").rstrip()


def svg_document(calls: Calls, heading: Sequence[str]) -> str:
    """The ladder of all legs in one picture. Raises `NotExported` where there are too many or none."""
    legs = calls.legs
    if not legs:
        raise NotExported("There is no call to draw.")
    if len(legs) > MOST_LANES:
        raise NotExported(
            f"A picture of {len(legs)} calls cannot be read; choose a call with --call, or another format."
        )
    talks = list(calls.conversations())
    ordered = [leg for some, _pairs in talks for leg in some]
    pairs = {pair[0].seq: pair for _legs, some in talks for pair in some}
    drawn = ladder([pairs[seq] for seq in sorted(pairs)], ordered, now=calls.now)
    title = title_of(ordered) if len(talks) == 1 else f"{len(talks)} conversations"
    described = f"</title>\n<desc>{escape(chr(10).join(heading))}</desc>\n"
    return ladder_svg(drawn, title).replace("</title>\n", described, 1)


def title_of(legs: Sequence[Leg]) -> str:
    """`+13125550101 → +18005550100`."""
    first = legs[0]
    return clean(f"{first.from_ or 'unknown'} → {first.to or 'unknown'}")
