"""`python -m scraper` is the `scraper` command."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it without a word."""
    # Whoever started it may have told it to ignore Ctrl-C, as nohup does.
    heeds = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeds:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from scraper.cli import main as command_line  # half a second

    try:
        if heeds:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        command_line()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
