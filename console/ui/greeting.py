"""What a desk has to settle with its engine once it answers: a URL that was left, one to be taken, another target."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.domain.text import clean
from console.life import LifeState
from console.reports import Health

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp
    from console.ui.services import Services


def greet(app: ConsoleApp, services: Services, health: Health, settled: set[Hashable]) -> None:
    """Asks and says each thing once; `settled` remembers which."""
    _compare_target(app, services, health, settled)
    _compare_hearing(app, services, health, settled)
    if len(app.screen_stack) > 1 or services.options.read_only:
        # Nobody is interrupted in a dialog; there is another time.
        return
    taking, tunnel = health.taking, health.tunnel
    is_left = taking is not None and taking.is_left
    if is_left:
        once: Hashable = ("left", health.pid)
    elif services.options.take_url and taking is None:
        if tunnel is not None and tunnel.state == "starting":
            return
        once = "take"
    else:
        return
    if once in settled:
        return
    # Who is asked about what was left has been asked about taking it, too.
    settled |= {once, "take"}
    from console.ui.screens.taking import take_or_give_back

    take_or_give_back(app, services, None, lambda: None)


def _compare_target(
    app: ConsoleApp, services: Services, health: Health, settled: set[Hashable]
) -> None:
    """An engine that was there before the desk goes on as it was started."""
    wanted, life = services.options.forward, services.life
    key = ("target", health.pid)
    if wanted is None or life is None or life.state is not LifeState.ATTACHED or key in settled:
        return
    settled.add(key)
    target = health.forward.target if health.forward is not None else None
    found = "" if target is None else target.url
    if found.rstrip("/") == wanted.partition("?")[0].rstrip("/"):
        return
    does = f"forwards to {clean(found)}" if found else "forwards nothing"
    wants = f"not to {clean(wanted)}" if wanted else "although nothing was to be forwarded"
    app.notify(
        f"the engine that already runs (process {health.pid}) {does}, {wants}: end it first, then"
        " start again",
        title="Forwarding",
        severity="warning",
        timeout=20,
        markup=False,
    )


def _compare_hearing(
    app: ConsoleApp, services: Services, health: Health, settled: set[Hashable]
) -> None:
    """The same for `--poll`, `--port` and `--host`, which are for an engine that is still to be started."""
    life = services.life
    key = ("hearing", health.pid)
    if life is None or life.state is not LifeState.ATTACHED or key in settled:
        return
    settled.add(key)
    without_effect = _without_effect(services, health)
    if not without_effect:
        return
    does = f"listens on {urlsplit(health.webhook_url).netloc}"
    if health.poll is not None:
        does = "reads Telnyx's records"
    app.notify(
        f"the engine that already runs (process {health.pid}) {clean(does)}:"
        f" {' and '.join(without_effect)} changed nothing; end it first, then start again",
        title="Engine",
        severity="warning",
        timeout=20,
        markup=False,
    )


def _without_effect(services: Services, health: Health) -> list[str]:
    """The flags that were given and that the engine does not go by."""
    options, polls = services.options, health.poll is not None
    listens = urlsplit(health.webhook_url)
    given = []
    if options.poll and not polls:
        given.append("--poll")
    if options.port and not options.poll and (polls or options.port != listens.port):
        given.append(f"--port {options.port}")
    anywhere = (None, "", "0.0.0.0", "::", "localhost")
    if options.host not in anywhere and not options.poll and options.host != listens.hostname:
        given.append(f"--host {clean(options.host or '')}")
    return given
