"""The verifier says in words which check failed; the signer is its counterpart."""

from __future__ import annotations

import base64

import pytest

from console.errors import ConfigError, SignatureError
from console.telnyx.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Signer, Verifier

NOW = 1_795_349_071
RAW = b'{"data":{}}'
SIGNER = Signer(bytes(range(32)))
VERIFIER = Verifier(SIGNER.public_key)


def verify(
    raw: bytes = RAW,
    *,
    timestamp: str | None = str(NOW),
    signature: str | None = None,
    now_s: float = NOW,
) -> int:
    if signature is None:
        signature = SIGNER.headers(RAW, now_s=NOW)[SIGNATURE_HEADER]
    return VERIFIER.verify(raw, timestamp=timestamp, signature=signature, now_s=now_s)


def test_verify_returns_the_timestamp() -> None:
    """A good delivery gives Telnyx's clock in seconds."""
    assert verify(now_s=NOW + 12.5) == NOW


@pytest.mark.parametrize("offset", [-300, 300])
def test_verify_accepts_the_tolerance_itself(offset: int) -> None:
    """300 s in either direction are still fresh."""
    assert verify(now_s=NOW + offset) == NOW


@pytest.mark.parametrize(
    ("now_s", "words"),
    [
        (NOW + 301, "timestamp is stale by 301 s (clock here is ahead by 301 s"),
        (NOW - 301, "timestamp is stale by 301 s (clock here is behind by 301 s"),
        (NOW + 300.5, "timestamp is stale by 300 s"),
    ],
)
def test_verify_says_how_stale_a_timestamp_is(now_s: float, words: str) -> None:
    """The reason has the age and which way the clock may be wrong."""
    with pytest.raises(SignatureError) as caught:
        verify(now_s=now_s)

    assert words in caught.value.user_message


@pytest.mark.parametrize("signature", ["", None])
def test_verify_refuses_without_a_signature(signature: str | None) -> None:
    """No header and an empty one are the same."""
    with pytest.raises(SignatureError, match=r"^no signature header$"):
        VERIFIER.verify(RAW, timestamp=str(NOW), signature=signature, now_s=NOW)


@pytest.mark.parametrize("timestamp", ["", None])
def test_verify_refuses_without_a_timestamp(timestamp: str | None) -> None:
    """Without a timestamp nothing can be checked."""
    with pytest.raises(SignatureError, match=r"^no timestamp header$"):
        verify(timestamp=timestamp)


@pytest.mark.parametrize("timestamp", ["soon", "1.5", "0x1f", "9" * 5000, "\udcff", "1 2"])
def test_verify_refuses_timestamps_that_are_no_numbers(timestamp: str) -> None:
    """Whatever is no whole number is named as such, not crashed on."""
    with pytest.raises(SignatureError, match=r"^timestamp is not a number$"):
        verify(timestamp=timestamp)


@pytest.mark.parametrize("timestamp", ["9" * 4000, "-" + "9" * 400, str(NOW * 1000)])
def test_verify_survives_absurd_timestamps(timestamp: str) -> None:
    """Milliseconds and thousands of digits are stale, and said in a short sentence."""
    with pytest.raises(SignatureError, match="stale") as caught:
        verify(timestamp=timestamp)

    assert len(caught.value.user_message) < 200


@pytest.mark.parametrize("signature", ["no base64!", "ä", "\udcff", "abc"])
def test_verify_refuses_signatures_that_are_no_base64(signature: str) -> None:
    """Neither stray characters nor wrong padding are forgiven."""
    with pytest.raises(SignatureError, match=r"^signature is not base64$"):
        verify(signature=signature)


@pytest.mark.parametrize("length", [0, 3, 63, 65])
def test_verify_says_how_long_a_wrong_signature_is(length: int) -> None:
    """A signature has 64 bytes."""
    signature = base64.b64encode(b"x" * length).decode() or "===="
    with pytest.raises(SignatureError, match=f"signature has {length} bytes|not base64"):
        verify(signature=signature)


def test_verify_refuses_an_altered_body() -> None:
    """One more space is another body."""
    with pytest.raises(SignatureError, match=r"^signature does not match$"):
        verify(RAW + b" ")


def test_verify_refuses_another_timestamp_than_the_signed_one() -> None:
    """A replay cannot be freshened up, not even by another spelling of the same number."""
    for timestamp in (str(NOW + 1), f" {NOW}", f"+{NOW}"):
        with pytest.raises(SignatureError, match=r"^signature does not match$"):
            verify(timestamp=timestamp)


def test_verify_takes_bodies_that_are_no_text() -> None:
    """Signed are the raw bytes, whatever they are."""
    raw = b"\xff\xfe\x00"
    headers = SIGNER.headers(raw, now_s=NOW)

    sent_s = VERIFIER.verify(
        raw, timestamp=headers[TIMESTAMP_HEADER], signature=headers[SIGNATURE_HEADER], now_s=NOW
    )

    assert sent_s == NOW


@pytest.mark.parametrize("key", ["", "x", "abc=", base64.b64encode(b"k" * 31).decode(), "ä" * 44])
def test_verifier_refuses_malformed_keys(key: str) -> None:
    """A key that cannot be one is a configuration error that does not repeat it."""
    with pytest.raises(ConfigError) as caught:
        Verifier(key)

    assert len(key) < 4 or key not in caught.value.user_message


def test_verifier_forgives_blanks_around_the_key() -> None:
    """Keys are copied from a web page."""
    Verifier(f" {SIGNER.public_key}\n")


def test_signer_is_deterministic_with_a_seed() -> None:
    """The same seed gives the same key; without one every signer is its own."""
    assert Signer(bytes(range(32))).public_key == SIGNER.public_key
    assert Signer().public_key != Signer().public_key
