"""This machine's clock, for the parts that are given one."""

import time

from console.domain.entries import Micros


def now_micros() -> Micros:
    """Now, in µs since 1970."""
    return time.time_ns() // 1_000
