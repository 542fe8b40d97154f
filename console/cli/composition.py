"""Builds the parts from the configuration. Nothing is loaded here that the caller's own command does not need."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import console
from console.config.load import Loaded
from console.config.model import Forward, Settings
from console.config.secrets import api_key, public_key
from console.errors import ConfigError

if TYPE_CHECKING:
    from console.engine.forward.plan import ForwardPlan
    from console.engine.poll.pace import Bounds
    from console.engine.settings import EngineSettings
    from console.engine.tunnel.plan import TunnelPlan


_LOGIN_VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")
"""Where `getpass` looks first, which takes a while to load."""


def engine_settings(loaded: Loaded, *, grace_s: float | None = None) -> "EngineSettings":
    """What an engine needs, secrets fetched. Raises `ConfigError`."""
    from console.engine.settings import EngineSettings

    settings = loaded.settings
    api, listen = settings.api, settings.listen
    return EngineSettings(
        journal=loaded.journal_path,
        host=listen.host,
        port=listen.port,
        path=listen.path,
        body_limit_bytes=listen.body_limit_bytes,
        read_timeout_s=listen.read_timeout_s,
        max_connections=listen.max_connections,
        public_url=listen.public_url or None,
        media_path=listen.media_path,
        media_public_url=listen.media_public_url or None,
        media_max_streams=listen.media_max_streams,
        public_key=public_key(loaded),
        tolerance_s=listen.tolerance_s,
        api_key=api_key(loaded, os.environ).secret,
        base_url=api.base_url,
        connection_id=api.connection_id or None,
        profile=loaded.profile,
        read_only=settings.read_only,
        request_timeout_s=api.request_timeout_s,
        max_attempts=api.max_attempts,
        grace_s=grace_s,
        keep_days=settings.journal.keep_days,
        keep_mb=settings.journal.keep_mb,
        admin_host=settings.admin.host,
        admin_port=settings.admin.port,
        forward=forward_plan(settings.forward, listen.port),
        poll=_poll_bounds(settings),
        tunnel=_tunnel_plan(settings),
    )


def _tunnel_plan(settings: Settings) -> "TunnelPlan | None":
    """None where no tunnel is to be started. Raises `ConfigError` for one that cannot be."""
    tunnel = settings.tunnel
    if not tunnel.command:
        return None
    from console.engine.tunnel.plan import plan_of

    return plan_of(tunnel.command, tunnel.url_pattern, tunnel.start_timeout_s)


def _poll_bounds(settings: Settings) -> "Bounds | None":
    """None where webhooks are heard. Raises `ConfigError` for what cannot go together."""
    poll = settings.poll
    if not poll.enabled:
        return None
    from console.engine.poll.pace import Bounds

    if settings.forward.target or settings.forward.observers:
        raise ConfigError(
            "polling hears no webhooks, so none can be forwarded:"
            " leave out either --poll (poll.enabled) or --forward (forward.target, forward.observers)"
        )
    return Bounds(poll.interval_s, max(poll.interval_s, poll.idle_interval_s))


def forward_plan(forward: Forward, listen_port: int) -> "ForwardPlan | None":
    """None when nothing is to be forwarded. Raises `ConfigError` for a plan that cannot work."""
    if forward == Forward():
        return None
    from console.engine.forward.plan import ForwardPlan, Mode

    values = {name: getattr(forward, name) for name in Forward.__struct_fields__}
    plan = ForwardPlan(**values | {"mode": Mode(forward.mode)})
    plan.check(listen_port)
    return plan if plan.is_wanted else None


def program(*arguments: str) -> list[str]:
    """This very program as a command line for a child process."""
    # -P: a folder called `console` where the user happens to be must not be taken for this package.
    return [sys.executable, "-P", "-m", "console", *arguments]


def program_environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The environment for a child: ours with changes (None: taken out), able to find this package."""
    environment = dict(os.environ)
    for name, value in (changes or {}).items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    root = Path(console.__file__).parent.parent
    if root.name not in ("site-packages", "dist-packages"):
        paths = [str(root), *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    return environment


def operator_name() -> str:
    """Who is recorded with a command: the user's login name."""
    named = [name for name in map(os.environ.get, _LOGIN_VARIABLES) if name]
    if named:
        return named[0]
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
