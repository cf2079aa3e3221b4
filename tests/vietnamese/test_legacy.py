"""Vietnamese before Unicode: every letter, whole texts, and what is no such text."""

from __future__ import annotations

import time

import pytest
from older_writing import LETTERS, MARKED, NEWS, seen_wrong, tcvn3, viscii, vni

from scraper.vietnamese.conversion import signs_in, written_in
from scraper.vietnamese.legacy import (
    TCVN3,
    VISCII,
    VNI,
    VPS,
    Legacy,
    converted,
    tally,
    windows_1252,
)
from scraper.vietnamese.mojibake import TWICE, read_again
from scraper.vietnamese.syllables import is_marked_syllable

TEXT = "\n".join(NEWS)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_with_every_tone_is_read_from_tcvn3(letter: str) -> None:
    assert converted(f"t{tcvn3(letter)}", TCVN3) == f"t{letter}"


@pytest.mark.parametrize("letter", "ĂÂÊÔƠƯĐ")
def test_the_capitals_that_tcvn3_has_are_read(letter: str) -> None:
    assert converted(f"{tcvn3(letter)}n", TCVN3) == f"{letter}n"


def test_small_marked_letters_in_a_tcvn3_word_of_capitals_are_capitals() -> None:
    assert converted("CéNG HOµ X· HéI", TCVN3).startswith("CỘNG HOÀ")


@pytest.mark.parametrize("letter", [*LETTERS, *(letter.upper() for letter in LETTERS)])
def test_every_letter_with_every_tone_is_read_from_vni(letter: str) -> None:
    start = "T" if letter.isupper() else "t"
    assert converted(f"{start}{vni(letter)}", VNI) == f"{start}{letter}"


@pytest.mark.parametrize("letter", [*MARKED, *(letter.upper() for letter in MARKED)])
def test_every_letter_that_a_page_can_hold_is_read_from_viscii(letter: str) -> None:
    written = viscii(letter)
    if written >= " ":
        assert converted(f"{written}T{written}", VISCII) == f"{letter}T{letter}"


@pytest.mark.parametrize(
    ("legacy", "written"),
    [
        (TCVN3, "§éc lËp - Tù do - H¹nh phóc"),
        (VNI, "Ñoäc laäp - Töï do - Haïnh phuùc"),
        (VISCII, "Ðµc l§p - Tñ do - HÕnh phúc"),
    ],
    ids=lambda value: value.name if isinstance(value, Legacy) else None,
)
def test_the_words_on_top_of_every_official_letter_are_read(legacy: Legacy, written: str) -> None:
    assert converted(written, legacy) == "Độc lập - Tự do - Hạnh phúc"


@pytest.mark.parametrize(
    ("legacy", "written"),
    [(TCVN3, tcvn3(TEXT)), (VNI, vni(TEXT)), (VISCII, viscii(TEXT)), (TWICE, seen_wrong(TEXT))],
    ids=["TCVN3", "VNI", "VISCII", "twice"],
)
def test_a_text_is_known_for_what_it_is_and_comes_back_as_it_was(
    legacy: Legacy, written: str
) -> None:
    assert written_in(written) is legacy
    assert converted(written, legacy) == TEXT
    shown = windows_1252(written.encode("latin-1")) if written.isprintable() else written
    assert converted(shown, legacy) == TEXT


def test_the_tables_hold_every_small_letter_once() -> None:
    for legacy in (TCVN3, VISCII, VPS):
        read = [legacy.read(chr(code)) for code in range(0x80, 0x100)]
        assert sorted(letter for letter in read if letter in MARKED) == sorted(MARKED)


@pytest.mark.parametrize("sign", ["®", "©", "§", "»", "°", "±", "·", "\xad"])
def test_a_sign_that_stands_alone_stays(sign: str) -> None:
    assert converted(f"{sign} 2004", TCVN3).startswith((sign, "ư"))


def test_a_sign_behind_a_foreign_name_stays_in_a_page_of_tcvn3() -> None:
    assert converted(f"{tcvn3('máy chủ')} Office® {tcvn3('của Bộ')}", TCVN3) == (
        "máy chủ Office® của Bộ"
    )


def test_a_text_of_capitals_is_known_as_vni() -> None:
    text = "BỘ TÀI NGUYÊN; CỤC ĐO ĐẠC VÀ BẢN ĐỒ; THÔNG BÁO CỦA ĐƠN VỊ"
    assert written_in(vni(text)) is VNI
    assert converted(vni(text), VNI) == text


