"""kill -9 at any moment loses nothing that was acknowledged."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.errors import JournalError
from console.journal.sqlite import open_reader, open_writer
from tests.unit.journal.drafts import event_draft

CHILD = """
import asyncio, sys
from pathlib import Path
from console.journal.sqlite import open_writer
from tests.unit.journal.drafts import event_draft

async def main():
    writer = open_writer(Path(sys.argv[1]))

    async def sender():
        while True:
            draft = event_draft()
            appended = await writer.append(draft)
            sys.stdout.write(f"{appended.seq} {draft.event_id}\\n")
            sys.stdout.flush()

    await asyncio.gather(*(sender() for _ in range(16)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged", [1, 200, 1500])
def test_crash_keeps_everything_acknowledged(path: Path, acknowledged: int) -> None:
    """Killed in the middle of a burst; every number it printed is in the file, and a new writer goes on."""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, cwd=root, text=True
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(acknowledged)]
        with pytest.raises(JournalError, match=f"already written by process {child.pid};"):
            open_writer(path)
        os.kill(child.pid, signal.SIGKILL)
        lines += [line for line in child.stdout if line.endswith("\n")]

    promised = {int(seq): event_id for seq, event_id in (line.split() for line in lines)}
    with closing(open_reader(path)) as reader:
        kept = {entry.seq: entry.event_id for entry in reader.read()}
        assert reader.quick_check() == []
    assert promised.items() <= kept.items()
    assert sorted(kept) == list(range(1, len(kept) + 1))

    async def go_on() -> int:
        writer = open_writer(path)
        seq = (await writer.append(event_draft())).seq
        await writer.aclose()
        return seq

    assert asyncio.run(go_on()) == len(kept) + 1
