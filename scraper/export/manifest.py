"""What stands beside an export, so that it can be cited and checked: FILE.manifest.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from scraper.errors import ExportError
from scraper.export.whole import whole

MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file of an export."""

    path: str  # from the manifest's folder, with "/"
    bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an export holds, of which archive, and how to know that it is whole."""

    format: str
    query: str  # as typed, with the filters as clauses; "" for everything
    sort: str
    limit: int | None
    count: int  # articles in it
    damaged: tuple[str, ...]  # ids of articles left out because they could not be read
    archive: str  # the file's name
    schema_version: int
    program: str  # and its version
    exported_at: datetime  # aware UTC
    files: tuple[ExportedFile, ...]
    manifest: int = MANIFEST_VERSION

    def to_json(self) -> str:
        """As it is written."""
        return json.dumps(
            asdict(self) | {"exported_at": self.exported_at.isoformat()},
            ensure_ascii=False,
            indent=2,
        )


def manifest_path(path: Path) -> Path:
    """Where the manifest of an export stands."""
    return path.with_name(f"{path.name}.manifest.json")


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of the export at `path`."""
    with whole(manifest_path(path)) as part:
        part.write_text(manifest.to_json() + "\n", encoding="utf-8")


def files_of(part: Path, *, name: str) -> tuple[ExportedFile, ...]:
    """The files of an export that stands at `part` and is to bear this name."""
    if part.is_file():
        return (ExportedFile(path=name, bytes=part.stat().st_size, sha256=_sha256(part)),)
    return tuple(
        ExportedFile(
            path=f"{name}/{one.relative_to(part).as_posix()}",
            bytes=one.stat().st_size,
            sha256=_sha256(one),
        )
        for one in sorted(part.rglob("*"))
        if one.is_file()
    )


def check_export(path: Path) -> tuple[int, Sequence[str]]:
    """How many files the manifest of an export names, and what is wrong with them, one line each.

    ExportError where there is no manifest, or none that can be read.
    """
    beside = manifest_path(path)
    try:
        said: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
        files = [ExportedFile(**one) for one in said["files"]]
    except OSError as error:
        raise ExportError(f"its manifest cannot be read: {error.strerror}", path=beside) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ExportError(f"this is no manifest of an export ({error})", path=beside) from error
    return len(files), tuple(_faults(path, files))


def _faults(path: Path, files: Sequence[ExportedFile]) -> Iterator[str]:
    for file in files:
        here = path.parent / file.path
        if Path(file.path).parts[:1] != (path.name,) or ".." in Path(file.path).parts:
            yield f"{file.path}: not this export's"
        elif not here.is_file():
            yield f"{file.path}: not there"
        elif here.stat().st_size != file.bytes:
            yield f"{file.path}: {here.stat().st_size} bytes, but {file.bytes} were written"
        elif _sha256(here) != file.sha256:
            yield f"{file.path}: not what was written: its sha256 is another"
    if path.is_dir():
        named = {path.parent / file.path for file in files}
        for extra in sorted(path.rglob("*")):
            if extra.is_file() and extra not in named:
                yield f"{extra.relative_to(path.parent).as_posix()}: the manifest does not know it"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
