"""A note and tags on a call, or on several at once; what was written before stands above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Button, Input, Label, Static

from console.domain.annotations import LONGEST_NOTE, tags_in, tidy_note
from console.domain.legs import Leg, LegKey
from console.domain.notes import Note
from console.domain.times import local_clock
from console.errors import ConsoleError
from console.ui.dialogs.plain import PlainDialog
from console.ui.presenters.cells import Line, Role, Span
from console.ui.presenters.wrapping import wrapped
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView

_WIDTH = 62
_SHOWN = 50
"""Notes that are listed, the latest."""


class TagSuggester(Suggester):
    """Completes the tag after the last comma from those that are used already."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with its last tag completed."""
        before, comma, last = value.rpartition(",")
        typed = last.lstrip()
        if not typed:
            return None
        used = {tag.casefold() for tag in tags_in(before)}
        for tag in self._known:
            folded = tag.casefold()
            if folded.startswith(typed.casefold()) and folded not in used and tag != typed:
                return f"{before}{comma}{last[: len(last) - len(typed)]}{typed}{tag[len(typed) :]}"
        return None


class NoteDialog(PlainDialog[bool]):
    """Writes before it closes, so that nothing typed is lost when the engine does not take it. Gives True then."""

    AUTO_FOCUS: ClassVar[str] = "#note"

    def __init__(
        self, services: Services, heading: str, legs: Sequence[Leg], notes: Sequence[Note]
    ) -> None:
        """`notes` are those of the one call there is; several calls have none to show."""
        super().__init__(services, heading)
        self._legs = legs
        self._notes = notes[-_SHOWN:]
        self._common = common_tags(legs)
        self._is_writing = False
        self._done: set[LegKey] = set()
        """The calls that it is written on: after a failure only the others are left to do."""

    @property
    def confirm_label(self) -> str:
        return "Write"

    def compose_body(self) -> ComposeResult:
        if self._notes:
            yield LinesView(glyphs=self.services.look.glyphs, id="notes-so-far")
        with Horizontal(classes="field"):
            yield Label(Content("note"))
            yield Input(
                id="note",
                placeholder="what the next one should know",
                max_length=LONGEST_NOTE,
                compact=True,
            )
        with Horizontal(classes="field"):
            yield Label(Content("tags"))
            yield Input(
                ", ".join(self._common),
                id="tags",
                placeholder="such as vip, callback",
                suggester=TagSuggester(known_tags(self.services)),
                select_on_focus=False,
                compact=True,
            )
        yield Static(Content("commas between tags; → completes one"), id="note-hint")

    def on_mount(self) -> None:
        self.call_next(self._say_keys)

    def fill(self) -> None:
        if self._notes:
            view = self.query_one(LinesView)
            lines = note_lines(self._notes, self.room(_WIDTH))
            view.styles.height = min(8, len(lines))
            view.show(lines)
            self.call_after_refresh(view.action_move, "end")

    def _say_keys(self) -> None:
        self.query_one("#dialog").border_subtitle = Content("enter write  tab tags  esc cancel")

    # -- what was typed

    @property
    def note(self) -> str | None:
        """The text, None where there is none."""
        return tidy_note(self.query_one("#note", Input).value)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags as typed."""
        return tags_in(self.query_one("#tags", Input).value)

    def problem_of_input(self) -> str | None:
        if self._is_writing:
            return "writing …"
        if self.note is None and self.tags == self._common:
            return "type a note, or change the tags"
        return None

    def result(self) -> bool:
        return True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.problem = ""
        self._done.clear()
        self.show_status()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_confirm()

    # -- writing

    @on(Button.Pressed, "#confirm")
    def action_confirm(self) -> None:
        """Writes, and closes when it is kept."""
        self.show_status()
        if self.problem_of_input() is not None:
            return
        self._is_writing = True
        self.show_status()
        self.run_worker(self._write(), name="note", group="notes", exit_on_error=False)

    async def _write(self) -> None:
        broken = "something went wrong; nothing more was written"
        self.problem = await self.survived(self._written(), broken)
        self._is_writing = False
        if self.problem:
            self.show_status()
        else:
            self.dismiss(True)

    async def _written(self) -> str:
        """Writes on every call; why not, in words, empty when all is kept."""
        note, tags = self.note, self.tags
        for leg in self._legs:
            if leg.key in self._done:
                continue
            # Somebody else may have tagged the call since the dialog was opened.
            now = self.services.store.leg(leg.key) or leg
            mine = changed_tags(now.tags, self._common, tags)
            try:
                if note is not None or mine != now.tags:
                    await self.services.operator.annotate(
                        leg.key,
                        note=note,
                        tags=None if mine == now.tags else mine,
                        operator=self.services.options.operator_name,
                    )
            except ConsoleError as error:
                return f"not written{self._how_far()}: {error.user_message}"
            self._done.add(leg.key)
        return ""

    def _how_far(self) -> str:
        return f" on {len(self._legs) - len(self._done)} of {len(self._legs)}" if self._done else ""


def common_tags(legs: Sequence[Leg]) -> tuple[str, ...]:
    """The tags that all of the calls have, in the order of the first."""
    if not legs:
        return ()
    return tuple(tag for tag in legs[0].tags if all(tag in leg.tags for leg in legs))


def changed_tags(
    own: Sequence[str], common: Sequence[str], wanted: Sequence[str]
) -> tuple[str, ...]:
    """A call's tags when those that all had in common were changed to what is wanted."""
    kept = [tag for tag in own if tag not in common or tag in wanted]
    new = tuple(tag for tag in wanted if tag not in kept)
    return tuple(wanted) if tuple(own) == tuple(common) else (*kept, *new)


def known_tags(services: Services) -> tuple[str, ...]:
    """Tags in use on the calls in memory, the commonest first."""
    counts: dict[str, int] = {}
    for leg in services.store.board.legs.values():
        for tag in leg.tags:
            counts[tag] = counts.get(tag, 0) + 1
    return tuple(sorted(counts, key=lambda tag: (-counts[tag], tag)))


def note_lines(notes: Sequence[Note], width: int) -> list[Line]:
    """The notes so far, oldest first: when, by whom, what."""
    lines: list[Line] = []
    for note in notes:
        by = f" {note.operator[:16]}" if note.operator else ""
        head = f"{local_clock(note.at)}{by}  "
        for place, row in enumerate(wrapped(note.text, max(20, width - len(head) - 2))):
            start = head if place == 0 else " " * len(head)
            lines.append((Span("  "), Span(start, Role.DIM), Span(row)))
    return lines
