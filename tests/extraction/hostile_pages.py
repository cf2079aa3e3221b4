"""Pages that try to take a reader's time or memory, and a process that reads one at a time.

    python tests/extraction/hostile_pages.py

reads names of pages from stdin and answers each with a line of JSON: how the reading ended, its
largest memory, its CPU. Every page is read in a forked child, so that no page leaves anything to
the next.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial

from portal_page import PARAGRAPHS, page

from scraper.errors import PageError
from scraper.extraction.article import extract

HANGS_AFTER = 60  # seconds of CPU: many times what any page takes, so only what hangs is killed
CROWD = 9_000  # times a piece of markup; with two lines each, as many as are read
_TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
_SENTENCE = "Trung tâm Quan trắc tỉnh Hà Sơn khai mạc lớp tập huấn cho cán bộ, học viên. "


def nested(tag: str, count: int = 100_000) -> bytes:
    return page(above=f"<{tag}>" * count + "Nước" + f"</{tag}>" * count)


def repeated(markup: str, count: int) -> bytes:
    """Some markup over and over, between title and text."""
    return page(above=markup * count)


def with_paragraph(text: str) -> bytes:
    """A text in a paragraph, in a link, a heading and a caption of their own, above and below."""
    return page(
        above=f"<div>{text}</div><p>{text}</p><figure><img src='a.jpg'><figcaption>{text}"
        f"</figcaption></figure><h2>{text}</h2>",
        end=f"<p>{text}</p><p align='right'><b>{text}</b></p><a href='/{text[:2000]}'>{text}</a>",
    )


def with_title(text: str) -> bytes:
    return page(title=f"Khai mạc lớp tập huấn {text}")


def with_head(markup: str) -> bytes:
    return page(head=markup)


def with_lines(text: str) -> bytes:
    return repeated(f"<div>{text[:300]}</div>", 4_000)


def with_metas(text: str) -> bytes:
    text = text.replace("'", "\u2019")
    return with_head(f"<meta name=author content='{text}'><meta name=date content='{text}'>")


def attributes(count: int) -> str:
    return " ".join(f"data-a{number}='{number}'" for number in range(count))


def _western(text: str) -> bytes:
    """Two megabytes of a text as it was written before Unicode."""
    paragraph = f"<p>{text * (5_000 // len(text) + 1)}</p>".encode("cp1252")
    return (
        b"<h1>" + text[:80].encode("cp1252") + b"</h1>" + paragraph * (1_900_000 // len(paragraph))
    )


def json_ld(text: str) -> bytes:
    return with_head(f'<script type="application/ld+json">{text}</script>')


# Where an expression can be led to try every place twice, or every length at every place.
LONG_RUNS = {
    "spaces": " \u00a0" * 100_000,
    "spaces-and-end": "Ảnh" + "\u00a0 " * 100_000 + "x",
    "digits": "7" * 200_000,
    "digits-and-dots": "1.2" * 70_000,
    "digits-and-slashes": "1/2" * 70_000,
    "digits-and-colons": "1:2" * 70_000,
    "dots": "." * 200_000,
    "dashes": "- " * 100_000,
    "commas": ", " * 100_000,
    "brackets": "(" * 200_000,
    "closing-brackets": ")]" * 100_000,
    "bars": "| " * 100_000,
    "quotes": "”\"'" * 70_000,
    "capitals": "A" * 200_000,
    "capital-words": "Lê An " * 30_000,
    "capitals-and-stops": "A." * 100_000,
    "small-letters": "a" * 200_000,
    "one-word": "nước" * 50_000,
    "words-and-stops": "an. " * 50_000,
    "photo-labels": "Ảnh: " * 40_000,
    "photo-names": "Ảnh Lê An. " * 20_000,
    "source-labels": "Nguồn: " * 30_000,
    "source-names": "Theo TTXVN " * 20_000,
    "byline-labels": "Tin, ảnh: " * 20_000,
    "glued-bylines": "ha.Tin bài: Lê An" * 15_000,
    "by": "By Le An " * 20_000,
    "and": "Lê An and Trần Nam, " * 10_000,
    "dates": "14/06/2018 " * 20_000,
    "dates-and-times": "Thứ Năm, 14/06/2018 | 07:22 GMT+7 " * 7_000,
    "dates-of-two-digits": "14/06/18" * 25_000,
    "dates-in-words": "ngày 14 tháng 6 năm 2018 " * 10_000,
    "month-names": "June 14th, 2018 " * 14_000,
    "times": "07:22:11 " * 20_000,
    "offsets": "GMT+7" * 40_000,
    "weekdays": "Thứ Năm, ngày " * 15_000,
    "date-labels": "Ngày đăng: " * 20_000,
    "counters": "Lượt xem: 1.234.567 " * 10_000,
    "addresses": "http://a.example/ " * 12_000,
    "mail-addresses": "a@a.example " * 16_000,
    "copyright": "© 2018 Bản quyền " * 12_000,
    "phones": "Điện thoại: 024.3795 Fax: " * 8_000,
    "related-labels": "Tin liên quan " * 15_000,
    "soft-hyphens": "n\u00ad\u200b" * 70_000,
    "joiners": "\u200c\u200d" * 100_000,
    "eths": "Ð" * 200_000,
    "tone-marks": "a\u0301\u0323\u0302" * 50_000,
    "one-letter-and-marks": "a" + "\u0301" * 200_000,
    "emoji": "😀" * 100_000,
    "no-sentence-end": _SENTENCE.replace(".", "") * 3_000,
    "sentences": _SENTENCE * 3_000,
    "escaped-tags": "&lt;p&gt;" * 30_000,
    "entities": "&amp;&#7855;" * 15_000,
}

# Markup that stands between title and text so many times.
FLOODS = {
    "unclosed-p": ("<p>Nước", 200_000),
    "unclosed-b": ("<p><b>Nước", 100_000),
    "unclosed-formatting": ("<p><b><i><u><font><em>Nước", 20_000),
    "end-tags": ("</div></p></b>", 100_000),
    "siblings-i": ("<i></i>", 1_000_000),
    "siblings-br": ("<br>", 1_000_000),
    "siblings-text-br": ("Nước<br>", 300_000),
    "styled-links": ("<a href=x style=color:red>Nước</a>", 70_000),
    "siblings-p": ("<p>Nước dưới đất</p>", 200_000),
    "siblings-div": ("<div></div>", 500_000),
    "siblings-h2": ("<h2>Nước dưới đất</h2>", 100_000),
    "siblings-hr": ("<hr>", 500_000),
    "long-paragraphs": (f"<p>{_SENTENCE * 5}</p>", 12_000),
    "links": ("<a href='/tin/a-1.html'>Lớp tập huấn</a>", 100_000),
    "link-list": ("<li><a href='/tin/a-1.html'>Lớp tập huấn</a></li>", 100_000),
    "teasers": (
        f"<div><a href='/a'><img src='a.jpg'></a><h3><a href='/a'>Lớp tập huấn về"
        f" nước</a></h3><p>{_SENTENCE}</p></div>",
        25_000,
    ),
    "images": ("<img src='/a.jpg' alt='Nước'>", 100_000),
    "images-with-captions": (
        "<p><img src='/a.jpg'></p><p><em>Các học viên. Ảnh: Lê An</em></p>",
        50_000,
    ),
    "figures": ("<figure><img src='/a.jpg'><figcaption>Các học viên</figcaption></figure>", 50_000),
    "files": ("<p><a href='/a.pdf'>Phụ lục</a></p>", 80_000),
    "bylines": ("<p><b>Lê An</b></p>", 100_000),
    "short-lines": ("<div>14/06/2018 07:22</div>", 100_000),
    "source-lines": ("<p>Nguồn: TTXVN</p><p>Theo TTXVN</p>", 80_000),
    "times-tags": ("<time datetime='2018-06-14'>14/06/2018</time>", 100_000),
    "forms": ("<input type=text name=a><select><option>a</select>", 100_000),
    "headlines": ("<h1>Khai mạc lớp tập huấn về nước</h1>", 100_000),
    "data-uris": (f"<img src='data:image/png;base64,{'A' * 5_000}'>", 1_500),
    "comments": ("<!-- a -->", 500_000),
    "cdata": ("<![CDATA[ nước ]]>", 140_000),
    "bodies": ("<body class=a>", 140_000),
    "svg": ("<svg><path d='M0 0L1 1'/></svg>", 100_000),
    "iframes": ("<iframe src='/a'></iframe>", 100_000),
    "noscripts": ("<noscript><img src='/a.jpg'></noscript>", 100_000),
    "templates": ("<template><p>Nước</p></template>", 100_000),
    "hidden": ("<p style='display:none'>Nước dưới đất</p>", 100_000),
}

PAGES: dict[str, Callable[[], bytes]] = {
    "nested-div": lambda: nested("div"),
    "nested-span": lambda: nested("span"),
    "nested-b": lambda: nested("b"),
    "nested-a": lambda: nested("a href='/a'"),
    "nested-table": lambda: nested("table><tr><td"),
    "nested-list": lambda: nested("ul><li"),
    "nested-blockquote": lambda: nested("blockquote"),
    "nested-figure": lambda: nested("figure"),
    "nested-font": lambda: nested("font color=red"),
    "nested-mixed": lambda: nested("div><p><b><i><table><tr><td><a href='/a'><span", 12_000),
    "nested-around-everything": lambda: b"<div>" * 100_000 + page(),
    "unclosed-comment": lambda: page(above="<!-- " * 100_000),
    "unclosed-tags": lambda: page(above="<div " * 200_000),
    "unclosed-quotes": lambda: page(above="<a href='" * 100_000),
    "unclosed-scripts": lambda: page(above="<script>" * 100_000),
    "unclosed-end-tags": lambda: page(above="</" * 300_000),
    "less-than": lambda: page(above="<" * 1_000_000),
    "siblings-b": lambda: page(end="<p>" + "<b>Nước</b> " * 200_000 + "</p>"),
    "one-long-text": lambda: page(above=f"<p>{_SENTENCE * 60_000}</p>"),
    "one-long-line-of-words": lambda: page(above="<p>" + "nước " * 740_000 + "</p>"),
    "one-long-word": lambda: page(above="<p>" + "a" * 5_990_000 + "</p>"),
    "blank-lines": lambda: b"\n" * 5_990_000 + page(),
    "image-table": lambda: page(
        above="<table>"
        + "<tr><td><img src='/a.jpg'></td></tr><tr><td>Ảnh: Lê An</td></tr>" * 50_000
    ),
    "table": lambda: page(
        above="<table>" + ("<tr>" + "<td>Nước</td>" * 100 + "</tr>") * 4_000 + "</table>"
    ),
    "table-of-one-row": lambda: page(
        above="<table><tr>" + "<td>Nước</td>" * 300_000 + "</tr></table>"
    ),
    "metas": lambda: with_head("<meta name='a' content='b'>" * 100_000),
    "meta-dates": lambda: with_head(
        "<meta property='article:published_time' content='2018-06-14T07:22'>" * 80_000
    ),
    "meta-authors": lambda: with_head("<meta name='author' content='Lê An'>" * 100_000),
    "meta-tags": lambda: with_head("<meta property='article:tag' content='nước'>" * 100_000),
    "meta-titles": lambda: with_head("<meta property='og:title' content='Khai mạc'>" * 100_000),
    "meta-of-one-megabyte": lambda: with_head(
        f"<meta name=author content='{'Lê An, ' * 120_000}'>"
    ),
    "keywords": lambda: with_head(f"<meta name=keywords content='{'nước, ' * 200_000}'>"),
    "bases": lambda: with_head("<base href='http://a.example/'>" * 100_000),
    "titles": lambda: with_head("<title>Khai mạc lớp tập huấn</title>" * 70_000),
    "title-of-one-megabyte": lambda: with_title(_SENTENCE * 10_000),
    "links-in-head": lambda: with_head("<link rel=stylesheet href='a.css'>" * 100_000),
    "style-of-one-megabyte": lambda: with_head(
        "<style>" + ".a{color:red;display:none}" * 60_000 + "</style>"
    ),
    "script-of-six-megabytes": lambda: with_head(
        "<script>" + "var a='<p>nước</p>';" * 260_000 + "</script>"
    ),
    "json-ld-list": lambda: json_ld(
        "[" + ",".join(['{"@type":"NewsArticle","headline":"Khai mạc"}'] * 100_000) + "]"
    ),
    "json-ld-authors": lambda: json_ld(
        '{"@type":"NewsArticle","author":[' + ",".join(['{"name":"Lê An"}'] * 150_000) + "]}"
    ),
    "json-ld-deep": lambda: json_ld('{"@graph":[' * 100_000 + "]}" * 100_000),
    "json-ld-deep-lists": lambda: json_ld("[" * 500_000 + "]" * 500_000),
    "json-ld-body": lambda: json_ld(
        '{"@type":"NewsArticle","articleBody":"' + _SENTENCE * 60_000 + '"}'
    ),
    "json-ld-number": lambda: json_ld('{"datePublished":' + "9" * 1_000_000 + "}"),
    "json-ld-unclosed": lambda: json_ld('{"a":"' * 200_000),
    "json-ld-scripts": lambda: with_head(
        '<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 60_000
    ),
    "class-of-one-megabyte": lambda: page(above=f"<div class='{'tin-bai ' * 130_000}'>Nước</div>"),
    "class-of-one-word": lambda: page(above=f"<div class='{'a' * 1_000_000}'>Nước</div>"),
    "class-of-states": lambda: page(above=f"<div class='{'has-' * 250_000}'>Nước</div>"),
    "class-of-capitals": lambda: page(above=f"<div class='{'Ab' * 500_000}'>Nước</div>"),
    "id-of-one-megabyte": lambda: page(above=f"<div id='{'tin_' * 250_000}'>Nước</div>"),
    "classes-all-different": lambda: page(
        above="".join(f"<p class='a{number} b{number}'>Nước</p>" for number in range(100_000))
    ),
    "style-attribute": lambda: page(
        above=f"<div style='{'display : block ; ' * 60_000}'>Nước</div>"
    ),
    "style-attribute-spaces": lambda: page(
        above=f"<div style='display{' ' * 1_000_000}none'>Nước</div>"
    ),
    "onclick-of-one-megabyte": lambda: page(
        above=f"<div onclick='{'go view a' * 110_000}'>Nước</div>"
    ),
    "href-of-one-megabyte": lambda: page(above=f"<a href='/{'a/' * 500_000}'>Nước</a>"),
    "href-of-dots": lambda: page(above=f"<a href='/{'../' * 300_000}'>Nước</a>"),
    "href-of-files": lambda: page(end=f"<a href='/a?{'a=b.pdf&' * 120_000}'>Nước</a>"),
    "srcset-of-one-megabyte": lambda: page(
        above=f"<img srcset='{'/a.jpg 100w, ' * 80_000}'><p>Nước</p>"
    ),
    "alt-of-one-megabyte": lambda: page(above=f"<img src='/a.jpg' alt='{_SENTENCE * 10_000}'>"),
    "attributes-thousands": lambda: page(above=f"<div {attributes(5_000)}>Nước</div>"),
    "attributes-hundreds": lambda: page(above=f"<div {attributes(490)}>Nước</div>" * 780),
    "attributes-without-values": lambda: page(
        above=f"<div {' '.join(f'a{n}' for n in range(40_000))}>Nước</div>"
    ),
    "attributes-without-blanks": lambda: page(
        above="<div " + "".join(f"a{n}='b'" for n in range(20_000)) + ">Nước</div>"
    ),
    "attributes-parted-by-slashes": lambda: page(
        above="<div " + "/".join(f"a{n}" for n in range(30_000)) + ">Nước</div>"
    ),
    "attributes-with-greater-than": lambda: page(
        above="<div a='>' " + " ".join(f"a{n}='>'" for n in range(20_000)) + ">Nước</div>"
    ),
    "attributes-one-name": lambda: page(above=f"<div {'a=b ' * 200_000}>Nước</div>"),
    "entity-bomb": lambda: (
        b"<!DOCTYPE html [<!ENTITY a0 'bomb bomb bomb'>"
        + b"".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>".encode() for n in range(1, 12))
        + b"]>"
        + page(above="<p>&a11;</p>")
    ),
    "entity-bomb-xhtml": lambda: (
        b"<?xml version='1.0'?><!DOCTYPE html [<!ENTITY a0 'bomb'>"
        + b"".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>".encode() for n in range(1, 12))
        + b"]><html xmlns='http://www.w3.org/1999/xhtml'><body><p>&a11;</p></body></html>"
    ),
    "external-entity": lambda: (
        b"<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + page(above="<p>&a;</p>")
    ),
    "entities-six-megabytes": lambda: page(above="<p>" + "&eacute;" * 740_000 + "</p>"),
    "entities-unclosed": lambda: page(above="<p>" + "&eacute" * 500_000 + "</p>"),
    "ampersands": lambda: page(above="<p>" + "&" * 1_000_000 + "</p>"),
    "processing-instructions": lambda: page(above="<?a " * 200_000),
    "doctypes": lambda: b"<!DOCTYPE html>" * 140_000 + page(),
    "charsets": lambda: with_head("<meta charset=" * 100_000),
    "charsets-far-apart": lambda: b"<meta " + b"a" * 5_000_000 + page(),
    "metas-unclosed": lambda: b"<meta " * 500_000 + page(),
    "nul-bytes": lambda: b"\x00" * 5_000_000 + page(),
    "utf-16": lambda: page(above=f"<p>{_SENTENCE * 10_000}</p>").decode().encode("utf-16"),
    "high-bytes": lambda: bytes(range(128, 256)) * 40_000 + page(),
    "random-bytes": lambda: random.Random(3).randbytes(3_000_000),
    "random-bytes-in-a-page": lambda: page(
        above="<p>" + random.Random(4).randbytes(2_000_000).decode("latin-1") + "</p>"
    ),
    "pages-in-a-row": lambda: page() * 1_500,
    "loose-figcaptions": lambda: page(
        above=_TEXT + "<figcaption>Các học viên</figcaption>" * 18_000 + _TEXT
    ),
    "figures-without-text": lambda: page(
        above="<figure><img src='/a.jpg'><figcaption>Các học viên. Ảnh: Lê An</figcaption></figure>"
        * 18_000
    ),
    "dates-as-text": lambda: page(above="<p>14/06/2018 07:22 | Ngày 14 tháng 6</p>" * 18_000),
    "tcvn3-throughout": lambda: _western("Bé Tµi nguyªn vµ M«i tr\xadêng bµn vÒ ®ª ®iÒu. "),
    "tcvn3-in-pieces": lambda: _western(
        "<b>Bé Tµi nguyªn vµ M«i tr\xadêng bµn vÒ ®ª ®iÒu, kÌ, cèng t¹i c¸c tØnh</b> ®ång b»ng. "
    ),
    "tcvn3-of-many-words": lambda: _western(
        " ".join(f"tr\xadêng{chr(97 + n % 26)}{n} ®{n}i t¹i ®ª" for n in range(9_000))
    ),
    "vni-throughout": lambda: _western("Boä Taøi nguyeân vaø Moâi tröôøng baøn veà ñeâ ñieàu. "),
    "same-paragraph": lambda: page(above=_TEXT * 1_500),
    "six-megabytes-and-one": lambda: page(above="a" * 6_000_001),
    **{f"flood-of-{name}": partial(repeated, *flood) for name, flood in FLOODS.items()},
    # Pages beyond a limit are refused at once; these stay below it.
    **{
        f"crowd-of-{name}": partial(repeated, flood[0], min(flood[1], CROWD))
        for name, flood in FLOODS.items()
    },
    **{f"paragraph-of-{name}": partial(with_paragraph, text) for name, text in LONG_RUNS.items()},
    **{f"title-of-{name}": partial(with_title, text) for name, text in LONG_RUNS.items()},
    **{f"lines-of-{name}": partial(with_lines, text) for name, text in LONG_RUNS.items()},
    **{f"meta-of-{name}": partial(with_metas, text) for name, text in LONG_RUNS.items()},
}


def read_in_a_child(name: str) -> dict[str, object]:
    """Read the page in a process forked for it, which is killed when it hangs."""
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (HANGS_AFTER, HANGS_AFTER + 5))
        faulthandler.register(signal.SIGXCPU, file=says, chain=True)  # says where, and dies
        os.write(says, json.dumps(outcome(name)).encode())
        os._exit(0)
    os.close(says)
    with os.fdopen(said, encoding="utf-8") as answer:
        found = answer.read()
    status = os.waitpid(child, 0)[1]
    if status or not found.startswith("{"):
        ended = "hangs" if status == signal.SIGXCPU else f"killed, status {status}"
        place = re.search(r'scraper\S+", line \d+ in \w+', found)
        return {"page": name, "ended": ended, "detail": place.group() if place else found}
    result: dict[str, object] = json.loads(found)
    return result


def outcome(name: str) -> dict[str, object]:
    """How reading a page ended ("article", "PageError", or what must not be), and at what cost."""
    body = PAGES[name]()
    start = time.process_time()
    detail = ""
    try:
        article = extract(body, url="http://hason.example/tin/1.html")
        ended = "article"
        article.text.encode()  # no half of a surrogate pair, which no file could hold
    except PageError as error:
        ended, detail = "PageError", error.reason[:120]
    except BaseException as error:
        ended, detail = type(error).__name__, str(error)[:200]
    return {
        "page": name,
        "bytes": len(body),
        "ended": ended,
        "detail": detail,
        "seconds": round(time.process_time() - start, 2),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(read_in_a_child(line.strip())), flush=True)


if __name__ == "__main__":
    main()
