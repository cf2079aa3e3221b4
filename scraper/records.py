"""What travels between the rooms (long: all of it stands here): frozen records, no behaviour."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

SourceKind = Literal["listing", "feed", "sitemap", "postback", "numbering", "api", "webarchive"]
MementoIndex = Literal["wayback", "commoncrawl", "folder"]
LinkState = Literal["new", "read", "gone", "refused", "failed"]
Form = tuple[tuple[str, str], ...]  # names and values, in the order in which they are sent
VersionKind = Literal["first", "edit", "re-reading"]
Precision = Literal["day", "minute", "second"]
BlockKind = Literal["paragraph", "heading", "item", "quote", "table"]
DamageKind = Literal[
    "page",
    "schema",
    "index",
    "full-text",
    "names",
    "counters",
    "copies",
    "versions",
    "reference",
    "value",
    "capture",
    "capture-file",
]
AlarmKind = Literal[
    "silent", "down", "lists_empty", "new_look", "field_lost", "text_short", "text_long"
]
OutcomeKind = Literal["new", "changed", "unchanged", "not_modified", "gone", "refused", "failed"]

JITTER_SECONDS = 300.0  # forty portals on the same cron line then begin some seconds apart
CELLS_PARTED_BY = " | "  # in the text of a table row

# --- a portal file, read and checked -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """A crontab(5) line as sets of numbers, in the portal's zone."""

    line: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]  # of the month, 1-31
    months: tuple[int, ...]
    weekdays: tuple[int, ...]  # 0 = Sunday ... 6 = Saturday
    either_day: bool  # both day fields restricted: a day that fits one of them is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a portal lists its articles."""

    kind: SourceKind
    url: str  # may hold "{page}" (a listing), also "{offset}" or "{cursor}" (an API), "{id}"
    pages: int = 2  # list pages that a run looks at, at least; of no consequence where it is 0
    next: str | None = None  # CSS selector of the link to the next list page
    link: str | None = None  # CSS selector of the article links
    items: str | None = None  # an API: path to the list in an answer
    address: str | None = None  # path to an item's address, or an address with paths in braces
    title: str | None = None  # path to an item's title
    published: str | None = None  # path to an item's date
    cursor: str | None = None  # path to what asks for the next answer
    first: int | None = None  # number of the first page, or the first number that is tried
    last: int | None = None  # numbering: the last number that is tried
    gap: int = 50  # numbering: how many numbers in a row without an article end it
    index: MementoIndex | None = None  # a webarchive's: who is asked for copies
    below: str | None = None  # of what: an address, and all that begin with it
    server: str | None = None  # the other archive's address, where it is not the usual one
    folder: str | None = None  # of WARC and WACZ files; absolute
    years: tuple[int, int] | None = None  # the first and the last whose copies are wanted
    per_run: int = 1000  # copies that one run asks another archive for
    step: int | None = None  # a listing: items on a page, where the address holds "{offset}"
    start: str | None = None  # a listing: address of page 1, where it is none of the numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is known of a source's links from the runs before, for those who walk it."""

    settled_at: datetime | None = None  # aware UTC: when it was last walked to its proper end
    state_of: Callable[[str], LinkState | None] = lambda key: None  # of a key; None: never listed
    last_found: Callable[[], str | None] = lambda: None  # the address that it gave last


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRule:
    """Which addresses are articles, and what tells two articles apart.

    At most one of `key_parameter` and `key_pattern` (with a group or more) is given.
    """

    match: re.Pattern[str] | None = None
    key_parameter: str | None = None
    key_pattern: re.Pattern[str] | None = None
    canonical: bool = False  # the address that a page says is its own goes before its link's


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRule:
    """How politely and how patiently a portal is asked."""

    pace_seconds: float = 2.0
    timeout_seconds: float = 60.0  # for one whole answer
    max_body_bytes: int = 20_000_000  # after decompression
    retries: int = 3
    allow_private: tuple[str, ...] = ()  # "host" or "host:port"
    ca_bundle: str | None = None  # a PEM file of certificates trusted beside the usual ones
    legacy_tls: bool = False  # old methods of TLS may be used where the safe ones fail
    max_requests_per_run: int | None = None  # robots.txt, tries and redirects count too


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """CSS selectors that win over reading by itself."""

    title: str | None = None
    lead: str | None = None
    text: str | None = None
    published: str | None = None
    updated: str | None = None
    source: str | None = None
    authors: str | None = None
    captions: str | None = None
    attachments: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One portal file."""

    name: str
    home: str
    title: str | None = None
    language: str | None = None  # BCP 47, "vi"
    timezone: str = "UTC"  # IANA name
    formerly: tuple[str, ...] = ()  # hosts under which the same articles stood
    article: ArticleRule = ArticleRule()
    sources: tuple[Source, ...] = ()
    cron: Cron
    jitter_seconds: float = JITTER_SECONDS  # the longest that a run begins after its due moment
    catch_up: bool = True  # a run that was not made in time is made up
    fetch: FetchRule = FetchRule()
    articles_per_week: float | None = None
    silent_days: float | None = None  # without news, after which the portal is called silent
    layouts: tuple[Layout, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def lists(self) -> tuple[Source, ...]:
        """The sources that the portal itself is asked for."""
        return tuple(source for source in self.sources if source.kind != "webarchive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server that carries alarms; the password is read when a mail is sent."""

    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 587
    starttls: bool = True
    user: str | None = None
    password_file: str | None = None
    password_env: str | None = None  # name of an environment variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A run that the schedule asks for, and the due moments that it stands for; aware UTC."""

    at: datetime  # the latest of them
    since: datetime  # the earliest
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator set for all portals; paths are as written there, resolved by the reader."""

    contact: str | None = None  # an address or a page where a webmaster can complain
    user_agent: str | None = None
    archive: str | None = None
    captures: str | None = None
    alarm_command: str | None = None  # run by the shell, once for each alarm raised or cleared
    smtp: Smtp | None = None
    request_log: str | None = None  # a folder; "" turns it off


# --- a page on its way -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address found, not fetched."""

    portal: str
    url: str
    key: str
    found_on: str
    title: str | None = None  # as the list prints it
    published: date | datetime | None = None  # as the list or feed prints it
    modified: datetime | None = None  # aware: when a sitemap says that it was last changed
    guessed: bool = False  # no list names it: a number that is tried

    @property
    def id(self) -> str:
        return f"{self.portal}:{self.key}"


