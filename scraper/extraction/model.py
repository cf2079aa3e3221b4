"""The trees by which pages are read: the shipped ones, or, for measuring, those of a folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from scraper.extraction.trees import Trees, read_trees

SHIPPED = Path(__file__).parent / "models"
BODY = "body.json"

_folder = [SHIPPED]


def use(folder: Path) -> None:
    """From now on, read with the trees of this folder.

    Only for measuring: the shipped trees have seen the pages that scores are taken of.
    """
    _folder[:] = [folder]


def body_trees() -> Trees:
    """The trees that say of a block whether it is the article's text."""
    return _read(_folder[0] / BODY)


@lru_cache(maxsize=16)
def _read(path: Path) -> Trees:
    return read_trees(path)
