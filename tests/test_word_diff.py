"""What differs between two texts: exact for any two, readable for what people edit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.word_diff import Run, word_diff

# Few letters, so that the two texts share much, in other orders.
TEXTS = st.text(st.sampled_from("ab ,.\nđ\u0301\u200b")) | st.text()


@given(TEXTS, TEXTS)
def test_any_two_texts_are_given_back_to_the_character(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert "".join(run.text for run in runs if run.op != "insert") == before
    assert "".join(run.text for run in runs if run.op != "delete") == after


@given(TEXTS, TEXTS)
def test_runs_are_as_few_as_can_be_and_in_order(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert all(run.text for run in runs)
    for one, following in zip(runs, runs[1:], strict=False):
        assert one.op != following.op
        assert (one.op, following.op) != ("insert", "delete")


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert [run.op for run in word_diff(text, text)] == ["equal"] * bool(text)


def shown(before: str, after: str) -> str:
    marks = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(marks[run.op].format(run.text) for run in word_diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Có 12 tuyến đê.", "Có 13 tuyến đê.", "Có [-12-]{+13+} tuyến đê."),
        ("Đã gia cố, nay xong.", "Đã gia cố nay xong.", "Đã gia cố[-,-] nay xong."),
        ("Một.\n\nHai.", "Một.\n\nMới.\n\nHai.", "Một.\n\n{+Mới.\n\n+}Hai."),
        ("Một.\n\nHai.\n\nBa.", "Một.\n\nBa.", "Một.\n\n[-Hai.\n\n-]Ba."),
        ("Một.", "Một.\n\nHai.", "Một.{+\n\nHai.+}"),
        (
            "Có 12 xã.\n\nHết.",
            "Có 13 xã.\n\nMới.\n\nHết.",
            "Có [-12-]{+13+} xã.\n\n{+Mới.\n\n+}Hết.",
        ),
        ("trời đẹp, nắng to", "trời xấu, mưa to", "trời [-đẹp, nắng-]{+xấu, mưa+} to"),
        ("01/2019/TT-BTNMT", "02/2019/TT-BTNMT", "[-01-]{+02+}/2019/TT-BTNMT"),
        ("hoà bình", "hòa bình", "[-hoà-]{+hòa+} bình"),
        ("", "Mới", "{+Mới+}"),
        ("Cũ", "", "[-Cũ-]"),
        ("", "", ""),
    ],
)
def test_an_edit_is_shown_as_the_words_that_were_edited(
    before: str, after: str, expected: str
) -> None:
    assert shown(before, after) == expected


def test_paragraphs_that_are_equal_are_not_looked_into() -> None:
    same = "Bộ đã họp bàn về việc tu bổ đê của các tỉnh."
    runs = word_diff(f"{same}\n\nCũ hẳn.\n\n{same}", f"{same}\n\nMới tinh.\n\n{same}")
    assert runs[0] == Run("equal", f"{same}\n\n")
    assert runs[-1].text.endswith(same)


def long_text(seed: int, *, words: int = 20_000, kinds: int = 1500) -> list[str]:
    """As many words as no article has, the common ones as common as in print."""
    chance = random.Random(seed)
    syllables = [f"{a}{b}{c}" for a in "bcdghklmnprstv" for b in "aeiou" for c in "nmtpcgh"]
    weights = [1 / (rank + 1) for rank in range(len(syllables[:kinds]))]
    return chance.choices(syllables[:kinds], weights, k=words)


def in_paragraphs(words: list[str], *, each: int = 80) -> str:
    starts = range(0, len(words), each)
    return "\n\n".join(" ".join(words[start : start + each]) for start in starts)


def edited(words: list[str]) -> list[str]:
    chance = random.Random(9)
    places = set(chance.sample(range(len(words)), 200))
    return ["khác" if place in places else word for place, word in enumerate(words)]


PAIRS = {
    "200 words edited": (in_paragraphs(long_text(1)), in_paragraphs(edited(long_text(1)))),
    "one paragraph": (" ".join(long_text(1)), " ".join(edited(long_text(1)))),
    "another text": (in_paragraphs(long_text(1)), in_paragraphs(long_text(2))),
    "two words only": ("có không " * 10_000, "không có " * 10_000),
    "rows of a table": ("0 | 1\n" * 10_000, "1 | 0\n0 | 1\n" * 5_000),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_20_000_words_are_never_compared_each_with_each(
    pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """difflib would take minutes; it is given what is left over, a few words at a time."""
    compared = 0

    class Counted(SequenceMatcher[str]):
        def __init__(self, junk: None, a: Sequence[str], b: Sequence[str], autojunk: bool) -> None:
            nonlocal compared
            compared += len(a) * len(b)
            assert compared < 1_000_000  # of 400,000,000 pairs
            super().__init__(junk, a, b, autojunk)

    monkeypatch.setattr("scraper.word_diff.SequenceMatcher", Counted)
    word_diff(*PAIRS[pair])


def test_only_edited_words_of_a_long_text_are_shown() -> None:
    runs = word_diff(*PAIRS["200 words edited"])
    taken = sum(len(run.text.split()) for run in runs if run.op == "delete")
    assert taken <= 220
