"""Applications: pages, findings, changing them with the difference first, deleting by name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from textual.widgets import Input

from console.errors import ConfigError, EngineError
from console.operator import QueryAnswer
from console.ui.application_fields import UPDATE, changes_of, fields_of
from console.ui.options import UiOptions
from console.ui.screens.application_form import ApplicationForm
from console.ui.screens.applications import ApplicationsPane
from tests.ui.conftest import OpenDesk
from tests.ui.driver import Desk, text_of

OURS: dict[str, object] = {
    "record_type": "call_control_application",
    "id": "1494404757140276705",
    "application_name": "Support",
    "webhook_event_url": "http://127.0.0.1:8080/webhooks",
    "webhook_api_version": "2",
    "webhook_timeout_secs": 5,
    "webhook_event_failover_url": None,
    "active": True,
    "call_cost_in_webhooks": True,
    "inbound": {"channel_limit": 10},
    "outbound": {"outbound_voice_profile_id": "77"},
    "tags": ["a"],
}
OTHER: dict[str, object] = {
    "id": "2",
    "application_name": "Old",
    "webhook_event_url": "https://old.example.com/hook",
    "webhook_api_version": "1",
}


def shown(desk: Desk) -> str:
    return text_of(desk.app.screen)


def answers(desk: Desk, action: str, data: object, **meta: object) -> None:
    desk.operator.answers[action] = QueryAnswer(ok=True, status=200, data=data, meta=meta)


def refuses(desk: Desk, action: str, message: str, pointer: str | None = None) -> None:
    no = QueryAnswer(ok=False, status=422, code="10015", message=message, pointer=pointer)
    desk.operator.answers[action] = no


async def open_pane(desk: Desk, *found: Mapping[str, object], **meta: object) -> None:
    desk.app.services.health = desk.operator.state
    answers(desk, "apps.list", [dict(each) for each in found or (OURS, OTHER)], **meta)
    await desk.press("A")


def asked(desk: Desk, action: str) -> list[dict[str, object]]:
    return [params for name, params in desk.operator.queries if name == action]


def field(desk: Desk, name: str) -> Input:
    form = desk.app.screen
    assert isinstance(form, ApplicationForm)
    return form._input(name)


async def test_applications_are_listed_with_their_gravest_finding(desk: Desk) -> None:
    """Ours is marked; what is wrong is a word before it is a colour."""
    await open_pane(desk)

    text = shown(desk)
    assert "ok   ours   Support" in text
    assert "bad         Old" in text
    assert "https://old.example.com/hook" in text
    assert asked(desk, "apps.list") == [{"page": {"number": 1, "size": 20}}]


async def test_selected_one_is_explained(desk: Desk) -> None:
    """Findings with what to do, then every setting."""
    await open_pane(desk)
    assert "its webhooks come to this console" in shown(desk)
    assert "inbound.channel_limit" in shown(desk)

    await desk.press("down")

    assert "webhooks come in version 1" in shown(desk)
    assert "set webhook_api_version=2" in shown(desk)


async def test_public_address_is_the_measure(open_desk: OpenDesk) -> None:
    """Where it is configured, an application that leads elsewhere is bad, and so is told."""
    async with open_desk(UiOptions(public_url="https://calls.example.com/webhooks")) as desk:
        await open_pane(desk, {**OTHER, "webhook_event_url": "https://calls.example.com/webhooks/"})
        assert "heard" in shown(desk)

        await desk.press("escape")
        await open_pane(desk, OTHER)

        assert "not to us (https://calls.example.com/webhooks)" in shown(desk)


async def test_application_in_use_that_leads_elsewhere_says_so(desk: Desk) -> None:
    """This console sends commands for it, but hears nothing."""
    await open_pane(desk, {**OURS, "webhook_event_url": "https://old.example.com/hook"})

    assert "in use Support" in shown(desk)
    assert "its webhooks go elsewhere" in shown(desk)


async def test_pages_are_turned(desk: Desk) -> None:
    """Brackets go back and forth; at the end that is said."""
    await open_pane(desk, total_pages=2, total_results=21)
    assert "page 1 of 2" in shown(desk)
    assert "21 in all" in shown(desk)
    await desk.press("left_square_bracket")
    assert "this is the first page" in desk.notices

    await desk.press("right_square_bracket")

    assert asked(desk, "apps.list")[-1] == {"page": {"number": 2, "size": 20}}
    assert "page 2 of 2" in shown(desk)


async def test_enter_reads_it_again(desk: Desk) -> None:
    """As Telnyx has it now."""
    await open_pane(desk)
    answers(desk, "apps.show", {**OURS, "application_name": "Renamed"})

    await desk.press("enter")

    assert asked(desk, "apps.show") == [{"id": "1494404757140276705"}]
    assert "Renamed" in shown(desk)


async def test_enter_waits_for_the_answer_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second question would take the place of the words of the first."""
    await open_pane(desk)
    gate, query = asyncio.Event(), desk.operator.query

    async def slow(action: str, params: Mapping[str, object] | None = None) -> QueryAnswer:
        await gate.wait()
        return await query(action, params)

    monkeypatch.setattr(desk.operator, "query", slow)
    await desk.press("enter", "enter")
    assert "an answer of Telnyx is still awaited" in desk.notices

    gate.set()
    await desk.settled()

    assert len(asked(desk, "apps.show")) == 1


