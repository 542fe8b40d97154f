"""What the screens are given: the store to look at, the operator to ask, and the words to use. No screen makes its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from console.domain.entries import Micros
from console.domain.legs import LegKey
from console.late import late
from console.ui.notices import Notices
from console.ui.options import UiOptions
from console.ui.presenters.glyphs import ASCII, UNICODE
from console.ui.presenters.legs import Look

if TYPE_CHECKING:
    from console.domain.entries import Entry, Fact
    from console.operator import Health, LifeStatus, Operator
    from console.store.store import Store
    from console.ui.line_watch import LineWatch
    from console.ui.memory import Memory
    from console.ui.redaction import Redaction


SILENT = "the engine does not answer"


class Contact(Protocol):
    """A name and where it leads."""

    @property
    def name(self) -> str: ...

    @property
    def destination(self) -> str: ...


class Contacts(Protocol):
    """The operator's address book (`console.config.contacts`)."""

    def find(self, text: str) -> Sequence[Contact]:
        """Contacts whose name or destination contains the text."""
        ...

    def destination(self, text: str) -> str:
        """What goes on the wire for a number, SIP URI or name; raises `UsageError` with a sentence."""
        ...

    def name_of(self, destination: str) -> str | None:
        """The name of a number or SIP URI; None for strangers."""
        ...


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Services:
    """One per desk. `health` and `life` are what was last heard."""

    store: Store
    operator: Operator
    options: UiOptions
    contacts: Contacts
    notices: Notices = field(default_factory=Notices)
    health: Health | None = None
    life: LifeStatus | None = None
    silent: bool = False
    """Whether the engine, which runs and has answered, does not any more."""
    marked: tuple[Entry, Fact] | None = None
    """The event that was marked to be compared with another one."""
    marks: dict[LegKey, None] = field(default_factory=dict)
    """The calls that were marked, in the order in which they were."""
    apps: dict[str, str] = field(default_factory=dict)
    """Names of applications by connection id, as far as they were heard of (`console.ui.app_names`)."""
    ask_apps_after: Micros = 0
    """When Telnyx may be asked for them again."""
    line: LineWatch | None = None
    """The figures of the line; None until the desk has begun."""
    frozen: Callable[[], str] | None = None
    """Why nothing can be sent from here, in words, where what is shown is not what goes on now."""
    moment: Callable[[], str] | None = None
    """Which moment is shown, in words; None: the present, or the end of a file."""
    redaction: Redaction | None = None
    """How everything is masked for a shared screen, once that was asked for."""
    redacted: bool = False
    """Whether it is masked now."""
    look: Look = field(init=False)
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        glyphs = ASCII if self.options.ascii else UNICODE
        self.memory = late(self._memory)
        self.look = Look(
            glyphs=glyphs,
            name_of=lambda address: self.contacts.name_of(address),
            is_pinned=lambda key: key in self.store.pinned,
            is_marked=self.marks.__contains__,
            app_of=self.apps.get,
        )

    def _memory(self) -> Memory:
        from console.ui.memory import Memory

        return Memory(self.options.memory)

    def now(self) -> Micros:
        """This desk's clock, µs."""
        return self.options.clock()
