"""What can be sent again, when each is due, and what is said before."""

from __future__ import annotations

from uuid import UUID

import pytest

from console.domain.entries import Entry, Kind
from console.domain.replaying import (
    chosen,
    duration,
    pauses_s,
    question,
    survey,
    types_in_words,
    warning,
    why_not,
)

SECOND = 1_000_000
NOW = 1_700_000_000 * SECOND


def entry(
    seq: int,
    *,
    kind: Kind = Kind.WEBHOOK,
    body: bytes = b"{}",
    duplicate: bool = False,
    type_: str = "call.initiated",
    age_s: int | None = 0,
    at: int | None = None,
) -> Entry:
    """An entry that came `seq` seconds after the start, signed `age_s` ago."""
    headers: tuple[tuple[str, str], ...] = ()
    if age_s is not None:
        headers = (
            ("Telnyx-Signature-Ed25519", "x"),
            ("Telnyx-Timestamp", str(NOW // SECOND - age_s)),
        )
    return Entry(
        seq=seq,
        kind=kind,
        received_at=NOW + seq * SECOND if at is None else at,
        body=body,
        event_key=UUID(int=seq).bytes,
        event_type=type_,
        duplicate=duplicate,
        headers=headers,
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.REFUSED, "nobody has vouched"),
        (Kind.API, "original bytes are not known"),
        (Kind.COMMAND, "only webhooks"),
        (Kind.FORWARD, "only webhooks"),
    ],
)
def test_why_not_names_the_reason(kind: Kind, words: str) -> None:
    """What is no webhook of Telnyx's is not sent, least of all a command."""
    assert words in (why_not(entry(1, kind=kind)) or "")


def test_why_not_lets_webhooks_pass_with_a_body() -> None:
    """One that came with GET has nothing to send."""
    assert why_not(entry(1)) is None
    assert "GET" in (why_not(entry(1, body=b"")) or "")


def test_chosen_leaves_repetitions_out_and_orders_by_arrival() -> None:
    """Duplicates only where they are wanted."""
    late, repeated, first = entry(3), entry(4, duplicate=True), entry(1)

    assert [e.seq for e in chosen([late, repeated, first])] == [1, 3]
    assert [e.seq for e in chosen([late, repeated, first], duplicates=True)] == [1, 3, 4]


def test_pauses_are_the_original_ones_by_speed() -> None:
    """A speed of 0 knows none; a clock that went back makes none either."""
    entries = [entry(1), entry(3), entry(11)]

    assert list(pauses_s(entries, 1.0)) == [0.0, 2.0, 10.0]
    assert list(pauses_s(entries, 10.0)) == [0.0, 0.2, 1.0]
    assert list(pauses_s(entries, 0.0)) == [0.0, 0.0, 0.0]
    assert list(pauses_s([entry(5), entry(2)], 1.0)) == [0.0, 0.0]
    assert list(pauses_s([], 1.0)) == []


def test_warning_counts_signatures_that_are_too_old_and_missing() -> None:
    """300 s are what Telnyx's libraries allow; an export has no signatures."""
    entries = [entry(1, age_s=10), entry(2, age_s=301), entry(3, age_s=None)]
    found = survey(entries, now=NOW, speed=0)

    assert (found.number, found.stale, found.unsigned) == (3, 1, 1)
    words = warning(found, resign=False)
    assert "1 of 3 signatures is up to 5:01 old" in words
    assert "1 without a signature" in words
    assert "--resign" in words
    assert warning(found, resign=True) == ""
    assert warning(survey([entry(1)], now=NOW, speed=0), resign=False) == ""


def test_warning_knows_that_signatures_age_while_it_runs() -> None:
    """At the original pauses the last of them is too old by the time it is sent."""
    entries = [entry(0, age_s=200), entry(200, age_s=200)]

    assert survey(entries, now=NOW, speed=0).stale == 0
    assert survey(entries, now=NOW, speed=1).stale == 1


def test_warning_says_that_an_edited_body_is_not_signed() -> None:
    """Whatever the age."""
    words = warning(survey([entry(1)], now=NOW, speed=0), resign=False, edited=True)

    assert "does not match" in words


def test_survey_takes_a_strange_timestamp_for_none() -> None:
    """What is no number of seconds counts as unsigned."""
    odd = Entry(
        seq=1,
        kind=Kind.WEBHOOK,
        received_at=NOW,
        body=b"{}",
        headers=(("telnyx-timestamp", "½"), ("telnyx-signature-ed25519", "x")),
    )

    assert survey([odd], now=NOW, speed=0).unsigned == 1


def test_question_names_count_types_and_target() -> None:
    """The most frequent types first, the rest counted."""
    types = ["a", "b", "b", "c", "d", "e", "f"]
    entries = [entry(n, type_=f"call.{t}") for n, t in enumerate(types)]
    found = survey(entries, now=NOW, speed=1)

    assert types_in_words(found) == "call.b 2, call.a, call.c, call.d and 2 more types"
    assert question(found, "http://x/") == f"Send 7 webhooks ({types_in_words(found)}) to http://x/"
    assert duration(found) == "within 0:06"
    assert duration(survey(entries, now=NOW, speed=0)) == "at once"
