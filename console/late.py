"""Objects that are made when something is asked of them first, so that what they need is not loaded before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

_T = TypeVar("_T")


class _Late:
    """Stands for an object. Only its attributes can be used, which is all that a protocol promises."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make: Callable[[], object] | None = make
        self._made: object = None

    def __getattr__(self, name: str) -> Any:
        if self._make is not None:
            self._made = self._make()
            self._make = None
        return getattr(self._made, name)


def late(make: Callable[[], _T]) -> _T:
    """The object that `make` makes, which is called when the object is used first, and once."""
    return cast("_T", _Late(make))
