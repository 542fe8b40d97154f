"""`python -m console` and the `call-console` command."""

import sys


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    from console.cli.main import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
