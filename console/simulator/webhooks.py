"""Delivers events: signed, concurrent, with retries and a failover URL (VOICE d). The only client in the simulator.

An attempt succeeds with HTTP 200 (other 2xx: code 75299). 408, 429, 5xx and failures to connect are tried again with
meta.attempt + 1, other answers not at the same URL; after two failures, or one that forbids a repetition, the
failover URL is used if there is one. Everything is bounded: attempts, waiting retries and the backlog.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

import aiohttp
import msgspec

from console.domain.entries import Micros
from console.simulator import payloads
from console.simulator.chaos import Chaos
from console.simulator.fate import Fate
from console.simulator.records import Attempt, Delivery, Records
from console.simulator.world import Event, Target
from console.telnyx.signature import Signer

DEFAULT_RETRIES_S = (0.5, 1.0, 2.0, 4.0)
"""Waits before the second and later attempts; Telnyx's own schedule is unknown (VOICE h 16)."""
PRIMARY_ATTEMPTS = 2
CONCURRENT = 64
MAX_BACKLOG = 20_000
_BODY_KEPT = 500


class Job(NamedTuple):
    """One attempt to be made."""

    delivery: Delivery
    target: Target
    url: str
    attempt: int
    remaining_s: tuple[float, ...]
    at_primary: int


class Courier:
    """Sends events concurrently; `take` never waits and never fails."""

    def __init__(
        self,
        *,
        signer: Signer,
        records: Records,
        chaos: Chaos,
        fate: Fate,
        clock: Callable[[], Micros],
        speed: float,
    ) -> None:
        self._signer = signer
        self._records = records
        self._chaos = chaos
        self._fate = fate
        self._clock = clock
        self._speed = speed
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[int, asyncio.TimerHandle] = {}
        self._made = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._backlog: deque[Job] = deque()
        self.dropped = 0
        """Deliveries given up because too many were waiting."""

    async def open(self) -> None:
        """Must be called in the loop before the first event."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONCURRENT),
            headers={"User-Agent": "telnyx-webhooks", "Content-Type": "application/json"},
        )

    async def close(self) -> None:
        """Gives up whatever is on its way."""
        for handle in self._waiting.values():
            handle.cancel()
        self._backlog.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    @property
    def undelivered(self) -> int:
        """Events that were tried and never taken, of those that are remembered."""
        return sum(
            bool(each.attempts) and not each.delivered for each in self._records.deliveries()
        )

    @property
    def pending(self) -> int:
        """Attempts on their way or waiting."""
        return len(self._tasks) + len(self._backlog) + len(self._waiting)

    async def quiet(self) -> None:
        """Waits until everything reported so far has been delivered or given up."""
        await self._quiet.wait()

    def take(self, events: list[Event]) -> None:
        """Records events and begins to deliver them."""
        for event in events:
            self.post(event, self._chaos.delivery_delays_s(event.id))

    def post(self, event: Event, delays_s: Iterable[float]) -> None:
        """Records one event and delivers a copy after each delay (simulated seconds); none: it is lost on its way."""
        delivery = Delivery(
            id=self._fate.uuid("delivery", event.id), event=event, started_at=self._clock()
        )
        self._records.add(delivery)
        if event.target is None:
            return
        delivery.url = event.target.url
        retries_s = event.target.retries_s
        waits = DEFAULT_RETRIES_S if retries_s is None else retries_s
        for copy, delay_s in enumerate(delays_s):
            job = Job(delivery, event.target, event.target.url, 1 + copy, waits, 1)
            self._after(delay_s, job)

    def _after(self, delay_s: float, job: Job) -> None:
        if delay_s <= 0:
            self._start(job)
            return
        if len(self._waiting) >= MAX_BACKLOG:
            self.dropped += 1
            return
        loop = asyncio.get_running_loop()
        self._made += 1
        number = self._made
        self._quiet.clear()
        self._waiting[number] = loop.call_later(delay_s / self._speed, self._due, number, job)

    def _due(self, number: int, job: Job) -> None:
        del self._waiting[number]
        self._start(job)

    def _start(self, job: Job) -> None:
        if len(self._tasks) < CONCURRENT:
            self._quiet.clear()
            task = asyncio.create_task(self._run(job), name="webhook")
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        elif len(self._backlog) < MAX_BACKLOG:
            self._backlog.append(job)
        else:
            self.dropped += 1

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self.pending:
            self._quiet.set()

    async def _run(self, job: Job) -> None:
        """One attempt after the other as long as something waits: a worker ends when the backlog is empty."""
        await self._attempt(job)
        while self._backlog:
            await self._attempt(self._backlog.popleft())

    async def _attempt(self, job: Job) -> None:
        started_at = self._clock()
        event = job.delivery.event
        body = msgspec.json.encode(
            payloads.envelope(
                event, api_version=job.target.api_version, attempt=job.attempt, url=job.url
            )
        )
        headers = self._signer.headers(body, now_s=time.time())
        status, code, answer = await self._post(job, body, headers)
        job.delivery.url = job.url
        job.delivery.attempts.append(
            Attempt(job.url, started_at, self._clock(), headers, status, code, answer)
        )
        if code is not None:
            self._retry(job, status)

    async def _post(
        self, job: Job, body: bytes, headers: dict[str, str]
    ) -> tuple[int | None, int | None, str]:
        """HTTP status, Telnyx's code for the failure (None: delivered), and the beginning of the answer."""
        assert self._session is not None
        try:
            async with (
                asyncio.timeout(job.target.timeout_s),
                self._session.post(
                    job.url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                answer = (await response.content.read(_BODY_KEPT)).decode("utf-8", "replace")
                return response.status, _failure_code(response.status), answer
        except aiohttp.ClientConnectorDNSError:
            return None, 75001, ""
        except aiohttp.ClientConnectorCertificateError:
            return None, 75003, ""
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            return None, 75002, ""

    def _retry(self, job: Job, status: int | None) -> None:
        failover = job.target.failover_url
        may_repeat = status is None or 200 <= status < 300 or status in {408, 429} or status >= 500
        to_failover = failover is not None and (
            not may_repeat or job.at_primary >= PRIMARY_ATTEMPTS or job.url == failover
        )
        if not job.remaining_s or (not may_repeat and (not to_failover or job.url == failover)):
            return
        url = failover if to_failover and failover is not None else job.url
        self._after(
            job.remaining_s[0],
            job._replace(
                url=url,
                attempt=job.attempt + 1,
                remaining_s=job.remaining_s[1:],
                at_primary=job.at_primary + (url == job.target.url),
            ),
        )


def _failure_code(status: int) -> int | None:
    if status == 200:
        return None
    if 200 <= status < 300:
        return 75299
    if 300 <= status < 400:
        return 75300
    if status == 404:
        return 75404
    return 75499 if status < 500 else 75599
