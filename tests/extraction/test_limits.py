"""Pages that try to take time or memory end with an article or a PageError, within 300 MB.

Nothing here passes or fails by how fast it was: a page is killed only when it hangs. The slower
families of hostile pages are read by benchmarks/fuzz.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile_pages
import pytest
from portal_page import page

from scraper.errors import PageError
from scraper.extraction.monsters import refuse_monsters

MOST_MEGABYTES = 300
SLOWER = ("title-of-", "lines-of-", "meta-of-", "flood-of-")
Read = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def read_page() -> Iterator[Read]:
    """Reads a hostile page in a process forked for it from a small one."""
    command = [sys.executable, str(Path(hostile_pages.__file__))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as reader:
        assert reader.stdin and reader.stdout
        questions, answers = reader.stdin, reader.stdout

        def read(name: str) -> dict[str, Any]:
            questions.write(f"{name}\n")
            questions.flush()
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer

        yield read
        questions.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="reads in forked processes")
@pytest.mark.parametrize("name", [n for n in hostile_pages.PAGES if not n.startswith(SLOWER)])
def test_a_hostile_page_is_read_or_refused_in_bounded_memory(name: str, read_page: Read) -> None:
    result = read_page(name)
    assert result["ended"] in ("article", "PageError"), result
    assert not result["detail"].startswith("the page could not be read"), result
    assert result["megabytes"] <= MOST_MEGABYTES, result


@pytest.mark.parametrize(
    "name",
    [n for n in hostile_pages.PAGES if n.startswith("attributes-") and n != "attributes-hundreds"],
)
def test_a_tag_with_thousands_of_attributes_is_refused_before_parsing(name: str) -> None:
    with pytest.raises(PageError, match="500 attributes"):
        refuse_monsters(hostile_pages.PAGES[name](), url=None)


def test_a_hundred_thousand_links_are_refused_before_parsing() -> None:
    with pytest.raises(PageError, match="tags"):
        refuse_monsters(hostile_pages.PAGES["flood-of-links"](), url=None)


@pytest.mark.parametrize(
    "head",
    [
        "<script>for(i=0;i<n;i++){" + "var a = 'b' ; " * 9_000 + "}</script>",
        "<SCRIPT>if (a <b) " + "['c', d, 1] " * 9_000 + "</SCRIPT>",
        "<!-- a <b " + "word, word; " * 9_000 + " -->",
        "<script>" + "document.write('<p class=\"a\">' + x + '</p>');" * 9_000 + "</script>",
    ],
)
def test_a_less_than_in_a_script_or_comment_opens_no_tag(head: str) -> None:
    refuse_monsters(page(head=head), url=None)
