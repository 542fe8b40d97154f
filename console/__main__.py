"""`python -m console` and the `call-console` command."""

import gc
import sys

from console.cli import early


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    # A start makes no garbage worth the pauses; whoever runs longer turns this on again.
    gc.disable()
    arguments = sys.argv[1:]
    try:
        early.take_signals()
        from console.cli.direct import main as run

        code = run(arguments)
    except KeyboardInterrupt:
        code = early.INTERRUPTED
    if code == early.INTERRUPTED:
        code = early.exit_code(arguments)
    early.leave_with(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
