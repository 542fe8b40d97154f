"""People and places that can be dialled: names from contacts.toml, E.164 numbers and SIP URIs.

The file is a plain table, one line each: `Ann = "sip:ann@example.sip.telnyx.com"`, `"Front desk" = "+15550100"`.
`phonenumbers` is imported when the first number is looked at, because it costs more than everything else here.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

from console.config.load import read_tables
from console.errors import ConfigError, UsageError

_TABLE = "contacts"
_SEPARATORS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SIP = re.compile(r"sips?:[^\s@<>\"]+@[^\s@<>\"/]+", re.IGNORECASE)
_HINT = "a number as +13125550100, a SIP URI as sip:name@host, or a name from contacts.toml"


class Contact(NamedTuple):
    """A name, and the number or SIP URI that goes on the wire."""

    name: str
    destination: str


class Contacts:
    """The contacts of one file, in its order; empty when there is no file."""

    def __init__(self, contacts: Iterable[Contact] = ()) -> None:
        self._contacts = tuple(contacts)
        self._by_name = {contact.name.casefold(): contact for contact in self._contacts}
        self._names = {contact.destination: contact.name for contact in reversed(self._contacts)}

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads contacts.toml. Raises `ConfigError` naming file, contact and what to write instead."""
        tables = read_tables(path, required_by=None) or {}
        inner = tables.get(_TABLE)
        rows = {**tables, **inner} if isinstance(inner, Mapping) else tables
        found: list[Contact] = []
        for name, value in rows.items():
            if name == _TABLE and isinstance(value, Mapping):
                continue
            if not isinstance(value, str):
                raise ConfigError(f'{path}: {name}: expected a text, as {name} = "+13125550100"')
            try:
                found.append(Contact(name.strip(), wire(value)))
            except UsageError as error:
                raise ConfigError(f"{path}: {name}: {error.user_message}") from None
        contacts = cls(found)
        if len(contacts._by_name) != len(found):
            raise ConfigError(f"{path}: two names differ only by upper and lower case; rename one")
        return contacts

    def __len__(self) -> int:
        return len(self._contacts)

    def find(self, text: str) -> Sequence[Contact]:
        """Contacts whose name or destination holds the text; names that begin with it come first."""
        wanted = text.strip().casefold()
        hits = [
            contact
            for contact in self._contacts
            if wanted in contact.name.casefold() or wanted in contact.destination.casefold()
        ]
        return sorted(hits, key=lambda contact: not contact.name.casefold().startswith(wanted))

    def destination(self, text: str) -> str:
        """What goes on the wire for what was typed. Raises `UsageError` saying what could be written."""
        named = self.named(text)
        if named is not None:
            return named
        if text.strip() and not any(mark in text for mark in "+:@") and re.search(r"[^\W\d]", text):
            raise UsageError(self._nobody(text.strip()))
        return wire(text)

    def named(self, text: str) -> str | None:
        """Where a name leads, in any case; None when nobody is called so."""
        contact = self._by_name.get(text.strip().casefold())
        return contact.destination if contact is not None else None

    def name_of(self, destination: str) -> str | None:
        """The name of a number or SIP URI; None for strangers."""
        return self._names.get(destination)

    def readable(self, number: str) -> str:
        """A number in groups (`+1 312 555 0100`); anything else as it is."""
        return readable(number)

    def _nobody(self, text: str) -> str:
        near = difflib.get_close_matches(text.casefold(), self._by_name, n=1, cutoff=0.6)
        if near:
            return f"nobody is called {text}; did you mean {self._by_name[near[0]].name}?"
        return f"nobody is called {text}; write {_HINT}"


def wire(text: str) -> str:
    """A number as E.164 or a SIP URI, as Telnyx takes them. Raises `UsageError` saying what is wrong."""
    typed = text.strip()
    if not typed:
        raise UsageError(f"nothing to call; write {_HINT}")
    if _SIP.fullmatch(typed):
        return typed
    if typed.lower().startswith(("sip:", "sips:")):
        raise UsageError(f"{typed[:60]} is not a whole SIP URI; write it as sip:name@host")
    number = _SEPARATORS.sub("", typed)
    if number.startswith("00") and number.isdecimal():
        raise UsageError(f"{typed[:60]}: write the number with + in place of 00")
    if number.isascii() and number.isdecimal():
        raise UsageError(f"{typed[:60]}: write the number with + and its country code")
    if not _NUMBER.fullmatch(number):
        raise UsageError(f"{typed[:60]} is not a destination; write {_HINT}")
    reason = _impossible(number)
    if reason is not None:
        raise UsageError(f"{number} cannot be a number: {reason}")
    return number


@lru_cache(maxsize=4096)
def readable(number: str) -> str:
    """A number in groups (`+1 312 555 0100`); anything else as it is."""
    if not _NUMBER.fullmatch(number):
        return number
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return _SEPARATORS.sub(" ", phonenumbers.format_number(parsed, style))


def _impossible(number: str) -> str | None:
    """Why no such number can exist; None if one may. Not whether it does: numbers for fiction are fine."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return "there is no such country code"
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return {
        phonenumbers.ValidationResult.TOO_SHORT: "it is too short for its country",
        phonenumbers.ValidationResult.TOO_LONG: "it is too long for its country",
        phonenumbers.ValidationResult.INVALID_LENGTH: "its length is wrong for its country",
        phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "there is no such country code",
    }.get(reason)
