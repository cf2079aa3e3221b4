"""The forms in which dates and times of day are printed, as regular expressions and tables.

Every quantifier is bounded and no expression can match an empty text, so a page of digits costs no
more than its length. `[0-9]`, not `\\d`: other scripts' digits come with other calendars.
"""

from __future__ import annotations

import re

# Month names and abbreviations, lower case without a final dot. Ministries print Vietnamese and
# English; the other languages are those of agencies that they quote and of foreign partners.
_MONTH_NAMES = """
january jan januar jänner januari januára janv janvier gennaio gen enero ene janeiro janvāris \
stycznia styczeń ledna leden január января янв січня ocak oca ianuarie sausio tammikuuta jaanuar \
siječnja јануар януари ιανουαρίου
february feb febr februar februari februára févr fév février febbraio febrero fevereiro fev \
lutego luty února únor február февраля фев лютого şubat şub februarie vasario helmikuuta veebruar \
veljače фебруар февруари φεβρουαρίου
march mar märz mär mrz maart mrt mars marzo março marca marec marzec března březen március \
марта мар березня mart martie kovo maaliskuuta märts ožujka март marts μαρτίου
april apr avril avr aprile abril abr kwietnia kwiecień dubna duben április апреля апр квітня \
nisan nis aprilie balandžio huhtikuuta aprill travnja април apríla απριλίου
may mai mei maj maggio mag mayo maio maja května květen május мая травня mayıs gegužės toukokuuta \
svibnja мај май mája maijs μαΐου
june jun juni juin giugno giu junio junho czerwca czerwiec června červen június июня июн червня \
haziran haz iunie birželio kesäkuuta juuni lipnja јун юни júna jūnijs ιουνίου
july jul juli juillet juil luglio lug julio julho lipca lipiec července červenec július июля июл \
липня temmuz tem iulie liepos heinäkuuta juuli srpnja јул юли júla jūlijs ιουλίου
august aug août agosto ago sierpnia sierpień srpna srpen augusztus августа авг серпня ağustos ağu \
rugpjūčio elokuuta kolovoza август augusti augustus augusta augusts αυγούστου
september sep sept septembre settembre set septiembre setembro września wrzesień září szeptember \
сентября сен вересня eylül eyl septembrie rugsėjo syyskuuta rujna септембар септември septembra \
septembris σεπτεμβρίου
october oct oktober okt octobre ottobre ott octubre outubro out października październik října \
říjen október октября окт жовтня ekim eki octombrie spalio lokakuuta oktoober listopada октобар \
октомври októbra oktobris οκτωβρίου
november nov novembre noviembre novembro listopad listopadu ноября ноя листопада kasım kas \
noiembrie lapkričio marraskuuta studenoga новембар ноември novembra novembris νοεμβρίου
december dec dezember dez décembre déc dicembre dic diciembre dezembro grudnia grudzień prosince \
prosinec декабря дек грудня aralık ara decembrie gruodžio joulukuuta detsember prosinca децембар \
декември decembra decembris desember des δεκεμβρίου
"""
_VIETNAMESE_MONTHS = (
    "giêng một", "hai", "ba", "tư bốn", "năm", "sáu", "bảy bẩy", "tám", "chín", "mười",
    "mười_một", "chạp mười_hai",
)  # fmt: skip

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.strip().split("\n"), 1)
    for name in names.split()
}
MONTHS_IN_WORDS: dict[str, int] = {
    name.replace("_", " "): number
    for number, names in enumerate(_VIETNAMESE_MONTHS, 1)
    for name in names.split()
}


