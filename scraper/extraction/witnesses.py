"""What a page's markup says to machines: metas, JSON-LD, microdata.

These are witnesses to weigh, not answers: sites fill them from templates, leave them empty, or copy
them from other pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import TypeAlias

from lxml import etree

from scraper.vietnamese.text import clean

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_JSON_CHARS = 1_000_000  # a page's JSON-LD is a few kB; the rest are application states
_MAX_NODES = 2_000
_MOST_ITEMPROPS = 2_000

# Names of metas, lower case, letters and digits only; the first of a list is the best witness.
_TITLE_METAS = (
    "ogtitle",
    "twittertitle",
    "dctitle",
    "dctermstitle",
    "sailthrutitle",
    "headline",
    "title",
)
_PUBLISHED_METAS = (
    "articlepublishedtime", "articlepublished", "ogarticlepublishedtime", "ogpublishedtime",
    "datepublished", "publisheddate", "publishedtime", "publisheddatetime", "publishdate",
    "publishtime", "publicationdate", "articlepublicationdate", "originalpublicationdate",
    "firstpublished", "pubdate", "parselypubdate", "sailthrudate", "dcdateissued",
    "dctermsissued", "dcissued", "citationpublicationdate", "cxenseparserecspublishtime",
    "articledatepublished", "articlecreated", "shareaholicarticlepublishedtime", "displaydate",
    "releasedate", "issuedate", "postdate", "dateposted", "vrpublishedtime", "btpubdate",
    "dcdatepublished", "dcdatecreated", "dctermscreated", "datecreated", "creationdate",
    "bcrightsdate", "published", "articledate", "articlepublishdate",
)  # fmt: skip
_PUBLISHED_ENDS = (
    "publisheddate",
    "publishdate",
    "publicationdate",
    "publishedtime",
    "publishtime",
)
_WEAK_DATE_METAS = ("dcdate", "dctermsdate", "dctermsavailable", "date", "docdate", "created")
_UPDATED_METAS = (
    "articlemodifiedtime", "articleupdatedtime", "ogupdatedtime", "ogmodifiedtime",
    "datemodified", "dctermsmodified", "dcdatemodified", "lastmodified", "lastmod",
    "modifieddate", "modified", "lastupdated", "updateddate", "updatedtime", "revised",
)  # fmt: skip
_AUTHOR_METAS = (
    "author", "articleauthor", "authors", "dccreator", "dctermscreator", "dcauthor",
    "sailthruauthor", "parselyauthor", "citationauthor", "byl", "ogarticleauthor",
    "cxenseparseauthor", "cxenseparserecsarticleauthor", "bylinename", "articleauthorname",
    "byline", "trackonomicsauthor", "postauthor",
)  # fmt: skip
# What systems for blogs say beside a card: "twitter:label1" Written by, "twitter:data1" Ann Lee.
_CARD_LABELS = frozenset(("twitterlabel1", "twitterlabel2"))
_CARD_VALUES = frozenset(("twitterdata1", "twitterdata2"))
_WRITTEN_BY = frozenset((
    "written by", "author", "by", "verfasst von", "geschrieben von", "autor", "écrit par",
    "auteur", "escrito por", "scritto da", "autore", "geschreven door", "napisane przez",
    "skriven av", "skrevet av", "skrevet af", "kirjoittanut", "yazan", "автор", "написано автором",
    "ditulis oleh", "được viết bởi", "viết bởi", "tác giả", "投稿者", "執筆者", "作者", "글쓴이",
))  # fmt: skip
_TAG_METAS = ("articletag", "ogarticletag", "newskeywords", "keywords", "dcsubject")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_ARTICLE_TYPE = re.compile(r"article|posting|report|review|story|recipe|interview", re.IGNORECASE)
_PAGE_TYPE = re.compile(r"page$|creativework|videoobject|event", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Witness:
    """One value, and the place that says it: "meta og:title", "JSON-LD headline"."""

    rule: str
    text: str
    about_page: bool = False  # of the page rather than of the article: weaker


@dataclass(frozen=True, slots=True)
class Witnesses:
    """All that a page's markup says to machines; in each list the better witness first."""

    titles: tuple[Witness, ...] = ()
    published: tuple[Witness, ...] = ()
    updated: tuple[Witness, ...] = ()
    authors: tuple[Witness, ...] = ()
    tags: tuple[Witness, ...] = ()
    languages: tuple[Witness, ...] = ()
    site_names: tuple[Witness, ...] = ()
    descriptions: tuple[Witness, ...] = ()
    bodies: tuple[Witness, ...] = ()  # whole texts


@dataclass(slots=True)
class _Notes:
    """Witnesses while they are collected: (rank, order) sorts them at the end."""

    found: dict[str, list[tuple[int, Witness]]] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)

    def add(self, about: str, rank: int, witness: Witness) -> None:
        if witness.text:
            self.found.setdefault(about, []).append((rank, witness))

    def sorted(self, about: str) -> tuple[Witness, ...]:
        notes = sorted(self.found.get(about, ()), key=lambda note: note[0])
        return tuple(dict.fromkeys(witness for _, witness in notes))


