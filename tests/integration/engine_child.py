"""An engine in a process of its own, as a desk starts it: `python -m tests.integration.engine_child JOURNAL KEY PORT GRACE`.

Says one JSON line when it is ready; refused, one sentence on stderr and the error's exit code.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from console.engine.service import Ready, serve
from console.engine.settings import EngineSettings
from console.errors import ConsoleError


def main() -> int:
    journal, key, port, grace = sys.argv[1:5]
    settings = EngineSettings(
        journal=Path(journal),
        public_key=key,
        port=int(port),
        grace_s=None if grace == "none" else float(grace),
    )

    def ready(who: Ready) -> None:
        sys.stdout.write(json.dumps(who._asdict()) + "\n")
        sys.stdout.flush()

    try:
        asyncio.run(serve(settings, ready=ready))
    except ConsoleError as error:
        sys.stderr.write(f"{error.user_message}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
