"""Call Control applications as rows, and one of them as lines: findings first, then the settings."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence

from console.domain.values import text
from console.telnyx.applications import Check, Difference, Level, checks, editable, same_url, worst
from console.ui.presenters.cells import Line, Role, Span, fit, fit_line, line_width, shown
from console.ui.presenters.glyphs import UNICODE, Glyphs
from console.ui.presenters.rows import Rows
from console.ui.presenters.wrapping import wrapped

Application = Mapping[str, object]

_NAME = 24
_LEVEL = 4
_SETTING = 30
_ROLES = {Level.OK: Role.GOOD, Level.WARN: Role.WARN, Level.BAD: Role.BAD}


def id_of(application: Application) -> str:
    """The application's id; empty where Telnyx gave none."""
    return text(application, "id") or ""


def name_of(application: Application) -> str:
    """Its name as it may be drawn; its id where it has none."""
    return shown(text(application, "application_name") or "") or shown(id_of(application))


class Ours:
    """Which application is ours: its webhooks come to us, or this console works on it."""

    def __init__(
        self,
        public_url: str | None = None,
        webhook_url: str | None = None,
        connection_id: str | None = None,
    ) -> None:
        """`public_url` is where the internet reaches our webhooks, where that is known."""
        self._public_url = public_url
        self._urls = [url for url in (public_url, webhook_url) if url]
        self._connection_id = connection_id

    def mark(self, application: Application) -> str:
        """`ours` where webhooks come to us; `in use` where this console works on it, but hears nothing.

        `heard`: webhooks come to us, who work on another one.
        """
        is_used = self._connection_id is not None and id_of(application) == self._connection_id
        if self._own_url(application) is not None:
            return "ours" if is_used or self._connection_id is None else "heard"
        return "in use" if is_used else ""

    def _own_url(self, application: Application) -> str | None:
        url = text(application, "webhook_event_url") or ""
        return next((each for each in self._urls if same_url(url, each)), None)

    def url_for(self, application: Application) -> str | None:
        """Our address for its checks: the public one, a local one only where webhooks come straight to it."""
        return self._public_url or self._own_url(application)

    def checks(self, application: Application) -> tuple[Check, ...]:
        """The findings."""
        return checks(application, our_url=self.url_for(application))


class ApplicationRows(Rows[str]):
    """Rows by id: how it stands, whether it is ours, name, webhooks."""

    header_lines = 1

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        self._glyphs = glyphs
        self._ours = Ours()
        self._all: Sequence[Application] = ()

    def show(self, applications: Sequence[Application], ours: Ours) -> None:
        """Replaces everything."""
        self._all, self._ours = applications, ours

    def __len__(self) -> int:
        return len(self._all)

    def key_at(self, index: int) -> str:
        return id_of(self._all[index])

    def index_of(self, key: str) -> int | None:
        return next((place for place, each in enumerate(self._all) if id_of(each) == key), None)

    def get(self, key: str | None) -> Application | None:
        """The application of a row."""
        index = self.index_of(key) if key is not None else None
        return self._all[index] if index is not None else None

    def stamp(self, key: str) -> Hashable:
        found = self.get(key)
        return None if found is None else (self._parts(found), text(found, "id"))

    def _parts(self, found: Application) -> tuple[Level, str, str, str]:
        level = worst(self._ours.checks(found))
        url = shown(text(found, "webhook_event_url") or "") or "nowhere"
        return level, self._ours.mark(found), name_of(found), url

    def header(self, width: int, first: int) -> Line:  # noqa: ARG002
        return (Span(f"  {'':<{_LEVEL}} {'':<6} {'name':<{_NAME}} webhooks", Role.HEADER),)

    def draw(self, key: str, sub: int, width: int) -> Line:  # noqa: ARG002
        found = self.get(key)
        if found is None:
            return (Span("  "),)
        level, mark, name, url = self._parts(found)
        dots = self._glyphs.ellipsis
        left = (
            Span("  "),
            Span(f"{level.value:<{_LEVEL}} ", _ROLES[level]),
            Span(f"{mark:<6} ", Role.ACCENT),
            Span(f"{fit(name, _NAME, ellipsis=dots)} ", Role.STRONG),
        )
        return (*left, Span(fit(url, max(1, width - line_width(left)), ellipsis=dots)))


def present_application(application: Application, ours: Ours, width: int) -> Iterator[Line]:
    """What is wrong, then every setting."""
    title = f"{name_of(application)} ({shown(id_of(application))})"
    mark = ours.mark(application)
    words = {
        "ours": "its webhooks come to this console",
        "heard": "its webhooks come to this console, which works on another one",
        "in use": "this console works on it, but its webhooks go elsewhere",
    }.get(mark, "")
    yield (Span("  "), Span(title, Role.STRONG), Span(f"  {words}" if words else "", Role.ACCENT))
    yield ()
    for check in ours.checks(application):
        yield from _finding(check, width)
    yield ()
    for name, value in editable(application).items():
        yield from _setting(name, value, width)


def _finding(check: Check, width: int) -> Iterator[Line]:
    for place, row in enumerate(wrapped(check.sentence, width - 8)):
        sign = Span(f"  {check.level.value if place == 0 else '':<5} ", _ROLES[check.level])
        yield (sign, Span(row))
    if check.fix:
        for row in wrapped(f"set {check.fix}" if "=" in check.fix else check.fix, width - 10):
            yield (Span(" " * 10), Span(row, Role.DIM))


def _setting(name: str, value: object, width: int) -> Iterator[Line]:
    if isinstance(value, Mapping) and value:
        for inner, each in value.items():
            yield from _setting(f"{name}.{inner}", each, width)
        return
    head = Span(f"  {fit(name, _SETTING)} ", Role.DIM)
    yield fit_line((head, Span(shown(value_words(value)))), width)


def value_words(value: object) -> str:
    """A setting as a person reads it; `-` where it is not set."""
    if value is None or value in ("", [], {}):
        return "-"
    return value if isinstance(value, str) else json.dumps(value)


def present_differences(differences: Sequence[Difference], width: int) -> Iterator[Line]:
    """Each setting before and after, one below the other."""
    for each in differences:
        yield (Span("  "), Span(shown(each.name), Role.STRONG))
        if each.before is not None:
            for row in wrapped(value_words(each.before), width - 8):
                yield (Span("    - "), Span(row, Role.BAD))
        for row in wrapped(value_words(each.after), width - 8):
            yield (Span("    + "), Span(row, Role.GOOD))
