"""The demo: serve the made-up portal, collect it by the ordinary code, compare, search.

run_demo(Path("demo"), say=print)
"""

from __future__ import annotations

import html
import re
import shutil
import sys
import textwrap
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from scraper.archive.archive import Archive, hold
from scraper.demo.comparison import compare, table
from scraper.demo.content import PublishedArticle
from scraper.demo.datelines import VISIT_DAY
from scraper.demo.server import DemoServer, serve
from scraper.portals.portal_file import read_portal
from scraper.query.search import SearchResult, search
from scraper.records import Outcome, OutcomeKind, Portal, Settings
from scraper.side_by_side import collect_portals

NAME = "demo"
SEARCHES = (
    ("sạt lở", "typed with marks, so taken as typed"),
    ("dat dai", "typed without marks, so every marking is found"),
    ('"xâm nhập mặn"', "a phrase"),
)
HITS_SHOWN = 3
WIDTH = 96  # characters of a line
TROUBLES: tuple[OutcomeKind, ...] = ("gone", "refused", "failed")
PROGRESS_EVERY = 50  # articles
BUSY_SECONDS = 0.9  # the portal asked for 1; clocks may differ by a little

Say = Callable[[str], None]


def run_demo(folder: Path, *, say: Say) -> bool:
    """Collect the made-up portal into `folder`, say how it went; True if everything is right.

    What an earlier demo left in the folder is replaced; a folder that holds anything else is left
    alone. Raises ArchiveError where the folder's archive cannot be opened or is in use.
    """
    if (trouble := _not_a_demo(folder)) is not None:
        say(trouble)
        return False
    path = folder / "archive.db"
    with hold(path, who="scraper demo"), serve() as server:
        _remove_earlier(path)
        portal = write_portal_file(folder, server)
        with Archive.open(path, write=True) as archive:
            right = _show(portal, archive, server=server, say=say)
    _say_what_next(folder, right=right, say=say)
    return right


def _show(portal: Portal, archive: Archive, *, server: DemoServer, say: Say) -> bool:
    """Collect, compare, search, collect again: the whole tour, each part said and judged."""
    if datetime.now(UTC).date() < VISIT_DAY:
        say(f"This machine's clock is behind: dates up to {VISIT_DAY} will look like misreadings.")
    years = sorted(article.published.year for article in server.articles if article.published)
    say(f"A made-up ministry's portal is served at {server.home}: {len(server.articles)} articles,")
    say(f"{years[0]} to {years[-1]}. Collecting it as `scraper collect` would:")
    judged = [
        _collect(portal, archive, server=server, say=say),
        _say_manners(server, say=say),
        _say_comparison(archive, server=server, say=say),
    ]
    judged += [
        _search(query, why, archive=archive, articles=server.articles, say=say)
        for query, why in SEARCHES
    ]
    say("")
    say("Collecting once more, as the next run would:")
    judged.append(_collect(portal, archive, server=server, say=say, again=True))
    return all(judged)


def _collect(
    portal: Portal, archive: Archive, *, server: DemoServer, say: Say, again: bool = False
) -> bool:
    """One run, told as it goes; False if a page failed, or if it is new when read again."""
    began, asked_before = time.monotonic(), len(server.requests)
    outcomes: list[Outcome] = []
    for outcome in collect_portals(
        (portal,),
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
    ):
        if outcome.stage == "article" or outcome.kind in TROUBLES:
            outcomes.append(outcome)
        if outcome.stage == "article" and len(outcomes) % PROGRESS_EVERY == 0:
            say(f"  ... {len(outcomes)} pages read")
    kinds = Counter(outcome.kind for outcome in outcomes)
    said = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common())
    requests, seconds = len(server.requests) - asked_before, time.monotonic() - began
    say(f"  {said or 'nothing was due'}; {requests} requests in {seconds:.1f} s")
    if again:
        return not (kinds["failed"] or kinds["new"] or kinds["changed"])
    for outcome in outcomes:
        if outcome.kind in TROUBLES:
            say(f"  {outcome.kind}: {_path(outcome.url)}")
            say(f"      {outcome.reason}")
    return not kinds["failed"]


def _say_manners(server: DemoServer, *, say: Say) -> bool:
    """What the portal's own log says of its visitor."""
    asked = server.requests
    forbidden = [request for request in asked if request.path.startswith("/noi-bo/")]
    trapped = [request for request in asked if request.path.startswith("/en/vi/")]
    robots = [place for place, request in enumerate(asked) if request.path == "/robots.txt"]
    facts = (
        ("robots.txt was asked for first", robots[:1] == [0]),
        ("what it forbids was left alone", not forbidden),
        ("the endless addresses (/en/vi/en/...) were left alone", not trapped),
        ("a busy page was asked again, after the second it asked for", _waited(server)),
    )
    say("")
    say("What the portal's log says of its visitor:")
    for fact, true in facts:
        say(f"  {'yes' if true else 'NO '} {fact}")
    return all(true for _, true in facts)


def _waited(server: DemoServer) -> bool:
    """Was a page that answered 503 asked again, and not before a second had gone?"""
    busy = {request.path: request.at for request in server.requests if request.status == 503}
    again = {
        request.path: request.at
        for request in server.requests
        if request.path in busy and request.status != 503
    }
    return bool(busy) and all(
        path in again and (again[path] - at).total_seconds() >= BUSY_SECONDS
        for path, at in busy.items()
    )


