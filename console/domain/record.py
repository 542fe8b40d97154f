"""What the larger values have in common: equality, hash and picture by their fields.

`dataclass` would write these three for each class anew, which takes longer than everything else about it: use it with
`eq=False, repr=False` on a class made from `Record`.
"""

from __future__ import annotations

from typing import ClassVar


class Record:
    """Base of frozen dataclasses."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, object]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or other.__class__ is not self.__class__:
            return NotImplemented
        return _values(self) == _values(other)

    def __hash__(self) -> int:
        return hash(_values(self))

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
        return f"{type(self).__qualname__}({', '.join(told)})"


def _values(record: Record) -> tuple[object, ...]:
    return tuple([getattr(record, name) for name in record.__dataclass_fields__])
