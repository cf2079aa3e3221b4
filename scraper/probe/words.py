"""The words of addresses and links that say what a page is, on portals of any make.

Hints only: what a page is in the end is decided by reading some of its kind.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from scraper.vietnamese.text import fold

# What is never looked at: it changes nothing for readers, or has no end.
_NEVER = re.compile(
    r"log-?in|log-?out|dang-?nhap|dang-?xuat|dang-?ky|sign-?(?:in|up|out)|register|quen-mat-khau"
    r"|search|tim-?kiem|tim-kiem-nang-cao|ket-qua-tim-kiem|tra-?cuu|tra-cuu-\w+|print.*|in|in-?(?:bai|tin|an)(?:-?viet)?"
    r"|ban-?in(?:-.*)?|print-?preview|savefile|sendmail|send-?to-?friend|gui-?(?:email|mail|bai).*"
    r"|calendar|lich|lich-(?:cong-tac|hop|tuan|lam-viec|tiep-(?:cong-)?dan|su-kien).*|events-calendar"
    r"|wp-(?:admin|login|json|content|includes)|xmlrpc|feed|rss|atom|tags?|tu-?khoa|the-?tin"
    r"|author|tac-?gia|users?|member|tai-khoan|account|captcha|comments?|binh-luan|cdn-cgi|_layouts"
    r"|so-do-(?:trang|cong|web).*|sitemap|download|tai-ve|share|cart|gio-hang|administrator|admin"
    r"|webmail|mail|component|text-only|amp",
    re.IGNORECASE,
)
_NEVER_NAMES = re.compile(
    r"print|inbai|q|s|key|keys|keyword|keywords|tu-?khoa|kw|query|search|searchword|text"
    r"|month|yr|year|thang|nam|day|ngay|tu-?ngay|den-?ngay|calendar|date|tags?|tagid"
    r"|replytocom|share|return|return_?url|redirect_?to|download|action|tmpl|sort|order(?:by)?",
    re.IGNORECASE,
)
_NEVER_VALUES = re.compile(
    r"(?:\w+_)?(?:dang_?nhap|log_?in|dang_?ky|register|tim_?kiem|search|lien_?he|contact"
    r"|print|in_?tin|in_?bai|calendar|lich|so_?do(?:_\w+)?|sitemap|rss|tag|users?|com_(?:users|search"
    r"|finder|mailto|contact|jevents))",
    re.IGNORECASE,
)
# A month or a day as a whole value: a calendar's state.
_DAY_VALUE = re.compile(
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d"
)
# Pages that stand for years: what an office is, whom to ask.
_STATIC = re.compile(
    r"gioi-?thieu.*|ve-chung-toi|lien-?he.*|thong-tin-lien-he|contact.*|about.*|co-cau.*|chuc-nang.*"
    r"|lich-su.*|so-do-to-chuc|to-chuc-bo-may|ban-lanh-dao.*|lanh-dao-.*|ban-do|trang-chu|home|index"
    r"|default|dieu-khoan.*|chinh-sach-(?:bao-mat|rieng-tu|quyen).*|quy-dinh-su-dung|privacy.*|terms.*"
    r"|faq|hoi-dap.*|hoi-va-dap|gop-y.*|huong-dan-su-dung|duong-day-nong.*|thu-dien-tu|lien-ket.*"
    r"|danh-ba.*|tong-quan|organi[sz]ation.*|feedback|thong-bao-loi|ban-quyen",
    re.IGNORECASE,
)
_STATIC_BEGINNING = re.compile(
    r"(?:gioi-thieu|chuc-nang|co-cau|lich-su|so-do|quy-che|lanh-dao|lien-he|huong-dan|noi-quy|dieu-le"
    r"|tam-nhin|su-menh|vi-tri)-"
)
# Records of laws, procedures and tenders: found by number, not published as news.
_RECORDS = re.compile(
    r"(?:he-thong-)?(?:vb|van-?ban)(?:-.*)?|vbpl|vbqppl|qppl|phap-quy|csdl.*|legal.*|documents?|doc|tai-lieu(?:-.*)?"
    r"|(?:bo-)?thu-tuc(?:-hanh-chinh.*)?|tthc|dvc.*|dich-vu-cong.*|bieu-mau.*|cong-bao.*|du-thao.*"
    r"|procedures?|records?|thu-vien-(?:anh|video).*|video.*|album.*|photo.*|gallery|audio.*"
    r"|multimedia|hinh-anh|chi-tiet-van-ban|vanban.*|chitietvanban.*",
    re.IGNORECASE,
)
# Sections in which news stand; looked at before others.
_NEWS = re.compile(
    r"\b(?:tin|news|su kien|thong bao|thong cao|hoat dong|chuyen muc|chuyen de|diem bao|bao chi"
    r"|thoi su|press|trong nuoc|quoc te|chi dao|nghien cuu|phong|quan ly|bai viet|articles?|blog"
    r"|doi song|kinh te|xa hoi|moi truong|phap luat|nong nghiep|dat dai)\b",
)
LANGUAGES = frozenset({"en", "vi", "vn", "fr", "zh", "cn", "ru", "ja", "ko", "eng", "english"})
_EVENTS = re.compile(r"events?|su-?kien|lich.*|calendar|agenda", re.IGNORECASE)
_LANGUAGE_NAMES = frozenset({"lang", "language", "locale", "langid", "lng", "ngonngu"})
# A link's whole text that leads on in a list.
NEXT_TEXT = re.compile(
    r"(?:trang )?(?:sau|tiep|ke tiep|tiep theo|ke)(?: .{0,3})?|xem tiep|trang (?:sau|tiep|ke)\W*"
    r"|(?:cac |trang )?(?:tin |bai )?(?:viet |dang )?cu hon\W*|tiep tuc\W*"
    r"|next(?: page| \W+)?\W*|older(?: posts| entries| news| items)?\W*"
    r"|[»›>→]{1,2}|more",
)
# One that puts more below what is shown; it may also lead to a whole section.
MORE_TEXT = re.compile(
    r"(?:xem|tai|doc|hien thi) them(?: .{0,20})?\W*|(?:load|show|view) older(?: .{0,20})?\W*"
    r"|(?:load|show|view|see|read)? ?more(?: .{0,20})?\W*"
)
# One that leads back, or to an end.
_OTHER_PAGE_TEXT = re.compile(
    r"\W*(?:trang )?(?:truoc|dau|cuoi|lien truoc)(?: do)?\W*"
    r"|\W*(?:prev(?:ious)?|newer|first|last)\b.*"
    r"|\W+|trang \d+(?:\W.*)?|\[?\d+\]?",
)
LAST_TEXT = re.compile(r"(?:trang )?cuoi\W*|last\W*|[»>]{2}\|?|cuoi cung")
_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)


def stem(segment: str) -> str:
    """A path segment without the ending of its file: "lien-he.html" -> "lien-he"."""
    return _ENDING.sub("", segment)


def segments_of(url: str) -> list[str]:
    """The stems of an address's path."""
    return [stem(unquote(part)) for part in urlsplit(url).path.split("/") if part]


