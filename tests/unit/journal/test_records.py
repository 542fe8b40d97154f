"""What is drafted is read back as the fact it was: drafts, entries, facts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.entries import (
    Annotated,
    Checked,
    CommandDone,
    CommandSent,
    Draft,
    Entry,
    Event,
    Fact,
    Intent,
    Kind,
    Noted,
)
from console.errors import PayloadError
from console.journal.api import Appended
from console.journal.facts import fact_of
from console.journal.records import (
    KEPT_REFUSED_BYTES,
    NOT_LISTED,
    annotation_draft,
    checked_draft,
    command_draft,
    gap_draft,
    not_listed_draft,
    note_draft,
    outcome_draft,
    record_draft,
    refused_draft,
    webhook_draft,
)
from console.telnyx.envelope import decode
from tests.fixtures.entries import entry_from
from tests.unit.journal.drafts import START, event_draft

INTENT = Intent(
    command_id="3f6e1c0a-9c4e-4b0f-8f5e-1d2f3a4b5c6d",
    action="transfer",
    call_control_id="v3:A",
    params={"to": "+15550100", "custom_headers": [{"name": "X", "value": "1"}]},
    operator="ada",
)
DONE = CommandDone(
    "c1", "answer", "v3:A", False, 422, "90015", "the call has ended", 31.5, 2, {"result": "no"}
)


def fact(draft: Draft) -> Fact:
    return fact_of(entry_from(draft, Appended(1, False)))


def test_records_webhook_is_read_back_as_its_event() -> None:
    """Everything the envelope said, and where it came from."""
    raw = event_draft("call.initiated", direction="incoming").body
    event = decode(raw)

    draft = webhook_draft(event, raw, START, "192.0.2.1", [("user-agent", "telnyx")])

    assert draft.verified
    assert (draft.remote, draft.headers) == ("192.0.2.1", (("user-agent", "telnyx"),))
    assert (draft.call_control_id, draft.call_leg_id, draft.call_session_id) == (
        "A",
        "leg-A",
        "session-A",
    )
    assert fact(draft) == event


def test_records_unverified_webhook_is_only_noted() -> None:
    """Nothing unverified is acted on, whatever kind it was given."""
    draft = replace(event_draft(), verified=False)

    assert isinstance(fact(draft), Noted)


def test_records_refused_says_why_and_carries_no_identifiers() -> None:
    """The reason in words; of an endless body only the beginning."""
    draft = refused_draft(
        b"x" * 1_000_000, "the signature does not match", START, remote="192.0.2.1"
    )

    assert fact(draft) == Noted("the signature does not match", None)
    assert len(draft.body) == KEPT_REFUSED_BYTES
    assert draft.event_key is None


def test_records_command_body_is_the_contract() -> None:
    """The seven fields, and the same intent when read."""
    draft = command_draft(
        INTENT, {"method": "POST", "path": "/calls/v3%3AA/actions/transfer"}, START
    )

    assert json.loads(draft.body) == {
        "command_id": INTENT.command_id,
        "action": "transfer",
        "call_control_id": "v3:A",
        "params": INTENT.params,
        "operator": "ada",
        "method": "POST",
        "path": "/calls/v3%3AA/actions/transfer",
    }
    assert fact(draft) == CommandSent(INTENT.command_id, "transfer", "v3:A", INTENT.params, "ada")


def test_records_command_keeps_no_password() -> None:
    """Telnyx gets it, the journal gets stars, at any depth."""
    params = {"sip_auth_password": "hunter2", "inside": [{"stream_auth_token": "hunter2"}]}

    draft = command_draft(replace(INTENT, params=params), {}, START)

    assert b"hunter2" not in draft.body
    assert params["sip_auth_password"] == "hunter2"


def test_records_command_with_bytes_from_a_terminal() -> None:
    """A parameter that is no UTF-8 is recorded, too."""
    intent = replace(INTENT, params={"client_state": "\udcff"})

    sent = fact(command_draft(intent, {}, START))

    assert isinstance(sent, CommandSent)
    assert sent.params.keys() == {"client_state"}


def test_records_outcome_is_read_back() -> None:
    """Status, code, sentence, latency and attempts."""
    assert fact(outcome_draft(DONE, START)) == DONE


def test_records_outcome_of_a_dial_belongs_to_the_new_leg() -> None:
    """The answer names it; the fact keeps the identifiers exactly."""
    ids = {"call_control_id": "v3:\u200bN", "call_leg_id": "L", "call_session_id": "S"}
    done = DONE._replace(action="dial", call_control_id=None, ok=True, data=ids)

    draft = outcome_draft(done, START)

    assert (draft.call_control_id, draft.call_leg_id, draft.call_session_id) == tuple(ids.values())
    assert fact(draft) == done


def test_records_call_event_is_the_event_of_its_webhook() -> None:
    """An item of /call_events has the key of the webhook that told the same event."""
    webhook = event_draft("call.hangup")
    event = json.loads(webhook.body)["data"]
    item = {"record_type": "call_event", "type": "webhook", "metadata": {"event": event}}

    draft = record_draft(json.dumps(item).encode(), START)

    assert (draft.kind, draft.verified) == (Kind.API, False)
    assert draft.event_key == webhook.event_key
    read = fact(draft)
    assert isinstance(read, Event)
    assert (read.type, read.envelope) == ("call.hangup", "record")
    with pytest.raises(PayloadError):
        record_draft(b"[]", START)


def test_records_checked_leg_is_read_back() -> None:
    """What Telnyx said, and that active_calls listed it."""
    item = {
        "call_control_id": "v3:A",
        "call_leg_id": "L",
        "call_session_id": "S",
        "is_alive": False,
        "start_time": "2026-09-21T14:13:20.000000Z",
        "end_time": "2026-09-21T14:13:21.000000Z",
        "client_state": "eA==",
    }
    expected = Checked(
        call_control_id="v3:A",
        call_leg_id="L",
        call_session_id="S",
        at=START,
        listed=True,
        alive=False,
        ended_at=START + 1_000_000,
        started_at=START,
        client_state="eA==",
    )

    assert fact(checked_draft(item, START, listed=True)) == expected
    assert fact(checked_draft(item, START)) == expected._replace(listed=None)


def test_records_missing_is_alive_is_unknown() -> None:
    """Not said is not ended."""
    read = fact(checked_draft({"call_control_id": "v3:A"}, START))

    assert isinstance(read, Checked)
    assert read.alive is None


def test_records_not_listed_is_a_note_that_the_board_understands() -> None:
    """It says so in words, and as a fact about the leg."""
    draft = not_listed_draft("v3:A", START)

    assert (draft.kind, draft.reason) == (Kind.NOTE, NOT_LISTED)
    assert fact(draft) == Checked("v3:A", None, None, START, False, None, None, None, None)


def test_records_gap_says_from_when_to_when() -> None:
    """ISO instants, null where an end is not known."""
    draft = gap_draft("the disk was full", START, since=START, until=None)

    assert json.loads(draft.body) == {"since": "2026-09-21T14:13:20.000000Z", "until": None}
    assert fact(draft) == Noted("the disk was full", None)


def test_records_note_keeps_a_body_that_is_no_json() -> None:
    """A signed body that cannot be read is kept as received."""
    draft = note_draft("the body is not JSON", START, body=b"hello", verified=True)

    assert (draft.body, draft.verified) == (b"hello", True)
    assert fact(draft) == Noted("the body is not JSON", None)


def test_records_what_an_operator_wrote_is_read_back() -> None:
    """The text, all tags, and who wrote it; what was not said stays unsaid."""
    whole = Annotated("n1", "v3:A", None, START, "angry", ("vip", "new york"), True, "ada")
    bare = Annotated("n2", None, "leg-A", START, None, None, None, "")

    assert (fact(annotation_draft(whole)), fact(annotation_draft(bare))) == (whole, bare)
    assert json.loads(annotation_draft(whole).body) == {
        "note_id": "n1",
        "call_control_id": "v3:A",
        "call_leg_id": None,
        "note": "angry",
        "tags": ["vip", "new york"],
        "ring_back": True,
        "operator": "ada",
    }


def test_records_note_of_a_foreign_journal_is_cleaned() -> None:
    """A journal may come from somebody else; tags that are no text, and a body that is no note, are let go."""
    body = b'{"note_id":"n","note":"a\\u001b[2J","tags":["x,y",3,"#z\\u202e"],"operator":"\\u0007"}'
    read = fact(Draft(kind=Kind.NOTE, received_at=START, body=body, call_control_id="A"))
    other = fact(Draft(kind=Kind.NOTE, received_at=START, body=b"[1]", call_control_id="A"))

    assert isinstance(read, Annotated)
    assert (read.note, read.tags, read.operator) == ("a␛[2J", ("x y", "z"), "␇")
    assert isinstance(other, Noted)


def test_records_reason_is_cleaned_for_the_screen() -> None:
    """A reason may quote what a stranger sent."""
    read = fact(note_draft("no \x1b[2J", START))

    assert isinstance(read, Noted)
    assert read.reason.isprintable()


@given(
    st.builds(
        Entry,
        seq=st.just(1),
        kind=st.sampled_from(Kind),
        received_at=st.just(START),
        verified=st.booleans(),
        event_key=st.none() | st.binary(min_size=16, max_size=16),
        call_control_id=st.none() | st.just("A"),
        reason=st.none() | st.text(max_size=5),
        body=st.binary(max_size=30)
        | st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=4),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "data",
                            "command_id",
                            "status",
                            "params",
                            "call_control_id",
                            "listed",
                            "note_id",
                            "note",
                            "tags",
                            "attempts",
                        ]
                    ),
                    inner,
                    max_size=4,
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_records_fact_of_never_raises(entry: Entry) -> None:
    """Whatever a body holds, for every kind."""
    read = fact_of(entry)

    assert isinstance(read, (Event, CommandSent, CommandDone, Checked, Noted, Annotated))