def _any_of(names: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


# "2025" may be glued to what follows: "November 11, 20228:23 PM", "Mar 27, 20255 min read".
_YEAR = (
    "(?P<year>(?:1[89]|20)[0-9]{2})"
    r"(?:(?![0-9])|(?=[0-9]{1,2}:[0-9]{2})|(?=[0-9]{1,2}\s?min))"
)
_DAY = "(?<![0-9])(?<![0-9][/.-])(?P<day>[0-9]{1,2})"
_MONTH_NUMBER = "(?P<month>[0-9]{1,2})"
# Also where words are glued: "Mental HealthDecember 22, 2022".
_WORD_BEGINS = r"(?-i:(?<![^\W\d_])(?=[^\W\d_])|(?<=[a-z])(?=[A-Z]))"
_NAME = f"(?P<name>{_any_of(MONTHS)})"
_FLAGS = re.IGNORECASE

# In the order in which they are tried; a later form never overlaps what an earlier one took.
DATE_FORMS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(form, _FLAGS)
    for form in (
        # 2018-06-14, 2018/6/14, 2018.06.14
        r"(?<![0-9])(?<![0-9][/.-])(?P<year>(?:1[89]|20)[0-9]{2})(?P<sign>[-/.])"
        rf"{_MONTH_NUMBER}(?P=sign)(?P<day>[0-9]{{1,2}})(?![0-9])(?![/.-][0-9])",
        # 14/06/2018, 14-6-2018, 14.6.2018, "17 - 05 - 2024", "08 | 04 | 2024", "14. 6. 2018"
        rf"{_DAY}\s?(?P<sign>[-/.|])\s?{_MONTH_NUMBER}\s?(?P=sign)\s?{_YEAR}(?![/.-][0-9])",
        # 24/12/12, 24-12-12, 24.12.12
        r"(?<![0-9])(?<![0-9][/.:-])(?P<day>[0-9]{2})(?P<sign>[-/.])(?P<month>[0-9]{2})(?P=sign)"
        r"(?P<short>[0-9]{2})(?![0-9])(?![/.:-][0-9])",
        # "ngày 7/8/20", "7/8/20 07:14": a year of two figures needs the word or a time beside it
        r"(?<![0-9])(?<![0-9][/.:-])(?:(?<=ngày\s)|(?=[0-9/]{5,8}\s[0-9]{1,2}:[0-9]{2}))"
        r"(?P<day>[0-9]{1,2})(?P<sign>[/])(?P<month>[0-9]{1,2})(?P=sign)"
        r"(?P<short>[0-9]{2})(?![0-9])(?![/.:-][0-9])",
        # ngày 04 tháng 06 năm 2012; 04 tháng 06, 2012; 14/6 năm 2018; 4/tháng 6/năm 2012
        rf"{_DAY}\s?(?:[-/]?\s?th[áa]ng\s{{0,2}}|[-/]){_MONTH_NUMBER}\s?"
        rf"(?:[-/,]?\s?n[ăa]m\s{{0,2}}|(?<=\s),?\s?|,\s?|[-/](?=[0-9]{{4}}\s?)){_YEAR}",
        # 14 Tháng Sáu, 2018; ngày 14 tháng sáu năm 2018
        rf"{_DAY}\s(?:th[áa]ng\s)(?P<words>{_any_of(MONTHS_IN_WORDS)}),?\s(?:năm\s)?{_YEAR}",
        # Tháng Sáu 14, 2018; Tháng 6 14, 2018
        rf"tháng\s(?:(?P<words>{_any_of(MONTHS_IN_WORDS)})|(?P<month>[0-9]{{1,2}}))\s"
        rf"(?P<day>[0-9]{{1,2}}),\s{_YEAR}",
        # 14 Th6, 2018; Th6 14, 2018
        rf"{_DAY}\sTh{_MONTH_NUMBER},?\s{_YEAR}",
        rf"\bTh{_MONTH_NUMBER}\s(?P<day>[0-9]{{1,2}}),?\s{_YEAR}",
        # 3 June 2024; 3rd of June, 2024; 03-Jun-2024; 3. März 2018; 3 de junio de 2018
        rf"{_DAY}(?:st|nd|rd|th|er|º|ª)?\.?(?:\s|-|/)?(?:(?:of|de|d')\s?)?{_NAME}\.?,?"
        rf"(?:\s|-|/)?(?:(?:de|del|d[’'])\s?)?{_YEAR}",
        # June 3, 2024; Jun. 3rd 2024; Jun-03-2024
        rf"{_WORD_BEGINS}{_NAME}\.?[\s-]?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[,.]?[\s-]{{1,2}}{_YEAR}",
        # 2018 June 14; 2018. június 14
        rf"(?<![0-9])(?P<year>20[0-9]{{2}})[.,]?[\s-]{_NAME}\.?[\s-](?P<day>[0-9]{{1,2}})(?![0-9])",
        # 2018年6月14日; 2018년 6월 14일
        rf"(?<![0-9])(?P<year>20[0-9]{{2}})\s?[年년]\s?{_MONTH_NUMBER}\s?[月월]\s?"
        r"(?P<day>[0-9]{1,2})\s?[日일]",
    )
)

