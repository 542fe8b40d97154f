"""Where the internet reaches this engine: its public address, whether that leads here, its tunnel, and whose URL it took."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict

import msgspec
from aiohttp import web

from console.domain.entries import Micros
from console.engine.listener import Listener
from console.engine.recorder import Recorder
from console.engine.settings import EngineSettings
from console.engine.taking.custody import Custody
from console.engine.taking.deeds import NO_ADDRESS, Ask
from console.engine.taking.keeper import UrlKeeper
from console.errors import EngineError
from console.journal.records import note_draft
from console.standing import Reach, TakingAnswer, TakingHealth, TunnelHealth

if TYPE_CHECKING:
    from console.engine.tunnel.tunnel import Tunnel

NOT_LISTENING = "this engine reads Telnyx's records and takes no webhooks, so no URL can lead to it"
HOW_TO_GIVE_BACK = "W in Applications, or call-console listen --give-back-url, gives it back"
MOVE_TRIES = 10
MOVE_WAIT_S = 3.0
"""A tunnel's new address is not known to every name server at once."""


class Standing(TypedDict):
    """Its part of the engine's health, by name."""

    public_url: str | None
    reach: Reach | None
    taking: TakingHealth | None
    tunnel: TunnelHealth | None


_log = logging.getLogger("console.engine")


class _TestQuestion(msgspec.Struct):
    url: str | None = None


class _Deed(msgspec.Struct):
    deed: str
    application_id: str | None = None
    operator: str = ""
    with_failover: bool = True
    untested: bool = False


