"""Nothing that a terminal obeys gets through; names stay readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import MAX_DEPTH, clean, clean_tree, without_folders


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain +1 312 555 0101", "plain +1 312 555 0101"),
        ("\x1b]0;owned\x07", "␛]0;owned␇"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("\x7f", "␡"),
        ("\x9b31m\x85", "�31m�"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("zero\u200bwidth\u200d\ufeff\u2060", "zerowidth"),
        ("line\u2028para\u2029", "line␤para␤"),
        ("no\u00a0break\u3000space", "no break space"),
        ("\ud800half", "�half"),
        ("\ue000private\U000e0041tag", "�privatetag"),
        ("e\u0301 नमस्ते 日本 🙂", "e\u0301 नमस्ते 日本 🙂"),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
        ("", ""),
    ],
)
def test_clean_makes_control_visible(raw: str, shown: str) -> None:
    """Each kind of character becomes what the module says."""
    assert clean(raw) == shown


@given(st.text(alphabet=st.characters()))
def test_clean_gives_printable_text_and_is_settled(raw: str) -> None:
    """The result is printable, and cleaning it again changes nothing."""
    shown = clean(raw)
    assert shown.isprintable()
    assert clean(shown) == shown


def test_clean_tree_cleans_keys_and_values_everywhere() -> None:
    """Strings at any place of a JSON value; everything else as it was."""
    tree = {"a\x1b": ["\x07", {"b": "\u202ex"}, 1, None, 2.5, True], "c": {}}
    assert clean_tree(tree) == {"a␛": ["␇", {"b": "x"}, 1, None, 2.5, True], "c": {}}


def test_clean_tree_ends_at_a_depth() -> None:
    """Deep nesting is cut, not followed until the interpreter gives up."""
    deep: object = "x"
    for _ in range(10_000):
        deep = [deep]
    found = clean_tree(deep)
    for _ in range(MAX_DEPTH):
        assert isinstance(found, list)
        found = found[0]
    assert found == "…"


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("The journal /home/ann/state/j.db is full.", "The journal j.db is full."),
        ("/j/a.db is not a journal", "a.db is not a journal"),
        ("'~/state/j.db' cannot be opened", "'j.db' cannot be opened"),
        (
            "ask http://127.0.0.1:1/v2/calls and/or /etc",
            "ask http://127.0.0.1:1/v2/calls and/or /etc",
        ),
    ],
)
def test_without_folders_names_files_only(sentence: str, shown: str) -> None:
    """What is wrong comes into sight; addresses stay as they are."""
    assert without_folders(sentence) == shown
