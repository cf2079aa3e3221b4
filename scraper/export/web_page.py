"""An article as one page of HTML that is safe to open: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from scraper.records import Article, Block

_STYLE = (
    "body{max-width:44em;margin:2em auto;padding:0 1em;font:1.05em/1.6 serif}"
    ".lead{font-weight:bold}figcaption,footer,.facts{font:.85em/1.5 sans-serif;color:#555}"
    "td{border:1px solid #bbb;padding:.2em .5em;vertical-align:top}dt{float:left;margin-right:.5em}"
)
# Whatever a browser makes of the page, it loads nothing and runs nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def article_page(article: Article, *, facts: Sequence[tuple[str, str]]) -> str:
    """The article as an HTML document; `facts`, names and values, stand at its end."""
    return "".join(f"{line}\n" for line in _lines(article, facts))


def _lines(article: Article, facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    language = f' lang="{escape(article.language)}"' if article.language else ""
    yield "<!doctype html>"
    yield f'<html{language}><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{escape(article.title)}</title><style>{_STYLE}</style></head><body><article>"
    yield f"<h1>{escape(article.title)}</h1>"
    published = article.published.isoformat() if article.published else None
    line = " · ".join(filter(None, (published, ", ".join(article.authors), article.source)))
    if line:
        yield f'<p class="facts">{escape(line)}</p>'
    if article.lead:
        yield f'<p class="lead">{_broken(article.lead)}</p>'
    yield from _blocks(article.blocks)
    for figure in article.figures:
        image = _link(figure.image, "[image]") if figure.image else ""
        yield f"<figure>{image}<figcaption>{escape(figure.caption or '')}</figcaption></figure>"
    if article.attachments:
        files = (_link(one.url, one.title or one.url) for one in article.attachments)
        yield "<ul>" + "".join(f"<li>{one}</li>" for one in files) + "</ul>"
    yield "</article><footer><hr><dl>"
    for name, value in facts:
        shown = _link(value, value) if name == "url" else escape(value)
        yield f"<dt>{escape(name)}</dt><dd>{shown}</dd>"
    yield "</dl></footer></body></html>"


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        texts = [_broken(block.text) for block in group]
        if kind == "item":
            yield "<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>"
        elif kind == "table":
            rows = ("</td><td>".join(text.split(" | ")) for text in texts)
            yield "<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in rows) + "</table>"
        else:
            tag = {"heading": "h2", "quote": "blockquote"}.get(kind, "p")
            yield from (f"<{tag}>{text}</{tag}>" for text in texts)


def _broken(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _link(address: str, text: str) -> str:
    """A link, where the address is one of the web; a page must not smuggle in a script."""
    if not address.lower().startswith(("http://", "https://")):
        return escape(text)
    return f'<a rel="noreferrer" href="{escape(address)}">{escape(text)}</a>'
