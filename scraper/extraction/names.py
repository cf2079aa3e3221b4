"""The names in a byline: parted, tidied, and told from what is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from scraper.extraction.blocks import word_set

LONGEST_NAME = 60  # characters
MOST_WORDS = 6
MOST_AUTHORS = 30
_MOST_CHARS = 600  # of a value of metadata

_VERB = (
    r"posted|written|reported|reporting|published|story|article|words|text|video|recipe|authored"
    r"|created|contributed|analysis|opinion|commentary|review|column|essay|interview|compiled"
)
# Words before a name that only a byline has; "di" and "de" open sentences too, so their names must
# look like names (names_of_line asks is_name).
_BY_WORDS = (
    r"by|von|par|por|di|door|av|af|przez|oleh|(?:verfasst|geschrieben|eingestellt|beitrag) von"
    r"|(?:eine? )?(?:analyse|kommentar|reportage|interview|gastbeitrag|artikel|bericht|essay) von"
    r"|(?:escrito|redactado|publicado) por|(?:écrit|rédigé|publié) par|propos recueillis par"
    r"|scritto da|a cura di|skrevet (?:av|af)|skriven av|geschreven door|napisał[a]?|napsal[a]?"
    r"|autor(?:in|a|i|es|zy|ka|/in)?|auteurs?|autore|autori|authors?|yazar|penulis|forfatter"
    r"|författare|skribent|автор(?:ы)?|текст|tekst|texto|testo"
    r"|(?:được )?(?:viết|đăng) bởi|người đăng"
)
BY = re.compile(
    rf"^\W{{0,3}}(?:(?:this \w{{1,10}} (?:was|is) )?(?:{_VERB})\s?:?\s)?"
    rf"(?:(?:{_BY_WORDS})\b\s?:?\s?"
    r"|(?-i:By(?=[A-Z][a-z])))(?P<said>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
SIGNED_BY = re.compile(
    rf"^\W{{0,3}}(?:(?:this \w{{1,10}} (?:was|is) )?(?:{_VERB})\s?:?\s?by\b|authors?\s?:"
    r"|(?:beitrag|eingestellt|verfasst|geschrieben) von\b|(?:escrito|publicado) por\b"
    r"|(?:écrit|publié) par\b"
    r"|(?:autor(?:in)?|auteur|autore|yazar|penulis|автор|текст|tekst|texto|testo"
    r"|作者|撰文|文|責任編輯|责任编辑|责编|取材・文)\s?[:：])\s?[:：]?\s?(?P<said>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
# A line that only announces the name on the next one.
BY_ALONE = word_set(
    "by written_by words_by posted_by authored_by article_by story_by reported_by text_by author"
    " authors the_author about_the_author von text_von par por di av af autor autorin auteur autore"
    " yazar penulis автор tác_giả published_by insights_from recipe_by presented_by_author"
    " autorin/autor"
)
# Who did something else for the article: photographs, looks after it, turned it into English.
OTHERS_BY = re.compile(
    r"\b(?:reviewed|edited|checked|photos?|photo provided|photographs?|photography|updated|images?"
    r"|illustrations?|illustrated|styled|sponsored|powered|presented|produced|translated|verified"
    r"|contributions?|additional reporting|videos?|graphics?|submitted)\s+(?:by|from)\b",
    re.IGNORECASE,
)
OTHERS_LABEL = re.compile(
    r"^\W{0,3}(?:fotos?|photos?|photographe?|bild|bilder|editors?|redakteur(?:in)?|redaktör"
    r"|illustrations?|übersetzung|edited|reviewed|medically reviewed)\s?[:：]",
    re.IGNORECASE,
)
MORE_BY = re.compile(r"\b(?:articles|posts|stories|more)\s+(?:by|from)\b", re.IGNORECASE)
OTHERS_ALONE = word_set(
    "contributions_from reviewed_by edited_by photography_by photos_by fact_checked_by"
    " medically_reviewed_by updated_by illustrations_by translated_by contributors with"
)
_AND = re.compile(
    r"[;|•·、，,]|&(?=\s)"
    r"|\s(?:and|und|et|e|y|i|og|och|oraz|ve|en|dan|и|та|và|with|con|AND|UND|Y)(?=\s)"
)
_LAST_AND = ("and ", "und ", "và ")  # behind a comma: "Ann Lee, and Bo Ek"
_DASHES = re.compile(r"\s(?:[-–—])\s|\s?/\s?")
_ROW = re.compile(r"[|•·‧∙●]|\s[-–—]\s")
_NEVER_IN_NAMES = re.compile(r"[\d:?!@#<>{}=…]")
_DIGIT = re.compile(r"\d")
_GLUED_DATE = re.compile(
    r"(?<=[a-zà-ÿ.])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d)|(?<=20[0-9]{2})(?=[A-ZÀ-Ý][a-zà-ÿ])"
)
_BEFORE_DATE = re.compile(r"(?:\s+(?:[a-zà-ÿ]{1,4}|Stand)\s?:?)+\s*$|^Stand\s?:?\s*$")
_AFFILIATION = re.compile(r"\s(?:[|•·—–-])\s.*$", re.DOTALL)  # behind "By Ann Lee"
_BRACKETS = re.compile(r"\s*[(\[（][^()\[\]（）]{0,60}[)\]）]?")
_CREDENTIAL = re.compile(r"(?:[A-Z][A-Za-z]?\.?){1,6}®?|Jr\.?|Sr\.?|Ph\.?D\.?|I{2,3}")
_DEGREES = re.compile(r"(?:\s(?:MS|MSc|RD|RDN|LD|MD|PhD|Ph\.D\.|MPH|RN|CPA|MBA|JD|DDS|CFP®?))+$")
_OUTLET_IN_CAPITALS = re.compile(r"(?<=[a-zà-ÿ])(?:\s[A-ZÄÖÜ&]{2,}){2,}$")  # "Ann Lee USA TODAY"
# Where a name ends: at digits, brackets, months, words that no name has.
_TRAIL = re.compile(
    r"[(0-9]|https?:"
    r"|\b(?:illustration(?:en|s)?|fotos?|photos?|published|updated|posted|on|at|for|in|is|from|last"
    r"|view|cập nhật|ngày|lúc|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|january|february|march|april"
    r"|june|july|august|september|october|november|december)\b"
    r"|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?(?=$|\s[0-9])",
    re.IGNORECASE,
)
_DATE_FIRST = re.compile(
    r"\W{0,3}(?:[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{1,2}\.? [^\W\d]{3,12}\.? [0-9]{4}"
    r"|[^\W\d]{3,12}\.? [0-9]{1,2},? [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[,\s]{1,3}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?(?![0-9])"
)
_ADMIN = re.compile(
    r"^(?:\w{0,3}_?admin\w{0,12}(?:[ .]admin)?|root|webmaster|super ?user|quản trị(?: viên)?"
    r"|user\d*"
    r"|authors?|guest|editor|staff|team|web ?admin|ban quản trị|portal|system|null|none|undefined"
    r"|unknown|anonymous|test|by|posted|share|comments?|view all posts|contributors?|n/a|default"
    r"|(?:from )?staff reports?|written(?: by)?|updated|published|follow|email|print|twitter"
    r"|facebook|home|news|nachrichten|redactie|developer|website|\d+ min.*)$",
    re.IGNORECASE,
)
# Those who sign without a name: teams and offices.
OFFICE = re.compile(
    r"^(?:nhóm |tổ )?(?:PV|BBT|CTV|BTV|phóng viên|cộng tác viên|ban biên tập|phòng|vụ|cục|chi cục"
    r"|sở|trung tâm|văn phòng|ban|viện|tổng cục|tổ|nhóm)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:university|cent(?:er|re)|department|office|board|ministry|institute|committee|agency"
    r"|association|bureau|foundation|council|society|college)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|contributor|journalist|producer|chief|news"
    r"|bureau|desk|expert|specialist|manager|director|photograph\w*|reviewed|share|minutes?|read"
    r"|comments?|views?|follow|subscribe|updated|published|officer)\b",
    re.IGNORECASE,
)
_EDITORIAL_TEAM = re.compile(r"\s-\s.*\b(?:team|staff|editor\w*|redaktion)\b.*$", re.IGNORECASE)
_TRAILING_JOB = re.compile(
    r"(?<=[a-zà-ÿ])\s(?:(?:Senior|Chief|Staff|Managing|Deputy|Associate|Contributing|Freelance)"
    r"\s(?:\S+\s){0,2})?(?:Reporter|Editor|Writer|Correspondent|Journalist(?:in)?)$"
)
_COLLECTIVE = word_set(
    "team press store redaktion redaction redacción group inc ltd llc media online staff"
    " foundation studio agentur ajansı agence agencia magazine newsroom program"
)
_BUTTON_WORDS = word_set(
    "about article blog by close comment comments contact content contents copied download email"
    " facebook filed follow get guide home in instagram keep linkedin link links live log menu more"
    " newsletter of on post posts print privacy read reading related search share sign started step"
    " stay connected subscribe table tags terms topics twitter under up us video videos watch"
    " whatsapp written your you the our this to for how what why all and login"
    " published updated posted veröffentlicht aktualisiert erstellt publié publiée publicado"
    " actualizado pubblicato aggiornato gepubliceerd bijgewerkt publicerad uppdaterad publisert"
    " oppdatert opdateret opublikowano publikováno aktualizováno yayınlanma güncelleme"
    " опубликовано обновлено am le el il"
    " monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag"
    " freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche"
)
_JOB = re.compile(
    r"\b(?:officer|director|editor|reporter|correspondent|writer|founder|manager|head of"
    r"|president|professor|redakteur(?:in)?|korrespondent(?:in)?|journalist)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = word_set(
    "de da di du von van der den la le el al bin ben và of the y e dos del ter ten zu af & -"
)
_URL = re.compile(r"https?:|www\.|@|\.(?:com|vn|org|net)/", re.IGNORECASE)
_FIELD = re.compile(r"\w: \w.*\w: \w")
_HOST = re.compile(r"(?:[\w-]{1,40}\.){1,3}[a-z]{2,6}(?: .*)?", re.IGNORECASE)
_ACCOUNT = re.compile(r"[a-z][\w.-]{4,}|\w*[0-9_]\w*|[a-z]+\.[a-z.]+")


def names_of_witness(text: str) -> Iterator[str]:
    """The names in a value of metadata; teams and agencies may be among them.

    "Ann Lee and Bo Ek, dpa" -> Ann Lee, Bo Ek, dpa; "Ann Lee, MS, RDN" -> Ann Lee.
    """
    text = unescape(text.strip()[:_MOST_CHARS])
    if len(text) >= _MOST_CHARS - 1:
        text = text.rpartition(",")[0]  # the name that was cut
    if not text or text.startswith(",") or other_work(text):
        return
    by = BY.match(text)
    if by:
        text = by["said"]
    if "(" in text or "[" in text or "（" in text:
        text = _BRACKETS.sub("", text)
    if ":" in text and _FIELD.search(text):
        return  # "text: Ann Lee, design: Bo Ek"
    parts = [text] if _ORGANISATION.search(text) else _parts_of_list(text)
    for number, part in enumerate(parts):
        if _URL.search(part):
            continue
        name = _tidied(part)
        if number and (_is_credential(name) or _JOB.search(name)):
            continue
        name = _without_titles(_EDITORIAL_TEAM.sub("", name) if " - " in name else name)
        if name and len(name) <= LONGEST_NAME and not _ADMIN.match(name) and not name.isdigit():
            yield name
        if not number and _HOST.fullmatch(name):
            return  # "hason.example, Ha Son, Vietnam" is the site's address


def other_work(text: str) -> re.Match[str] | None:
    """The words that name another work than writing: "Photos by", "Editor:"."""
    found = OTHERS_LABEL.match(text) if ":" in text else None
    if found is None and (" by" in text or " from" in text):
        found = OTHERS_BY.search(text)
    return found


def _parts_of_list(text: str) -> list[str]:
    """The parts of "Ann Lee, Bo Ek, and Cy Ott"."""
    parts = [part.strip() for part in _AND.split(text)]
    return [
        part.partition(" ")[2] if number and part.startswith(_LAST_AND) else part
        for number, part in enumerate(parts)
    ]


def _without_titles(name: str) -> str:
    """Without the degree or the job that stands behind it: "Ann Lee MD" -> "Ann Lee"."""
    if name.count(" ") < 2:
        return name
    return _TRAILING_JOB.sub("", _DEGREES.sub("", name))


def _is_credential(name: str) -> bool:
    if name.isupper():
        return len(name) <= 5 and name not in _AGENCIES
    return bool(_CREDENTIAL.fullmatch(name))


_AGENCIES = word_set("AFP DPA AP APA SID EPD KNA ANI PTI IANS EFE ANSA NTB TT TASS RTR TTXVN")


# "Bài và ảnh: bà Lý Mỹ Vịnh"
_ADDRESSED = re.compile(r"(?<!\w)(?:ông|bà|đồng chí|nhà báo|phóng viên)\s+(?=[A-ZĐÀ-Ỹ])")


def names_of_line(text: str) -> Iterator[str]:
    """The names in a printed byline: "By Ann Lee and Bo Ek, staff writer | 3 June 2024"."""
    text = text[:300].strip()
    after_date = False
    if _DIGIT.search(text):
        text = _GLUED_DATE.sub(" ", text)
        date = _DATE_FIRST.match(text)
        if date:  # "3 June 2024 Ann Lee"
            after_date, text = True, text[date.end() :]
    by = BY.match(text)
    if by:
        text = by["said"]
        text = _AFFILIATION.sub("", text)
    text = _ADDRESSED.sub("", text)
    pieces = [piece for part in _parts_of_list(text) for piece in _DASHES.split(part)]
    several_words = False
    for number, piece in enumerate(pieces):
        if number and _JOB.search(piece):
            continue
        name = _without_titles(without_trail(piece))
        name = _OUTLET_IN_CAPITALS.sub("", name)
        if not is_name(name) or (number and (_CREDENTIAL.fullmatch(name) or _HOST.fullmatch(name))):
            continue
        if number and several_words and _is_outlet_in_capitals(name):
            continue
        several_words = " " in name and not name.isupper()
        if not after_date or is_full_name(name):
            yield name


def names_behind_label(text: str) -> Iterator[str]:
    """The names behind "By": what a dash or a bar parts from them is no name."""
    yield from names_of_line(_AFFILIATION.sub("", text))


def _is_outlet_in_capitals(name: str) -> bool:
    """ "MDR THÜRINGEN" behind "Ann Lee, "."""
    return name.isupper() and " " in name and "." not in name


def without_trail(text: str) -> str:
    """A name without what follows it: "Ann Lee in Politics", "Ann Lee um 21:11" -> "Ann Lee"."""
    trail = _TRAIL.search(text)
    if trail:
        text = _BEFORE_DATE.sub("", text[: trail.start()])
    return _tidied(text)


def parts_of_row(text: str) -> list[str]:
    """The parts of a row of small print: "3 June 2024 | Ann Lee • 5 min"."""
    if _DIGIT.search(text):
        text = _GLUED_DATE.sub(" | ", text)
    return [part.strip() for part in _ROW.split(text) if part and not part.isspace()]


def is_capitalised(text: str) -> bool:
    """Do most words of a short line begin with capitals, as in a list of names?"""
    words = text.split()
    if len(words) > 20 or not text[:1].isupper():
        return False
    return 2 * sum([word[0].isupper() for word in words]) >= len(words)


def is_name(name: str) -> bool:
    """Is it a person, or an office or a team that signs?"""
    words = name.split()
    if not words or len(words) > MOST_WORDS or len(name) > LONGEST_NAME or _ADMIN.match(name):
        return False
    if OFFICE.match(name):
        return True
    if _NEVER_IN_NAMES.search(name):
        return False
    if _ROLE.search(name) or _BUTTON_WORDS.issuperset(name.lower().split()):
        return False
    return all(
        word[:1].isupper() or word in _SMALL_WORDS or not word[:1].islower() for word in words
    )


def is_full_name(name: str) -> bool:
    """Is it two to four capitalised words of letters only, as most people's names are?"""
    words = name.split()
    return (
        2 <= len(words) <= 4
        and not name.isupper()
        and is_name(name)
        and _COLLECTIVE.isdisjoint(name.lower().split())
        and _BUTTON_WORDS.isdisjoint(name.lower().split())
        and not _ORGANISATION.search(name)
        and all(
            word.strip(".’'-")
            .replace("-", "")
            .replace("’", "")
            .replace("'", "")
            .replace(".", "")
            .isalpha()
            for word in words
        )
        and words[0][0].isupper()
        and words[-1][0].isupper()
    )


