"""Boosted trees from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper.extraction.trees import read_trees

TREES = {
    "features": ["chars", "links"],
    "trees": [
        [[0, 10.5, [-1.0], 1], [1, 0.5, [2.0], [-0.5]]],
        [[1, 0.25, [0.25], [-0.25]]],
    ],
}


@pytest.mark.parametrize(
    ("row", "margin"),
    [
        ((5, 0.0), -0.75),
        ((10.5, 1.0), -1.25),
        ((20, 0.0), 2.25),
        ((20, 0.5), 1.75),
        ((20, 1), -0.75),
    ],
)
def test_a_row_falls_through_every_tree_to_a_leaf(
    tmp_path: Path, row: tuple[float, ...], margin: float
) -> None:
    path = tmp_path / "trees.json"
    path.write_text(json.dumps(TREES))
    trees = read_trees(path)
    assert trees.features == ("chars", "links")
    assert trees.margin(row) == margin


def test_a_margin_of_nothing_is_an_even_chance(tmp_path: Path) -> None:
    path = tmp_path / "trees.json"
    path.write_text(json.dumps({"features": ["chars"], "trees": []}))
    trees = read_trees(path)
    assert trees.probability((1.0,)) == 0.5
