"""The pattern by which the addresses of articles are told from all others that were seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scraper.probe.shapes import LIST_STATE, Cluster, Shape
from scraper.urls import canonical_address

MOST_EXCLUDED = 40  # places that a pattern names; with more of them it could not be read
_CODES = {"#": r"\d+", "G": r"\{?[0-9A-Fa-f-]{36}\}?", "D": r"\d{4}-\d{1,2}-\d{1,2}", "s": "[^/?]+"}
_ENDING = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)


def match_of(
    clusters: Sequence[Cluster], others: Iterable[str], *, pagers: Iterable[str], key: str | None
) -> str:
    """A regular expression that finds the addresses of these kinds, and none of the others.

    It is made for canonical addresses ("moj.gov.vn/tin-tuc/..."), which have no scheme. `pagers`
    are links to further pages of lists; `key` is the parameter that tells articles apart, if any.
    """
    urls = [url for cluster in clusters for url in cluster.urls]
    others = list(others)
    bodies = list(dict.fromkeys(_bodies(clusters, others=others, key=key)))
    body = bodies[0] if len(bodies) == 1 else f"(?:{'|'.join(bodies)})"
    wrong = [url for url in others if _found(f"^[^/]+{body}", url) and url not in urls]
    paged = _pager_names([it for it in pagers if _found(f"^[^/]+{body}", it)], urls)
    if paged:
        wrong = [url for url in wrong if not re.search(paged, _whole(url))]
    away, names = _excluded(wrong, urls, key=key.lower() if key else None)
    shut = f"(?!.*{paged})" if paged else ""
    return f"^[^/]+{shut}{away}{names}{body}"


def _escape(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


def _path(url: str) -> str:
    return "/" + canonical_address(url).partition("?")[0].partition("/")[2]


def _whole(url: str) -> str:
    return "/" + canonical_address(url).partition("/")[2]


def _pager_names(pagers: Iterable[str], right: Sequence[str]) -> str | None:
    """A pattern for the last part of the paths of list pages, if no article has such a one."""
    said: dict[str, None] = {}
    for url in pagers:
        inner = [pair.rpartition("/")[2] for pair in _pairs(url) if "/" in pair]
        last, end = (inner[-1], "(?:&|$)") if inner else (_path(url).rpartition("/")[2], "$")
        if re.search(r"\d", last):
            said.setdefault("/" + re.sub(r"\d+", r"\\d+", _escape(last)) + end)
    good = [one for one in said if not any(re.search(one, _whole(url)) for url in right)]
    return f"(?:{'|'.join(good)})" if len(good) > 1 else (good[0] if good else None)


def _found(pattern: str, url: str) -> bool:
    return bool(re.search(pattern, canonical_address(url)))


def _bodies(clusters: Sequence[Cluster], *, others: Sequence[str], key: str | None) -> list[str]:
    """One pattern for each group of kinds that are made alike."""
    groups: dict[object, list[Shape]] = {}
    for cluster in clusters:
        shape = cluster.shape
        inner = tuple(pair for pair in shape.query if "/" in pair[1])
        groups.setdefault((len(shape.path), bool(shape.query), _last(shape), inner), []).append(
            shape
        )
    found = []
    for shapes in groups.values():
        open_ended = any(
            "?" in canonical_address(url)
            for cluster in clusters
            if cluster.shape in shapes
            for url in cluster.urls
        )
        found.append(_body(shapes, open_ended=open_ended, needed=_needed(shapes, others, key=key)))
    return found


def _last(shape: Shape) -> str:
    """The last part as far as it is equal in one pattern: its ending, a script's whole name."""
    last = shape.path[-1] if shape.path else ""
    ending = _ENDING.search(last)
    if shape.query and ending and not re.match(r"(?:s|w|#|G)", last):
        return last
    return ending.group() if ending else ("" if not shape.query else last)


def _needed(shapes: Sequence[Shape], others: Sequence[str], *, key: str | None) -> frozenset[str]:
    """The parameters that tell these articles from other pages: the key, and words that others
    have otherwise ("page=chitiet", where lists have "page=danhsach")."""
    common = [
        (name, code)
        for name, code in shapes[0].query
        if all(dict(shape.query).get(name) == code for shape in shapes)
    ]
    needed = {name for name, _ in common if key and name.lower() == key.lower()}
    elsewhere = [dict(_pair(pair) for pair in _pairs(url)) for url in others]
    for name, code in common:
        if "/" in code:
            needed.add(name)
        word = not re.search(r"[#/]", code) and code not in ("G", "s")
        said = {pairs[name] for pairs in elsewhere if name in pairs}
        if word and said - {code}:
            needed.add(name)
    return frozenset(needed or {name for name, _ in common})


