"""What an archive made by collecting a made portal got right and wrong."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from families.server import FamilyPortal, Published
from scraper.archive.archive import Archive

ENOUGH = 0.8  # share of an article's words that its archived text must hold, in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Articles by their ids of families/, others by their addresses."""

    portal: str
    published: int
    once: tuple[str, ...]
    twice: tuple[str, ...]  # archived under two keys or more
    missing: tuple[str, ...]
    extras: tuple[str, ...]  # archived, and no articles
    misread: tuple[str, ...]  # found, with another title or too little of the text
    misdated: tuple[str, ...]  # found, with another day or none
    forbidden: tuple[str, ...]  # asked for, though robots.txt forbids it
    requests: int

    @property
    def found_all(self) -> bool:
        """Whether every article was found exactly once."""
        return not (self.twice or self.missing)

    @property
    def is_whole(self) -> bool:
        """Whether all were found, and nothing else was archived nor asked for against the rules."""
        return self.found_all and not (self.extras or self.forbidden)

    def __str__(self) -> str:
        shown = [
            f"{self.portal}: {len(self.once)} of {self.published} found once",
            f"{self.requests} requests",
        ]
        for name in ("twice", "missing", "extras", "misread", "misdated", "forbidden"):
            if some := getattr(self, name):
                shown.append(f"{len(some)} {name} ({', '.join(some[:3])})")
        return "; ".join(shown)


def judge(portal: FamilyPortal, archive: Archive, *, name: str | None = None) -> Verdict:
    """Hold an archive against what the portal published; `name` is the portal's name in it.

    An archived article is told by its address, as the portal's own server understands it: any
    address of an article counts for it, a print copy too.
    """
    rows = archive.select(
        "SELECT url, title, published, text FROM articles WHERE :name IS NULL OR portal = :name",
        {"name": name},
    )
    truth = {record.id: record for record in portal.published}
    found: dict[str, int] = defaultdict(int)
    extras, misread, misdated = [], set(), set()
    for row in rows:
        id_ = portal.id_at(row["url"])
        if id_ is None:
            extras.append(row["url"])
            continue
        found[id_] += 1
        if not _reads_as(truth[id_], title=row["title"], text=row["text"]):
            misread.add(id_)
        if (row["published"] or "")[:10] != truth[id_].day.isoformat():
            misdated.add(id_)
    return Verdict(
        portal=portal.name,
        published=len(truth),
        once=tuple(id_ for id_ in truth if found[id_] == 1),
        twice=tuple(id_ for id_ in truth if found[id_] > 1),
        missing=tuple(id_ for id_ in truth if not found[id_]),
        extras=tuple(sorted(extras)),
        misread=tuple(sorted(misread)),
        misdated=tuple(sorted(misdated)),
        forbidden=tuple(request.target for request in portal.forbidden_requests),
        requests=len(portal.requests),
    )


def _reads_as(record: Published, *, title: str, text: str) -> bool:
    words, read = _words(record.text), " ".join(_words(text))
    runs = [" ".join(words[at : at + 5]) for at in range(0, len(words) - 4, 5)]
    kept = sum(run in read for run in runs)
    return _words(title) == _words(record.title) and kept >= ENOUGH * len(runs)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())
