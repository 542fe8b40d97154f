"""Telephone numbers and addresses as a person reads them, by plain rules: nothing is looked up, nothing imported late."""

from __future__ import annotations

import re
from functools import lru_cache

_WITHIN = re.compile(r"\+[0-9]{7,15}\b")
_THREE_DIGIT_CODES = ("21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69",
                      "80", "83", "85", "87", "88", "89", "96", "97", "99")  # fmt: skip
"""Where country codes have three digits (ITU-T E.164); 1 and 7 stand alone, all others have two."""


@lru_cache(maxsize=4096)
def readable(number: str) -> str:
    """`+13125550101` as `+1 312 555 0101`; other E.164 numbers in groups of three; anything else as it is.

    SIP addresses lose their scheme: `sip:ann@example.com` is `ann@example.com`.
    """
    if number[:4].lower() == "sip:":
        return number[4:]
    digits = number[1:]
    if not (number[:1] == "+" and digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15):
        return number
    if digits[0] == "1" and len(digits) == 11:
        return f"+1 {digits[1:4]} {digits[4:7]} {digits[7:]}"
    code = _country_code(digits)
    return " ".join([f"+{code}", *_groups(digits[len(code) :])])


def _country_code(digits: str) -> str:
    if digits[0] in "17":
        return digits[0]
    return digits[:3] if digits[:2] in _THREE_DIGIT_CODES else digits[:2]


def _groups(rest: str) -> list[str]:
    groups = []
    while len(rest) > 4:
        groups.append(rest[:3])
        rest = rest[3:]
    return [*groups, rest] if rest else groups


def readable_within(text: str) -> str:
    """Every E.164 number inside of a sentence in groups; never a contact's name, which a caller may have chosen."""
    return _WITHIN.sub(lambda found: readable(found.group()), text)
