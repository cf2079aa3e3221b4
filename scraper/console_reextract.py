"""What `scraper reextract` prints: a bar while it reads, and what would change, by field."""

from __future__ import annotations

import os.path
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, get_args

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from scraper.archive.archive import Change
from scraper.output import log, print_json
from scraper.reextract import Reread, RereadKind

KINDS = get_args(RereadKind)
EXAMPLES = 3  # of each field of a portal
REASONS = 10  # articles that are named with what hinders them
_AROUND, _WITHIN = 30, 70  # characters shown of what is the same, and of what is not
_RED, _GREEN, _END = "\x1b[31m", "\x1b[32m", "\x1b[0m"


@dataclass
class _Tally:
    """What was found in one portal: counts, and a few examples, however many articles it has."""

    kinds: Counter[RereadKind] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    renewed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, Change]]] = field(default_factory=dict)
    reasons: dict[RereadKind, list[tuple[str, str]]] = field(default_factory=dict)
    unseen_edits: int = 0
    unseen: list[tuple[str, int]] = field(default_factory=list)

    def add(self, reread: Reread) -> None:
        self.kinds[reread.kind] += 1
        for change in reread.changes:
            self.fields[change.field] += 1
            examples = self.examples.setdefault(change.field, [])
            if len(examples) < EXAMPLES:
                examples.append((reread.id, change))
        self.renewed.update(reread.renewed)
        if reread.reason is not None:
            reasons = self.reasons.setdefault(reread.kind, [])
            if len(reasons) < REASONS:
                reasons.append((reread.id, reread.reason))
        self.unseen_edits += len(reread.unseen_edits)
        room = max(0, REASONS - len(self.unseen))
        self.unseen += [(reread.id, number) for number in reread.unseen_edits[:room]]


