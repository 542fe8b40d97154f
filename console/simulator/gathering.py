"""Digits: the far end types, a gather collects, asks again and ends (VOICE b, gather*). Pure: changes the world only.

Where the sources leave it open, this is what is done: a pause longer than `inter_digit_timeout_millis` ends the input as
the terminating digit does, for a minimum of digits would mean nothing otherwise; input that is too short or has other
digits than `valid_digits` is invalid and asked for again as long as there are tries, the file or text for invalid
input first ("played back at the beginning of each prompt"); the last invalid input is reported as it was typed.
"""

from functools import partial

from console.simulator import payloads, streams
from console.simulator.services import Gather, GatherRules, Prompt
from console.simulator.world import SECOND, Leg, World

KEY_S = 0.5
"""Between two keys of somebody who types what is asked for."""
_TIMERS = ("gather", "first digit", "next digit", "digit", "judgement")
_TYPES_AFTER_S = (1.0, 2.5)
_TYPISTS = 0.9
"""How many type at all: what is asked for, also when they are asked again. Who does not type never does."""


def begin(
    world: World,
    leg: Leg,
    rules: GatherRules,
    *,
    wanted: str,
    prompt: Prompt | None = None,
    gather_id: str | None = None,
) -> None:
    """Begins to collect digits, instead of what was being collected; `wanted` is what most people will type."""
    end(world, leg, "cancelled")
    is_busy = leg.keys_until > world.now
    types = not is_busy and world.fate.fraction(leg.lot, leg.events, "types") < _TYPISTS
    leg.gather = Gather(rules, wanted, prompt=prompt, gather_id=gather_id, types=types)
    if rules.whole_s is not None:
        world.after(rules.whole_s, leg, "gather", lambda: end(world, leg, "timeout"))
    if types:
        _type_soon(world, leg)
    if prompt is None:
        _wait(world, leg)
    else:
        prompt.play(False, lambda: _wait(world, leg))


def end(world: World, leg: Leg, status: str) -> None:
    """Ends the prompt and reports what was collected; nothing happens if nothing was."""
    gathering = leg.gather
    if gathering is None:
        return
    leg.gather = None
    for name in _TIMERS:
        world.agenda.cancel(leg.id, name)
    if gathering.prompt is not None and status != "call_hangup":
        gathering.prompt.cut()
    payload = payloads.gather_ended(leg, gathering.got, status, gathering.gather_id)
    world.emit(leg, "call.gather.ended", payload)


def press(world: World, leg: Leg, digit: str) -> None:
    """The far end has pressed a key: it is reported, and belongs to what is being collected."""
    world.emit(leg, "call.dtmf.received", payloads.dtmf(leg, digit))
    streams.digit(world, leg, digit)
    if leg.gather is not None and not leg.gather.is_complete:
        _take(world, leg, leg.gather, digit)


def press_all(world: World, leg: Leg, digits: str, duration_s: float = 0.25) -> None:
    """The far end presses keys one after the other, after those it has begun with; w waits half a second, W one.

    Nothing else is typed during a gather that runs.
    """
    if leg.gather is not None:
        leg.gather = leg.gather._replace(types=False)
        world.agenda.cancel(leg.id, "digit")
    at_s = max(world.lag(leg, "keys"), (leg.keys_until - world.now) * world.speed / SECOND)
    number = world.new_serial()
    for place, digit in enumerate(digits):
        if digit in "wW":
            at_s += 0.5 if digit == "w" else 1.0
            continue
        world.after(at_s, leg, f"key {number} {place}", partial(press, world, leg, digit))
        at_s += duration_s
    leg.keys_until = world.now + round(at_s * SECOND / world.speed)


def _type_soon(world: World, leg: Leg) -> None:
    begins_s = world.fate.between(*_TYPES_AFTER_S, leg.lot, leg.events, "types after")
    world.after(begins_s, leg, "digit", lambda: _type(world, leg))


def _type(world: World, leg: Leg) -> None:
    gathering = leg.gather
    if gathering is None or gathering.typed >= len(gathering.wanted):
        return
    leg.gather = gathering._replace(typed=gathering.typed + 1)
    world.after(KEY_S, leg, "digit", lambda: _type(world, leg))
    press(world, leg, gathering.wanted[gathering.typed])


def _take(world: World, leg: Leg, gathering: Gather, digit: str) -> None:
    rules = gathering.rules
    is_last = bool(rules.terminator) and digit == rules.terminator
    if is_last or not rules.ignores_others or digit in rules.valid:
        world.agenda.cancel(leg.id, "first digit")
        got = gathering.got if is_last else gathering.got + digit
        is_complete = is_last or len(got) >= rules.maximum
        leg.gather = gathering._replace(got=got, has_begun=True, is_complete=is_complete)
        if is_complete:
            _complete(world, leg)
        else:
            world.after(rules.between_s, leg, "next digit", lambda: _judge(world, leg))
    if gathering.prompt is not None and rules.is_interruptible:
        gathering.prompt.cut()


def _complete(world: World, leg: Leg) -> None:
    """No more digits count; the verdict takes a moment."""
    for name in _TIMERS:
        world.agenda.cancel(leg.id, name)
    world.after(world.lag(leg, "gathered"), leg, "judgement", lambda: _judge(world, leg))


def _judge(world: World, leg: Leg) -> None:
    gathering = leg.gather
    if gathering is None:
        return
    rules = gathering.rules
    is_enough = rules.minimum <= len(gathering.got) <= rules.maximum
    if is_enough and set(gathering.got) <= set(rules.valid):
        end(world, leg, "valid")
    elif gathering.prompt is None or gathering.tries >= rules.tries:
        end(world, leg, "invalid")
    else:
        _ask_again(world, leg, gathering, gathering.prompt, was_invalid=True)


def _wait(world: World, leg: Leg) -> None:
    """The prompt is over: somebody has to begin to type, in time."""
    gathering = leg.gather
    if gathering is not None and not gathering.has_begun:
        world.after(gathering.rules.first_s, leg, "first digit", lambda: _miss(world, leg))


def _miss(world: World, leg: Leg) -> None:
    """Nobody typed anything."""
    gathering = leg.gather
    if gathering is None:
        return
    if gathering.prompt is None or gathering.tries >= gathering.rules.tries:
        end(world, leg, "timeout")
    else:
        _ask_again(world, leg, gathering, gathering.prompt, was_invalid=False)


def _ask_again(
    world: World, leg: Leg, gathering: Gather, prompt: Prompt, *, was_invalid: bool
) -> None:
    prompt.cut()
    for name in _TIMERS:
        if was_invalid or name != "digit":
            world.agenda.cancel(leg.id, name)
    leg.gather = gathering._replace(
        got="", has_begun=False, is_complete=False, tries=gathering.tries + 1
    )
    if was_invalid and gathering.types:
        leg.gather = leg.gather._replace(typed=0)
        _type_soon(world, leg)
    prompt.play(was_invalid, lambda: _wait(world, leg))
