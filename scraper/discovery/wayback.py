"""The Wayback Machine's index (its CDX server), and the addresses of its copies.

Described at https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server. It serves
about sixty requests a minute; who asks more is blocked for an hour, and twice as long each time
after: the fetcher keeps the pace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, urlencode

from scraper.discovery.webarchives import Asking, Copy, IndexPage, digest_of, moment_of, targets
from scraper.errors import SourceError
from scraper.records import Capture

LINES = 5000  # of one page: about a megabyte
OVERLAP = timedelta(days=60)  # captures come into the index late
_FIELDS = ("timestamp", "original", "digest")
_COPY = re.compile(r"/web/(\d{14})(?:id_)?/(.+)$", re.DOTALL)


def walk_wayback(asking: Asking) -> Iterator[IndexPage]:
    """Every page of the index for each of the portal's hosts that is not walked to its end."""
    for target, match in targets(asking):
        if not asking.rests(asking.part(target)):
            yield from _walk(asking, target, match)


def copy_that_answered(url: str) -> tuple[str, str] | None:
    """The 14 digits and the original address that an address of a copy names; None for others."""
    found = _COPY.search(url)
    return (found[1], found[2]) if found else None


def _walk(asking: Asking, target: str, match: str) -> Iterator[IndexPage]:
    part = asking.part(target)
    known = asking.parts.get(part)
    cursor = known.cursor if known else None
    while True:
        url = _question(asking, target, match, cursor)
        copies, cursor = _read(asking.get(url), asking)
        yield asking.page(url, part, cursor, copies)
        if cursor is None:
            return


def _question(asking: Asking, target: str, match: str, cursor: str | None) -> str:
    first, last = asking.years
    known = asking.parts.get(asking.part(target))
    since = f"{first}"
    if known is not None and known.done_at is not None:  # only what is new since
        since = max(since, f"{known.done_at - OVERLAP:%Y%m%d}")
    asked = [
        ("url", target),
        ("matchType", match),
        ("output", "json"),
        ("fl", ",".join(_FIELDS)),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:(text/html|application/xhtml.xml)"),
        ("collapse", "digest"),
        ("from", since),
        ("to", f"{last}"),
        ("limit", f"{LINES}"),
        ("showResumeKey", "true"),
    ]
    # The key of the next page is given as it stands in an address.
    following = f"&resumeKey={quote(cursor, safe='%+')}" if cursor else ""
    return f"{asking.server}/cdx/search/cdx?{urlencode(asked)}{following}"


def _read(page: Capture, asking: Asking) -> tuple[list[Copy], str | None]:
    """The lines of a page, and the key of the next one."""
    try:
        rows = json.loads(page.body) if page.body.strip() else []
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise ValueError("no table")
    except ValueError:
        raise SourceError(
            "the index answered with something else than its table; look at it in a browser",
            portal=asking.portal.name,
            url=page.url,
        ) from None
    cursor = None
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        cursor = str(rows[-1][0])
        rows = rows[:-2]
    return [copy for row in rows[1:] if (copy := _copy(row, asking)) is not None], cursor


def _copy(row: list[object], asking: Asking) -> Copy | None:
    if len(row) != len(_FIELDS):
        return None
    stamp, original, digest = map(str, row)
    try:
        at = moment_of(stamp)
    except ValueError:  # such lines are there
        return None
    return Copy(
        url=original,
        at=at,
        address=f"{asking.server}/web/{stamp}id_/{original}",
        origin=asking.server.partition("://")[2],
        digest=digest_of(digest),
    )
