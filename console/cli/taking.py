"""`listen --take-url`: shows what changes, asks, takes the webhook URL, and says what became of it."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import NamedTuple

import click

from console.cli.composition import operator_name
from console.cli.output import note
from console.engine.whereabouts import Whereabouts
from console.errors import EngineError, UsageError
from console.standing import TakingAnswer

NOBODY_TO_ASK = (
    "--take-url asks before it changes anything; where nobody can be asked it takes --yes"
)
LOOK_EVERY_S = 0.05


class Wish(NamedTuple):
    """What the command line says about the webhook URL."""

    take: bool = False
    give_back: bool = False
    yes: bool = False
    with_failover: bool = True
    untested: bool = False

    def check(self) -> None:
        """Raises `UsageError` for what cannot be."""
        if self.take and self.give_back:
            raise UsageError("--take-url and --give-back-url cannot go together")
        if self.take and not self.yes and not sys.stdin.isatty():
            raise UsageError(NOBODY_TO_ASK)


async def fulfil(wish: Wish, whereabouts: Whereabouts, stop: asyncio.Event) -> bool:
    """Does what was wished; whether a question is left that nobody will answer. Raises `EngineError` where it cannot be done."""
    keeper = whereabouts.keeper
    if wish.give_back:
        _say(await keeper.give_back(operator_name()))
    if not wish.take:
        return False
    await _wait_for_tunnel(whereabouts, stop)
    found = await keeper.look(whereabouts.connection_id)
    if found.reach is None:
        raise EngineError(found.sentence)
    for line in difference(found, with_failover=wish.with_failover):
        note(line)
    if not found.reach.ok and not wish.untested:
        raise EngineError(
            f"the webhook URL was not taken, because webhooks would not arrive here: {found.reach.sentence}"
            " (--untested takes it all the same)"
        )
    agreed = True if wish.yes or not found.changes else await _asked(stop)
    if agreed:
        _say(
            await keeper.take(
                whereabouts.connection_id,
                operator_name(),
                with_failover=wish.with_failover,
                untested=True,
            )
        )
    elif agreed is False:
        note("the webhook URL was not taken")
    return agreed is None


def difference(found: TakingAnswer, *, with_failover: bool) -> list[str]:
    """What would change, for a person to read."""
    lines = [found.reach.sentence] if found.reach is not None else []
    if not found.changes:
        return [*lines, found.sentence]
    lines.append(f"webhook settings of {found.application_name} ({found.application_id}):")
    for each in found.changes:
        lines += [f"  {each.name}", f"    - {each.before or 'nothing'}", f"    + {each.after}"]
    if found.failover is not None and with_failover:
        lines += [
            "  webhook_event_failover_url",
            "    - nothing",
            f"    + {found.failover}   (its own URL: what does not get here is not lost; not with --no-failover)",
        ]
    return lines


async def _wait_for_tunnel(whereabouts: Whereabouts, stop: asyncio.Event) -> None:
    """Its address is not known at once."""
    while (tunnel := whereabouts.health()["tunnel"]) is not None and not stop.is_set():
        if tunnel.state == "up":
            return
        if tunnel.state in ("failed", "restarting"):
            raise EngineError(tunnel.sentence)
        await asyncio.sleep(LOOK_EVERY_S)


async def _asked(stop: asyncio.Event) -> bool | None:
    """The answer of the person, while webhooks are taken; None when it is time to go before there is one."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bool] = loop.create_future()

    def told(agreed: bool) -> None:
        if not answer.done():
            answer.set_result(agreed)

    def ask() -> None:
        try:
            agreed = click.confirm("Take the webhook URL?", default=False, err=True)
        except click.Abort:
            agreed = False
        loop.call_soon_threadsafe(told, agreed)

    threading.Thread(target=ask, daemon=True, name="question").start()
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((answer, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    return answer.result() if answer.done() else None


def _say(answer: TakingAnswer) -> None:
    if not answer.ok:
        raise EngineError(answer.sentence)
    note(answer.sentence)
