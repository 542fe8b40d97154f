"""Faults that a test asks for, and the record of requests it looks at afterwards."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

KEPT_REQUESTS = 2_000


class Recorded(NamedTuple):
    """One request to the API as it arrived. Without headers: they hold the key."""

    method: str
    path: str
    query: Mapping[str, str]
    body: object
    status: int
    """What was answered; 0 when the connection was cut instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to the next requests that match.

    `status` None lets the answer be what it would have been. `executed` says whether the command has its effect;
    `cut` closes the connection instead of answering.
    """

    status: int | None = None
    delay_s: float = 0.0
    cut: bool = False
    executed: bool = False
    method: str = "*"
    path: str = "*"
    headers: Mapping[str, str] | None = None


class Faults:
    """Faults in the order of asking; each is used once."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, fault: Fault, times: int) -> None:
        self._waiting.extend([fault] * times)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for a request, if there is one; it is used up."""
        for fault in self._waiting:
            if fnmatchcase(method, fault.method) and fnmatchcase(path, fault.path):
                self._waiting.remove(fault)
                return fault
        return None
