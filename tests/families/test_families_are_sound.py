"""The made portals hold what they say: a person finds every article, and every trap is there."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from urllib import request as http
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from lxml import etree, html

from families import FAMILIES
from families.postback import CALENDAR, GRID
from families.server import Answer, FamilyPortal, asked

PORTALS = {family.name: family for family in FAMILIES}
MOST_PAGES = 1500  # no walk of a made portal is longer


@pytest.fixture(params=PORTALS)
def portal(request: pytest.FixtureRequest) -> Iterator[FamilyPortal]:
    with PORTALS[request.param]() as serving:
        yield serving


class _Kept(http.HTTPRedirectHandler):
    """Redirects are shown, not followed."""

    def redirect_request(self, *_: object) -> None:
        return None


def get(url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, type (or where it sends) and text of an answer over the wire."""
    body = urlencode(form).encode() if form is not None else None
    try:
        answer = http.build_opener(_Kept).open(url, body)
    except HTTPError as failed:
        answer = failed
    with answer:
        kind = answer.headers.get("Location") or answer.headers["Content-Type"]
        return answer.status or 0, kind, answer.read().decode()


def tell(portal: FamilyPortal, target: str) -> Answer:
    """What the portal answers, without the wire."""
    return portal.respond(asked("GET", target))


def text_of(answer: Answer) -> str:
    return answer.body if isinstance(answer.body, str) else answer.body.decode()


@dataclass(frozen=True)
class Page:
    """A page of a walk."""

    text: str
    links: frozenset[str]  # whole addresses to go on with
    hrefs: frozenset[str]  # whole addresses that it names in any way


def read(text: str, base: str) -> Page:
    """What a page, a feed, a sitemap or an answer of the API leads to."""
    named: list[str] = []
    if text.lstrip().startswith("{"):
        links = _api_links(text, base)
    elif text.lstrip().startswith("<?xml"):
        tree = etree.fromstring(text.encode())
        nodes = tree.xpath("//*[local-name()='loc' or local-name()='link']")
        links = [node.get("href") or (node.text or "").strip() for node in nodes]
    elif text:
        tree = html.document_fromstring(text.strip())
        links = tree.xpath("//a/@href | //link[@rel='alternate']/@href | //@data-api")
        links += [f"{api}1" for api in re.findall(r'fetch\("([^"]+pageIndex=)', text)]
        named = tree.xpath("//@href")
    else:
        links = []
    whole = [_whole(link, base) for link in links if not re.match(r"javascript:|mailto:", link)]
    return Page(
        text, frozenset(whole), frozenset([*whole, *(_whole(href, base) for href in named)])
    )


def _api_links(text: str, base: str) -> list[str]:
    """The items of a page, and the page that the browser's script asks for next."""
    inside = json.loads(text)["data"]
    links = [item["url"] for item in inside["items"]]
    if inside["pageIndex"] < inside["totalPages"]:
        links.append(re.sub(r"pageIndex=\d+", f"pageIndex={inside['pageIndex'] + 1}", base))
    return links


def _whole(link: str, base: str) -> str:
    return urljoin(base, link).partition("#")[0]


@cache  # each portal is walked once for all tests
def walk(family: type[FamilyPortal]) -> tuple[FamilyPortal, dict[str, Page]]:
    """A person's way through a portal from its home, without the wire: its pages by address.

    Shuns what robots.txt forbids, other sites, files and the addresses without end.
    """
    portal = family()
    pages: dict[str, Page] = {}
    waiting = deque([portal.home, *(urljoin(portal.home, path) for path in portal.sitemaps)])
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        answer = tell(portal, address.removeprefix(portal.home[:-1]))
        page = read(text_of(answer), address)
        if moved := dict(answer.headers).get("Location"):
            page = Page("", frozenset([urljoin(address, moved)]), frozenset())
        pages[address] = page
        assert len(pages) < MOST_PAGES
        pages |= (further := dict(pressed_through(portal, address, page.text)))
        for link in sorted(page.links.union(*(other.links for other in further.values()))):
            if link not in known and may_follow(portal, link):
                known.add(link)
                waiting.append(link)
    return portal, pages


def may_follow(portal: FamilyPortal, link: str) -> bool:
    target = link.removeprefix(portal.home[:-1])
    trap = any(re.search(trap, target) for trap in portal.traps)
    inside = link.startswith(portal.home) and not is_file(target)
    return inside and not trap and not portal.is_forbidden(target)


def is_file(target: str) -> bool:
    return re.search(r"\.(pdf|docx?|xls|jpg|png|css|js)$", urlsplit(target).path) is not None


def pressed_through(portal: FamilyPortal, address: str, text: str) -> Iterator[tuple[str, Page]]:
    """The further pages of a WebForms list, the pager pressed from one to the next."""
    number = 2
    while f"'{GRID}','Page${number}'" in text:
        form = urlencode(pressed(text, GRID, f"Page${number}"))
        answer = portal.respond(asked("POST", address.removeprefix(portal.home[:-1]), form=form))
        assert answer.status == 200
        text = text_of(answer)
        yield f"{address}#{number}", read(text, address)
        number += 1