def witnesses(tree: etree._Element) -> Witnesses:
    """What the markup says of title, dates, authors, tags and language."""
    notes = _Notes()
    for element in tree.iter("meta", "script", "title", "html"):
        if element.tag == "meta":
            _read_meta(element, notes)
        elif element.tag == "script":
            _read_json_ld(element, notes)
        elif element.tag == "title":
            if element.getparent() is not None and element.getparent().tag != "svg":
                notes.add("titles", 60, Witness("<title>", clean("".join(element.itertext()))))
        else:
            language = element.get("lang") or element.get(
                "{http://www.w3.org/XML/1998/namespace}lang"
            )
            notes.add("languages", 0, Witness("<html lang>", clean(language or "")))
    for label, value in notes.cards.items():
        if label in _CARD_LABELS and value.casefold().strip(" :") in _WRITTEN_BY:
            written_by = notes.cards.get(label.replace("label", "data"), "")
            notes.add("authors", 130, Witness("meta twitter:data", written_by))
    for element in islice(tree.iterfind(".//*[@itemprop]"), _MOST_ITEMPROPS):
        _read_itemprop(element, notes)
    return Witnesses(**{about: notes.sorted(about) for about in _ABOUT})


_ABOUT = (
    "titles", "published", "updated", "authors", "tags", "languages", "site_names",
    "descriptions", "bodies",
)  # fmt: skip


def _read_meta(element: etree._Element, notes: _Notes) -> None:
    name = element.get("property") or element.get("name") or element.get("http-equiv") or ""
    text = clean(element.get("content") or "")
    if not name or not text or element.get("itemprop"):
        return
    key = _NOT_A_LETTER.sub("", name.lower())
    rule = f"meta {name.strip()[:60]}"
    for about, keys, rank in _META_TABLE:
        if key in keys:
            notes.add(about, rank + keys.index(key), Witness(rule, text))
            return
    if key in _CARD_LABELS or key in _CARD_VALUES:
        notes.cards.setdefault(key, text)
        return
    if key.endswith(_PUBLISHED_ENDS):
        notes.add("published", 190, Witness(rule, text))


_META_TABLE: tuple[tuple[str, Sequence[str], int], ...] = (
    ("titles", _TITLE_METAS, 10),
    ("published", _PUBLISHED_METAS, 100),
    ("published", _WEAK_DATE_METAS, 500),
    ("updated", _UPDATED_METAS, 100),
    ("authors", _AUTHOR_METAS, 100),
    ("tags", _TAG_METAS, 10),
    ("languages", ("contentlanguage", "oglocale", "dclanguage", "dctermslanguage", "language"), 10),
    ("descriptions", ("ogdescription", "description", "twitterdescription"), 10),
    ("site_names", ("ogsitename", "applicationname", "twittersite"), 10),
)


def is_weak_date(witness: Witness) -> bool:
    """Metas such as "date", which many systems fill with the day on which the page was made."""
    return witness.about_page or (
        witness.rule.startswith("meta ")
        and _NOT_A_LETTER.sub("", witness.rule[5:].lower()) in _WEAK_DATE_METAS
    )


# --- JSON-LD -----------------------------------------------------------------------------------


def _read_json_ld(element: etree._Element, notes: _Notes) -> None:
    if "ld+json" not in (element.get("type") or "").lower():
        return
    nodes = list(_nodes(_loaded(element.text or "")))
    people = _people(nodes)
    for node in nodes:
        kind = _kind(node)
        if _ARTICLE_TYPE.search(kind):
            _read_node(node, notes, people, about_page=False)
        elif _PAGE_TYPE.search(kind):
            _read_node(node, notes, people, about_page=True)


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
    node: dict[str, Json], notes: _Notes, people: dict[str, str], *, about_page: bool
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
    add("updated", "dateModified", _texts(node.get("dateModified")))
    add("languages", "inLanguage", _texts(node.get("inLanguage")))
    add("tags", "keywords", _texts(node.get("keywords")))
    add("descriptions", "description", _texts(node.get("description")))
    add("bodies", "articleBody", _texts(node.get("articleBody")))
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


# --- microdata ---------------------------------------------------------------------------------

_ITEMPROPS = {
    "datepublished": ("published", 50),
    "datecreated": ("published", 400),
    "datemodified": ("updated", 50),
    "headline": ("titles", 30),
    "author": ("authors", 50),
    "keywords": ("tags", 40),
    "inlanguage": ("languages", 40),
}


def _read_itemprop(element: etree._Element, notes: _Notes) -> None:
    for name in (element.get("itemprop") or "").lower().split():
        about, rank = _ITEMPROPS.get(name, ("", 0))
        if not about or _in_comment(element):
            continue
        text = element.get("content") or element.get("datetime")
        if not text and name == "author":
            inside = islice(element.iterdescendants(), 50)
            named = next((part for part in inside if part.get("itemprop") == "name"), None)
            text = None
            if named is not None:
                text = named.get("content") or _beginning(named)
            else:
                text = _of_profile(element)
        text = text or _beginning(element)
        notes.add(about, rank, Witness(f"itemprop {name}", clean(text)))


def _of_profile(element: etree._Element) -> str | None:
    """The text of a link to the author's page in a box that says more of the author."""
    if len(element) == 0:
        return None
    for inside in islice(element.iterdescendants("a"), 3):
        if "author" in (inside.get("rel") or ""):
            return _beginning(inside)
    return None


def _beginning(element: etree._Element) -> str:
    """The text of an element's first pieces; a whole page may stand in it."""
    pieces = [element.text or ""]
    for inside in islice(element.iterdescendants(), 50):
        pieces += (inside.text or "", inside.tail or "")
    return "".join(pieces)[:1000]


def _in_comment(element: etree._Element) -> bool:
    """Comments have authors and dates of their own."""
    return any(
        "omment" in (above.get("itemprop") or "") or "/Comment" in (above.get("itemtype") or "")
        for above in islice(element.iterancestors(), 50)
    )
