"""What is said on one leg, while it is said: built from its `call.transcription` events alone."""

from __future__ import annotations

from textual.app import ComposeResult

from console.domain.entries import Event
from console.domain.legs import Leg, Mark
from console.domain.transcript import Transcript
from console.ui.actions import Action, Scope
from console.ui.leg_feed import LegFeed
from console.ui.orders import Orders, Outcome
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.transcript import TranscriptView
from console.ui.wording import route, state_words

START: dict[str, object] = {
    "transcription_tracks": "both",
    "transcription_engine": "Google",
    "transcription_engine_config": {"transcription_engine": "Google", "interim_results": True},
}
"""Both sides, and text while it is spoken: Telnyx sends final results of the caller's side only unless told so."""


class TranscriptPane(LivePane):
    """Bound to its leg; leaving does not end the transcription."""

    SCOPE = Scope.TRANSCRIPT
    BINDINGS = keys_of(Scope.TRANSCRIPT)

    def __init__(self, services: Services, orders: Orders, leg: Leg) -> None:
        super().__init__(services)
        self._orders = orders
        self._key = leg.key
        self._feed = LegFeed(services.store, leg.key)
        self._transcript = Transcript()
        self._drawn = -1
        self._refusal = ""
        self.verbs = {
            "transcript.start": lambda: self._order("transcription_start", START),
            "transcript.stop": lambda: self._order("transcription_stop", {}),
            "transcript.follow": self._follow,
            "transcript.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        yield TranscriptView(glyphs=self.services.look.glyphs, id="transcript")

    def on_mount(self) -> None:
        self.query_one(TranscriptView).focus()

    @property
    def _leg(self) -> Leg | None:
        return self.services.store.leg(self._key)

    def look(self) -> None:
        leg, view = self._leg, self.query_one(TranscriptView)
        for entry, fact in self._feed.news():
            if isinstance(fact, Event):
                self._transcript.add(fact, entry.received_at)
        if self._transcript.version != self._drawn:
            self._drawn = self._transcript.version
            view.show(self._transcript.utterances, leg.direction if leg is not None else None)
        if leg is not None:
            who, how = route(leg, self.services.look), state_words(leg, self.services.now())
            self.head("Transcript", who, how, right="following" if view.following else "held")
        self._show_state(leg)
        self.keys()

    def _show_state(self, leg: Leg | None) -> None:
        if self._refusal:
            self.say(self._refusal, problem=True)
        elif leg is None or not leg.is_live:
            self.say("this call has ended; nothing more is written down")
        elif Mark.TRANSCRIBING in leg.marks:
            self.say("being written down; x stops")
        elif self.services.options.read_only:
            self.say("not being written down")
        else:
            ours = (
                "not being written down"
                if not self._transcript.version
                else "not asked for by this console"
            )
            self.say(f"{ours}; s starts, both sides")

    def why_not(self, action: Action) -> str | None:
        if action.command is None:
            return None
        leg = self._leg
        runs = leg is not None and Mark.TRANSCRIBING in leg.marks
        if action.command == "transcription_start" and runs:
            return "already being written down"
        reason = self._orders.why_not(action.command, leg)
        if reason is None and action.command == "transcription_stop":
            # Somebody else may have begun what we read.
            return None if runs or self._transcript.version else "not being written down"
        return reason

    def _order(self, command: str, params: dict[str, object]) -> None:
        self._refusal = ""
        self._orders.place(command, self._leg, params, self._done)

    def _done(self, outcome: Outcome) -> None:
        self._refusal = outcome.refusal or ""
        if self.is_attached:
            self.look()

    def _follow(self) -> None:
        view = self.query_one(TranscriptView)
        if view.following:
            view.hold()
        else:
            view.follow()
        self.look()
