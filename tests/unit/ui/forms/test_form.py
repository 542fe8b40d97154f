"""The form of every catalogued command: opens, fills, passes the check, and gives back what it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.telnyx.catalogue import Command, Schema, load
from console.telnyx.requests import build, check
from console.ui.forms.fields import Kind, children
from console.ui.forms.frequent import FREQUENT, NOT_REMEMBERED, SUGGESTED
from console.ui.forms.model import Form
from console.ui.forms.rows import FormRows
from console.ui.forms.tree import ADD, UNSET, Path
from console.ui.forms.values import describe
from tests.fixtures.filled import CALL_ID, filled
from tests.fixtures.hostile import HOSTILE, is_safe

COMMANDS = load()


def leaves(form: Form, path: Path) -> Iterator[Path]:
    """The places that are typed, and objects and lists without anything inside."""
    kind, value = form.kind(path), form.value(path)
    if kind not in (Kind.OBJECT, Kind.LIST) or not value:
        yield path
        return
    for place, child in enumerate(children(form.field(path), value)):
        inner = (*path, place if kind is Kind.LIST else child.name)
        if form.value(inner) is not UNSET:
            yield from leaves(form, inner)


def retyped(form: Form) -> Form:
    """A new form into which every value of another was typed."""
    new = Form(form.command.name)
    for name in form.params:
        for path in leaves(form, (name,)):
            text = form.written(path)
            assert new.type(path, text.text, as_json=text.as_json) is None, (path, text)
    return new


@pytest.mark.parametrize("name", COMMANDS)
def test_every_empty_form_opens_and_can_be_drawn(name: str) -> None:
    """Required first, then frequent, then the rest, each parameter once, and nothing is sent yet."""
    form = Form(name)
    rows = FormRows(form)

    paths = [rows.key_at(index) for index in range(len(rows))]
    names = [path[0] for path in paths if rows.is_place(path) and len(path) == 1]
    required = [field.name for field in form.roots.values() if field.required]
    assert sorted(map(str, names)) == sorted(form.roots)
    assert names[: len(required)] == required
    assert form.params == {}
    for path in paths:
        assert all(is_safe(span.text) for span in rows.draw(path, 0, 76))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_filled_form_gives_a_body_that_passes_the_check(name: str) -> None:
    """Every parameter by its type: the form finds nothing wrong, and neither does the request's check."""
    params = filled(COMMANDS[name])

    form = Form(name, params)

    assert form.first_fault is None
    assert form.params == params
    assert check(name, form.params) == ()
    build(name, call_control_id=CALL_ID, params=form.params, command_id="x")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_value_can_be_typed(name: str) -> None:
    """What the editor shows of a value is what has to be typed for it: parameters → form → parameters."""
    form = Form(name, filled(COMMANDS[name]))

    assert retyped(form).params == form.params


def values(schema: Schema, depth: int = 0) -> st.SearchStrategy[object]:
    """Values of a schema: of right types, any length, any character."""
    if schema.enum:
        return st.sampled_from(schema.enum)
    if schema.one_of:
        if schema.discriminator is None:
            return st.one_of(*(values(each, depth + 1) for each in schema.one_of))
        words = list((schema.choices or {}).items())
        return st.sampled_from(words).flatmap(
            lambda word: _with_word(schema, word[0], word[1], depth)
        )
    return st.one_of(*(_of_type(schema, word, depth) for word in schema.types or ("",)))


def _of_type(schema: Schema, word: str, depth: int) -> st.SearchStrategy[object]:
    match word:
        case "string":
            return st.text(max_size=12)
        case "integer":
            return st.integers(-(2**53), 2**53)
        case "number":
            return st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            items = values(schema.items or Schema(type="string"), depth + 1)
            return st.lists(items, max_size=3)
        case "object":
            return _object(schema, depth)
    return _anything()


def _with_word(
    schema: Schema, word: str, place: int, depth: int
) -> st.SearchStrategy[dict[str, object]]:
    name = schema.discriminator
    assert name is not None
    inner = values(schema.one_of[place], depth + 1)
    return inner.map(lambda value: {**_mapping(value), name: word})


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _object(schema: Schema, depth: int) -> st.SearchStrategy[object]:
    if depth > 3 or not schema.properties:
        other = schema.additional if isinstance(schema.additional, Schema) else Schema()
        small = values(other, depth + 1) if depth <= 3 else st.integers()
        return st.dictionaries(st.text(min_size=1, max_size=6), small, max_size=2)
    some = {member.name: values(member, depth + 1) for member in schema.properties}
    return st.fixed_dictionaries({}, optional=some)


