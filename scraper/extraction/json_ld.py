"""What a page's JSON-LD says of its article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import islice
from typing import TypeAlias

from lxml import etree

from scraper.extraction.notes import Notes, Witness
from scraper.vietnamese.text import clean

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_JSON_CHARS = 1_000_000  # a page's JSON-LD is a few kB; the rest are application states
_MAX_NODES = 2_000
_ARTICLE_TYPE = re.compile(r"article|posting|report|review|story|recipe|interview", re.IGNORECASE)
_PAGE_TYPE = re.compile(r"page$|creativework|videoobject|event", re.IGNORECASE)


def read_json_ld(scripts: Iterable[etree._Element], notes: Notes, addresses: Sequence[str]) -> None:
    """What the nodes of articles and of the page say; of several articles, this page's own."""
    found = (node for script in scripts for node in _nodes(_loaded(script.text or "")))
    nodes = list(islice(found, _MAX_NODES))
    people = _people(nodes)
    articles: list[dict[str, Json]] = []
    for node in nodes:
        kind = _kind(node)
        if _ARTICLE_TYPE.search(kind):
            articles.append(node)
        elif _PAGE_TYPE.search(kind) or not kind:
            _read_node(node, notes, people, about_page=True)
    own = [node for node in articles if _is_at(node, addresses)] if len(articles) > 1 else articles
    for node in own or articles:
        _read_node(node, notes, people, about_page=False)


def _kind(node: dict[str, Json]) -> str:
    return " ".join(kind for kind in _as_list(node.get("@type")) if isinstance(kind, str))


def _people(nodes: list[dict[str, Json]]) -> dict[str, str]:
    """The names of the persons of a graph by their "@id"."""
    people: dict[str, str] = {}
    for node in nodes:
        name, key = node.get("name"), node.get("@id")
        if isinstance(name, str) and isinstance(key, str) and "Person" in _kind(node):
            people[key] = clean(name)
    return people


def _is_at(node: dict[str, Json], addresses: Sequence[str]) -> bool:
    """Whether a node gives one of the addresses as its own; parts after "#" do not count."""
    own = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    own = [part.get("@id") or part.get("url") if isinstance(part, dict) else part for part in own]
    return any(
        isinstance(part, str) and part.partition("#")[0].rstrip("/") == address.rstrip("/")
        for part in own
        for address in addresses
        if address
    )


def _loaded(text: str) -> Json:
    """The script's value, or None where it is none."""
    text = text.strip()[:MAX_JSON_CHARS]
    for start, end in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>"), ("", ";")):
        if text.startswith(start) and text.endswith(end):
            text = text[len(start) : len(text) - len(end)].strip()
    try:
        value: Json = json.loads(text, strict=False)  # raw line breaks in strings are common
    except (ValueError, RecursionError):
        return None
    return value


def _nodes(value: Json) -> Iterator[dict[str, Json]]:
    """The objects at the top, in @graph and in mainEntity; not those of lists of other articles."""
    waiting = [value]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node
        elif isinstance(node, dict):
            yield node
            waiting[:0] = [node[key] for key in ("@graph", "mainEntity") if key in node]


def _read_node(
    node: dict[str, Json], notes: Notes, people: dict[str, str], *, about_page: bool
) -> None:
    rank = 300 if about_page else 0

    def add(about: str, key: str, values: Iterator[str]) -> None:
        for text in values:
            notes.add(about, rank, Witness(f"JSON-LD {key}", text, about_page))

    # Some systems escape titles for HTML before they write them here.
    add("titles", "headline", map(unescape, _texts(node.get("headline"))))
    add("titles", "name", map(unescape, _texts(node.get("name"))))
    add("published", "datePublished", _texts(node.get("datePublished")))
    add("published", "uploadDate", _texts(node.get("uploadDate")))
    if "datePublished" not in node:
        add("published", "dateCreated", _texts(node.get("dateCreated")))
    add("updated", "dateModified", _texts(node.get("dateModified")))
    add("languages", "inLanguage", _texts(node.get("inLanguage")))
    add("tags", "keywords", _texts(node.get("keywords")))
    add("descriptions", "description", _texts(node.get("description")))
    add("bodies", "articleBody", _whole_texts(node.get("articleBody")))
    for key in ("author", "creator"):
        for name, is_person in _names(node.get(key), people):
            weak = about_page or not is_person
            rule = f"JSON-LD {key}" if is_person else f"JSON-LD {key} (organization)"
            notes.add("authors", 300 if weak else 0, Witness(rule, name, weak))
    if not about_page:
        add("site_names", "publisher", _texts(node.get("publisher")))


def _as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _texts(value: Json) -> Iterator[str]:
    for part in _as_list(value):
        if isinstance(part, dict):
            part = part.get("name") or part.get("@value")
            part = part[0] if isinstance(part, list) and part else part
        if isinstance(part, str) and part.strip():
            yield clean(part)


def _whole_texts(value: Json) -> Iterator[str]:
    """Texts with their line breaks, which part paragraphs."""
    for part in _as_list(value):
        if isinstance(part, str) and part.strip():
            yield part.strip()


def _names(value: Json, people: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """(name, is it a person?); an organisation named as author is the publisher nearly always."""
    for part in _as_list(value):
        is_person, known = True, None
        if isinstance(part, dict):
            is_person = "Organization" not in _kind(part)
            key = part.get("@id")
            known = people.get(key) if isinstance(key, str) else None
        # Of a person that the graph describes too, the author's own node gives the login at times.
        names = list(_texts(part))
        if known and (not names or " " not in names[0]):
            names = [known]
        for name in names:
            yield name, is_person