async def test_edit_shows_the_difference_before_it_saves(desk: Desk) -> None:
    """Only what changed, and what Telnyx wants to be told again."""
    await open_pane(desk)
    await desk.press("down", "e")
    assert "Edit Old" in shown(desk)
    field(desk, "webhook_api_version").value = "2"
    field(desk, "outbound.channel_limit").value = "20"
    await desk.press("enter")
    assert "Save this change?" in shown(desk)
    assert "webhook_api_version" in shown(desk)
    assert "- 1" in shown(desk)
    assert "+ 2" in shown(desk)
    assert asked(desk, "apps.update") == []
    answers(desk, "apps.update", {**OTHER, "webhook_api_version": "2"})

    await desk.press("enter")

    assert asked(desk, "apps.update") == [
        {
            "id": "2",
            "application_name": "Old",
            "webhook_event_url": "https://old.example.com/hook",
            "webhook_api_version": "2",
            "outbound": {"channel_limit": 20},
        }
    ]
    assert isinstance(desk.app.screen, ApplicationsPane)
    assert "Old is saved" in desk.notices


async def test_saving_is_told_when_the_form_is_closed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telnyx takes its time, and the operator went back meanwhile."""
    gate = asyncio.Event()

    async def slow(_action: str, _params: object = None) -> QueryAnswer:
        await gate.wait()
        return QueryAnswer(ok=True, status=200, data=OTHER)

    await open_pane(desk)
    await desk.press("down", "e")
    field(desk, "webhook_api_version").value = "2"
    await desk.press("enter")
    monkeypatch.setattr(desk.operator, "query", slow)
    await desk.press("enter", "escape")
    assert isinstance(desk.app.screen, ApplicationsPane)

    gate.set()
    await desk.settled()

    assert "the application is saved" in desk.notices


async def test_going_back_from_the_difference_keeps_what_was_typed(desk: Desk) -> None:
    """Nothing was saved, nothing is lost."""
    await open_pane(desk)
    await desk.press("e")
    field(desk, "application_name").value = "Help"
    await desk.press("enter", "escape")

    assert field(desk, "application_name").value == "Help"
    assert asked(desk, "apps.update") == []


async def test_wrong_value_is_named_at_its_field(desk: Desk) -> None:
    """By the catalogue's types and limits, before anything is sent."""
    await open_pane(desk)
    await desk.press("e")
    for name, value, words in (
        ("webhook_timeout_secs", "40", "webhook_timeout_secs"),
        ("inbound.channel_limit", "many", "inbound.channel_limit has to be"),
        ("application_name", "", "application_name cannot be empty"),
        ("webhook_api_version", "3", "webhook_api_version"),
    ):
        before = field(desk, name).value
        field(desk, name).value = value
        await desk.press("enter")
        assert words in shown(desk)
        assert desk.app.screen.focused is field(desk, name)
        field(desk, name).value = before
    await desk.press("enter")

    assert "nothing was changed" in shown(desk)


async def test_refusal_leads_to_its_field(desk: Desk) -> None:
    """Telnyx's words, and nothing typed is lost."""
    await open_pane(desk)
    await desk.press("e")
    field(desk, "webhook_event_url").value = "ftp://x"
    refuses(desk, "apps.update", "The webhook URL must be http or https", "/webhook_event_url")

    await desk.press("enter", "enter")

    assert "The webhook URL must be http or https" in shown(desk)
    assert desk.app.screen.focused is field(desk, "webhook_event_url")
    assert field(desk, "webhook_event_url").value == "ftp://x"


