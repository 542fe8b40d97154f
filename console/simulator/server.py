"""The simulator as a whole: a web server for the API, a client that delivers webhooks, callers that arrive."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from console.domain.entries import Micros
from console.errors import ConsoleError
from console.simulator import calls, gathering, numbers, streams
from console.simulator.answers import PREFIX
from console.simulator.api import Api, application_id
from console.simulator.arrivals import Arrivals
from console.simulator.chaos import CALM, CHAOS, Chaos
from console.simulator.clockwork import Clockwork, wall_clock
from console.simulator.fate import Fate
from console.simulator.faults import Fault, Recorded
from console.simulator.numbers import Party
from console.simulator.options import SimulatorOptions
from console.simulator.performing import heard
from console.simulator.records import Records
from console.simulator.scenarios.play import Play, Report, Setting
from console.simulator.scenarios.script import AnyStep, Scenario
from console.simulator.scenarios.tampering import AT_ONCE, Posting
from console.simulator.streaming import Reports, Streamer
from console.simulator.webhooks import Courier
from console.simulator.world import Application, Event, World
from console.telnyx.signature import Signer

SETTLE_S = 2.0
"""Simulated seconds after a scenario's last step in which what it led to may still happen."""
LISTENS_AFTER_S = 0.2

_log = logging.getLogger("console.simulator.http")


