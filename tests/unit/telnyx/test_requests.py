"""From an intent to a request, and from typed pairs to parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import UsageError
from console.telnyx.catalogue import load
from console.telnyx.problems import Problem
from console.telnyx.requests import Request, build, check, parse_pairs

COMMAND_ID = "5f1c2e0e-0d6d-4c57-9d1a-0c5d3b7f9a11"
LEG = "v3:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ"


def test_build_fills_the_path_and_adds_the_command_id() -> None:
    """A command on a leg names it, percent-encoded, in its path."""
    request = build("answer", call_control_id="v3:a/b ä", params={}, command_id=COMMAND_ID)

    assert request == Request(
        method="POST",
        path="/calls/v3%3Aa%2Fb%20%C3%A4/actions/answer",
        query={},
        body={"command_id": COMMAND_ID},
    )
    assert request.is_repeatable


@pytest.mark.parametrize("name", ["switch_supervisor_role", "siprec_start", "conference.mute"])
def test_build_gives_no_command_id_where_there_is_none(name: str) -> None:
    """Some commands have no command_id in the specification, so they must not be repeated."""
    request = build(
        name, call_control_id=LEG, params={"id": "x"} if "." in name else {}, command_id=COMMAND_ID
    )

    assert request.body == {}
    assert not request.is_repeatable


@pytest.mark.parametrize("name", sorted(load()))
def test_build_never_invents_a_client_state(name: str) -> None:
    """The client state belongs to the application behind."""
    path = {p.name: "x" for p in load()[name].parameters if p.where == "path"}
    request = build(
        name,
        call_control_id=LEG,
        params=path
        if "call_control_id" not in path
        else {k: v for k, v in path.items() if k != "call_control_id"},
        command_id=COMMAND_ID,
    )

    assert set(request.body or {}) <= {"command_id", "call_control_id"}
    assert "{" not in request.path
    assert (request.body is not None) == load()[name].has_body
    assert request.query == {}


def test_build_sends_a_client_state_that_was_typed() -> None:
    """What the operator gives is sent."""
    request = build(
        "hangup", call_control_id=LEG, params={"client_state": "YQ=="}, command_id=COMMAND_ID
    )

    assert request.body == {"client_state": "YQ==", "command_id": COMMAND_ID}


def test_build_keeps_both_ids_of_a_bridge() -> None:
    """The leg of the command goes into the path, the other one into the body."""
    request = build(
        "bridge", call_control_id="A", params={"call_control_id": "B"}, command_id=COMMAND_ID
    )

    assert request.path == "/calls/A/actions/bridge"
    assert request.body == {"call_control_id": "B", "command_id": COMMAND_ID}


def test_build_bridges_with_a_queue_alone() -> None:
    """The leg of the command is never sent as the other leg."""
    request = build("bridge", call_control_id="A", params={"queue": "q"}, command_id=COMMAND_ID)

    assert request.body == {"queue": "q", "command_id": COMMAND_ID}


@pytest.mark.parametrize("params", [{"id": "room"}, {"id": "room", "call_control_id": "A"}])
def test_build_puts_the_leg_into_the_body_of_conference_commands(params: dict[str, object]) -> None:
    """A conference is in the path; the leg is in the body, given either way."""
    request = build("conference.join", call_control_id="A", params=params, command_id=COMMAND_ID)

    assert request.path == "/conferences/room/actions/join"
    assert request.body == {"call_control_id": "A", "command_id": COMMAND_ID}


def test_build_fills_a_path_from_parameters() -> None:
    """A queue's name and a leg are both in the path."""
    request = build("queue.call.show", call_control_id=LEG, params={"queue_name": "a b"})

    assert request.path == f"/queues/a%20b/calls/{LEG.replace(':', '%3A')}"
    assert (request.method, request.body) == ("GET", None)
    assert build("status", params={"call_control_id": "A"}).path == "/calls/A"


def test_build_flattens_queries() -> None:
    """Filters travel as name[member][member]=value."""
    request = build(
        "call_events",
        params={
            "filter": {"leg_id": "l", "failed": True, "occurred_at": {"gte": "t"}},
            "page": {"size": 9},
        },
    )

    assert request.query == {
        "filter[leg_id]": "l",
        "filter[failed]": "true",
        "filter[occurred_at][gte]": "t",
        "page[size]": "9",
    }
    assert request.path == "/call_events"


