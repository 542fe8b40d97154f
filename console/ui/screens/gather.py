"""A gather while it goes on: what was asked, the digits as they come, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from textual.app import ComposeResult

from console.domain.gathering import Gathering, gathering
from console.domain.legs import Leg
from console.domain.times import local_clock
from console.domain.values import number, text
from console.ui.actions import Action, Scope
from console.ui.leg_feed import LegFeed, Pair
from console.ui.orders import Orders
from console.ui.presenters.cells import Line, Role, Span, shown
from console.ui.presenters.wrapping import wrapped
from console.ui.screens.live import LivePane, keys_of
from console.ui.services import Services
from console.ui.widgets.lines_view import LinesView
from console.ui.wording import route, state_words

_LABEL = 12


class GatherPane(LivePane):
    """Follows the latest gather of one leg; leaving does not end it."""

    SCOPE = Scope.GATHER
    BINDINGS = keys_of(Scope.GATHER)

    def __init__(
        self, services: Services, orders: Orders, leg: Leg, again: Callable[[Leg], None]
    ) -> None:
        super().__init__(services)
        self._orders = orders
        self._key = leg.key
        self._feed = LegFeed(services.store, leg.key)
        self._pairs: list[Pair] = []
        self._found: Gathering | None = None
        self._again = again
        self.verbs = {
            "gather.again": self._ask_again,
            "gather.stop": lambda: self._orders.place("gather_stop", self._leg),
            "gather.back": self.action_back,
        }

    def compose_body(self) -> ComposeResult:
        yield LinesView(glyphs=self.services.look.glyphs, id="gather")

    def on_mount(self) -> None:
        self.query_one(LinesView).focus()

    @property
    def _leg(self) -> Leg | None:
        return self.services.store.leg(self._key)

    def look(self) -> None:
        leg, look = self._leg, self.services.look
        news = self._feed.news()
        if news:
            self._pairs += news
            self._found = gathering(self._pairs)
        view = self.query_one(LinesView)
        view.show(list(present_gathering(self._found, max(20, view.size.width - 2))))
        if leg is not None:
            self.head("Digits", route(leg, look), state_words(leg, self.services.now()))
        self.keys()

    def why_not(self, action: Action) -> str | None:
        if action.command is None:
            return None
        if action.id == "gather.stop" and (self._found is None or self._found.is_over):
            return "nothing is being gathered"
        return self._orders.why_not(action.command, self._leg)

    def _ask_again(self) -> None:
        leg = self._leg
        assert leg is not None
        self.dismiss(None)
        self._again(leg)


def present_gathering(found: Gathering | None, width: int) -> Iterator[Line]:
    """The gather as lines; signs and words, no meaning by colour alone."""
    if found is None:
        yield _line("asked", "on its way …", Role.DIM)
        return
    if found.asked_at is not None:
        yield _line("asked", f"{local_clock(found.asked_at)}  {_terms(found.params)}")
    else:
        yield _line("asked", "by somebody else, not by this console", Role.DIM)
    for place, row in enumerate(wrapped(text(found.params, "payload") or "", width - _LABEL)):
        if row:
            yield _line("said" if place == 0 else "", row)
    yield ()
    yield _line("digits", " ".join(shown(found.digits)) or "none yet", Role.STRONG)
    role = Role.GOOD if found.status == "valid" else Role.BAD if found.is_over else Role.WARN
    yield _line("state", found.words, role)
    if found.status is not None:
        clock = f"  at {local_clock(found.ended_at)}" if found.ended_at is not None else ""
        yield _line("result", f"{shown(found.result or '') or 'no digits'}{clock}", Role.STRONG)


def _line(label: str, words: str, role: Role = Role.TEXT) -> Line:
    return (Span("  "), Span(f"{label:<{_LABEL}}", Role.DIM), Span(shown(words), role))


def _terms(params: Mapping[str, object]) -> str:
    """`1 to 4 digits, ends with #, within 60 s`, as sent or as Telnyx takes them where nothing is sent."""
    least = number(params, "minimum_digits") or 1
    most = number(params, "maximum_digits") or 128
    end = text(params, "terminating_digit") or "#"
    within = (number(params, "timeout_millis") or 60_000) / 1000
    count = f"{least:g}" if least == most else f"{least:g} to {most:g}"
    return f"{count} digit{'' if most == 1 else 's'}, ends with {shown(end)}, within {within:g} s"
