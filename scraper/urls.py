"""Addresses (long: portals write them in many ways): to fetch, and to tell articles apart.

normalise() changes only how an address is written, so that it can be fetched; canonical_address()
drops what does not decide which article is meant, and is never fetched.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from scraper.errors import UnsafeAddress
from scraper.records import Link, Portal

LONGEST_URL = 2000  # characters; servers of portals refuse longer ones, only traps make them
DEEPEST_PATH = 12  # segments; the deepest article path seen on a portal has 7
LONGEST_KEY = 100  # characters; keys are typed and cited
LONGEST_SLUG = 60  # characters

# What never decides which article is meant.
_TRACKING = re.compile(
    r"utm_\w+|fb_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl"
    r"|zarsrc|gidzl|_afr\w+|_adf\.\w[\w.-]*|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken",
    re.IGNORECASE,
)
# "s" and "sid" also name searches and stories: only a value like a session's is dropped.
_SESSION_NAMES = frozenset({"s", "sid", "session", "sessionid", "session_id"})
_SESSION_VALUE = re.compile(r"[0-9a-f]{32}|[0-9a-z]{24,}", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\((?:[A-Z]\([^)/]*\))+\)(?=/|$)")  # /(S(abc…))/ of ASP.NET
_FRONT_DOOR = re.compile(r"/(?:index|default)\.(?:php|html?|aspx?|jsp)$", re.IGNORECASE)
_FRONT_SCRIPT = re.compile(r"^(?:/public)?/index\.php(?=/.)", re.IGNORECASE)
_WINDOWS_PAGE = re.compile(r"\.as[phm]x?(?:/|$)", re.IGNORECASE)

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URL_SAFE = "!$&'()*+,;=:@/-._~[]%?"
_BAD_HOST = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_GUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)

_HEAD_TAG = re.compile(rb"<(?:link|meta)\b[^>]{1,2000}>", re.IGNORECASE)
_CANONICAL = re.compile(rb"\brel\s*=\s*[\"']?canonical\b", re.IGNORECASE)
_OG_URL = re.compile(rb"\bproperty\s*=\s*[\"']?og:url\b", re.IGNORECASE)
_TOLD = re.compile(
    rb"\b(?:href|content)\s*=\s*(?:[\"']([^\"'>]+)[\"']|([^\s\"'>]+))", re.IGNORECASE
)
_HEAD_BYTES = 200_000  # of a page in which its head ends

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|tiff?|pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|csv|zip|rar"
    r"|7z|tar|gz|exe|apk|mp[34]|m4[av]|wav|wma|avi|mov|wmv|flv|webm|swf|css|js|json|xml|rss|atom"
    r"|ics|woff2?|ttf|eot)$",
    re.IGNORECASE,
)
_LANGUAGES = frozenset({"en", "vi", "vn", "fr", "zh", "cn", "ru", "ja", "ko"})

# How article addresses look where a portal file gives no `match`.
_ID_NAME = re.compile(
    r"(?:content|news|article|item|post|story|doc|detail|entry|tin|tintuc|bai|baiviet|n|a|s|new)?_?id"
    r"|id_?(?:news|new|tin|tintuc|bai|baiviet|content|article|item|post)|item|ddocname|newsid\w*"
    r"|_\w+_(?:articleid|assetentryid)",
    re.IGNORECASE,
)
_ID_VALUE = re.compile(r"[A-Za-z_-]{0,20}\d+(?::.*)?|" + _GUID.pattern, re.IGNORECASE)
_DETAIL_NAME = re.compile(
    r"chi-?tiet(?:-?tin)?|detail|news-?detail|bai-?viet|article|post|view(?:_content)?|xem-?tin",
    re.IGNORECASE,
)
_BELOW_A_DATE = re.compile(r"(?:^|/)(?:19|20)\d\d/\d{1,2}/(?:\d{1,2}/)?[^/]*[^\d/][^/]*$")
_PAGER_NAME = re.compile(
    r"(?:_\w+_)?cur|p|page|paging|pageindex|page_?(?:no|num|number)|trang|start|limitstart|offset"
    r"|paged",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(?:^|/)(?:trang|page|p)[-/]?\d+$", re.IGNORECASE)
_LIST_NAME = re.compile(
    r"chuyen-?muc|danh-?muc|danh-?sach(?:-?tin)?|categor(?:y|ies)|tags?|tu-khoa|search|tim-?kiem"
    r"|author|tac-gia|rss|feed|phan-?trang",
    re.IGNORECASE,
)
_SECTION_NAME = re.compile(
    r"login|dang-nhap|dang-ky|sitemap|so-do-\w+|lien-he|contact|gioi-thieu|about(?:-us)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"\d+")
_PAGE_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_TITLE_WORDS = 7  # words in a slug; names of sections seen on portals have at most 6


@lru_cache(maxsize=8192)  # an address of a list is asked about some ten times
def normalise(url: str, base: str | None = None) -> str:
    """The address to fetch: absolute, without fragment, written in one way.

    Host in lower case and IDNA, default port dropped, raw Vietnamese and spaces percent-encoded as
    UTF-8, escapes in upper case. Raises UnsafeAddress for what is not an http(s) address of a host.
    """
    text = re.sub(r"[\t\r\n]", "", url.strip())
    head, mark, tail = text.partition("?")
    head = re.sub(r"^(https?):/+", r"\1://", head.replace("\\", "/"), flags=re.IGNORECASE)
    text = head + mark + tail
    try:
        joined = urljoin(base, text) if base else text
        parts = urlsplit(joined)
        scheme, port, named = parts.scheme.lower(), parts.port, parts.hostname
    except ValueError as error:
        raise UnsafeAddress(f"is no address that can be read ({error})", url=url) from None
    if scheme not in ("http", "https"):
        raise UnsafeAddress("is not an http:// or https:// address", url=url)
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("holds a user name or a password", url=url)
    host = _written_host(named or "", url=url)
    if port is not None and port != {"http": 80, "https": 443}[scheme]:
        host = f"{host}:{port}"
    path = _without_dots(_encoded(parts.path)) or "/"
    # Feeds escape "&" twice; no portal has a parameter whose name begins with "amp;".
    query = _encoded(parts.query.replace("&amp;", "&"))
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


@lru_cache(maxsize=8192)
def _canonical(url: str, formerly: tuple[str, ...], home: str | None) -> str:
    parts = urlsplit(normalise(url))
    host = _without_www(parts.netloc)
    if home and host in {_without_www(old.lower()) for old in formerly}:
        host = _without_www(urlsplit(normalise(home)).netloc)
    path = _ASP_SESSION.sub("", re.sub(r";jsessionid=[^/]*", "", parts.path, flags=re.IGNORECASE))
    path = re.sub(r"/{2,}", "/", _FRONT_SCRIPT.sub("", path))
    windows = bool(_WINDOWS_PAGE.search(path))  # IIS does not tell capitals from small letters
    pairs = [(name.lower() if windows else name, value) for name, value in _telling(parts.query)]
    if not pairs:
        path = _FRONT_DOOR.sub("/", path)
    path = _decoded(path.lower() if windows else path).rstrip("/") or ("/" if pairs else "")
    query = "&".join(
        name if value is None else f"{name}={value}"
        for name, value in sorted(pairs, key=lambda pair: (pair[0], pair[1] or ""))
    )
    return f"{host}{path}" + (f"?{query}" if query else "")


def canonical_address(url: str, *, formerly: Sequence[str] = (), home: str | None = None) -> str:
    """The address as an identity, not for fetching: equal where the article is the same.

    "https://www.moj.gov.vn/Tin/Index.aspx?utm_source=x&ID=7" -> "moj.gov.vn/tin/index.aspx?id=7".
    Scheme, "www.", sessions, tracking, calendar state, front page names and the order of the query
    are folded; a host of `formerly` becomes the host of `home`. Raises as normalise() does.
    """
    return _canonical(url, tuple(formerly), home)


def article_key(url: str, portal: Portal) -> str:
    """What tells this article from the portal's others: by its rule, else made of the address.

    Only letters, digits and "._~-", at most about 100 characters, so that an id can be typed.
    """
    found = key_by_rule(url, portal)
    if found is not None:
        return found
    canonical = canonical_address(url, formerly=portal.formerly, home=portal.home)
    last = canonical.partition("?")[0].partition("/")[2].rpartition("/")[2]
    slug = _slug(_PAGE_ENDING.sub("", last))[:LONGEST_SLUG].strip("-")
    return f"{slug or 'page'}-{_digest(canonical)[:12]}"


def key_by_rule(url: str, portal: Portal) -> str | None:
    """The key that the portal's rule finds in the address; None if it finds none or there is none.

    A parameter's name is found in any case; a pattern in the canonical address, else in the raw.
    Several groups of a pattern are the key together: "bantin-57".
    """
    rule = portal.article
    if rule.key_parameter:
        wanted = rule.key_parameter.lower()
        for name, value in _pairs(urlsplit(normalise(url)).query):
            if _decoded(name).lower() == wanted and value and _plain(value):
                return _typeable(_plain(value))
    if rule.key_pattern:
        canonical = canonical_address(url, formerly=portal.formerly, home=portal.home)
        for address in (canonical, normalise(url)):
            found = rule.key_pattern.search(address)
            parts = [part for part in found.groups() if part] if found else []
            if parts:
                return _typeable("-".join(map(_plain, parts)))
    return None


def key_that_answered(link: Link, answered_url: str, portal: Portal) -> str | None:
    """The key of the article that answered for a link: its own, or that of where it was led to.

    None where a redirect led to what is no article of this portal.
    """
    home, formerly = portal.home, portal.formerly
    answered = canonical_address(answered_url, formerly=formerly, home=home)
    if answered == canonical_address(link.url, formerly=formerly, home=home):
        return link.key
    ruled = portal.article.key_parameter or portal.article.key_pattern
    key = key_by_rule(answered_url, portal) if ruled else article_key(answered_url, portal)
    if same_site(answered_url, portal) and (
        (ruled and key == link.key) or is_article(answered_url, portal)
    ):
        return key or link.key
    return None


def own_address(body: bytes, answered_url: str, portal: Portal) -> str:
    """The address by which a page is known: that of the article which it says it is, else its own.

    Asked only where the portal file says that its pages tell the truth (`canonical`).
    """
    if portal.article.canonical:
        tags = _HEAD_TAG.findall(body[:_HEAD_BYTES])
        named = [tag for tag in tags if _CANONICAL.search(tag)]
        named += [tag for tag in tags if _OG_URL.search(tag)]
        told = _TOLD.search(named[0]) if named else None
        if told:
            href = unescape((told.group(1) or told.group(2)).decode("utf-8", "replace"))
            try:
                address = normalise(href, answered_url)
            except UnsafeAddress:
                return answered_url
            return address if is_article(address, portal) else answered_url
    return answered_url


def is_article(url: str, portal: Portal) -> bool:
    """Whether the portal's `match` says article; without one, whether the address looks so."""
    try:
        address = normalise(url)
    except UnsafeAddress:
        return False
    if not same_site(address, portal):
        return False
    canonical = canonical_address(address, formerly=portal.formerly, home=portal.home)
    if portal.article.match:
        return bool(portal.article.match.search(address) or portal.article.match.search(canonical))
    if canonical == canonical_address(portal.home) or is_file(address) or is_trap(address):
        return False
    return _looks_like_article(canonical)


