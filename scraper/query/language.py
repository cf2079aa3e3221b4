"""The query language: text to a tree. Knows no SQL.

Words, all of which must occur, "phrases", OR, -not, ( ), and fields (title:word). What is neither a
letter nor a digit parts words; parts that stand together without white space (TN&MT,
01/2019/TT-BTNMT) are a phrase.

Marks: words outside fields are taken together, and each field's clause by itself. If any of them
bears a mark, all are taken as typed; if none does, every marking counts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from scraper.errors import QueryError
from scraper.query.dates import read_bound
from scraper.query.tokens import Token, TokenKind, tokens
from scraper.query.tree import (
    COLUMNS,
    EVERYTHING,
    Column,
    Named,
    NameKind,
    Not,
    OfPortal,
    Published,
    State,
    Term,
    Tree,
    Word,
    changed,
    either,
    every,
)
from scraper.query.words import words_of
from scraper.vietnamese.text import has_marks

TERMS_AT_MOST = 200  # far more than anybody types, and what SQLite's parser bears
DEPTH_AT_MOST = 20  # groups in groups

_COLUMNS: dict[str, tuple[Column, ...]] = {
    "title": ("title",),
    "lead": ("lead",),
    "text": ("lead", "body"),
    "caption": ("captions",),
}
_NAMES: dict[str, NameKind] = {"source": "source", "author": "author", "tag": "tag"}
STATES: dict[str, dict[str, Tree]] = {
    "has": {
        "caption": State("caption"),
        "attachment": State("attachment"),
        "lead": State("lead"),
        "date": State("date"),
        "copy": Not(State("alone")),
    },
    "changed": {
        "yes": State("changed"),
        "no": Not(State("changed")),
        "silent": State("silent"),
    },
    "gone": {"yes": State("gone"), "no": Not(State("gone"))},
}


def parse(text: str) -> Tree:
    """The tree that a query means; QueryError says what is wrong with it, and where."""
    return _Parser(text).query()


def parse_clause(field: str, text: str) -> Tree:
    """What `field:(text)` means; of an error, the place is told in `text` alone."""
    if field == "portal":
        return portal_clause(text)
    if field in ("after", "before"):
        bound = read_bound(text)
        return Published(after=bound) if field == "after" else Published(before=bound)
    return _Parser(text).clause(field)


def portal_clause(text: str) -> OfPortal:
    """What `portal:"text"` means."""
    loose = not has_marks(text)
    return OfPortal(_plain(text), Term(tuple(Word(word, loose) for word in words_of(text))))


def whole_query(
    query: str,
    *,
    portal: str | None = None,
    source: str | None = None,
    after: str | None = None,
    before: str | None = None,
) -> str:
    """A query with its filters written as clauses of the language."""
    clauses = any(one is not None for one in (portal, source, after, before))
    # The filters hold for both sides of an OR.
    parts = [f"({query})" if clauses and "OR" in query else query]
    parts += ['portal:"{}"'.format(portal.replace('"', " "))] if portal is not None else []
    parts += [f"source:({source})"] if source is not None else []
    parts += [f"after:{after.strip()}"] if after is not None else []
    parts += [f"before:{before.strip()}"] if before is not None else []
    return " ".join(part for part in parts if part.strip())


@dataclass(frozen=True, slots=True)
class _Field:
    """The field whose clause is being read."""

    name: str
    column: int


class _Parser:
    """Reads one query from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.marked = _marked(self.tokens)
        self.at = 0
        self.depth = 0
        self.count = 0

    def query(self) -> Tree:
        """The whole text."""
        found = self._whole(None)
        if found is None:
            if len(self.tokens) > 1:
                raise self._error(
                    "there is no word in this query; type a word, or nothing at all to find "
                    "everything",
                    self.tokens[0],
                )
            return EVERYTHING
        return found

    def clause(self, name: str) -> Tree:
        """The whole text as the value of a field."""
        field = _Field(name, 0)
        found = self._whole(field)
        if found is None:
            raise self._error(f"there is no word for {name} in this", self.tokens[0])
        return self._clause(field, found)

    def _whole(self, field: _Field | None) -> Tree | None:
        found = self._either(field)
        if self.token.kind == ")":
            raise self._error("this parenthesis closes nothing; leave it out, or open one")
        return found

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def _take(self, kind: TokenKind) -> Token | None:
        if self.token.kind != kind:
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def _error(self, reason: str, token: Token | None = None) -> QueryError:
        return QueryError(reason, text=self.text, column=(token or self.token).column)

    def _either(self, field: _Field | None) -> Tree | None:
        """Parts with OR between them; None if there is no word at all."""
        if self.token.kind in ("OR", "AND"):
            raise self._error(
                f'nothing stands before this {self.token.text}; put "{self.token.text}" between '
                "quotation marks if it is a word"
            )
        found = [self._all(field)]
        while sign := self._take("OR"):
            found.append(self._all(field))
            if found[-1] is None or found[-2] is None:
                raise self._error(
                    'a word is missing beside this OR; put "OR" between quotation marks if it is '
                    "a word",
                    sign,
                )
        parts = [part for part in found if part is not None]
        return either(*parts) if parts else None

    def _all(self, field: _Field | None) -> Tree | None:
        """Parts that must all hold; None if there is no word among them."""
        parts: list[Tree] = []
        sign: Token | None = None
        while self.token.kind not in ("OR", ")", "end"):
            if self.token.kind == "AND":
                if sign:
                    raise self._error("two AND in a row; leave one out")
                sign = self._take("AND")
                continue
            part = self._part(field)
            if part is not None:
                parts.append(part)
                sign = None
        if sign:
            raise self._error(
                'nothing follows this AND; put "AND" between quotation marks if it is a word', sign
            )
        return every(*parts) if parts else None

    def _part(self, field: _Field | None) -> Tree | None:
        if sign := self._take("-") or self._take("NOT"):
            while again := self._take("-") or self._take("NOT"):
                raise self._error("two negations in a row; leave one or both out", again)
            if self.token.kind in ("OR", "AND", ")", "end"):
                raise self._error(
                    f'nothing follows this {sign.text}; put "{sign.text}" between quotation marks '
                    "if it is a word",
                    sign,
                )
            part = self._part(field)
            return None if part is None else Not(part)
        if self.token.kind == "(":
            return self._group(field)
        if self.token.kind == "field":
            return self._field(field)
        loosened = self._take("~") is not None
        if loosened and self.token.kind not in ("word", "phrase"):
            raise self._error("~ stands before a word or a phrase")
        token = self.token
        self.at += 1
        return self._leaf(token, field, loosened=loosened)

    def _group(self, field: _Field | None) -> Tree:
        opened = self.token
        self.at += 1
        self.depth += 1
        if self.depth > DEPTH_AT_MOST:
            raise self._error(f"more than {DEPTH_AT_MOST} groups in each other", opened)
        found = self._either(field)
        if not self._take(")"):
            raise self._error(
                "this parenthesis opens a group that nothing closes; close it, or leave it out",
                opened,
            )
        self.depth -= 1
        if found is None:
            raise self._error("there is no word in this group; write one, or leave it out", opened)
        return found

    def _field(self, outer: _Field | None) -> Tree:
        token = self.token
        if outer:
            raise self._error(
                f"{token.text}: inside of {outer.name}:; close that group first, or put a text "
                "with a colon between quotation marks"
            )
        self.at += 1
        field = _Field(token.text, token.column)
        value = self.token
        if value.kind == "-" or (value.kind == "word" and value.text.startswith("-")):
            raise self._error(f'write "-{token.text}:" to leave out what is in this field')
        close = value.column == token.column + len(token.text) + 1
        if not close or value.kind not in ("word", "phrase", "(", "~"):
            raise self._error(
                f"{token.text}: needs a word, a phrase or a group right behind the colon; put a "
                "text with a colon between quotation marks",
                token,
            )
        found = self._part(field)
        if found is None:
            raise self._error(f"there is no word in what is behind {token.text}:", value)
        return self._clause(field, found)

    def _clause(self, field: _Field, found: Tree) -> Tree:
        """What a field's value says of articles."""
        return Named(_NAMES[field.name], found) if field.name in _NAMES else found

    def _leaf(self, token: Token, field: _Field | None, *, loosened: bool) -> Tree | None:
        self.count += 1
        if self.count > TERMS_AT_MOST:
            raise self._error(
                f"more than {TERMS_AT_MOST} words; put a long text between quotation marks", token
            )
        if field and field.name in ("after", "before", "on"):
            bound = read_bound(token.text, query=self.text, column=token.column)
            return Published(
                after=None if field.name == "before" else bound,
                before=None if field.name == "after" else bound,
            )
        if field and field.name in STATES:
            return self._state(field.name, token)
        loose = loosened or not self.marked[self.at - 1]
        words = _words(token, loose=loose)
        if not words:
            return None
        term = Term(words, _COLUMNS.get(field.name, COLUMNS) if field else COLUMNS, token.column)
        return OfPortal(_plain(token.text), term) if field and field.name == "portal" else term

    def _state(self, name: str, token: Token) -> Tree:
        values = STATES[name]
        found = values.get(token.text.strip().lower())
        if found is None:
            raise self._error(f'{name}: knows {", ".join(values)}, not "{token.text[:40]}"', token)
        return found


