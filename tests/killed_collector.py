"""A collector that is begun by the hundred and killed: forked by a process that has loaded all.

A line of JSON on standard input begins one: folder, portal's port, days by which its clock is
ahead, whether processes of their own read the pages. Its process id is the answer; when it has
ended, its status is the next. Each is the leader of a process group of its own.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from littleportal import LittlePortal

from scraper import side_by_side
from scraper.archive.archive import Archive, hold
from scraper.capture.store import CaptureStore
from scraper.errors import ArchiveLocked
from scraper.readers import Readers
from scraper.records import Settings

LOCKED = 75
ROLL_BYTES = 60_000  # some thirty records: a run fills several files


def collect(folder: Path, *, port: int, days: int, processes: int) -> None:
    portal = LittlePortal(per_page=20, port=port).portal()
    path = folder / "archive.db"
    store = functools.partial(CaptureStore, roll_bytes=ROLL_BYTES)
    setattr(side_by_side, "CaptureStore", store)  # noqa: B010  which mypy would not let us assign
    with (
        hold(path, who="killed collector"),
        Archive.open(path, write=True) as archive,
        Readers(jobs=processes, many_pages=1) as readers,
    ):
        archive.close_interrupted(now=_ahead(days))
        for _ in side_by_side.collect_portals(
            (portal,),
            archive=archive,
            captures_folder=folder / "archive.captures",
            settings=Settings(),
            stop=threading.Event(),
            readers=readers,
            now=functools.partial(_ahead, days),
        ):
            pass


def _ahead(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _child(order: dict[str, Any]) -> int:
    os.setpgid(0, 0)
    try:
        collect(
            Path(order["folder"]),
            port=order["port"],
            days=order["days"],
            processes=order["processes"],
        )
    except ArchiveLocked:
        return LOCKED
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            os._exit(_child(order))
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
