"""An archive to fill and search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from archived import writing
from searched import Opened


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with writing(tmp_path / "archive.db") as both:
        yield both
