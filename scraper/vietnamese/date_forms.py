"""The forms in which dates and times of day are printed, as regular expressions.

Every quantifier is bounded and no expression can match an empty text, so a page of digits costs no
more than its length. `[0-9]`, not `\\d`: other scripts' digits are changed into these beforehand,
and years of other calendars are then no years. Names of months are words looked up in a table: a
pattern with a thousand names in it would be tried at every letter.
"""

from __future__ import annotations

import re

from scraper.vietnamese.month_names import MONTHS_IN_WORDS

_FLAGS = re.IGNORECASE

# "2025" may be glued to what follows: "November 11, 20228:23 PM", "Mar 27, 20255 min read".
_YEAR = (
    "(?P<year>(?:1[89]|20)[0-9]{2})"
    r"(?:(?![0-9])|(?=[0-9]{1,2}:[0-9]{2})|(?=[0-9]{1,2}\s?min))"
)
_DAY = "(?<![0-9])(?<![0-9][/.-])(?P<day>[0-9]{1,2})"
_MONTH_NUMBER = "(?P<month>[0-9]{1,2})"
_TIME_FOLLOWS = r",?\s{1,2}(?:[|–-]\s)?[0-9]{1,2}[:.h][0-9]{2}"


def _compiled(*forms: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, _FLAGS) for form in forms)


# What a text must hold, at least, for any of the forms below; cheap, and true of few texts.
MAY_HOLD_A_DATE = re.compile(
    r"[0-9](?:(?<=1)[89][0-9]{2}|(?<=2)[05][0-9]{2}"
    r"|[0-9]?(?P<sign>[/.-])[0-9A-Za-z]{1,3}(?P=sign)[0-9]{2}|年)"
)

# In the order in which they are tried; a later form never overlaps what an earlier one took.
NUMBERS_FIT = re.compile(r"[0-9]\s?[-/.|]\s?[0-9]{1,2}\s?[-/.|]\s?[0-9]{1,2}")
NUMBER_FORMS = _compiled(
    # 2018-06-14, 2018/6/14, 2018.06.14, "2018. 6. 14."
    r"(?<![0-9])(?<![0-9][/.-])(?P<year>(?:1[89]|20)[0-9]{2})\s?(?P<sign>[-/.])\s?"
    rf"{_MONTH_NUMBER}\s?(?P=sign)\s?(?P<day>[0-9]{{1,2}})(?![0-9])(?![/.-][0-9])"
    r"(?:\.(?=\s))?",
    # 14/06/2018, 14-6-2018, 14.6.2018, "17 - 05 - 2024", "08 | 04 | 2024", "14. 6. 2018"
    rf"{_DAY}\s?(?P<sign>[-/.|])\s?{_MONTH_NUMBER}\s?(?P=sign)\s?{_YEAR}(?![/.-][0-9])(?!:[0-9])",
    # 24/12/12, 24-12-12, 24.12.12, "24.12.1207:30"
    r"(?<![0-9])(?<![0-9][/.:-])(?P<day>[0-9]{2})(?P<sign>[-/.])(?P<month>[0-9]{2})(?P=sign)"
    r"(?P<short>[0-9]{2})(?:(?![0-9])|(?=[0-9]{2}:[0-9]{2}))(?![/.:-][0-9])",
    # "ngày 7/8/20", "7/8/20 07:14": a year of two figures needs the word or a time beside it
    r"(?<![0-9])(?<![0-9][/.:-])(?:(?<=ngày\s)|(?=[0-9/.]{6,8}" + _TIME_FOLLOWS + "))"
    r"(?P<day>[0-9]{1,2})(?P<sign>[/.])(?P<month>[0-9]{1,2})(?P=sign)"
    r"(?P<short>[0-9]{2})(?![0-9])(?![/.:-][0-9])",
)

# 11/05/2020 in American pages: asked for by the caller, never by default.
MONTH_FIRST_FORMS = _compiled(
    r"(?<![0-9])(?<![0-9][/.-])(?P<month>[0-9]{1,2})(?P<sign>[-/.])(?P<day>[0-9]{1,2})(?P=sign)"
    rf"{_YEAR}(?![/.-][0-9])",
    r"(?<![0-9])(?<![0-9][/.:-])(?P<month>[0-9]{2})(?P<sign>/)(?P<day>[0-9]{2})(?P=sign)"
    r"(?P<short>[0-9]{2})(?![0-9])(?![/.:-][0-9])",
)

