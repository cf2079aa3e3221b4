"""Damage done to files as disks and careless hands do it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PAGE_BYTES = 4096


def leaf_pages(path: Path, table: str) -> set[int]:
    """The numbers of the leaf pages of a table, walked from its root as the file format says."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()[0]
    data = path.read_bytes()
    leaves, waiting = set(), [root]
    while waiting:
        number = waiting.pop()
        page = data[(number - 1) * PAGE_BYTES : number * PAGE_BYTES]
        if page[0] not in (2, 5):  # an interior page of an index or a table
            leaves.add(number)
            continue
        cells = int.from_bytes(page[3:5], "big")
        waiting.append(int.from_bytes(page[8:12], "big"))
        for place in range(cells):
            at = int.from_bytes(page[12 + 2 * place : 14 + 2 * place], "big")
            waiting.append(int.from_bytes(page[at : at + 4], "big"))
    return leaves


def overwrite_page(path: Path, number: int) -> None:
    """One page becomes what no program wrote."""
    with path.open("rb+") as file:
        file.seek((number - 1) * PAGE_BYTES)
        file.write(b"\xa5" * PAGE_BYTES)


def overwrite_page_of(path: Path, text: str, *, table: str) -> None:
    """The page of a table that holds this text."""
    leaves = leaf_pages(path, table)
    data = path.read_bytes()
    for number in sorted(leaves):
        if text.encode() in data[(number - 1) * PAGE_BYTES : number * PAGE_BYTES]:
            overwrite_page(path, number)
            return
    raise AssertionError(f"{text!r} stands on no page of {table}")