def _anything() -> st.SearchStrategy[object]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=4,
    )


def params_of(command: Command) -> st.SearchStrategy[dict[str, object]]:
    """Some parameters of a command."""
    return st.fixed_dictionaries(
        {},
        optional={
            parameter.name: values(parameter)
            for parameter in command.parameters
            if parameter.where != "path"
        },
    )


@pytest.mark.parametrize(
    "name",
    ["speak", "transfer", "gather_using_ai", "transcription_start", "call_events", "queue.create"],
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_parameters_come_back_as_they_were(name: str, data: st.DataObject) -> None:
    """Whatever they are, valid or not: opening loses nothing, drawing is safe, typing it again gives it again."""
    params = data.draw(params_of(COMMANDS[name]))

    form = Form(name, params)
    rows = FormRows(form)

    assert form.params == params
    for index in range(len(rows)):
        assert all(is_safe(span.text) for span in rows.draw(rows.key_at(index), 0, 70))
    assert retyped(form).params == params


def test_value_that_telnyx_assumes_is_not_sent_unless_typed() -> None:
    """Defaults are shown, not sent; a default that was typed is."""
    form = Form("gather")
    assert "Telnyx assumes 128" in describe(form.field(("maximum_digits",)))
    assert form.params == {}

    form.type(("maximum_digits",), "128")

    assert form.params == {"maximum_digits": 128}


def test_three_states_of_a_yes_or_no() -> None:
    """Unset, true, false, and round again; unset sends nothing."""
    form = Form("record_start")
    path = ("play_beep",)

    seen = []
    for _ in range(4):
        form.cycle(path, 1)
        seen.append(form.value(path))

    assert seen == [True, False, UNSET, True]


def test_number_out_of_its_words_is_said_at_its_field() -> None:
    """A text where a number is needed stays as typed, with the reason, and keeps the form from being sent."""
    form = Form("gather")

    sentence = form.type(("maximum_digits",), "many")

    assert sentence == "a whole number is needed"
    assert form.first_fault == (("maximum_digits",), sentence)
    assert form.params == {}
    assert form.type(("maximum_digits",), "4") is None
    assert form.first_fault is None


def test_choice_is_typed_by_its_beginning() -> None:
    """An unambiguous beginning is enough; anything else names the choices."""
    form = Form("speak")

    assert form.type(("payload_type",), "ss") is None
    assert form.value(("payload_type",)) == "ssml"
    assert "none of text, ssml" in (form.type(("payload_type",), "html") or "")


def test_client_state_is_typed_as_text_and_sent_as_base64() -> None:
    """Decoded again for the screen; what is no text stays what it was."""
    form = Form("client_state_update")

    form.type(("client_state",), "für Ann")

    assert form.params == {"client_state": "ZsO8ciBBbm4="}
    assert form.written(("client_state",)).text == "für Ann"
    raw = Form("client_state_update", {"client_state": "/w=="})
    assert "base64, not text" in _drawn(FormRows(raw), ("client_state",))
    assert raw.written(("client_state",)).as_json


def test_headers_are_rows_of_name_and_value() -> None:
    """Typed as they are written in a message; wrong ones say how; they are moved and removed one by one."""
    form = Form("transfer")
    add: Path = ("custom_headers", ADD)

    assert "Name: value" in (form.type(add, "X-Account") or "")
    form.type(add, "X-Account: 42")
    form.type(add, "X-Next: a: b")
    place = form.move(("custom_headers", 1), -1)

    assert place == ("custom_headers", 0)
    assert form.params == {
        "custom_headers": [
            {"name": "X-Next", "value": "a: b"},
            {"name": "X-Account", "value": "42"},
        ]
    }
    form.unset(("custom_headers", 0))
    form.unset(("custom_headers", 0))
    assert form.params == {}


def test_text_or_list_changes_its_shape() -> None:
    """`to` is a text at first, a list of texts if wanted, and a text again."""
    form = Form("dial", {"to": "+13125550101"})

    form.reshape(("to",))
    assert form.value(("to",)) == ["+13125550101"]
    form.type(("to", ADD), "sip:ann@example.com")
    assert form.value(("to",)) == ["+13125550101", "sip:ann@example.com"]
    form.reshape(("to",))

    assert form.value(("to",)) == "+13125550101"


def test_discriminator_chooses_the_members_of_an_object() -> None:
    """The provider decides what a voice's settings are; another one takes only what it knows."""
    form = Form("speak")
    path: Path = ("voice_settings",)

    form.type((*path, "type"), "elevenlabs")
    names = [field.name for field in children(form.field(path), form.value(path))]
    form.type((*path, "api_key_ref"), "my-key")
    form.type((*path, "type"), "telnyx")

    assert names[0] == "type"
    assert "api_key_ref" in names
    assert form.value(path) == {"type": "telnyx"}


def test_members_of_any_name_are_added() -> None:
    """An object without fixed members takes name and value."""
    form = Form("streaming_start")
    held = next(name for name in form.roots if name == "custom_parameters")

    kind = form.kind((held,))

    assert kind in (Kind.LIST, Kind.OBJECT)
    policies = Form("transfer")
    policies.type(("webhook_retries_policies", ADD), "call.hangup:")
    assert policies.value(("webhook_retries_policies",)) == {"call.hangup": {}}
    policies.type(("webhook_retries_policies", "call.hangup", "retries_ms", ADD), "1000")
    assert policies.params == {"webhook_retries_policies": {"call.hangup": {"retries_ms": [1000]}}}


def test_empty_objects_are_not_left_behind() -> None:
    """Taking the last member away takes the object away, too."""
    form = Form("dial")
    path: Path = ("answering_machine_detection_config", "total_analysis_time_millis")

    form.type(path, "5000")
    form.type(path, "")

    assert form.params == {}


def test_fault_inside_a_closed_object_shows_at_the_object() -> None:
    """Nothing that is wrong can hide."""
    form = Form("dial", {"sound_modifications": {"octaves": "high"}, "to": "+13125550101"})
    rows = FormRows(form)
    path: Path = ("sound_modifications",)

    before = rows.row((*path, "octaves"))
    rows.toggle(path)
    closed = rows.row(path)

    assert before is not None
    assert before.problem is not None
    assert closed is not None
    assert closed.problem is not None


def test_search_finds_members_inside_of_objects() -> None:
    """By name or by help, with the whole path as label."""
    rows = FormRows(Form("dial"))

    rows.search = "total analysis"
    rows.rebuild()
    found = [rows.key_at(index) for index in range(len(rows))]

    assert ("answering_machine_detection_config", "total_analysis_time_millis") in found
    assert all("total_analysis" in str(path) for path in found)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_values_are_drawn_harmlessly_and_stay_what_they_are(text: str) -> None:
    """As values, as names of members, as drafts, as messages of Telnyx."""
    params: dict[str, object] = {
        "payload": text,
        "voice": text,
        "client_state": text,
        "voice_settings": {"type": text, text: text},
        text: text,
    }
    form = Form("speak", params)
    form.type(("loop",), text, as_json=True)
    form.say(("payload",), text)
    rows = FormRows(form)

    for index in range(len(rows)):
        assert all(is_safe(span.text) for span in rows.draw(rows.key_at(index), 0, 60))
    assert form.params == params
    for path in ("payload",), ("voice",), ("client_state",):
        assert form.written(path).text.isprintable()


def test_frequent_and_suggested_parameters_exist() -> None:
    """Our tables name nothing that the catalogue does not have, and every row shown first explains itself."""
    for action, names in FREQUENT.items():
        for name in names:
            assert COMMANDS[action].parameter(name) is not None, (action, name)
    for action, params in SUGGESTED.items():
        assert not [
            p for p in check(action, {**_required(action), **params}) if p.pointer in params
        ]
        assert all(_is_required(action, name) for name in params)
    everything = {p.name for command in COMMANDS.values() for p in command.parameters}
    assert everything >= NOT_REMEMBERED
    for action, command in COMMANDS.items():
        for parameter in command.parameters:
            if parameter.required or parameter.name in FREQUENT.get(action, ()):
                assert parameter.help or action.startswith("apps."), (action, parameter.name)


def _required(action: str) -> Mapping[str, object]:
    params = filled(COMMANDS[action])
    return {name: value for name, value in params.items() if _is_required(action, name)}


def _is_required(action: str, name: str) -> bool:
    parameter = COMMANDS[action].parameter(name)
    return parameter is not None and parameter.required


def _drawn(rows: FormRows, path: Path, width: int = 76) -> str:
    return "".join(span.text for span in rows.draw(path, 0, width))


def test_new_member_of_a_map_is_what_the_map_takes() -> None:
    """A text stays one although it looks like a number: addresses by event type are texts."""
    form = Form("transfer")

    assert form.type(("webhook_urls", "0"), "0") is None

    assert form.params == {"webhook_urls": {"0": "0"}}
