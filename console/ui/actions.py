"""Everything a key can do, once: bindings, key bar, help, palette and legality are all made from this list.

Imports no Textual, so that the command line can print the keys without loading the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from console.ui.key_labels import key_label as key_label


class Scope(StrEnum):
    """Where a key works."""

    EVERYWHERE = "everywhere"
    DESK = "desk"
    LISTS = "lists"
    CALLS = "calls"
    ENTRIES = "events and timelines"
    SCREENS = "every screen over the desk"
    EVENT = "event"
    COMPARE = "compare"
    REQUESTS = "requests"
    DIALOG = "dialog"
    TRANSCRIPT = "transcript"
    GATHER = "gather"
    SOUND = "sound"
    APPLICATIONS = "applications"
    FLOW = "flow"
    PULSE = "pulse"
    ALERTS = "alerts"
    RING_BACK = "ring back"
    HISTORY = "history"
    TRAVEL = "time travel"
    PAST_CALL = "one call"
    COLUMNS = "columns"
    FORM = "form"
    MENU = "after c"


class Danger(StrEnum):
    """What a slip of the finger would cost."""

    NONE = "none"
    SENDS = "sends"
    ENDS = "ends a call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing the operator can do. `keys` are Textual's names, the first one is shown."""

    id: str
    keys: tuple[str, ...]
    scope: Scope
    title: str
    description: str
    danger: Danger = Danger.NONE
    command: str | None = None
    """Name in the catalogue of commands, for what is sent to Telnyx."""
    needs_call: bool = False
    """Whether it is about the selected call."""
    form: bool = False
    """Opens the whole form of its command, in the place of a small dialog or none."""
    stop: str | None = None
    """The command that ends what `command` began: the key gives the one that makes sense."""
    preset: str | None = None
    """The preset whose values the form begins with."""
    footer: int | None = None
    """Place in the key bar, small first; None: not in the bar."""
    show: bool = True
    """Listed in help and palette."""

    @property
    def weight(self) -> int:
        """What stays in the key bar longest where there is too little room for all."""
        return 2 if self.scope is Scope.EVERYWHERE else 1 if self.command else 0

    @property
    def key_label(self) -> str:
        """The first key, as it is printed on a keyboard."""
        return key_label(self.keys[0]) if self.keys else ""


def _command(
    name: str, key: str, title: str, description: str, footer: int, danger: Danger = Danger.SENDS
) -> Action:
    return Action(
        id=f"call.{name}",
        keys=(key,),
        scope=Scope.DESK,
        title=title,
        description=description,
        danger=danger,
        command=name,
        needs_call=name != "dial",
        footer=footer,
    )


def _desk(
    id_: str,
    keys: tuple[str, ...],
    title: str,
    description: str,
    *,
    footer: int | None = None,
    needs_call: bool = False,
    show: bool = True,
) -> Action:
    return Action(
        id=id_,
        keys=keys,
        scope=Scope.DESK,
        title=title,
        description=description,
        footer=footer,
        needs_call=needs_call,
        show=show,
    )


def _live(name: str, key: str, title: str, description: str, command: str) -> Action:
    """Something that goes on while it is looked at, and that sends."""
    return Action(id=f"call.{name}", keys=(key,), scope=Scope.DESK, title=title, description=description,
                  danger=Danger.SENDS, command=command, needs_call=True)  # fmt: skip


def _move(how: str, keys: str, title: str) -> Action:
    """A movement in every list."""
    return Action(id=f"list.{how}", keys=tuple(keys.split()), scope=Scope.LISTS, title=title,
                  description=f"Lists: {title}")  # fmt: skip


def _pane(
    scope: Scope, id_: str, keys: str, title: str, description: str, footer: int, command: str | None = None
) -> Action:  # fmt: skip
    """A key of a pane over the desk; `command` is what it sends."""
    danger = Danger.SENDS if command else Danger.NONE
    return Action(id=id_, keys=tuple(keys.split()), scope=scope, title=title, description=description,
                  danger=danger, command=command, footer=footer)  # fmt: skip


def _dialog(
    id_: str, keys: tuple[str, ...], title: str, description: str, scope: Scope = Scope.DIALOG
) -> Action:
    return Action(id=id_, keys=keys, scope=scope, title=title, description=description)


def _form(id_: str, keys: tuple[str, ...], title: str, description: str) -> Action:
    return _dialog(id_, keys, title, description, Scope.FORM)


