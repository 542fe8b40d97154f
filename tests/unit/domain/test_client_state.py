"""A client state as the text it is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.client_state import decoded
from console.domain.entries import CommandSent
from console.domain.wording import command_detail


@given(st.text())
def test_decoded_gives_the_text_that_was_encoded(text: str) -> None:
    """Whatever it says."""
    raw = text.encode("utf-8", "surrogatepass")
    expected = text if raw.decode("utf-8", "replace") == text else None

    assert decoded(base64.b64encode(raw).decode()) == expected


@pytest.mark.parametrize("value", [None, 7, [], "!", "/w==", "YQ", "YQ==\n"])
def test_decoded_gives_nothing_where_there_is_no_text(value: object) -> None:
    """Never raises."""
    assert decoded(value) is None


def test_command_says_the_client_state_it_sets() -> None:
    """Decoded and cleaned; as it is where it is no text."""

    def said(state: str) -> str:
        return command_detail(
            CommandSent(
                command_id="1", action="client_state_update", call_control_id="A",
                params={"client_state": state}, operator="",
            )
        )  # fmt: skip

    assert said(base64.b64encode(b"for \x1b[2J Ann").decode()) == "state for ␛[2J Ann"
    assert said("/w==") == "state /w=="