_WORDS = "|".join(sorted(map(re.escape, MONTHS_IN_WORDS), key=len, reverse=True))
TH_AND_NUMBER = re.compile(r"\bth[0-9]")
DAY_AND_MONTH = re.compile(r"[0-9][/-][0-9]{1,2}(?:\s|,|[/-](?=[0-9]{4}\s))")
VIETNAMESE_FORMS = _compiled(
    # ngày 04 tháng 06 năm 2012; 04 tháng 06, 2012; 14/6 năm 2018; 4/tháng 6/năm 2012
    rf"{_DAY}\s?(?:[-/]?\s?th[áa]ng\s{{0,2}}|[-/]){_MONTH_NUMBER}\s?"
    rf"(?:[-/,]?\s?n[ăa]m\s{{0,2}}|(?<=\s),?\s?|,\s?|[-/](?=[0-9]{{4}}\s?)){_YEAR}",
    # 14 Tháng Sáu, 2018; ngày 14 tháng sáu năm 2018
    rf"{_DAY}\s(?:th[áa]ng\s)(?P<words>{_WORDS}),?\s(?:năm\s)?{_YEAR}",
    # Tháng Sáu 14, 2018; Tháng 6 14, 2018
    rf"th[áa]ng\s(?:(?P<words>{_WORDS})|(?P<month>[0-9]{{1,2}}))\s(?P<day>[0-9]{{1,2}}),\s{_YEAR}",
    # 14 Th6, 2018; Th6 14, 2018
    rf"{_DAY}\sTh{_MONTH_NUMBER},?\s{_YEAR}",
    rf"\bTh{_MONTH_NUMBER}\s(?P<day>[0-9]{{1,2}}),?\s{_YEAR}",
)

EAST_ASIAN_FITS = re.compile("[年년]")
EAST_ASIAN_FORMS = _compiled(
    # 2018年6月14日; 2018년 6월 14일
    rf"(?<![0-9])(?P<year>20[0-9]{{2}})\s?[年년]\s?{_MONTH_NUMBER}\s?[月월]\s?(?P<day>[0-9]{{1,2}})"
    r"(?:\s?[日일號号])?",
    # 令和2年6月14日, 民國109年6月14日
    rf"(?P<era>令和|平成|民國|民国)\s?(?P<reign>[0-9]{{1,3}})\s?年\s?{_MONTH_NUMBER}\s?月\s?"
    r"(?P<day>[0-9]{1,2})(?:\s?日)?",
)
ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # the year before the first

# Words in any script, to be looked up in the table of months; \w has no marks of Indian scripts.
WORD = re.compile(r"[^\s0-9.,;:/|()\[\]<>'’\"“”·•–—-]+")
THAI_SHORT = re.compile(r"\.[ก-ฮ]\.")
# A name in its place; the letters of an abbreviated one are parted by points in Thailand only.
_NAME = (
    r"(?P<name>[ก-ฮเ]\S{0,2}?\.[ก-ฮ](?=\.)|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff"
    r"\u0e31-\u0e4e׳]){1,14}(?:\s(?:الثاني|الأول|الاول)|(?<=[\u0621-\u064a])/[\u0621-\u064a]{2,8})?)"
)
_NAMED_YEAR = _YEAR.replace("20)", "2[05])")  # 2563 in Thailand
# Also where words are glued: "Mental HealthDecember 22, 2022".
_WORD_BEGINS = r"(?-i:(?<![^\W\d_])(?=[^\W\d_])|(?<=[a-z])(?=[A-Z]))"
NAME_FORMS = _compiled(
    # 3 June 2024; 3rd of June, 2024; 3. März 2018; 3 de junio de 2018; 1er mai 2020; 3 d'abril
    rf"{_DAY}(?:st|nd|rd|th|er|re|an|º|ª|°|-?(?:го|е|те))?(?P<point>\s?\.)?[\s/-]?"
    rf"(?:(?:of|de|di|den|dne)\s|d[’']\s?)?{_NAME}\.?,?[\s/-]{{0,2}}"
    rf"(?:(?:de|del|d[’']|of|พ\.ศ\.)\s?)?{_NAMED_YEAR}",
    # June 3, 2024; Jun. 3rd 2024; Jun-03-2024
    rf"{_WORD_BEGINS}{_NAME}\.?[\s-]?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[,.]?[\s-]{{1,2}}{_YEAR}",
    # 2018 June 14; 2018. június 14; 2018 m. birželio 14 d.
    rf"(?<![0-9])(?P<year>20[0-9]{{2}})[.,]?[\s-](?:m\.\s)?{_NAME}\.?[\s-]"
    r"(?P<day>[0-9]{1,2})(?![0-9])(?:\.(?=\s))?",
    # 2018. gada 14. jūnijs
    rf"(?<![0-9])(?P<year>20[0-9]{{2}})\.\sgada\s(?P<day>[0-9]{{1,2}})\.\s{_NAME}",
    # 03-Jun-24
    rf"{_DAY}-{_NAME}-(?P<short>[0-9]{{2}})(?![0-9:-])",
)

