"""A smaller archive that is itself an archive."""

from __future__ import annotations

from pathlib import Path

from scraper.export.found import Found


def write_db(found: Found, path: Path) -> int:
    """The articles found, their versions and all that hangs on them; returns how many there are.

    Everything of it opens, searches and shows as in the archive that it is from. The WARC files
    stay where they are.
    """
    return found.archive.write_smaller(path, numbers=found.numbers, step=found.step)
