"""Who wrote an article: metadata, lines above the text and at its end, weighed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.blocks import TextBlock
from scraper.extraction.byline_above import Above, read_above
from scraper.extraction.names import (
    folded,
    is_account,
    is_full_name,
    names_of_line,
    names_of_witness,
    other_work,
    unique,
)
from scraper.extraction.notes import Witness
from scraper.extraction.signatures import REACH_BELOW, Bylines, read_below
from scraper.extraction.source_line import is_source_line, may_hold_source, said_of_source
from scraper.extraction.witnesses import Witnesses
from scraper.records import Evidence
from scraper.vietnamese.text import is_vietnamese

__all__ = ["Bylines", "read_authors"]

_SAMPLED = 8  # blocks of the text that show its language
_LONGEST_LINE = 200  # characters of a line that names a source, an editor, a photographer
_MOST_WITNESSES = 50  # of one kind; a list of authors is shorter
_MOST_CHARS = 20_000  # of the text that show its ordinary words
_LIST = re.compile(r"\s(?:and|und|et|y|og|och|en|e|i|и|та|ve|dan|và)\s|&|,")
_ORGANIZATION = "(organization)"  # the end of a witness's rule
_BY_NODE = ("JSON-LD author", "JSON-LD creator", "itemprop author")
_WORD = re.compile(r"[^\W\d_]{3,}")


def read_authors(
    blocks: Sequence[TextBlock],
    *,
    title_index: int | None,
    body_first: int,
    body_last: int,
    witnesses: Witnesses,
) -> Bylines:
    """The authors by metadata, else by a line above or at the end of the text.

    Lines that are bylines are named in `indices` whoever is believed, as they are no text.
    """
    text = _Sample(blocks, body_first, body_last)
    above = read_above(blocks, title_index=title_index, body_first=body_first)
    below = read_below(
        blocks,
        body_first=body_first,
        body_last=body_last,
        vietnamese=text.vietnamese,
        is_common=text.is_common,
    )
    if above.strength == 1 and text.is_common(" ".join(above.names)):
        above.strength, above.names = 0, ()
    if witnesses.authors:
        above.others |= _others(blocks, body_last, witnesses)
    if len(above.names) > 1:  # "Ann Lee" and the name of the site
        sites = {folded(witness.text) for witness in witnesses.site_names}
        above.names = tuple(
            name for name in above.names if folded(name) not in sites and not is_account(name)
        )
    sayings = _sayings(witnesses, blocks, text, body_last)
    authors, evidence = _weighed(sayings, above, below, vietnamese=text.vietnamese)
    return Bylines(authors, evidence, below.indices | above.indices, below.cut)


class _Sample:
    """The text's language, and the words that it uses as ordinary words."""

    def __init__(self, blocks: Sequence[TextBlock], first: int, last: int) -> None:
        self.blocks, self.first, self.last = blocks, first, last
        beginning = " ".join([block.text for block in blocks[first : last + 1][:_SAMPLED]])
        self.vietnamese = "đ" in beginning and is_vietnamese(beginning[:1000])
        self.text: str | None = None

    def is_common(self, name: str) -> bool:
        """Does a name consist of words that the text has in lower case: "Keep Reading"?

        Vietnamese names are ordinary words too, so there none is refused for it.
        """
        if self.vietnamese:
            return False
        if self.text is None:
            text = " ".join([block.text for block in self.blocks[self.first : self.last + 1]])
            self.text = text[:_MOST_CHARS]
        words = _WORD.findall(name)
        common = sum([_has_word(self.text, word.lower()) for word in words])
        return bool(words) and 2 * common >= len(words)