_DAY_PART = (
    r"(?P<part>[ap]\.?\s?m\b\.?|SA\b|CH\b|sáng|trưa|chiều|tối|đêm|khuya|π\.?μ\b\.?|μ\.?μ\b\.?)"
)
TIME_FORM = re.compile(
    r"(?<![0-9:])(?<![0-9][/.,-])(?:"
    # 14:22, 14:22:05, 14:22:05.123, 3h:55:19, 14h22, 14g22, 14 giờ 22 phút, 14时22分, 8 h 40 min
    r"(?P<hour>[0-9]{1,2})\s?(?:h\s?:|:|h|g(?=[0-9])|giờ|[时時點点시])\s?(?P<minute>[0-9]{2})(?![0-9])"
    r"(?:[:](?P<second>[0-9]{2})(?![0-9])(?:[.,][0-9]{1,9})?)?(?:\s?(?:phút|'|Uhr|min\b|分|분))?"
    rf"(?:\s?{_DAY_PART})?"
    # 14.30 Uhr, "kl. 14.30", "klo 14.30"
    r"|(?P<hour3>[0-9]{1,2})\.(?P<minute3>[0-9]{2})(?:(?<=kl\s[0-9]{2}\.[0-9]{2})"
    r"|(?<=kl\.\s[0-9]{2}\.[0-9]{2})|(?<=klo\s[0-9]{2}\.[0-9]{2})"
    r"|\s?(?:Uhr|Hrs|WIB|WITA|WIT|น\.))"
    # 8 AM, 8 giờ sáng
    rf"|(?P<hour2>[0-9]{{1,2}})\s?(?:giờ\s?|h\s?)?{_DAY_PART.replace('part', 'part2')}"
    r")",
    _FLAGS,
)
# After a time: "GMT+7", "(GMT +07:00)", "[GMT+7]", "Z", "+0700", "EST"; "10:03 - 2/12" is none.
# Letters that mean two zones (CST, BST, IST) are left out.
ZONES = {
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1,
    "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "ict": 7, "wib": 7, "wita": 8,
    "wit": 9, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13,
}  # fmt: skip
OFFSET_FORM = re.compile(
    r"\s?[\[(]?\s?(?:(?P<zulu>Z\b|(?:GMT|UTC)(?![\w+]|\s?[+-][0-9]))"
    r"|(?:GMT|UTC)\s?(?P<sign>[+-])\s?(?P<hours>[0-9]{1,2})"
    r"(?::?(?P<minutes>[0-9]{2}))?(?![0-9:])"
    r"|(?P<sign2>[+-])(?P<hours2>[0-9]{2})(?::?(?P<minutes2>[0-9]{2}))?(?![0-9:/.-])"
    rf"|(?P<zone>{'|'.join(ZONES)})\b)"
    r"(?:\s?[\])])?",
    _FLAGS,
)
_WEEKDAYS = (
    r"th[ứu]\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\snhật|CN"
    r"|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo"
    r"|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
    r"|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
)
WEEKDAY_FORM = re.compile(
    rf"\b(?:{_WEEKDAYS})\.?\s?[,|-]?\s?(?:\(?ng[àa]y\s?:?\s?)?$",
    _FLAGS,
)

