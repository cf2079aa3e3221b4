"""Characters: cleaning, marks, folding, spellings."""

from __future__ import annotations

import unicodedata

import pytest

from scraper.vietnamese.text import (
    clean,
    fold,
    folded_spellings,
    has_marks,
    is_vietnamese,
    spellings,
    without_marks,
)


def test_decomposed_text_is_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "Việt Nam")) == "Việt Nam"


def test_marks_in_any_order_compose_to_one_letter() -> None:
    assert clean("e\u0323\u0302") == clean("e\u0302\u0323") == "ệ"


def test_soft_hyphens_and_zero_width_characters_vanish() -> None:
    assert clean("\ufeffthủ\u00ad tướng\u200b nói\u2060") == "thủ tướng nói"


def test_runs_of_white_space_and_nbsp_become_one_space() -> None:
    assert clean("\u00a0 Bộ \n\t Tài\u00a0nguyên \u3000") == "Bộ Tài nguyên"


def test_controls_and_halves_of_surrogate_pairs_vanish() -> None:
    assert clean("a\x00b\x07c\ud800d\x85e") == "abcd e"


def test_joiners_stay_where_they_carry_meaning() -> None:
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("thông\u200c tin") == "thông tin"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Ðất ðai và môi trường", "Đất đai và môi trường"),
        ("Quyết định số 5/QÐ-BTNMT", "Quyết định số 5/QĐ-BTNMT"),
        ("Ðinh Van An", "Đinh Van An"),
    ],
)
def test_an_icelandic_eth_typed_for_a_vietnamese_letter_is_put_right(
    printed: str, meant: str
) -> None:
    assert clean(printed) == meant


def test_icelandic_keeps_its_eth() -> None:
    assert clean("það er gott veður") == "það er gott veður"


@pytest.mark.parametrize("text", ["đat", "Hà", "HỒ", "o\u0302", "Ðat"])
def test_any_mark_counts_as_typed_with_marks(text: str) -> None:
    assert has_marks(text)


@pytest.mark.parametrize("text", ["", "dat dai", "TN&MT 2018", "Müller", "“dat”"])
def test_plain_letters_and_foreign_marks_do_not_count(text: str) -> None:
    assert not has_marks(text)


def test_folding_takes_marks_and_case_and_keeps_the_length() -> None:
    text = "ĐẤT ĐAI, Quyền Sử Dụng; İstanbul ß ﬁ 2018"
    folded = fold(text)
    assert folded.startswith("dat dai, quyen su dung;")
    assert len(folded) == len(text)


def test_folding_does_not_care_whether_text_is_composed() -> None:
    assert fold(unicodedata.normalize("NFD", "hoá đơn")) == fold("hoá đơn") == "hoa don"


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("hòa", ("hoà",)),
        ("hoà", ("hòa",)),
        ("Thủy", ("thuỷ",)),
        ("khỏe", ("khoẻ",)),
        ("ÚY", ("uý",)),
        ("hoàn", ()),
        ("quý", ("quí",)),
        ("kỹ", ("kĩ",)),
        ("LÍ", ("lý",)),
        ("mi", ("my",)),
        ("vỹ", ("vĩ",)),
        ("tay", ()),
        ("thuý", ("thúy",)),
        ("thui", ()),
        ("ý", ()),
        ("thi", ()),
        ("tín", ()),
        ("quýt", ()),
        ("của", ()),
        ("hoa", ()),
        ("thuở", ()),
    ],
)
def test_a_syllable_has_an_older_and_a_newer_place_for_its_tone_mark_and_i_for_y(
    word: str, others: tuple[str, ...]
) -> None:
    assert spellings(word) == (word.lower(), *others)


def test_only_vietnamese_text_is_taken_for_vietnamese() -> None:
    assert is_vietnamese("Bộ trưởng đã chủ trì cuộc họp về quản lý đất đai.")
    assert not is_vietnamese("The ministry met in Hà Nội to discuss land and water this week.")
    assert not is_vietnamese("Le ministère a été créé en été, à l'hôtel de région.")
    assert not is_vietnamese("")


@pytest.mark.parametrize(
    ("word", "others"),
    [("ky", ("ki",)), ("ki", ("ky",)), ("quy", ("qui",)), ("tay", ()), ("thuy", ()), ("y", ())],
)
def test_a_folded_syllable_has_the_same_two_letters(word: str, others: tuple[str, ...]) -> None:
    assert folded_spellings(word) == (word, *others)


def test_what_is_typed_without_marks_keeps_its_capitals() -> None:
    assert without_marks("Hoà OR -đẤt Ðai ơ") == "Hoa OR -dAt Dai o"
    assert without_marks(unicodedata.normalize("NFD", "Ưở")) == "Uo"
