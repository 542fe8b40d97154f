"""What the first frame loads and shows: the start is as quick as what it leaves for later."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, json, sys
from pathlib import Path
import console.__main__, console.cli.direct, console.cli.screen
from console.cli import desk
from console.cli.given import Chosen, Flag
from console.config.contacts import Contacts
from console.journal.opening import open_reader
from console.late import late
from console.store.store import Store

def never():
    raise AssertionError("asked before the first frame")

journal = Path(sys.argv[1])
loaded = Chosen(journal=str(journal)).load({"listen.port": Flag(0, "--port")})

async def main():
    from console.ui.app import ConsoleApp

    class Watched(ConsoleApp):
        def begun(self):
            shown = [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]
            print(json.dumps({"modules": sorted(sys.modules), "shown": shown}), file=sys.__stdout__)
            self.exit()

    reader = open_reader(journal)
    store = Store(reader, clock=desk.now_micros)
    contacts = Contacts.load(loaded.contacts_path)
    app = Watched(store, late(never), Idle(), desk.ui_options(loaded), contacts)
    await app.run_async(headless=True, size=(120, 36))
    reader.close()

class Idle:
    async def leave(self):
        pass

asyncio.run(main())
"""

SAVE = """
import asyncio, sys, time
from pathlib import Path
from console.journal.sqlite import open_reader, open_writer
from console.store.store import Store
from tests.ui.driver import webhook

async def fill(path):
    writer = open_writer(path)
    for number in range(30):
        for kind in ("call.initiated", "call.hangup")[: 1 if number == 7 else 2]:
            payload = {
                "call_control_id": f"v3:{number}", "call_leg_id": f"leg-{number}",
                "call_session_id": f"s-{number}", "from": f"+131255501{number:02}",
                "to": "+18005550100", "direction": "incoming", "state": "parked",
            }
            draft = webhook(kind, time.time_ns() // 1000, **payload)
            await writer.append(draft)
    reader = open_reader(path)
    store = Store(reader, clock=lambda: time.time_ns() // 1000)
    store.load()
    await writer.save_snapshot(store.snapshot())
    reader.close()
    await writer.aclose()

asyncio.run(fill(Path(sys.argv[1])))
"""

LATER = (
    "aiohttp",
    "click",
    "console.config.alerts",
    "console.config.check",
    "console.config.keys",
    "console.config.presets",
    "console.domain.filter",
    "console.domain.filtering.parsing",
    "console.domain.metrics",
    "console.domain.timeline",
    "console.endpoint",
    "console.engine",
    "console.host",
    "console.journal.retention",
    "console.journal.writer",
    "console.operator",
    "console.reports",
    "console.simulator",
    "console.telnyx.client",
    "console.telnyx.rendering",
    "console.telnyx.requests",
    "console.ui.asking",
    "console.ui.commands",
    "console.ui.dialogs",
    "console.ui.forms",
    "console.ui.memory",
    "console.ui.orders",
    "console.ui.palette",
    "console.ui.screens.conversation",
    "console.ui.screens.event",
    "console.ui.screens.help",
    "console.ui.screens.live",
    "console.ui.screens.notices",
    "console.ui.sending",
    "console.ui.views",
    "httpx",
    "nacl",
    "nats",
    "phonenumbers",
    "tomllib",
    "uvloop",
)
"""Packages and modules, everything below them included, that nobody has asked for when the first frame is drawn."""


def run(program: str, journal: Path) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(journal)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_first_frame_shows_live_calls_and_loads_only_what_it_shows(tmp_path: Path) -> None:
    """A call that is live is in the first frame; what sends, opens, parses or asks comes after it."""
    journal = tmp_path / "j.sqlite3"
    run(SAVE, journal)

    seen = json.loads(run(PROGRAM, journal))

    assert any("ringing" in line and "555 0107" in line for line in seen["shown"]), seen["shown"]
    early = [
        module
        for module in seen["modules"]
        if any(module == name or module.startswith(f"{name}.") for name in LATER)
    ]
    assert not early
