"""What an answer asks of those who read by machine: X-Robots-Tag, and <meta name="robots">.

It is noted beside the capture and obeyed by nobody here: the archive stays whole, and who passes
texts on can see what the portal wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

HEAD_BYTES = 64 * 1024  # a page's head lies in it
LONGEST = 500  # letters of what is noted
# What says no more than nothing would.
_USUAL = frozenset(
    {"all", "index", "follow", "archive", "snippet", "noodp", "noydir", "max-snippet:-1",
     "max-image-preview:large", "max-image-preview:standard", "max-video-preview:-1"}
)  # fmt: skip
_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_META = re.compile(rb"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"\b(name|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_AGENT = re.compile(r"\s*([a-z][\w.-]*)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)


def robot_words(headers: Sequence[tuple[str, str]], body: bytes) -> str | None:
    """The restrictions that an answer states, "noarchive, nosnippet"; None where it states none.

    One that is meant for a single robot has its name before it: "googlebot: noindex".
    """
    found: dict[str, None] = {}
    for name, value in headers:
        if name.lower() == "x-robots-tag":
            found.update(dict.fromkeys(_of_header(value)))
    found.update(dict.fromkeys(_of_page(body)))
    return ", ".join(found)[:LONGEST] or None


def _of_header(value: str) -> Iterable[str]:
    agent = _AGENT.match(value)
    if agent and agent[1].lower() not in _VALUED:
        return _restrictions(agent[2], agent=agent[1])
    return _restrictions(value)


def _of_page(body: bytes) -> Iterable[str]:
    head = body[:HEAD_BYTES]
    end = head.find(b"<body")
    head = head if end < 0 else head[:end]
    lower = head.lower()
    if b"robots" not in lower and b"bot" not in lower:
        return
    for meta in _META.findall(head):
        values = {
            found[0].lower(): (found[1] or found[2] or found[3]).decode("utf-8", "replace")
            for found in _ATTRIBUTE.findall(meta)
        }
        name = values.get(b"name", "").strip().lower()
        if name == "robots":
            yield from _restrictions(values.get(b"content", ""))
        elif re.fullmatch(r"[a-z-]*(bot|bot-news|slurp)", name):
            yield from _restrictions(values.get(b"content", ""), agent=name)


def _restrictions(value: str, *, agent: str | None = None) -> Iterable[str]:
    # The date of unavailable_after may hold commas: "Mon, 04 Jun 2018 ...".
    for part in re.split(r",(?!\s*\d)", value):
        word = re.sub(r"\s*:\s*", ":", " ".join(part.split()).lower(), count=1)
        if word and word not in _USUAL:
            yield f"{agent.lower()}: {word}" if agent else word
