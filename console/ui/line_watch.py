"""Watches the line: figures kept up to date beside the screen, alerts observed every second, and the words for the status.

Imported when the desk has begun. Reading the past takes a few milliseconds at a time, so that no frame waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from console.domain.alerts import Alerts, Rule, Watched
from console.domain.entries import Micros
from console.domain.metrics import names as n
from console.domain.metrics.figures import (
    Moment,
    Window,
    incomplete_since,
    live_service_level,
    longest_wait,
    moment,
    network_failures,
    service_level,
)
from console.domain.metrics.metrics import Metrics
from console.domain.metrics.parameters import MINUTE
from console.domain.metrics.settings import parameters_of as parameters_of
from console.domain.ring_back import RingBack
from console.domain.times import SECOND
from console.errors import ConsoleError
from console.store.line import LineReader
from console.ui.alerting import Alerting
from console.ui.compat import GuardedApp

if TYPE_CHECKING:
    from console.store.store import Changes
    from console.ui.services import Services

STEP_EVERY_S = 0.04
STEP_FOR_S = 0.008
AGAIN_AFTER_S = 2.0
"""What could not be read is tried again after so long."""
REFUSED_MIN = 5
_CLOCK_STEP: Micros = SECOND
"""Telnyx's timestamps are whole seconds: a smaller offset says nothing."""


class LineWords(NamedTuple):
    """What the status line says of the line; empty while it is not known."""

    service: str = ""
    service_is_low: bool = False
    abandoned: str = ""
    alert: str = ""
    ring_back: int = 0


NO_WORDS = LineWords()


