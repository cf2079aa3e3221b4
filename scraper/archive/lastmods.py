"""What the lastmods of sitemaps are worth: an article is read again sooner where they were true."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from scraper.archive import columns

# These numbers are ours.
BELIEVED = 3  # times in a row that a new lastmod may tell of nothing; then after growing times
_DOUBTED = timedelta(days=1)
_DOUBTED_AT_MOST = timedelta(days=30)


def bring_forward(
    connection: sqlite3.Connection, link_id: int, *, modified: datetime, last_read_at: datetime
) -> None:
    """An article that was changed since it was last read, by its sitemap, is read again soon.

    A lastmod that was not there before is believed at once; one that named a whole day, once more
    when the day is over. `frontier.note_reading` counts those that told of nothing.
    """
    if modified <= last_read_at:
        return
    known = connection.execute(
        "SELECT modified, vain_lastmods FROM frontier WHERE id = ? AND state = 'read'", (link_id,)
    ).fetchone()
    if known is None:
        return
    sooner, doubts = last_read_at, known["vain_lastmods"] - BELIEVED
    if doubts >= 0:
        sooner += min(_DOUBTED * (1 << min(doubts, 10)), _DOUBTED_AT_MOST)
    if known["modified"] is None or columns.stamp(modified) == known["modified"]:
        sooner = max(sooner, modified)
    connection.execute(
        "UPDATE frontier SET next_at = min(next_at, ?) WHERE id = ?",
        (columns.stamp(sooner), link_id),
    )