async def test_new_application_leads_here(desk: Desk) -> None:
    """Address and version are there already."""
    await open_pane(desk)
    await desk.press("n")
    field(desk, "application_name").value = "Sales"
    answers(desk, "apps.create", {**OURS, "id": "3", "application_name": "Sales"})

    await desk.press("enter", "enter")

    assert asked(desk, "apps.create") == [
        {
            "application_name": "Sales",
            "webhook_event_url": "http://127.0.0.1:8080/webhooks",
            "webhook_api_version": "2",
        }
    ]
    assert "Sales is saved" in desk.notices
    assert len(asked(desk, "apps.list")) == 2


async def test_choices_are_gone_through_with_space(desk: Desk) -> None:
    """The line below says what is possible."""
    await open_pane(desk)
    await desk.press("e", "down", "down")
    assert "one of 1, 2; space: the next one" in shown(desk)

    await desk.press("space")

    assert field(desk, "webhook_api_version").value == "1"


async def test_deleting_needs_the_name(desk: Desk) -> None:
    """Typed in full; enter alone does nothing."""
    await open_pane(desk)
    await desk.press("down", "D")
    assert "Old (2) cannot be brought back" in shown(desk)
    await desk.press("enter")
    assert asked(desk, "apps.delete") == []
    await desk.type("Old")
    answers(desk, "apps.delete", OTHER)

    await desk.press("enter")

    assert asked(desk, "apps.delete") == [{"id": "2"}]
    assert "Old is deleted" in desk.notices


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ("deleted", "Old is deleted"),
        ("refused", "It has numbers still"),
        ("lost", "The engine does not answer: nobody listens"),
    ],
)
async def test_what_came_of_deleting_is_told_when_the_pane_is_closed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ends: str, words: str
) -> None:
    """Telnyx takes its time, and the operator went back to the desk."""
    gate = asyncio.Event()

    async def slow(_action: str, _params: object = None) -> QueryAnswer:
        await gate.wait()
        if ends == "lost":
            raise EngineError("nobody listens")
        return QueryAnswer(ok=ends == "deleted", status=200, message="It has numbers still")

    await open_pane(desk)
    await desk.press("down", "D")
    await desk.type("Old")
    monkeypatch.setattr(desk.operator, "query", slow)
    await desk.press("enter", "escape")
    assert desk.is_on_top

    gate.set()
    await desk.settled()

    assert words in desk.notices


async def test_no_key_is_one_honest_sentence(desk: Desk) -> None:
    """Nothing is asked."""
    desk.operator.state = replace(desk.operator.state, api_key=False)
    await open_pane(desk)

    assert "no API key is set, so Telnyx cannot be asked" in shown(desk)
    assert desk.operator.queries == []
    await desk.press("n")
    assert "no API key is set" in desk.notices


async def test_refused_list_and_lost_engine_are_said(desk: Desk) -> None:
    """In the pane, with what to do."""
    await open_pane(desk)
    refuses(desk, "apps.list", "The API key is not valid: make another in the portal")
    await desk.press("f5")
    assert "The API key is not valid" in shown(desk)

    desk.operator.lost = "nobody listens on its socket"
    await desk.press("f5")

    assert "The engine does not answer: nobody listens" in shown(desk)


async def test_empty_account_says_what_to_do(desk: Desk) -> None:
    """Not an empty screen."""
    desk.app.services.health = desk.operator.state

    await desk.press("A")

    assert "there are no applications yet; n makes one" in shown(desk)