class Whereabouts:
    """Belongs to one engine; one of the rooms behind its private door. `ask` is how Telnyx is asked."""

    def __init__(
        self,
        settings: EngineSettings,
        listener: Listener,
        ask: Ask,
        recorder: Recorder,
        *,
        moved: Callable[[str | None], None],
        clock: Callable[[], Micros],
    ) -> None:
        """`moved` is told the public address whenever it is another."""
        self._settings = settings
        self._listener = listener
        self.connection_id = settings.connection_id
        """The application that is meant where none is named."""
        self._recorder = recorder
        self._tell = moved
        self._clock = clock
        self._told = settings.public_url
        self._tunnel: Tunnel | None = None
        self._moving: asyncio.Task[None] | None = None
        self._proving: asyncio.Task[None] | None = None
        self._reach: Reach | None = None
        self._trouble = ""
        self._doubt = ""
        """Why the address of the settings seems not to lead here, until something proves that it does."""
        self.keeper = UrlKeeper(
            Custody(settings.journal),
            ask,
            base_url=settings.base_url,
            our_url=lambda: self.public_url,
            test=self.test,
            clock=clock,
            why_nowhere=self._why_nowhere,
        )
        self.last_words = ""
        """What became of a taken URL at the end; empty where none was taken."""

    @property
    def public_url(self) -> str | None:
        """Where the internet reaches the webhooks: the tunnel's address, else what the settings say."""
        if self._settings.poll is not None:
            return None
        tunnel_url = None if self._tunnel is None else self._tunnel.url
        return tunnel_url or self._settings.public_url

    def start(self) -> None:
        """Starts the tunnel and looks for what was left. After the port is open."""
        self.keeper.begin()
        plan = self._settings.tunnel
        if plan is None or self._settings.poll is not None:
            if self.public_url is not None:
                self._proving = asyncio.get_running_loop().create_task(
                    self._prove(), name="self-test at start"
                )
            return
        from console.engine.tunnel.tunnel import Tunnel

        host, port = self._listener.address
        self._tunnel = Tunnel(
            plan,
            plan.argv(host, port),
            path=self._settings.path,
            environment=_without_key(os.environ, self._settings),
            changed=self._moved,
            proves=self._proves,
        )
        self._tunnel.start()

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Gives back what was taken, while webhooks are still heard; then ends the tunnel."""
        for task in filter(None, (self._moving, self._proving)):
            task.cancel()
            await asyncio.wait((task,))
        answer = await self.keeper.aclose()
        if answer is not None:
            self.last_words = answer.sentence
            await self._note(answer.sentence)
            if not answer.ok:
                _log.warning("%s", answer.sentence)
        if self._tunnel is not None:
            await self._tunnel.aclose()

    def health(self) -> Standing:
        """Its part of the engine's health, by name."""
        return {
            "public_url": self.public_url,
            "reach": self._reach,
            "taking": self.keeper.health(),
            "tunnel": None if self._tunnel is None else self._tunnel.health(),
        }

    def notices(self) -> tuple[str, ...]:
        """What somebody has to know, in sentences."""
        taken = self.keeper.health()
        left = (
            f"{taken.sentence}: {HOW_TO_GIVE_BACK}" if taken is not None and taken.is_left else ""
        )
        tunnel = None if self._tunnel is None else self._tunnel.health()
        failed = (
            tunnel.sentence.partition("; it is started again")[0]
            if tunnel is not None and tunnel.state == "failed"
            else ""
        )
        doubt = "" if self._listener.last_verified_at is not None else self._doubt
        return tuple(filter(None, (left, self.keeper.trouble, failed, self._trouble, doubt)))

    async def test(self, url: str | None = None) -> Reach:
        """Whether an address leads here; the engine's own where none is given. Never raises."""
        address = url or self.public_url
        if self._settings.poll is not None or address is None:
            why = self._why_nowhere()
            return Reach(url=address or "", ok=False, fault="address", sentence=why)
        reach = await self._listener.self_test.run(address)
        if address == self.public_url:
            self._reach = reach
            if reach.ok:
                self._doubt = ""
        return reach

    async def do(self, deed: _Deed) -> TakingAnswer:
        """What a desk or the shell asks for. Raises `EngineError` for what is no deed."""
        id_ = deed.application_id or self.connection_id
        keeper = self.keeper
        match deed.deed:
            case "look":
                return await keeper.look(id_)
            case "take":
                return await keeper.take(
                    id_,
                    deed.operator,
                    with_failover=deed.with_failover,
                    untested=deed.untested,
                )
            case "give_back":
                return await keeper.give_back(deed.operator)
            case "keep":
                kept = await keeper.keep()
                # The engine before may have been reached at another address.
                moved = await keeper.move() if kept.ok else None
                return moved or kept
            case _:
                raise EngineError(f"{deed.deed} is nothing that can be done with a webhook URL")

    def add_to(self, router: web.UrlDispatcher) -> None:
        """What the engine's private door answers about it."""
        router.add_post("/self-test", self._answer_test)
        router.add_post("/taking", self._answer_deed)

    async def _answer_test(self, request: web.Request) -> web.StreamResponse:
        asked = msgspec.json.decode(await request.read(), type=_TestQuestion)
        return _answer(await self.test(asked.url))

    async def _answer_deed(self, request: web.Request) -> web.StreamResponse:
        deed = msgspec.json.decode(await request.read(), type=_Deed)
        # Whoever asked may go away; what was begun is finished, under the engine's own task.
        doing = asyncio.ensure_future(self.do(deed))
        return _answer(await asyncio.shield(doing))

    def _why_nowhere(self) -> str:
        if self._settings.poll is not None:
            return NOT_LISTENING
        tunnel = None if self._tunnel is None else self._tunnel.health()
        if tunnel is None or tunnel.state == "up":
            return NO_ADDRESS
        return f"it is not known yet where the internet reaches this console: {tunnel.sentence}"

    async def _prove(self) -> None:
        """Once, at the start: what Telnyx sends proves more, and who doubts asks `doctor`."""
        reach = await self.test()
        if not reach.ok:
            self._doubt = f"webhooks may not arrive here: {reach.sentence}"
            await self._note(self._doubt)

    # -- the tunnel

    async def _proves(self, url: str) -> bool:
        return (await self._listener.self_test.run(url)).ok

    def _moved(self) -> None:
        """The tunnel is another, or somewhere else: ask through it, and let a taken URL follow."""
        if self.public_url != self._told:
            self._told = self.public_url
            self._tell(self._told)
        if self._reach is not None and self._reach.url != self.public_url:
            self._reach = None
        if self._moving is not None:
            self._moving.cancel()
            self._moving = None
        if self.public_url is not None and self._tunnel is not None and self._tunnel.is_up:
            self._moving = asyncio.get_running_loop().create_task(
                self._follow(), name="tunnel moved"
            )

    async def _note(self, sentence: str) -> None:
        await self._recorder.try_append(note_draft(sentence, self._clock()))

    async def _follow(self) -> None:
        for _ in range(MOVE_TRIES):
            reach = await self.test()
            if reach.ok:
                break
            await asyncio.sleep(MOVE_WAIT_S)
        else:
            self._trouble = f"the tunnel is up, but {reach.sentence}"
            return
        answer = await self.keeper.move()
        self._trouble = ""
        if answer is not None:
            self._trouble = "" if answer.ok else answer.sentence
            await self._note(answer.sentence)


def _without_key(environ: Mapping[str, str], settings: EngineSettings) -> dict[str, str]:
    """A program of somebody else's need not know the API key."""
    key = settings.api_key.reveal() if settings.api_key else None
    # The key is used without the blanks and line breaks around it.
    return {name: value for name, value in environ.items() if key is None or value.strip() != key}


def _answer(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
