"""What Tab offers: actions, parameters and their values, live calls, conferences, queues, profiles, presets.

Works from the catalogue, the configuration and the journal; nothing is asked over a network. Must load quickly and
never raises: whoever presses Tab on a broken configuration gets no suggestion, not a traceback.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import click
from click.shell_completion import CompletionItem

from console.cli.options import Chosen
from console.errors import ConsoleError

if TYPE_CHECKING:
    from console.config.load import Loaded
    from console.journal.api import JournalReader
    from console.telnyx.catalogue import Command, Parameter, Schema

Item = CompletionItem[str]
Complete = Callable[[click.Context, click.Parameter, str], list[Item]]
Words = Iterable[tuple[str, str]]
"""Suggestions with a short help each."""

_Found = TypeVar("_Found")

LOOKED_THROUGH = 2000
"""Entries of the journal in which names of conferences and queues are looked for."""
MOST = 200
_EXPECTED = (ConsoleError, OSError, ValueError, LookupError, TypeError, sqlite3.Error)


def _quiet(
    suggest: Callable[[click.Context, str], Words],
) -> Complete:
    """Those of the suggestions that go on from what is typed; none where they cannot be found."""

    @wraps(suggest)
    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Item]:
        try:
            fitting = (item for item in suggest(ctx, incomplete) if item[0].startswith(incomplete))
            return [CompletionItem(value, help=about) for value, about in islice(fitting, MOST)]
        except _EXPECTED:
            return []

    return complete


@_quiet
def actions(_ctx: click.Context, _incomplete: str) -> Words:
    """Every command of the catalogue."""
    return _actions()


@_quiet
def calls(ctx: click.Context, _incomplete: str) -> Words:
    """The calls that live."""
    return _calls(_loaded(ctx))


@_quiet
def event_types(_ctx: click.Context, _incomplete: str) -> Words:
    """Every event type the specification names."""
    from console.telnyx.catalogue import event_types as known

    return ((name, "") for name in sorted(known()))


@_quiet
def presets(ctx: click.Context, _incomplete: str) -> Words:
    """The presets of the configuration."""
    return ((each.name, each.action) for each in _loaded(ctx).presets.values())


@_quiet
def profiles(ctx: click.Context, _incomplete: str) -> Words:
    """The profiles of the configuration file, a broken one included as far as it can be read."""
    import os

    from console.config.keys import PROFILES
    from console.config.load import read_tables
    from console.config.paths import config_path

    file, _ = config_path(ctx.ensure_object(Chosen).config, os.environ)
    tables = read_tables(file, required_by=None) or {}
    found = tables.get(PROFILES, {})
    return ((str(name), "") for name in found) if isinstance(found, Mapping) else ()


@_quiet
def applications(ctx: click.Context, _incomplete: str) -> Words:
    """The application of the configuration; the others are known to Telnyx only."""
    connection_id = _loaded(ctx).settings.api.connection_id
    return ((connection_id, "api.connection_id"),) if connection_id else ()


@_quiet
def send_words(ctx: click.Context, incomplete: str) -> Words:
    """What comes next in `send`: the action, what it is about, a parameter, or its value."""
    from console.cli.intents import action_of, is_pair
    from console.config.presets import chosen_preset
    from console.telnyx.catalogue import load

    words: Sequence[str] = ctx.params.get("words") or ()
    named: str | None = ctx.params.get("preset")
    if not words and named is None:
        return _actions()
    preset = chosen_preset(_loaded(ctx).presets, named) if named is not None else None
    action, rest = action_of(words, preset)
    command = load()[action]
    if is_pair(command, incomplete):
        return _values(ctx, command, incomplete.partition("=")[0])
    kept = preset.params if preset is not None else {}
    return _next_words(ctx, command, rest, kept, incomplete)


@_quiet
def pairs_of_application(ctx: click.Context, incomplete: str) -> Words:
    """NAME=VALUE of `apps create` and `apps update`."""
    from console.cli.intents import is_pair
    from console.telnyx.catalogue import load

    command = load()["apps.create" if ctx.info_name == "create" else "apps.update"]
    if is_pair(command, incomplete):
        return _values(ctx, command, incomplete.partition("=")[0])
    return _parameters(command, ctx.params.get("pairs") or (), {}, incomplete, placed=("id",))


def _next_words(
    ctx: click.Context,
    command: Command,
    rest: Sequence[str],
    kept: Mapping[str, object],
    incomplete: str,
) -> Words:
    from console.cli.intents import positional_names, split

    places, pairs = split(command, rest, kept)
    left = [n for n in positional_names(command) if n not in places and n not in kept]
    if left and not pairs:
        about = [*_things(ctx, command, left[0])]
        if any(value.startswith(incomplete) for value, _ in about):
            return about
    return _parameters(command, pairs, kept, incomplete, placed=places)


def _parameters(
    command: Command,
    pairs: Sequence[str],
    kept: Mapping[str, object],
    incomplete: str,
    *,
    placed: Container[str] = (),
) -> Words:
    """Names that may still be given, required ones first; below a dot the members."""
    head, dot, _ = incomplete.rpartition(".")
    if dot:
        return _members(command, head)
    given = {pair.partition("=")[0] for pair in pairs}
    open_ = [
        p
        for p in command.parameters
        if p.name not in given
        and (p.where != "path" or (command.parameter(p.name) is p and p.name not in placed))
    ]
    # What a preset has may be changed, so it comes last, not never.
    open_.sort(key=lambda p: (p.name in kept, not p.required))
    return ((f"{p.name}{_joint(p)}", _about(p)) for p in open_)


def _members(command: Command, head: str) -> Iterator[tuple[str, str]]:
    from console.telnyx.pairs import items_of, members_of, schema_at

    schema = schema_at(command, head)
    if items_of(schema) is not None:
        yield f"{head}.0{_joint(items_of(schema) or schema)}", ""
        return
    for name, member in members_of(schema).items():
        yield f"{head}.{name}{_joint(member)}", _about(member)


def _joint(schema: Schema) -> str:
    """What follows a name: a value, a member, or an entry of a list of objects."""
    from console.telnyx.pairs import items_of, members_of

    if members_of(schema) and "object" in schema.types:
        return "."
    listed = items_of(schema)
    return ".0." if listed is not None and members_of(listed) else "="


def _values(ctx: click.Context, command: Command, name: str) -> Iterator[tuple[str, str]]:
    """NAME=VALUE for everything VALUE is known to be able to be."""
    from console.telnyx.pairs import schema_at

    for value, about in _known_values(ctx, command, name, schema_at(command, name)):
        yield f"{name}={value}", about


def _known_values(ctx: click.Context, command: Command, name: str, schema: Schema) -> Words:
    leaf = next(part for part in reversed(name.split(".")) if not part.isdigit())
    if schema.enum is not None:
        return ((str(value), "") for value in schema.enum if value is not None)
    if "boolean" in schema.types:
        return (("true", ""), ("false", ""))
    if leaf == "to" and command.name in ("dial", "transfer"):
        return _contacts(ctx)
    return _things(ctx, command, leaf)


def _things(ctx: click.Context, command: Command, name: str) -> Words:
    """What a name of an identifier can stand for, as far as it is known here."""
    loaded = _loaded(ctx)
    if name.endswith(("call_control_id", "call_control_ids")) or name == "link_to":
        return _calls(loaded)
    if name in ("queue_name", "queue"):
        return _from_journal(loaded, _queues)
    if name == "connection_id" or (name == "id" and command.scope == "application"):
        api = loaded.settings.api
        return ((api.connection_id, "api.connection_id"),) if api.connection_id else ()
    if name == "conference_id" or (name == "id" and command.scope == "conference"):
        return _from_journal(loaded, _conferences)
    return ()


def _loaded(ctx: click.Context) -> Loaded:
    return ctx.ensure_object(Chosen).load()


def _actions() -> Words:
    from console.telnyx.catalogue import load

    return ((command.name, command.help) for command in load().values())


def _contacts(ctx: click.Context) -> Words:
    from console.config.contacts import Contacts

    contacts = Contacts.load(_loaded(ctx).contacts_path).find("")
    return ((contact.name, contact.destination) for contact in contacts)


def _calls(loaded: Loaded) -> Words:
    from console.cli.calls import live_legs

    return [
        (leg.call_control_id, f"{leg.state} {leg.from_ or '?'} → {leg.to or '?'}")
        for leg in _from_journal(loaded, live_legs)
        if leg.call_control_id
    ]


def _from_journal(
    loaded: Loaded, find: Callable[[JournalReader], Iterable[_Found]]
) -> Sequence[_Found]:
    from console.journal.sqlite import open_reader

    if not loaded.journal_path.exists():
        return ()
    reader = open_reader(loaded.journal_path)
    try:
        return list(find(reader))
    finally:
        reader.close()


def _conferences(reader: JournalReader) -> Words:
    """Ids of those that were made or heard of lately and have not ended; named if we made them."""
    from console.domain.entries import CommandDone, Event
    from console.domain.values import text
    from console.journal.facts import fact_of

    found: dict[str, str] = {}
    for entry in reader.tail(LOOKED_THROUGH):
        fact = fact_of(entry)
        if isinstance(fact, CommandDone) and fact.action == "conference.create":
            made = text(fact.data, "id")
            if made is not None:
                found[made] = text(fact.data, "name") or ""
        elif isinstance(fact, Event) and fact.type.startswith("conference."):
            heard = text(fact.payload, "conference_id")
            if heard is not None and fact.type == "conference.ended":
                found.pop(heard, None)
            elif heard is not None:
                found.setdefault(heard, "")
    return reversed(found.items())


def _queues(reader: JournalReader) -> Words:
    """Names of queues that calls were in, or that we commanded, latest first."""
    from console.domain.entries import CommandSent, Event
    from console.domain.values import text
    from console.journal.facts import fact_of

    found: dict[str, str] = {}
    for entry in reader.tail(LOOKED_THROUGH):
        fact = fact_of(entry)
        name = None
        if isinstance(fact, Event) and fact.type in ("call.enqueued", "call.dequeued"):
            name = text(fact.payload, "queue")
        elif isinstance(fact, CommandSent):
            name = text(fact.params, "queue_name")
            if fact.action == "queue.delete" and name is not None:
                found.pop(name, None)
                continue
        if name is not None:
            found[name] = ""
    return reversed(found.items())


def _about(schema: Schema | Parameter) -> str:
    types = "|".join(schema.types)
    required = "required, " if getattr(schema, "required", False) else ""
    about = getattr(schema, "help", "")
    return f"{required}{types}{f': {about}' if about else ''}"
