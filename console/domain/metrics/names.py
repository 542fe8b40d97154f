"""What is counted. A count is named by one of these words, or by a word and a value for a distribution."""

from __future__ import annotations

Count = str | tuple[str, str | int]

OFFERED = "offered"
ANSWERED = "answered"
IN_TIME = "answered in time"
ABANDONED = "abandoned"
SHORT = "abandoned short"
ABANDONED_IN_TIME = "abandoned in time"
TURNED_AWAY = "turned away"
FLOWED = "flowed out"
WAIT_ANSWERED = "wait of answered, µs"
WAIT_ABANDONED = "wait of abandoned, µs"
WAIT = "wait"
GONE = "wait before giving up"

SEIZED = "outgoing"
SEIZED_ANSWERED = "outgoing answered"
SEIZED_OPEN = "outgoing open"
BUSY = "outgoing busy"
NO_ANSWER = "outgoing no answer"
DECLINED = "outgoing rejected"
NETWORK = "outgoing network failure"
SETUP = "setup"
SIP = "sip"

ENDED = "ended"
LASTED = "answered and ended"
DURATION = "duration, µs"
SHORT_CALLS = "short calls"
HANDLED = "handled and ended"
HANDLE = "handle, µs"
HOLD = "hold, µs"
CAUSE = "cause"
SOURCE = "source"
MOS = "mos"
COST = "cost"
COSTED = "calls with a cost"
BILLED = "billed, s"

WEBHOOKS = "webhooks"
REPEATED = "repeated deliveries"
REFUSED = "refused deliveries"
LAG = "lag"
COMMANDS = "commands"
COMMANDS_FAILED = "commands failed"
DIALS_REFUSED = "dials refused"


def rounded(value: int) -> int:
    """The value to three digits, so that a distribution holds few values however many it counts."""
    size = abs(value)
    if size < 1000:
        return value
    step: int = 10 ** (len(str(size)) - 3)
    near = (size + step // 2) // step * step
    return near if value >= 0 else -near
