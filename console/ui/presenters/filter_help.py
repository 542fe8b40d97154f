"""The language of filters, a line for each thing that can be written; every example is a filter (a test reads them)."""

from __future__ import annotations

from typing import Final

FILTER_HELP: Final[tuple[tuple[str, str], ...]] = (
    ("ann 555", "Both words somewhere in the row; identifiers from eight characters on"),
    ("ann | bob", "One of them; ( ) group: (ann | bob) state:ringing"),
    ("!ended", "Not that; also !( ), state:!ended"),
    ('"two words"', "Exactly this text, blanks and signs included"),
    ("~^\\+1312", "A regular expression, to the next blank or in quotes"),
    ("state:ringing", "State: ringing, dialing, answered, bridged, queued, conference, ended, unknown, or live"),
    ("from:+1312*", "The caller; in a field * and ? stand for any characters"),
    ("to:support", "Who is called"),
    ("number:+1555*", "Caller or called"),
    ("name:ann", "A contact's name, or the name that Telnyx sent"),
    ("dir:in", "Direction: in or out"),
    ("type:*.hangup", "Events: their type, such as type:call.*; hides no call"),
    ("leg:v3:abc*", "An identifier of the leg"),
    ("session:428c*", "The identifier of the session"),
    ("app:support", "The Call Control application, by id or by name"),
    ("mark:rec", "What goes on beside the state (rec, held, str …), and tags"),
    ("cause:timeout", "Why it ended; several: cause:(user_busy | timeout)"),
    ("sip:486", "The SIP code; sip:4xx for all of one kind"),
    ("wait>20s", "Waiting or waited longer; also < >= <= =, and ms, s, m, h"),
    ("talk>5m", "Talking or talked longer"),
    ("lag>1s", "Events: webhooks that came later than this after they happened"),
    ("attempt>1", "Events: webhooks that were sent again"),
    ("since:10m", "Not older than this; since:14:30 from that time on"),
)  # fmt: skip