@pytest.mark.parametrize(
    ("given", "path"), [(".", "%2E"), ("..", "%2E%2E"), ("a..b", "a..b"), ("\ud800", "%3F")]
)
def test_build_keeps_ids_inside_their_segment(given: str, path: str) -> None:
    """An id can not walk to another path."""
    assert build("status", call_control_id=given, params={}).path == f"/calls/{path}"


@pytest.mark.parametrize(
    ("action", "call", "params", "words"),
    [
        ("anwser", None, {}, "did you mean answer"),
        ("xyzzy", None, {}, "call-console commands"),
        ("answer", None, {}, "needs a call"),
        ("answer", "", {}, "needs a call"),
        ("queue.show", None, {}, "queue_name"),
        ("queue.show", None, {"queue_name": True}, "queue_name"),
        ("answer", "A", {"caus": "x"}, "no parameter 'caus'"),
        ("reject", "A", {"caus": "x"}, "did you mean cause"),
    ],
)
def test_build_says_what_it_lacks(
    action: str, call: str | None, params: dict[str, object], words: str
) -> None:
    """Unknown actions, unknown parameters and missing ids are usage errors."""
    with pytest.raises(UsageError, match=words):
        build(action, call_control_id=call, params=params)


@pytest.mark.parametrize(
    ("action", "pairs", "params"),
    [
        ("dial", ["to=+15550100"], {"to": "+15550100"}),
        ("dial", ["to=sip:a@b.example;secure=srtp"], {"to": "sip:a@b.example;secure=srtp"}),
        ("dial", ['to=["+15550100","sip:a@b"]'], {"to": ["+15550100", "sip:a@b"]}),
        ("dial", ["to=[x"], {"to": "[x"}),
        (
            "dial",
            ["timeout_secs=20", "bridge_on_answer=true"],
            {"timeout_secs": 20, "bridge_on_answer": True},
        ),
        (
            "dial",
            ["stream_bidirectional_sampling_rate=16000"],
            {"stream_bidirectional_sampling_rate": 16000},
        ),
        (
            "dial",
            ['custom_headers=[{"name":"X-A","value":"1"}]'],
            {"custom_headers": [{"name": "X-A", "value": "1"}]},
        ),
        (
            "dial",
            ["sound_modifications.pitch=1.5", "sound_modifications.track=inbound"],
            {"sound_modifications": {"pitch": 1.5, "track": "inbound"}},
        ),
        (
            "dial",
            ["webhook_urls.call.hangup=https://a.example"],
            {"webhook_urls": {"call.hangup": "https://a.example"}},
        ),
        (
            "dial",
            ["webhook_retries_policies.call.hangup.retries_ms=[100, 200]"],
            {"webhook_retries_policies": {"call.hangup": {"retries_ms": [100, 200]}}},
        ),
        (
            "answer",
            [
                "conversation_relay_config.url=wss://a.example",
                "conversation_relay_config.custom_parameters.a.b=1",
            ],
            {
                "conversation_relay_config": {
                    "url": "wss://a.example",
                    "custom_parameters": {"a": {"b": 1}},
                }
            },
        ),
        ("speak", ["payload=a=b", "loop=3"], {"payload": "a=b", "loop": 3}),
        ("speak", ["loop=infinity"], {"loop": "infinity"}),
        (
            "call_events",
            ["filter.leg_id=x", "filter.occurred_at.gte=t"],
            {"filter": {"leg_id": "x", "occurred_at": {"gte": "t"}}},
        ),
        (
            "call_events",
            ["filter.outbound.outbound_voice_profile_id=1"],
            {"filter": {"outbound.outbound_voice_profile_id": "1"}},
        ),
        ("queue.list", ["page[size]=5"], {"page[size]": 5}),
        ("bridge", ["call_control_id=B"], {"call_control_id": "B"}),
        ("apps.create", ["webhook_timeout_secs=null"], {"webhook_timeout_secs": None}),
        ("transfer", ["to=@@home"], {"to": "@home"}),
        ("hangup", ["client_state="], {"client_state": ""}),
        (
            "transcription_start",
            [
                "transcription_engine_config.transcription_engine=Google",
                "transcription_engine_config.language=en",
            ],
            {"transcription_engine_config": {"transcription_engine": "Google", "language": "en"}},
        ),
    ],
)
def test_parse_pairs_types_values(action: str, pairs: list[str], params: dict[str, object]) -> None:
    """Values get the type the specification gives their name; dots reach into objects."""
    assert parse_pairs(action, pairs) == params