def _has_word(text: str, word: str) -> bool:
    """Whether a word stands in a text with no letter before or after it."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (_is_letter(text[start - 1 : start]) or _is_letter(text[end : end + 1])):
            return True
        start = text.find(word, end)
    return False


def _is_letter(sign: str) -> bool:
    return sign.isalnum() and not sign.isdecimal()


# --- metadata ----------------------------------------------------------------------------------


class _Saying:
    """What one witness, or several of one kind, say: names, and whether they are to be believed."""

    def __init__(self, rule: str, names: tuple[str, ...], text: str, *, weak: bool) -> None:
        self.names, self.weak = names, weak
        # Of the weak, logins and hosts are the weakest.
        self.rank = 0 if not weak else 2 if is_account(names[0]) else 1
        self.evidence = Evidence(rule=rule, text=text[:300])
        self.folded = frozenset(map(folded, names))


def _sayings(
    witnesses: Witnesses, blocks: Sequence[TextBlock], text: _Sample, body_last: int
) -> list[_Saying]:
    """What metadata says, the best witness first.

    Weak are logins, hosts, the site's own name, and what is said of the page only.
    """
    if not witnesses.authors:
        return []
    sites = {folded(witness.text) for witness in witnesses.site_names}
    sources = _sources(blocks, body_last)
    by_rule: dict[tuple[str, bool], list[Witness]] = {}
    for witness in witnesses.authors:
        name = folded(witness.text)
        # Systems fill the field with the last line, "Theo Lê An (Vietnamnet/Reuters)".
        if name in sources or (text.vietnamese and name.startswith("theo ")):
            continue
        by_rule.setdefault((witness.rule, witness.about_page), []).append(witness)
    said: list[_Saying] = []
    parted: dict[str, tuple[str, ...]] = {}  # metas repeat one another
    for (rule, about_page), same in by_rule.items():
        if rule.startswith("itemprop") and len(same) > 3:
            same = same[:1]  # those of other articles are among them
        same = same[:_MOST_WITNESSES]
        names: list[str] = []
        for witness in same:
            if witness.text not in parted:
                parted[witness.text] = tuple(names_of_witness(witness.text))
            names += _turned(parted[witness.text], rule)
        persons = unique(
            name
            for name in names
            if not is_account(name) and not (not rule.endswith(_BY_NODE) and folded(name) in sites)
        )
        whole = "; ".join([witness.text for witness in same])
        if persons:
            said.append(_Saying(rule, persons, whole, weak=about_page))
        elif names and not text.vietnamese and not rule.endswith(_ORGANIZATION):
            said.append(_Saying(rule, unique(names), whole, weak=True))
    return sorted(said, key=lambda saying: saying.rank)


def _sources(blocks: Sequence[TextBlock], body_last: int) -> set[str]:
    """Whom the text was taken from: metadata that repeats it names no author."""
    lines = blocks[max(0, body_last - 3) : body_last + 1 + REACH_BELOW]
    if not may_hold_source("\n".join([line.text[:_LONGEST_LINE] for line in lines])):
        return set()
    return {folded(said_of_source(line.text)) for line in lines if is_source_line(line.text)}


def _turned(parts: tuple[str, ...], rule: str) -> tuple[str, ...]:
    """Citation metas say "Lee, Ann"."""
    if "citation" not in rule or not parts:
        return parts
    return (" ".join(reversed(parts)) if len(parts) == 2 else " ".join(parts),)


def _others(blocks: Sequence[TextBlock], body_last: int, witnesses: Witnesses) -> set[str]:
    """Those whom metadata or a line below the text names for another work: "Editor: Ann Lee"."""
    lines = [block.text for block in blocks[max(0, body_last - 2) : body_last + 1 + REACH_BELOW]]
    said = [witness.text for witness in witnesses.authors[:_MOST_WITNESSES]]
    others: set[str] = set()
    for line in (*[line for line in lines if len(line) <= _LONGEST_LINE], *said):
        found = other_work(line)
        if found and found.start() < 4:
            others.update(map(folded, names_of_line(line[found.end() :])))
    return others


# --- weighing ----------------------------------------------------------------------------------


def _weighed(
    said: Sequence[_Saying], above: Above, below: Bylines, *, vietnamese: bool
) -> tuple[tuple[str, ...], Evidence | None]:
    """Whom to believe of those who name authors."""
    rule = "byline above the text" if above.strength >= 2 else "line that looks like a byline"
    printed = Evidence(rule=rule, text=above.text)
    labelled = below.evidence is not None and below.evidence.rule.startswith("labelled")
    if vietnamese and labelled:
        return below.authors, below.evidence
    best = _best(said)
    if best is not None:
        if above.strength >= 2 and _names_more(above, best):
            return above.names, printed
        if labelled and not any(map(is_full_name, best.names)) and _are_persons(below.authors):
            return below.authors, below.evidence
        own = frozenset(map(folded, above.names)) if above.strength >= 2 else frozenset()
        others = above.others - own
        names = tuple(name for name in best.names if folded(name) not in others)
        if names:
            return names, best.evidence
    persons = labelled and _are_persons(below.authors) and not _are_persons(above.names)
    if above.strength >= 2 and not persons:
        return above.names, printed
    if below.authors:
        return below.authors, below.evidence
    if above.names:
        return above.names, printed
    for saying in said:
        return saying.names, saying.evidence
    return (), None


def _are_persons(names: Sequence[str]) -> bool:
    return all(map(is_full_name, names))


def _best(said: Sequence[_Saying]) -> _Saying | None:
    """The first of the strong, or a meta that names the same people and more."""
    strong = [saying for saying in said if not saying.weak]
    best = strong[0] if strong else None
    for saying in strong[1:]:
        if best and saying.folded > best.folded and saying.evidence.rule.startswith("meta"):
            best = saying
    return best


def _names_more(above: Above, best: _Saying) -> bool:
    """Does the printed line name persons where metadata names none, or only some of them?"""
    if not _are_persons(above.names):
        return False
    if above.strength >= 3 and not any(map(is_full_name, best.names)):
        return True
    more = best.folded < frozenset(map(folded, above.names))
    return more and " - " not in above.text and bool(_LIST.search(above.text))
