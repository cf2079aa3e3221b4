"""What a page's markup says to machines: metas, JSON-LD, microdata.

These are witnesses to weigh, not answers: sites fill them from templates, leave them empty, or copy
them from other pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from scraper.extraction.json_ld import read_json_ld
from scraper.extraction.notes import Notes, Witness
from scraper.vietnamese.text import clean

_MOST_ITEMPROPS = 2_000
_MOST_TIMES = 200
_TIMES = ("time", "abbr", "relative-time", "time-ago")
_TOLD = ("meta", "script", "title", "html", "link", *_TIMES)

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
    "datepublished", "publisheddate", "publishedtime", "publisheddatetime", "publishedon",
    "publishedat", "publishdate", "publishtime", "publicationdate", "publicationtime",
    "articlepublicationdate", "contentpublicationdate", "originalpublicationdate",
    "originalpublishdate", "firstpublished", "firstpublishdate", "firstpublicationdate", "pubdate",
    "ogpubdate", "ogpublishdate", "ogpublicationdate", "parselypubdate", "sailthrudate",
    "dcdateissued", "dctermsissued", "dcissued", "prismpublicationdate", "citationpublicationdate",
    "citationonlinedate", "eprintsdate", "rnewsdatepublished", "cxenseparserecspublishtime",
    "mediatorpublishedtime", "articledatepublished", "articledateoriginal", "articlecreated",
    "articlecreateat", "shareaholicarticlepublishedtime", "dateofpublication", "publishingdate",
    "displaydate", "releasedate", "ogreleasedate", "issuedate", "postdate", "dateposted", "gentime",
    "vrpublishedtime", "btpubdate", "dcdatepublished", "dcdatecreated", "dctermscreated",
    "dctermscreateddate", "datecreated", "creationdate", "bcrightsdate", "published", "articledate",
    "articlepublishdate", "ptime",
)  # fmt: skip
_PUBLISHED_ENDS = (
    "publisheddate",
    "publishdate",
    "publicationdate",
    "publishedtime",
    "publishtime",
)
_WEAK_DATE_METAS = (
    "dcdate", "dctermsdate", "dctermsavailable", "date", "docdate", "created", "ogdate", "pagedate",
    "time", "timestamp", "citationdate",
)  # fmt: skip
_UPDATED_METAS = (
    "articlemodifiedtime", "articlemodified", "articleupdatedtime", "articleupdated",
    "articleupdateat", "ogupdatedtime", "ogmodifiedtime", "datemodified", "dctermsmodified",
    "dcdatemodified", "dcmodified", "lastmodified", "lastmod", "modifieddate", "modifiedtime",
    "modified", "lastupdated", "updateddate", "updatedtime", "updatetime", "updated", "dateupdated",
    "revised", "revisiondate", "bcmoddate", "btmoddate", "cxenseparserecsmodifiedtime",
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
    times: tuple[etree._Element, ...] = ()  # <time> and the like, which mean what they stand beside


def witnesses(tree: etree._Element, *, told: Sequence[etree._Element] | None = None) -> Witnesses:
    """What the markup says of title, dates, authors, tags and language.

    `told` are its elements that speak to machines, where they have been gathered before.
    """
    notes = Notes()
    addresses: list[str] = []
    scripts: list[etree._Element] = []
    times: list[etree._Element] = []
    for element in tree.iter(*_TOLD) if told is None else told:
        tag = element.tag
        if tag == "meta":
            _read_meta(element, notes)
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                scripts.append(element)
        elif tag == "title":
            if element.getparent() is not None and element.getparent().tag != "svg":
                notes.add("titles", 60, Witness("<title>", clean("".join(element.itertext()))))
        elif tag in _TIMES:
            times.append(element)
        elif tag == "link":
            if element.get("rel") == "canonical":
                addresses.append(element.get("href") or "")
        else:
            language = element.get("lang") or element.get(
                "{http://www.w3.org/XML/1998/namespace}lang"
            )
            notes.add("languages", 0, Witness("<html lang>", clean(language or "")))
    read_json_ld(scripts, notes, addresses)
    for label, value in notes.cards.items():
        if label in _CARD_LABELS and value.casefold().strip(" :") in _WRITTEN_BY:
            written_by = notes.cards.get(label.replace("label", "data"), "")
            notes.add("authors", 130, Witness("meta twitter:data", written_by))
    for element in _with_itemprop(tree)[:_MOST_ITEMPROPS]:
        _read_itemprop(element, notes)
    found = {about: notes.sorted(about) for about in _ABOUT}
    return Witnesses(**found, times=tuple(times[:_MOST_TIMES]))


_OF_CARD = -1  # no rank: a card's label and its value stand apart
_with_itemprop = etree.XPath("descendant-or-self::*/@itemprop/..")  # //*[@itemprop], but faster
_ABOUT = (
    "titles", "published", "updated", "authors", "tags", "languages", "site_names",
    "descriptions", "bodies",
)  # fmt: skip


def _read_meta(element: etree._Element, notes: Notes) -> None:
    name = element.get("property") or element.get("name") or element.get("http-equiv")
    if not name:
        return
    place = _place_of_meta(name)
    if place is None or element.get("itemprop"):
        return
    text = clean(element.get("content") or "")
    if place[1] == _OF_CARD:
        notes.cards.setdefault(place[0], text)
    elif text:
        notes.add(place[0], place[1], Witness(f"meta {name.strip()[:60]}", text))


@lru_cache(maxsize=4096)
def _place_of_meta(name: str) -> tuple[str, int] | None:
    """What a meta of this name tells of, and its rank among those that do."""
    key = _NOT_A_LETTER.sub("", name[:200].lower())
    for about, keys, rank in _META_TABLE:
        if key in keys:
            return about, rank + keys.index(key)
    if key in _CARD_LABELS or key in _CARD_VALUES:
        return key, _OF_CARD
    return ("published", 190) if key.endswith(_PUBLISHED_ENDS) else None


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


def _read_itemprop(element: etree._Element, notes: Notes) -> None:
    for name in (element.get("itemprop") or "").lower().split():
        about, rank = _ITEMPROPS.get(name, ("", 0))
        if not about or _in_comment(element):
            continue
        text = element.get("content") or element.get("datetime")
        if not text and about in ("published", "updated"):  # <abbr title="2018-06-14T07:22">
            text = element.get("title")
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