def test_parse_pairs_reads_files(tmp_path: Path) -> None:
    """`NAME=@FILE` takes the text of a file, without its last line end."""
    file = tmp_path / "prompt.txt"
    file.write_text("Hello\nthere\n", encoding="utf-8")

    assert parse_pairs("speak", [f"payload=@{file}"]) == {"payload": "Hello\nthere"}


def test_parse_pairs_names_a_file_it_cannot_read(tmp_path: Path) -> None:
    """Missing files and files that are no text name the field."""
    binary = tmp_path / "x"
    binary.write_bytes(b"\xff")

    for path in (tmp_path / "none", binary, tmp_path):
        with pytest.raises(UsageError, match="payload: cannot read"):
            parse_pairs("speak", [f"payload=@{path}"])


@pytest.mark.parametrize(
    ("action", "pair", "words"),
    [
        ("dial", "to", "not NAME=VALUE"),
        ("dial", "=x", "not NAME=VALUE"),
        ("dial", "form=+15550100", "did you mean from"),
        ("answer", "xyzzy=1", "no parameter 'xyzzy'"),
        ("reject", "cause=BUSY", "CALL_REJECTED, USER_BUSY"),
        ("dial", "timeout_secs=soon", "timeout_secs has to be a whole number"),
        ("dial", "timeout_secs=1.5", "whole number"),
        ("dial", "timeout_secs=" + "9" * 40, "whole number"),
        ("dial", "time_limit_secs=5", "allowed are 30 to 14400"),
        ("dial", "bridge_intent=yes", "true or false"),
        ("dial", "custom_headers=x", "as JSON"),
        ("dial", "sound_modifications=x", "as JSON"),
        ("dial", "sound_modifications.picth=1", "did you mean pitch"),
        ("dial", 'custom_headers=[{"name":"X"}]', r"custom_headers\[0\].value is required"),
        ("dial", "stream_bidirectional_sampling_rate=1", "8000, 16000"),
        ("dial", "record_custom_file_name=" + "x" * 41, "41 characters"),
        ("answer", "client_state.x=1", "client_state has no member 'x': it takes none"),
        ("call_events", "filter.leg_id.x=1", "no member 'x'"),
    ],
)
def test_parse_pairs_names_the_field(action: str, pair: str, words: str) -> None:
    """Every complaint names the field and what it takes."""
    with pytest.raises(UsageError, match=words):
        parse_pairs(action, [pair])


def test_parse_pairs_refuses_names_given_twice() -> None:
    """Two values for one name are a mistake, as are an object and its members."""
    with pytest.raises(UsageError, match="twice"):
        parse_pairs("dial", ["to=a", "to=b"])
    with pytest.raises(UsageError, match="twice"):
        parse_pairs("call_events", ['page={"size": 1}', "page.size=2"])
    free = "conversation_relay_config.custom_parameters.a"
    with pytest.raises(UsageError, match="beside"):
        parse_pairs("answer", [f"{free}=1", f"{free}.b=2"])


def problem_codes(action: str, **params: object) -> list[tuple[str | None, str | None]]:
    return [(problem.code, problem.pointer) for problem in check(action, params)]


def test_check_finds_nothing_wrong_with_a_good_dial() -> None:
    """A complete, well typed dial has no problems."""
    assert (
        check(
            "dial",
            {
                "connection_id": "1",
                "from": "+15550100",
                "to": ["+15550101", "sip:a@b"],
                "timeout_secs": 30,
                "client_state": "YWJj",
                "custom_headers": [{"name": "X", "value": "y"}],
                "webhook_retries_policies": {"call.hangup": {"retries_ms": [100]}},
                "webhook_urls": {"call.hangup": "https://a.example"},
            },
        )
        == ()
    )