class Simulator:
    """A Telnyx to practise against; use it as an async context manager.

    With a seed everything is the same in every run: keys, identifiers, callers and how everybody behaves.
    """

    def __init__(
        self, options: SimulatorOptions, *, clock: Callable[[], Micros] = wall_clock
    ) -> None:
        self._options = options
        seed = secrets.randbits(48) if options.seed is None else options.seed
        fate = Fate(seed)
        signer = Signer(fate.octets(32, "webhook key"))
        self.public_key = signer.public_key
        self.api_key = f"KEY_SIMULATED_{fate.octets(12, 'api key').hex().upper()}"
        self.from_number = numbers.us_number(fate.rng("from number"))
        self.world = World(fate, now=clock(), speed=options.speed)
        """For tests that look at or into the legs; change it only through `clockwork`."""
        self._history = Records()
        chaos = Chaos(fate, CHAOS if options.chaos else CALM)
        self.courier = Courier(
            signer=signer,
            records=self._history,
            chaos=chaos,
            fate=fate,
            clock=clock,
            speed=options.speed,
        )
        self._streamer = Streamer(chaos=chaos)
        self.clockwork = Clockwork(
            self.world, self._deliver, on_orders=self._streamer.take, clock=clock
        )
        self._play: Play | None = None
        self._streamer.reports = Reports(
            opened=self._report(streams.opened),
            failed=self._report(streams.failed),
            closed=self._report(streams.closed),
        )
        self._api = Api(
            world=self.world,
            clockwork=self.clockwork,
            history=self._history,
            chaos=chaos,
            api_key=self.api_key,
            rate_limit=options.rate_limit,
        )
        self.connection_id = self._first_application()
        self._arrivals = Arrivals(
            self.world, self.connection_id, self.from_number, rate=options.rate
        )
        self._runner: web.AppRunner | None = None
        self._port = options.port

    def _report(self, tell: Callable[[World, str, str], None]) -> Callable[[str, str], None]:
        """How the world learns what became of a stream."""

        def report(call_control_id: str, stream_id: str) -> None:
            self.clockwork.touch(lambda: tell(self.world, call_control_id, stream_id))

        return report

    def _first_application(self) -> str:
        options, now = self._options, self.world.now
        made = Application(
            id=application_id(self.world, 0),
            name="Call Console practice",
            webhook_event_url=options.webhook_url or "",
            webhook_event_failover_url=options.failover_url,
            webhook_api_version=options.webhook_api_version,
            call_cost_in_webhooks=options.call_cost,
            created_at=now,
            updated_at=now,
        )
        self.world.applications[made.id] = made
        return made.id

    async def __aenter__(self) -> Self:
        """Opens the port. Raises `ConsoleError` if it is taken."""
        await self.courier.open()
        await self._streamer.open()
        self._runner = web.AppRunner(self._api.application(), access_log=None, logger=_log)
        await self._runner.setup()
        options = self._options
        site = web.TCPSite(self._runner, options.host, options.port)
        try:
            await site.start()
        except OSError as error:
            await self._close()
            raise ConsoleError(
                f"The simulator cannot listen on {options.host}:{options.port}: "
                f"{error.strerror or 'the address cannot be used'}. Choose another port."
            ) from error
        self._port = self._runner.addresses[0][1]
        self.clockwork.touch(self._arrivals.begin)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        self.clockwork.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._streamer.close()
        await self.courier.close()

    @property
    def api_base(self) -> str:
        """Where the API is, with the version: `http://127.0.0.1:PORT/v2`."""
        host = self._options.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}{PREFIX}"

    @property
    def webhook_url(self) -> str:
        """Where webhooks go now; empty while nobody listens."""
        application = self.world.applications.get(self.connection_id)
        return "" if application is None else application.webhook_event_url

    def hello(self) -> dict[str, object]:
        """The first line of `simulate` (DESIGN 5.1)."""
        return {
            "api_base": self.api_base,
            "api_key": self.api_key,
            "public_key": self.public_key,
            "connection_id": self.connection_id,
            "from": self.from_number,
        }

    async def incoming(
        self,
        from_: str | None = None,
        name: str | None = None,
        patience_s: float | None = None,
        talk_s: float | None = None,
    ) -> str:
        """Lets somebody call at once; gives their call_control_id. How long they wait for an answer and how long they
        talk is left to chance unless it is given.
        """

        def arrive() -> str:
            party = self._arrivals.next_party()
            if from_ is not None:
                party = Party(from_, name)
            elif name is not None:
                party = Party(party.number, name)
            leg = calls.ring_in(
                self.world,
                connection_id=self.connection_id,
                to=self.from_number,
                party=party,
                patience_s=patience_s,
            )
            if talk_s is not None:
                leg.plan = leg.plan._replace(talk_s=talk_s)
            return leg.id

        return self.clockwork.touch(arrive)

    async def caller_hangs_up(self, call_control_id: str) -> None:
        """Lets the far end of a leg hang up at once; nothing happens if the leg has ended."""

        def leave() -> None:
            leg = self.world.leg(call_control_id)
            if leg is None:
                return
            if leg.is_answered:
                calls.end(self.world, leg, "normal_clearing", calls.far_end(leg), "200")
            elif leg.direction == "incoming":
                calls.end(self.world, leg, "originator_cancel", "caller", "487")
            else:
                calls.end(self.world, leg, "call_rejected", "callee", "603")

        self.clockwork.touch(leave)

    async def caller_presses(self, call_control_id: str, digits: str) -> None:
        """Lets the far end of a leg press keys (w and W wait); nothing happens unless it has been answered."""

        def press() -> None:
            leg = self.world.leg(call_control_id)
            if leg is not None and leg.is_answered:
                gathering.press_all(self.world, leg, digits)

        self.clockwork.touch(press)

    def _deliver(self, events: list[Event]) -> None:
        """Events go out as they are, or as the scenario being played says."""
        if self._play is None:
            self.courier.take(events)
        else:
            self._post(self._play.take(events))

    def _post(self, postings: Sequence[Posting]) -> None:
        for event, delays_s in postings:
            if delays_s == AT_ONCE:
                self.courier.take([event])
            else:
                self.courier.post(event, delays_s)

    async def play(
        self,
        scenario: Scenario,
        *,
        by_application: bool = False,
        on_step: Callable[[int, AnyStep], None] = lambda _number, _step: None,
    ) -> Report:
        """Plays a scenario once somebody listens, and waits until all of its webhooks are delivered or given up.

        `by_application`: the commands are to come from a real application.
        """
        world, ended = self.world, asyncio.Event()
        setting = Setting(
            world=world,
            performer=self._api.performer,
            arrivals=self._arrivals,
            connection_id=self.connection_id,
            from_number=self.from_number,
            api_fault=self._api.faults.add,
        )
        play = self._play = Play(
            scenario,
            setting,
            by_application=by_application,
            on_step=on_step,
            on_end=lambda _: world.after(SETTLE_S, None, "scenario", ended.set),
        )

        def begin() -> None:
            if not self.webhook_url:
                world.after(LISTENS_AFTER_S, None, "scenario", begin)
            else:
                play.begin()

        def hear(recorded: Recorded) -> None:
            command = heard(recorded)
            if command is not None:
                play.hear(command)

        self._api.on_request = hear
        self.clockwork.touch(begin)
        await ended.wait()
        self._post(play.release())
        await self.courier.quiet()
        self._api.on_request, self._play = None, None
        assert play.report is not None
        return play.report

    def set_webhook_url(self, url: str, *, failover: str | None = None) -> None:
        """What PATCH /call_control_applications/{id} does, without HTTP."""
        self.world.change_application(
            self.connection_id, webhook_event_url=url, webhook_event_failover_url=failover
        )

    @property
    def requests(self) -> tuple[Recorded, ...]:
        """The latest requests to the API, oldest first."""
        return tuple(self._api.requests)

    def fail_next(
        self,
        status: int | None = 500,
        *,
        times: int = 1,
        delay_s: float = 0.0,
        cut: bool = False,
        executed: bool = False,
        method: str = "*",
        path: str = "*",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Lets the next requests fail that match the globs `method` and `path` (without /v2).

        `executed` lets the command have its effect and loses only the answer; `cut` closes the connection instead of
        answering; `status` None with `delay_s` answers late but truly.
        """
        fault = Fault(
            status=status,
            delay_s=delay_s,
            cut=cut,
            executed=executed,
            method=method,
            path=path,
            headers=headers,
        )
        self._api.faults.add(fault, times)


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether it tells of us: what strangers send that is no HTTP has been answered, and needs no traceback."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log.addFilter(_is_ours)
