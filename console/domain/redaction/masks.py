"""Masks: what stands in the place of a number, an address, a name or a text.

The same value has the same mask everywhere, and different values have different ones, so that a masked record can
still be followed. A mask is made with a key that is drawn anew each time and never written down, so nobody can go back,
not even by trying all numbers. Pure: whoever makes `Masks` draws the key.

| of | becomes |
| --- | --- |
| a telephone number | `+1555` and seven digits that begin with 0 or 1: no such number can be assigned |
| a SIP or mail address | the same kind of address at `masked.invalid` |
| a web address | `https://masked.invalid/url-…` |
| digits typed on a telephone | as many `x` |
| base64 of an application | base64 of a mask |
| an identifier | another one of its kind |
| anything else | `name-…`, `text-…`, `tag-…` |
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from hashlib import blake2b
from typing import Final

_PEOPLE_NOBODY: Final = frozenset(
    ("", "anonymous", "restricted", "unavailable", "unknown", "private")
)
_PLAIN_NUMBER = re.compile(r"\+?[0-9][0-9 ().\-/]*")
_SIP = re.compile(r"(?i)(sips?|tel):(.+)", re.DOTALL)
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PRESSED = re.compile(r"[0-9*#A-DwW]+")
_VERSIONED = re.compile(r"(v[0-9]):")
_FICTIONAL = 2_000_000
"""How many numbers `+1 555 0… …` and `+1 555 1… …` there are."""
_HOST = "masked.invalid"
_INSIDE = re.compile(
    r"""(?ix)
    (?P<url>  (?:https?|wss?|rtmps?|ftp)://[^\s<>"'“”]+ )
  | (?P<sip>  (?:sips?|tel):[^\s<>"'“”,;]+ )
  | (?P<mail> [^\s@<>"'“”:,;()]+@[^\s@<>"'“”,;()]+ )
  | (?P<uuid> \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b )
  | (?P<id>   \bv[0-9]:[A-Za-z0-9_\-=+/]{8,} )
  | (?P<date> \b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)? )
  | (?P<number> \+?\(?\d(?:[ ().\-/]{0,2}\d){6,} )
  | (?P<quoted> "[^"]*" | “[^”]*” | (?<!\w)'[^']*'(?!\w) )
    """
)
_PARAMETER = re.compile(r"[a-z][a-z0-9]*(?:[_./][a-z0-9]+)*")
_SHORTEST = 6
_MOST_KNOWN = 5_000
_LEAST_KNOWN = 4
"""Shorter names are not looked for inside of sentences: they are parts of too many words."""


class Masks:
    """One set of masks with one key. `ids` says whether identifiers are replaced, too."""

    def __init__(self, key: bytes, *, ids: bool, avoid: frozenset[str] = frozenset()) -> None:
        """`avoid` holds digits that no mask of a number may have: those of the numbers that are to be masked."""
        self.ids = ids
        self._key = key
        self._avoid = avoid
        self._numbers: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        """Digits of a mask → digits that it stands for."""
        self._reals: dict[str, str] = {}
        """Every other mask → what it stands for."""
        self._known: dict[str, str] = {}
        """Names that were masked, to be found again inside of sentences."""

    @property
    def numbers(self) -> frozenset[str]:
        """The digits of all numbers masked so far."""
        return frozenset(self._numbers)

    def real(self, mask: str) -> str | None:
        """What a mask of this set stands for; None where it is none."""
        found = self._reals.get(mask)
        if found is not None:
            return found
        if _PLAIN_NUMBER.fullmatch(mask):
            digits = self._taken.get(_digits(mask))
            return None if digits is None else ("+" if mask.startswith("+") else "") + digits
        return None

    # -- kinds of values

    def number(self, text: str) -> str:
        """A telephone number, however it is written; short ones, too."""
        digits = _digits(text)
        mask = digits if digits in self._taken else self._numbers.get(digits)
        if mask is None:
            mask = self._new_number(digits)
            self._numbers[digits] = mask
            self._taken[mask] = digits
        return f"+{mask}" if text.lstrip(" (").startswith("+") else mask

    def party(self, text: str) -> str:
        """Who called or was called: a number, an address, else a name."""
        if text.strip().lower() in _PEOPLE_NOBODY:
            return text
        if _PLAIN_NUMBER.fullmatch(text):
            return self.number(text)
        if _SIP.fullmatch(text) or _MAIL.fullmatch(text):
            return self.address(text)
        return self.word("name", text)

    def address(self, text: str) -> str:
        """A SIP or mail address; a number before the `@` stays one."""
        scheme, rest = "", text
        if (sip := _SIP.fullmatch(text)) is not None:
            scheme, rest = f"{sip[1].lower()}:", sip[2]
        user = rest.partition("@")[0].partition(";")[0]
        if _PLAIN_NUMBER.fullmatch(user):
            named = self.number(user)
            mask = f"{scheme}{named}" if scheme == "tel:" else f"{scheme}{named}@{_HOST}"
            self._reals[mask] = text
            return mask
        return self._named("user", rest, text, f"{scheme}{{}}@{_HOST}")

    def word(self, kind: str, text: str) -> str:
        """A name, a text, a tag: `kind` and some letters."""
        if not text or text in self._reals:
            return text
        mask = self._named(kind, text, text, "{}")
        if kind == "name" and len(text) >= _LEAST_KNOWN and len(self._known) < _MOST_KNOWN:
            self._known[text] = mask
        return mask

    def url(self, text: str) -> str:
        """A web address."""
        return self._named("url", text, text, f"https://{_HOST}/{{}}")

    def pressed(self, text: str) -> str:
        """Digits typed on a telephone: only how many there were stays."""
        return "x" * len(text) if _PRESSED.fullmatch(text) else self.word("text", text)

    def state(self, text: str) -> str:
        """Base64 of an application's own."""
        if not text:
            return text
        mask = b64encode(f"text-{self._hex(b'state', text)}".encode()).decode()
        self._reals[mask] = text
        return mask

    def identifier(self, text: str) -> str:
        """An identifier of Telnyx's or ours; as it is where `ids` is off, unless it is a person's address."""
        if _SIP.fullmatch(text) or _MAIL.fullmatch(text) or text.startswith("+"):
            return self.party(text)
        if not self.ids or not text:
            return text
        if _UUID.fullmatch(text):
            return uuid_of(self.event_key(bytes.fromhex(text.replace("-", ""))))
        raw = self._hash(b"id", text.encode("utf-8", "surrogatepass"), 32)
        if versioned := _VERSIONED.match(text):
            return f"{versioned[1]}:{urlsafe_b64encode(raw).decode()}"
        if text.isascii() and text.isdigit():
            return f"9{int.from_bytes(raw[:12], 'big'):029d}"[:19]
        return f"id-{raw[:10].hex()}"

    def event_key(self, key: bytes) -> bytes:
        """The key of an event, in the same way as the UUID it was made of."""
        return self._hash(b"key", key, 16) if self.ids else key

    def sentence(self, text: str) -> str:
        """Words of Telnyx's or ours: what looks like a number, an address or a quotation is masked, and what was
        masked elsewhere.
        """
        found = _INSIDE.sub(self._part, text)
        for known, mask in self._known.items():
            if known in found:
                found = found.replace(known, mask)
        return found

    # -- making them

    def _part(self, match: re.Match[str]) -> str:
        text = match[0]
        match match.lastgroup:
            case "url":
                return self.url(text)
            case "sip" | "mail":
                return self.address(text)
            case "uuid" | "id":
                return self.identifier(text)
            case "date":
                return text
            case "number":
                return self.number(text)
            case _:
                inner = text[1:-1]
                if _PARAMETER.fullmatch(inner) or not inner:
                    return text
                return f"{text[0]}{self.party(inner)}{text[-1]}"

    def _new_number(self, digits: str) -> str:
        place = int.from_bytes(self._hash(b"number", digits.encode(), 8), "big")
        for step in range(_FICTIONAL):
            mask = f"1555{(place + step) % _FICTIONAL:07d}"
            if mask not in self._taken and mask not in self._avoid and mask != digits:
                return mask
        # More numbers than there are fictional ones: longer than any number may be.
        return f"1555{place % 10**14:014d}"

    def _named(self, kind: str, digested: str, text: str, form: str) -> str:
        """`name-4f2a1b` in its form, longer where another text has that already."""
        raw = digested.encode("utf-8", "surrogatepass")
        whole = self._hash(kind.encode(), raw, 16).hex()
        mask = ""
        for size in range(_SHORTEST, len(whole) + 1):
            mask = form.format(f"{kind}-{whole[:size]}")
            if self._reals.setdefault(mask, text) == text:
                break
        return mask

    def _hex(self, kind: bytes, text: str) -> str:
        return self._hash(kind, text.encode("utf-8", "surrogatepass"), 5).hex()

    def _hash(self, kind: bytes, raw: bytes, size: int) -> bytes:
        return blake2b(raw, key=self._key, person=kind, digest_size=size).digest()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def uuid_of(key: bytes) -> str:
    """The usual spelling of 16 bytes."""
    digits = key.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
