"""A tree as the FROM and WHERE of a SELECT over the archive's articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scraper.archive.archive import Archive
from scraper.query.fulltext import Expression, Index, Table, check, joined
from scraper.query.names import as_list, names_that_fit, portals_that_fit
from scraper.query.tree import AllOf, AnyOf, Named, Not, OfPortal, Published, State, Term, Tree

_BY_ID = "a.number IN (SELECT number FROM articles WHERE id IN (SELECT article_id FROM {}))"
# Asked of the small tables where these stand too: in a row of articles they come behind the text,
# which SQLite would have to read first.
_CHANGED = _BY_ID.format("versions WHERE kind = 'edit'")
_STATES = {
    "caption": _BY_ID.format("figures WHERE caption <> ''"),
    "attachment": _BY_ID.format("attachments"),
    "lead": "a.lead <> ''",
    "date": "a.published IS NOT NULL",
    "changed": _CHANGED,
    "silent": f"({_CHANGED} AND a.silent_edits > 0)",
    "gone": _BY_ID.format("absences WHERE back_at IS NULL"),
    "alone": "a.number NOT IN (SELECT number FROM copies UNION ALL SELECT earlier FROM copies)",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: `SELECT {number} FROM {tables} WHERE {where}`, with these parameters."""

    number: str
    tables: str
    where: str
    parameters: Mapping[str, Any]

    @property
    def sql(self) -> str:
        """The numbers of the articles, in no certain order."""
        return f"SELECT {self.number} AS number FROM {self.tables} WHERE {self.where}"


def select(tree: Tree, archive: Archive) -> Selection:
    """The selection that a tree means in this archive."""
    return _Compiler(archive).selection(tree)


@dataclass(slots=True)
class _Conjunction:
    """Parts that must all hold, sorted by who can say so."""

    held: dict[Table, list[Expression]]
    denied: dict[Table, list[Expression]]
    conditions: list[str]


class _Compiler:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.index = Index(archive)
        self.parameters: dict[str, Any] = {}

    def selection(self, tree: Tree) -> Selection:
        parts = tree.parts if isinstance(tree, AllOf) else (tree,)
        found = self._conjunction(parts)
        if not found.held:
            where = " AND ".join(self._conditions(found)) or "true"
            return Selection("a.number", "articles AS a", where, self.parameters)
        # Marks are rarer than words without: the smaller of two tables leads.
        table: Table = "articles_exact" if "articles_exact" in found.held else "articles_fts"
        expression = self._together(table, found)
        leading = f"{table} MATCH :{self._bind(expression)}"
        del found.held[table]
        found.denied.pop(table, None)
        others = self._conditions(found)
        if not others:
            return Selection("rowid", table, leading, self.parameters)
        # The index of short values is all that most conditions need.
        tables = (
            f"{table} JOIN articles AS a INDEXED BY articles_facets ON a.number = {table}.rowid"
        )
        return Selection("a.number", tables, " AND ".join((leading, *others)), self.parameters)

    def _bind(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return name

    def _conjunction(self, parts: tuple[Tree, ...]) -> _Conjunction:
        found = _Conjunction({}, {}, [])
        for part in parts:
            inner = part.part if isinstance(part, Not) else part
            expression = self.index.expression(inner)
            if isinstance(part, Not):
                if expression:
                    found.denied.setdefault(expression.table, []).append(expression)
                else:
                    found.conditions.append(f"({self._condition(inner)}) IS NOT TRUE")
            elif expression:
                found.held.setdefault(expression.table, []).append(expression)
            elif isinstance(part, Term):
                for one in self.index.asked(part).expressions:
                    found.held.setdefault(one.table, []).append(one)
                found.conditions.append(self._check(part))
            else:
                found.conditions.append(self._condition(part))
        return found

    def _together(self, table: Table, found: _Conjunction) -> str:
        """Everything that one table is asked, as one expression."""
        held = joined("AND", found.held[table])
        assert held is not None
        denied = joined("OR", found.denied.get(table, ()))
        return held.text if denied is None else f"{held.text} NOT {denied.text}"

    def _conditions(self, found: _Conjunction) -> list[str]:
        conditions = [
            self._in(Expression(table, self._together(table, found))) for table in found.held
        ]
        for table, expressions in found.denied.items():
            if table not in found.held:
                denied = joined("OR", expressions)
                assert denied is not None
                conditions.append(f"NOT {self._in(denied)}")
        # Texts are looked at last, when all else holds.
        return conditions + sorted(found.conditions, key=lambda one: "scraper_occurs" in one)

    def _in(self, expression: Expression) -> str:
        table = expression.table
        name = self._bind(expression.text)
        return f"a.number IN (SELECT rowid FROM {table} WHERE {table} MATCH :{name})"

    def _check(self, term: Term) -> str:
        condition, words = check(self.archive, term, parameter=f"p{len(self.parameters)}")
        self._bind(words)
        return condition

    def _condition(self, tree: Tree) -> str:
        """A condition on the articles' row `a`; not true where it does not hold, or is unknown."""
        match tree:
            case Term() | AllOf():
                parts = tree.parts if isinstance(tree, AllOf) else (tree,)
                return f"({' AND '.join(self._conditions(self._conjunction(parts))) or 'true'})"
            case AnyOf(parts):
                return self._either(parts)
            case Not(part):
                return f"({self._condition(part)}) IS NOT TRUE"
            case Published(after, before):
                return self._published(after, before)
            case State(kind):
                return _STATES[kind]
            case OfPortal():
                names = as_list(portals_that_fit(self.archive, tree))
                return f"a.portal IN (SELECT value FROM json_each(:{self._bind(names)}))"
            case Named():
                return self._named(tree)

    def _either(self, parts: tuple[Tree, ...]) -> str:
        together: dict[Table, list[Expression]] = {}
        conditions: list[str] = []
        for part in parts:
            expression = self.index.expression(part)
            if expression:
                together.setdefault(expression.table, []).append(expression)
            else:
                conditions.append(self._condition(part))
        for expressions in together.values():
            both = joined("OR", expressions)
            assert both is not None
            conditions.append(self._in(both))
        return f"({' OR '.join(conditions)})"

    def _published(self, after: str | None, before: str | None) -> str:
        bounds = []
        if after is not None:
            bounds.append(f"a.published >= :{self._bind(after)}")
        if before is not None:
            # "~" sorts behind all that may follow the bound: months, days, times
            bounds.append(f"a.published <= :{self._bind(before + '~')}")
        return " AND ".join(bounds)

    def _named(self, named: Named) -> str:
        found = names_that_fit(self.archive, named)
        if named.kind == "source":  # stands in the index of short values
            names = self._bind(as_list([name for _, name in found]))
            return f"a.source IN (SELECT value FROM json_each(:{names}))"
        numbers = self._bind(as_list([number for number, _ in found]))
        return (
            "a.number IN (SELECT number FROM named "
            f"WHERE name IN (SELECT value FROM json_each(:{numbers})))"
        )
