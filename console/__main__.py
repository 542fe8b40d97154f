"""`python -m console` and the `call-console` command."""

import gc
import sys


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    # A start makes no garbage worth the pauses; whoever runs longer turns this on again.
    gc.disable()
    from console.cli.direct import main as run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