def _words(token: Token, *, loose: bool) -> tuple[Word, ...]:
    """The words of a word or phrase; in a phrase "~" loosens the word that it stands before."""
    if token.kind != "phrase" or "~" not in token.text:
        return tuple(Word(word, loose=loose) for word in words_of(token.text))
    return tuple(
        Word(word, loose=loose or chunk.startswith("~"))
        for chunk in token.text.split()
        for word in words_of(chunk)
    )


def _plain(text: str) -> str:
    """A portal's name or host as typed: NFC, lower case, no halves of surrogate pairs."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole).replace("\0", "").strip().lower()


def _marked(found: list[Token]) -> list[bool]:
    """For each token: does any word of its scope bear a mark?

    A field's value is a scope; everything outside of fields is one together.
    """
    marked = [False] * len(found)
    outside: list[int] = []
    at = 0
    while at < len(found):
        if found[at].kind != "field":
            outside.append(at)
            at += 1
            continue
        end = _value_end(found, at + 1)
        own = any(has_marks(token.text) for token in found[at + 1 : end])
        marked[at:end] = [own] * (end - at)
        at = end
    own = any(has_marks(found[place].text) for place in outside)
    for place in outside:
        marked[place] = own
    return marked


def _value_end(found: list[Token], at: int) -> int:
    """Where the value ends that begins at this token: behind a word, a phrase or a group."""
    if found[at].kind == "~":
        at += 1
    depth = 0
    while at < len(found):
        depth += {"(": 1, ")": -1}.get(found[at].kind, 0)
        at += 1
        if depth <= 0:
            break
    return at


def loosened(tree: Tree) -> Tree | None:
    """The tree as it would be without any marks typed; None if that is the same."""

    def loose(term: Term) -> Term:
        return replace(term, words=tuple(replace(word, loose=True) for word in term.words))

    found = changed(tree, loose)
    return None if found == tree else found