def pairs_of(url: str) -> list[tuple[str, str]]:
    """Names and values of an address's query."""
    pairs = (pair.partition("=") for pair in urlsplit(url).query.split("&") if pair)
    return [(unquote(name), unquote(value.replace("+", " "))) for name, _, value in pairs]


def is_never(url: str) -> bool:
    """Whether the address names a login, a search, a calendar, a tag, a print copy."""
    names = segments_of(url)
    if names and _DAY_VALUE.fullmatch(names[-1]) and any(map(_EVENTS.fullmatch, names)):
        return True
    parts = [re.sub(r"^index\.php$", "", name) for name in names]
    if any(
        _NEVER.fullmatch(name.replace("_", "-").replace(" ", "-"))
        for name in parts
        if name and _word_count(name) <= 4
    ):
        return True
    return any(
        (_NEVER_NAMES.fullmatch(name) and not re.fullmatch(r"[0-9a-f]{16,}", value))
        or _NEVER_VALUES.fullmatch(value)
        or _DAY_VALUE.fullmatch(value)
        for name, value in pairs_of(url)
    )


def is_pager_text(text: str) -> bool:
    """Whether a link's text leads to another page of the same list."""
    said = fold(text).strip()
    return bool(NEXT_TEXT.fullmatch(said) or _OTHER_PAGE_TEXT.fullmatch(said))


