"""Vietnamese sentences as they stand on real pages; read where they lie, never stored here."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import html
from timed_reading import page_bytes

from scraper.vietnamese.text import clean, decode, fold, is_vietnamese

LEAST_SYLLABLES, MOST_SYLLABLES = 9, 90  # longer ones are menus without full stops
RUN, SEEN = 4, 0.2  # of a sentence's runs of four syllables at most so many stand in others
_BLOCKS = "//p | //h1 | //h2 | //h3 | //li | //td | //div | //a"
_INSIDE = "descendant::p | descendant::div | descendant::table | descendant::ul | descendant::td"
_END = re.compile(r"(?<=[.!?…])\s+(?=[A-ZĐÀ-Ỹ])")


def real_sentences(folder: Path) -> list[str]:
    """Sentences that share little with each other, in the pages' order.

    The folder holds pages at any depth, gzip or plain. Teasers stand on several pages, sometimes
    cut: a sentence of which much was seen before is left out.
    """
    found: list[str] = []
    seen: set[str] = set()
    for path in sorted(folder.rglob("*.htm*")):
        text = decode(page_bytes(path), None).text
        if not text.strip():
            continue
        tree = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
        for block in tree.xpath(_BLOCKS):
            if block.xpath(_INSIDE):
                continue
            for sentence in _END.split(clean(str(block.text_content()))):
                words = fold(sentence).split()
                if not LEAST_SYLLABLES <= len(words) <= MOST_SYLLABLES:
                    continue
                runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
                if len(runs & seen) <= SEEN * len(runs) and is_vietnamese(sentence):
                    found.append(sentence)
                    seen |= runs
    return found
