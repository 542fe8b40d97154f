"""Every code of the digest has a sentence and advice; the most telling one of an answer is shown."""

from __future__ import annotations

import pytest

from console.domain.sip_words import REFUSAL
from console.telnyx.problems import Problem, code_of, explain

DIGEST_CODES = [
    *(
        "10004",
        "10005",
        "10007",
        "10009",
        "10010",
        "10011",
        "10015",
        "10016",
        "10026",
        "10027",
        "10032",
        "10033",
    ),
    *("10036", "10038", "10039", "20002", "20008", "20012", "20013", "20100"),
    *map(str, range(90000, 90054 + 1)),
    *("90055", "90056", "90057", "90058", "90059", "90061", "90102"),
    *(
        "D1",
        "D2",
        "D3",
        *(f"D{n}" for n in range(10, 18)),
        "D18",
        "D19",
        "D22",
        "D24",
        "D35",
        "D36",
        "D38",
        "D7",
    ),
    *("D40", "D41", "D42", "D51", "D60", "D61", "RG1", *(f"PE{n}" for n in range(1, 7))),
    *(
        "75000",
        "75001",
        "75002",
        "75003",
        "75006",
        "75299",
        "75300",
        "75400",
        "75404",
        "75499",
        "75500",
        "75599",
    ),
]
NOT_IN_DIGEST = {"90039", "90047", "90051", "90052"}


@pytest.mark.parametrize("code", sorted(set(DIGEST_CODES) - NOT_IN_DIGEST))
def test_explain_knows_every_code_of_the_digest(code: str) -> None:
    """In our own words, whether or not Telnyx adds some."""
    problem = explain(422, [{"code": code}])

    assert problem.code == code
    assert problem.sentence
    assert problem.sentence != explain(422, []).sentence
    assert problem.advice
    assert not problem.sentence.endswith(".")


@pytest.mark.parametrize("code", sorted(REFUSAL))
def test_explain_says_of_a_sip_refusal_what_the_timeline_says(code: str) -> None:
    """One table of sentences, and something to do for each."""
    problem = explain(403, [{"code": code}])

    assert problem.sentence == REFUSAL[code]
    assert problem.advice


def test_explain_treats_numbers_like_text() -> None:
    """Codes arrive as text or as numbers."""
    assert explain(422, [{"code": 90018}]) == explain(422, [{"code": "90018"}])
    assert explain(422, [{"code": 90018}]).sentence == "the call has already ended"


@pytest.mark.parametrize("code", [None, True, 1.5, [], {}, ""])
def test_code_of_ignores_other_types(code: object) -> None:
    """What is neither text nor a whole number is no code."""
    assert code_of({"code": code}) is None


def test_explain_names_the_field() -> None:
    """The pointer or the parameter of the source comes along."""
    error = {"code": "10032", "title": "Invalid enum value", "detail": "must be one of…"}

    assert explain(422, [{**error, "source": {"pointer": "/cause"}}]).pointer == "/cause"
    assert explain(422, [{**error, "source": {"parameter": "page[size]"}}]).pointer == "page[size]"
    assert explain(422, [{**error, "source": "x"}]).pointer is None


def test_explain_adds_telnyx_detail_to_general_codes_only() -> None:
    """A general code needs the detail; a precise one is better said by us."""
    general = explain(422, [{"code": "10015", "detail": "connection_id is invalid."}])
    resource = explain(404, [{"code": "10005", "detail": "The recording could not be found."}])
    precise = explain(422, [{"code": "90018", "detail": "This call is no longer active."}])

    assert general.sentence == "Telnyx does not understand the request: connection_id is invalid"
    assert resource.sentence.endswith("this resource: The recording could not be found")
    assert precise.sentence == "the call has already ended"


def test_explain_sends_nobody_to_another_field_than_the_one_named() -> None:
    """10015 is about the connection id only where nothing else is named."""

    def advice(pointer: str | None) -> str:
        source = {} if pointer is None else {"source": {"pointer": pointer}}
        return explain(422, [{"code": "10015", "detail": "x", **source}]).advice

    assert advice("/stream_url") == "correct the value and send again"
    assert "connection id" in advice("/connection_id")
    assert "connection id" in advice(None)


def test_explain_prefers_the_sip_level() -> None:
    """D17 says more than the general code beside it."""
    problem = explain(403, [{"code": "10010", "title": "Forbidden"}, {"code": "D17"}])

    assert problem.code == "D17"


def test_explain_prefers_a_known_code() -> None:
    """An unknown code does not hide a known one."""
    assert explain(422, [{"code": "1"}, {"code": "90034"}]).code == "90034"


def test_explain_reads_codes_in_the_light_of_the_status() -> None:
    """10011 is the rate limit or a refusal of SRTP; 10007 an error or a missing resource."""
    assert explain(429, [{"code": "10011"}]).sentence == "too many requests"
    assert "encrypted" in explain(422, [{"code": "10011"}]).sentence
    assert "does not know" in explain(404, [{"code": "10007"}]).sentence
    assert "unexpected" in explain(500, [{"code": "10007"}]).sentence


@pytest.mark.parametrize(
    "status", [None, 301, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 599]
)
def test_explain_falls_back_on_the_status(status: int | None) -> None:
    """Without errors the status alone gives a sentence and advice."""
    problem = explain(status, [])

    assert problem.code is None
    assert problem.sentence
    assert problem.advice


def test_explain_quotes_unknown_errors_safely() -> None:
    """Telnyx's own words are shown when we have none, cleaned and short."""
    problem = explain(422, [{"code": "99999", "title": "x\x1b[2J" + "y" * 9000, "detail": None}])

    assert problem.code == "99999"
    assert problem.sentence.startswith("x")
    assert problem.sentence.isprintable()
    assert len(problem.sentence) <= 500


@pytest.mark.parametrize(
    "errors", [[{}], [{"code": {}}], [{"title": 3, "source": []}], [{"code": "\x1b" * 9}]]
)
def test_explain_never_fails(errors: list[dict[str, object]]) -> None:
    """Oddly shaped errors still give a sentence."""
    assert explain(422, errors).sentence


def test_problem_reads_as_one_line() -> None:
    """Sentence, code and field, advice."""
    assert str(Problem("90018", "the call has already ended", "nothing is left to do", None)) == (
        "the call has already ended (90018): nothing is left to do"
    )
    assert str(Problem(None, "a", "b", "/to")) == "a (/to): b"
    assert str(Problem(None, "a", "b", None)) == "a: b"
