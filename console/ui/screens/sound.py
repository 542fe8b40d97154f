"""Calls' sound as the engine hears it: level, loss, codec; streaming to us, and saving as WAV."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from textual.app import ComposeResult

from console.domain.entries import Event
from console.domain.legs import Leg, Mark
from console.domain.values import text
from console.operator import StreamHealth
from console.ui.actions import Action, Scope
from console.ui.leg_feed import LegFeed
from console.ui.orders import Orders, Outcome
from console.ui.presenters.reach import unreachable
from console.ui.presenters.stream_rows import Sound
from console.ui.presenters.transcript_rows import speaker
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.streams import StreamList
from console.ui.wording import far_end, route

ASKED_EVERY_S = 0.25
_PAUSE = 8
"""Questions left out after one without an answer: two seconds."""
_STREAMING = ("streaming.started", "streaming.stopped", "streaming.failed")
_NO_RECEIVER = "this engine has no receiver for sound"


class SoundPane(LivePane):
    """About the call that was selected on the desk, and every other one that is heard. Leaving ends nothing."""

    SCOPE = Scope.SOUND
    BINDINGS = keys_of(Scope.SOUND)

    def __init__(self, services: Services, orders: Orders, leg: Leg | None) -> None:
        super().__init__(services)
        self._orders = orders
        self._own = leg.key if leg is not None else None
        self._feed = LegFeed(services.store, leg.key) if leg is not None else None
        self._streams: tuple[StreamHealth, ...] = ()
        self._is_asking = False
        self._pause = 0
        self._trouble = ""
        """Why the engine does not tell."""
        self._failure = ""
        """What Telnyx said of its last attempt to stream."""
        self.verbs = {
            "sound.start": self._start,
            "sound.stop": lambda: self._order("streaming_stop", {}),
            "sound.save": self._save,
            "sound.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        yield StreamList(self.services.now, glyphs=self.services.look.glyphs, id="streams")

    def on_mount(self) -> None:
        self.query_one(StreamList).focus()
        self.guarded_interval(ASKED_EVERY_S, self._ask_in_turn)
        self.ask_engine()

    # -- what is heard

    def _ask_in_turn(self) -> None:
        if self._pause:
            self._pause -= 1
        else:
            self.ask_engine()

    def ask_engine(self) -> None:
        """Asks what is heard now, unless an answer is still awaited."""
        if not self._is_asking:
            self._is_asking = True
            self.ask(self.services.operator.media, self._heard_streams, self._not_told)

    def _heard_streams(self, streams: tuple[StreamHealth, ...]) -> None:
        self._is_asking, self._trouble, self._streams = False, "", streams
        self.look()

    def _not_told(self, sentence: str) -> None:
        self._is_asking, self._trouble, self._pause = False, sentence, _PAUSE
        self.look()

    def look(self) -> None:
        for _, fact in self._feed.news() if self._feed is not None else ():
            if isinstance(fact, Event) and fact.type in _STREAMING:
                self._failure = _failure(fact)
        view = self.query_one(StreamList)
        view.show(list(self._sounds()))
        live = sum(stream.is_live for stream in self._streams)
        self.head("Sound", f"{live or 'no'} stream{'' if live == 1 else 's'}")
        self._show_state()
        self.keys()

    def _sounds(self) -> Iterator[Sound]:
        """The desk's call first, then the others, live ones before those that ended."""
        own = self.services.store.leg(self._own) if self._own is not None else None
        ids = {own.key, own.call_control_id} if own is not None else set()
        ours = [each for each in self._streams if each.call_control_id in ids]
        if own is not None and not any(each.is_live for each in ours):
            yield self._sound(f"call:{own.key}", own.call_control_id, own, None)
        others = [each for each in self._streams if each not in ours]
        for place, each in enumerate([*ours, *others]):
            leg = self.services.store.leg(each.call_control_id) if each.call_control_id else None
            yield self._sound(each.stream_id or f"stream:{place}", each.call_control_id, leg, each)

    def _sound(
        self, key: str, call: str | None, leg: Leg | None, stream: StreamHealth | None
    ) -> Sound:
        direction = leg.direction if leg is not None else None
        who = route(leg, self.services.look) if leg is not None else "a call that is not known here"
        speakers = speaker("inbound", direction), speaker("outbound", direction)
        return Sound(key, call, who, stream, speakers)

    def _show_state(self) -> None:
        if self._trouble or self._failure:
            self.say(self._trouble or self._failure, problem=True)
            return
        blocked = self._unreachable()
        if blocked:
            self.say(blocked)
        elif self.services.options.read_only:
            self.say("read-only: streams can be watched and saved, not begun")
        else:
            self.say("s streams the sound of the call under the cursor here, w saves it")

    def _unreachable(self) -> str | None:
        health = self.services.health
        if health is None or health.media_url is None:
            return _NO_RECEIVER if health is not None else "the engine has not told its address yet"
        return unreachable(health.media_url, health.base_url)

    # -- keys

    @property
    def _leg(self) -> Leg | None:
        sound = self.query_one(StreamList).sound
        id_ = sound.call_control_id if sound is not None else None
        return self.services.store.leg(id_ or self._own or "")

    def _stream(self) -> StreamHealth | None:
        leg = self._leg
        mine = (leg.call_control_id if leg is not None else None) or ""
        live = (each for each in self._streams if each.is_live and each.call_control_id == mine)
        return next(live, None)

    def why_not(self, action: Action) -> str | None:
        leg = self._leg
        if action.id == "sound.start":
            if leg is not None and Mark.STREAMING in leg.marks:
                return "its sound is being streamed already"
            return self._orders.why_not("streaming_start", leg) or self._unreachable()
        if action.id == "sound.stop":
            streams = leg is not None and Mark.STREAMING in leg.marks
            if leg is not None and leg.is_live and not streams and self._stream() is None:
                return "its sound is not being streamed"
            return self._orders.why_not("streaming_stop", leg)
        if action.id == "sound.save" and self._stream() is None:
            return "no sound of this call is streamed here: start streaming first"
        return None

    def _start(self) -> None:
        health = self.services.health
        assert health is not None
        params: dict[str, object] = {"stream_url": health.media_url, "stream_track": "both_tracks"}
        self._order("streaming_start", params)

    def _order(self, command: str, params: dict[str, object]) -> None:
        self._failure = ""
        self._orders.place(command, self._leg, params, self._done)

    def _done(self, outcome: Outcome) -> None:
        self._failure = outcome.refusal or ""
        if self.is_attached:
            self.look()

    def _save(self) -> None:
        from console.ui.dialogs.typed import TypedDialog

        leg, stream = self._leg, self._stream()
        assert leg is not None
        assert stream is not None
        if stream.saving is not None:
            self._save_to(stream, None)
            return

        def answered(path: str | None) -> None:
            if path is not None:
                self._save_to(stream, path)

        dialog = TypedDialog(
            self.services,
            "Save as WAV",
            f"what is heard of {route(leg, self.services.look)} from now on; nothing is overwritten",
            confirm="Save",
            why_not=_wrong_path,
            value=default_name(far_end(leg, self.services.look), time.localtime()),
        )
        self.app.push_screen(dialog, answered)

    def _save_to(self, stream: StreamHealth, path: str | None) -> None:
        call = stream.call_control_id or ""
        self.ask(
            lambda: self.services.operator.save_audio(call, path),
            lambda words: self.app.notify(words, title="Sound", markup=False),
            lambda words: self.app.notify(words, title="Sound", severity="error", markup=False),
            outlives=True,
        )


def default_name(who: str, at: time.struct_time) -> str:
    """`call-13125550101-20261122-120431.wav`."""
    safe = re.sub(r"[^0-9A-Za-z]+", "", who)[:24] or "unknown"
    return f"call-{safe}-{time.strftime('%Y%m%d-%H%M%S', at)}.wav"


def _wrong_path(path: str) -> str | None:
    if not path:
        return "a file's path is needed"
    file = Path(os.path.expanduser(path))
    try:
        if file.is_dir():
            return "that is a folder; a file's name is needed"
        if file.exists():
            return "there is such a file already, and nothing is overwritten"
        if not file.parent.is_dir():
            return f"there is no folder {file.parent}"
    except (OSError, ValueError):
        return "such a file cannot be made"
    return None


def _failure(event: Event) -> str:
    if event.type != "streaming.failed":
        return ""
    reason = text(event.payload, "failure_reason") or "no reason was given"
    return f"Telnyx could not stream the sound to the address it was given: {reason}"
