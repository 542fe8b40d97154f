"""Chance that can be repeated: every value depends on the seed and on what it is for, never on the order of asking.

So a call behaves the same in two runs with one seed, however the calls and commands around it interleave.
"""

import base64
import hashlib
import random
import uuid


class Fate:
    """Deterministic values for one seed; the labels say what a value is for."""

    __slots__ = ("_key", "seed")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._key = hashlib.blake2b(str(seed).encode(), digest_size=32).digest()

    def octets(self, size: int, *labels: object) -> bytes:
        """`size` bytes, at most 64."""
        text = "\x1f".join(map(str, labels)).encode()
        return hashlib.blake2b(text, key=self._key, digest_size=size).digest()

    def fraction(self, *labels: object) -> float:
        """A number from 0 up to, not including, 1."""
        return int.from_bytes(self.octets(6, *labels), "big") / (1 << 48)

    def between(self, low: float, high: float, *labels: object) -> float:
        """A number between two limits."""
        return low + (high - low) * self.fraction(*labels)

    def uuid(self, *labels: object) -> str:
        """An identifier in the form of a UUIDv4."""
        return str(uuid.UUID(bytes=self.octets(16, *labels), version=4))

    def token(self, *labels: object) -> str:
        """URL-safe text of 54 characters, as long as Telnyx's call_control_id behind its `v3:`."""
        return base64.urlsafe_b64encode(self.octets(40, *labels)).decode().rstrip("=")

    def rng(self, *labels: object) -> random.Random:
        """A generator of its own, for values that are drawn one after the other."""
        return random.Random(self.octets(16, *labels))