def is_file(url: str) -> bool:
    """Whether the path names an image, a document, a download or a style: nothing to read."""
    try:
        return bool(_FILE.search(urlsplit(normalise(url)).path))
    except UnsafeAddress:
        return False


def same_site(url: str, portal: Portal) -> bool:
    """Whether the address lies on the portal's host, one of its former hosts, or below one."""
    try:
        address = urlsplit(normalise(url))
        home = urlsplit(normalise(portal.home))
    except UnsafeAddress:
        return False
    host, home_host = address.hostname or "", home.hostname or ""
    if _is_machine(home_host) and host == home_host:
        return address.port == home.port  # several portals may stand on one machine
    sites = [_without_www(site.lower()) for site in (home_host, *portal.formerly)]
    return any(
        _without_www(host) == site or (host.endswith("." + site) and not _is_machine(site))
        for site in sites
    )


def address_shape(url: str) -> str:
    """What addresses made by one part of a portal have in common: for counting, never to fetch.

    "https://bo.vn/tin-tuc/gia-dat-nam-nay-12345.html?paging=7" -> "bo.vn 2 tin-tuc/*#.html?paging":
    the depth, the last two names of the path with numbers and titles left out, and the names of
    the parameters.
    """
    path, _, query = canonical_address(url).partition("?")
    host, *names = path.split("/")
    last = [_shape_of_name(name) for name in names[-2:]]
    parameters = sorted({name for name, _ in _pairs(query)})
    depth = min(len(names), 6)  # a series of growing paths is one series
    return f"{host} {depth} {'/'.join(last)}" + (f"?{'&'.join(parameters)}" if query else "")


