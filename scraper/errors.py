"""Every way to fail.

ScraperError
├── PageError            one link failed, the crawl goes on (url, reason)
│   ├── RobotsRefused    robots.txt forbids the address
│   ├── UnsafeAddress    the address is private, or not http(s), and not allowed
│   ├── BadStatus        the server answered, but not with the page (status)
│   ├── TooLarge         the answer is larger than the limit (limit_bytes)
│   ├── Unreachable      no whole answer came
│   │   └── NotAsked     the host is left alone for now (retry_at)
│   │       └── BudgetSpent  the run has made the requests that it may
│   └── NoArticle        the page was read, and is no article
│       └── PageGone     it says that the article is not there, or another address answered
├── SourceError          a listing or feed could not be walked (portal, url, reason)
├── PortalFileError      a portal file is wrong (path, faults)
├── QueryError           a search query or an id is wrong (text, column)
├── ExportError          an export cannot be written as asked (path)
├── CaptureError         captured bytes cannot be kept or loaded (path)
└── ArchiveError         the archive cannot be used (path, schema_version)
    ├── ArchiveLocked    another run holds the archive's lock (holder)
    ├── ArchiveFull      there is no room to write (path)
    └── ArticleDamaged   one article cannot be read; the others can (id)

    try:
        article = extract(body, url=url)
    except PageError as error:
        print(error.url, error.reason)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal


class ScraperError(Exception):
    """Anything that this package raises on purpose."""


class PageError(ScraperError):
    """One page could not be had or read; other pages are not concerned."""

    def __init__(self, reason: str, *, url: str | None = None) -> None:
        super().__init__(f"{url}: {reason}" if url else reason)
        self.reason = reason
        self.url = url


class RobotsRefused(PageError):
    """robots.txt of the host forbids this address to this program."""


class UnsafeAddress(PageError):
    """The address, or one that it redirects to, may not be visited.

    `private` is the "host:port" of a private machine that nobody has allowed.
    """

    def __init__(self, reason: str, *, url: str | None = None, private: str | None = None) -> None:
        super().__init__(reason, url=url)
        self.private = private


class BadStatus(PageError):
    """The server answered with a status that brings no page.

    `retry_at` is the moment (aware UTC) before which the server asked not to be visited again.
    """

    def __init__(
        self, reason: str, *, url: str | None, status: int, retry_at: datetime | None = None
    ) -> None:
        super().__init__(reason, url=url)
        self.status = status
        self.retry_at = retry_at


class TooLarge(PageError):
    """The answer, after decompression, is larger than `limit_bytes`."""

    def __init__(self, reason: str, *, url: str | None, limit_bytes: int) -> None:
        super().__init__(reason, url=url)
        self.limit_bytes = limit_bytes


class Unreachable(PageError):
    """No whole answer came: name, connection, TLS, time limit, broken transfer, redirect loop."""


class NotAsked(Unreachable):
    """No request was made: the host is down, wants to be left alone, or its rules cannot be read.

    Other pages of the host would fare the same now. `retry_at` is the moment (aware UTC) before
    which the server asked not to be visited again, where it did.
    """

    def __init__(self, reason: str, *, url: str | None, retry_at: datetime | None = None) -> None:
        super().__init__(reason, url=url)
        self.retry_at = retry_at


class BudgetSpent(NotAsked):
    """No request was made: the run has made as many as the portal file's `max_requests_per_run`."""

    def __init__(self, reason: str, *, url: str | None) -> None:
        super().__init__(reason, url=url)


class NoArticle(PageError):
    """The page was read and is no article: a list, an error page, an empty page, not HTML."""


class PageGone(NoArticle):
    """No article stands at the address any more: "not found" with status 200, or a redirect away.

    One such answer may be a portal's bad hour; an article counts as gone after several.
    """


def kind_of(error: PageError) -> Literal["gone", "refused", "failed"]:
    """What becomes of a link whose page ended so."""
    if isinstance(error, PageGone) or (isinstance(error, BadStatus) and error.status in (404, 410)):
        return "gone"
    if isinstance(error, RobotsRefused | UnsafeAddress | NoArticle):
        return "refused"
    return "failed"


class SourceError(ScraperError):
    """A listing or a feed of a portal could not be walked."""

    def __init__(self, reason: str, *, portal: str, url: str) -> None:
        super().__init__(f"{portal}: {url}: {reason}")
        self.reason = reason
        self.portal = portal
        self.url = url


def each_once(reasons: Sequence[str]) -> str:
    """Reasons as one line, each once: what an address is said to fail of ("address: reason") is
    not told again by itself, and addresses that fail of the same stand together."""
    addresses: dict[str, list[str]] = {}
    for said in reasons:
        address, mark, reason = said.partition(": ")
        named = bool(mark) and address.startswith(("http:", "https:", "file:"))
        known = addresses.setdefault(reason if named else said, [])
        if named and address not in known:
            known.append(address)
    return "; ".join(
        f"{', '.join(known)}: {reason}" if known else reason for reason, known in addresses.items()
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a portal file: where, what, and what would be right."""

    table: str  # "[article]", "[[source]] 2", or "" for the top of the file
    key: str
    problem: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.table, self.key) if part)
        return f"{place}: {self.problem}" if place else self.problem


class PortalFileError(ScraperError):
    """A portal file (or the settings file) is wrong; `faults` holds all that is wrong with it."""

    def __init__(self, path: Path, faults: tuple[Fault, ...]) -> None:
        named = path.name if path.suffix == ".toml" else path  # of a folder the name says little
        lines = [f"{named}: {fault}" for fault in faults]
        super().__init__("\n".join(lines))
        self.path = path
        self.faults = faults


class QueryError(ScraperError):
    """A query, a date bound or an article id that cannot be understood.

    `column` counts characters of `text` from 0: where the trouble begins.
    """

    def __init__(self, reason: str, *, text: str, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text
        self.column = column


class ExportError(ScraperError):
    """An export was asked for in a form, or at a place, where it cannot be written; or it is not
    what its manifest says."""

    def __init__(self, reason: str, *, path: Path | None = None) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason
        self.path = path


class CaptureError(ScraperError):
    """Captured bytes cannot be written, or are not there, or are not what was written."""

    def __init__(self, reason: str, *, path: Path) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason
        self.path = path


class ArchiveError(ScraperError):
    """The archive cannot be used: no database, damaged, newer than this program, not writable."""

    def __init__(self, reason: str, *, path: Path, schema_version: int | None = None) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason
        self.path = path
        self.schema_version = schema_version


class ArchiveLocked(ArchiveError):
    """Another collector holds the archive; `holder` says who, since when."""

    def __init__(self, holder: str, *, path: Path) -> None:
        super().__init__(f"another run holds this archive: {holder}", path=path)
        self.holder = holder


class ArchiveFull(ArchiveError):
    """There is no room left to write; what was committed before is whole."""


class ArticleDamaged(ArchiveError):
    """What stands in the row of the article `id` is not what was written there."""

    def __init__(self, reason: str, *, id: str, path: Path) -> None:
        super().__init__(
            f"article {id} cannot be read: {reason}; `scraper verify` finds all such, and a backup"
            " has it as it was",
            path=path,
        )
        self.id = id