def pressed(page: str, event: str, argument: str) -> dict[str, str]:
    """The form of a page as a browser sends it when a pager's link is pressed."""
    fields = html.document_fromstring(page).xpath("//input[@type='hidden']")
    form = {field.get("name"): field.get("value", "") for field in fields}
    return form | {"__EVENTTARGET": event, "__EVENTARGUMENT": argument}


def named_in(pages: Mapping[str, Page]) -> frozenset[str]:
    return frozenset().union(*(page.hrefs for page in pages.values()))


def word_runs(text: str) -> set[tuple[str, ...]]:
    """Every five words that follow each other in a text."""
    words = text.split()
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


class _Balance(HTMLParser):
    """Keeps the tags that are open at the end of a page."""

    EMPTY = frozenset(("meta", "link", "img", "input", "br", "base"))

    def __init__(self) -> None:
        super().__init__()
        self.open_tags: list[str] = []

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        assert tag in self.EMPTY, f"<{tag} />"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.EMPTY:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags and self.open_tags.pop() == tag, f"</{tag}>"


@pytest.mark.parametrize("name", PORTALS)
def test_a_person_finds_every_article_from_the_home_page(name: str) -> None:
    portal, pages = walk(PORTALS[name])
    found = {portal.id_at(address) for address in pages}
    assert {record.id for record in portal.published} - found == set()


@pytest.mark.parametrize("name", PORTALS)
def test_every_address_of_an_article_is_linked_somewhere(name: str) -> None:
    portal, pages = walk(PORTALS[name])
    addresses = {address for record in portal.published for address in record.addresses}
    assert addresses - named_in(pages) == set()


@pytest.mark.parametrize("name", PORTALS)
def test_decoys_are_linked(name: str) -> None:
    portal, pages = walk(PORTALS[name])
    decoys = {urljoin(portal.home, target) for target in portal.decoys}
    assert decoys - named_in(pages) == set()


@pytest.mark.parametrize("name", PORTALS)
def test_dead_links_stand_on_the_home_page_and_lead_nowhere(name: str) -> None:
    portal, pages = walk(PORTALS[name])
    for target in portal.dead:
        answer = tell(portal, target)
        assert urljoin(portal.home, target) in named_in(pages)
        assert portal.id_at(target) is None
        assert answer.status in (404, 302) or "không tồn tại" in text_of(answer)


@pytest.mark.parametrize("name", PORTALS)
def test_every_page_can_be_parsed_and_closes_its_tags(name: str) -> None:
    for address, page in walk(PORTALS[name])[1].items():
        if page.text and not page.text.lstrip().startswith(("{", "<?xml")):
            balance = _Balance()
            balance.feed(page.text)
            assert balance.open_tags == [], address


@pytest.mark.parametrize("name", PORTALS)
def test_every_page_has_traps_attachments_and_other_sites_beside_the_articles(name: str) -> None:
    portal, pages = walk(PORTALS[name])
    named = named_in(pages)
    assert any(is_file(link) and ".css" not in link for link in named)
    assert any(not link.startswith(portal.home) for link in named)
    for trap in portal.traps:
        assert any(re.search(trap, link.removeprefix(portal.home[:-1])) for link in named), trap


def test_every_address_answers_with_its_article(portal: FamilyPortal) -> None:
    for record in portal.published:
        for address in record.addresses:
            answer = tell(portal, address)
            if moved := dict(answer.headers).get("Location"):
                answer = tell(portal, moved)
            text = text_of(answer)
            assert answer.status == 200
            assert portal.id_at(address) == record.id
            assert record.title in text
            assert all(part in text for part in record.text.split("\n\n"))


def test_robots_txt_is_served_and_forbids(portal: FamilyPortal) -> None:
    status, kind, text = get(portal.home + "robots.txt")
    assert (status, kind) == (200, "text/plain")
    assert "Crawl-delay: 0" in text
    assert all(f"Disallow: {rule}" in text for rule in portal.forbidden)
    assert not portal.forbidden_requests


def test_the_forbidden_is_linked_and_a_request_for_it_is_seen(portal: FamilyPortal) -> None:
    walked, pages = walk(type(portal))
    targets = [link.removeprefix(walked.home[:-1]) for link in sorted(named_in(pages))]
    forbidden = [target for target in targets if portal.is_forbidden(target)]
    assert forbidden
    get(portal.home[:-1] + forbidden[0])
    assert [request.target for request in portal.forbidden_requests] == [forbidden[0]]


def test_decoys_answer_and_are_no_articles(portal: FamilyPortal) -> None:
    assert len(portal.decoys) >= 4
    for target in portal.decoys:
        assert tell(portal, target).status == 200, target
        assert portal.id_at(target) is None


