"""Vietnamese as pages wrote it before Unicode: encoders made from the standards, not from the code
under test, and a ministry's news in Unicode to write with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

NEWS = (
    "Sáng ngày 12 tháng 6, tại Hà Nội, Bộ trưởng đã chủ trì hội nghị bàn về việc quản lý đất đai "
    "và bảo vệ nguồn nước ở các tỉnh miền núi phía Bắc.",
    "Theo báo cáo của Cục Quản lý tài nguyên nước, trong sáu tháng đầu năm các đơn vị đã kiểm tra "
    "hơn một trăm công trình, xử phạt chín cơ sở xả thải vượt quy chuẩn cho phép.",
    "Phát biểu kết luận, Thứ trưởng yêu cầu các địa phương khẩn trương rà soát, lập danh mục hồ "
    "chứa có nguy cơ mất an toàn, sẵn sàng ứng phó với mưa lũ, đồng thời báo cáo trước tháng 9.",
    "Đại diện Sở Xây dựng cho biết sẽ phối hợp chặt chẽ với Uỷ ban nhân dân các huyện, thị xã để "
    "gỡ vướng mắc về thủ tục cấp giấy phép; kỹ thuật viên nghỉ hưu vẫn được mời tham gia.",
)
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang huyền hỏi ngã sắc nặng
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
MARKED = [letter for letter in LETTERS if not letter.isascii()]

_TCVN3 = dict(
    zip(
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĂÂÊÔƠƯĐ",
        "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¨©ª«¬\xad®¡¢£¤¥¦§",
        strict=True,
    )
)
_VNI_TONES = {"\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0301": "ù", "\u0323": "ï"}
_VNI_OVER_CIRCUMFLEX = {"\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0301": "á", "\u0323": "ä"}
_VNI_OVER_BREVE = {"\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0301": "é", "\u0323": "ë"}
_VNI_ALONE = {"ì": "ì", "ỉ": "æ", "ĩ": "ó", "í": "í", "ị": "ò", "ỵ": "î", "đ": "ñ"}


def tcvn3(text: str) -> str:
    """As Western letters; a capital with a tone mark is written small, as there is no other."""
    return "".join(_TCVN3.get(it) or _TCVN3.get(it.lower(), it) for it in text)


def vni(text: str) -> str:
    return "".join(map(_vni_letter, text))


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_ALONE:
        written = _VNI_ALONE[small]
    else:
        apart = unicodedata.normalize("NFD", small)
        base, marks = apart[0], apart[1:]
        tone = next((mark for mark in marks if mark in _VNI_TONES), "")
        if "\u0302" in marks:
            written = base + (_VNI_OVER_CIRCUMFLEX[tone] if tone else "â")
        elif "\u0306" in marks:
            written = base + (_VNI_OVER_BREVE[tone] if tone else "ê")
        else:
            horned = {"o": "ô", "u": "ö"}[base] if "\u031b" in marks else base
            written = horned + _VNI_TONES.get(tone, "")
    return written.upper() if letter != small else written


def _single_byte(capitals: str, small: str) -> Callable[[str], str]:
    """From the bytes (hex) of each letter in alphabetical order, tone by tone."""
    table = {}
    for letters, codes in ((MARKED, small), ([it.upper() for it in MARKED], capitals)):
        for letter, code in zip(letters, codes.split(), strict=True):
            table[letter] = bytes.fromhex(code).decode("latin-1")
    return lambda text: "".join(table.get(it, it) for it in text)


# RFC 1456. Six capitals stand among the controls of ASCII there, which no page can hold.
viscii = _single_byte(
    "c0 c4 c3 c1 80 c5 82 02 05 81 83 c2 85 86 06 84 87 c8 cb 88 c9 89 ca 8b 8c 8d 8a 8e cc 9b ce"
    " cd 98 d2 99 a0 d3 9a d4 90 91 92 8f 93 b4 96 97 b3 95 94 d9 9c 9d da 9e bf bb bc ff ba b9 9f"
    " 14 19 dd 1e d0",
    "e0 e4 e3 e1 d5 e5 a2 c6 c7 a1 a3 e2 a5 a6 e7 a4 a7 e8 eb a8 e9 a9 ea ab ac ad aa ae ec ef ee"
    " ed b8 f2 f6 f5 f3 f7 f4 b0 b1 b2 af b5 bd b6 b7 de be fe f9 fc fb fa f8 df d7 d8 e6 d1 f1 cf"
    " d6 db fd dc f0",
)


def seen_wrong(text: str, *, times: int = 1, encoding: str = "latin-1") -> str:
    """UTF-8 read as a Western encoding; the bytes that Windows-1252 leaves free are controls."""
    for _ in range(times):
        text = "".join(
            byte.decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else encoding)
            for byte in (bytes([value]) for value in text.encode())
        )
    return text


def news_page(paragraphs: tuple[str, ...], *, font: str | None = None) -> str:
    """An article page of the time, with a title and a date."""
    opened, closed = (f'<font face="{font}">', "</font>") if font else ("", "")
    text = "".join(f"<p>{opened}{paragraph}{closed}</p>" for paragraph in paragraphs)
    title = paragraphs[1].partition(",")[0]
    return (
        f"<html><head><title>{title}</title></head><body><h1>{opened}{title}{closed}</h1>"
        f"<p>12/06/2004</p>{text}</body></html>"
    )