def is_account(name: str) -> bool:
    """Is it a name to log in with, or a host: "annlee", "ann.lee", "hason.example"?"""
    return " " not in name and bool(_ACCOUNT.fullmatch(name) or _HOST.fullmatch(name))


def is_admin(text: str) -> bool:
    """Does a line only say that the one who runs the site put the article there?"""
    return bool(_ADMIN.match(text.strip(" .:-")))


def key_of(text: str) -> str:
    """A short line as BY_ALONE and OTHERS_ALONE have it: "Written by:" -> "written_by"."""
    return "_".join(text.casefold().strip(" :：*-–—|").split())


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, as first written, whatever its case; no first name beside its full name."""
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(folded(name), name)
    if len(kept) > 1:  # "Ann" beside "Ann Lee"
        first = {key.split()[0] for key in kept if " " in key}
        kept = {key: name for key, name in kept.items() if key not in first}
    return tuple(kept.values())[:MOST_AUTHORS]


def folded(name: str) -> str:
    """A name for comparing."""
    return " ".join(name.casefold().split())


def _tidied(part: str) -> str:
    """Without the punctuation around it; an initial keeps its dot."""
    part = part.strip()
    name = part.strip(" \t,.:;*-–—_'\"“”()[]（）【】|/")
    if name and len(name.split()[-1].split(".")[-1]) == 1 and part.rstrip(" ,;)").endswith("."):
        name += "."
    return name
