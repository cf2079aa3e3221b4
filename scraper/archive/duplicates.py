"""The same story elsewhere: which articles share their text, found at each save.

Two articles are copies when runs of words that both have make up most of the shorter one. What a
portal prints in articles that are no copies of each other (its frame) is left out of the
comparison: it is learned from pairs that share whole paragraphs and nothing else.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from scraper.archive.wording import (
    ASKED_HASHES,
    FEWEST_WORDS,
    FINGERPRINT_HASHES,
    Likeness,
    Word,
    fingerprint,
    likeness,
    paragraph_number,
    runs_of,
    words_of,
)

# The limits were chosen on the dev seeds of benchmarks/copied_texts.py, in the middle of what does
# well there.
LEAST_SHARE = 0.35  # of the shorter text
LEAST_NUMBERS = 0.6  # of its numbers: the next report by the same form has others, ...
LONG_STRETCH = 18  # words; ... and differs every few words, as no copy does
LEAST_SHARE_OF_WHOLE_PARAGRAPHS = 0.75  # inside a portal, where nothing else is shared
FAMILY_SHARE = 0.5  # of the shorter text: who shares less is listed, but tells a story of its own
FRAME_TEXTS = 3  # otherwise different articles of a portal with a paragraph make it frame
FEWEST_REST = 20  # words beside the shared paragraphs, in each, for two texts to be different
MOST_OF_A_HASH = 50
MOST_COMPARED = 8
MOST_OF_A_FAMILY = 2  # a story that stands on fifty portals is not compared with each
MOST_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class _Text:
    """An article's text as it is compared."""

    number: int
    portal: str
    text: str  # without the portal's frame
    words: tuple[Word, ...]


def note_copies(connection: sqlite3.Connection, number: int, *, new: bool = False) -> None:
    """Note with which articles this one shares its text, after it was saved or changed."""
    this = _text(connection, number)
    left_alone = [] if new else _forget(connection, number)
    if this is None or len(this.words) < FEWEST_WORDS:
        return
    asked = fingerprint(this.words, size=ASKED_HASHES)
    candidates = list(_candidates(connection, this, asked))
    kept = asked[:FINGERPRINT_HASHES]
    connection.executemany(
        "INSERT OR IGNORE INTO fingerprints (hash, number) VALUES (?, ?)",
        [(one, number) for one in kept],
    )
    connection.execute(
        "INSERT INTO compared (number, words, hashes) VALUES (?, ?, ?)",
        (number, len(this.words), json.dumps(kept, separators=(",", ":"))),
    )
    if candidates:
        _compare(connection, this, candidates)
        _take_back(connection, number, left_alone)


def _compare(connection: sqlite3.Connection, this: _Text, candidates: Sequence[int]) -> None:
    found: list[tuple[int, Likeness]] = []
    framed: set[int] = set()
    mine = runs_of(this.words)
    for other in filter(None, (_text(connection, one) for one in candidates)):
        like = likeness(mine, other.words, fewest=FEWEST_WORDS)
        if like is None:
            continue
        shared = _only_whole_paragraphs(this, other, like) if other.portal == this.portal else None
        if shared:
            framed |= _note_frame(connection, this, other, shared)
        if _is_copy(like, whole_paragraphs=bool(shared)):
            found.append((other.number, like))
    for other_number, like in found:
        _insert_copy(connection, this.number, other_number, like)
    _join_family(connection, this.number)
    for number in _related(connection, framed):  # what was a copy by the frame alone is none
        note_copies(connection, number)


def _is_copy(like: Likeness, *, whole_paragraphs: bool) -> bool:
    least = LEAST_SHARE_OF_WHOLE_PARAGRAPHS if whole_paragraphs else LEAST_SHARE
    if max(like.of_this, like.of_other) < least:
        return False
    other_numbers = like.numbers is not None and like.numbers < LEAST_NUMBERS
    return like.stretch >= LONG_STRETCH or not other_numbers


def _text(connection: sqlite3.Connection, number: int) -> _Text | None:
    row = connection.execute(
        "SELECT portal, lead, body FROM articles WHERE number = ?", (number,)
    ).fetchone()
    if row is None:
        return None
    portal, lead, body = row
    text = f"{lead}\n{body}" if lead else body
    text = _without_frame(connection, portal, text)
    return _Text(number, portal, text, words_of(text))


def _forget(connection: sqlite3.Connection, number: int) -> list[int]:
    """Take out what is noted of an article; returns who shared text with no other of its family."""
    row = connection.execute("SELECT hashes FROM compared WHERE number = ?", (number,)).fetchone()
    if row is None:
        return []
    connection.executemany(
        "DELETE FROM fingerprints WHERE hash = ? AND number = ?",
        [(one, number) for one in json.loads(row[0])],
    )
    connection.execute("DELETE FROM compared WHERE number = ?", (number,))
    connection.execute("DELETE FROM copies WHERE number = ? OR earlier = ?", (number, number))
    return _leave_family(connection, number)


