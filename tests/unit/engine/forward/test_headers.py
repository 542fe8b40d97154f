"""Which header lines go on."""

from __future__ import annotations

from console.engine.forward.headers import Raw, Sender, answer_lines, has_passed, request_head

SENDER = Sender("203.0.113.9", "calls.example")


def head(headers: Raw, *, length: int = 2, keep_host: bool = False) -> list[bytes]:
    made = request_head(
        "POST",
        "/hook",
        headers,
        authority="app:3000",
        sender=SENDER,
        pseudonym=b"me",
        length=length,
        keep_host=keep_host,
    )
    assert made.endswith(b"\r\n\r\n")
    return made[:-4].split(b"\r\n")


def test_head_keeps_bytes_order_case_and_repetitions() -> None:
    """Also header values that are no UTF-8, and names that differ in case only."""
    given: Raw = (
        (b"Host", b"calls.example"),
        (b"X-B", b"2"),
        (b"content-Type", b"application/json"),
        (b"x-b", b"caf\xe9"),
        (b"Content-Length", b"2"),
        (b"Cookie", b"a=b"),
        (b"Cookie", b"c=d"),
        (b"X-Empty", b""),
    )

    assert head(given) == [
        b"POST /hook HTTP/1.1",
        b"Host: app:3000",
        b"X-B: 2",
        b"content-Type: application/json",
        b"x-b: caf\xe9",
        b"Content-Length: 2",
        b"Cookie: a=b",
        b"Cookie: c=d",
        b"X-Empty: ",
        b"X-Forwarded-For: 203.0.113.9",
        b"X-Forwarded-Proto: http",
        b"X-Forwarded-Host: calls.example",
        b"Via: 1.1 me",
    ]


def test_head_drops_what_is_meant_for_this_hop_only() -> None:
    """The listed fields, those that Connection names, and what was settled before: Expect and chunks."""
    given: Raw = (
        (b"Connection", b"close, X-Secret-Hop"),
        (b"x-secret-hop", b"1"),
        (b"Keep-Alive", b"timeout=5"),
        (b"TE", b"trailers"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Upgrade", b"h2c"),
        (b"Proxy-Authorization", b"Basic x"),
        (b"Expect", b"100-continue"),
    )

    assert head(given)[2:3] == [b"Content-Length: 2"]
    assert not {b"x-secret-hop: 1", b"TE: trailers", b"Expect: 100-continue"} & set(head(given))


def test_connection_cannot_name_the_length_or_the_host_away() -> None:
    """What frames the request stays whatever a sender writes."""
    lines = head(((b"Connection", b"content-length, host"), (b"Content-Length", b"2")))

    assert b"Content-Length: 2" in lines
    assert b"Host: app:3000" in lines


def test_head_respects_what_earlier_proxies_said() -> None:
    """A tunnel's https stays https; our own address is one more in the list."""
    lines = head(((b"X-Forwarded-For", b"198.51.100.1"), (b"X-Forwarded-Proto", b"https")))

    assert [line for line in lines if line.startswith(b"X-Forwarded-For")] == [
        b"X-Forwarded-For: 198.51.100.1",
        b"X-Forwarded-For: 203.0.113.9",
    ]
    assert [line for line in lines if line.startswith(b"X-Forwarded-Proto")] == [
        b"X-Forwarded-Proto: https"
    ]


def test_head_keeps_the_host_when_asked() -> None:
    """For applications that look at it."""
    assert head(((b"Host", b"calls.example"),), keep_host=True)[1] == b"Host: calls.example"


def test_head_of_a_request_without_a_body_invents_no_length() -> None:
    """A GET stays a GET."""
    assert not [x for x in head((), length=0) if x.startswith(b"Content-Length")]


def test_answer_keeps_its_end_to_end_lines() -> None:
    """Cookies twice, an odd reason's length, but not what the application's server said to us."""
    given: Raw = (
        (b"Set-Cookie", b"a"),
        (b"Set-Cookie", b"b"),
        (b"Content-Length", b"3"),
        (b"Connection", b"x-hop"),
        (b"X-Hop", b"1"),
        (b"Server", b"app"),
    )

    assert answer_lines(given) == [
        b"Set-Cookie: a",
        b"Set-Cookie: b",
        b"Content-Length: 3",
        b"Server: app",
    ]


def test_loop_is_seen_by_our_own_name_in_via() -> None:
    """Another console in front of this one is no loop."""
    assert has_passed(((b"via", b"1.1 x, 1.1 me"),), b"me")
    assert not has_passed(((b"Via", b"1.1 call-console-1"),), b"call-console-2")