# What may stand between a date and its time, on either side; nothing else may.
BETWEEN = re.compile(
    r"[\s,;|·•()\[\]/@–—-]{0,6}(?:(?<=\()[^\W\d_]{1,10}\)\s?)?"
    r"(?:(?:cập nhật(?: lúc)?|vào lúc|lúc|hồi|at|um|à|às|klo|kl\.?|(?:alle )?ore|a las|T|в|о|об"
    r"|(?:o )?godz\.?|saat|pukul|jam|om|v|u|ob|στις|เวลา)(?![^\W\d_])\s?:?\s?)?"
    r"(?:(?:上午|下午|午前|午後|오전|오후)\s?)?",
    _FLAGS,
)
BETWEEN_TIME_AND_DATE = re.compile(
    rf"[\s,;|·•()\[\]/–—-]{{0,6}}(?:(?:{_WEEKDAYS})\.?[\s,|-]{{0,4}})?"
    r"(?:(?:ng[àa]y|on|am|le|el|del?|den)\s)?",
    _FLAGS,
)

PUBLISHED_LABEL = re.compile(
    r"ngày\s(?:đăng|xuất bản|gửi|tạo|viết|đưa|phát hành|tin)"
    r"|đăng\s(?:ngày|lúc|tải|bởi|vào)|gửi lúc"
    r"|(?:đã|được) đăng|xuất bản|thời gian đăng|đưa tin lúc"
    r"|publish(?:ed|ing)?\b|publication date|posted|post(?:ed)? date|date posted|created"
    r"|veröffentlicht|erstellt|erschienen|verfasst|publi(?:é|cad[oa]|cat)|mis en ligne"
    r"|pubblicat[oa]|gepubliceerd|geplaatst|opublikowan[oy]|dodano|опубликован|опубліковано"
    r"|publicerad|publisert|udgivet|offentliggjort|julkaistu|zveřejněno|vydáno|publikováno"
    r"|objavljeno|објављено|közzétéve|megjelent|yayınlan|yayımlan|giriş tarihi|oluşturulma"
    r"|diterbitkan|dipublikasikan|δημοσιεύ|δημοσίευση|publicat|avaldatud|publicēts|paskelbta"
    r"|发布|發布|发表|發表|公開日|掲載日|입력|등록|نشر|פורסם|प्रकाशित|เผยแพร่",
    _FLAGS,
)
UPDATED_LABEL = re.compile(
    r"cập nhật|sửa đổi|chỉnh sửa|updated?\b|modified|edited|revised|last reviewed"
    r"|last change|stand\s?:|geändert|aktualisiert|letzte änderung|überarbeitet"
    r"|mis(?:e)? à jour|modifié|actualizad|atualizad|aggiornat|ultima modifica|bijgewerkt|gewijzigd"
    r"|обновлен|изменен|оновлено|zaktualizowan|aktualizac|uppdaterad|ändrad|oppdatert|opdateret"
    r"|päivitetty|muokattu|aktualizov|frissítve|güncelle|diperbarui|ενημέρωση|ажурирано|ažurirano"
    r"|actualizat|更新|수정|تحديث|עודכן|अपडेट|อัปเดต|แก้ไข",
    _FLAGS,
)

# The first three letters of words, one of which is in every label of the spaced scripts above.
WORD_START = re.compile(
    r"(?<![^\W\d_])(?:[^\W\d_]{2,3}|[\u0900-\u097f]{3})|(?<=[a-z])[A-Z][a-z]{2}"
)
_STEMS = (
    "ngà đăn gửi xuấ đưa đã đượ thờ cập sửa chỉ pub pos dat cre upd mod edi rev las ver ers sta geä"
    " akt let übe mis act agg ult gep bij gew opu dod zak off udg jul upp änd opp opd päi muo zve"
    " vyd obj köz meg fri yay gir olu gün dit dip per ava pas atu ažu опу обј обн изм оно ажу δημ"
    " ενη نشر تحد פור עוד प्र अपड 입력 등록 수정"
)
LABEL_STEMS = frozenset(_STEMS.split())
