"""Common Crawl's indexes: one a crawl, each asked for the portal's pages.

Described at https://index.commoncrawl.org/. A copy is a record of a WARC file on the data server,
which is asked for those bytes alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from scraper.discovery.webarchives import Asking, Copy, IndexPage, digest_of, moment_of, targets
from scraper.errors import BadStatus, SourceError
from scraper.records import Capture, IndexPart

SERVER, DATA = "https://index.commoncrawl.org", "https://data.commoncrawl.org"
LIST = "collinfo.json"
LIST_AGAIN = timedelta(days=7)  # a crawl is published every month or so
NOTHING_THERE = (400, 404)  # no capture, or no such page
_CRAWL = re.compile(r"CC-MAIN-(\d{4})\b[\w-]*")


def walk_commoncrawl(asking: Asking) -> Iterator[IndexPage]:
    """Every page of each crawl's index that is not walked to its end."""
    now = asking.part("")
    waiting = {
        name: known.cursor
        for name, known in asking.parts.items()
        if known.cursor and name.endswith(now)
    }
    listed = asking.parts.get(asking.part(LIST))
    if listed is None or listed.done_at is None or asking.now - listed.done_at >= LIST_AGAIN:
        for page in _crawls(asking):
            if page.part.cursor:
                waiting[page.part.part] = page.part.cursor
            yield page
    for name, cursor in sorted(waiting.items()):
        yield from _walk(asking, name, str(cursor))


def _crawls(asking: Asking) -> Iterator[IndexPage]:
    """The crawls of the years that are wanted, each noted as one that waits."""
    url = f"{asking.server}/{LIST}"
    first, last = asking.years
    said = _json(asking.get(url), asking, url=url)
    names = [str(one.get("id")) for one in said if isinstance(one, dict)]
    for name in names:
        found = _CRAWL.fullmatch(name)
        if found is None or not first <= int(found[1]) <= last:
            continue
        for target, _ in targets(asking):
            part = asking.part(f"{name} {target}")
            if part not in asking.parts:
                waits = IndexPart(part=part, cursor="0", done_at=None)
                yield IndexPage(url=url, part=waits, mementos=())
    yield asking.page(url, asking.part(LIST), None, ())


def _walk(asking: Asking, part: str, cursor: str) -> Iterator[IndexPage]:
    crawl, target, _ = part.split(" ", 2)
    match = next((how for what, how in targets(asking) if what == target), "host")
    number = int(cursor)
    while True:
        asked = [
            ("url", target),
            ("matchType", match),
            ("output", "json"),
            ("filter", "=status:200"),
            ("filter", "~mime:.*html.*"),
            ("pageSize", "1"),
            ("page", f"{number}"),
        ]
        url = f"{asking.server}/{crawl}-index?{urlencode(asked)}"
        try:
            page = asking.get(url)
        except BadStatus as error:
            if error.status not in NOTHING_THERE:
                raise
            yield asking.page(url, part, None, ())
            return
        number += 1
        yield asking.page(url, part, f"{number}", _copies(page, crawl, asking))


def _copies(page: Capture, crawl: str, asking: Asking) -> list[Copy]:
    found = []
    for line in page.body.splitlines():
        if line.strip():
            said = _json(page, asking, url=page.url, line=line)
            copy = _copy(said, crawl, asking) if isinstance(said, dict) else None
            if copy is not None:
                found.append(copy)
    return found


def _copy(said: dict[str, Any], crawl: str, asking: Asking) -> Copy | None:
    data = DATA if asking.server == SERVER else asking.server
    try:
        return Copy(
            url=str(said["url"]),
            at=moment_of(str(said["timestamp"])),
            address=f"{data}/{said['filename']}",
            origin=f"commoncrawl.org {crawl}",
            digest=digest_of(said.get("digest")),
            offset=int(said["offset"]),
            length=int(said["length"]),
        )
    except (KeyError, ValueError):  # a line of another kind
        return None


def _json(page: Capture, asking: Asking, *, url: str, line: bytes | None = None) -> Any:
    try:
        return json.loads(page.body if line is None else line)
    except ValueError:
        raise SourceError(
            "the index answered with something else than JSON; look at it in a browser",
            portal=asking.portal.name,
            url=url,
        ) from None
