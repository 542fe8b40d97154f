"""What is wrong with a configuration file, with file, line or key, and the nearest right one.

Looks at text and values only: nothing here reads a file, asks the environment or runs a program.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, get_args, get_origin

import msgspec

from console.config.alerts import ALERTS, alert_faults, zone_fault
from console.config.filters import FILTERS, filter_shape_faults
from console.config.keymap import KEYS, key_shape_faults
from console.config.keys import PROFILES, Key, all_keys, sections
from console.config.presets import PRESETS, shape_faults
from console.errors import ConfigError

_SECRET_KEYS = frozenset({"api_key", "key", "token", "apikey", "secret", "telnyx_api_key"})
_REFER = "refer to it with api_key_env, api_key_file or api_key_command"
BYTE_ORDER_MARK = "\ufeff"
"""What some editors of Windows write before the first character of a UTF-8 text."""
_KEY_SHAPE = re.compile(r"KEY[0-9A-Fa-f]{16}")


class Finding(NamedTuple):
    """One thing wrong: the dotted key (empty: the file as a whole) and a sentence without the file's name."""

    key: str
    sentence: str


def parsed(text: str, file: Path) -> dict[str, object]:
    """The file's tables. Raises `ConfigError` with the line when it is not TOML."""
    try:
        return tomllib.loads(text.removeprefix(BYTE_ORDER_MARK))
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        where = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)$", words)
        reason = words[: where.start()].strip() if where else words
        line = f"line {where[1]}, column {where[2]}" if where and where[1] else "at its end"
        raise ConfigError(f"{file}: {line}: not valid TOML: {reason}") from error


def findings(tables: Mapping[str, object]) -> Iterator[Finding]:
    """Everything wrong with the tables of a file, in the order of the file."""
    yield from _of_tables({k: v for k, v in tables.items() if k != PROFILES}, prefix="")
    profiles = tables.get(PROFILES, {})
    if not isinstance(profiles, Mapping):
        yield Finding(PROFILES, "expected tables such as [profiles.support.api]")
        return
    for name, profile in profiles.items():
        prefix = f"{PROFILES}.{name}."
        if isinstance(profile, Mapping):
            yield from _of_tables(profile, prefix=prefix)
        else:
            yield Finding(prefix[:-1], f"expected a table such as [{prefix}api]")


def flat(tables: Mapping[str, object]) -> dict[str, object]:
    """The settings of checked tables by dotted name, profiles and presets left out."""
    values: dict[str, object] = {}
    for name, value in tables.items():
        if name in (PROFILES, PRESETS, ALERTS, FILTERS, KEYS):
            continue
        if isinstance(value, Mapping):
            values |= {f"{name}.{leaf}": inner for leaf, inner in value.items()}
        else:
            values[name] = value
    return values


def fault(key: Key, value: object) -> str | None:
    """Why a value does not fit its setting, in words; None when it does."""
    try:
        msgspec.convert(value, key.annotation)
    except msgspec.ValidationError as error:
        if isinstance(value, str) and re.search(r"://[^/]*@", value):
            return "leave user name and password out of the address"
        words = _one_of(key.annotation) if isinstance(value, str) else ""
        return _plain(words or str(error), value)
    return None


_FREE = {
    PRESETS: shape_faults,
    ALERTS: alert_faults,
    FILTERS: filter_shape_faults,
    KEYS: key_shape_faults,
}
"""Tables whose keys are the operator's names, and what can be wrong with their shape."""


def _of_tables(tables: Mapping[str, object], prefix: str) -> Iterator[Finding]:
    keys = all_keys()
    for name, value in tables.items():
        if name in _FREE:
            for below, sentence in _FREE[name](value):
                yield Finding(f"{prefix}{name}{below}", sentence)
        elif name in sections():
            if not isinstance(value, Mapping):
                yield Finding(prefix + name, f"expected a table: [{prefix}{name}]")
                continue
            for leaf, inner in value.items():
                yield from _of_value(f"{name}.{leaf}", inner, prefix)
        elif name in keys:
            yield from _of_value(name, value, prefix)
        else:
            yield Finding(prefix + name, _unknown(name, within="", is_table=_is_table(value)))


def _of_value(name: str, value: object, prefix: str) -> Iterator[Finding]:
    key = all_keys().get(name)
    if key is None:
        section, _, leaf = name.rpartition(".")
        yield Finding(prefix + name, _unknown(leaf, within=section, is_table=_is_table(value)))
        return
    reason = looks_like_a_key(key, value) or fault(key, value)
    if reason is None and name == "metrics.zone":
        reason = zone_fault(str(value))
    if reason is not None:
        yield Finding(prefix + name, reason)


def looks_like_a_key(key: Key, value: object) -> str | None:
    """A reference to the API key that is the key itself; said without repeating it."""
    if key.leaf.startswith("api_key_") and isinstance(value, str) and _KEY_SHAPE.match(value):
        return f"this looks like an API key itself; a key is never kept in this file, {_REFER}"
    return None


def _unknown(leaf: str, *, within: str, is_table: bool) -> str:
    """What to write instead of a key that does not exist: nearest in its table first, then anywhere."""
    what = "unknown table" if is_table and not within else "unknown key"
    if leaf.lower() in _SECRET_KEYS:
        return f"{what}; a key is never kept in this file, {_REFER}"
    keys = all_keys().values()
    here = [key.leaf for key in keys if key.section == within]
    if not within:
        here += [*sections(), PROFILES, PRESETS, ALERTS, FILTERS, KEYS]
    near = difflib.get_close_matches(leaf, here, n=1, cutoff=0.6)
    if near:
        full = f"{within}.{near[0]}" if within else near[0]
        return f"{what}; did you mean {full}?"
    # Of several with this name the first in the file is the likeliest.
    elsewhere = {key.leaf: key.name for key in reversed(list(keys))}
    near = difflib.get_close_matches(leaf, elsewhere, n=1, cutoff=0.6)
    if near:
        return f"{what}; did you mean {elsewhere[near[0]]}?"
    # Nothing looks alike; naming the closest is still a better start than naming none.
    nearest = difflib.get_close_matches(leaf, here, n=1, cutoff=0.0)
    known = f"{within}.{nearest[0]}" if within else nearest[0]
    return f"{what}; the nearest known one is {known} (call-console config show lists them all)"


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _one_of(annotation: object) -> str:
    """`expected one of …` where only certain words will do."""
    bare = get_args(annotation)[0] if get_args(annotation) else annotation
    known = get_args(bare) if get_origin(bare) is Literal else ()
    return f"expected one of {', '.join(map(str, known))}" if known else ""


_WORDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "array": "a list",
    "object": "a table",
}


def _form(found: re.Match[str]) -> str:
    """What a pattern of ours asks for, by example: nobody reads a regular expression for this."""
    return (
        "an address such as https://example.com/path, without user name and fragment"
        if "http" in found[1]
        else "a path such as /webhooks, without query and spaces"
    )


def _plain(words: str, value: object) -> str:
    """The validator's words as a sentence a person can use, with the value that was found."""
    words = re.sub(
        r"`([a-z| ]+)`",
        lambda match: " or ".join(_WORDS.get(part.strip(), part) for part in match[1].split("|")),
        words,
    )
    words = re.sub(r"a text matching regex '(.*)'( - at .*)?$", _form, words)
    words = re.sub(r" - at `\$.*`$", "", words)
    words = re.sub(r"^Expected", "expected", words)
    shown = repr(value) if isinstance(value, str | int | float | bool) else ""
    return f"{words} (found {shown[:60]})" if shown and "got" not in words else words
