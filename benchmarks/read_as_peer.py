"""Read pages as one of the peers does; runs in the peers' environment (see timed_reading.py).

    PYTHON read_as_peer.py PEER

Peers are handed decoded text, as their own documentation does it; decoding is not timed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from timed_reading import serve

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BLOCKS = """
    address article aside blockquote br center dd div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul
""".split()  # noqa: SIM905


def decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(body[:4096])
        try:
            return body.decode(declared.group(1).decode() if declared else "cp1252", "replace")
        except LookupError:
            return body.decode("utf-8", "replace")


def trafilatura(html: str, url: str | None, *, precise: bool) -> dict[str, Any]:
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, with_metadata=True, favor_precision=precise)
    if found is None:
        return {"body": ""}
    return {
        "body": found.text or "",
        "title": found.title,
        "date": found.date,
        "author": found.author,  # names parted by ";"
    }


def readability(html: str, url: str | None) -> dict[str, Any]:
    from lxml import html as lxml_html
    from readability import Document

    document = Document(html, url=url)
    summary = document.summary()
    tree = lxml_html.fromstring(summary) if summary.strip() else None
    return {"body": lines_of(tree) if tree is not None else "", "title": document.short_title()}


def newspaper(html: str, url: str | None) -> dict[str, Any]:
    import newspaper as newspaper4k

    found = newspaper4k.article(
        url or "http://page.example/", input_html=html, fetch_images=False, number_threads=1
    )
    return {
        "body": found.text,
        "title": found.title,
        "date": str(found.publish_date)[:10] if found.publish_date else None,
        "author": list(found.authors),
    }


def goose() -> Callable[[str, str | None], dict[str, Any]]:
    from goose3 import Goose

    reader = Goose({"enable_image_fetching": False})

    def read(html: str, url: str | None) -> dict[str, Any]:
        found = reader.extract(raw_html=html)
        return {
            "body": found.cleaned_text or "",
            "title": found.title,
            "date": str(found.publish_date)[:10] if found.publish_date else None,
            "author": list(found.authors or ()),
        }

    return read


def htmldate(html: str, url: str | None) -> dict[str, Any]:
    from htmldate import find_date

    return {"date": find_date(html, url=url, original_date=True)}


def plain_tags(html: str, url: str | None) -> dict[str, Any]:
    """What needs no extractor: the first h1 as the title, every figcaption as a caption."""
    from lxml import html as lxml_html

    tree = lxml_html.fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    titles = (" ".join(h1.text_content().split()) for h1 in tree.iter("h1"))
    captions = (" ".join(caption.text_content().split()) for caption in tree.iter("figcaption"))
    return {
        "title": next(filter(None, titles), None),
        "captions": [caption for caption in captions if caption],
    }


def lines_of(tree: Any) -> str:
    """The text of a piece of markup, blocks on lines of their own."""
    for element in tree.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
        element.text = "\n" + (element.text or "")
    lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
    return "\n".join(line for line in lines if line)


def reader_of(peer: str) -> Callable[[str, str | None], dict[str, Any]]:
    if peer == "goose":
        return goose()
    if peer.startswith("trafilatura"):
        return lambda html, url: trafilatura(html, url, precise=peer == "trafilatura-precise")
    return {
        "readability": readability,
        "newspaper": newspaper,
        "htmldate": htmldate,
        "plain-tags": plain_tags,
    }[peer]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peer", metavar="PEER")
    peer = parser.parse_args().peer
    read = reader_of(peer)
    try:  # imports and compiled patterns are no page's cost
        read("<html><body><h1>A title</h1><p>" + "Some words. " * 50 + "</p></body></html>", None)
    except Exception as error:
        print(f"{peer} on the first, made-up page: {error}", file=sys.stderr)
        if isinstance(error, ImportError):
            raise

    def prepare(body: bytes, request: Mapping[str, Any]) -> Callable[[], dict[str, Any]]:
        html = decoded(body)
        return lambda: read(html, request.get("url"))

    serve(prepare)


if __name__ == "__main__":
    main()
