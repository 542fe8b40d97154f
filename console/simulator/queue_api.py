"""The endpoints of queues. Thin: what happens is decided in `queues`."""

from aiohttp import web

from console.simulator import answers, bodies, errors, queues, validation
from console.simulator.answers import PREFIX
from console.simulator.clockwork import Clockwork
from console.simulator.world import Leg, Queue, World
from console.telnyx import catalogue


class QueueApi:
    """The routes under /queues."""

    def __init__(self, world: World, clockwork: Clockwork) -> None:
        self._world = world
        self._clockwork = clockwork

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        base = f"{PREFIX}/queues"
        call = f"{base}/{{name}}/calls/{{call}}"
        return [
            web.get(base, self._list),
            web.post(base, self._create),
            web.get(f"{base}/{{name}}", self._show),
            web.post(f"{base}/{{name}}", self._change),
            web.delete(f"{base}/{{name}}", self._delete),
            web.get(f"{base}/{{name}}/calls", self._calls),
            web.get(call, self._call),
            web.patch(call, self._change_call),
            web.delete(call, self._remove_call),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        validation.check_query(catalogue.load()["queue.list"], request.query)
        found = list(self._world.queues.values())
        return answers.page(found, request.query, self._shown)

    async def _create(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        body = answers.body_of(request)
        validation.check(catalogue.load()["queue.create"], body)
        name = bodies.text(body, "queue_name") or ""
        if name in self._world.queues:
            raise errors.bad_request("A queue of that name exists.", "/queue_name")
        size = bodies.whole(body, "max_size", queues.DEFAULT_MADE_SIZE)
        return answers.data(
            self._clockwork.touch(lambda: self._shown(queues.make(self._world, name, size)))
        )

    async def _show(self, request: web.Request) -> web.Response:
        return answers.data(self._shown(self._queue(request)))

    async def _change(self, request: web.Request) -> web.Response:
        body = answers.body_of(request)
        validation.check(catalogue.load()["queue.update"], body)
        queue = self._queue(request)
        queue.max_size = bodies.whole(body, "max_size", queue.max_size)
        queue.updated_at = self._world.now
        return answers.data(self._shown(queue))

    async def _delete(self, request: web.Request) -> web.Response:
        queue = self._queue(request)
        self._clockwork.touch(lambda: queues.delete(self._world, queue))
        return web.Response(status=204)

    async def _calls(self, request: web.Request) -> web.Response:
        validation.check_query(catalogue.load()["queue.calls"], request.query)
        queue = self._queue(request)
        return answers.page(
            queues.members(self._world, queue),
            request.query,
            lambda leg: queues.call_as_json(self._world, queue, leg),
        )

    async def _call(self, request: web.Request) -> web.Response:
        queue = self._queue(request)
        leg = self._member(request, queue)
        return answers.data(queues.call_as_json(self._world, queue, leg))

    async def _change_call(self, request: web.Request) -> web.Response:
        body = answers.body_of(request)
        validation.check(catalogue.load()["queue.call.update"], body)
        leg = self._member(request, self._queue(request))
        if leg.waiting is not None:
            keep = bodies.flag(body, "keep_after_hangup", default=leg.waiting.keep)
            leg.waiting = leg.waiting._replace(keep=keep)
        return web.Response(status=204)

    async def _remove_call(self, request: web.Request) -> web.Response:
        """For calls that have ended and kept their place; a live one leaves with leave_queue."""
        leg = self._member(request, self._queue(request))
        if leg.is_live:
            raise errors.bad_request("Only an inactive call can be removed from a queue.")
        self._clockwork.touch(lambda: queues.leave(self._world, leg, "hangup"))
        return web.Response(status=204)

    def _queue(self, request: web.Request) -> Queue:
        self._clockwork.tick()
        return queues.find(self._world, request.match_info["name"])

    def _member(self, request: web.Request, queue: Queue) -> Leg:
        return queues.member(self._world, queue, request.match_info["call"])

    def _shown(self, queue: Queue) -> dict[str, object]:
        return queues.as_json(self._world, queue)
