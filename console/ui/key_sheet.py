"""`docs/keys.md`: every action with its keys, by the place where they work, and the presets. From the registry alone."""

from __future__ import annotations

from collections.abc import Iterator

from console.ui.actions import ACTIONS, Action, Scope
from console.ui.commands import MENU_ACTIONS
from console.ui.key_labels import key_label
from console.ui.keymap import PRESETS
from console.ui.presenters.filter_help import FILTER_HELP

_HEADING = """\
# Keys

Made by `scripts/make_keys.py` from the registry of actions, from which the screen takes its bindings, key bar, help (`?`)
and palette (`^p`). `^p` means Ctrl and p.

Keys of your own are written into `config.toml`, by the id of the action: one key, several, or `""` for none.

```toml
[keys]
preset = "vim"
"call.answer" = ["a", "f5"]
"call.reject" = ""
```

A key is written as it is printed (`"?"`, `"D"`), or as `"f5"`, `"ctrl+p"`, `"pageup"`. A line whose action does not exist, or
whose key means something else in the same place, is left out; the screen says so at start, and `call-console config check` lists
them all. What leads back (`quit`, `….back`, `dialog.cancel`) always keeps a key. Marked calls (`space`, `V`) are what `h`, `n`, `f`
and `E` are about; every other key is about the call under the cursor.
"""

_PLACES: dict[Scope, str] = {
    Scope.DESK: "The desk",
    Scope.CALLS: "The list of calls",
    Scope.ENTRIES: "Events and timelines",
    Scope.SCREENS: "Every screen over the desk",
    Scope.LISTS: "Every list",
    Scope.EVERYWHERE: "Everywhere",
    Scope.MENU: "After `c`: what a call can be told",
    Scope.DIALOG: "Dialogs",
    Scope.FORM: "Forms of commands",
}


def key_sheet() -> str:
    """The whole page."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield _HEADING
    everything = (*ACTIONS, *MENU_ACTIONS)
    scopes = [*_PLACES, *(scope for scope in Scope if scope not in _PLACES)]
    for scope in scopes:
        actions = [action for action in everything if action.scope is scope and action.show]
        if actions:
            yield f"## {_PLACES.get(scope, f'The {scope} screen')}\n"
            yield "| key | does | id |\n| --- | --- | --- |"
            yield "".join(f"{_row(action)}\n" for action in actions)
    by_id = {action.id: action for action in everything}
    for name, keys in PRESETS.items():
        yield f"## Preset {name}\n"
        yield "| key | in place of | does | id |\n| --- | --- | --- | --- |"
        yield "".join(
            f"| {_keys(its)} | {_keys(by_id[id_].keys)} | {_cell(by_id[id_].title)} | `{id_}` |\n"
            for id_, its in keys.items()
        )
    yield "## Filters\n\nWhat can be written after `/`, for calls and for events.\n"
    yield "| example | finds |\n| --- | --- |"
    yield "".join(f"| `{_cell(term)}` | {_cell(text)} |\n" for term, text in FILTER_HELP)


def _row(action: Action) -> str:
    return f"| {_keys(action.keys)} | {_cell(action.description)} | `{action.id}` |"


def _keys(keys: tuple[str, ...]) -> str:
    return " ".join(f"`{_cell(key_label(key))}`" for key in keys)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
