"""One entry, whole."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from console.domain.entries import Kind
from console.ui.presenters.cells import Line
from console.ui.presenters.event_cursor import EventCursor
from console.ui.presenters.event_head import HeadItem
from console.ui.presenters.event_rows import EventRows, raw_line
from console.ui.presenters.event_search import EventSearch
from console.ui.presenters.glyphs import ASCII
from console.ui.presenters.json_lines import quoted
from tests.fixtures.hostile import HOSTILE, is_safe
from tests.fixtures.samples import entry, event, refused


def text_of(line: Line) -> str:
    """The text of a line."""
    return "".join(span.text for span in line)


def all_text(rows: EventRows, width: int = 80) -> str:
    """Every line."""
    return "\n".join(text_of(rows.draw(rows.key_at(n), 0, width)) for n in range(len(rows)))


def folder(rows: EventRows, label: str) -> tuple[int, int]:
    """The row that folds a group of the head."""
    keys = (rows.key_at(n) for n in range(len(rows)))
    return next(k for k in keys if (item := rows.item(k)) is not None and item.label == label)


def row_of(rows: EventRows, words: str) -> tuple[int, int]:
    """The first row with these words."""
    keys = [rows.key_at(n) for n in range(len(rows))]
    return next(key for key in keys if words in text_of(rows.draw(key, 0, 80)))


def body_of(rows: EventRows) -> list[str]:
    """The lines below the head."""
    lines = all_text(rows).split("\n")
    blank = next(place for place, line in enumerate(lines) if not line.strip())
    return [line.strip() for line in lines[blank + 1 :]]


def showing(body: bytes, width: int = 80) -> EventRows:
    """The rows of an entry with this body."""
    rows = EventRows()
    rows.resize(width)
    rows.show(entry(1, body=body), event(1))
    return rows


def test_head_shows_the_client_state_decoded() -> None:
    """The body has it as base64; a control character of it obeys nobody."""
    rows = EventRows()
    rows.resize(80)
    rows.show(entry(1), event(1, {"client_state": "Zm9yIBtbMkogQW5u"}))

    assert "state       for ␛[2J Ann" in all_text(rows)


def test_head_says_what_when_and_how() -> None:
    """Type, times, lag, attempt, address, signature, sender, headers."""
    rows = EventRows()
    raw = entry(1, remote="203.0.113.9", headers=(("user-agent", "telnyx-webhooks"),), attempt=2)

    rows.show(
        raw,
        event(1),
        deliveries=[raw, entry(2, attempt=1)],
        ties=[HeadItem("confirms", "answer, 427 ms")],
    )

    EventCursor(rows).toggle(folder(rows, "headers"))
    text = all_text(rows)
    for words in ("call.initiated", "lag 112 ms", "attempt 2", "https://example.com/webhooks", "verified",
                  "203.0.113.9", "user-agent: telnyx-webhooks", "confirms", "427 ms", "v2"):  # fmt: skip
        assert words in text


def test_refused_signature_is_bad() -> None:
    """The check that failed, in words."""
    rows = EventRows()
    rows.show(*refused(1))

    assert "refused: signature does not match" in all_text(rows)


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
              ties=[HeadItem(text, text)])  # fmt: skip

    lines = [text_of(rows.draw(rows.key_at(n), 0, 70)) for n in range(len(rows))]

    assert all(is_safe(line) for line in lines)
    assert all(cell_len(line) <= 70 for line in lines)


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
    rows = EventRows()
    rows.show(entry(1, body=body), event(1))

    assert words in all_text(rows)


def test_raw_bytes_are_lazy_and_whole() -> None:
    """A line per sixteen bytes, made when it is looked at."""
    rows = EventRows()
    rows.show(entry(1, body=bytes(range(256)) * 4096), event(1))
    head = len(rows)
    rows.resize(100)

    rows.toggle_raw()

    assert len(rows) > 65_536
    assert head < 40
    last = text_of(rows.draw(rows.key_at(len(rows) - 1), 0, 100))
    assert last.strip().startswith("000ffff0  f0 f1")


def test_raw_line() -> None:
    """Offset, bytes, characters."""
    assert text_of(raw_line(b"ab\x1b\n", 0, 8)) == "  00000000  61 62 1b 0a              ab.."


def test_note_of_the_console_is_not_signed() -> None:
    """Our own entries say whose they are."""
    rows = EventRows()
    rows.show(entry(1, Kind.NOTE, reason="x"), refused(1)[1])

    assert "written by this console" in all_text(rows)


BODY = b'{"data": {"tags": ["a", 1.00, true], "none": {}, "deep": {"x": null}}, "meta": {"n": 2}}'


def test_json_is_indented_and_numbers_are_as_written() -> None:
    """What is empty has nothing to fold; commas are where JSON has them."""
    assert body_of(showing(BODY)) == [
        "▾ {", '▾ "data": {', '▾ "tags": [', '"a",', "1.00,", "true", "],", '"none": {},',
        '▾ "deep": {', '"x": null', "}", "},", '▾ "meta": {', '"n": 2', "}", "}",
    ]  # fmt: skip


def test_objects_fold_and_say_how_much_is_inside() -> None:
    """By the same key again they unfold; the cursor stays on the object."""
    rows = showing(BODY)
    data = row_of(rows, '"data"')

    assert EventCursor(rows).toggle(data) == data
    assert body_of(rows)[:3] == ["▾ {", '▸ "data": {…},  3 members', '▾ "meta": {']
    EventCursor(rows).toggle(data)
    assert '"x": null' in body_of(rows)


def test_left_goes_out_and_folds_right_unfolds() -> None:
    """As in any tree: a scalar leads to what holds it."""
    rows = showing(BODY)
    inside = row_of(rows, '"x"')

    deep = EventCursor(rows).step_out(inside)
    assert "deep" in text_of(rows.draw(deep, 0, 80))
    assert EventCursor(rows).step_out(deep) == deep
    assert rows.index_of(inside) is None
    assert EventCursor(rows).step_in(deep) == deep
    assert rows.index_of(inside) is not None
    assert EventCursor(rows).step_in(inside) == inside


def test_folding_all_keeps_the_outermost_and_the_cursor_on_something() -> None:
    """What held the cursor takes it over."""
    rows = showing(BODY)
    inside = row_of(rows, '"x"')

    heir = EventCursor(rows).fold_all(inside)

    assert body_of(rows) == ["▾ {", '▸ "data": {…},  3 members', '▸ "meta": {…}  1 member', "}"]
    assert heir == row_of(rows, '"data"')
    assert EventCursor(rows).unfold_all()
    assert '"x": null' in body_of(rows)


def test_values_are_copied_as_received_and_objects_as_json() -> None:
    """A string without its quotes; what could do harm where it is pasted as JSON; a path that names the place."""
    rows = showing(b'{"a": [{"b c": "x", "n": 1.50}], "evil": "a\\nrm -rf /"}')
    value, number = row_of(rows, '"x"'), row_of(rows, "1.50")

    assert EventCursor(rows).copy_of(value) == ("x", 'a[0]["b c"]')
    assert EventCursor(rows).copy_of(number) == ("1.50", "a[0].n")
    assert EventCursor(rows).path_of(number) == "a[0].n"
    whole = EventCursor(rows).copy_of(row_of(rows, '"a"'))
    assert whole is not None
    assert whole.text == '[\n  {\n    "b c": "x",\n    "n": 1.50\n  }\n]'
    assert EventCursor(rows).copy_of(row_of(rows, "evil")) == (
        '"a\\nrm -rf /"',
        "evil, as JSON text,",
    )
    assert EventCursor(rows).path_of(rows.key_at(0)) is None
    rows.toggle_raw()
    raw = EventCursor(rows).copy_of(rows.key_at(len(rows) - 1))
    assert raw is not None
    assert raw.text.startswith('{"a": [{')


def test_long_text_goes_on_below_and_a_longer_one_is_folded() -> None:
    """Nothing is lost, nothing wider than the screen, and copying gives all of it."""
    body = json.dumps({"state": "x" * 500, "name": "日本" * 100, "huge": "y" * 9_000}).encode()
    rows = showing(body, 40)

    lines = [text_of(rows.draw(rows.key_at(n), 0, 40)) for n in range(len(rows))]
    assert all(cell_len(line) <= 40 for line in lines)
    text = "".join(lines)
    assert text.count("日") == 100
    assert text.count("x") == 500 + text.count("example.com")
    assert "… 9 000 characters" in text
    huge = row_of(rows, "huge")
    copied = EventCursor(rows).copy_of(huge)
    assert copied is not None
    assert copied.text == "y" * 9_000
    before = len(rows)
    EventCursor(rows).toggle(huge)
    assert len(rows) > before + 200


def test_search_looks_into_what_is_folded_and_reveals_it() -> None:
    """Headers and members that nobody sees yet are found, too."""
    rows = EventRows()
    raw = entry(1, body=BODY, headers=(("user-agent", "telnyx-webhooks"),))
    rows.show(raw, event(1))
    EventCursor(rows).fold_all(None)
    search = EventSearch(rows)
    texts = search.texts()

    place = next(n for n, text in enumerate(texts) if text.startswith('"x"'))
    key = search.reveal(place)
    assert key is not None
    assert rows.index_of(key) is not None
    assert '"x": null' in text_of(rows.draw(key, 0, 80))
    assert search.place_of(key) == place
    header = next(n for n, text in enumerate(texts) if "telnyx-webhooks" in text)
    found = search.reveal(header)
    assert found is not None
    assert "telnyx-webhooks" in text_of(rows.draw(found, 0, 80))


def test_body_of_a_mebibyte_costs_only_what_is_unfolded() -> None:
    """Crowds begin folded; unfolding one shows its members folded where they are too many; all of it can be had."""
    body = json.dumps({"items": [{"n": n, "text": "x" * 20} for n in range(25_000)]}).encode()
    assert len(body) > 1024 * 1024
    rows = showing(body)

    assert "25 000 items" in all_text(rows)
    assert len(rows) < 40
    EventCursor(rows).toggle(row_of(rows, '"items"'))
    assert 25_000 < len(rows) < 35_000
    assert EventCursor(rows).unfold_all()
    assert len(rows) > 100_000


def test_deep_nesting_unfolds_without_end_of_the_screen() -> None:
    """Indentation stops; nothing is recursive."""
    rows = showing(b"[" * 900 + b"1" + b"]" * 900)
    EventCursor(rows).unfold_all()

    lines = [text_of(rows.draw(rows.key_at(n), 0, 80)) for n in range(len(rows))]
    assert any(line.strip().startswith("▸ […]") for line in lines)
    assert all(cell_len(line) <= 80 for line in lines)
    assert EventCursor(rows).copy_of(row_of(rows, "[")) is not None


def test_deliveries_are_listed_with_their_attempts() -> None:
    """Each can be opened but the one that is shown; many are folded."""
    rows = EventRows()
    one, two = entry(1, attempt=1, remote="192.0.2.1"), entry(9, attempt=2, duplicate=True)
    rows.show(one, event(1), [one, two])

    text = all_text(rows)
    assert "2 deliveries" in text
    assert "attempt 1  lag 112 ms  from 192.0.2.1  entry 1, this one" in text
    second = rows.item(row_of(rows, "entry 9"))
    assert second is not None
    assert second.seq == 9
    rows.show(entry(2), event(2), [entry(n) for n in range(2, 12)])
    assert "entry 5" not in all_text(rows)


def test_signs_of_folding_are_ascii_where_asked() -> None:
    """Plus and minus."""
    rows = EventRows(ASCII)
    rows.show(entry(1, body=BODY), event(1))
    EventCursor(rows).fold_all(None)

    assert body_of(rows)[:2] == ["- {", '+ "data": {…},  3 members']
