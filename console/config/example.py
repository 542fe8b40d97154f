"""The example configuration file, made from the model: every key with its default and one comment."""

from collections.abc import Iterator

import tomli_w

from console.config.keys import Key, all_keys, sections

_HEADING = """\
# Call Console: every setting with its default. Copy the lines you want to change to config.toml
# ("call-console config path" says where it lives). An empty text means: not set.
# Strength, from strong to weak: flag, environment variable, profile, this file, default.
# Your API key is never kept here: the three api_key_ settings say where to find it.
"""

_PROFILES = """\
# A profile changes any of these settings when chosen with --profile NAME or CALL_CONSOLE_PROFILE:
#
# [profiles.support.api]
# connection_id = "1234567890"
# [profiles.support.listen]
# port = 8081
"""

_PRESETS = """\
# A preset is a command with parameters filled in: call-console send --preset warm-transfer CALL
#
# [presets.warm-transfer]
# action = "transfer"
# to = "+15550100"
# timeout_secs = 20
"""

_FILTERS = """\
# A filter with a name is chosen with the key F, for the calls or for the events.
#
# [filters]
# waiting = "state:waiting wait>20s"
# failures = "cause:(call_rejected | user_busy) | sip:5xx"
"""

_KEYS = """\
# Keys of your own, by the action's id (docs/keys.md lists them): one key, several, or "" for none. The preset vim has
# h and l for panes, g and G for the first and the last line, and x in place of h for hanging up. What clashes is left out.
#
# [keys]
# preset = "vim"
# "call.answer" = ["a", "f5"]
# "call.reject" = ""
"""

_ALERTS = """\
# An alert rings when what it watches crosses its limit: longest_wait and talk_time (seconds), service_level (percent,
# below), failure_rate (percent of outgoing calls), silence (seconds without a webhook while calls are live), refused
# (webhooks refused within five minutes). The command gets the alert as JSON on stdin; no shell reads it.
#
# [alerts.long-wait]
# watch = "longest_wait"
# limit = 60
# clear = 30
# for_s = 5
# bell = true
# desktop = true
# command = ["notify-send", "A caller waits"]
"""


def example() -> str:
    """The whole text of `config.example.toml`."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield _HEADING
    yield _entries("")
    for name, about in sections().items():
        yield f"# {about}\n[{name}]\n{_entries(name)}"
    yield _PROFILES
    yield _PRESETS
    yield _FILTERS
    yield _KEYS
    yield _ALERTS


def _entries(section: str) -> str:
    return "".join(_entry(key) for key in all_keys().values() if key.section == section)


def _entry(key: Key) -> str:
    return f"# {key.doc}\n{tomli_w.dumps({key.leaf: key.default})}"
