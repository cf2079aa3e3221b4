"""What `scraper check` prints: each page as it comes, with where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scraper.check import CheckedList, CheckedPage, Findings
from scraper.export.export import article_json
from scraper.output import log, print_json
from scraper.records import Article

_CHECKED = ("title", "lead", "text", "published", "updated", "source", "authors")
_LISTED = ("captions", "attachments", "tags")
_VALUE_WIDTH, _EVIDENCE_WIDTH = 70, 60  # characters


def print_checked(checked: CheckedList | CheckedPage, *, as_json: bool) -> None:
    """One page of a check: a list with its links, or an article with where each value came from."""
    if as_json:
        print_json(_checked_json(checked))
    elif isinstance(checked, CheckedList):
        print(f"{checked.portal}: {_list_words(checked)}")
        print(f"  {checked.url}")
    else:
        size = f" ({checked.body_bytes:,} bytes)" if checked.body_bytes is not None else ""
        reason = f": {checked.reason}" if checked.reason else ""
        print(f"{checked.link.id} {checked.became}{size}{reason}")
        print(f"  {checked.link.url}")
        if checked.article is not None:
            _print_fields(checked.article, checked)


def _list_words(checked: CheckedList) -> str:
    count = len(checked.links)
    where = f"{checked.source.kind} page {checked.number}"
    if checked.reason is None and checked.source.kind == "numbering":  # none is asked for yet
        return f"{where}: {count} {'number' if count == 1 else 'numbers'} to try"
    what = f"{count} links, {checked.fresh} of them new to this list"
    return f"{where} {checked.became}: {checked.reason or what}"


def _print_fields(article: Article, checked: CheckedPage) -> None:
    for name in _CHECKED:
        value: Any = getattr(article, name)
        if name == "text":
            value = f"{len(value):,} characters in {1 + len(article.blocks)} blocks"
        elif name == "authors":
            value = ", ".join(value)
        found = article.evidence.get(name)
        line = f"  {name:<12}{_short(str(value or '-'), _VALUE_WIDTH)}"
        print(
            line + (f'  <- {found.rule}: "{_short(found.text, _EVIDENCE_WIDTH)}"' if found else "")
        )
    for name in _LISTED:
        for value in getattr(article, name):
            print(f"  {name:<12}{_short(getattr(value, 'url', value), _VALUE_WIDTH)}")
    print(f"  {'language':<12}{article.language or '-'}; read by {article.read_by}")
    listed, read = str(checked.link.published or "")[:10], str(article.published or "")[:10]
    if listed and read and listed != read:
        print(f"  {'':<12}the list dates it {listed}")


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def _checked_json(checked: CheckedList | CheckedPage) -> Mapping[str, Any]:
    if isinstance(checked, CheckedList):
        return {
            "portal": checked.portal,
            "stage": "source",
            "kind": checked.became,
            "url": checked.url,
            "reason": checked.reason,
            "source": checked.source.url,
            "links": [{"id": one.id, "url": one.url, "title": one.title} for one in checked.links],
        }
    return {
        "portal": checked.portal,
        "stage": "article",
        "kind": checked.became,
        "url": checked.link.url,
        "reason": checked.reason,
        "found_on": checked.link.found_on,
        "bytes": checked.body_bytes,
        "article": article_json(checked.article) if checked.article else None,
    }


def log_findings(found: Findings) -> None:
    """What a check found, in a few lines: how often each field was read, and what needs a look."""
    articles, name = found.articles, found.portal.name
    fields = ("published", "source", "authors", "captions")
    counts = [f"{field} on {sum(bool(getattr(it, field)) for it in articles)}" for field in fields]
    if found.pages:
        log(f"{name}: {len(articles)} of {len(found.pages)} pages read; {', '.join(counts)}")
    for line in (*found.troubles(), *found.idle_selectors()):
        log(f"{name}: {line}")
