"""What pages say of their own address, and how far that is believed.

Many portals name one page for all of their pages, or none; a portal is believed only where pages
with different titles name different addresses, and those show what they are said to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scraper.probe.shapes import Cluster, Shape, shape_of
from scraper.urls import canonical_address, same_site

if TYPE_CHECKING:
    from scraper.probe.survey import Survey


def told_addresses(survey: Survey) -> Iterator[tuple[str, str]]:
    """The articles read, each with the address that its page says is its own."""
    for url in survey.look.articles:
        page = survey.look.page(url)
        own = page.canonical if page is not None else None
        if own is not None and same_site(own, survey.look.portal):
            yield url, own


def _contradict(survey: Survey) -> bool:
    """Whether two articles name one address."""
    named: dict[str, str] = {}
    for url, own in told_addresses(survey):
        before = named.setdefault(canonical_address(own), url)
        if before != url and survey.titles.same(before, url) is not True:
            return True
    return False


def is_believed(survey: Survey) -> bool:
    """Whether pages name their own addresses: no two articles the same, and one at least another
    address that is known to be the same article."""
    if _contradict(survey):
        return False
    proved = False
    for url, own in told_addresses(survey):
        if canonical_address(own) == canonical_address(url):
            continue
        same = survey.titles.same(own, url)
        if same is None:
            same = survey.titles.surely_same(own, url)
        if same is False:
            return False
        proved = proved or bool(same)
    return proved


def copied_kinds(survey: Survey) -> set[Shape]:
    """Kinds of addresses whose pages say that they stand under another kind of address."""
    if _contradict(survey):
        return set()
    found, kept = set(), set()
    for url, own in told_addresses(survey):
        if shape_of(own) == shape_of(url):
            kept.add(shape_of(url))
        elif survey.verdicts.get(shape_of(own)) == "article":
            found.add(shape_of(url))
    return {shape for shape in found - kept if not has_own(survey, shape)}


def has_own(survey: Survey, shape: Shape) -> bool:
    """Whether lists link to articles of a kind that are seen under no other kind of address."""
    titles, frame, articles = survey.titles, survey.frame(), survey.look.articles
    elsewhere = [
        url
        for url in survey.all_urls()
        if shape_of(url) != shape and survey.verdicts.get(shape_of(url)) == "article"
    ]
    for anchor in (
        it for page in survey.look.pages if page.url not in articles for it in page.anchors
    ):
        if shape_of(anchor.url) != shape or canonical_address(anchor.url) in frame:
            continue
        titles.add(anchor.url, anchor.text)
        if titles.of(anchor.url) and not any(titles.same(anchor.url, it) for it in elsewhere):
            return True
    return False


def kinds_read(survey: Survey) -> list[Cluster]:
    """The kinds of what was read as an article, where nothing better is known."""
    found = survey.clusters()
    read = {url: it for url, it in survey.read.items() if url != survey.home}
    dated = [url for url, article in read.items() if article.published is not None]
    shapes = [shape for shape in dict.fromkeys(map(shape_of, dated or read)) if shape in found]
    for shape in shapes:
        survey.verdicts[shape] = "article"
    survey.guessed = bool(shapes)
    return [found[shape] for shape in shapes]
