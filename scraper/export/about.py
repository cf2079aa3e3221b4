"""What an export says of itself, and what its formats need beside the articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scraper.archive.archive import StoredPortal


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One export: of which archive, by which query, when, by which program."""

    query: str  # as typed, with the filters as clauses; "" for everything
    archive: Path
    captures: Path  # the folder of the WARC files
    portals: Mapping[str, StoredPortal]  # by name; for titles and addresses of outlets
    program: str  # "ministry-scraper 0.1.0"
    exported_at: datetime  # aware UTC
