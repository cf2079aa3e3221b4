"""One other search engine over an archive's texts; asked line by line, as workers.py does.

    python benchmarks/search_as_peer.py PEER ARCHIVE FOLDER

FOLDER keeps the peer's index, made on the first run. A request is a JSON object: kind "build", or a
query's parts (phrases, title_only, portal, years, sort); the answer has count, by_year and what it
took. Runs in the peers' environment, so nothing of the project is imported here.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = 20
_ROWS = """
    SELECT id, portal, coalesce(published, ''), title, coalesce(lead, ''), body, captions
    FROM articles ORDER BY number
"""
Asked = Mapping[str, Any]
Answer = tuple[int, Mapping[str, int]]


def main() -> None:
    name, archive, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    begun = time.perf_counter()
    made = not (folder / "whole").exists()
    if made:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        BUILDERS[name](archive, folder)
        (folder / "whole").touch()
    built = {"seconds": time.perf_counter() - begun if made else None, "bytes": _bytes(folder)}
    ask = OPENERS[name](folder)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(built if request["kind"] == "build" else timed(ask, request)), flush=True)


def timed(ask: Callable[[Asked], Answer], request: Asked) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        count, by_year = ask(request)
    except Exception as error:  # whatever a peer raises is its answer
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "count": count,
        "by_year": dict(by_year),
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
    }


def rows(archive: Path) -> Iterator[tuple[str, ...]]:
    with sqlite3.connect(f"file:{archive}?mode=ro", uri=True) as connection:
        yield from connection.execute(_ROWS)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# --- tantivy --------------------------------------------------------------------------------------

TEXTS = ("title", "lead", "body", "captions")


def _tantivy_index(folder: Path, *, folded: bool) -> Any:
    import tantivy

    schema = tantivy.SchemaBuilder()
    for field in TEXTS:
        schema.add_text_field(field, tokenizer_name="folded" if folded else "default")
    for field in ("id", "portal"):
        schema.add_text_field(field, stored=True, tokenizer_name="raw", fast=field == "portal")
    schema.add_text_field("published", stored=True, tokenizer_name="raw", fast=True)
    schema.add_unsigned_field("year", indexed=True, fast=True)
    index = tantivy.Index(schema.build(), path=str(folder))
    if folded:
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        analyzer = analyzer.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
        index.register_tokenizer("folded", analyzer.build())
    return index


def _build_tantivy(archive: Path, folder: Path, *, folded: bool = False) -> None:
    import tantivy

    writer = _tantivy_index(folder, folded=folded).writer(heap_size=200_000_000, num_threads=1)
    for id, portal, published, *texts in rows(archive):
        document = tantivy.Document()
        document.add_text("id", id)
        document.add_text("portal", portal)
        document.add_text("published", published)
        document.add_unsigned("year", int(published[:4] or 0))
        for field, text in zip(TEXTS, texts, strict=True):
            document.add_text(field, text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _open_tantivy(folder: Path, *, folded: bool = False) -> Callable[[Asked], Answer]:
    index = _tantivy_index(folder, folded=folded)
    index.reload()
    searcher = index.searcher()
    years = {"year": {"terms": {"field": "year", "size": 200}}}

    def ask(asked: Asked) -> Answer:
        text = " AND ".join(f'"{phrase}"' for phrase in asked["phrases"])
        if asked["portal"]:
            text += f' AND portal:"{asked["portal"]}"'
        if asked["years"]:
            text += f" AND year:[{asked['years'][0]} TO {asked['years'][1]}]"
        fields = ["title"] if asked["title_only"] else list(TEXTS)
        query = index.parse_query(text, fields)
        order = {"order_by_field": "published"} if asked["sort"] == "newest" else {}
        found = searcher.search(query, PAGE, count=True, **order)
        for _, address in found.hits:
            searcher.doc(address)
        buckets = searcher.aggregate(query, years)["year"]["buckets"]
        return found.count, {str(int(one["key"])): one["doc_count"] for one in buckets}

    return ask


# --- Datasette ------------------------------------------------------------------------------------


def _build_datasette(archive: Path, folder: Path) -> None:
    """The texts in a table, with the full-text index that `sqlite-utils enable-fts` makes."""
    import sqlite_utils

    database = sqlite_utils.Database(folder / "made.db")
    names = ("id", "portal", "published", *TEXTS)
    table: Any = database["articles"]
    table.insert_all(
        (
            dict(zip(names, row, strict=True)) | {"year": int(row[2][:4] or 0)}
            for row in rows(archive)
        ),
        pk="id",
    )
    for column in ("published", "year", "portal"):
        table.create_index([column])
    table.enable_fts(TEXTS)
    table.optimize()
    database.conn.close()


def _open_datasette(folder: Path) -> Callable[[Asked], Answer]:
    from datasette.app import Datasette

    limits = {
        "sql_time_limit_ms": 20_000,
        "facet_time_limit_ms": 20_000,
        "suggest_facets": False,
        "default_cache_ttl": 0,
    }
    app = Datasette([str(folder / "made.db")], settings=limits)
    loop = asyncio.new_event_loop()

    def ask(asked: Asked) -> Answer:
        column = "_search_title" if asked["title_only"] else "_search"
        parameters: dict[str, Any] = {
            column: " ".join(f'"{phrase}"' for phrase in asked["phrases"]),
            "_size": PAGE,
            "_facet": "year",
            "_facet_size": "max",
        }
        if asked["sort"] == "newest":
            parameters["_sort_desc"] = "published"
        if asked["portal"]:
            parameters["portal"] = asked["portal"]
        if asked["years"]:
            parameters |= {"year__gte": asked["years"][0], "year__lte": asked["years"][1]}
        response = loop.run_until_complete(app.client.get("/made/articles.json", params=parameters))
        page = response.json()
        if response.status_code != 200:
            raise ValueError(page.get("error") or response.status_code)
        facet = page["facet_results"]["year"]["results"]
        return page["filtered_table_rows_count"], {str(one["value"]): one["count"] for one in facet}

    return ask


def _build_folded(archive: Path, folder: Path) -> None:
    _build_tantivy(archive, folder, folded=True)


def _open_folded(folder: Path) -> Callable[[Asked], Answer]:
    return _open_tantivy(folder, folded=True)


BUILDERS: dict[str, Callable[[Path, Path], None]] = {
    "tantivy": _build_tantivy,
    "tantivy-folded": _build_folded,
    "datasette": _build_datasette,
}
OPENERS: dict[str, Callable[[Path], Callable[[Asked], Answer]]] = {
    "tantivy": _open_tantivy,
    "tantivy-folded": _open_folded,
    "datasette": _open_datasette,
}


if __name__ == "__main__":
    main()
