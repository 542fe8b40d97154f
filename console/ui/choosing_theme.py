"""The choice of a theme: Textual's, ours, and the operator's own, which are read here; the choice is remembered."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from textual.command import CommandPalette, DiscoveryHit, Hits
from textual.theme import ThemeProvider

from console.ui import session, themes
from console.ui.compat import fit_no_color
from console.ui.theme_files import read_themes

if TYPE_CHECKING:
    from textual.theme import Theme

    from console.ui.app import ConsoleApp
    from console.ui.services import Services


_OWN = {theme.name for theme in themes.OWN}


class Themes(ThemeProvider):
    """The theme in use is the first one, and says so: where the list begins is where one is."""

    async def discover(self) -> Hits:
        """All themes."""
        now = self.app.theme
        for name, run in sorted(self.commands, key=lambda each: each[0] != now):
            yield DiscoveryHit(name, run, help="in use" if name == now else None)


def register(app: ConsoleApp, services: Services) -> list[str]:
    """Takes over the operator's themes; what is wrong with those that cannot be used."""
    found = read_themes(services.options.themes)
    faults = list(found.faults)
    for theme in found.themes:
        if theme.name in _OWN:
            faults.append(
                f"the theme {theme.name} is one of the console's own; give yours another name"
            )
        else:
            app.register_theme(theme)
    return faults


def first(app: ConsoleApp, services: Services, wanted: str, to_say: list[tuple[str, str]]) -> str:
    """A theme to begin with that is none of Textual's and ours: the operator's, else ours; what to say of it."""
    words = register(app, services)
    known = wanted in app.available_themes
    if not known:
        near = difflib.get_close_matches(wanted, app.available_themes, n=1, cutoff=0.0)[0]
        words.append(f"there is no theme {wanted}; the nearest is {near} (^t lists them all)")
    to_say += [("Theme", each) for each in words]
    return wanted if known else themes.DARK.name


def choose(app: ConsoleApp, services: Services) -> None:
    """Opens the list of themes; the one that is chosen is remembered."""
    for fault in register(app, services):
        app.notify(fault, title="Theme left out", severity="warning")

    def chosen(theme: Theme) -> None:
        fit_no_color(app)
        problem = session.keep_theme(theme.name, services)
        if problem is not None:
            app.notify(f"The theme is not remembered: {problem}", severity="warning")

    if not app.keeps_theme:
        app.keeps_theme = True
        app.theme_changed_signal.subscribe(app, chosen, immediate=True)
    app.push_screen(
        CommandPalette(providers=[Themes], placeholder="Search the themes", id="themes")
    )
