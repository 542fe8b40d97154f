"""Sends commands: journals the intent, asks Telnyx, journals the outcome, in this order and once per command_id.

A command that cannot be recorded is not sent. While Telnyx's rate limit leaves no room it waits in the `Line`, recorded
already; it is settled there without being sent when its leg ends. Retries happen in the client, with the same
`command_id`. Asking for a command that is under way, or was answered within the last minute, gives that outcome
instead of sending it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from console.domain.entries import MAY_HAVE_ARRIVED, CommandDone, Intent, Micros
from console.domain.legality import allowed
from console.domain.legs import Leg, Mark
from console.engine.line import Line, NotSent, rank_of
from console.engine.recorder import Recorder
from console.errors import ConsoleError, JournalError, Unreachable, UsageError
from console.journal.records import command_draft, outcome_draft
from console.telnyx.client import Answer
from console.telnyx.problems import ALREADY_ENDED, explain
from console.telnyx.requests import Request, build

REMEMBERED_S = 60.0
"""How long Telnyx ignores a repeated command_id (VOICE (f)); so do we."""
NO_API_KEY = "no API key is set, so nothing can be sent: set TELNYX_API_KEY, or api_key_env in the configuration"
READ_ONLY = "this engine is read-only: start it without --read-only to send commands"
NO_CONNECTION = "dial needs a connection_id: set connection_id in the configuration to your Call Control application's id"
STOPPED = "unknown: the engine stopped before an answer"
MOOT = "not sent: this call has ended"
ENDED = "already ended"
GIVE_UP_S = 1.0
"""What a stopping engine grants for writing down that commands were not sent."""
ENDING_ACTIONS = frozenset({"hangup", "reject"})
"""Asking to end what has ended is done."""


class _Sent(NamedTuple):
    """A command that was asked for."""

    intent: Intent
    task: asyncio.Task[CommandDone]


class Dispatcher:
    """Executes intents for everybody who asks this engine. Never raises for a refusal."""

    def __init__(
        self,
        line: Line | None,
        recorder: Recorder,
        clock: Callable[[], Micros],
        *,
        leg_of: Callable[[str], Leg | None] = lambda _: None,
        connection_id: str | None = None,
        read_only: bool = False,
    ) -> None:
        """`line` is None while no API key is set; `leg_of` looks a call_control_id up on the board."""
        self._line = line
        self._recorder = recorder
        self._clock = clock
        self._leg_of = leg_of
        self._connection_id = connection_id
        self._read_only = read_only
        self._sent: dict[str, _Sent] = {}
        self._is_closed = False
        self.told: Callable[[CommandDone], None] | None = None
        """Hears of every command that has ended, where somebody wants to know."""

    @property
    def in_flight(self) -> int:
        """Commands that are under way to Telnyx, or wait for its rate limit."""
        return sum(1 for sent in self._sent.values() if not sent.task.done())

    def use_connection(self, connection_id: str | None) -> None:
        """The application that calls are dialled with from now on."""
        self._connection_id = connection_id

    async def execute(self, intent: Intent) -> CommandDone:
        """The outcome, journaled. Goes on when whoever asked goes away."""
        known = self._sent.get(intent.command_id)
        if known is None:
            if self._is_closed:
                return _refused(intent, "the engine is stopping, so the command was not sent")
            task = asyncio.get_running_loop().create_task(
                self._run(intent), name=f"command {intent.action}"
            )
            sent = known = self._sent[intent.command_id] = _Sent(intent, task)
            task.add_done_callback(lambda _: self._forget_later(sent))
        elif not _is_same(known.intent, intent):
            return _refused(intent, "this command_id was already used for another command")
        return await asyncio.shield(known.task)

    async def drain(self, timeout_s: float) -> None:
        """Takes no more; waits for what is under way, then journals what is left as unknown."""
        self._is_closed = True
        running = [sent.task for sent in self._sent.values() if not sent.task.done()]
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=timeout_s)
        if late and self._line is not None:
            self._line.close()
            _, late = await asyncio.wait(late, timeout=min(timeout_s, GIVE_UP_S))
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _run(self, intent: Intent) -> CommandDone:
        done = await self._settled(intent)
        if self.told is not None:
            self.told(done)
        return done

    async def _settled(self, intent: Intent) -> CommandDone:
        if self._read_only:
            return self._not_sent(intent, READ_ONLY)
        if self._line is None:
            return self._not_sent(intent, NO_API_KEY)
        reason = self._supervision(intent)
        if reason is not None:
            return self._not_sent(intent, reason)
        try:
            intent = self._completed(intent)
            request = build(
                intent.action,
                call_control_id=intent.call_control_id,
                params=intent.params,
                command_id=intent.command_id,
            )
            await self._recorder.append(
                command_draft(
                    intent, {"method": request.method, "path": request.path}, self._clock()
                )
            )
        except JournalError as error:
            return self._not_sent(
                intent,
                f"not sent, because it could not be recorded: {error.user_message.removesuffix('.')}",
            )
        except ConsoleError as error:
            return self._not_sent(intent, error.user_message)
        done = await self._ask(self._line, intent, request)
        with suppress(JournalError):
            await self._recorder.append(outcome_draft(done, self._clock()))
        return done

    def _not_sent(self, intent: Intent, message: str) -> CommandDone:
        """The same command may be tried again at once: Telnyx has not heard of it."""
        self._sent.pop(intent.command_id, None)
        return _refused(intent, message)

    def _completed(self, intent: Intent) -> Intent:
        if intent.action != "dial" or intent.params.get("connection_id"):
            return intent
        if self._connection_id is None:
            raise UsageError(NO_CONNECTION)
        return replace(intent, params={**intent.params, "connection_id": self._connection_id})

    def _supervision(self, intent: Intent) -> str | None:
        """Why a supervising leg takes no such command; everything else is left to Telnyx, which knows better."""
        leg = None if intent.call_control_id is None else self._leg_of(intent.call_control_id)
        if leg is None or not leg.is_live or Mark.SUPERVISING not in leg.marks:
            return None
        return allowed(intent.action, leg)

    def _moot(self, intent: Intent) -> str | None:
        """Why a command that waits makes no sense any more."""
        leg = None if intent.call_control_id is None else self._leg_of(intent.call_control_id)
        return MOOT if leg is not None and not leg.is_live else None

    async def _ask(self, line: Line, intent: Intent, request: Request) -> CommandDone:
        began_at = self._clock()
        arrived = False
        try:
            answer = await line.send(
                request, rank_of(intent.action), is_moot=lambda: self._moot(intent)
            )
        except NotSent as error:
            if error.moot and intent.action in ENDING_ACTIONS:
                return _outcome(intent, ok=True, message=ENDED)
            why, attempts = error.user_message, 0
        except Unreachable as error:
            why, attempts = error.user_message, error.attempts
            arrived = error.may_have_arrived
        except ConsoleError as error:
            why, attempts = error.user_message, 0
        except asyncio.CancelledError:
            # The engine is stopping: what became of the command is unknown, and the journal has to say that.
            why, attempts, arrived = STOPPED, 0, True
        else:
            return _judged(intent, answer)
        latency_ms = (self._clock() - began_at) / 1000
        data = {MAY_HAVE_ARRIVED: True} if arrived else None
        return _outcome(intent, message=why, latency_ms=latency_ms, attempts=attempts, data=data)

    def _forget_later(self, sent: _Sent) -> None:
        """What was not sent is forgotten already, and may be under way again under the same command_id."""
        command_id = sent.intent.command_id
        if not self._is_closed and self._sent.get(command_id) is sent:
            loop = asyncio.get_running_loop()
            loop.call_later(REMEMBERED_S, self._sent.pop, command_id, None)


def _judged(intent: Intent, answer: Answer) -> CommandDone:
    """The outcome an answer stands for."""
    if answer.ok:
        return _outcome(intent, answer, ok=True, data=answer.fields)
    problem = explain(answer.status, answer.errors)
    if problem.code == ALREADY_ENDED and intent.action in ENDING_ACTIONS:
        return _outcome(intent, answer, ok=True, code=problem.code, message=ENDED)
    data = {"pointer": problem.pointer} if problem.pointer else None
    return _outcome(intent, answer, code=problem.code, message=str(problem), data=data)


def _outcome(
    intent: Intent,
    answer: Answer | None = None,
    *,
    ok: bool = False,
    code: str | None = None,
    message: str = "",
    latency_ms: float = 0.0,
    attempts: int = 0,
    data: Mapping[str, object] | None = None,
) -> CommandDone:
    return CommandDone(
        command_id=intent.command_id,
        action=intent.action,
        call_control_id=intent.call_control_id,
        ok=ok,
        status=answer.status if answer is not None else None,
        code=code,
        message=message,
        latency_ms=answer.latency_ms if answer is not None else latency_ms,
        attempts=answer.attempts if answer is not None else attempts,
        data=data or {},
    )


def _refused(intent: Intent, message: str) -> CommandDone:
    """Nothing was sent, and why."""
    return _outcome(intent, message=message)


def _is_same(one: Intent, other: Intent) -> bool:
    return (one.action, one.call_control_id, one.params) == (
        other.action,
        other.call_control_id,
        other.params,
    )