def _candidates(connection: sqlite3.Connection, this: _Text, asked: Sequence[int]) -> Iterator[int]:
    """The articles that have most of these hashes, at most MOST_COMPARED, few of each family.

    Of a hash that many have, the newest alone are looked at: what they share is a habit of wording.
    """
    rows = connection.execute(
        """
        SELECT fingerprints.number FROM json_each(:asked) AS one CROSS JOIN fingerprints
        ON fingerprints.hash = one.value AND fingerprints.number > coalesce(
            (
                SELECT number FROM fingerprints WHERE hash = one.value
                ORDER BY number DESC LIMIT 1 OFFSET :most
            ),
            0
        )
        """,
        {"asked": json.dumps(asked), "most": MOST_OF_A_HASH},
    )
    counts = Counter(row[0] for row in rows)
    counts.pop(this.number, None)
    numbers = [number for number, _ in counts.most_common(MOST_LOOKED_AT)]
    families = dict(
        connection.execute(
            """
            SELECT number, family FROM articles INDEXED BY articles_facets
            WHERE number IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(numbers),),
        ).fetchall()
    )
    of_family: Counter[int] = Counter()
    chosen = 0
    for number in numbers:
        if number not in families:  # its row was lost; `verify` says so
            continue
        family = families[number] or number
        if chosen < MOST_COMPARED and of_family[family] < MOST_OF_A_FAMILY:
            of_family[family] += 1
            chosen += 1
            yield number


# --- frames ------------------------------------------------------------------------------------


def _without_frame(connection: sqlite3.Connection, portal: str, text: str) -> str:
    """A text without the paragraphs that its portal is known to print everywhere."""
    known = connection.execute(
        "SELECT 1 FROM frames WHERE portal = ? LIMIT 1", (portal,)
    ).fetchone()
    if known is None:
        return text
    lines = [(paragraph_number(line), line) for line in text.split("\n") if line]
    rows = connection.execute(
        """
        SELECT paragraph FROM frames
        WHERE portal = ? AND paragraph IN (SELECT value FROM json_each(?))
        GROUP BY paragraph HAVING count(*) >= ?
        """,
        (portal, json.dumps([number for number, _ in lines]), FRAME_TEXTS),
    )
    frame = {row[0] for row in rows}
    return "\n".join(line for number, line in lines if number not in frame) if frame else text


def _only_whole_paragraphs(this: _Text, other: _Text, like: Likeness) -> set[int]:
    """The paragraphs that two texts share, if they share nothing else and each has more."""
    mine, theirs = this.text.split("\n"), other.text.split("\n")
    shared = set(mine) & set(theirs) - {""}
    if not shared:
        return set()
    # A paragraph may stand twice in a text: as its lead and in its body.
    in_this, in_other = (
        sum(len(words_of(line)) for line in lines if line in shared) for lines in (mine, theirs)
    )
    if min(len(this.words) - in_this, len(other.words) - in_other) < FEWEST_REST:
        return set()
    if like.shared - min(in_this, in_other) >= FEWEST_WORDS:
        return set()
    return set(map(paragraph_number, shared))


def _note_frame(
    connection: sqlite3.Connection, this: _Text, other: _Text, shared: set[int]
) -> set[int]:
    """Note the paragraphs of two otherwise different texts; returns whom new frame concerns."""
    concerned: set[int] = set()
    for paragraph in shared:
        before = _numbers_with(connection, this.portal, paragraph)
        for one in (this, other):
            connection.execute(
                "INSERT OR IGNORE INTO frames (portal, paragraph, beside, number) "
                "VALUES (?, ?, ?, ?)",
                (one.portal, paragraph, _longest_beside(one.text, shared), one.number),
            )
        after = _numbers_with(connection, this.portal, paragraph)
        if len(before) < FRAME_TEXTS <= len(after):
            concerned |= after
    return concerned


def _related(connection: sqlite3.Connection, numbers: Set[int]) -> list[int]:
    """These articles, all of their families, and all that they share text with."""
    if not numbers:
        return []
    rows = connection.execute(
        """
        WITH these AS (SELECT value AS number FROM json_each(?))
        SELECT number FROM these
        UNION SELECT number FROM articles WHERE family IN (
            SELECT family FROM articles WHERE number IN (SELECT number FROM these)
        )
        UNION SELECT number FROM copies WHERE earlier IN (SELECT number FROM these)
        UNION SELECT earlier FROM copies WHERE number IN (SELECT number FROM these)
        ORDER BY 1
        """,
        (json.dumps(sorted(numbers)),),
    )
    return [row[0] for row in rows]


def _numbers_with(connection: sqlite3.Connection, portal: str, paragraph: int) -> set[int]:
    rows = connection.execute(
        "SELECT number FROM frames WHERE portal = ? AND paragraph = ?", (portal, paragraph)
    )
    return {row[0] for row in rows}


def _longest_beside(text: str, shared: Set[int]) -> int:
    beside = [line for line in text.split("\n") if line and paragraph_number(line) not in shared]
    return paragraph_number(max(beside, key=len))


# --- families ----------------------------------------------------------------------------------


def _insert_copy(connection: sqlite3.Connection, this: int, other: int, like: Likeness) -> None:
    of_later, of_earlier = like.of_this, like.of_other
    if this < other:
        of_later, of_earlier = of_earlier, of_later
    connection.execute(
        "INSERT OR REPLACE INTO copies (number, earlier, shared, of_this, of_earlier) "
        "VALUES (?, ?, ?, ?, ?)",
        (max(this, other), min(this, other), like.shared, of_later, of_earlier),
    )


def _join_family(connection: sqlite3.Connection, number: int) -> None:
    """An article belongs to the family of the one that it shares most with."""
    row = connection.execute(
        """
        SELECT other FROM (
            SELECT earlier AS other, shared FROM copies
            WHERE number = :number AND max(of_this, of_earlier) >= :share
            UNION ALL SELECT number, shared FROM copies
            WHERE earlier = :number AND max(of_this, of_earlier) >= :share
        ) ORDER BY shared DESC, other LIMIT 1
        """,
        {"number": number, "share": FAMILY_SHARE},
    ).fetchone()
    if row is None:
        return
    _unite(connection, number, row[0])


def _unite(connection: sqlite3.Connection, number: int, member: int) -> None:
    """Let an article be of the family of another, which may be alone till now."""
    family = connection.execute(
        "SELECT coalesce(family, number) FROM articles WHERE number = ?", (member,)
    ).fetchone()[0]
    own = connection.execute(
        "SELECT coalesce(family, number) FROM articles WHERE number = ?", (number,)
    ).fetchone()[0]
    first = min(family, own)
    connection.execute(  # only what changes: a row is written whole, with its texts
        """
        UPDATE articles SET family = :first
        WHERE (family IN (:family, :own) OR number IN (:number, :member))
            AND family IS NOT :first
        """,
        {"first": first, "family": family, "own": own, "number": number, "member": member},
    )


def _take_back(connection: sqlite3.Connection, number: int, left_alone: Sequence[int]) -> None:
    """Who was of the family by this article alone is so again, if the two still share text."""
    for other in left_alone:
        pair = connection.execute(
            """
            SELECT 1 FROM copies WHERE number = ? AND earlier = ?
                AND max(of_this, of_earlier) >= ?
            """,
            (max(number, other), min(number, other), FAMILY_SHARE),
        ).fetchone()
        if pair:
            _unite(connection, number, other)


def _leave_family(connection: sqlite3.Connection, number: int) -> list[int]:
    """The article stands alone; who is left parts into those that share text, named by the first.

    Returns those that share text with none.
    """
    row = connection.execute("SELECT family FROM articles WHERE number = ?", (number,)).fetchone()
    if row is None or row[0] is None:
        return []
    family = row[0]
    connection.execute("UPDATE articles SET family = NULL WHERE number = ?", (number,))
    left = [
        one[0]
        for one in connection.execute(
            "SELECT number FROM articles WHERE family = ? ORDER BY number", (family,)
        )
    ]
    groups = _held_together(connection, left)
    for together in groups:
        first = together[0] if len(together) > 1 else None
        if first != family:
            connection.executemany(
                "UPDATE articles SET family = ? WHERE number = ?",
                [(first, one) for one in together],
            )
    return [together[0] for together in groups if len(together) == 1]


def _held_together(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[list[int]]:
    """The articles in groups that share text, each rising: who left may have been the bridge."""
    pairs = connection.execute(
        """
        WITH these AS (SELECT value AS number FROM json_each(?))
        SELECT number, earlier FROM copies
        WHERE number IN (SELECT number FROM these) AND earlier IN (SELECT number FROM these)
            AND max(of_this, of_earlier) >= ?
        """,
        (json.dumps(numbers), FAMILY_SHARE),
    ).fetchall()
    group = {number: number for number in numbers}
    for later, earlier in pairs:
        one, other = sorted((group[later], group[earlier]))
        if one != other:
            group = {number: one if own == other else own for number, own in group.items()}
    found: dict[int, list[int]] = {}
    for number in numbers:
        found.setdefault(group[number], []).append(number)
    return list(found.values())
