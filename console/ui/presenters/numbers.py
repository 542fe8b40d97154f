"""Telephone numbers and addresses as a person reads them, by plain rules: nothing is looked up, nothing imported late."""

from __future__ import annotations

from functools import lru_cache

_TWO_DIGIT_CODES = frozenset(
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 "
    "90 91 92 93 94 95 98".split()
)
"""Country codes of two digits (ITU-T E.164); those that begin with 1 or 7 have one digit, all others three."""


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
    return digits[:2] if digits[:2] in _TWO_DIGIT_CODES else digits[:3]


def _groups(rest: str) -> list[str]:
    groups = []
    while len(rest) > 4:
        groups.append(rest[:3])
        rest = rest[3:]
    return [*groups, rest] if rest else groups
