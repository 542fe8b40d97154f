"""The voice API under /v2: routes, authentication, limits, faults. Thin: what happens is decided in `commands`."""

import asyncio
import hmac
import time
from collections import deque
from collections.abc import Awaitable, Callable

from aiohttp import web

from console.domain.entries import Micros
from console.simulator import (
    answers,
    applications,
    errors,
    paging,
    payloads,
    records,
    validation,
)
from console.simulator.answers import BODY, PREFIX
from console.simulator.chaos import Chaos, Mishap
from console.simulator.clockwork import Clockwork
from console.simulator.commands import Switchboard
from console.simulator.conference_api import ConferenceApi
from console.simulator.errors import ApiError
from console.simulator.faults import KEPT_REQUESTS, Fault, Faults, Recorded
from console.simulator.limits import RateLimit
from console.simulator.performing import Performer
from console.simulator.queue_api import QueueApi
from console.simulator.records import Records
from console.simulator.world import Application, Leg, World
from console.telnyx import catalogue

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """The routes and what they need; one per simulator."""

    def __init__(
        self,
        *,
        world: World,
        clockwork: Clockwork,
        history: Records,
        chaos: Chaos,
        api_key: str,
        rate_limit: int | None,
    ) -> None:
        self._world = world
        self._clockwork = clockwork
        self._history = history
        self._chaos = chaos
        self._expected = f"Bearer {api_key}".encode()
        self._switchboard = Switchboard(world)
        self._conferences = ConferenceApi(world, clockwork)
        self._queues = QueueApi(world, clockwork)
        self._switchboard.told = _remembering(world, history)
        self._limit = None if rate_limit is None else RateLimit(rate_limit)
        self.faults = Faults()
        self.requests: deque[Recorded] = deque(maxlen=KEPT_REQUESTS)
        self.performer = Performer(self._switchboard, self._conferences)
        """Carries out commands without a request."""
        self.on_request: Callable[[Recorded], None] | None = None
        """Told of each request once it is answered."""

    def application(self) -> web.Application:
        """The aiohttp application that answers under /v2."""
        app = web.Application(middlewares=[self._border])
        app.add_routes(
            [
                web.post(f"{PREFIX}/calls", self._dial),
                web.get(f"{PREFIX}/calls/{{id}}", self._status),
                web.post(f"{PREFIX}/calls/{{id}}/actions/{{action}}", self._command),
                web.put(f"{PREFIX}/calls/{{id}}/actions/{{action}}", self._command),
                web.get(f"{PREFIX}/connections/{{id}}/active_calls", self._active_calls),
                web.get(f"{PREFIX}/call_events", self._call_events),
                web.get(f"{PREFIX}/webhook_deliveries", self._deliveries),
                web.get(f"{PREFIX}/webhook_deliveries/{{id}}", self._delivery),
                web.get(f"{PREFIX}/call_control_applications", self._applications),
                web.post(f"{PREFIX}/call_control_applications", self._create_application),
                web.get(f"{PREFIX}/call_control_applications/{{id}}", self._application),
                web.patch(f"{PREFIX}/call_control_applications/{{id}}", self._change_application),
                web.delete(f"{PREFIX}/call_control_applications/{{id}}", self._delete_application),
                *self._conferences.routes(),
                *self._queues.routes(),
                web.route("*", "/{anything:.*}", self._unknown),
            ]
        )
        return app

    @web.middleware
    async def _border(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Faults first, then the key, the limit and the body; every refusal becomes Telnyx's envelope."""
        path = request.path.removeprefix(PREFIX)
        fault = self.faults.take(request.method, path) or _as_fault(self._chaos.mishap())
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)  # a slow answer is what was asked for
        response: web.StreamResponse
        try:
            if (fault.status or fault.cut) and not fault.executed:
                raise _refusal(fault)
            response = await self._answer(request, handler)
        except ApiError as refusal:
            response = web.json_response(
                refusal.envelope(), status=refusal.status, headers=refusal.headers
            )
        if fault.status and fault.executed:
            response = web.json_response(_refusal(fault).envelope(), status=fault.status)
        self._record(request, path, 0 if fault.cut else response.status)
        if fault.cut:
            _cut(request)
        elif self._limit is not None:
            response.headers.update(self._limit.headers(time.monotonic()))
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        raw = await request.read()
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._expected):
            raise errors.unauthorized()
        if self._limit is not None:
            self._limit.count(time.monotonic())
        if request.method in {"POST", "PUT", "PATCH"}:
            request[BODY] = answers.parse(raw)
        return await handler(request)

    def _record(self, request: web.Request, path: str, status: int) -> None:
        query = dict(request.query)
        recorded = Recorded(request.method, path, query, request.get(BODY), status)
        self.requests.append(recorded)
        if self.on_request is not None:
            self.on_request(recorded)

    async def _dial(self, request: web.Request) -> web.Response:
        body = answers.body_of(request)
        return answers.data(self._clockwork.touch(lambda: self._switchboard.dial(body)))

    async def _command(self, request: web.Request) -> web.Response:
        action = request.match_info["action"]
        command = catalogue.load().get(action)
        if command is None or command.method != request.method or command.scope != "call":
            raise errors.not_found()
        leg_id, body = request.match_info["id"], answers.body_of(request)
        return answers.data(
            self._clockwork.touch(lambda: self._switchboard.perform(action, leg_id, body))
        )

    async def _status(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        leg = self._world.legs.get(request.match_info["id"])
        if leg is None:
            raise errors.not_found()
        return answers.data(payloads.call(leg, self._world.now))

    async def _active_calls(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        connection_id = request.match_info["id"]
        if connection_id not in self._world.applications:
            raise errors.not_found()
        legs = [leg for leg in self._world.live.values() if leg.connection_id == connection_id]
        if paging.is_by_number(request.query):
            page = paging.by_number(legs, request.query)
        else:
            page = paging.by_cursor(
                legs, request.query, path=request.path, position=lambda leg: leg.serial
            )
        now = self._world.now
        data = [payloads.active_call(leg, now) for leg in page.items]
        return web.json_response({"data": data, "meta": page.meta})

    async def _call_events(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        validation.check_query(catalogue.load()["call_events"], request.query)
        found = self._history.listed(request.query, self._world.now)
        return answers.page(found, request.query, lambda each: each.as_call_event())

    async def _deliveries(self, request: web.Request) -> web.Response:
        validation.check_query(catalogue.load()["webhook_deliveries.list"], request.query)
        found = records.matching(self._history.deliveries(), request.query)
        return answers.page(found, request.query, lambda each: each.as_json())

    async def _delivery(self, request: web.Request) -> web.Response:
        for delivery in self._history.deliveries():
            # As in the list: of what was not tried yet there is nothing to tell.
            if delivery.id == request.match_info["id"] and delivery.attempts:
                return answers.data(delivery.as_json())
        raise errors.not_found()

    async def _applications(self, request: web.Request) -> web.Response:
        validation.check_query(catalogue.load()["apps.list"], request.query)
        found = applications.listed(self._world.applications.values(), request.query)
        return answers.page(found, request.query, applications.as_json)

    async def _application(self, request: web.Request) -> web.Response:
        return answers.data(applications.as_json(self._found(request)))

    async def _create_application(self, request: web.Request) -> web.Response:
        body = answers.body_of(request)
        validation.check(catalogue.load()["apps.create"], body)
        now = self._now()
        number = self._world.new_serial()
        made = Application(
            id=application_id(self._world, number), name="", webhook_event_url="", created_at=now
        )
        self._world.applications[made.id] = made
        try:
            changed = self._world.change_application(
                made.id, **applications.changes(body, None, now)
            )
        except ApiError:
            del self._world.applications[made.id]
            raise
        return answers.data(applications.as_json(changed), status=201)

    async def _change_application(self, request: web.Request) -> web.Response:
        current, body = self._found(request), answers.body_of(request)
        validation.check(catalogue.load()["apps.update"], body)
        changes = applications.changes(body, current, self._now())
        return answers.data(
            applications.as_json(self._world.change_application(current.id, **changes))
        )

    async def _delete_application(self, request: web.Request) -> web.Response:
        current = self._found(request)
        del self._world.applications[current.id]
        return answers.data(applications.as_json(current))

    async def _unknown(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix(PREFIX)
        for command in catalogue.load().values():
            if command.method == request.method and _fits(command.path, path):
                raise errors.not_simulated(f"{command.method} {command.path}")
        raise errors.not_found()

    def _found(self, request: web.Request) -> Application:
        found = self._world.applications.get(request.match_info["id"])
        if found is None:
            raise errors.not_found()
        return found

    def _now(self) -> Micros:
        self._clockwork.tick()
        return self._world.now


def application_id(world: World, number: int) -> str:
    """A connection_id in Telnyx's form: 19 digits."""
    return str(10**18 + int.from_bytes(world.fate.octets(7, "application", number), "big") % 10**18)


def _remembering(world: World, history: Records) -> Callable[[str, Leg], None]:
    """Keeps commands on legs for /call_events."""

    def remember(action: str, leg: Leg) -> None:
        history.add_command(
            records.Command(action, world.now, leg.leg_id, leg.session_id, leg.connection_id)
        )

    return remember


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        a.startswith("{") or a == b for a, b in zip(wanted, given, strict=True)
    )


def _as_fault(mishap: Mishap) -> Fault:
    return Fault(status=mishap.status, delay_s=mishap.delay_s, executed=mishap.executed)


def _refusal(fault: Fault) -> ApiError:
    if fault.status == 429:
        reset = {"x-ratelimit-limit": "1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}
        return errors.too_many(fault.headers or reset)
    refusal = errors.broken(fault.status or 500)
    refusal.headers.update(fault.headers or {})
    return refusal


def _cut(request: web.Request) -> None:
    """Closes the connection, so that the client never learns what became of its request."""
    if request.transport is not None:
        request.transport.abort()
