"""Parameters that are secret as such: stars in their place wherever parameters are shown, copied or kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SECRET_NAMES: Final = frozenset({"sip_auth_password", "stream_auth_token"})
"""Of the catalogue's parameters those whose value is a credential itself, not a reference to one."""
MASK: Final = "********"


def masked(params: Mapping[str, object]) -> dict[str, object]:
    """A copy in which every member of these names, at any depth, is stars."""
    return {
        name: MASK if name in SECRET_NAMES and value else _inside(value)
        for name, value in params.items()
    }


def _inside(value: object) -> object:
    if isinstance(value, Mapping):
        return masked(value)
    return [_inside(each) for each in value] if isinstance(value, list | tuple) else value
