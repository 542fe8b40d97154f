"""Questions to Telnyx beside commands on calls: any catalogued GET, and changes of applications, in one rate budget."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping

from console.domain.entries import CommandDone, Intent
from console.domain.values import text
from console.engine.dispatch import NO_API_KEY
from console.engine.line import Line, NotSent, Rank
from console.errors import ConsoleError, EngineError, Unreachable
from console.operator import QueryAnswer
from console.telnyx.catalogue import load
from console.telnyx.problems import explain
from console.telnyx.requests import build

CHANGING = frozenset({"apps.create", "apps.update", "apps.delete"})


class Questions:
    """`execute` is the way of everything that changes something: recorded, once, never while read-only."""

    def __init__(
        self, line: Line | None, execute: Callable[[Intent], Awaitable[CommandDone]]
    ) -> None:
        self._line = line
        self._execute = execute

    async def ask(
        self, action: str, params: Mapping[str, object], operator: str = ""
    ) -> QueryAnswer:
        """What Telnyx answered; `operator` is who is recorded with a change. Raises `EngineError` for an action that is no question, `UsageError` as `build`."""
        command = load().get(action)
        if action in CHANGING:
            return await self._change(action, params, operator)
        if command is not None and command.method != "GET":
            raise EngineError(f"{action} is a command, not a question: it is sent with execute")
        request = build(action, params=params)
        if self._line is None:
            return QueryAnswer(ok=False, message=NO_API_KEY)
        try:
            answer = await self._line.send(request, Rank.QUESTION)
        except Unreachable as error:
            return QueryAnswer(ok=False, message=error.user_message, attempts=error.attempts)
        except (NotSent, ConsoleError) as error:
            return QueryAnswer(ok=False, message=error.user_message)
        if answer.ok:
            return QueryAnswer(
                ok=True,
                status=answer.status,
                data=answer.data,
                meta=answer.meta,
                latency_ms=answer.latency_ms,
                attempts=answer.attempts,
            )
        problem = explain(answer.status, answer.errors)
        return QueryAnswer(
            ok=False,
            status=answer.status,
            code=problem.code,
            message=str(problem),
            pointer=problem.pointer,
            latency_ms=answer.latency_ms,
            attempts=answer.attempts,
        )

    async def _change(
        self, action: str, params: Mapping[str, object], operator: str
    ) -> QueryAnswer:
        intent = Intent(
            command_id=str(uuid.uuid4()), action=action, params=params, operator=operator
        )
        done = await self._execute(intent)
        return QueryAnswer(
            ok=done.ok,
            status=done.status,
            code=done.code,
            message=done.message,
            pointer=text(done.data, "pointer") if not done.ok else None,
            data=done.data if done.ok else None,
            latency_ms=done.latency_ms,
            attempts=done.attempts,
        )
