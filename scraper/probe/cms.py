"""Which content management system a portal is made with, as far as its pages say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scraper.portals.portal_file import Family, read_families
from scraper.probe.seen import SeenPage
from scraper.probe.words import pairs_of
from scraper.urls import normalise

FEWEST_MARKS = 2  # where the generator tag does not say it; "/sitemap.xml" alone says nothing


@dataclass(frozen=True, slots=True)
class Recognised:
    """A family, and by what it was recognised."""

    family: Family | None
    name: str
    why: str


def recognise(pages: Iterable[SeenPage]) -> Recognised | None:
    """The family of a portal's pages; None where nothing tells."""
    found: dict[str, tuple[int, Family, str]] = {}
    for page in pages:
        generator = page.generator
        source = page.capture.body.decode("utf-8", "replace")
        for family in read_families():
            if generator and family.generator and family.generator.search(generator):
                return Recognised(family, generator[:60], "its generator tag says so")
            marks = [mark for mark in family.marks if mark in source]
            needed = 1 if family.generator is None else FEWEST_MARKS
            if len(marks) >= needed and len(marks) > found.get(family.name, (0,))[0]:
                found[family.name] = (len(marks), family, ", ".join(marks))
        if generator:
            return Recognised(None, generator[:60], "its generator tag says so")
    if not found:
        return None
    _, family, marks_told = max(found.values(), key=lambda one: one[0])
    return Recognised(family, family.name, f"its pages hold {marks_told}")


def lists_of(family: Family, articles: Iterable[str], *, home: str) -> Iterator[str]:
    """The addresses of lists that the articles' own parameters lead to."""
    seen: set[str] = set()
    for url in articles:
        pairs = {name.lower(): value for name, value in pairs_of(url)}
        for template in family.lists:
            names = re.findall(r"\{(\w+)\}", template)
            if not all(pairs.get(name) for name in names):
                continue
            address = template
            for name in names:
                address = address.replace(f"{{{name}}}", pairs[name])
            if address not in seen:
                seen.add(address)
                yield normalise(address, home)


def pagings(family: Family, url: str) -> Iterator[str]:
    """The addresses of a list's further pages, as the family usually writes them."""
    for ending in family.paging:
        if ending.startswith(("?", "&")):
            yield f"{url}{'&' if '?' in url else '?'}{ending[1:]}"
        elif "?" not in url:
            yield f"{url.rstrip('/')}/{ending}"
