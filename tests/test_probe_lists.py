"""Looking at lists: how they go on, and what is said where that is not found."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_lists import ALL
from invented_portal import Invented, pieces, serving
from test_probe import collected, look, proposed


@pytest.mark.parametrize("family", ALL, ids=lambda family: family.__name__)
def test_the_whole_of_every_list_is_found(family: type[Invented], tmp_path: Path) -> None:
    with serving(family(articles=pieces(27), per_page=4)) as served:
        profile = look(served.home, served.host)
        with collected(proposed(profile), tmp_path) as archive:
            found = [row["title"] for row in archive.select("SELECT title FROM articles", {})]
    assert sorted(found) == sorted(piece.title for piece in served.articles)
    assert profile.requests <= 41
