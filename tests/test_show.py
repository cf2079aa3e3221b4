"""`scraper show`: an article, its versions, what changed, the pages it was read from."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Scraper, write_portal_file
from littleportal import Answer, LittlePortal

from scraper.console_show import COLOURS, marked
from scraper.word_diff import Run

ID = "little:2"


@pytest.fixture
def collected(desk: Path, little: LittlePortal, scraper: Scraper) -> LittlePortal:
    """Three versions of article 2: the number changed, then the first paragraph."""
    little.publish(1, 2, 3)
    write_portal_file(desk, little)
    assert scraper("collect").code == 0
    for old, new in (("số 2.", "số 22."), ("Đoạn mở đầu", "Phần mở đầu")):
        little.articles[2] = little.articles[2].replace(old, new)
        assert scraper("collect").code == 0
    return little


def shown(scraper: Scraper, *words: str) -> str:
    said = scraper("show", ID, *words)
    assert (said.code, said.err) == (0, "")
    return said.out


def facts(scraper: Scraper, *words: str) -> object:
    return json.loads(shown(scraper, *words, "--json"))


def test_versions_are_listed_with_kind_time_and_capture(
    collected: LittlePortal, scraper: Scraper
) -> None:
    lines = shown(scraper, "--versions").splitlines()
    assert lines[0].startswith("1: first reading; seen ")
    assert [line.partition(";")[0] for line in lines if "; seen" in line][1:] == [
        "2: silent edit",
        "3: silent edit",
    ]
    assert sum("sha256" in line for line in lines) == 3
    assert sum(line.strip().startswith("changed: ") for line in lines) == 2
    assert "text" in next(line for line in lines if "changed: " in line)


def test_versions_as_json_tell_what_changed_and_the_capture(
    collected: LittlePortal, scraper: Scraper
) -> None:
    versions = facts(scraper, "--versions")
    captures = facts(scraper, "--captures")
    assert isinstance(versions, list)
    assert isinstance(captures, list)
    assert [one["kind"] for one in versions] == ["first", "edit", "edit"]
    assert [one["silent"] for one in versions] == [False, True, True]
    assert versions[0]["changed"] == []
    assert "text" in versions[1]["changed"]
    assert [one["capture"]["sha256"] for one in versions] == [one["sha256"] for one in captures]
    assert [one["version"] for one in captures] == [1, 2, 3]


def test_a_difference_is_of_the_newest_two_and_shows_the_words(
    collected: LittlePortal, scraper: Scraper
) -> None:
    said = shown(scraper, "--diff")
    assert f"{ID}: version 2 -> 3, silent edit" in said
    assert "[-Đoạn-]{+Phần+} mở đầu của bài số 22. " in said
    assert "[-2-]" not in said


@pytest.mark.parametrize("numbers", [("1", "3"), ("1..3",)])
def test_a_difference_of_two_versions_spans_what_lies_between(
    collected: LittlePortal, scraper: Scraper, numbers: tuple[str, ...]
) -> None:
    said = shown(scraper, "--diff", *numbers)
    assert "[-Đoạn-]{+Phần+} mở đầu của bài số [-2-]{+22+}." in said


def test_a_difference_backwards_takes_out_what_was_added(
    collected: LittlePortal, scraper: Scraper
) -> None:
    assert "[-Phần-]{+Đoạn+}" in shown(scraper, "--diff", "3", "2")


def test_a_difference_to_one_version_is_from_the_one_before(
    collected: LittlePortal, scraper: Scraper
) -> None:
    assert "version 1 -> 2" in shown(scraper, "--diff", "2")


def test_long_unchanged_stretches_are_left_out(collected: LittlePortal, scraper: Scraper) -> None:
    said = shown(scraper, "--diff")
    assert "[…]" in said
    assert "Phát biểu kết luận" not in said


def test_a_terminal_shows_words_in_colour_and_no_mark_reaches_over_a_paragraph() -> None:
    runs = (
        Run("equal", "Một "),
        Run("delete", "hai.\n\nBa."),
        Run("insert", "bốn"),
        Run("equal", " năm"),
    )
    red, green, end = "\x1b[31;9m", "\x1b[32m", "\x1b[0m"
    assert marked(runs, marks=COLOURS) == (
        f"Một {red}hai.{end}\n\n{red}Ba.{end}{green}bốn{end} năm"
    )


def test_a_difference_as_json_holds_both_texts_and_the_words(
    collected: LittlePortal, scraper: Scraper
) -> None:
    found = facts(scraper, "--diff", "1", "3")
    assert isinstance(found, dict)
    fields, words = found["fields"], found["words"]
    assert (found["before"]["number"], found["after"]["number"]) == (1, 3)
    assert found["announced"] is False
    assert list(words) == ["text"]
    for side, other in (("before", "insert"), ("after", "delete")):
        joined = "".join(run["text"] for run in words["text"] if run["op"] != other)
        assert joined == fields["text"][side]
    assert [run["text"] for run in words["text"] if run["op"] == "insert"] == ["Phần", "22"]


def test_an_article_that_never_changed_has_no_difference(
    collected: LittlePortal, scraper: Scraper
) -> None:
    said = scraper("show", "little:1", "--diff")
    assert (said.code, said.out) == (0, "")
    assert "has not changed" in said.err
    found = json.loads(scraper("show", "little:1", "--diff", "--json").out)
    assert (found["fields"], found["words"]) == ({}, {})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--diff", "1", "7"), "no version 7: it has versions 1 to 3"),
        (("--diff", "0"), "no version 0: it has versions 1 to 3"),
        (("--diff", "1"), "none before it"),
        (("--diff", "1", "2", "3"), "two numbers of versions"),
        (("--diff", "newest"), "two numbers of versions"),
        (("--version", "0"), "no version 0: it has versions 1 to 3"),
        (("--version", "0", "--html"), "no version 0: it has versions 1 to 3"),
        (("--page", "9"), "no capture 9: it has captures 1 to 3"),
        (("1",), "only --diff takes numbers"),
        (("--diff", "--versions"), "at a time"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_told_what_there_is(
    collected: LittlePortal, scraper: Scraper, words: tuple[str, ...], told: str
) -> None:
    said = scraper("show", ID, *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_an_older_version_is_shown_whole(collected: LittlePortal, scraper: Scraper) -> None:
    assert "Đoạn mở đầu của bài số 2. " in shown(scraper, "--version", "1")
    found = facts(scraper, "--version", "1")
    assert isinstance(found, dict)
    assert found["version"]["number"] == 1
    assert "Đoạn mở đầu của bài số 2. " in found["text"]


def test_a_version_is_shown_as_a_web_page(collected: LittlePortal, scraper: Scraper) -> None:
    newest, oldest = shown(scraper, "--html"), shown(scraper, "--version", "1", "--html")
    assert "Phần mở đầu" in newest
    assert "Đoạn mở đầu" in oldest
    assert oldest.startswith("<!doctype html>")
    assert "<dt>version</dt><dd>1</dd>" in oldest


def test_a_page_is_written_out_as_the_server_sent_it(collected: LittlePortal, desk: Path) -> None:
    words = [sys.executable, "-m", "scraper", "show", ID, "--page", "3"]
    run = subprocess.run(words, cwd=desk, capture_output=True, check=True)
    assert run.stdout == bytes(collected.answer("/detail.aspx?id=2").body)  # type: ignore[arg-type]
    assert not run.stderr.strip()


def test_a_page_whose_file_is_missing_is_said(
    collected: LittlePortal, desk: Path, scraper: Scraper
) -> None:
    shutil.rmtree(desk / "archive.captures")
    said = scraper("show", ID, "--page", "1")
    assert (said.code, said.out) == (1, "")
    assert "missing" in said.err


def test_an_article_that_is_gone_says_since_when_and_why(
    collected: LittlePortal, scraper: Scraper
) -> None:
    collected.overrides["/detail.aspx?id=2"] = Answer(b"", status=410)
    scraper("collect")
    scraper("collect")
    assert "gone since 20" in shown(scraper)
    assert "410" in shown(scraper)
    assert "and is not back" in shown(scraper, "--versions")
    found = facts(scraper)
    assert isinstance(found, dict)
    assert found["gone_since"].startswith("20")
    assert (found["versions"], found["edits"], found["silent_edits"]) == (3, 2, 2)
    assert "4 edits" not in scraper("status").out
    assert "(2 edits, 2 of them silent), 1 gone" in scraper("status").out


def test_an_article_tells_how_often_it_was_edited(
    collected: LittlePortal, scraper: Scraper
) -> None:
    assert "edited: 2x, 2 of them silently" in shown(scraper)


def test_an_article_lists_the_same_story_elsewhere(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    story = "Mười hai hồ chứa ở thượng nguồn đã xả bớt nước đón lũ theo lệnh của Ban chỉ huy. " * 4
    little.articles = {7: story, 8: f"Tin nhận được: {story}"}
    write_portal_file(desk, little)
    scraper("collect")
    said = scraper("show", "little:7").out
    assert "The same story:" in said
    assert "little:7" in said.partition("The same story:")[2]
    assert said.count("this one") == 2
    assert said.count("(seen first)") == 1
    copies = json.loads(scraper("show", "little:7", "--json").out)["copies"]
    assert {one["id"] for one in copies["members"]} == {"little:7", "little:8"}
    assert copies["first"] in ("little:7", "little:8")


def test_an_article_that_stands_alone_lists_no_other(
    desk: Path, little: LittlePortal, scraper: Scraper
) -> None:
    little.publish(1)
    write_portal_file(desk, little)
    scraper("collect")
    assert "The same story" not in scraper("show", "little:1").out
    assert json.loads(scraper("show", "little:1", "--json").out)["copies"] is None


@pytest.mark.skipif(os.name != "posix", reason="ends by a signal")
@pytest.mark.parametrize(
    ("module", "code"), [("scraper.options", -signal.SIGINT), ("scraper.crawl", 130)]
)
def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_word(module: str, code: int) -> None:
    program = f"""
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv = ["scraper", "collect"]
from scraper.__main__ import main
main()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert run.returncode == code
    assert not run.stderr.strip()
