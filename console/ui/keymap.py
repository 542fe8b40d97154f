"""The operator's keys (`[keys]`) over the registry of actions: what they mean, and what is wrong with them.

Loads no Textual, so that `config check` can use it, and is itself loaded only where keys are configured. A line that
cannot be used is left out with a sentence; the others hold.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from console.ui.actions import ACTIONS, Action, Scope, key_label, rekey, with_keys
from console.ui.commands import MENU_ACTIONS

if TYPE_CHECKING:
    from textual.app import App

    from console.ui.options import UiOptions

PRESET: Final = "preset"
"""The line that names a whole set of keys, over which the other lines go."""

VIM: Mapping[str, tuple[str, ...]] = {
    "pane.previous": ("shift+tab", "h"),
    "pane.next": ("tab", "l"),
    "list.home": ("home", "g"),
    "list.pageup": ("pageup", "ctrl+u", "ctrl+b"),
    "list.pagedown": ("pagedown", "ctrl+d", "ctrl+f"),
    "call.hangup": ("x",),
    "timeline.leg": ("ctrl+l",),
    "time.go": ("ctrl+g",),
    "flow.left": ("left", "h"),
    "flow.right": ("right", "l"),
    "columns.narrower": ("left", "minus", "h"),
    "columns.wider": ("right", "plus", "l"),
}
"""j, k and G move without it. `gg` is `g` twice, which goes to the first line with the first."""

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"vim": VIM}

UNUSED = "no-key"
"""Stands in Textual's keymap for an action without a key, because it takes an empty one for none given."""

_NAMED = frozenset(
    {
        "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace",
        "enter", "tab", "escape", "space", *(f"f{number}" for number in range(1, 25)),
    }
)  # fmt: skip
_SYNONYMS = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "pgdown": "pagedown",
}  # fmt: skip
_MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")
_SIGNS = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Textual's own names for some characters, in place of those of Unicode."""
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "ctrl+h": "backspace"}  # fmt: skip
"""What a terminal cannot tell apart."""
_MOST_SAID = 4
"""Faults named at start."""
_KEPT = (".back", ".cancel")
_PANES = frozenset(Scope) - {
    Scope.EVERYWHERE, Scope.DIALOG, Scope.MENU, Scope.FORM, Scope.GATHER, Scope.SCREENS,
}  # fmt: skip
"""Where lists have the focus, whose keys come before those of the pane."""
_SCREENS = (_PANES | {Scope.GATHER}) - {
    Scope.DESK, Scope.CALLS, Scope.ENTRIES, Scope.LISTS, Scope.COLUMNS, Scope.TRAVEL,
}  # fmt: skip
"""Those over the desk."""
_WITH_ENTRIES = frozenset({Scope.DESK, Scope.TRAVEL, Scope.PAST_CALL, Scope.SCREENS})
"""Where a timeline or the events can have the focus."""


class Fault(NamedTuple):
    """A line that is left out: the action's id as it was written, and why."""

    id: str
    sentence: str

    def __str__(self) -> str:
        return f'keys."{self.id}": {self.sentence}' if "." in self.id else f"keys.{self.id}: {self.sentence}"  # fmt: skip


class Keymap(NamedTuple):
    """Keys by the action's id, only of those whose keys differ; empty for an action without one."""

    keys: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]

    @property
    def for_textual(self) -> dict[str, str]:
        """As `App.set_keymap` wants it."""
        return {id_: ",".join(keys) or UNUSED for id_, keys in self.keys.items()}


def keymap(lines: Mapping[str, object]) -> Keymap:
    """What the lines of `[keys]` mean; one after the other, those of the preset first."""
    faults: list[Fault] = []
    preset, problem = _preset(lines.get(PRESET, ""))
    faults += [Fault(PRESET, problem)] if problem else []
    chosen: dict[str, tuple[str, ...]] = {}
    for id_, value in lines.items():
        if id_ == PRESET:
            continue
        keys, problem = _line(id_, value)
        if problem:
            faults.append(Fault(id_, problem))
        else:
            chosen[id_] = keys
    faults += _drop_clashes(chosen, preset)
    return Keymap({**preset, **chosen}, tuple(faults))


def use_keys(app: App[None], options: UiOptions) -> list[tuple[str, str]]:
    """Puts the keymap over registry and bindings; what is said of lines that are left out, with a title."""
    found = keymap(options.keys)
    rekey(found.keys)
    app.set_keymap(found.for_textual)
    if not found.faults:
        return []
    file = str(options.config_file or "config.toml").replace(str(Path.home()), "~", 1)
    more = len(found.faults) - _MOST_SAID
    said = [str(fault) for fault in found.faults[:_MOST_SAID]]
    said += [f"{more} more: call-console config check"] if more > 0 else []
    return [(f"Keys left out of {file}", "; ".join(said))]


def clashes(actions: Sequence[Action] = ACTIONS) -> tuple[str, ...]:
    """Pairs of actions that want the same key in the same place, in words; empty when all is well."""
    return tuple(
        f"{key_label(key)} is both {other.id} and {action.id}"
        for place, action in enumerate(actions)
        for other in actions[:place]
        if other.scope is action.scope or Scope.EVERYWHERE in (other.scope, action.scope)
        for key in action.keys
        if key in other.keys
    )


