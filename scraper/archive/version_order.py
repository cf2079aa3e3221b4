"""The order of an article's versions, and what is counted of them: SQL over a row of articles.

A version's number says in which order versions were written, and is cited; its position, in which
order the days came. They differ where another archive's capture told of an earlier day.
"""

from __future__ import annotations

POSITION = "coalesce({of}position, {of}number)"
_LATER, _BEFORE = POSITION.format(of="later."), POSITION.format(of="before.")

NEWEST = f"""(SELECT number FROM versions WHERE article_id = articles.id
    ORDER BY {POSITION.format(of="")} DESC LIMIT 1)"""
_EDITS = "(SELECT count(*) FROM versions WHERE article_id = articles.id AND kind = 'edit')"
_SILENT = f"""
    (SELECT count(*) FROM versions AS later JOIN versions AS before
        ON before.article_id = later.article_id AND {_BEFORE} = {_LATER} - 1
     WHERE later.article_id = articles.id AND later.kind = 'edit'
        AND later.published IS before.published AND later.updated IS before.updated)
"""
COUNTERS = {"version": NEWEST, "edits": _EDITS, "silent_edits": _SILENT}

# The articles whose versions, none of which is missing, do not stand at 1, 2, 3 …
OUT_OF_ORDER = f"""
    SELECT article_id FROM versions GROUP BY article_id
    HAVING max(number) = count(*) AND (
        count(DISTINCT {POSITION.format(of="")}) <> count(*)
        OR max({POSITION.format(of="")}) <> count(*) OR min({POSITION.format(of="")}) <> 1)
"""
IN_ORDER_OF_DAYS = f"""
    UPDATE versions SET position = nullif(placed.place, number) FROM (
        SELECT rowid AS row, row_number() OVER (
            PARTITION BY article_id ORDER BY first_seen_at, number) AS place
        FROM versions WHERE article_id IN ({OUT_OF_ORDER})
    ) AS placed WHERE versions.rowid = placed.row
"""