def is_trap(url: str) -> bool:
    """Whether the address looks like one of an endless series that a portal makes by itself.

    Relative language links make ".../article.html/en/vi/en/..." without end, all with status 200.
    """
    if len(url) > LONGEST_URL:
        return True
    path = url.partition("#")[0].partition("?")[0].rpartition("://")[2]
    segments = [segment.lower() for segment in path.split("/")[1:] if segment]
    if len(segments) > DEEPEST_PATH:
        return True
    for before, after in zip(segments, segments[1:], strict=False):
        if after in _LANGUAGES and re.search(r"\.html?$", before):
            return True
    words = [segment for segment in segments if not segment.isdigit()]  # /2021/10/10/ is a date
    if any(words.count(word) > (1 if word in _LANGUAGES else 2) for word in words):
        return True
    return any(
        segments[start : start + size] == segments[start + size : start + 2 * size]
        and not all(segment.isdigit() for segment in segments[start : start + size])
        for size in range(2, len(segments) // 2 + 1)
        for start in range(len(segments) - 2 * size + 1)
    )


# --- what the functions above are made of ------------------------------------------------------


def _looks_like_article(canonical: str) -> bool:
    path, _, query = canonical.partition("?")
    names = [_PAGE_ENDING.sub("", part) for part in path.split("/")[1:] if part]
    pairs = [(name, value or "") for name, value in _pairs(query)]
    if any(_LIST_NAME.fullmatch(name) for name in names) or _PAGE_NUMBER.search("/".join(names)):
        return False
    if any(_FILE.search(value) for _, value in pairs):
        return False
    if any(_ID_NAME.fullmatch(name) and _ID_VALUE.fullmatch(value) for name, value in pairs):
        return True
    if not names:  # "/?p=7254" is WordPress's short link; below a path, "p" is a page's number
        return any(name == "p" and value.isdigit() for name, value in pairs)
    if any(_PAGER_NAME.fullmatch(name) and value.isdigit() for name, value in pairs):
        return False
    last = names[-1]
    if _SECTION_NAME.fullmatch(last):
        return False
    if _tells_a_number(last) or _word_count(last) >= _TITLE_WORDS:
        return True
    if len(names) > 1 and _tells_a_number(names[-2]) and not last.isdigit():
        return True
    if any(_DETAIL_NAME.fullmatch(name) for name in names[:-1]) and re.search(r"\d", last):
        return True
    if _BELOW_A_DATE.search("/".join(names)):
        return True
    # NukeViet: op=<section>/<slug>-<number>; Liferay: urlTitle=<slug>
    return any(
        re.search(r"/.*-\d+$", value) or _word_count(value) >= _TITLE_WORDS for _, value in pairs
    )


def _tells_a_number(segment: str) -> bool:
    """Whether a path segment holds a number of four digits or more that is no year."""
    return any(
        len(number) >= 4 and not (len(number) == 4 and _YEAR.fullmatch(number))
        for number in _NUMBER.findall(segment)
    ) or bool(re.match(r"(?:19|20)\d\d-\d{1,2}-\d{1,2}\b", segment))


def _shape_of_name(name: str) -> str:
    ending = _PAGE_ENDING.search(name)
    stem = _PAGE_ENDING.sub("", name)
    if _GUID.search(stem):
        shape = "#"
    elif _word_count(stem) > 3 or len(stem) > 25:
        shape = "*#" if re.search(r"\d", stem) else "*"
    else:
        shape = _NUMBER.sub("#", stem)
    return shape + (ending.group() if ending else "")


def _word_count(segment: str) -> int:
    return len([word for word in re.split(r"(?:%20|[-_,+ ])+", segment) if word])


def _written_host(name: str, *, url: str) -> str:
    host = unquote_to_bytes(name).decode("utf-8", "replace").rstrip(".")
    if not host:
        raise UnsafeAddress("names no host", url=url)
    if ":" in host:  # urlsplit takes the brackets of an IPv6 address off
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            raise UnsafeAddress(f"{host!r} is no IPv6 address", url=url) from None
    try:
        written = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise UnsafeAddress(f"{host!r} is no host name", url=url) from None
    if _BAD_HOST.search(written):
        raise UnsafeAddress(f"{host!r} is no host name", url=url)
    return written


def _encoded(text: str) -> str:
    text = _BARE_PERCENT.sub("%25", text)
    text = _ESCAPE.sub(lambda escape: escape.group().upper(), text)
    return quote(text.encode("utf-8", "surrogatepass"), safe=_URL_SAFE)


def _decoded(text: str) -> str:
    """Escapes that spell readable characters are spelled out, NFC; all others stay, in capitals."""

    def spell(escapes: re.Match[str]) -> str:
        try:
            plain = unquote_to_bytes(escapes.group()).decode("utf-8")
        except UnicodeDecodeError:
            return escapes.group().upper()
        return "".join(
            letter if letter.isprintable() and letter not in " %/?#&=+;" else quote(letter, safe="")
            for letter in plain
        )

    return unicodedata.normalize("NFC", _ESCAPES.sub(spell, text))


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    ends_open = path.endswith(("/.", "/.."))
    return "/" + "/".join(kept) + ("/" if ends_open and kept else "") if path else ""


def _pairs(query: str) -> Iterator[tuple[str, str | None]]:
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if name:
            yield name, value if equals else None


def _telling(query: str) -> Iterator[tuple[str, str | None]]:
    """The parameters that may decide which article is meant, decoded."""
    pairs = [
        (_decoded(name), None if value is None else _decoded(value.replace("+", "%20")))
        for name, value in _pairs(query)
    ]
    names = {name.lower() for name, _ in pairs}
    calendar = {"month", "yr"} if {"month", "yr"} <= names else set()
    for name, value in pairs:
        lower = name.lower()
        session = lower in _SESSION_NAMES and value and _SESSION_VALUE.fullmatch(value)
        if not (_TRACKING.fullmatch(name) or lower in calendar or session):
            yield name, value


def _plain(value: str) -> str:
    """A parameter's value as the server reads it."""
    decoded = unquote_to_bytes(value.replace("+", " ")).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", decoded).strip()


def _typeable(key: str) -> str:
    """The key in characters that need no quoting; with a digest where something was replaced."""
    if _GUID.fullmatch(key):
        return key.strip("{}").lower()
    plain = re.sub(r"[^A-Za-z0-9._~-]+", "-", key)
    if plain == key and len(key) <= LONGEST_KEY:
        return key
    return f"{_slug(key)[:LONGEST_SLUG].strip('-') or 'key'}-{_digest(key)[:12]}"


def _slug(text: str) -> str:
    marks_off = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("ð", "d"))
    plain = "".join(letter for letter in marks_off if not unicodedata.combining(letter))
    return re.sub(r"(?:%[0-9a-f]{2}|[^a-z0-9])+", "-", plain).strip("-")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _without_www(host: str) -> str:
    return host[4:] if host.startswith("www.") and "." in host[4:] else host


def _is_machine(host: str) -> bool:
    """Whether this is an address of a machine, or this machine, rather than a site's name."""
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