class LineWatch:
    """One per desk."""

    def __init__(self, app: GuardedApp, services: Services) -> None:
        self._app = app
        self._services = services
        self.parameters = parameters_of(services.options.metrics)
        # What is over rings no bell, and starts no command.
        rules = rules_of(services.options.alerts) if services.frozen is None else []
        self.alerts = Alerts(rules)
        self.words = NO_WORDS
        self.trouble = ""
        """Why the past cannot be read, where it cannot."""
        self._alerting = Alerting(app, services)
        self._due: tuple[int, int, tuple[RingBack, ...]] = (0, -1, ())
        """Whose list it is, as of which version, and the list."""
        self._reader: LineReader | None = None
        self._again_at_s = 0.0
        """When the past is read again; by `time.monotonic`."""
        self._timer = app.guarded_interval(STEP_EVERY_S, self.step)

    # -- reading

    def step(self) -> None:
        """Reads for a few milliseconds; the timer stops when everything has been read."""
        if time.monotonic() >= self._again_at_s:
            self._read()

    def _read(self) -> None:
        until = time.perf_counter() + STEP_FOR_S
        now = self._services.now()
        try:
            if self._reader is None:
                self._reader = LineReader(self._services.store, self.parameters, now)
            more = True
            while more and time.perf_counter() < until:
                more = self._reader.step(now)
        except ConsoleError as error:
            self._cannot(error.user_message)
            return
        self.trouble = ""
        if not more:
            self._timer.pause()
            self.second()

    def _cannot(self, sentence: str) -> None:
        """Says it once, however often it is tried."""
        self._again_at_s = time.monotonic() + AGAIN_AFTER_S
        if not self.trouble:
            words = f"The figures of the line cannot be read: {sentence}"
            self._app.notify(words, severity="error", markup=False)
        self.trouble = sentence

    def end(self) -> None:
        """Nobody looks any more."""
        self._timer.stop()

    def begin_anew(self) -> None:
        """Reads the past once more: what the store tells has changed. Alerts stay as they are."""
        self._reader = None
        self._due = (0, -1, ())
        self.words = NO_WORDS
        self._timer.resume()

    def read_all(self) -> None:
        """Reads to the end at once: for tests and for files."""
        while self._reader is None or not self._reader.has_day:
            self._read()
            if self.trouble:
                return
        self.second()

    def changed(self, changes: Changes) -> None:
        """What the store has just taken in."""
        if self._reader is not None:
            self._reader.take(changes)

    # -- what is known

    @property
    def metrics(self) -> Metrics | None:
        """The counts; None before anything was read."""
        return self._reader.metrics if self._reader is not None else None

    @property
    def progress(self) -> float:
        """How much of the day has been read."""
        return self._reader.progress if self._reader is not None else 0.0

    @property
    def recorded_from(self) -> Micros | None:
        """When the journal begins."""
        return self._reader.recorded_from if self._reader is not None else None

    def is_ready(self, window: Window) -> bool:
        """Whether the window has been read whole."""
        reader = self._reader
        if reader is None:
            return False
        return reader.has_window if window is Window.ROLLING else reader.has_day

    def now(self) -> Micros:
        """The time by Telnyx's clock, as far as the offset of ours is known."""
        now, health = self._services.now(), self._services.health
        offset_ms = health.clock_offset_ms if health is not None else None
        if offset_ms is None:
            return now
        offset = round(offset_ms * 1000)
        return now - offset if not 0 <= offset < _CLOCK_STEP else now

    def moment(self, window: Window) -> Moment | None:
        """What the figures of a window are made of."""
        metrics = self.metrics
        return moment(metrics, self.now(), window) if metrics is not None else None

    def due(self) -> tuple[RingBack, ...]:
        """Whom to ring back."""
        rings = self.metrics.ring_backs if self.metrics is not None else None
        if rings is None:
            return ()
        if self._due[:2] != (id(rings), rings.version):
            self._due = (id(rings), rings.version, rings.due())
        return self._due[2]

    # -- every second

    def second(self) -> None:
        """Observes the alerts and finds the words for the status line."""
        reader = self._reader
        if reader is None or not reader.has_window:
            return
        reader.advance(self.now())
        rolling = self.moment(Window.ROLLING)
        assert rolling is not None
        if self.alerts.rules:
            now = self._services.now()
            for change in self.alerts.observe(self._readings(rolling), now):
                self._alerting.tell(change)
        self.words = self._words(rolling)

    def _readings(self, m: Moment) -> Mapping[Watched, float | None]:
        metrics, now = self.metrics, self._services.now()
        assert metrics is not None
        longest, talk = longest_wait(m), metrics.longest_talk()
        level, failed = live_service_level(m), network_failures(m)
        is_live = self._services.store.board.counts.live > 0
        last = metrics.last_webhook
        minute = now // MINUTE
        return {
            Watched.LONGEST_WAIT: None if longest is None else longest / SECOND,
            Watched.TALK_TIME: None if talk is None else max(0, m.now - talk[1]) / SECOND,
            Watched.SERVICE_LEVEL: level.percent if level.is_telling else None,
            Watched.FAILURE_RATE: failed.percent if failed.is_telling else None,
            Watched.SILENCE: (now - last) / SECOND if is_live and last is not None else None,
            Watched.REFUSED: float(
                metrics.tally.total(minute - REFUSED_MIN + 1, minute + 2).get(n.REFUSED, 0)
            ),
        }

    def _words(self, rolling: Moment) -> LineWords:
        reader, metrics = self._reader, self.metrics
        assert reader is not None
        assert metrics is not None
        level = service_level(rolling)
        percent = level.percent
        mark = " incomplete" if incomplete_since(metrics, rolling.since) is not None else ""
        sign = "<=" if self._services.look.glyphs.ascii else "≤"
        limit = f"{sign}{self.parameters.threshold / SECOND:g} s"
        abandoned = ""
        if reader.has_day:
            today = metrics.tally.today
            offered = today.get(n.OFFERED, 0)
            lost = today.get(n.ABANDONED, 0)
            abandoned = f"abandoned {lost} of {offered}" if offered else "abandoned -"
        loudest = self.alerts.loudest(self._services.now())
        return LineWords(
            service=f"service {level} {limit}{mark}",
            service_is_low=level.is_telling
            and percent is not None
            and percent < self.parameters.service_target,
            abandoned=abandoned,
            alert="" if loudest is None else f"{loudest.rule.name}: {loudest.sentence}",
            ring_back=len(self.due()),
        )


def rules_of(tables: Mapping[str, Mapping[str, object]]) -> list[Rule]:
    """The rules in checked tables `[alerts.NAME]`."""
    rules = []
    for name, table in tables.items():
        limit, clear, for_s = (table.get(each) for each in ("limit", "clear", "for_s"))
        command = table.get("command")
        rules.append(
            Rule(
                name=name,
                watch=Watched(str(table["watch"])),
                limit=float(limit) if isinstance(limit, int | float) else 0.0,
                clear=float(clear) if isinstance(clear, int | float) else None,
                for_s=float(for_s) if isinstance(for_s, int | float) else 0.0,
                bell=table.get("bell") is not False,
                desktop=table.get("desktop") is True,
                command=tuple(map(str, command)) if isinstance(command, list) else (),
            )
        )
    return rules