ACTIONS: tuple[Action, ...] = (
    _command("answer", "a", "answer", "Answer the selected incoming call at once", 10),
    _command("transfer", "t", "transfer", "Transfer the selected call to a number, SIP address or contact", 20),
    _command("bridge", "b", "bridge", "Connect the selected call with another live call", 30),
    _command("reject", "r", "reject", "Reject the selected incoming call as busy or declined", 40, Danger.ENDS),
    _command("hangup", "h", "hang up", "End the selected call, after asking", 50, Danger.ENDS),
    _command("dial", "d", "dial", "Dial a number, SIP address or contact", 60),
    _desk("menu", ("c",), "more", "Everything else the selected call can be told: record, hold, queue, stream …", footer=65),
    Action(id="call.speak", keys=("s",), scope=Scope.DESK, title="speak", description="Read a text aloud into the selected call",
           danger=Danger.SENDS, command="speak", needs_call=True, form=True),
    Action(id="call.playback", keys=("P",), scope=Scope.DESK, title="play", description="Play a file into the selected call, or stop it",
           danger=Danger.SENDS, command="playback_start", stop="playback_stop", needs_call=True, form=True),
    _desk("command.edit", ("e",), "edit refused", "Open the command that was refused last in its form, at the field that was wrong"),
    _desk("filter", ("slash",), "filter", "Filter the calls while typing", footer=70),
    _desk("filter.named", ("F",), "named filters", "Choose a filter that has a name in the configuration, or none"),
    _desk("columns", ("o",), "columns", "Choose the columns of the calls: which, in what order, how wide"),
    _desk("sort.next", ("O",), "sort", "Sort the calls by the next column; once by each end, then as at first"),
    _desk("details", ("enter", "i"), "details", "Open what is under the cursor: a call's timeline, an event's webhook", footer=80),
    _desk("pane.calls", ("1",), "calls", "Go to the calls"),
    _desk("pane.timeline", ("2",), "timeline", "Go to the timeline of the selected call"),
    _desk("pane.events", ("3",), "events", "Go to the events"),
    _desk("pane.next", ("tab",), "next pane", "Go to the next pane"),
    _desk("pane.previous", ("shift+tab",), "previous pane", "Go to the previous pane"),
    _desk("pane.zoom", ("z",), "zoom", "Give the whole screen to the pane in focus, or take it back"),
    _desk("pane.grow", ("plus",), "grow", "Make the pane in focus larger"),
    _desk("pane.shrink", ("underscore",), "shrink", "Make the pane in focus smaller"),
    _desk("events.follow", ("space",), "follow", "Hold the events still, or follow them again; in the calls space marks"),
    _desk("events.latest", ("end",), "latest", "Go to the newest event and follow"),
    _desk("call.pin", ("p",), "pin", "Keep the selected call in memory and in the list after it ended", needs_call=True),
    _desk("call.copy", ("y",), "copy id", "Copy the selected call's id", needs_call=True),
    _desk("reconcile", ("R",), "reconcile", "Compare the calls with Telnyx's records now"),
    _live("keypad", "K", "keypad", "Send touch tones as they are typed, and see those that come", "send_dtmf"),
    _live("gather", "C", "collect digits", "Ask the far end for digits, and see them come", "gather"),
    _desk("call.transcript", ("T",), "transcript", "Read what is said on the selected call while it is said", needs_call=True),
    _desk("sound", ("S",), "sound", "Stream a call's sound here: level, loss, save as WAV"),
    _desk("call.check", ("v",), "check", "Compare the selected call with Telnyx's records now", needs_call=True),
    _desk("call.flow", ("f",), "flow", "Who said what to whom in the selected call's conversation, as a ladder", footer=85, needs_call=True),
    _desk("timeline.leg", ("l",), "one leg", "Show the selected leg alone in the timeline, or all legs of its conversation", needs_call=True),
    _desk("timeline.times", ("w",), "when", "Other times in the timeline: since the start, on the clock, since the line before", needs_call=True),
    _desk("time.minute_back", ("less_than_sign",), "minute back", "One minute back in the timeline or the events"),
    _desk("time.minute_on", ("greater_than_sign",), "minute on", "One minute on in the timeline or the events"),
    _desk("time.ten_back", ("left_curly_bracket",), "10 minutes back", "Ten minutes back in the timeline or the events"),
    _desk("time.ten_on", ("right_curly_bracket",), "10 minutes on", "Ten minutes on in the timeline or the events"),
    _desk("time.go", ("g",), "go to time", "Go to a time in the timeline or the events"),
    _desk("applications", ("A",), "applications", "Call Control applications: list, check, change"),
    _desk("call.note", ("n",), "note", "Write a note or tags on the selected call; they are kept in the journal", needs_call=True),
    _desk("pulse", ("u",), "pulse", "How the line does: service level, waits, durations, causes, delays, each with its formula"),
    _desk("alerts", ("exclamation_mark",), "alerts", "The alerts that are raised; acknowledge or snooze them"),
    _desk("ring_back", ("B",), "ring back", "Callers who gave up and whom nobody has reached since"),
    _desk("history", ("H",), "history", "Every call of the whole journal, the newest first, with the same filters"),
    _desk("travel", ("at",), "time travel", "Show the desk as it was at a moment; step and play from there"),
    _desk("requests", ("L",), "requests", "Every request to Telnyx: what was sent or asked, by whom, what came of it"),
    _desk("redact", ("X",), "redact", "Mask numbers, names and texts on this screen, to share it; again: show them"),
    _desk("export", ("E",), "export", "Write a call, the marked ones or what the filter shows into a file"),
    _desk("replay", ("ctrl+r",), "replay", "Send the webhooks of the call, or the one under the cursor, again to an application"),
    _desk("doctor", ("D",), "doctor", "Find out what is wrong with this installation, and what to do about it"),
    _desk("notices", ("N",), "notices", "Read the notices again"),
    _desk("jump", ("J",), "jump", "Letters over panes and rows: one of them goes there"),
    _desk("theme", ("ctrl+t",), "theme", "Choose the colours; the choice is remembered"),
    _desk("back", ("escape",), "back", "Clear the filter, leave the zoom, close what is open"),
    Action(id="call.mark", keys=("space",), scope=Scope.CALLS, title="mark", needs_call=True,
           description="Mark the call under the cursor, or unmark it: hang-up, notes, flow and export take what is marked"),
    Action(id="call.mark_range", keys=("V",), scope=Scope.CALLS, title="mark to here", needs_call=True,
           description="Mark all calls from the one that was marked last to the cursor"),
    Action(id="entry.mark", keys=("m",), scope=Scope.ENTRIES, title="mark event",
           description="Mark the event under the cursor for a comparison, or unmark it"),
    Action(id="entry.compare", keys=("M",), scope=Scope.ENTRIES, title="compare",
           description="Compare the event under the cursor with the marked one"),
    Action(id="screen.jump", keys=("J",), scope=Scope.SCREENS, title="jump",
           description="Letters over the rows of the screen; one of them goes there"),
    _move("up", "up k", "line up"),
    _move("down", "down j", "line down"),
    _move("pageup", "pageup", "page up"),
    _move("pagedown", "pagedown", "page down"),
    _move("home", "home", "first line"),
    _move("end", "end G", "last line"),
    _pane(Scope.EVENT, "event.back", "escape q", "back", "Back to where it was opened", 10),
    _pane(Scope.EVENT, "event.fold", "enter space", "fold", "Fold or unfold an object or a list; open the entry that a line is about", 15),
    _pane(Scope.EVENT, "event.fold_all", "minus", "fold all", "Fold the body to its outermost members", 80),
    _pane(Scope.EVENT, "event.unfold_all", "plus", "unfold all", "Unfold the whole body", 85),
    _pane(Scope.EVENT, "event.search", "slash", "search", "Search the head and the body, also where it is folded", 20),
    _pane(Scope.EVENT, "event.copy", "y", "copy", "Copy the value under the cursor; on an object all of it", 25),
    _pane(Scope.EVENT, "event.path", "p", "copy path", "Copy where in the JSON the cursor is, as data.payload.from", 60),
    _pane(Scope.EVENT, "event.id", "i", "copy id", "Copy the event's id", 65),
    _pane(Scope.EVENT, "event.raw", "x", "raw bytes", "Show the bytes as they were received, or the JSON again", 30),
    _pane(Scope.EVENT, "event.previous", "left_square_bracket", "previous", "The event or command before it in its conversation", 35),
    _pane(Scope.EVENT, "event.next", "right_square_bracket", "next", "The event or command after it in its conversation", 40),
    _pane(Scope.EVENT, "event.mark", "m", "mark", "Mark the event for a comparison, or unmark it", 45),
    _pane(Scope.EVENT, "event.compare", "c M", "compare", "Compare with the marked event", 50),
    _pane(Scope.REQUESTS, "requests.open", "enter", "open", "Open the outcome of the command under the cursor", 20),
    _pane(Scope.REQUESTS, "requests.call", "c", "to the call", "Go to the call that the request is about", 30),
    _pane(Scope.REQUESTS, "requests.search", "slash", "search", "Search the requests; nothing is hidden", 40),
    _pane(Scope.REQUESTS, "requests.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.COMPARE, "compare.all", "u", "unchanged", "Show or hide what both have in common", 20),
    _pane(Scope.COMPARE, "compare.swap", "s", "swap", "Change the sides", 30),
    _pane(Scope.COMPARE, "compare.search", "slash", "search", "Search the differences", 40),
    _pane(Scope.COMPARE, "compare.copy", "y", "copy", "Copy the line under the cursor", 50),
    _pane(Scope.COMPARE, "compare.back", "escape q", "back", "Back to the event", 10),
    _pane(Scope.TRANSCRIPT, "transcript.start", "s", "start", "Have both sides of the call written down", 20, "transcription_start"),
    _pane(Scope.TRANSCRIPT, "transcript.stop", "x", "stop", "Have nothing more written down", 30, "transcription_stop"),
    _pane(Scope.TRANSCRIPT, "transcript.follow", "space", "follow", "Hold the text still, or follow it again", 40),
    _pane(Scope.TRANSCRIPT, "transcript.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.GATHER, "gather.again", "n", "again", "Ask for digits once more", 20, "gather"),
    _pane(Scope.GATHER, "gather.stop", "x", "stop", "End the gather now", 30, "gather_stop"),
    _pane(Scope.GATHER, "gather.back", "escape q", "back", "Back to the desk; the gather goes on", 10),
    _pane(Scope.SOUND, "sound.start", "s", "stream", "Stream the call's sound to this console", 20, "streaming_start"),
    _pane(Scope.SOUND, "sound.stop", "x", "stop", "End the streaming", 30, "streaming_stop"),
    _pane(Scope.SOUND, "sound.save", "w", "save", "Save what is heard as a WAV file, or end that", 40),
    _pane(Scope.SOUND, "sound.back", "escape q", "back", "Back to the desk; streams go on", 10),
    _pane(Scope.FLOW, "flow.open", "enter", "open", "Open the event of the step under the cursor", 20),
    _pane(Scope.FLOW, "flow.search", "slash", "search", "Search the steps; nothing is hidden", 30),
    _pane(Scope.FLOW, "flow.left", "left", "pan", "See more of the lanes to the left", 40),
    _pane(Scope.FLOW, "flow.right", "right", "pan", "See more of the lanes to the right", 50),
    _pane(Scope.FLOW, "flow.text", "s", "save text", "Save the ladder as a text file", 60),
    _pane(Scope.FLOW, "flow.svg", "S", "save SVG", "Save the ladder as a picture", 70),
    _pane(Scope.FLOW, "flow.follow", "space", "follow", "Back to the newest step, and stay there", 80),
    _pane(Scope.FLOW, "flow.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.PULSE, "pulse.window", "w", "window", "The last half hour, or today", 20),
    _pane(Scope.PULSE, "pulse.style", "p", "plot", "Draw plots with blocks, braille or ASCII", 30),
    _pane(Scope.PULSE, "pulse.copy", "y", "copy", "Copy the figure with its formula and counts", 40),
    _pane(Scope.PULSE, "pulse.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.ALERTS, "alerts.acknowledge", "enter a", "acknowledge", "Quiet until the alert is over", 20),
    _pane(Scope.ALERTS, "alerts.snooze", "s", "snooze", "Quiet for ten minutes, then told again if it still holds", 30),
    _pane(Scope.ALERTS, "alerts.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.RING_BACK, "ring.dial", "enter d", "dial", "Dial the caller: asks first, with the number filled in", 20, "dial"),
    _pane(Scope.RING_BACK, "ring.done", "x", "done", "Mark as rung back, for every desk", 30),
    _pane(Scope.RING_BACK, "ring.undo", "u", "undo", "Take the last mark made here back", 40),
    _pane(Scope.RING_BACK, "ring.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.HISTORY, "history.open", "enter", "open", "Open the call's timeline, read from the journal", 20),
    _pane(Scope.HISTORY, "history.flow", "f", "flow", "The call's conversation as a ladder", 30),
    _pane(Scope.HISTORY, "history.filter", "slash", "filter", "Filter every call of the journal while typing", 40),
    _pane(Scope.HISTORY, "history.named", "F", "named filters", "Choose a filter that has a name in the configuration, or none", 43),
    _pane(Scope.HISTORY, "history.sort", "O", "sort", "The newest first, the oldest first, the longest first", 46),
    _pane(Scope.HISTORY, "history.mark", "space", "mark", "Mark the call, or unmark it", 50),
    _pane(Scope.HISTORY, "history.travel", "at", "that moment", "Show the desk as it was when the call began", 60),
    _pane(Scope.HISTORY, "history.export", "E", "export", "Save the marked calls, the one under the cursor or all found as a file", 65),
    _pane(Scope.HISTORY, "history.copy", "y", "copy id", "Copy the call's id", 70),
    _pane(Scope.HISTORY, "history.back", "escape q", "back", "Clear the filter, then back to the desk", 10),
    _pane(Scope.PAST_CALL, "past_call.open", "enter", "open", "Open the event under the cursor", 20),
    _pane(Scope.PAST_CALL, "past_call.flow", "f", "flow", "The conversation as a ladder", 30),
    _pane(Scope.PAST_CALL, "past_call.leg", "l", "one leg", "This leg alone, or all legs of its conversation", 40),
    _pane(Scope.PAST_CALL, "past_call.times", "w", "when", "Other times: since the start, on the clock, since the line before", 50),
    _pane(Scope.PAST_CALL, "past_call.search", "slash", "search", "Search the timeline; nothing is hidden", 60),
    _pane(Scope.PAST_CALL, "past_call.back", "escape q", "back", "Back to the list", 10),
    _pane(Scope.TRAVEL, "travel.previous", "left comma", "back", "To the entry before", 20),
    _pane(Scope.TRAVEL, "travel.next", "right full_stop", "on", "To the next entry", 25),
    _pane(Scope.TRAVEL, "travel.play", "p", "play", "Let time pass, or stop it", 15),
    _pane(Scope.TRAVEL, "travel.slower", "left_square_bracket", "slower", "Play slower: 60, 10, 5, 2 times as fast, as it was", 30),
    _pane(Scope.TRAVEL, "travel.faster", "right_square_bracket", "faster", "Play faster: 2, 5, 10, 60 times as fast", 35),
    _pane(Scope.TRAVEL, "travel.minute_back", "less_than_sign", "-1 min", "The desk a minute earlier", 40),
    _pane(Scope.TRAVEL, "travel.minute_on", "greater_than_sign", "+1 min", "The desk a minute later", 45),
    _pane(Scope.TRAVEL, "travel.ten_back", "left_curly_bracket", "-10 min", "The desk ten minutes earlier", 50),
    _pane(Scope.TRAVEL, "travel.ten_on", "right_curly_bracket", "+10 min", "The desk ten minutes later", 55),
    _pane(Scope.TRAVEL, "travel.go", "at", "moment", "Show another moment", 27),
    _pane(Scope.TRAVEL, "travel.back", "escape q", "back", "Back to what goes on now", 10),
    _pane(Scope.APPLICATIONS, "apps.show", "enter", "read again", "Read the application again from Telnyx", 20),
    _pane(Scope.APPLICATIONS, "apps.use", "u", "use", "Work on this application: dial with it, compare its calls; kept in the configuration", 25),
    _pane(Scope.APPLICATIONS, "apps.url", "W", "take URL", "Make its webhooks come here until the end, or give the URL back", 27, "apps.update"),
    _pane(Scope.APPLICATIONS, "apps.edit", "e", "edit", "Change the application; shows the difference first", 30, "apps.update"),
    _pane(Scope.APPLICATIONS, "apps.new", "n", "new", "Make an application", 40, "apps.create"),
    _pane(Scope.APPLICATIONS, "apps.delete", "D", "delete", "Remove the application, after its name was typed", 50, "apps.delete"),
    _pane(Scope.APPLICATIONS, "apps.next", "right_square_bracket", "next page", "The next page of applications", 60),
    _pane(Scope.APPLICATIONS, "apps.previous", "left_square_bracket", "previous page", "The previous page of applications", 70),
    _pane(Scope.APPLICATIONS, "apps.reload", "f5", "reload", "Read the page again from Telnyx", 80),
    _pane(Scope.APPLICATIONS, "apps.back", "escape q", "back", "Back to the desk", 10),
    _pane(Scope.COLUMNS, "columns.toggle", "space", "show", "Show the column or leave it out", 20),
    _pane(Scope.COLUMNS, "columns.up", "K shift+up", "move up", "Move the column to the left", 30),
    _pane(Scope.COLUMNS, "columns.down", "J shift+down", "move down", "Move the column to the right", 40),
    _pane(Scope.COLUMNS, "columns.wider", "right plus", "wider", "Make the column wider", 50),
    _pane(Scope.COLUMNS, "columns.narrower", "left minus", "narrower", "Make the column narrower", 60),
    _pane(Scope.COLUMNS, "columns.width", "0", "own width", "Give the column the width it has by itself", 70),
    _pane(Scope.COLUMNS, "columns.sort", "s", "sort", "Sort by the column; again: by its other end, then as at first", 80),
    _pane(Scope.COLUMNS, "columns.reset", "R", "reset", "All columns as they were at first", 90),
    _pane(Scope.COLUMNS, "columns.done", "enter", "done", "Keep the columns as they are now", 10),
    _pane(Scope.COLUMNS, "columns.cancel", "escape q", "cancel", "Leave the columns as they were", 15),
    Action(id="dialog.cancel", keys=("escape",), scope=Scope.DIALOG, title="cancel",
           description="Close the dialog, nothing is sent"),
    _dialog("dialog.more", ("f2",), "all options", "Every parameter of the command, with what was typed so far"),
    _dialog("dialog.request", ("f3",), "what will be sent", "The request: address, headers, body; to be copied"),
    _form("form.send", ("ctrl+s",), "send", "Check everything and send"),
    _form("form.search", ("slash",), "search", "Search the parameters, also inside of objects"),
    _form("form.next", ("space", "right"), "next choice", "The next choice; open or close an object or a list"),
    _form("form.previous", ("left",), "previous choice", "The choice before; open or close an object or a list"),
    _form("form.unset", ("delete", "backspace"), "unset", "Send nothing for it; take an entry out of its list"),
    _form("form.up", ("ctrl+up",), "move up", "Move an entry up in its list"),
    _form("form.down", ("ctrl+down",), "move down", "Move an entry down in its list"),
    _form("form.shape", ("ctrl+t",), "other type", "Where several types are possible: a text, a list, nothing"),
    _form("form.json", ("f4",), "as JSON", "Type the value as JSON, whatever it is"),
    Action(id="help", keys=("question_mark", "f1"), scope=Scope.EVERYWHERE, title="help",
           description="Every key and what it does; type to search", footer=900),
    Action(id="palette", keys=("ctrl+p", "colon"), scope=Scope.EVERYWHERE, title="commands",
           description="Run any action by name, or jump to any call", footer=910),
    Action(id="quit", keys=("ctrl+q",), scope=Scope.EVERYWHERE, title="quit",
           description="Leave; the engine this desk started ends with it"),
    _desk("desk.quit", ("q",), "quit", "Leave; the engine this desk started ends with it", show=False),
)  # fmt: skip

"""As they are without a keymap: bindings are made from these, and Textual puts the keymap over them."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
"""As they are now: `rekey` changes the keys."""
_keys: dict[str, tuple[str, ...]] = {}


def rekey(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Other keys for these actions from now on, their own ones for all others."""
    _keys.clear()
    _keys.update(keys)
    BY_ID.update({action.id: with_keys(action, keys.get(action.id)) for action in ACTIONS})


def key_of(action_id: str) -> tuple[str, ...] | None:
    """The operator's own keys of an action, also of one that is not in this list; None: he has none."""
    return _keys.get(action_id)


def with_keys(action: Action, keys: tuple[str, ...] | None) -> Action:
    """The action with other keys; None: as it is."""
    return action if keys is None else replace(action, keys=keys)


def of_scope(scope: Scope) -> tuple[Action, ...]:
    """The actions that belong to one scope, in the registry's order, with their own keys: for bindings."""
    return tuple(action for action in ACTIONS if action.scope is scope)


def in_bar(scope: Scope, *, read_only: bool = False) -> tuple[Action, ...]:
    """What the key bar shows in a scope, in its order; read-only leaves out what would send something."""
    wanted = (
        action
        for action in BY_ID.values()
        if action.footer is not None and action.scope in (scope, Scope.EVERYWHERE)
    )
    return tuple(
        sorted(available(wanted, read_only=read_only), key=lambda action: action.footer or 0)
    )


def available(
    actions: Iterable[Action] | None = None, *, read_only: bool = False
) -> tuple[Action, ...]:
    """The actions that exist in this session, of all or of some: read-only has none that sends something."""
    wanted = BY_ID.values() if actions is None else actions
    return tuple(action for action in wanted if not (read_only and action.command))