def test_check_complains_in_telnyx_codes() -> None:
    """Missing, wrong type, wrong choice, out of range, bad base64."""
    found = check(
        "dial",
        {
            "to": 5,
            "from": "+15550100",
            "record": "yes",
            "time_limit_secs": 10,
            "bridge_intent": "true",
            "client_state": "!",
            "custom_headers": [{"name": 1}],
            "webhook_urls": {"call.hangup": 7},
            "nonsense": 1,
        },
    )

    assert {(problem.code, problem.pointer) for problem in found} == {
        ("10004", "connection_id"),
        ("10026", "to"),
        ("10032", "record"),
        ("10033", "time_limit_secs"),
        ("10026", "bridge_intent"),
        ("90017", "client_state"),
        ("10026", "custom_headers[0].name"),
        ("10004", "custom_headers[0].value"),
        ("10026", "webhook_urls.call.hangup"),
        (None, "nonsense"),
    }
    assert all(isinstance(problem, Problem) and problem.advice for problem in found)


def test_check_lets_a_queue_stand_in_for_the_other_leg() -> None:
    """VOICE (h) 3: the specification requires what the documentation leaves out."""
    assert problem_codes("bridge") == [("10004", "call_control_id")]
    assert problem_codes("bridge", queue="q") == []
    assert problem_codes("bridge", call_control_id="B") == []


def test_check_follows_discriminators() -> None:
    """The chosen variant decides what its members may be."""
    assert problem_codes("speak", payload="x", voice="v", voice_settings={"type": "aws"}) == []
    wrong = problem_codes("speak", payload="x", voice="v", voice_settings={"type": "nobody"})
    assert [pointer for _, pointer in wrong] == ["voice_settings"]


def test_check_knows_that_one_of_several_is_needed() -> None:
    """A relay needs an address of one kind or another."""
    assert [p.code for p in check("conversation_relay_start", {})] == ["10004"]
    assert check("conversation_relay_start", {"url": "wss://a.example"}) == ()


def test_check_tells_booleans_from_numbers() -> None:
    """True is not 1, and 1 is not true."""
    assert problem_codes("speak", payload="x", voice="v", loop=True) == [("10026", "loop")]
    assert problem_codes(
        "dial", connection_id="1", to="a", **{"from": "b", "bridge_intent": 1}
    ) == [("10026", "bridge_intent")]


def test_pairs_reach_into_lists() -> None:
    """Entries count from 0, in any order; names with dots stay whole."""
    params = parse_pairs(
        "dial",
        [
            "to.1=+13125550111",
            "to.0=+13125550110",
            "custom_headers.0.name=X-A",
            "custom_headers.0.value=@@1",
            "webhook_retries_policies.call.hangup.retries_ms.0=5",
            "webhook_retries_policies.call.hangup.retries_ms.1=7",
        ],
    )

    assert params == {
        "to": ["+13125550110", "+13125550111"],
        "custom_headers": [{"name": "X-A", "value": "@1"}],
        "webhook_retries_policies": {"call.hangup": {"retries_ms": [5, 7]}},
    }


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["custom_headers.name=a"], "custom_headers is a list, so 'name' is no member of it"),
        (["custom_headers.1.name=a"], r"custom_headers\.0 is missing"),
        (["custom_headers=[]", "custom_headers.0.name=a"], "is given beside custom_headers=…"),
        (["custom_headers.0.name=a", "custom_headers.name=a"], "count its entries from 0"),
        (["custom_headers.0.nme=a"], r"custom_headers\.0 has no member 'nme': did you mean name\?"),
        (["custom_headers.0.name=a", "custom_headers.0.name=b"], "is given twice"),
        (["custom_headers.0=a"], r"custom_headers\.0 has to be an object"),
        (["custom_headers.99999.name=a"], "count its entries from 0"),
        (["to.0=a"], "to has no member '0'"),
    ],
)
def test_pairs_of_lists_name_what_is_wrong(pairs: list[str], said: str) -> None:
    """The entry and its member."""
    with pytest.raises(UsageError, match=said):
        parse_pairs("transfer", pairs)
