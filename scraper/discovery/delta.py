"""Answers of ASP.NET that bring parts of a page: "length|type|id|content|" one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any

_HEAD = re.compile(r"(\d{1,9})\|(#|\w{1,60})\|([^|]{0,1000})\|")
_BEYOND = re.compile(r"[\U00010000-\U0010ffff]")
MOST_PARTS = 2000  # a page has some dozens


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a panel's markup, a hidden field's value, an address to go to, an error."""

    kind: str
    id: str
    content: str


def is_delta(text: str) -> bool:
    """Whether an answer is made of parts."""
    return _HEAD.match(text.lstrip("\ufeff \r\n")[:1200]) is not None


def parts_of(text: str) -> Iterator[Part]:
    """The parts of an answer; what is cut off or nonsense ends them.

    The server counts letters as UTF-16 does: one beyond U+FFFF is two.
    """
    text = _BEYOND.sub(_as_pair, text.lstrip("\ufeff \r\n"))
    at = 0
    for _ in range(MOST_PARTS):
        head = _HEAD.match(text, at)
        if head is None:
            return
        end = head.end() + int(head[1])
        if text[end : end + 1] != "|":
            return
        yield Part(head[2], _one(head[3]), _one(text[head.end() : end]))
        at = end + 1


def redirect_in(parts: list[Part]) -> str | None:
    """The address that the answer sends on to."""
    return next((unquote(part.content) for part in parts if part.kind == "pageRedirect"), None)


def error_in(parts: list[Part]) -> str | None:
    """What the server says went wrong."""
    found = next((part for part in parts if part.kind == "error"), None)
    return None if found is None else f"{found.id} {found.content}".strip()[:200]


def put_into(tree: Element, parts: list[Part]) -> None:
    """Change a page as its scripts would: new panels, hidden fields and form address."""
    by_id = {element.get("id"): element for element in tree.iter() if element.get("id")}
    by_name = {field.get("name"): field for field in tree.iter("input") if field.get("name")}
    home = next(tree.iter("form"), tree)
    for part in parts:
        if part.kind == "updatePanel":
            _fill(by_id.get(part.id), part, home)
        elif part.kind == "hiddenField":
            field = by_name.get(part.id)
            if field is None:
                field = by_id.get(part.id)
            if field is None:
                field = etree.SubElement(home, "input", type="hidden", name=_plain(part.id))
            field.set("value", _plain(part.content))
        elif part.kind == "formAction" and home.tag == "form":
            home.set("action", _plain(part.content.replace("&amp;", "&")))


def markup_of(parts: list[Part]) -> str:
    """The new panels alone, one behind another."""
    return "".join(part.content for part in parts if part.kind == "updatePanel")


def _fill(panel: Element | None, part: Part, home: Element) -> None:
    if panel is None:
        panel = etree.SubElement(home, "div", id=_plain(part.id))
    for child in list(panel):
        panel.remove(child)
    panel.text = None
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    markup = f"<html><body><div>{part.content}</div></body></html>".replace("\0", "")
    panel.append(etree.fromstring(markup.encode("utf-8", "replace"), parser).find("body")[0])


def _as_pair(found: re.Match[str]) -> str:
    rest = ord(found[0]) - 0x10000
    return chr(0xD800 + (rest >> 10)) + chr(0xDC00 + (rest & 0x3FF))


def _one(text: str) -> str:
    """The text with every pair of surrogates as the one letter that it is."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _plain(text: str) -> str:
    """Without the controls that no page may hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
