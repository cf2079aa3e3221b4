"""BibTeX, read by bibtexparser."""

from __future__ import annotations

from pathlib import Path

import pytest
from archived import article, bare
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    SeparateCoAuthors,
    SplitNameParts,
)
from cited import CONTROLS, NASTY, SIGNS, Cited, cited

from scraper.export.bibtex import cite_key, write_bibtex
from scraper.records import Article


def entries(made: Cited, *, decoded: bool = False) -> dict[str, dict[str, str]]:
    """Fields by key; `decoded` from LaTeX."""
    middleware = [LatexDecodingMiddleware()] if decoded else []
    library = parse_string(made.text(write_bibtex), append_middleware=middleware)
    assert not library.failed_blocks
    return {one.key: {field.key: field.value for field in one.fields} for one in library.entries}


def entry(folder: Path, read: Article) -> dict[str, str]:
    (fields,) = entries(cited(folder, {"1": read})).values()
    return fields


def test_an_entry_says_title_outlet_dates_address_and_id(tmp_path: Path) -> None:
    assert entries(cited(tmp_path, {"1": article()})) == {
        "demo:1": {
            "title": "{Giá đất năm nay}",
            "author": "{Lê Minh}",
            "organization": "{Cổng thông tin Bộ Sông hồ}",
            "date": "2018-06-14",
            "url": "http://demo.example/detail?id=1",
            "urldate": "2026-11-02",
            "note": "Source: Cổng thông tin xã. Archived as demo:1, version 1",
            "langid": "vietnamese",
            "abstract": "Sở vừa công bố bảng giá.",
            "keywords": "đất đai",
        }
    }


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    assert entries(cited(tmp_path, {"1": bare("A", language="tlh")}, portal=None)) == {
        "demo:1": {
            "title": "{A}",
            "organization": "{demo.example}",
            "url": "http://demo.example/detail?id=1",
            "urldate": "2026-11-01",
            "note": "Archived as demo:1, version 1",
            "language": "tlh",
        }
    }


def test_every_sign_comes_back_from_latex(tmp_path: Path) -> None:
    (fields,) = entries(cited(tmp_path, {"1": NASTY["signs"]}), decoded=True).values()
    read = [fields[name].replace("\u02c6", "^") for name in ("title", "author", "abstract")]
    assert read == [SIGNS] * 3  # the library reads \\textasciicircum as a letter like it


def test_no_article_swallows_the_next(tmp_path: Path) -> None:
    made = cited(tmp_path, NASTY)
    assert list(entries(made)) == [cite_key(one.id) for one in made.articles]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("{a} {}", r"{\{a\} \{\}}"),
        ("{ mở", r"{\textbraceleft{} mở}"),
        ("}{", r"{\textbraceright{}\textbraceleft{}}"),
    ],
)
def test_braces_that_are_not_in_pairs_are_spelled_out(
    title: str, written: str, tmp_path: Path
) -> None:
    assert entry(tmp_path, bare(title))["title"] == written


def test_forbidden_characters_are_dropped(tmp_path: Path) -> None:
    assert not set(cited(tmp_path, NASTY).text(write_bibtex)) & set(CONTROLS)


def test_names_are_neither_split_nor_turned_round(tmp_path: Path) -> None:
    made = cited(tmp_path, {"1": article(authors=("Lê Minh", "Tin and ảnh, PV"))})
    split = [SeparateCoAuthors(), SplitNameParts()]
    library = parse_string(made.text(write_bibtex), append_middleware=split)
    names = library.entries[0].fields_dict["author"].value
    assert [(name.first, name.last) for name in names] == [
        ([], ["{Lê Minh}"]),
        ([], ["{Tin and ảnh, PV}"]),
    ]


def test_a_long_title_is_kept_whole(tmp_path: Path) -> None:
    assert entry(tmp_path, NASTY["long"])["title"] == "{" + "Đ" * 100_000 + "}"


def test_a_comma_in_a_tag_does_not_part_it(tmp_path: Path) -> None:
    assert entry(tmp_path, article(tags=("đất, nước", "rừng")))["keywords"] == "đất; nước, rừng"
