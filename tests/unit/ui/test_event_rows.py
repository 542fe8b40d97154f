"""One entry, whole."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from console.domain.entries import Kind
from console.ui.presenters.cells import Line, Role
from console.ui.presenters.event_rows import MAX_JSON_LINES, EventRows, body_lines, raw_line
from console.ui.presenters.json_lines import json_lines, parse, quoted
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import entry, event, refused


def text_of(line: Line) -> str:
    """The text of a line."""
    return "".join(span.text for span in line)


def all_text(rows: EventRows, width: int = 80) -> str:
    """Every line."""
    return "\n".join(text_of(rows.draw(rows.key_at(n), 0, width)) for n in range(len(rows)))


def test_head_says_what_when_and_how() -> None:
    """Type, times, lag, attempt, address, signature, sender, headers."""
    rows = EventRows()
    raw = entry(1, remote="203.0.113.9", headers=(("user-agent", "telnyx-webhooks"),), attempt=2)

    rows.show(raw, event(1), deliveries=[raw], extra=[("confirms", "answer, 427 ms")])

    text = all_text(rows)
    for words in ("call.initiated", "lag 112 ms", "attempt 2", "https://example.com/webhooks", "verified",
                  "203.0.113.9", "user-agent: telnyx-webhooks", "confirms", "427 ms", "v2"):  # fmt: skip
        assert words in text


def test_refused_signature_is_bad() -> None:
    """The check that failed, in words."""
    rows = EventRows()
    rows.show(*refused(1))

    assert "refused: signature does not match" in all_text(rows)


def test_json_is_indented_and_coloured_by_role() -> None:
    """Keys, strings, numbers and literals; numbers exactly as they were written."""
    value = parse(b'{"a": ["x", 1.00, true], "b": {}, "c": null}')

    lines = list(json_lines(value, 80))

    assert [text_of(line) for line in lines] == [
        "{", '  "a": [', '    "x",', "    1.00,", "    true", "  ],", '  "b": {},', '  "c": null', "}",
    ]  # fmt: skip
    assert {span.role for line in lines for span in line} == {
        Role.TEXT, Role.JSON_KEY, Role.JSON_STRING, Role.JSON_NUMBER, Role.JSON_LITERAL,
    }  # fmt: skip


def test_long_string_goes_on_in_the_next_line() -> None:
    """Nothing of it is lost, nothing is wider than the screen."""
    value = {"client_state": "x" * 500, "name": "日本" * 100}

    lines = [text_of(line) for line in json_lines(value, 40)]

    assert all(cell_len(line) <= 40 for line in lines)
    assert "".join(lines).count("x") == 500
    assert "".join(lines).count("日") == 100


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_json_escapes_what_is_not_plain_text(text: str) -> None:
    """Escapes, as JSON has them, read back as the same string."""
    assert is_safe(quoted(text))
    assert quoted(text).isprintable()
    assert json.loads(quoted(text)) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_event_is_drawn_safely(text: str) -> None:
    """Every field, header, key and value."""
    body = json.dumps({"data": {text: [text, {text: text}]}}).encode()
    raw = entry(1, body=body, headers=((text, text),), remote=text, event_id=text, call_control_id=text,
                call_leg_id=text, call_session_id=text)  # fmt: skip
    rows = EventRows()
    rows.resize(70)
    rows.show(raw, event(1, {"from": text, "to": text}, type=text, delivered_to=text, envelope=text),
              extra=[(text, text)])  # fmt: skip

    lines = [text_of(rows.draw(n, 0, 70)) for n in range(len(rows))]

    assert all(is_safe(line) for line in lines)
    assert all(cell_len(line) <= 70 for line in lines)


def test_body_of_a_mebibyte_is_bounded_and_says_where_it_was_cut() -> None:
    """So many lines and no more, with a word about the rest."""
    body = json.dumps({"items": [{"n": n, "text": "x" * 20} for n in range(25_000)]}).encode()
    assert len(body) > 1024 * 1024

    lines = body_lines(body, 100)

    assert len(lines) == MAX_JSON_LINES + 1
    assert "cut after 4000 lines" in text_of(lines[-1])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no body"),
        (b"not json", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b" " * (2 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_body_that_is_no_json_points_to_the_bytes(body: bytes, words: str) -> None:
    """Never an error; a sentence."""
    assert words in text_of(body_lines(body, 80)[0])


def test_nesting_beyond_the_limit_is_an_ellipsis() -> None:
    """Indentation stays within the screen."""
    body = b"[" * 60 + b"1" + b"]" * 60

    assert any("[…]" in text_of(line) for line in body_lines(body, 80))


def test_raw_bytes_are_lazy_and_whole() -> None:
    """A line per sixteen bytes, made when it is looked at."""
    rows = EventRows()
    rows.show(entry(1, body=bytes(range(256)) * 4096), event(1))
    head = len(rows)
    rows.resize(100)

    rows.toggle_raw()

    assert len(rows) > 65_536
    assert head < 40
    last = text_of(rows.draw(len(rows) - 1, 0, 100))
    assert last.strip().startswith("000ffff0  f0 f1")


def test_raw_line() -> None:
    """Offset, bytes, characters."""
    assert text_of(raw_line(b"ab\x1b\n", 0, 8)) == "  00000000  61 62 1b 0a              ab.."


def test_note_of_the_console_is_not_signed() -> None:
    """Our own entries say whose they are."""
    rows = EventRows()
    rows.show(entry(1, Kind.NOTE, reason="x"), refused(1)[1])

    assert "written by this console" in all_text(rows)
