"""What the ten portals share: a server on loopback, a request log, robots.txt and the truth."""

from __future__ import annotations

import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from families.words import Story, write_stories

HTML = "text/html; charset=utf-8"
PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
FILES = {
    ".jpg": "image/gif",
    ".png": "image/gif",
    ".gif": "image/gif",
    ".ico": "image/gif",
    ".css": "text/css",
    ".js": "text/javascript",
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
}
VISIT = datetime(2026, 11, 25, 8, 0)  # what the page clocks show to the first visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One article as the judge knows it."""

    id: str
    title: str
    day: date
    addresses: tuple[str, ...]  # every one that the portal links, the main one first
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What a visitor asks for."""

    method: str
    path: str  # decoded
    query: Mapping[str, str]  # names in small letters
    form: Mapping[str, str] = field(default_factory=dict)
    cookies: str = ""
    target: str = ""  # path and query as sent


@dataclass(frozen=True, slots=True)
class Request:
    """A line of the log."""

    method: str
    target: str
    status: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the portal says."""

    body: str | bytes
    status: int = 200
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


def redirect(to: str, *, status: int = 302) -> Answer:
    return Answer("", status=status, headers=(("Location", to),))


class FamilyPortal(ABC):
    """A portal that serves itself between `with` and the end of it."""

    name: ClassVar[str]
    theme: ClassVar[str]
    count: ClassVar[int]
    sections: ClassVar[Mapping[str, str]]  # key -> name as printed
    newest_number: ClassVar[int]
    forbidden: ClassVar[tuple[str, ...]]  # as robots.txt writes them after Disallow
    traps: ClassVar[tuple[str, ...]] = ()  # expressions for addresses without end
    decoys: ClassVar[tuple[str, ...]] = ()  # addresses that answer and are no articles
    dead: ClassVar[tuple[str, ...]] = ()  # addresses that are linked and lead nowhere
    sitemaps: ClassVar[tuple[str, ...]] = ()
    shared_every: ClassVar[int] = 0
    per_page: ClassVar[int] = 10

    def __init__(self) -> None:
        self.stories = write_stories(
            self.name,
            theme=self.theme,
            count=self.count,
            sections=tuple(self.sections),
            newest_number=self.newest_number,
            shared_every=self.shared_every,
        )
        self.by_number = {str(story.number): story for story in self.stories}
        self.by_slug = {story.slug: story for story in self.stories}
        self.requests: list[Request] = []
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @abstractmethod
    def answer(self, ask: Ask) -> Answer:
        """The page at an address."""

    @abstractmethod
    def story_at(self, ask: Ask) -> Story | None:
        """The story that stands at an address, in whatever dress."""

    @abstractmethod
    def addresses_of(self, story: Story) -> tuple[str, ...]:
        """The addresses of a story that the portal links, below its home, the main one first."""

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def published(self) -> tuple[Published, ...]:
        """Every article, newest first."""
        return tuple(
            Published(
                id=self.id_of(story),
                title=story.title,
                day=story.moment.date(),
                addresses=tuple(urljoin(self.home, path) for path in self.addresses_of(story)),
                text=story.text,
            )
            for story in self.stories
        )

    def id_of(self, story: Story) -> str:
        return f"{self.name}/{story.number}"

    def id_at(self, url: str) -> str | None:
        """The id of the article that stands at an address; None where there is none."""
        if urlsplit(urljoin(self.home, url)).netloc != urlsplit(self.home).netloc:
            return None
        story = self.story_at(asked("GET", url))
        return self.id_of(story) if story else None

    def is_forbidden(self, target: str) -> bool:
        """Whether robots.txt forbids an address (path and query)."""
        return any(_matches(rule, target) for rule in self.forbidden)

    @property
    def forbidden_requests(self) -> tuple[Request, ...]:
        return tuple(request for request in self.requests if self.is_forbidden(request.target))

    def in_section(self, section: str) -> tuple[Story, ...]:
        return tuple(story for story in self.stories if section in story.sections)

    def page_of(self, stories: Sequence[Story], page: int) -> Sequence[Story]:
        """The stories of a list page, counted from 1."""
        return stories[(page - 1) * self.per_page : page * self.per_page]

    def pages(self, stories: Sequence[Story]) -> int:
        return -(-len(stories) // self.per_page)

    def most_read(self) -> tuple[Story, ...]:
        """The same five on every page."""
        return self.stories[7 :: max(1, len(self.stories) // 5)][:5]

    def related(self, story: Story) -> tuple[Story, ...]:
        """The five that came out before a story in its section."""
        row = self.in_section(story.sections[0])
        place = row.index(story)
        return row[place + 1 : place + 6] or row[:5]

    def now(self) -> datetime:
        """The page clock: the day of the visit, a little later at each request."""
        return VISIT + timedelta(seconds=7 * len(self.requests))

    def visitors(self) -> str:
        return f"{2_417_803 + len(self.requests):,}".replace(",", ".")

    def robots(self) -> str:
        lines = ["User-agent: BadBot", "Disallow: /", "", "User-agent: *"]
        lines += [f"Disallow: {rule}" for rule in self.forbidden]
        lines += ["Crawl-delay: 0", ""]
        lines += [f"Sitemap: {urljoin(self.home, path)}" for path in self.sitemaps]
        return "\n".join(lines) + "\n"

    def respond(self, ask: Ask) -> Answer:
        """robots.txt and files here, pages by the family."""
        if ask.path == "/robots.txt":
            return Answer(self.robots(), kind="text/plain")
        ending = re.search(r"\.[a-z]+$", ask.path.lower())
        kind = FILES.get(ending[0]) if ending else None
        if kind is None or ask.target in self.dead:
            return self.answer(ask)
        return Answer(PIXEL if kind == "image/gif" else b"%PDF-1.4 made up", kind=kind)

    def __enter__(self) -> Self:
        portal = self

        class Handler(_Handler):
            family: ClassVar[FamilyPortal] = portal

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server and self._thread
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet a page
    family: ClassVar[FamilyPortal]

    def do_GET(self) -> None:
        self._respond(asked(self.command, self.path, cookies=self.headers.get("Cookie", "")))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        cookies = self.headers.get("Cookie", "")
        self._respond(asked("POST", self.path, form=form, cookies=cookies))

    def _respond(self, ask: Ask) -> None:
        answer = self.family.respond(ask)
        self.family.requests.append(Request(ask.method, ask.target, answer.status))
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if ask.method != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


def asked(method: str, url: str, *, form: str = "", cookies: str = "") -> Ask:
    """What a request line asks for."""
    parts = urlsplit(url)
    return Ask(
        method,
        unquote(parts.path) or "/",
        {name.lower(): value for name, value in _fields(parts.query).items()},
        _fields(form),
        cookies,
        (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def number_in(query: Mapping[str, str], name: str, *, default: int = 1) -> int:
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else default


def anchors(
    links: Iterable[tuple[str, str]], *, form: str = '<li><a href="{href}">{text}</a></li>'
) -> str:
    """Links (address, text), each written as the form says."""
    return "\n".join(form.format(href=escape(href), text=escape(text)) for href, text in links)


def body_html(story: Story, *, paragraph: str, figure: str, image: str) -> str:
    """Paragraphs and figures, each written as the forms say ("{}" is the text)."""
    captions = dict(story.captions)
    lines = []
    for place, text in enumerate(story.paragraphs):
        lines.append(paragraph.format(escape(text)))
        if place in captions:
            source = image.format(number=story.number, place=place)
            lines.append(figure.format(image=source, caption=escape(captions[place])))
    return "\n".join(lines)


def _fields(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _matches(rule: str, target: str) -> bool:
    pattern = re.escape(rule).replace(r"\*", ".*")
    pattern = pattern[:-2] + "$" if pattern.endswith(r"\$") else pattern
    return re.match(pattern, target) is not None
