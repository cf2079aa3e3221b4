"""What readings of pages are worth against what is known of the pages.

Text: the measure of the article-extraction benchmark, shingles of four words; precision and recall
are each averaged over pages, F1 is theirs. Title and source: equal but for case, blanks and
punctuation. Date: the calendar day. Authors: F1 of the set of names. Captions: over all captions of
pages that have some. A program that has the page's measures under the same names (body_page, norm,
names, day, cap_match) can judge instead of this one.
"""

from __future__ import annotations

import importlib.util
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SHINGLE = 4  # words
RESAMPLES = 1000
_WORD = re.compile(r"\w+")
_DAY = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})")

# A page's part in a measure: two or four numbers to be summed (see `value`).
Parts = tuple[float, ...]
MEASURES = {  # each with the field that a reader must give for it
    "text F1": "body",
    "title": "title",
    "date right": "date",
    "date wrong": "date",
    "author F1": "author",
    "source": "source",
    "captions recall": "captions",
    "captions precision": "captions",
}


def parts_of(gold: Mapping[str, Any], found: Mapping[str, Any], *, judge: Any) -> dict[str, Parts]:
    """The page's part in every measure that its gold allows."""
    parts: dict[str, Parts] = {}
    if gold.get("body"):
        precision, recall, _, _ = judge.body_page(gold["body"], found.get("body") or "", "word")
        parts["text F1"] = (precision or 0.0, float(precision is not None), recall, 1.0)
    for field in ("title", "source"):
        if gold.get(field):
            parts[field] = (float(judge.norm(gold[field]) == judge.norm(found.get(field))), 1.0)
    if gold.get("date"):
        wanted, read = judge.day(gold["date"]), judge.day(found.get("date"))
        parts["date right"] = (float(read == wanted), 1.0)
        parts["date wrong"] = (float(read is not None and read != wanted), 1.0)
    wanted = judge.names(gold.get("author"))
    if wanted:
        read = judge.names(found.get("author"))
        parts["author F1"] = (2 * len(wanted & read) / (len(wanted) + len(read)), 1.0)
    if gold.get("captions"):
        hits, there, given = judge.cap_match(gold["captions"], found.get("captions"))
        parts["captions recall"] = (hits, there)
        parts["captions precision"] = (hits, given)
    return parts


def value(parts: Sequence[Parts]) -> float:
    """The measure over pages: a share, or for texts the F1 of mean precision and mean recall."""
    sums = [sum(column) for column in zip(*parts, strict=True)]
    if len(sums) == 2:
        return _share(sums[0], sums[1])
    precision, recall = _share(sums[0], sums[1]), _share(sums[2], sums[3])
    return _share(2 * precision * recall, precision + recall)


def page_f1(parts: Parts) -> float:
    """The F1 of one page's text."""
    return value([parts])


def share_ahead(ours: Sequence[Parts], theirs: Sequence[Parts], *, less: bool = False) -> float:
    """In what share of resamples of the same pages we are ahead; an equal result is half of one.

    `less`: where the smaller value is the better.
    """
    chance = random.Random(7)
    pages = range(len(ours))
    ahead = 0.0
    for _ in range(RESAMPLES):
        drawn = chance.choices(pages, k=len(ours))
        lead = value([ours[i] for i in drawn]) - value([theirs[i] for i in drawn])
        ahead += 0.5 if lead == 0 else float((lead < 0) is less)
    return ahead / RESAMPLES


def load_judge(program: Path | None) -> Any:
    """The module whose measures of a page count: that program's, else this one's."""
    if program is None:
        return sys.modules[__name__]
    spec = importlib.util.spec_from_file_location(program.stem, program)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{program} is no Python program")
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    return judge


# --- the measures of a page --------------------------------------------------------------------


def body_page(
    gold: str, text: str, tokens: str = "word"
) -> tuple[float | None, float, float, float]:
    """Precision (None without any text), recall, F1 of the shingles; whether all is equal."""
    theirs, mine = shingles(gold), shingles(text)
    shared, of_gold, of_text = (theirs & mine).total(), theirs.total(), mine.total()
    f1 = 2 * shared / (of_gold + of_text) if of_gold + of_text else 1.0
    same = float(_WORD.findall(gold) == _WORD.findall(text))
    return (shared / of_text if of_text else None), _share(shared, of_gold), f1, same


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    last = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(last))


def norm(text: str | None) -> str:
    """Letters, digits and marks only, caseless."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LNM")


def names(said: str | Sequence[str] | None) -> set[str]:
    """The set of names in a list, or in a text that parts them by ";" or "|"."""
    listed = re.split(r"\s*[;|]\s*", said) if isinstance(said, str) else said or ()
    return {norm(name) for name in listed if norm(name)}


def day(said: str | None) -> str | None:
    found = _DAY.match(str(said or ""))
    return "{:04}-{:02}-{:02}".format(*map(int, found.groups())) if found else None


def cap_match(gold: Sequence[str], read: Sequence[str] | None) -> tuple[int, int, int]:
    """How many captions were found, are there, were given."""
    wanted = [norm(text) for text in gold if norm(text)]
    left = [norm(text) for text in read or () if norm(text)]
    given, hits = len(left), 0
    for text in wanted:
        same = next((other for other in left if _alike(text, other)), None)
        if same is not None:
            left.remove(same)
            hits += 1
    return hits, len(wanted), given


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (short in long and len(long) <= 1.6 * len(short))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