def _search(
    query: str, why: str, *, archive: Archive, articles: Sequence[PublishedArticle], say: Say
) -> bool:
    """Search, show, and check the hits against the published texts themselves."""
    result = search(query, archive=archive, limit=None)
    wanted = {f"{NAME}:{article.key}" for article in articles if _occurs(query, article)}
    found = {hit.id for hit in result.hits}
    say("")
    say(f"scraper search {_quoted(query)}   ({why})")
    for line in _result_lines(result):
        say(line)
    if found != wanted or result.count != len(wanted):
        say(f"  WRONG: the portal published {len(wanted)} such articles")
        say(f"  not found: {_some(wanted - found)}; found in error: {_some(found - wanted)}")
        return False
    return True


def _result_lines(result: SearchResult) -> Iterator[str]:
    years = ", ".join(f"{year}: {count}" for year, count in result.by_year.items())
    yield from _wrapped(f"{result.count} articles; {years}", indent=2)
    for hit in result.hits[:HITS_SHOWN]:
        when = (hit.published or "undated")[:16].replace("T", " ")
        yield from _wrapped(f"{hit.id}  {when}  {hit.title}", indent=2)
        yield from _wrapped(_marked(hit.snippet), indent=6)
    if result.count > HITS_SHOWN:
        yield f"  ... and {result.count - HITS_SHOWN} more"


def _wrapped(text: str, *, indent: int) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin + "  ")


def _marked(snippet: str) -> str:
    """A snippet for a terminal: what matched in square brackets."""
    marked = snippet.replace("<mark>", "[").replace("</mark>", "]")
    return html.unescape(marked).replace("\n", " ")


def _occurs(query: str, article: PublishedArticle) -> bool:
    """Does the published text hold the query? Written apart from the search, to check it."""
    fold = unicodedata.normalize("NFD", query) == query and "đ" not in query  # no marks typed
    fields = (article.title, article.text, *article.captions)
    texts = [_words(field, fold=fold) for field in fields]
    if query.startswith('"'):
        phrase = f" {' '.join(_words(query, fold=fold))} "
        return any(phrase in f" {' '.join(text)} " for text in texts)
    return set(_words(query, fold=fold)) <= {word for text in texts for word in text}


def _words(text: str, *, fold: bool) -> list[str]:
    lower = unicodedata.normalize("NFC", text).lower()
    if fold:
        apart = unicodedata.normalize("NFD", lower.replace("đ", "d"))
        lower = "".join(char for char in apart if not unicodedata.combining(char))
    return re.findall(r"\w+", lower)


def _say_comparison(archive: Archive, *, server: DemoServer, say: Say) -> bool:
    comparison = compare(server.articles, archive=archive, portal=NAME, home=server.home)
    say("")
    say("What the archive holds, against what the portal published:")
    for line in table(comparison):
        say(line)
    known = {f"{NAME}:{article.key}" for article in server.articles}
    surplus = {hit.id for hit in search("", archive=archive, limit=None).hits} - known
    if surplus:
        say(f"  WRONG: in the archive, but never published: {_some(surplus)}")
    return comparison.all_right and not surplus


def _say_what_next(folder: Path, *, right: bool, say: Say) -> None:
    command, path = _command(), folder / "archive.db"
    say("")
    say("Everything is right." if right else "NOT everything is right: see the lines above.")
    say(f"The archive is {path}, the pages as they came are in {path.with_suffix('.captures')}/.")
    say("What to try next:")
    say(f"  {command} search --archive {path} 'xam nhap man' --after 2018")
    say(f"  {command} show --archive {path} {NAME}:5204")
    say(f"  {command} export --archive {path} --format csv dat > dat.csv")
    say(f"  {command} schedule --archive {path} --schedules {folder / 'schedules'}")


def _command() -> str:
    """How this program was called, if it was by its own name: it may not be on the PATH."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "scraper" else "scraper"


def _remove_earlier(path: Path) -> None:
    """Begin anew: an archive of an earlier port and an older program would prove nothing."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    captures = path.with_suffix(".captures") / NAME
    if captures.is_dir():
        shutil.rmtree(captures)


def write_portal_file(folder: Path, server: DemoServer) -> Portal:
    """The portal file with the address that the server got, read as any portal file is."""
    text = files("scraper.demo").joinpath("portal.toml").read_text("utf-8")
    path = folder / "schedules" / f"{NAME}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("HOST", server.host), encoding="utf-8")
    return read_portal(path)


def _not_a_demo(folder: Path) -> str | None:
    """Why this folder may not be used: a demo does not mix with anybody's own archive."""
    other = f"{folder} holds more than a demo"
    advice = "Give the demo a folder of its own: scraper demo --folder OTHER"
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file. {advice}"
    path = folder / "archive.db"
    if path.exists():
        with Archive.open(path) as archive:
            strangers = set(archive.portals()) - {NAME}
        if strangers:
            return f"{other}: its archive has {_some(strangers)}. {advice}"
    strangers = {file.name for file in folder.glob("schedules/*.toml")} - {f"{NAME}.toml"}
    return f"{other}: schedules/ has {_some(strangers)}. {advice}" if strangers else None


def _some(names: Iterable[str]) -> str:
    """A few of the names, in order."""
    known = sorted(names)
    return (
        ", ".join(known[:5]) + (f" and {len(known) - 5} more" if len(known) > 5 else "") or "none"
    )


def _path(url: str) -> str:
    """The address without scheme and host."""
    return "/" + url.split("/", 3)[-1]


def _quoted(query: str) -> str:
    """As it is typed in a shell."""
    return f"'{query}'"