class RereadReport:
    """Takes up what became of each article, and prints it: at once as JSON, else at the end."""

    def __init__(self, total: int, *, apply: bool, as_json: bool) -> None:
        self.apply = apply
        self.as_json = as_json
        self.total = total
        self.portals: dict[str, _Tally] = {}
        self.bar: RichProgress | None = None
        if sys.stderr.isatty():
            self.bar = RichProgress(
                TextColumn("reading again"),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self.task = self.bar.add_task("", total=total)

    def __enter__(self) -> RereadReport:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar:
            self.bar.stop()

    def add(self, reread: Reread) -> None:
        """Take up one article."""
        self.portals.setdefault(reread.portal, _Tally()).add(reread)
        if self.as_json and (reread.kind != "unchanged" or reread.unseen_edits):
            print_json(asdict(reread))
        if self.bar:
            self.bar.advance(self.task)

    def failed(self) -> bool:
        """Could something not be read that was read once?"""
        return any(
            tally.kinds["unreadable"] + tally.kinds["fault"] for tally in self.portals.values()
        )

    def summary(self, *, interrupted: bool) -> None:
        """What was found, portal by portal; then, for people, what to do."""
        if self.as_json:
            print_json({"summary": self._summary_json(interrupted=interrupted)})
        else:
            for name in sorted(self.portals):
                for line in portal_lines(
                    name, self.portals[name], apply=self.apply, colour=sys.stdout.isatty()
                ):
                    print(line)
        read = sum(tally.kinds.total() for tally in self.portals.values())
        changes = sum(
            tally.kinds["changed"] + tally.kinds["renewed"] for tally in self.portals.values()
        )
        if not self.total:
            log("there is no article to read again")
        if interrupted:
            kept = "what was written is kept; " if self.apply else ""
            log(f"interrupted after {read} of {self.total} articles; {kept}run it again to go on")
        elif changes and not self.apply:
            log("nothing was written; the same call with --apply keeps this as re-readings")

    def _summary_json(self, *, interrupted: bool) -> Mapping[str, Any]:
        return {
            "applied": self.apply,
            "interrupted": interrupted,
            "articles": self.total,
            "portals": {
                name: {
                    **{kind: tally.kinds[kind] for kind in KINDS},
                    "fields": dict(tally.fields),
                    "renewed_fields": dict(tally.renewed),
                    "unseen_edits": tally.unseen_edits,
                }
                for name, tally in sorted(self.portals.items())
            },
        }


def portal_lines(name: str, tally: _Tally, *, apply: bool, colour: bool) -> Iterator[str]:
    """The report of one portal."""
    kinds = tally.kinds
    yield (
        f"{name}: {kinds.total()} articles read again: {kinds['changed']} "
        f"{'became' if apply else 'would become'} another version, {kinds['unchanged']} the same"
    )
    for field_name, count in tally.fields.most_common():
        yield f"  {field_name}: {count}"
        for id, change in tally.examples[field_name]:
            yield f"    {id}"
            before, after = marked(change, colour=colour)
            yield f"      - {before}"
            yield f"      + {after}"
    if kinds["renewed"]:
        renew = "were" if apply else "would be"
        yield f"  {kinds['renewed']} {renew} renewed without a new version"
    if tally.renewed:
        fields = ", ".join(f"{field} {count}" for field, count in tally.renewed.most_common())
        yield f"  fields that make no version: {fields}"
    yield from _reason_lines(tally)
    if tally.unseen_edits:
        yield f"  {tally.unseen_edits} edits that today's code does not see; the versions stay"
        for id, number in tally.unseen:
            yield f"    {id} version {number}"
        yield from _more(tally.unseen_edits, len(tally.unseen))


_HEADINGS: tuple[tuple[RereadKind, str], ...] = (
    ("no_article", "no article for today's code, and kept as they are"),
    ("unreadable", "could not be read again, and stay as they are"),
    ("fault", "a fault of this program over them; they stay as they are"),
)


def _reason_lines(tally: _Tally) -> Iterator[str]:
    for kind, heading in _HEADINGS:
        if tally.kinds[kind]:
            yield f"  {tally.kinds[kind]} {heading}"
            for id, reason in tally.reasons[kind]:
                yield f"    {id}: {reason}"
            yield from _more(tally.kinds[kind], len(tally.reasons[kind]))


def _more(count: int, shown: int) -> Iterator[str]:
    if count > shown:
        yield f"    and {count - shown} more; --json names all"


def marked(change: Change, *, colour: bool) -> tuple[str, str]:
    """Before and after, cut down to where they differ, and that marked.

    [- -] and {+ +} stand around it where there is no colour.
    """
    old, new = (" ".join(text.split()) for text in (change.before, change.after))
    if old == new:  # the lines alone were parted otherwise
        old, new = (" ¶ ".join(text.split("\n")) for text in (change.before, change.after))
    start = _common(old, new)
    same = _common(old[start:][::-1], new[start:][::-1])
    red = (_RED, _END) if colour else ("[-", "-]")
    green = (_GREEN, _END) if colour else ("{+", "+}")
    return _shown(old, start, same, marks=red), _shown(new, start, same, marks=green)


def _common(one: str, other: str) -> int:
    """How many characters both begin with, in whole words."""
    length = len(os.path.commonprefix((one, other)))
    if {one[length : length + 1], other[length : length + 1]} <= {"", " "}:
        return length
    return one.rfind(" ", 0, length) + 1


def _shown(text: str, start: int, same: int, *, marks: tuple[str, str]) -> str:
    end = max(start, len(text) - same)
    head, middle, tail = text[:start], text[start:end], text[end:]
    if len(head) > _AROUND:
        head = "…" + head[-_AROUND:]
    if len(tail) > _AROUND:
        tail = tail[:_AROUND] + "…"
    if len(middle) > _WITHIN:
        middle = middle[: _WITHIN // 2] + "…" + middle[-_WITHIN // 2 :]
    whole = f"{head}{marks[0]}{middle}{marks[1]}{tail}" if middle else f"{head}{tail}"
    return whole or "(empty)"