# --- UTF-8 encoded twice -----------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_text_that_was_encoded_again_and_again_is_read(encoding: str, times: int) -> None:
    assert read_again(seen_wrong(TEXT, times=times, encoding=encoding)) == TEXT


def test_words_that_are_right_among_wrong_ones_stay() -> None:
    assert read_again(f"Quách {seen_wrong('Thị Lan vượt rào')} Hà Nội") == (
        "Quách Thị Lan vượt rào Hà Nội"
    )


def test_letters_whose_bytes_were_lost_are_those_that_make_a_syllable() -> None:
    text = "học sinh và người dân nhiều vùng làm việc ngày đêm, Điều 5"
    lost = seen_wrong(text, encoding="cp1252").translate(dict.fromkeys(b"\x81\x8d\x8f\x90\x9d"))
    assert "\x9d" not in lost
    assert read_again(lost.replace("\xa0", " ")).replace("  ", " ") == text
    replaced = text.encode().decode("cp1252", "replace")
    assert read_again(replaced) == text


def test_western_text_that_only_looks_broken_stays() -> None:
    for text in ("« très bon », dit-il", "Ã", "à «l’Ã» – Ä", "50 º C", "Pâté â la Â"):
        assert written_in(text * 20) is None


# --- what is no such text ----------------------------------------------------------------------

OTHER_LANGUAGES = {
    "French": "Le ministère a été créé à l'été 1998, où l'hôtel reçût les élèves ; « ça » ",
    "German": "Für die Größe der Flüsse prüfen Behörden jährlich die Maßnahmen über Öl® und Müll. ",
    "Portuguese": "A região não têm informações; às três da manhã, avó e avô são irmãos à beça. ",
    "Spanish": "El niño soñó que el señor Muñoz pidió atención; qué más, sí, él está aquí mañana. ",
    "Icelandic": "Það er gott veður í dag og ðe þið komið ekki; bæði hús og fjörður, já, sæði ß. ",
    "Danish": "Så går både få og små på vej; Ærø, Ålborg, œ, ø og ñ, år for år må vi nå det så. ",
    "Italian": "La città è più bella perché già c'è; lì là dà né sì però può così è. ",
    "Turkish": "Çünkü ÜÇ öğrenci göçtü; Ürün® çözümü büyük güç ister, özür dileriz. ",
    "Finnish": "Yö työ pää sää; hän näki äidin®, jäätä täällä öisin. ",
    "Pinyin": "nǐ hǎo, zhè shì yì běn shū, lì bù hé bèi, dà xué. ",
    "Vietnamese": TEXT,
    "Vietnamese with soft hyphens": TEXT.replace("ư", "ư\xad") + " ® © ",
    "Vietnamese with Ð": TEXT.replace("Đ", "Ð").replace("đ", "ð") + "ß ß",
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_no_other_text_is_taken_for_one(language: str) -> None:
    text = OTHER_LANGUAGES[language] * 5
    for legacy in (TCVN3, VNI, VISCII, VPS, TWICE):
        count = tally(text, legacy)
        believed = count.after >= 0.75 * count.words and count.after - count.before > (
            0.5 * count.words
        )
        assert not (count.after >= 6 and believed), (legacy.name, count)
    assert written_in(text) is None


def test_most_texts_give_no_sign_at_all() -> None:
    for language in ("French", "German", "Italian", "Finnish", "Vietnamese"):
        assert signs_in(OTHER_LANGUAGES[language].replace("»", "")).among == ()


@pytest.mark.parametrize(
    "text", ["Ã" * 400_000, "á»" * 200_000, "®\xad" * 200_000, "ñø " * 150_000]
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    written_in("ºÆ»®\xadñøðßÇÜ" + text)
    read_again(text)
    assert time.process_time() - began < 2


# --- syllables ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["Đất", "nghị", "NGHỊ", "quốc", "giếng", "gì", "ý", "ở", "khuỷu", "thuở", "ngoằn", "Ô"]
)
def test_vietnamese_syllables_are_known(word: str) -> None:
    assert is_marked_syllable(word)


@pytest.mark.parametrize("word", ["dat", "été", "càc", "đẤt", "für", "đ", "â", "nguyêễn", "þú", ""])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not is_marked_syllable(word)
