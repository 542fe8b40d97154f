"""The two buttons under a dialog: which one Enter presses is said in words, and the arrow keys change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from textual.binding import Binding, BindingType
from textual.widgets import Button

if TYPE_CHECKING:
    from textual.screen import Screen

    _Screen = Screen[Any]
else:
    _Screen = object

BUTTON_KEYS: Final[tuple[BindingType, ...]] = (
    Binding("left", "button('cancel')", "to the way out", show=False),
    Binding("right", "button('confirm')", "to the button that does it", show=False),
)
"""A field that is typed in keeps its arrow keys."""


class ButtonKeys(_Screen):
    """Mix in before the screen."""

    def show_keys(self) -> None:
        """Says in the frame below what the keys do where the focus is now; by itself nothing new."""

    def on_descendant_focus(self) -> None:
        """Only a dialog that begins on a button tells anew; where something is typed the words stay."""
        if self.AUTO_FOCUS in ("#cancel", "#confirm"):
            self.show_keys()

    def action_button(self, name: str) -> None:
        """Goes from one button to the other; not while the focus is elsewhere, or the other one is off."""
        if isinstance(self.focused, Button):
            for button in self.query(f"#{name}").results(Button):
                if button.display and not button.disabled:
                    button.focus()

    def enter_words(self, way_out: str, deed: str) -> str:
        """What Enter does, and how to come to the other button."""
        focused = self.focused
        is_out = isinstance(focused, Button) and focused.id == "cancel"
        return f"enter {way_out}  → {deed}" if is_out else f"enter {deed}  esc {way_out}"
