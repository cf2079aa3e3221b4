"""The addresses that a page's scripts ask for a list, with what they ask for beside.

An address stands in a script as a string, with values put into it or as an object behind it; in an
attribute (data-url); or in the settings that a page hands to its scripts as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from scraper.errors import PageError
from scraper.probe.seen import SeenPage
from scraper.records import Portal
from scraper.urls import is_file, normalise, same_site

SCRIPT_CHARS = 400_000  # of a script's beginning
MOST_SETTINGS = 8  # objects of settings in one script
MOST_DEPTH = 6
_BESIDE = 300  # characters behind an address in which its parameters stand
_STRING = re.compile(r"""["'`]((?:https?://|/|\./)?[\w./-]*[?/][^"'`\s<>\\]{1,200})["'`]""")
_ASKED = re.compile(
    r"api|json|ajax|service|handler|\.ashx|\.asmx|load|get-?(?:news|list|data|posts|tin)|danh-?sach"
    r"|list|posts|articles|news|tin",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"\.(?:js|css|map|png|jpe?g|gif|svg|woff2?)$|log-?in|auth|token|captcha|log-?out|weather"
    r"|comment|search|poll|vote|counter|visit|banner|menu|config|i18n|lang|dang-nhap|tim-kiem",
    re.IGNORECASE,
)
_PAGED = re.compile(r"[?&/](?:page\w*|trang|paged?|p|offset|start|limitstart)[=/](?:\$\{|\d*$)")
_HOLE = re.compile(r"\$\{([^}]*)\}|\{\{?(\w+)\}?\}|:(\w+)(?=$|[/&?])")
PAGE_NAME = re.compile(
    r"(?:current_?)?page_?(?:no|num|number|index)?|p|paged|trang|so_?trang|trang_?so", re.IGNORECASE
)
OFFSET_NAME = re.compile(r"offset|skip|start(?:_?(?:at|index))?|from|limitstart", re.IGNORECASE)
SIZE_NAME = re.compile(
    r"(?:page_?)?(?:size|limit)|per_?page|take|count|rows|so_?luong|top", re.IGNORECASE
)
CURSOR_NAME = re.compile(
    r"(?:\w*_?)?cursor|after|before|(?:next_?)?page_?token|next_?token|continuation(?:_?token)?"
    r"|(?:last|max|since)_?(?:id|key|date)|scroll_?id",
    re.IGNORECASE,
)
_ADDRESS_NAME = re.compile(
    r"\w*(?:url|uri|endpoint|api|href|service|source|path|action|src)", re.IGNORECASE
)
_PARAMS_NAME = re.compile(r"(?:default_?)?(?:params|parameters|query|data|args|filter)", re.I)
_NAMES_A_PARAM = re.compile(r"(\w*?)_?-?param(?:eter)?(?:_?-?name)?", re.IGNORECASE)
_SETTINGS = re.compile(r"=\s*(?=\{)")
_VARIABLE = re.compile(
    r"""\b(?:var|let|const)\s+(\w+)\s*=\s*(?:(\d{1,12})|["']([^"']{1,80})["'])"""
)
_FROM_ELEMENT = re.compile(
    r"""\b(?:var|let|const)\s+(\w+)\s*=\s*[^;\n]{1,80}?"""
    r"""(?:\.dataset\.(\w+)|\.(?:data|attr|getAttribute)\(\s*["'](?:data-)?([\w-]+)["']\s*\))"""
)
_OBJECT = re.compile(
    r"(?:^\s*,\s*|(?:params|data|query)\s*:\s*|URLSearchParams\(\s*)\{([^{}]{1,250})\}"
)
_PAIR = re.compile(
    r"""["']?(\w+)["']?\s*(?::\s*(?:["']([^"']*)["']|(\d+)|([\w.$]+))|(?=[,}]|\s*$))"""
)
_POSTED = re.compile(r"""(?:type|method)["']?\s*:\s*["']POST""", re.IGNORECASE)
_OPTIONS = frozenset(("method", "type", "headers", "cache", "credentials", "mode", "dataType"))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that may answer with a list."""

    url: str  # of the first part of the list
    cursor: str | None  # the parameter that says where to go on, if there is one
    likely: int


@dataclass(frozen=True, slots=True)
class _Told:
    """An address as it is written, and the parameters that are told beside it."""

    address: str
    params: Mapping[str, str]
    cursor: str | None = None
    certain: bool = False  # settings that call it an address


def endpoints_of(page: SeenPage, scripts: list[str], portal: Portal) -> list[Endpoint]:
    """The addresses that may answer with a list of this page, the likeliest first."""
    known = _values(page, scripts)
    found: dict[str, Endpoint] = {}
    for told in _all_told(page, scripts, known=known):
        endpoint = _endpoint(told, page.base, portal, known=known)
        if endpoint is None:
            continue
        earlier = found.get(endpoint.url)
        if earlier is None or (endpoint.cursor or "", endpoint.likely) > (
            earlier.cursor or "",
            earlier.likely,
        ):
            found[endpoint.url] = endpoint
    return sorted(found.values(), key=lambda one: -one.likely)


def _all_told(page: SeenPage, scripts: list[str], *, known: Mapping[str, str]) -> Iterator[_Told]:
    for script in scripts:
        if not script.lstrip().startswith(("{", "[")):
            yield from _in_script(script, known)
        yield from _in_settings(script)
    for element in page.tree.iter():
        if isinstance(element.tag, str):
            attributes = {str(name): str(value) for name, value in element.attrib.items()}
            yield from _in_attributes(attributes)


def _in_script(script: str, known: Mapping[str, str]) -> Iterator[_Told]:
    for match in _STRING.finditer(script):
        behind = script[match.end() : match.end() + _BESIDE]
        call = behind.partition(";")[0]
        before = script[max(0, match.start() - 12) : match.start()]
        if _POSTED.search(call) or "$.post(" in before:
            continue
        params: dict[str, str] = {}
        cursor = None
        inside = _OBJECT.search(call)
        for pair in _PAIR.finditer(inside.group(1)) if inside else ():
            name, text, number, variable = pair.groups()
            if name in _OPTIONS:
                continue
            value = text if text is not None else number
            if value is None:
                if CURSOR_NAME.fullmatch(name):
                    cursor = name
                    continue
                value = _first_value(name) or known.get((variable or name).rpartition(".")[2])
            if value:
                params[name] = value
        yield _Told(match.group(1), params, cursor)


def _in_settings(script: str) -> Iterator[_Told]:
    """The objects that a script is handed as JSON."""
    decoder = json.JSONDecoder()
    starts = [0] if script.lstrip().startswith(("{", "[")) else []
    starts += [found.end() for found in _SETTINGS.finditer(script)]
    for start in starts[:MOST_SETTINGS]:
        try:
            value, _ = decoder.raw_decode(script[start:].lstrip())
        except (ValueError, RecursionError):
            continue
        yield from _in_object(value, depth=0)


def _in_object(value: Any, *, depth: int) -> Iterator[_Told]:
    if depth > MOST_DEPTH:
        return
    if isinstance(value, list):
        for inner in value[:20]:
            yield from _in_object(inner, depth=depth + 1)
    if not isinstance(value, dict):
        return
    params, cursor = _beside(value)
    for name, text in value.items():
        if isinstance(text, str) and _ADDRESS_NAME.fullmatch(str(name)) and "/" in text:
            yield _Told(text, params, cursor, certain=bool(params or cursor))
    for inner in value.values():
        if isinstance(inner, dict | list):
            yield from _in_object(inner, depth=depth + 1)


def _beside(settings: Mapping[str, Any]) -> tuple[dict[str, str], str | None]:
    """The parameters that settings name beside an address, and the one for a cursor."""
    params: dict[str, str] = {}
    cursor: str | None = None
    for name, value in settings.items():
        if isinstance(value, dict) and _PARAMS_NAME.fullmatch(name):
            plain = {key: it for key, it in value.items() if isinstance(it, str | int)}
            params.update({key: str(it) for key, it in plain.items() if not isinstance(it, bool)})
        elif (
            isinstance(value, int)
            and not isinstance(value, bool)
            and (OFFSET_NAME.fullmatch(name) or SIZE_NAME.fullmatch(name))
        ):
            params.setdefault(name, str(value))
        elif isinstance(value, str) and (named := _NAMES_A_PARAM.fullmatch(name)):
            first = _first_value(value) or _first_value(named.group(1))
            size = SIZE_NAME.fullmatch(value) or SIZE_NAME.fullmatch(named.group(1) or " ")
            if first is not None and not size:
                params.setdefault(value, first)
            elif not size and re.fullmatch(r"\w{1,30}", value):
                cursor = value
    return params, cursor


def _in_attributes(attributes: Mapping[str, str]) -> Iterator[_Told]:
    settings: dict[str, Any] = {}
    for name, value in attributes.items():
        if not name.startswith("data-"):
            continue
        if value.startswith("{"):
            yield from _in_settings(value)
        settings[name[5:].replace("-", "_")] = int(value) if value.isdigit() else value
    params, cursor = _beside(settings) if settings else ({}, None)
    for value in settings.values():
        if isinstance(value, str) and ("/" in value or "?" in value) and not value.startswith("{"):
            own = {name: it for name, it in params.items() if not SIZE_NAME.fullmatch(name)}
            yield _Told(value, own, cursor)


def _values(page: SeenPage, scripts: list[str]) -> dict[str, str]:
    """What variables of the scripts stand for: constants, and attributes of elements."""
    found: dict[str, str] = {}
    for script in scripts:
        for match in _VARIABLE.finditer(script):
            found.setdefault(match.group(1), match.group(2) or match.group(3))
    for element in page.tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if str(name).startswith("data-") and re.fullmatch(r"[\w-]{1,60}", value):
                found.setdefault(_in_camels(str(name)[5:]), value)
    for script in scripts:
        for match in _FROM_ELEMENT.finditer(script):
            name = match.group(2) or _in_camels(match.group(3))
            if name in found:
                found.setdefault(match.group(1), found[name])
    return found


def _in_camels(name: str) -> str:
    """An attribute's name as scripts have it: "cat-id" is "catId"."""
    words = name.split("-")
    return words[0] + "".join(map(str.capitalize, words[1:]))


def _first_value(name: str) -> str | None:
    """What a parameter of this name is asked with first; None for others."""
    if PAGE_NAME.fullmatch(name):
        return "1"
    if OFFSET_NAME.fullmatch(name):
        return "0"
    return "20" if SIZE_NAME.fullmatch(name) else None


def _endpoint(
    told: _Told, base: str, portal: Portal, *, known: Mapping[str, str]
) -> Endpoint | None:
    path = urlsplit(told.address).path
    paged = _PAGED.search(told.address)
    plain = told.certain or (_ASKED.search(told.address) and not re.search(r"\.html?$", path))
    if _NOT_ASKED.search(path) or not (plain or paged):
        return None
    address, cursor = told.address, told.cursor
    taken = re.search(r"[?&](\w+)=(?:\$\{[^}]*\})?$", address)
    if taken and CURSOR_NAME.fullmatch(taken.group(1)):
        address, cursor = address[: taken.start()], taken.group(1)
    filled = _filled(address, known)
    if filled is None:
        return None
    names = set(re.findall(r"[?&](\w+)=", filled))
    for name, value in told.params.items():
        if name not in names and not CURSOR_NAME.fullmatch(name):
            filled += f"{'&' if '?' in filled else '?'}{name}={quote(value, safe='')}"
    try:
        url = normalise(filled, base)
    except PageError:
        return None
    if not same_site(url, portal) or (is_file(url) and not url.endswith(".json")):
        return None
    likely = 2 * bool(re.search(r"api|json|ashx|asmx", told.address, re.IGNORECASE))
    likely += bool(re.search(r"news|tin|article|post|bai", told.address, re.IGNORECASE))
    likely += bool(re.search(r"page|trang|offset", filled, re.IGNORECASE)) + told.certain
    return Endpoint(url, cursor, likely + bool(cursor))


def _filled(text: str, known: Mapping[str, str]) -> str | None:
    """An address of a script as it asks for the first page; None where it needs what is unknown."""

    def fill(hole: re.Match[str]) -> str:
        written = hole.group(1) or hole.group(2) or hole.group(3) or ""
        name = re.sub(r"\W+$", "", written).rpartition(".")[2]
        before = re.search(r"[?&](\w+)=$", text[: hole.start()])
        said = _first_value(before.group(1) if before else name)
        return said or known.get(name) or "\0"

    open_end = re.search(r"[?&](\w+)=$", text)  # data-url="/ajax/tin?page="
    if open_end:
        text += f"${{{open_end.group(1)}}}"
    filled = _HOLE.sub(fill, text)
    return None if "\0" in filled else filled


def with_values(template: str, url: str) -> str | None:
    """A template of an API's address with the values of another address, if that has the same."""
    before, _, query = template.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    values = dict(pair.partition("=")[::2] for pair in url.partition("?")[2].split("&"))
    numbered = {name for name, _, value in pairs if "{" in value}
    same = {name for name, _, _ in pairs} - numbered == set(values) - numbered
    if before != url.partition("?")[0] or not same or not values:
        return None
    filled = [f"{name}={value if name in numbered else values[name]}" for name, _, value in pairs]
    return f"{before}?{'&'.join(filled)}"
