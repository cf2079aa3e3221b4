"""What other archives hold of a portal: their indexes, walked page by page.

Each page says with it how far its part of the index is walked, so that whoever takes its mementos
up can go on there after any interruption. A part that was walked to its end is left alone for a
while, and then asked for what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from scraper.errors import UnsafeAddress
from scraper.records import Get, IndexPart, Memento, Portal, Source
from scraper.urls import article_key, is_article, is_trap, normalise

ASK_AGAIN = timedelta(days=30)  # archives take up what they captured within weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """One page of an index: the copies of articles on it, and where its part goes on."""

    url: str
    part: IndexPart
    mementos: tuple[Memento, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One line of an index, as far as a memento needs it."""

    url: str
    at: datetime
    address: str
    origin: str
    digest: str | None
    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whose copies are asked for, and what is known of the index."""

    source: Source
    portal: Portal
    get: Get
    now: datetime
    parts: Mapping[str, IndexPart]

    @property
    def server(self) -> str:
        return self.source.server or ""

    @property
    def years(self) -> tuple[int, int]:
        return self.source.years or (1990, self.now.year)

    def part(self, name: str) -> str:
        """A part's name; another one once the portal file says otherwise what is wanted."""
        return f"{name} #{wanted(self.source, self.portal)}"

    def rests(self, part: str) -> bool:
        """Whether a part was walked to its end so lately that nothing new is to be expected."""
        known = self.parts.get(part)
        if known is None or known.cursor is not None or known.done_at is None:
            return False
        return self.now - known.done_at < ASK_AGAIN

    def page(self, url: str, part: str, cursor: str | None, copies: Sequence[Copy]) -> IndexPage:
        """A page of the index; without a cursor it is the last of its part."""
        return IndexPage(
            url=url,
            part=IndexPart(part=part, cursor=cursor, done_at=None if cursor else self.now),
            mementos=mementos_of(copies, self.source, self.portal),
        )


IndexWalk = Callable[[Asking], Iterator[IndexPage]]


def wanted(source: Source, portal: Portal) -> str:
    """What of an index is taken up, in eight letters: who corrects the rules walks it anew."""
    rule = portal.article
    patterns = [one.pattern if one else None for one in (rule.match, rule.key_pattern)]
    said = (source.years, source.below, portal.home, portal.formerly, rule.key_parameter, patterns)
    return sha256(repr(said).encode()).hexdigest()[:8]


def mementos_of(copies: Sequence[Copy], source: Source, portal: Portal) -> tuple[Memento, ...]:
    """The copies of what is an article of this portal, in the years that are wanted."""
    first, last = source.years or (0, 9999)
    found = []
    for copy in copies:
        if not first <= copy.at.year <= last:
            continue
        if is_trap(copy.url) or not is_article(copy.url, portal):
            continue
        try:
            url, key = normalise(copy.url), article_key(copy.url, portal)
        except UnsafeAddress:
            continue
        found.append(
            Memento(
                portal=portal.name,
                key=key,
                url=url,
                memento_at=copy.at,
                address=copy.address,
                offset=copy.offset,
                length=copy.length,
                digest=copy.digest,
                origin=copy.origin,
                source=source.url,
            )
        )
    return tuple(found)


def targets(asking: Asking) -> list[tuple[str, str]]:
    """What is asked for: the address and how others must match it; former hosts too."""
    below = asking.source.below or asking.portal.home
    bare = below.partition("://")[2]
    if bare.partition("/")[2]:
        return [(bare, "prefix")]
    return [(bare.rstrip("/"), "host"), *((host, "host") for host in asking.portal.formerly)]


def moment_of(stamp: str) -> datetime:
    """An archive's 14 digits as aware UTC. Raises ValueError."""
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def digest_of(text: str | None) -> str | None:
    """A digest as WARC files write it, so that the same bytes are known from any index."""
    if not text or text == "-":
        return None
    return text if ":" in text else f"sha1:{text}"
