"""Numbers as a person reads them."""

from __future__ import annotations

import pytest

from console.ui.presenters.numbers import readable


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+13125550101", "+1 312 555 0101"),
        ("+442079460123", "+44 207 946 0123"),
        ("+4930123456", "+49 301 234 56"),
        ("+35312345678", "+353 123 456 78"),
        ("+79161234567", "+7 916 123 4567"),
        ("+1312555", "+1 312 555"),
        ("sip:ann@example.com", "ann@example.com"),
        ("SIP:ann@example.com", "ann@example.com"),
        ("anonymous", "anonymous"),
        ("+", "+"),
        ("", ""),
        ("+1312555010x", "+1312555010x"),
        ("+1²³⁴⁵⁶⁷⁸", "+1²³⁴⁵⁶⁷⁸"),
    ],
)
def test_readable(number: str, words: str) -> None:
    """Groups for E.164, anything else as it came."""
    assert readable(number) == words
