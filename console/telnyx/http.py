"""httpx and httpx-retries, imported without httpx's own command line.

Where rich and click are installed, `import httpx` loads them for a command line that nobody here uses: half of its
time, and a screen library in processes that have no screen. httpx has a stand-in for when its command line cannot be
imported, so for the moment of the import it cannot.
"""

import sys
from types import ModuleType
from typing import cast

_COMMAND_LINE = "httpx._main"

if "httpx" in sys.modules:
    import httpx
else:
    sys.modules[_COMMAND_LINE] = cast(
        ModuleType, None
    )  # the import system's way to say "there is none"
    try:
        import httpx
    finally:
        del sys.modules[_COMMAND_LINE]

from httpx_retries import Retry, RetryTransport  # noqa: E402 - it imports httpx

__all__ = ["Retry", "RetryTransport", "httpx"]