def _pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value


def _body(shapes: Sequence[Shape], *, open_ended: bool, needed: frozenset[str]) -> str:
    depth = len(shapes[0].path)
    parts = []
    for place in range(depth):
        said = list(dict.fromkeys(shape.path[place] for shape in shapes))
        parts.append(_last_part(said) if place == depth - 1 else _inner_part(said))
    path = "".join(f"/{part}" for part in parts) or "/"
    if not shapes[0].query:
        return path + (r"(?:\?|$)" if open_ended else "$")
    return path + r"(?=\?)" + _query(shapes, needed)


def _inner_part(said: Sequence[str]) -> str:
    codes = {_CODES[one] for one in said if one in _CODES}
    words = [_escape(one) for one in said if one not in _CODES]
    if codes and not words and len(codes) == 1:
        return codes.pop()
    if len(words) == 1 and not codes:
        return words[0]
    return "[^/?]+"


def _last_part(said: Sequence[str]) -> str:
    endings = {(found.group() if (found := _ENDING.search(one)) else "") for one in said}
    ending = _escape(endings.pop()) if len(endings) == 1 else ""
    stems = {_ENDING.sub("", one) for one in said}
    if len(stems) == 1:
        return _stem(stems.pop()) + ending
    return "[^/?]+" + ending


def _stem(stem: str) -> str:
    if stem in _CODES:
        return _CODES[stem]
    if stem == "w":
        return "[^/?]+"
    if stem.endswith("#"):
        named = stem.startswith("s")
        affix = _escape(stem[1:-1] if named else stem[:-1])
        return ("[^/?]+" if named else "") + affix + r"\d+"
    if re.fullmatch(r"#[-_.,:]s", stem):
        return rf"\d+{_escape(stem[1])}[^/?]+"
    return _escape(stem)


def _query(shapes: Sequence[Shape], needed: frozenset[str]) -> str:
    """What every one of the kinds has in its query, as far as it is needed."""
    asked = []
    for name, code in shapes[0].query:
        if name in needed and name.lower() not in ("lang", "language", "locale"):
            asked.append(rf"(?=.*[?&]{_escape(name)}={_value(code)})")
    return "".join(asked)


def _value(code: str) -> str:
    if code in ("#", "#:s"):
        return r"\d"
    if code == "G":
        return r"\{?[0-9A-Fa-f-]{36}"
    if code == "a#":
        return r"[A-Za-z_-]*\d+(?:&|$)"
    if code == "s":
        return r"[^&]"
    if "/" in code:
        parts = code.split("/")
        inner = "/".join("[^/&]+" for _ in parts[:-1])
        return f"{inner}/{_stem(parts[-1]).replace('[^/?]', '[^/&]')}(?:&|$)"
    return _escape(code) + "(?:&|$)"


# --- what must not be found --------------------------------------------------------------------


def _excluded(wrong: Iterable[str], right: Sequence[str], *, key: str | None) -> tuple[str, str]:
    """Look-aheads that shut out the wrong addresses, and none of the right ones.

    A number is shut out only where it is the key's: any other may stand in an article's address.
    """
    taken_paths = {prefix for url in right for prefix in _prefixes(url)}
    taken_pairs = {pair for url in right for pair in _pairs(url)}
    paths: dict[str, None] = {}
    pairs: dict[str, None] = {}
    for url in wrong:
        free = next((prefix for prefix in _prefixes(url) if prefix not in taken_paths), None)
        if free is not None:
            paths.setdefault(free)
            continue
        free_pairs = [
            pair
            for pair in _pairs(url)
            if pair not in taken_pairs and not LIST_STATE.fullmatch(pair.partition("=")[0])
        ]
        telling = [pair for pair in free_pairs if not pair.rpartition("=")[2].isdigit()]
        telling += [pair for pair in free_pairs if pair.partition("=")[0].lower() == key]
        if telling:
            pairs.setdefault(telling[0])
    away = names = ""
    if paths:
        told = "|".join(_escape(path) for path in list(paths)[:MOST_EXCLUDED])
        away = rf"(?!/(?:{told})(?:[/?]|$))"
    if pairs:
        told = "|".join(_escape(pair) for pair in list(pairs)[:MOST_EXCLUDED])
        names = rf"(?!.*[?&](?:{told})(?:&|$))"
    return away, names


def _prefixes(url: str) -> list[str]:
    parts = canonical_address(url).partition("?")[0].split("/")[1:]
    parts = [part for part in parts if part]
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _pairs(url: str) -> list[str]:
    return [pair for pair in canonical_address(url).partition("?")[2].split("&") if pair]
