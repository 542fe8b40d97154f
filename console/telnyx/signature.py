"""Ed25519 signatures of webhooks: checking Telnyx's, and making our own for the simulator and for replays.

Signed are the text of the `telnyx-timestamp` header, a `|` and the raw body, as sent (VOICE (d)); the signature
travels as base64 in `telnyx-signature-ed25519`. Accepted and refused is what the official Python package accepts
and refuses. Whatever cannot be checked is refused. The only module that imports PyNaCl.
"""

from __future__ import annotations

import base64
import binascii

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from console.errors import ConfigError, SignatureError

SIGNATURE_HEADER = "telnyx-signature-ed25519"
TIMESTAMP_HEADER = "telnyx-timestamp"
KEY_BYTES = 32
SIGNATURE_BYTES = 64

_SHOWN_AGE_LIMIT_S = 10**10


class Verifier:
    """Checks deliveries against one public key. Times are seconds; `tolerance_s` counts in both directions."""

    __slots__ = ("_key", "tolerance_s")

    def __init__(self, public_key: str, tolerance_s: int = 300) -> None:
        """Takes the key as the portal shows it. Raises `ConfigError` if it is no base64 of 32 bytes."""
        self._key = bytes(VerifyKey(_key_bytes(public_key)))
        self.tolerance_s = tolerance_s

    def verify(
        self, raw: bytes, *, timestamp: str | None, signature: str | None, now_s: float
    ) -> int:
        """Telnyx's timestamp in seconds since 1970, if all is well.

        Raises `SignatureError` with the first check that failed, in words.
        """
        if not signature:
            raise SignatureError("no signature header")
        if not timestamp:
            raise SignatureError("no timestamp header")
        sent_s = self._fresh(timestamp, now_s)
        # As PyNaCl wants it: the signature, then what was signed.
        stamp = timestamp.encode("utf-8", "surrogateescape")
        signed = b"%b%b|%b" % (_signature_bytes(signature), stamp, raw)
        try:
            crypto_sign_open(signed, self._key)
        except BadSignatureError:
            raise SignatureError("signature does not match") from None
        return sent_s

    def _fresh(self, timestamp: str, now_s: float) -> int:
        try:
            sent_s = int(timestamp)
        except ValueError:
            raise SignatureError("timestamp is not a number") from None
        # Comparing (not subtracting) an int with a float is exact and cannot overflow, however long the header.
        if now_s - self.tolerance_s <= sent_s <= now_s + self.tolerance_s:
            return sent_s
        age_s = max(-_SHOWN_AGE_LIMIT_S, min(_SHOWN_AGE_LIMIT_S, int(now_s) - sent_s))
        clock = (
            f"clock here is ahead by {age_s} s, or the delivery was held back"
            if age_s > 0
            else f"clock here is behind by {-age_s} s"
        )
        raise SignatureError(
            f"timestamp is stale by {abs(age_s)} s ({clock}; {self.tolerance_s} s are allowed)"
        )


class Signer:
    """Signs bodies as Telnyx does, with a key of its own. `seed` is 32 bytes; random when not given."""

    __slots__ = ("_key", "public_key")

    def __init__(self, seed: bytes | None = None) -> None:
        self._key = SigningKey.generate() if seed is None else SigningKey(seed)
        self.public_key = base64.b64encode(bytes(self._key.verify_key)).decode("ascii")

    def headers(self, raw: bytes, *, now_s: float) -> dict[str, str]:
        """The two headers that make `raw` a verified delivery of the whole second `now_s`."""
        timestamp = str(int(now_s))
        signed = self._key.sign(timestamp.encode("ascii") + b"|" + raw).signature
        return {
            SIGNATURE_HEADER: base64.b64encode(signed).decode("ascii"),
            TIMESTAMP_HEADER: timestamp,
        }


def _key_bytes(public_key: str) -> bytes:
    try:
        key = base64.b64decode(public_key.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(
            "the public key is not base64 of 32 bytes: copy it from the Telnyx portal,"
            " Account Settings, Keys & Credentials, Public Key"
        )
    return key


def _signature_bytes(signature: str) -> bytes:
    try:
        decoded = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError("signature is not base64") from None
    if len(decoded) != SIGNATURE_BYTES:
        raise SignatureError(f"signature has {len(decoded)} bytes, not {SIGNATURE_BYTES}")
    return decoded