# 11/05/2020 in American pages: asked for by the caller, never by default.
MONTH_FIRST_FORM = re.compile(
    r"(?<![0-9])(?<![0-9][/.-])(?P<month>[0-9]{1,2})(?P<sign>[-/.])(?P<day>[0-9]{1,2})(?P=sign)"
    rf"{_YEAR}(?![/.-][0-9])"
)

_DAY_PART = r"(?P<part>[ap]\.?m\b\.?|SA\b|CH\b|sáng|trưa|chiều|tối|đêm|khuya)"
TIME_FORM = re.compile(
    r"(?<![0-9:])(?<![0-9][/.,-])(?:"
    # 14:22, 14:22:05, 14:22:05.123, 3h:55:19, 14h22, 14g22, 14 giờ 22 phút
    r"(?P<hour>[0-9]{1,2})\s?(?:h\s?:|:|h|g(?=[0-9])|giờ)\s?(?P<minute>[0-9]{2})(?![0-9])"
    r"(?:[:](?P<second>[0-9]{2})(?![0-9])(?:[.,][0-9]{1,9})?)?(?:\s?(?:phút|'|Uhr))?"
    rf"(?:\s?{_DAY_PART})?"
    # 14.30 Uhr
    r"|(?P<hour3>[0-9]{1,2})\.(?P<minute3>[0-9]{2})\s?(?:Uhr|Hrs)\b"
    # 8 AM, 8 giờ sáng
    rf"|(?P<hour2>[0-9]{{1,2}})\s?(?:giờ\s?|h\s?)?{_DAY_PART.replace('part', 'part2')}"
    r")",
    _FLAGS,
)
# After a time: "GMT+7", "(GMT +07:00)", "[GMT+7]", "Z", "+0700"; "10:03 - 2/12" is no offset.
OFFSET_FORM = re.compile(
    r"\s?[\[(]?\s?(?:(?P<zulu>Z\b|(?:GMT|UTC)(?![\w+]|\s?[+-][0-9]))"
    r"|(?:GMT|UTC)\s?(?P<sign>[+-])\s?(?P<hours>[0-9]{1,2})"
    r"(?::?(?P<minutes>[0-9]{2}))?(?![0-9:])"
    r"|(?P<sign2>[+-])(?P<hours2>[0-9]{2})(?::?(?P<minutes2>[0-9]{2}))?(?![0-9:/.-]))"
    r"(?:\s?[\])])?",
    _FLAGS,
)
WEEKDAY_FORM = re.compile(
    r"\b(?:th[ứu]\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\snhật|CN"
    r"|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)\.?\s?[,|-]?\s?(?:\(?ng[àa]y\s?:?\s?)?$",
    _FLAGS,
)

# What may stand between a date and its time, on either side; nothing else may.
BETWEEN = re.compile(
    r"[\s,;|·•()\[\]–—-]{0,6}"
    r"(?:(?:cập nhật(?: lúc)?|vào lúc|lúc|hồi|at|um|à|klo|kl\.?|ore|a las|T)"
    r"(?![^\W\d_])\s?:?\s?)?",
    _FLAGS,
)
BETWEEN_TIME_AND_DATE = re.compile(
    r"[\s,;|·•()\[\]–—-]{0,6}"
    r"(?:(?:th[ứu]\s?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\snhật|CN"
    r"|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)\.?[\s,|-]{0,4})?(?:(?:ng[àa]y|on|am|le)\s)?",
    _FLAGS,
)

PUBLISHED_LABEL = re.compile(
    r"ngày\s(?:đăng|xuất bản|gửi|tạo|viết|đưa|phát hành|tin)"
    r"|đăng\s(?:ngày|lúc|tải|bởi|vào)|gửi lúc"
    r"|(?:đã|được) đăng|xuất bản|thời gian đăng|đưa tin lúc"
    r"|publish(?:ed|ing)?\b|publication date|posted|post(?:ed)? date|date posted|created"
    r"|veröffentlicht|erstellt|erschienen|publié|publicado|pubblicato|gepubliceerd|opublikowano|опубликовано",
    _FLAGS,
)
UPDATED_LABEL = re.compile(
    r"cập nhật|sửa đổi|chỉnh sửa|updated?\b|modified|edited"
    r"|last change|stand\s?:|geändert|aktualisiert|mis(?:e)? à jour"
    r"|modifié|actualizado|atualizado|aggiornat|bijgewerkt|обновлено",
    _FLAGS,
)