def is_day_text(text: str) -> bool:
    """Whether a link's whole text is a date: it leads to what was published on that day."""
    said = text.strip()
    return (
        bool(re.search(r"\b(?:19|20)\d\d\b", said))
        and len(said.split()) <= 4
        and bool(re.match(r"(?:\w+,? )?(?:\d|\w+ \d)", said))
    )


def is_static(url: str, text: str = "") -> bool:
    """Whether the address or the link's text names a page that stands for years."""
    return _fits(_STATIC, url, text)


def is_record_kind(url: str) -> bool:
    """Whether an address stands in a folder of records; its own name may be any article's."""
    parts = segments_of(url)
    names = [*(parts[:-1] or parts), *(value for _, value in pairs_of(url))]
    return any(_RECORDS.fullmatch(name.replace("_", "-")) for name in names)


def begins_as_static(text: str) -> bool:
    """Whether a menu's long entry begins as the name of a page that stands for years."""
    return bool(_STATIC_BEGINNING.match(re.sub(r"\W+", "-", fold(text)).strip("-")))


def is_record(url: str, text: str = "") -> bool:
    """Whether the address or the link's text names laws, procedures, or pictures."""
    return _fits(_RECORDS, url, text)


def is_newsy(url: str, text: str) -> bool:
    """Whether a link's text or address names a section of news."""
    words = " ".join([*segments_of(url), *(value for _, value in pairs_of(url))])
    return bool(_NEWS.search(fold(text)) or _NEWS.search(re.sub(r"[-_/]+", " ", words.lower())))


def is_foreign(url: str, *, own: frozenset[str]) -> bool:
    """Whether the address stands in another language's part of the portal."""
    named = {name.lower() for name in segments_of(url)} & LANGUAGES
    named |= {
        value.lower().partition("-")[0].partition("_")[0]
        for name, value in pairs_of(url)
        if name.lower() in _LANGUAGE_NAMES and value
    } & LANGUAGES
    return bool(named - own)


def own_languages(home: str, *, language: str | None) -> frozenset[str]:
    """The words by which a portal names its own language in addresses."""
    told = {name.lower() for name in segments_of(home)} & LANGUAGES
    said = (language or "").lower().partition("-")[0]
    own = told | ({said} if said in LANGUAGES else set())
    if not own or own & {"vi", "vn"}:
        own |= {"vi", "vn"}
    if own & {"en", "eng", "english"} and not told & {"vi", "vn"}:
        own |= {"en", "eng", "english"}
    return frozenset(own)


def _fits(words: re.Pattern[str], url: str, text: str) -> bool:
    names = [name.replace("_", "-") for name in segments_of(url)]
    if urlsplit(url).query or len(names) > 1:
        # "default.aspx?page=..." is any page, and "/Announcements/Default.aspx" is its folder's.
        names = [name for name in names if name.lower() not in ("index", "default", "home")]
    names += [value.replace("_", "-") for _, value in pairs_of(url)]
    said = re.sub(r"\W+", "-", fold(text)).strip("-")
    return any(
        words.fullmatch(name) for name in (*names, said) if name and _word_count(name) <= _LONGEST
    )


_LONGEST = 6  # words of a static page's name; what has more is a title


def _word_count(text: str) -> int:
    return len([word for word in re.split(r"[-_ ]+", text) if word])
