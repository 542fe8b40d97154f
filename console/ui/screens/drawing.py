"""How the desk's facts get into its widgets: titles, timeline, status, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.entries import Micros
from console.life import LifeState, LifeStatus
from console.ui.actions import BY_ID, in_bar
from console.ui.screens.layout import PANES
from console.ui.services import SILENT, Services
from console.ui.widgets.keybar import KeyHint

if TYPE_CHECKING:
    from console.domain.legs import LegKey
    from console.ui.screens.desk import DeskScreen
    from console.ui.screens.layout import Pane

_SAID_FOR: Micros = 3_000_000
"""How long something stands in the title that is only worth a glance."""


class Drawing:
    """Tells each widget anew; widgets repaint only what looks different."""

    def __init__(self, desk: DeskScreen, services: Services) -> None:
        self._desk = desk
        self._services = services
        self._said = ""
        self._said_until: Micros = 0

    def say(self, words: str) -> None:
        """Something worth a glance, at the end of the first title in sight for a moment: it lies over nothing."""
        self._said, self._said_until = words, self._services.now() + _SAID_FOR
        self.titles()

    def _end(self, pane: Pane, words: str) -> str:
        """The words at the right end of a pane's title."""
        seen = self._desk.panes.arrangement.visible
        # A terminal that is too small shows none of them.
        first = next((each for each in PANES if each in seen), None)
        if not self._said or pane != first or self._services.now() >= self._said_until:
            return words
        return f"{self._said}   {words}" if words else self._said

    def choose(self, key: LegKey | None) -> None:
        """The conversation of another call, or of none."""
        talk = self._desk.conversation
        if key == talk.key:
            return
        talk.choose(key)
        self.timeline()
        self.titles()
        self.keys()

    def timeline(self) -> None:
        """The conversation of the selected call."""
        talk = self._desk.conversation
        self._desk.timeline.show(talk.title, talk.lines, talk.legs, talk.closed)

    def status(self) -> None:
        """The two lines at the top."""
        services = self._services
        board, now = services.store.board, services.now()
        longest = board.longest_waiting()
        since = None if longest is None else longest.initiated_at or longest.first_at
        life = services.life or LifeStatus(LifeState.STARTING)
        if services.silent:
            life = LifeStatus(LifeState.FAILED, SILENT)
        self._desk.status.show(
            services.health,
            life,
            board.counts,
            self._desk.feed.rate.values,
            now,
            longest=None if since is None else max(0, now - since),
            profile=services.options.profile,
            read_only=services.options.read_only,
            redacted=services.redacted,
            dropped=self._desk.tail.dropped,
            line=services.line.words if services.line is not None else None,
        )

    def keys(self) -> None:
        """The key bar: what is possible bright, the rest dim."""
        leg, deeds = self._desk.selected, self._desk.deeds
        shown = in_bar(self._desk.SCOPE, read_only=self._services.options.read_only)
        self._desk.keys.show(
            [
                KeyHint(
                    action.key_label,
                    action.title,
                    deeds.why_not(action, leg) is None,
                    action.weight,
                )
                for action in shown
            ]
        )

    def titles(self) -> None:
        """The lines over the panes."""
        desk = self._desk
        view, typed = desk.view, desk.calls_filter.label
        more = "…" if view.is_sifting else ""
        count = f"{view.shown}{more} of {view.total}" if typed else str(view.total)
        behind = f"{desk.feed.behind} entries behind" if desk.feed.behind else ""
        marked = ""
        if desk.services.marks:
            from console.ui.marking import words

            marked = words(desk)
        hides = desk.calls.call_rows.waits_before(desk.calls.finder.first_row)
        above = ""
        if hides:
            home = BY_ID["list.home"].key_label
            above = f"{desk.services.look.glyphs.up} waiting above" + (f": {home}" if home else "")
        end = self._end("calls", f"/ {typed}" if typed else "")
        desk.panes.title("calls", count, above, marked, behind, right=end)
        if not desk.has_begun:
            desk.panes.title("timeline")
            desk.panes.title("events")
            return
        legs = len(desk.conversation.legs)
        size = f"{legs} leg{'' if legs == 1 else 's'}" if legs else ""
        talk = desk.conversation
        alone = f"leg {talk.letter} alone of {legs}" if talk.alone and legs > 1 else ""
        times = desk.timeline.times_words if legs else ""
        # Room at the right end is taken from the details, and which leg it is matters more than which times.
        end = self._end("timeline", "") or ("" if alone else times)
        details = (alone, times, talk.title) if alone else (talk.title, size)
        desk.panes.title("timeline", *details, right=end)
        new = f"{self._services.look.glyphs.new} {desk.tail.new_count} new"
        held = "past" if desk.tail.is_past else "held"
        held = f"{held}, {new}" if desk.tail.new_count else held
        state = "following" if desk.tail.following else held
        wanted = desk.events_filter.label
        shown, kept, is_sifting = desk.tail.counts
        more = "…" if is_sifting else ""
        found = f"{shown}{more} of {kept}" if wanted else ""
        compared = desk.services.marked
        mark = f"entry {compared[0].seq} marked" if compared else ""
        end = self._end("events", f"/ {wanted}" if wanted else "")
        desk.panes.title("events", found, state, mark, right=end)
