"""Time travel, and the way into the history: opens the desk as it was, moves it, and comes back to what goes on now."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from console.domain.entries import Micros
from console.domain.legs import LegKey
from console.domain.moments import moment
from console.domain.playback import Playback
from console.domain.times import SECOND
from console.errors import JournalError
from console.store.moment import MomentStore
from console.ui.actions import Action
from console.ui.options import wall_clock
from console.ui.past_deeds import NoEngine, PastDeeds
from console.ui.presenters.banner import Moment, when
from console.ui.screens.past_desk import FIRST_FILL_S, PastDesk
from console.ui.services import Services

if TYPE_CHECKING:
    from console.operator import Operator
    from console.ui.app import ConsoleApp

FILL_S = 0.008
_GOING_ON = 60 * SECOND
_PRESENT = "this is the present; esc: back to live"
_TITLE = "Time travel"
_TYPED = "hh:mm or hh:mm:ss; a day before it as 2026-11-22; -10m for ten minutes ago"


def open_past(name: str, app: ConsoleApp, services: Services) -> None:
    """What a key of the desk asks for: `history` or `travel`."""
    if name == "history":
        from console.ui.screens.history import HistoryScreen

        is_past = isinstance(app.desk, PastDesk)
        travel = None if is_past else partial(travel_to, app, services)
        export = None
        if not is_past and services.options.export is not None:
            from console.ui.exporting import ask_export

            export = partial(ask_export, app, services)
        app.push_screen(HistoryScreen(services, app.open_event, app.copy_text, travel, export))
        return
    ask_moment(app, services, services.now, lambda at: travel_to(app, services, at))


def ask_moment(
    app: ConsoleApp,
    services: Services,
    wall: Callable[[], Micros],
    then: Callable[[Micros], None],
) -> None:
    """Asks for a time that has been; `-10m` and `+10m` count from the moment that is shown, `wall` is the present."""
    from console.ui.dialogs.typed import TypedDialog

    def meant(typed: str) -> Micros:
        sign, here = typed[:1], services.now()
        if sign == "-":
            at = moment(typed[1:], here)
        elif sign == "+":
            at = 2 * here - moment(typed[1:], here)
        else:
            at = moment(typed, wall())
        if at > wall():
            raise ValueError("that has not been yet: only the past can be shown")
        return at

    def why_not(typed: str) -> str | None:
        if not typed:
            return ""  # what can be typed is said above
        try:
            meant(typed)
        except ValueError as error:
            return str(error)
        return None

    def answered(typed: str | None) -> None:
        if typed is not None:
            then(meant(typed))

    dialog = TypedDialog(
        services, "Show the desk as it was", _TYPED, confirm="Show", why_not=why_not
    )
    app.push_screen(dialog, answered)


def travel_to(app: ConsoleApp, services: Services, at: Micros, key: LegKey | None = None) -> None:
    """The desk as it was at a time, with a call selected, else the one that is selected now."""
    try:
        travel = Travel(app, services, at)
    except JournalError as error:
        app.notify(error.user_message, title=_TITLE, severity="error")
        return
    travel.desk.return_to = app.desk.calls.selected if key is None else key
    travel.begin()


class TravelClock:
    """Which moment is shown: a place in the record, and how it moves while the real time passes."""

    def __init__(self, live: Services, at: Micros) -> None:
        self._live = live
        now, is_file = live.now(), bool(live.options.offline)
        # The clock of a file stands still at its end, unless it is being written.
        ends = now if is_file and abs(wall_clock() - now) > _GOING_ON else None
        self.playback = Playback(at=at, end=ends)

    def now(self) -> Micros:
        """The moment shown."""
        return self.playback.now(self.wall())

    def wall(self) -> Micros:
        """A clock that goes on."""
        return self._live.now() if self.playback.end is None else wall_clock()

    def last(self) -> Micros:
        """The last moment that can be shown."""
        return self.playback.last(self._live.now())

    def refusal(self) -> str:
        """Why nothing can be sent."""
        clock = when(self.now(), self.last())
        back = "esc: back" if self._live.options.offline else "esc: back to live"
        return f"this is {clock}, not live, so nothing can be sent or changed; {back}"


class Travel:
    """One journey: from the desk that is live to another moment and back. Recording goes on meanwhile, and so does that desk."""

    def __init__(self, app: ConsoleApp, live: Services, at: Micros) -> None:
        """Raises `JournalError`."""
        self._app = app
        self._live = live
        self._live_desk = app.desk
        self._trouble = ""
        self._clock = TravelClock(live, at)
        self.store = MomentStore(live.store.reader, clock=self._clock.now)
        self.services = self._services()
        verbs = {
            "travel": self._ask,
            "travel.go": self._ask,
            "travel.previous": lambda: self._step(-1),
            "travel.next": lambda: self._step(1),
            "travel.play": self._play,
            "travel.slower": lambda: self._speed(-1),
            "travel.faster": lambda: self._speed(1),
            "travel.minute_back": lambda: self._by(-60),
            "travel.minute_on": lambda: self._by(60),
            "travel.ten_back": lambda: self._by(-600),
            "travel.ten_on": lambda: self._by(600),
            "travel.back": self.leave,
            "back": self.leave,
            "desk.quit": self.leave,
        }
        deeds = PastDeeds(app, self.services, verbs, self._why_not)
        self.desk = PastDesk(self.services, deeds, self.tick, self.fill)
        self._set(at)

    def _services(self) -> Services:
        live = self._live
        services = Services(
            store=self.store,
            operator=cast("Operator", NoEngine(self._clock.refusal)),
            options=replace(live.options, clock=self._clock.now, filter=""),
            contacts=live.contacts,
            notices=live.notices,
            apps=live.apps,
            frozen=self._clock.refusal,
            moment=lambda: when(self._clock.now(), self._clock.last()),
            redacted=live.redacted,
        )
        # One memory: two would overwrite each other's file.
        services.memory = live.memory
        return services

    # -- the moment

    def _set(self, at: Micros, seq: int | None = None) -> bool:
        """Moves to a time, or to an entry received then; true where another board is needed. Raises `JournalError`."""
        last = self._clock.last()
        begins = self.store.received_at(1)
        if begins is not None and at < begins:
            self._say(f"the record begins at {when(begins, last)}")
            at, seq = begins, None
        elif at > last:
            self._say("that has not been yet: this is as far as the record goes")
        self._clock.playback = self._clock.playback.moved(at, self._clock.wall())
        return self.store.go_to(self.store.seq_at(self._clock.playback.at) if seq is None else seq)

    def _move(self, at: Micros, seq: int | None = None) -> None:
        try:
            anew = self._set(at, seq)
            if anew:
                self._begin_anew()
            else:
                self.desk.feed.look()
        except JournalError as error:
            self._fail(error)
            return
        self._trouble = ""
        self.desk.reread()
        self._draw()

    def _begin_anew(self) -> None:
        """Another board, and other figures."""
        self.store.load()
        self._fill(FIRST_FILL_S)
        self.desk.show_anew()
        if self.services.line is not None:
            self.services.line.begin_anew()

    def tick(self) -> None:
        """Ten times a second: lets time pass where it is played."""
        wall = self._clock.wall()
        try:
            if self._clock.playback.is_playing:
                if self._clock.playback.has_caught_up(wall):
                    self._clock.playback = self._clock.playback.paused(wall)
                    self._say("the record ends here" if self._clock.playback.end else _PRESENT)
                if self.store.go_to(self.store.seq_at(self._clock.now())):
                    self._begin_anew()
        except JournalError as error:
            self._fail(error)
            return
        self._draw()

    def fill(self) -> bool:
        """Reads a slice of what the board lacks; true while there is more to read."""
        try:
            self._fill(FILL_S)
        except JournalError as error:
            self._fail(error)
            return True
        self.desk.reselect()
        self._draw()
        return self.store.progress < 1.0

    def _fill(self, budget_s: float) -> None:
        """Reads a part of the board, as long as the budget lasts."""
        until = time.perf_counter() + budget_s
        changed: set[LegKey] = set()
        while self.store.progress < 1.0 and time.perf_counter() < until:
            changed |= self.store.fill()
        self.desk.calls.refresh_rows(changed, self._clock.now())

    def _draw(self) -> None:
        self.desk.banner.moment = Moment(
            at=self._clock.now(),
            wall=self._clock.last(),
            is_playing=self._clock.playback.is_playing,
            speed=self._clock.playback.speed,
            entry=self.store.seq_then,
            entries=self._live.store.seq,
            progress=self.store.progress,
            is_file=bool(self._live.options.offline),
            is_redacted=self._live.redacted,
        )
        self.desk.redraw()

    def _say(self, words: str) -> None:
        self._app.withdraw(_TITLE)
        self._app.notify(words, title=_TITLE, timeout=3)

    def _fail(self, error: JournalError) -> None:
        if self._trouble != error.user_message:
            self._trouble = error.user_message
            self._app.notify(error.user_message, title=_TITLE, severity="error")

    # -- keys

    def _why_not(self, action: Action) -> str | None:
        """Why a key of the journey does nothing, in words."""
        speed = self._clock.playback.speed
        if action.id == "travel.slower" and speed == 1:
            return "it plays as fast as it was already"
        return (
            "that is as fast as it plays" if action.id == "travel.faster" and speed == 60 else None
        )

    def _ask(self) -> None:
        ask_moment(self._app, self.services, self._clock.last, self._move)

    def _step(self, step: int) -> None:
        self._clock.playback = self._clock.playback.paused(self._clock.wall())
        try:
            found = self.store.neighbour(step)
        except JournalError as error:
            self._fail(error)
            return
        if found is None:
            self._say("this is the last entry so far" if step > 0 else "the record begins here")
            return
        seq, at = found
        self._move(at, seq)

    def _by(self, seconds: int) -> None:
        self._move(self._clock.now() + seconds * SECOND)

    def _play(self) -> None:
        wall = self._clock.wall()
        if self._clock.playback.is_playing:
            self._clock.playback = self._clock.playback.paused(wall)
        else:
            self._clock.playback = self._clock.playback.playing(wall)
        self._draw()

    def _speed(self, step: int) -> None:
        self._clock.playback = self._clock.playback.at_speed(step, self._clock.wall())
        self._draw()

    # -- there and back

    def begin(self) -> None:
        """Opens the desk of that moment; from now on keys and palette are about it."""
        self._app.desk = self.desk
        self._app.withdraw("Incoming call")
        self._app.push_screen(self.desk)

    def leave(self) -> None:
        """Back to the desk that was left, as it is now, on the call that was selected there."""
        if self.services.line is not None:
            self.services.line.end()
        self._app.desk = self._live_desk
        self._app.pop_screen()