def test_a_portal_says_the_same_at_every_start(portal: FamilyPortal) -> None:
    again = type(portal)()
    assert [story.text for story in again.stories] == [story.text for story in portal.stories]
    assert tell(again, portal.dead[0]).status == tell(portal, portal.dead[0]).status


def test_its_articles_are_many_and_differ(portal: FamilyPortal) -> None:
    assert 60 <= len(portal.published) <= 120
    assert 2 <= len(portal.sections) <= 5
    paragraphs = [part for story in portal.stories for part in story.paragraphs]
    assert len(paragraphs) == len(set(paragraphs))
    assert len({record.title for record in portal.published}) == len(portal.published)
    assert all(len(portal.in_section(key)) > portal.per_page for key in portal.sections)
    runs = [word_runs(record.text) for record in portal.published]
    for place, mine in enumerate(runs):
        shared = max(len(mine & other) for other in runs[:place] + runs[place + 1 :])
        assert shared < len(mine) / 3, portal.published[place].title


@pytest.mark.parametrize("name", ["numbers in the path", "Liferay"])
def test_the_relative_language_link_nests_without_end(name: str) -> None:
    with PORTALS[name]() as portal:
        address = portal.published[0].addresses[0]
        for _ in range(6):
            page = text_of(tell(portal, address))
            (link,) = html.document_fromstring(page).xpath("//a[@class='lang']/@href")
            assert len(urljoin(address, link)) > len(address)
            address = urljoin(address, link)
            assert tell(portal, address).status == 200
        assert portal.id_at(address) is None


def test_a_session_differs_on_every_page() -> None:
    with PORTALS["numbers in the query"]() as portal:
        pages = [get(portal.home)[2] for _ in range(2)]
        sessions = [re.findall(r"s=([0-9a-f]{32})", page)[0] for page in pages]
        assert sessions[0] != sessions[1]


@pytest.mark.parametrize(
    ("name", "beyond", "says"),
    [
        ("numbers in the query", "/Portal.aspx?page=danhsach&zoneid=10&lang=vi&paging=99", "first"),
        ("numbers in the path", "/thoi-su/trang-99.html", "404"),
        ("Joomla", "/index.php?option=com_content&view=category&id=3&limitstart=990", "nothing"),
        ("SharePoint", "/Pages/ChuyenMuc.aspx?cm=Y%20t%E1%BA%BF%20d%E1%BB%B1%20ph%C3%B2ng&page=99",
         "first"),
        ("WordPress", "/category/tin-tuc/page/99/", "404"),
        ("Drupal", "/tin-tuc?page=99", "nothing"),
    ],
)  # fmt: skip
def test_beyond_the_end_of_a_list(name: str, beyond: str, says: str) -> None:
    with PORTALS[name]() as portal:
        answer = tell(portal, beyond)
        first = tell(portal, re.sub(r"(page|paging)=99", r"\1=1", beyond))
        links = {portal.id_at(link) for link in read(text_of(answer), portal.home).links}
        newest = {portal.id_at(link) for link in read(text_of(first), portal.home).links}
        assert (answer.status == 404) == (says == "404")
        if says == "first":
            assert links == newest
        else:
            assert len(links - {None}) <= 5  # the box of the most read


def test_a_list_of_liferay_answers_its_last_page_beyond_the_end() -> None:
    with PORTALS["Liferay"]() as portal:
        last = portal.in_section("tin-tuc")[-1]
        beyond = "/web/guest/tin-tuc?_101_INSTANCE_aB3xQ9kLmW2e_cur=99"
        assert last.title in text_of(tell(portal, beyond))


def test_a_postback_without_the_state_of_its_page_is_refused() -> None:
    with PORTALS["postback"]() as portal:
        address = portal.home + "TinTuc.aspx?ChuyenMucID=3"
        form = pressed(get(address)[2], GRID, "Page$2")
        assert get(address, form)[0] == 200
        for broken in ({"__VIEWSTATE": ""}, {"__EVENTVALIDATION": ""}):
            assert get(address, form | broken)[0] == 500
        assert get(address, form | {"__EVENTARGUMENT": "Page$14"})[0] == 500  # not on this pager
        assert (
            get(address, form | {"__EVENTTARGET": CALENDAR, "__EVENTARGUMENT": "V9770"})[0] == 200
        )


def test_a_pager_of_postbacks_goes_in_groups_of_ten() -> None:
    with PORTALS["postback"]() as portal:
        address = portal.home + "TinTuc.aspx?ChuyenMucID=3"
        first = get(address)[2]
        assert "Page$11')\">..." in first
        assert "Page$12" not in first
        second = get(address, pressed(first, GRID, "Page$11"))[2]
        assert "Page$10')\">..." in second
        assert "Page$12')\">12" in second
