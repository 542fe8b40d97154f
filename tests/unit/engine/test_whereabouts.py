"""What the programs that an engine starts are not told."""

from __future__ import annotations

from console.engine.whereabouts import _without_key
from console.secret import Secret
from tests.unit.engine.fakes import settings

KEY = "KEY0123456789"


def test_whereabouts_tell_a_tunnel_no_key() -> None:
    """Under whatever name it stands in the environment, also where it ends in a line break as files do."""
    environ = {"TELNYX_API_KEY": KEY, "OTHER": f" {KEY}\n", "PATH": "/bin"}

    assert _without_key(environ, settings(api_key=Secret(KEY))) == {"PATH": "/bin"}
    assert _without_key(environ, settings()) == environ
