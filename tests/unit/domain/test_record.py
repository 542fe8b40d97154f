"""Values made from `Record` behave like any other dataclass."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from console.domain.entries import Draft, Entry, Kind
from console.domain.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What `dataclass` makes of it."""

    kind: str
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Own(Record):
    """The same by `Record`."""

    kind: str
    at: int = 0


def test_record_is_told_like_a_dataclass() -> None:
    """Every field, by name."""
    assert repr(Own(kind="a", at=1)).replace("Own", "Usual") == repr(Usual(kind="a", at=1))


def test_records_are_equal_when_class_and_fields_are() -> None:
    """An entry is no draft, though it has all of a draft's fields."""
    draft = Draft(kind=Kind.NOTE, received_at=1, body=b"")
    entry = Entry(kind=Kind.NOTE, received_at=1, body=b"", seq=1)

    assert draft == replace(draft)
    assert draft != replace(draft, received_at=2)
    assert draft != entry
    assert entry != 1
    assert hash(entry) == hash(replace(entry))
    assert len({Own(kind="a"), Own(kind="a"), Own(kind="b")}) == 2


def test_record_cannot_be_changed() -> None:
    """Nor given other attributes."""
    with pytest.raises(FrozenInstanceError):
        Own(kind="a").at = 2  # type: ignore[misc]
    with pytest.raises((FrozenInstanceError, TypeError, AttributeError)):
        Own(kind="a").other = 2  # type: ignore[attr-defined]
