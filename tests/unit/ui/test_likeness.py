"""What the palette takes for what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.telnyx.catalogue import load
from console.ui.actions import ACTIONS
from console.ui.commands import all_commands, found_by, in_palette
from console.ui.likeness import likeness


def best(query: str) -> str:
    """The id of what Enter does, as the palette ranks."""
    scored = [(likeness(query, a.title, told=a.description), a.id) for a in ACTIONS if a.show]
    scored += [
        (
            likeness(query, a.title, name=a.command or "", told=found_by(a)) - 0.01 - a.form / 100,
            a.id,
        )
        for a in in_palette()
    ]
    return max(scored, key=lambda each: each[0])[1]


@pytest.mark.parametrize("name", [a.command for a in all_commands()])
def test_name_of_a_command_leads_to_that_command(name: str) -> None:
    """As the catalogue writes it, and in words; a key of the desk that does the same may stand before it."""
    for query in (name, name.replace(".", " ").replace("_", " ")):
        chosen = best(query)
        commands = {a.id: a.command for a in (*ACTIONS, *in_palette())}

        assert commands[chosen] == name or "".join(name.split()) in chosen.replace(".", "")


@pytest.mark.parametrize(
    ("query", "action"),
    [
        ("status", "menu.status"),
        ("gather", "command.gather"),
        ("enqueue", "command.enqueue"),
        ("hold", "menu.conference.hold"),
        ("mute", "menu.conference.mute"),
        ("hangup", "call.hangup"),
        ("hngp", "call.hangup"),
        ("answer", "call.answer"),
        ("pause recording", "menu.record_pause"),
    ],
)
def test_word_leads_to_what_it_means(query: str, action: str) -> None:
    """Not to a description that happens to have the same letters somewhere."""
    assert best(query) == action


def test_letters_scattered_over_a_description_are_no_likeness() -> None:
    """`status` is not "Send the webhooks of the call again to an application"."""
    told = "Send the webhooks of the call, or the one under the cursor, again to an application"

    assert likeness("status", "replay", told=told) == 0


@given(st.text(max_size=12), st.sampled_from(sorted(load())))
def test_likeness_is_between_none_and_all(query: str, name: str) -> None:
    """Whatever is typed."""
    assert 0 <= likeness(query, name, name=name, told=name) <= 1
