"""Masks: consistent, of the same kind as what they hide, and never that itself."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.redaction.bodies import masked
from console.domain.redaction.masks import Masks

KEY = b"k" * 32


@pytest.fixture
def masks() -> Masks:
    """One set of masks."""
    return Masks(KEY, ids=True)


@given(st.lists(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True), unique=True, max_size=40))
def test_number_masks_are_as_many_as_numbers(numbers: list[str]) -> None:
    """The same number has the same mask, another one another, and each is a number nobody has."""
    masks = Masks(KEY, ids=True, avoid=frozenset(number[1:] for number in numbers))

    found = [masks.party(number) for number in numbers]

    assert len(set(found)) == len(numbers)
    assert found == [masks.party(number) for number in numbers]
    assert not set(found) & set(numbers)
    assert all(each.startswith(("+15550", "+15551")) for each in found)
    assert [masks.real(each) for each in found] == numbers


@pytest.mark.parametrize(
    "written", ["+1 312 555 0101", "13125550101", "+1 (312) 555-0101", "1.312.555.0101"]
)
def test_number_is_known_however_it_is_written(masks: Masks, written: str) -> None:
    """Spaces, dots and brackets make no other number."""
    assert masks.party(written).lstrip("+") == masks.party("+13125550101")[1:]


def test_sip_address_stays_one(masks: Masks) -> None:
    """A number before the `@` has the mask that it has alone."""
    number = masks.party("+13125550101")

    assert masks.party("sip:+13125550101@carrier.example") == f"sip:{number}@masked.invalid"
    assert masks.party("sip:ann@a.example") != masks.party("sip:ann@b.example")
    assert masks.party("sip:ann@a.example").startswith("sip:user-")


def test_mask_depends_on_the_key(masks: Masks) -> None:
    """Two exports cannot be compared."""
    other = Masks(b"o" * 32, ids=True)

    assert masks.party("Ann Smith") != other.party("Ann Smith")
    assert masks.party("+13125550101") != other.party("+13125550101")


@pytest.mark.parametrize("nobody", ["anonymous", "Restricted", "unknown"])
def test_who_hides_already_needs_no_mask(masks: Masks, nobody: str) -> None:
    """That a caller was anonymous tells nobody who it was."""
    assert masks.party(nobody) == nobody


def test_client_state_stays_base64(masks: Masks) -> None:
    """Applications decode it."""
    assert b64decode(masks.state("aGVsbG8=")).startswith(b"text-")


def test_identifier_stays_of_its_kind(masks: Masks) -> None:
    """A UUID is one, a call_control_id begins with its version, a number has digits."""
    assert masks.identifier("v3:abc").startswith("v3:")
    assert masks.identifier("1684641123236054244").isdigit()
    assert len(masks.identifier("0b1c2d3e-0000-4000-8000-123456789abc")) == 36


def test_identifier_stays_as_it_is_where_commands_need_it() -> None:
    """On a shared screen commands still go to the call; what is a person's address is masked even so."""
    masks = Masks(KEY, ids=False)

    assert masks.identifier("v3:abc") == "v3:abc"
    assert masks.identifier("sip:ann@a.example") != "sip:ann@a.example"


@pytest.mark.parametrize(
    ("sentence", "gone"),
    [
        ("the number +13125550101 is not reachable", "3125550101"),
        ("call (312) 555-0101 back", "555-0101"),
        ("sip:ann@example.com did not answer", "ann@example.com"),
        ("mail ann@example.com", "ann@example.com"),
        ("see https://example.com/x?t=1", "example.com"),
        ("'Ann Smith' hung up", "Ann Smith"),
        ("Ann Smith-Jones hung up", "Ann Smith-Jones"),
    ],
)
def test_sentence_loses_what_tells_of_people(masks: Masks, sentence: str, gone: str) -> None:
    """By what it looks like, and by having been masked elsewhere."""
    masks.party("Ann Smith-Jones")

    assert gone not in masks.sentence(sentence)


def test_sentence_keeps_the_rest(masks: Masks) -> None:
    """Times, parameters and words are what it is about."""
    sentence = "no answer for 30 s since 2026-11-22 12:04, parameter 'timeout_secs' (code 90018)"

    assert masks.sentence(sentence) == sentence


def test_body_keeps_what_tells_of_no_person(masks: Masks) -> None:
    """States, causes, times and measures make the picture; without them there would be none."""
    body = {
        "event_type": "call.hangup",
        "occurred_at": "2026-11-22T12:00:00.120Z",
        "payload": {
            "state": "hangup",
            "direction": "incoming",
            "hangup_cause": "originator_cancel",
            "sip_hangup_cause": "487",
            "call_quality_stats": {"inbound": {"mos": "4.41", "packet_count": "1200"}},
            "is_final": True,
            "result": "not_sure",
            "nothing": None,
            "wait_time_secs": 12,
        },
    }

    assert masked(body, masks) == body


_NAMES = ("from", "to", "caller_id_name", "digits", "client_state", "note", "text", "tomorrows_field", "result",
          "message", "reason", "body", "value", "sip_uri", "url", "title", "transcript", "hangup_cause")  # fmt: skip
_SECRETS = st.text(alphabet="abcdefgh +-@:/.0123456789'é☎", max_size=8).map(
    lambda text: f"zy{text} xq"
)
_TREES = st.recursive(
    st.tuples(st.sampled_from(_NAMES), _SECRETS).map(lambda pair: {pair[0]: pair[1]}),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from((*_NAMES, "payload", "data", "custom_headers")), inner),
        st.dictionaries(_SECRETS, inner, max_size=2),
    ),
    max_leaves=8,
)


@given(_TREES)
def test_body_lets_no_text_through(tree: object) -> None:
    """At any depth, in any member, also as the name of one: what was written by people is gone."""
    masks = Masks(KEY, ids=True)

    assert "xq" not in str(masked(tree, masks))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))  # fmt: skip
def test_body_of_any_shape_is_masked(value: object) -> None:
    """Nothing raises, and the same gives the same."""
    assert str(masked(value, Masks(KEY, ids=True))) == str(masked(value, Masks(KEY, ids=True)))


def test_number_as_a_number_is_masked(masks: Masks) -> None:
    """Some applications send numbers without quotes."""
    body = {"from": 13125550101, "digits": 1234, "tomorrow": 4111111111111111, "timeout_secs": 30}

    assert masked(body, masks) == {
        "from": int(masks.number("13125550101")),
        "digits": 0,
        "tomorrow": 0,
        "timeout_secs": 30,
    }
