"""Templates over several runs: learned from what was captured, and no version is theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from littleportal import Answer, LittlePortal, serving
from made_portals import MadePage, made_pages

from scraper.archive.archive import Archive
from scraper.records import Article, Outcome, Settings
from scraper.side_by_side import collect_portals

PAGES = made_pages("text_beside", 24)


@pytest.fixture
def little() -> Iterator[LittlePortal]:
    with serving(LittlePortal(per_page=40)) as portal:
        yield portal


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db", write=True) as archive:
        yield archive


def run(archive: Archive, little: LittlePortal, *, stop_after: int | None = None) -> list[Outcome]:
    stop = threading.Event()
    outcomes = []
    for outcome in collect_portals(
        [little.portal()],
        archive=archive,
        captures_folder=archive.path.with_suffix(".captures"),
        settings=Settings(),
        stop=stop,
    ):
        outcomes.append(outcome)
        if stop_after is not None and len(outcomes) >= stop_after:
            stop.set()
    return outcomes


def publish(little: LittlePortal, pages: list[MadePage], *, first: int = 1) -> None:
    """Publish made pages under numbers from `first` on."""
    for number, page in enumerate(pages, start=first):
        little.publish(number)
        little.overrides[f"/detail.aspx?id={number}"] = Answer(page.body)


def archived(archive: Archive, number: int) -> Article:
    return archive.article(f"little:{number}").article


def test_the_first_run_reads_without_a_template_and_learns_one(
    little: LittlePortal, archive: Archive
) -> None:
    publish(little, PAGES[:8])
    run(archive, little)
    assert {archived(archive, number).read_by for number in range(1, 9)} == {"general"}
    (template,) = archive.templates("little")
    assert (template.articles, template.replaced_by) == (8, None)
    assert template.first_seen_at <= template.last_seen_at <= template.learned_at


def test_new_articles_are_read_with_it(little: LittlePortal, archive: Archive) -> None:
    publish(little, PAGES[:8])
    run(archive, little)
    publish(little, PAGES[8:9], first=9)
    run(archive, little)
    article = archived(archive, 9)
    assert (article.title, article.text) == (PAGES[8].title, PAGES[8].text)
    assert article.read_by == "template"
    (template,) = archive.templates("little")
    assert template.last_seen_at > template.learned_at


def test_a_second_run_over_an_unchanged_portal_changes_nothing_by_a_template(
    little: LittlePortal, archive: Archive
) -> None:
    publish(little, PAGES[:8])
    run(archive, little)
    for _ in range(2):
        outcomes = run(archive, little)
        assert {it.kind for it in outcomes if it.stage == "article"} == {"unchanged"}
    assert len(archive.templates("little")) == 1


def test_a_page_that_changed_beside_the_article_makes_no_version(
    little: LittlePortal, archive: Archive
) -> None:
    """Whatever template there is meanwhile: an article is read again as it was read before."""
    publish(little, PAGES[:8])
    run(archive, little)
    publish(little, PAGES[8:9], first=9)
    run(archive, little)
    for number in (1, 9):
        body = PAGES[number - 1].body.replace(b"</body>", b"<b>17</b></body>")
        little.overrides[f"/detail.aspx?id={number}"] = Answer(body)
    outcomes = run(archive, little)
    assert {it.kind for it in outcomes if it.stage == "article"} == {"unchanged"}


def test_four_articles_are_too_few(little: LittlePortal, archive: Archive) -> None:
    publish(little, PAGES[:4])
    run(archive, little)
    assert archive.templates("little") == ()


def test_a_run_that_was_stopped_learns_nothing(little: LittlePortal, archive: Archive) -> None:
    publish(little, PAGES[:8])
    run(archive, little, stop_after=7)
    assert archive.templates("little") == ()
    run(archive, little)
    assert [template.articles for template in archive.templates("little")] == [8]


def test_twice_as_many_articles_make_a_better_template(
    little: LittlePortal, archive: Archive
) -> None:
    publish(little, PAGES[:8])
    run(archive, little)
    publish(little, PAGES[8:16], first=9)
    run(archive, little)
    new, old = archive.templates("little")
    assert (new.articles, new.replaced_by, old.replaced_by) == (16, None, new.number)
    assert new.first_seen_at == old.first_seen_at


def test_a_new_look_gets_a_template_beside_the_old_one(
    little: LittlePortal, archive: Archive
) -> None:
    publish(little, PAGES[:8])
    run(archive, little)
    new_look = made_pages("dates_around", 14, skip=30)
    publish(little, new_look[:6], first=101)
    run(archive, little)
    assert {archived(archive, number).read_by for number in range(101, 107)} == {"general"}
    new, old = archive.templates("little")
    assert (new.replaced_by, old.replaced_by) == (None, None)
    publish(little, new_look[6:7], first=201)
    publish(little, PAGES[8:9], first=202)
    run(archive, little)
    assert archived(archive, 201).published == new_look[6].published
    assert archived(archive, 202).text == PAGES[8].text
    assert {archived(archive, number).read_by for number in (201, 202)} == {"template"}


def test_captures_that_are_gone_are_not_learned_from(
    little: LittlePortal, archive: Archive
) -> None:
    publish(little, PAGES[:4])
    run(archive, little)
    folder = archive.path.with_suffix(".captures")
    for path in folder.rglob("*.warc.gz"):
        path.unlink()
    publish(little, PAGES[4:7], first=5)
    run(archive, little)
    assert all(template.articles >= 5 for template in archive.templates("little"))
