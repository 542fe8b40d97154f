"""A value that must never be printed: keys, tokens, bearer headers."""

from __future__ import annotations


class Secret:
    """Holds a string that no log, traceback, repr or comparison by accident reveals."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one place that sends it."""
        return self._value

    def masked(self) -> str:
        """Enough to tell two keys apart, too little to use: the first four characters and a length."""
        if len(self._value) < 12:
            return "***"
        return f"{self._value[:4]}… ({len(self._value)} characters)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a Secret is not pickled")
