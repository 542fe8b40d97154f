"""Every key and what it does, from the registry; typing searches, Enter does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.ui.actions import BY_ID, Action, Scope, available, key_label
from console.ui.commands import menu_actions
from console.ui.compat import Guarded
from console.ui.key_labels import plain_label
from console.ui.presenters.filter_help import FILTER_HELP
from console.ui.presenters.search import places

_SCOPES = {
    Scope.DESK: "",
    Scope.EVERYWHERE: "everywhere",
    Scope.EVENT: "event",
    Scope.DIALOG: "dialog",
    Scope.FORM: "form",
    Scope.MENU: "",
    Scope.TRANSCRIPT: "transcript",
    Scope.GATHER: "collected digits",
    Scope.SOUND: "sound",
    Scope.APPLICATIONS: "applications",
    Scope.FLOW: "flow",
    Scope.ENTRIES: "",
}
_KEYS_WIDTH = 13
_OF_CALLS = (Scope.DESK, Scope.CALLS, Scope.ENTRIES, Scope.MENU)


class HelpScreen(Guarded, ModalScreen[Action | None]):
    """Gives the action that was chosen, or None."""

    AUTO_FOCUS: ClassVar[str] = "#help-search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False),
        Binding("down", "move('cursor_down')", "next", show=False),
        Binding("up", "move('cursor_up')", "previous", show=False),
        Binding("pagedown", "move('page_down')", "next page", show=False),
        Binding("pageup", "move('page_up')", "previous page", show=False),
    ]

    def __init__(
        self,
        why_not: Callable[[Action], str | None],
        *,
        read_only: bool,
        filters_first: bool = False,
        ascii_only: bool = False,
    ) -> None:
        """`filters_first`: begins with the language of filters."""
        super().__init__()
        self._filters_first = filters_first
        self._ascii = ascii_only
        self._why_not = why_not
        self._read_only = read_only
        self._whole: list[str] = []
        """The text of each line, cut nowhere."""

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            yield Input(
                id="help-search",
                placeholder="search the keys and the words of filters",
                compact=True,
            )
            yield OptionList(id="help-keys", compact=True, markup=False)
            yield Static(id="help-whole", markup=False)

    def on_mount(self) -> None:
        frame = self.query_one("#help")
        frame.border_title = Content("Keys")
        self.query_one("#help-keys").can_focus = False
        self._fill("")

    def _fill(self, wanted: str) -> None:
        words = wanted.casefold().split()
        actions = [
            action
            for action in available([*BY_ID.values(), *menu_actions()], read_only=self._read_only)
            if action.show
        ]
        options = [self._option(action, words) for action in actions if _matches(action, words)]
        count = f"{len(options)} of {len(actions)} keys  " if words else ""
        self.query_one("#help").border_subtitle = Content(f"{count}enter do it  esc close")
        filters = [
            (Option(_marked(_line(term, text, "filter"), words)), text)
            for term, text in FILTER_HELP
            if all(word in f"{term} {text} filter".casefold() for word in words)
        ]
        lines = [*filters, *options] if self._filters_first else [*options, *filters]
        self._whole = [whole for _, whole in lines]
        keys = self.query_one("#help-keys", OptionList)
        keys.clear_options()
        keys.add_options(
            [option for option, _ in lines]
            or [Option(Content("no key does that, and no filter"), disabled=True)]
        )
        keys.highlighted = 0 if words and lines else None
        self._tell_whole(keys.highlighted)

    def _option(self, action: Action, words: list[str]) -> tuple[Option, str]:
        reason = self._why_not(action) if action.scope in _OF_CALLS else None
        keys = plain_label(_keys(action)) if self._ascii else _keys(action)
        whole = action.description if reason is None else f"{action.description} (now: {reason})"
        line = _line(keys, whole, _SCOPES.get(action.scope, str(action.scope)))
        if reason is not None:
            line = line.stylize("dim")
        return Option(_marked(line, words), id=action.id), whole

    def _tell_whole(self, place: int | None) -> None:
        """Below the list, the line under the cursor, with the reason why it cannot be done now."""
        arrows = "down and up" if self._ascii else "↓ ↑"
        told = f"{arrows} tell a line whole" if place is None else self._whole[place]
        self.query_one("#help-whole", Static).update(Content(told), layout=False)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index < len(self._whole):
            self._tell_whole(event.option_index)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        keys = self.query_one("#help-keys", OptionList)
        if keys.highlighted is not None:
            keys.action_select()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        wanted = event.option_id or ""
        menu = {action.id: action for action in menu_actions()}
        # A line about filters has no id: it opens the filter.
        self.dismiss(BY_ID.get(wanted) or menu.get(wanted) or BY_ID["filter"])

    def action_move(self, how: str) -> None:
        """Moves the cursor of the list while the typing goes on."""
        keys = self.query_one("#help-keys", OptionList)
        moves: dict[str, Callable[[], None]] = {
            "cursor_down": keys.action_cursor_down,
            "cursor_up": keys.action_cursor_up,
            "page_down": keys.action_page_down,
            "page_up": keys.action_page_up,
        }
        moves[how]()

    def action_close(self) -> None:
        """Back without doing anything."""
        self.dismiss(None)


def _marked(line: Content, words: list[str]) -> Content:
    for word in words:
        for start, end in places(line.plain, word):
            line = line.stylize("bold underline $text-warning", start, end)
    return line


def _matches(action: Action, words: list[str]) -> bool:
    text = f"{action.title} {action.description} {_keys(action)} {action.id}".casefold()
    return all(word in text for word in words)


def _keys(action: Action) -> str:
    before = "c " if action.scope is Scope.MENU else ""
    return before + " ".join(key_label(key) for key in action.keys)


def _line(keys: str, text: str, scope: str) -> Content:
    return Content.assemble(
        (f"{keys:<{_KEYS_WIDTH}} ", "bold"), text, (f"  {scope}", "dim") if scope else ""
    )
