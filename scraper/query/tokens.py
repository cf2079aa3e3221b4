"""The query language's signs: text to tokens, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from scraper.errors import QueryError

LENGTH_AT_MOST = 10_000  # characters; many times what anybody types

FIELDS = (
    "title", "lead", "text", "caption", "source", "author", "portal", "tag",
    "after", "before", "on", "has", "changed", "gone",
)  # fmt: skip
# What people who know other catalogues try first.
_OTHER_NAMES = {
    "body": "text", "content": "text", "headline": "title", "intitle": "title", "summary": "lead",
    "date": "on", "year": "on", "published": "on", "from": "after", "since": "after",
    "to": "before", "until": "before", "site": "portal", "by": "author", "tags": "tag",
    "captions": "caption", "authors": "author", "sources": "source", "topic": "tag",
}  # fmt: skip
OPERATORS = ("OR", "AND", "NOT")

QUOTES = '"“”„‟«»＂'  # the straight one, and what editors and phones put in its place
_CHUNK = re.compile(f"[^\\s{QUOTES}()]+")
_FIELD = re.compile(r"([^\W\d_]+):")
_SPACE = re.compile(r"\s+")

TokenKind = Literal["word", "phrase", "field", "(", ")", "-", "~", "OR", "AND", "NOT", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One sign, word, phrase or field's name (without the colon) of a query."""

    kind: TokenKind
    text: str
    column: int  # in characters from 0


def tokens(text: str) -> list[Token]:
    """The tokens of a query, with an "end" after the last."""
    if len(text) > LENGTH_AT_MOST:
        raise QueryError(
            f"a query of {len(text):,} characters; at most {LENGTH_AT_MOST:,} are understood: "
            "search for a sentence of it, between quotation marks",
            text=text,
            column=LENGTH_AT_MOST,
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
        elif text[at] in QUOTES:
            at = _phrase(text, at, found)
        elif text[at] in "()":
            found.append(Token("(" if text[at] == "(" else ")", text[at], at))
            at += 1
        else:
            at = _chunk(text, at, found)
    found.append(Token("end", "", len(text)))
    return found


def _phrase(text: str, at: int, found: list[Token]) -> int:
    """Take the phrase that opens here; returns where it ends."""
    end = at + 1
    while end < len(text) and text[end] not in QUOTES:
        end += 1
    if end == len(text):
        raise QueryError(
            "a quotation mark opens a phrase that nothing closes; close it, or leave it out",
            text=text,
            column=at,
        )
    found.append(Token("phrase", text[at + 1 : end], at))
    return end + 1


def _chunk(text: str, at: int, found: list[Token]) -> int:
    """Take the signs, the field or the word that begin here; returns where they end."""
    first = at == 0 or text[at - 1].isspace() or text[at - 1] == "("
    after = text[at + 1 : at + 2]
    if text[at] == "-" and first and after.strip() and after not in "-)":
        found.append(Token("-", "-", at))
        at += 1
    if text[at] == "~" and text[at + 1 : at + 2].strip() and text[at + 1] not in "~)":
        found.append(Token("~", "~", at))
        return at + 1
    chunk = _CHUNK.match(text, at)
    if chunk is None:  # a quotation mark or a parenthesis after the "-"
        return at
    name = _FIELD.match(text, at)
    if name and _is_field(text, name, after_mark=bool(found) and found[-1].kind == "~"):
        found.append(Token("field", name.group(1).lower(), at))
        return name.end() if name.end() == chunk.end() else _value(text, name.end(), found)
    word = chunk.group()
    kind: TokenKind = word if word in OPERATORS else "word"  # type: ignore[assignment]
    found.append(Token(kind, word, at))
    return chunk.end()


def _value(text: str, at: int, found: list[Token]) -> int:
    """Take a field's value as a word, whatever colons are in it; returns where it ends."""
    if text[at] == "~" and text[at + 1 : at + 2].strip():
        found.append(Token("~", "~", at))
        at += 1
    chunk = _CHUNK.match(text, at)
    if chunk is None:
        return at
    found.append(Token("word", chunk.group(), at))
    return chunk.end()


def _is_field(text: str, name: re.Match[str], *, after_mark: bool) -> bool:
    """Is "name:" a field's? Raises QueryError where it is meant as one that there is not."""
    known = name.group(1).lower()
    after = text[name.end() : name.end() + 1]
    if known in FIELDS:
        if after_mark:
            raise QueryError(
                f"~ stands before a word or a phrase; write {known}:~word",
                text=text,
                column=name.start() - 1,
            )
        return after not in ("/", ":", "\\")
    word = name.group(1)
    if not (word.isascii() and word.islower()) or not (
        after.isalnum() or after in (*QUOTES, *"(~")
    ):
        return False
    near = _OTHER_NAMES.get(word) or next(iter(get_close_matches(word, FIELDS, n=1)), None)
    hint = f'did you mean "{near}:"?' if near else f"there are {': '.join(FIELDS)}:"
    raise QueryError(
        f'no field is called "{word[:40]}"; {hint} A colon in a text that you look for goes '
        "between quotation marks; an article's id goes to `scraper show`",
        text=text,
        column=name.start(),
    )
