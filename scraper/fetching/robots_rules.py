"""What a robots.txt says to one program, as Google documents it and RFC 9309 defines it.

Which lines are meant for this program is decided here, since Protego takes "User-agent: min" for
every name that begins so. Whether they forbid an address (the longest rule wins, of two equal ones
the allowing one; "*" and "$") is asked of Protego, which gets those lines as rules for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from protego import Protego

LONGEST_LINE = 16_664  # letters; Google's parser cuts there: eight times the longest address
ALL = "*"
_AGENT = re.compile(r"user[ -]?agent", re.IGNORECASE)
_RULE = re.compile(r"(dis+allow|dis+alow|diasllow|disallaw|allow|crawl[ -]delay)", re.IGNORECASE)
_NO_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # but for Protego they are
_TOKEN = re.compile(r"[a-z_-]+", re.IGNORECASE)


class RobotsRules:
    """The rules for one program; `sitemaps` stand for all."""

    def __init__(self, parsed: Protego) -> None:
        self._parsed = parsed

    def allows(self, url: str) -> bool:
        """Whether the program may ask for the address."""
        return bool(self._parsed.can_fetch(url, ALL))

    @property
    def delay_seconds(self) -> float | None:
        """The pause that is asked for between two requests."""
        return self._parsed.crawl_delay(ALL)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return tuple(self._parsed.sitemaps)


def rules_for(text: str, names: Sequence[str]) -> RobotsRules:
    """What a robots.txt says to a program of these names.

    All groups that name it count as one; only where none does, those for "*" hold.
    """
    own: list[str] = []
    common: list[str] = []
    everywhere: list[str] = []
    named = False
    agents: list[str] = []
    in_rules = False
    for field, value in _lines(text):
        if _AGENT.fullmatch(field):
            if in_rules:
                agents, in_rules = [], False
            agents.append(value)
            named = named or _means(value, names)
            continue
        if field.lower() in ("sitemap", "sitemaps", "site-map"):
            everywhere.append(f"Sitemap: {value}")
            continue
        if not _RULE.fullmatch(field):
            continue  # an unknown line parts no groups
        # Google does not know Crawl-delay, so one between two names does not part them either.
        in_rules = in_rules or "delay" not in field.lower()
        if any(_means(agent, names) for agent in agents):
            own.append(f"{field}: {value}")
        if any(_is_all(agent) for agent in agents):
            common.append(f"{field}: {value}")
    meant = own if named else common
    return RobotsRules(Protego.parse("\n".join([*everywhere, f"User-agent: {ALL}", *meant])))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Field and value of each line that has both parts."""
    for line in re.split(r"\r\n|\r|\n", text):
        plain = line[:LONGEST_LINE].partition("#")[0].strip().replace("\0", "")
        field, colon, value = plain.partition(":")
        if not colon:  # "Disallow /tin": Google lets the colon be left out
            words = plain.split()
            if len(words) != 2:
                continue
            field, value = words
        yield field.strip(), _NO_LINE_ENDS.sub(lambda found: quote(found[0]), value.strip())


def _is_all(value: str) -> bool:
    return value == ALL or (value.startswith(ALL) and value[1:2].isspace())


def _means(value: str, names: Sequence[str]) -> bool:
    """Whether the value of a User-agent line means a program of these names.

    Only its first word counts, without a version; "Luu-Bot/2.1 (all)" means luu-bot.
    """
    word = (value.split() or [""])[0].partition("/")[0].rstrip(ALL).lower()
    if not word:
        return False
    for name in names:
        token = _TOKEN.match(name)
        if word in (name.lower(), token.group().lower() if token else ""):
            return True
    return False