async def test_read_only_only_looks(open_desk: OpenDesk) -> None:
    """The keys that change something are gone."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await open_pane(desk)
        assert "Support" in shown(desk)
        assert "e edit" not in shown(desk)

        await desk.press("e", "n", "D")

        assert isinstance(desk.app.screen, ApplicationsPane)


HOSTILE = "[/]\x1b]0;x\x07[@click=app.quit]x[/]\u202e"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_hostile_applications_are_only_text(
    open_desk: OpenDesk, size: tuple[int, int]
) -> None:
    """Names and addresses are whatever somebody typed into the portal."""
    hostile: dict[str, Any] = {
        **OURS,
        "application_name": HOSTILE,
        "webhook_event_url": HOSTILE,
        "inbound": {HOSTILE: HOSTILE},
        "tags": [HOSTILE],
        "webhook_timeout_secs": HOSTILE,
    }
    async with open_desk(UiOptions(ascii=True), size=size) as desk:
        await open_pane(desk, hostile, {"id": 7, "outbound": 3}, {})
        for keys in (("e",), ("escape",), ("D",), ("escape",)):
            assert "[@click" in shown(desk)
            assert "\x1b" not in shown(desk)
            await desk.press(*keys)


def test_fields_give_back_what_they_were_made_of() -> None:
    """A form that was not touched changes nothing; every field has a hint."""
    fields = fields_of(UPDATE, OURS)

    assert changes_of(UPDATE, fields, {each.name: each.text for each in fields}) == {}
    assert all(each.hint for each in fields)
    assert [each.name for each in fields[:3]] == [
        "application_name",
        "webhook_event_url",
        "webhook_api_version",
    ]


@pytest.mark.parametrize(
    ("name", "text", "change"),
    [
        ("webhook_timeout_secs", "", {"webhook_timeout_secs": None}),
        ("webhook_event_failover_url", "@home", {"webhook_event_failover_url": "@home"}),
        ("active", "false", {"active": False}),
        ("inbound.channel_limit", "3", {"inbound": {"channel_limit": 3}}),
        ("tags", '["b"]', {"tags": ["b"]}),
    ],
)
def test_fields_are_read_by_the_catalogues_types(
    name: str, text: str, change: dict[str, object]
) -> None:
    """Text becomes what Telnyx expects; an at sign reads no file."""
    assert changes_of(UPDATE, fields_of(UPDATE, OURS), {name: text}) == change


async def test_application_is_chosen_as_this_consoles_own(open_desk: OpenDesk) -> None:
    """Its findings are read first; then it is written down, the engine is told, and the list says so."""
    kept: list[str] = []

    def keep(id_: str) -> str:
        kept.append(id_)
        return "written to /home/ann/config.toml"

    async with open_desk(UiOptions(keep_connection=keep)) as desk:
        await open_pane(desk)
        await desk.press("u")
        assert "works on it already" in desk.notices
        await desk.press("down", "u")
        assert "Work on this application?" in shown(desk)
        assert "Old (2), webhooks to https://old.example.com/hook" in shown(desk)
        assert "webhooks come in version 1" in shown(desk)

        await desk.press("enter")

        assert (kept, desk.operator.state.connection_id) == (["2"], "2")
        assert "Old is the application of this console now; written to" in desk.notices
        assert "in use Old" in shown(desk)
        assert "heard  Support" in shown(desk)


async def test_choice_of_an_application_can_be_left(desk: Desk) -> None:
    """Escape changes nothing."""
    await open_pane(desk)
    await desk.press("down", "u", "escape")

    assert desk.operator.state.connection_id == OURS["id"]
    assert isinstance(desk.app.screen, ApplicationsPane)


@pytest.mark.parametrize("lost", [False, True])
async def test_choice_of_an_application_says_what_did_not_work(
    open_desk: OpenDesk, lost: bool
) -> None:
    """A file that cannot be written does not keep the engine from being told, nor the other way round."""

    def keep(_id: str) -> str:
        if lost:
            return "written to config.toml"
        raise ConfigError("config.toml: cannot be written: disk full")

    async with open_desk(UiOptions(keep_connection=keep)) as desk:
        await open_pane(desk)
        await desk.press("down", "u")
        desk.operator.lost = "no engine" if lost else None
        await desk.press("enter")

        if lost:
            assert "written to config.toml; the engine goes on with the one before" in desk.notices
        else:
            assert "not kept for the next start: config.toml: cannot be written" in desk.notices
            assert desk.operator.state.connection_id == "2"
        desk.operator.lost = None


async def test_choice_of_an_application_is_no_matter_of_a_read_only_desk(
    open_desk: OpenDesk,
) -> None:
    """It says so."""
    async with open_desk(UiOptions(read_only=True)) as desk:
        await open_pane(desk)
        await desk.press("down", "u")

        assert "read-only: nothing can be changed" in desk.notices
