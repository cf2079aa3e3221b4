"""`scraper add` finds every article of a made portal of each family, without a key made by hand."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Scraper

from families import FAMILIES
from families.judging import Verdict, judge
from families.server import FamilyPortal
from scraper.archive.archive import Archive

ENOUGH = 9  # of ten: a portal may be stranger than what was thought of


def added(family: type[FamilyPortal], scraper: Scraper, folder: Path) -> Verdict:
    """The verdict on an archive that only `add` and `collect` have made."""
    name = family.__name__.lower()
    with family() as portal:
        place = urlsplit(portal.home).netloc
        options = ("--name", name, "--allow-private", place, "--pace", "0")
        scraper("add", portal.home, *options)
        scraper("collect", name, "--archive", f"{name}.db")
        with Archive.open(folder / f"{name}.db") as archive:
            return judge(portal, archive, name=name)


@pytest.fixture
def verdicts(desk: Path, scraper: Scraper) -> dict[str, Verdict]:
    return {family.__name__: added(family, scraper, desk) for family in FAMILIES}


def test_all_articles_of_at_least_nine_of_ten_portals_are_found_once_and_nothing_forbidden_is_asked(
    verdicts: dict[str, Verdict],
) -> None:
    missed = {name: str(verdict) for name, verdict in verdicts.items() if not verdict.found_all}
    assert len(verdicts) == 10
    assert len(missed) <= len(verdicts) - ENOUGH, missed
    assert not [name for name, verdict in verdicts.items() if verdict.forbidden]
