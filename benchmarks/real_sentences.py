"""Vietnamese sentences as they stand on real pages; read where they lie, never stored here."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import html
from timed_reading import page_bytes

from scraper.vietnamese.text import clean, decode, fold, is_vietnamese

LEAST_SYLLABLES, MOST_SYLLABLES = 9, 90  # longer ones are menus without full stops
_BLOCKS = "//p | //h1 | //h2 | //h3 | //li | //td | //div | //a"
_INSIDE = "descendant::p | descendant::div | descendant::table | descendant::ul | descendant::td"
_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZĐÀ-Ỹ])")


def real_sentences(folder: Path) -> list[str]:
    """Each sentence once, in the pages' order; folder holds pages, gzip or plain, at any depth."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.htm*")):
        text = decode(page_bytes(path), None).text
        if not text.strip():
            continue
        tree = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
        for block in tree.xpath(_BLOCKS):
            if block.xpath(_INSIDE):
                continue
            for sentence in _END.split(clean(str(block.text_content()))):
                length = len(sentence.split())
                if LEAST_SYLLABLES <= length <= MOST_SYLLABLES and is_vietnamese(sentence):
                    found.setdefault(fold(sentence), sentence)
    return list(found.values())