def portal_of(article_id: str) -> str:
    """The name of the portal in an article's id, "portal:key"."""
    return article_id.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """What another archive holds of an article's address at one moment (RFC 7089's word).

    `offset` and `length` (bytes) say where the copy's WARC record lies in the file at `address`;
    both are 0 where the address alone is enough.
    """

    portal: str
    key: str
    url: str  # the original address
    memento_at: datetime  # aware UTC: when it was captured there
    address: str  # where the copy is had: an address, or a file below the source's folder
    offset: int = 0
    length: int = 0
    digest: str | None = None  # of the copy's bytes, as the other archive writes it: "sha1:…"
    origin: str  # what is cited: "web.archive.org", "commoncrawl.org CC-MAIN-2019-22", a file
    source: str  # Source.url
    number: int | None = None  # its row's, once the archive knows it

    @property
    def id(self) -> str:
        return f"{self.portal}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPart:
    """How far one part of another archive's index was walked: a host, a crawl, or a file."""

    part: str
    cursor: str | None  # where to go on; None where it was walked to its end
    done_at: datetime | None  # aware UTC: when it was last walked to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a capture's bytes lie: a WARC file below the captures' folder, and the record in it."""

    file: str
    offset: int  # bytes
    length: int  # bytes, compressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What is known of the last answer of an address, for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    place: Place | None = None


class Get(Protocol):
    """How whoever walks a portal's lists asks for a page: paced, checked, captured."""

    def __call__(
        self,
        url: str,
        *,
        form: Form | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Capture:
        """The page; with `form` by POST. Raises PageError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An answer as it came; never altered.

    `body` is after the transfer's decompression; `headers` are as received.
    """

    url: str
    answered_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime  # aware UTC
    sha256: str  # hex, of body
    place: Place | None = None
    form: Form | None = None  # what was posted for it; None: it was asked for by GET
    origin: str | None = None  # the archive that it was had from; None: from the portal itself

    def header(self, name: str) -> str | None:
        """The first header of this name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


# --- what a page says --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, heading, list item, quotation or table row of an article's text."""

    kind: BlockKind
    text: str

    @property
    def cells(self) -> list[str]:
        """A table row's cells; of another block the whole text."""
        return self.text.split(CELLS_PARTED_BY) if self.kind == "table" else [self.text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An image with what stands under it.

    `credit` also stands in `caption` where both are one line, as printed.
    """

    image: str | None  # absolute address
    caption: str | None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that the article offers."""

    url: str
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a value came from."""

    rule: str  # "layout", "meta article:published_time", "date line after the title", ...
    text: str  # what stood there, as printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a capture says. What the page does not say is None or empty.

    `published` and `updated` are a plain date where no time is printed; a datetime is aware where
    the page prints an offset or the portal's zone is known.
    """

    url: str | None
    title: str
    id: str | None = None  # "portal:key", where a portal was given
    lead: str | None = None
    blocks: tuple[Block, ...] = ()  # the body after the lead
    published: date | datetime | None = None
    published_precision: Precision | None = None
    updated: date | datetime | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    read_by: str = "general"  # "general", "template", or "layout" where a selector decided
    evidence: Mapping[str, Evidence] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def body(self) -> str:
        """The paragraphs after the lead, parted by blank lines."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def text(self) -> str:
        """Lead and body, parted by blank lines; no captions, byline or source line."""
        return "\n\n".join(part for part in (self.lead, self.body) if part)

    @property
    def captions(self) -> tuple[str, ...]:
        return tuple(figure.caption for figure in self.figures if figure.caption)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One reading of an article that differs from the one before.

    `kind` says why it differs: the portal edited the article, or a later program, or one that had
    learned more of the portal, read the same page otherwise.
    """

    article_id: str
    number: int  # from 1
    first_seen_at: datetime  # aware UTC
    last_seen_at: datetime  # aware UTC
    article: Article
    kind: VersionKind
    silent: bool = False  # an edit that moved neither `published` nor `updated`
    program: str | None = None  # version of the program that read it; None: before it was noted
    fetched_at: datetime | None = None  # aware UTC: of the capture that it was read from
    sha256: str | None = None  # hex, of that capture's body
    place: Place | None = None  # where that body lies
    origin: str | None = None  # the archive that it was had from; None: from the portal itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one link or one source."""

    portal: str
    url: str
    kind: OutcomeKind
    stage: Literal["source", "article"] = "article"
    article_id: str | None = None
    reason: str | None = None
    at: datetime  # aware UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing that is wrong in an archive or in its captures."""

    kind: DamageKind
    where: str  # a table and row, an article's id, a WARC file and byte
    problem: str
    remedy: str  # what to do
    repairable: bool  # `scraper verify --repair` can mend it
