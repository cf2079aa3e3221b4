"""What `reextract` renews without a version is no fault, and is not taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from archived import NOW, article, capture, save, writing

from scraper.archive.archive import Archive, KeptAnswer, check_archive, mend
from scraper.records import Damage, Figure

RENEWED = replace(
    article(),
    updated=date(2018, 6, 15),
    tags=("khác",),
    figures=(*article().figures, Figure(image="http://demo.example/2.jpg", caption=None)),
)


def faults(path: Path) -> list[Damage]:
    return list(check_archive(path, quick=False, tick=lambda what, done, total: None))


def renewed(path: Path) -> None:
    """An archive with an article that was read again with other tags, images and `updated`."""
    with writing(path) as (archive, run):
        save(archive, article(), run=run)
        got = capture()
        answer = KeptAnswer(
            capture_id=1,
            answered_url=got.url,
            content_type=None,
            fetched_at=got.fetched_at,
            sha256=got.sha256,
            place=None,
        )
        kind = archive.save_rereading(RENEWED, id="demo:1", answer=answer, template=None)
        assert kind == "renewed"


def test_a_renewed_article_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    renewed(path)
    assert faults(path) == []


def test_mending_leaves_what_was_renewed(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    renewed(path)
    list(mend(path, ("versions", "counters")))
    with Archive.open(path) as archive:
        assert len(archive.article("demo:1").article.figures) == 2


def test_a_later_edit_is_silent_by_the_dates_that_the_versions_tell(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    renewed(path)
    with Archive.open(path, write=True) as archive:
        run = archive.begin_run("demo", trigger="collect", due=None, now=NOW)
        edited = replace(article("Sửa."), updated=date(2018, 6, 15))
        save(archive, edited, run=run, now=NOW + timedelta(1))
        assert archive.article("demo:1").silent_edits == 0
        assert [one.silent for one in archive.versions("demo:1")][1] is False
    assert faults(path) == []
