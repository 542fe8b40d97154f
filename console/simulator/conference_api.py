"""The endpoints of conferences. Thin: what happens is decided in `conference_commands` and `conference_sounds`."""

from collections.abc import Mapping

from aiohttp import web

from console.simulator import (
    answers,
    conference_commands,
    conference_payloads,
    conference_sounds,
    conferences,
    errors,
    validation,
)
from console.simulator.answers import PREFIX, Body
from console.simulator.clockwork import Clockwork
from console.simulator.repetitions import Repetitions
from console.simulator.rooms import Conference, Participant
from console.simulator.world import World
from console.telnyx import catalogue

_HANDLERS = {**conference_commands.HANDLERS, **conference_sounds.HANDLERS}
_BY_NAME = frozenset(
    {
        "hold", "join", "leave", "mute", "play", "record_start", "record_stop", "record_pause",
        "record_resume", "speak", "stop", "unhold", "unmute", "update",
    }
)  # fmt: skip
"""Actions whose path may hold the conference's name instead of its id (VOICE b)."""


class ConferenceApi:
    """The routes under /conferences."""

    def __init__(self, world: World, clockwork: Clockwork) -> None:
        self._world = world
        self._clockwork = clockwork
        self._done = Repetitions(world)

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        base = f"{PREFIX}/conferences"
        return [
            web.get(base, self._list),
            web.post(base, self._create),
            web.get(f"{base}/{{id}}", self._show),
            web.post(f"{base}/{{id}}/actions/{{action}}", self._command),
            web.get(f"{base}/{{id}}/participants", self._participants),
            web.get(f"{base}/{{id}}/participants/{{participant}}", self._participant),
            web.patch(f"{base}/{{id}}/participants/{{participant}}", self._change_participant),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        validation.check_query(catalogue.load()["conference.list"], request.query)
        found = [
            each for each in self._world.conferences.values() if self._fits(each, request.query)
        ]
        return answers.page(found, request.query, conference_payloads.conference)

    def _fits(self, conference: Conference, query: Mapping[str, str]) -> bool:
        application = self._world.application_of(conference.creator)
        name = "" if application is None else application.name
        exact = {
            "filter[name]": conference.name,
            "filter[status]": conference.status,
            "filter[connection_id]": conference.creator.connection_id,
            "filter[application_session_id]": conference.creator.session_id,
            "filter[leg_id]": conference.creator.leg_id,
            "region": conference.region,
        }
        return query.get("filter[application_name][contains]", "") in name and all(
            query[key] == value for key, value in exact.items() if key in query
        )

    async def _create(self, request: web.Request) -> web.Response:
        body = answers.body_of(request)
        return answers.data(self._clockwork.touch(lambda: self.make(body)))

    def make(self, body: Body) -> dict[str, object]:
        """Makes a conference, without HTTP; the `data` of the answer. Raises `ApiError`."""
        repeated = self._done.find("", body)
        if repeated is not None:
            return repeated
        validation.check(catalogue.load()["conference.create"], body)
        made = conference_payloads.conference(conference_commands.create(self._world, body))
        self._done.remember("", body, made)
        return made

    async def _show(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        return answers.data(conference_payloads.conference(self._found(request)))

    async def _command(self, request: web.Request) -> web.Response:
        action, wanted = request.match_info["action"], request.match_info["id"]
        if action not in _HANDLERS:
            raise errors.not_found()
        body = answers.body_of(request)
        return answers.data(self._clockwork.touch(lambda: self.perform(action, wanted, body)))

    def perform(self, action: str, wanted: str, body: Body) -> dict[str, object]:
        """A command on a conference, without HTTP; the `data` of the answer. Raises `ApiError`."""
        conference = conferences.find(self._world, wanted, by_name=action in _BY_NAME)
        repeated = self._done.find(conference.id, body)
        if repeated is not None:
            return repeated
        validation.check(catalogue.load()[f"conference.{action}"], body)
        if not conference.is_live:
            raise errors.conference_over()
        _HANDLERS[action](self._world, conference, body)
        result: dict[str, object] = {"result": "ok"}
        self._done.remember(conference.id, body, result)
        return result

    async def _participants(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        validation.check_query(catalogue.load()["conference.participants"], request.query)
        conference = self._found(request)
        found = [
            each for each in conference.participants.values() if _is_wanted(each, request.query)
        ]
        return answers.page(
            found,
            request.query,
            lambda one: conference_payloads.listed_participant(one, conference),
        )

    async def _participant(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        conference = self._found(request)
        one = conference_commands.find_participant(conference, request.match_info["participant"])
        return answers.data(conference_payloads.shown_participant(one, conference))

    async def _change_participant(self, request: web.Request) -> web.Response:
        self._clockwork.tick()
        body = answers.body_of(request)
        validation.check(catalogue.load()["conference.participant.update"], body)
        conference = self._found(request)
        one = conference_commands.find_participant(conference, request.match_info["participant"])
        conference_commands.change_participant(self._world, one, body)
        return answers.data(conference_payloads.shown_participant(one, conference))

    def _found(self, request: web.Request) -> Conference:
        return conferences.find(self._world, request.match_info["id"])


def _is_wanted(one: Participant, query: Mapping[str, str]) -> bool:
    state = {
        "filter[muted]": one.muted,
        "filter[on_hold]": one.on_hold,
        "filter[whispering]": one.role == "whisper",
    }
    return all(
        (query[name].lower() == "true") == is_so for name, is_so in state.items() if name in query
    )