def _preset(name: object) -> tuple[Mapping[str, tuple[str, ...]], str]:
    if name == "":
        return {}, ""
    known = PRESETS.get(name) if isinstance(name, str) else None
    return (known, "") if known is not None else ({}, f"there is no preset {name}; there is {', '.join(PRESETS)}")  # fmt: skip


def _line(id_: str, value: object) -> tuple[tuple[str, ...], str]:
    """The keys of one line, or what is wrong with it."""
    known = {action.id for action in _all()}
    if id_ not in known:
        near = difflib.get_close_matches(id_, known, n=1, cutoff=0.0)[0]
        return (), f"there is no action {id_[:60]}; the nearest is {near} (all: docs/keys.md)"
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not all(isinstance(each, str) for each in words):
        return (), 'expected a key such as "a", or a list such as ["a", "f5"]'
    keys: list[str] = []
    for word in filter(None, words):
        key, problem = key_name(word)
        if problem:
            return (), problem
        keys.append(key)
    if not keys and (id_ == "quit" or id_.endswith(_KEPT)):
        return (), "this must keep a key: it is the way out"
    return tuple(dict.fromkeys(keys)), ""


def key_name(word: str) -> tuple[str, str]:
    """Textual's name of a key as a person writes it (`?`, `^p`, `ctrl+p`, `PgUp`), or what is wrong with it."""
    text = word if len(word) == 1 else word.strip()
    if len(text) == 2 and text[0] == "^":
        text = f"ctrl+{text[1].lower()}"
    *modifiers, base = text.split("+") if len(text) > 1 and not text.endswith("+") else [text]
    modifiers = [each.strip().lower() for each in modifiers]
    base = base.strip() if len(base) > 1 else base
    name = _base(base.lower() if "ctrl" in modifiers else base)
    if name is None or any(each not in _MODIFIERS for each in modifiers):
        near = difflib.get_close_matches(text.lower(), [*_NAMED, *_SYNONYMS], n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else 'write it as "a", "?", "f5", "ctrl+p" or "pageup"'  # fmt: skip
        return "", f"there is no key {text[:40]!r}; {hint}"
    if modifiers == ["shift"] and len(name) == 1 and name.isalpha():
        modifiers, name = [], name.upper()
    key = "+".join([*sorted(set(modifiers), key=_MODIFIERS.index), name])
    if key in _SAME:
        return "", f"a terminal sends {key} as {_SAME[key]}; choose another key"
    return key, ""


def _base(text: str) -> str | None:
    if len(text) == 1:
        if text.isalnum():
            return text
        name = unicodedata.name(text, "").lower().replace("-", "_").replace(" ", "_")
        return _SIGNS.get(name, name) if text.isprintable() and name else None
    low = _SYNONYMS.get(text.lower(), text.lower())
    return low if low in _NAMED or low in _sign_names() else None


def _sign_names() -> frozenset[str]:
    signs = (chr(code) for code in range(33, 127))
    return frozenset(_base(sign) or "" for sign in signs if not sign.isalnum())


def _all() -> tuple[Action, ...]:
    return (*ACTIONS, *MENU_ACTIONS)


def _drop_clashes(
    chosen: dict[str, tuple[str, ...]], preset: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    """Takes the lines out that want a key which means something else in the same place; of two the later one."""
    while True:
        found = _clash(chosen, preset)
        if found is None:
            return
        guilty, key, other = found
        del chosen[guilty]
        yield Fault(guilty, f"{key_label(key)} is {other.id} already ({other.title})")


def _clash(
    chosen: Mapping[str, tuple[str, ...]], preset: Mapping[str, tuple[str, ...]]
) -> tuple[str, str, Action] | None:
    order = {id_: place for place, id_ in enumerate(chosen)}
    actions = [with_keys(each, chosen.get(each.id, preset.get(each.id))) for each in _all()]
    by_key: dict[str, list[Action]] = {}
    for action in actions:
        for key in action.keys:
            by_key.setdefault(key, []).append(action)
    own = {action.id: action.keys for action in _all()}
    for key, rivals in by_key.items():
        for place, one in enumerate(rivals):
            for other in rivals[:place]:
                by_design = key in own[one.id] and key in own[other.id]
                involved = [each for each in (one, other) if each.id in order]
                if involved and not by_design and _meet(one.scope, other.scope):
                    guilty = max(involved, key=lambda action: order[action.id])
                    return guilty.id, key, other if guilty is one else one
    return None


def _meet(one: Scope, other: Scope) -> bool:
    """Whether a key of one scope and of the other could both be meant."""
    scopes = {one, other}
    if len(scopes) == 1:
        return True
    if Scope.MENU in scopes:
        return False
    return (
        Scope.EVERYWHERE in scopes
        or scopes == {Scope.CALLS, Scope.DESK}
        or scopes == {Scope.DIALOG, Scope.FORM}
        or (Scope.SCREENS in scopes and bool(scopes & (_SCREENS | {Scope.LISTS})))
        or (Scope.ENTRIES in scopes and bool(scopes & _WITH_ENTRIES))
        or (Scope.LISTS in scopes and bool(scopes & (_PANES - {Scope.LISTS})))
    )
