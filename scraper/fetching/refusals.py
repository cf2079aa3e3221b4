"""Hosts that do not want this program: every page refused, or the same page for every address.

One page's 403 is that page's own, and so are five in a row if they are five pages that were taken
down: before a host is left alone, a page that it served before is asked for once more.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from scraper.fetching.transport import Answer

REFUSING = frozenset({401, 403, 429, 451})
REFUSED_PAGES = 5  # in a row, of addresses of their own; ours, as the other limits of a host
ALIKE_SHARE = 0.02  # two pages of one wall differ by a number or an address: so much of the length
ALIKE_BYTES = 300  # and at least so much
MOST_WALL_LINKS = 5  # the known ones have up to three: help, privacy, who made it
MOST_WALL_BYTES = 100_000  # a wall is a small page; the known ones have 2-40 kB


@dataclass(slots=True)
class _Row:
    """What a host answered of late."""

    limit: int = REFUSED_PAGES
    refused: list[tuple[str, int]] = field(default_factory=list)  # address and status, in a row
    alike: list[str] = field(default_factory=list)  # addresses, in a row, that brought one page
    body: bytes | None = None  # of the newest page
    good_url: str | None = None  # the newest page that is not like those in the row


class Refusals:
    """What one fetcher has seen of hosts that may refuse it."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}

    def met(self, host: str, url: str, answer: Answer) -> bool:
        """Take up the answer for an address; True when the host seems to refuse all."""
        row = self._rows.setdefault(host, _Row())
        if answer.status in REFUSING:
            if all(url != known for known, _ in row.refused):
                row.refused.append((url, answer.status))
            return len(row.refused) >= row.limit
        row.refused.clear()
        if not answer.body or not 200 <= answer.status < 300:
            return False
        if url in row.alike:
            return False
        # A portal's front page or a list in place of what is gone leads on; a wall leads nowhere.
        leads_on = len(re.findall(rb"<a\s", answer.body[:MOST_WALL_BYTES])) > MOST_WALL_LINKS
        # The pages of a list in JSON are alike but for what stands in quotes, and no wall is JSON.
        is_json = answer.body.lstrip()[:1] in (b"{", b"[")
        if (
            not (leads_on or is_json)
            and row.body is not None
            and looks_alike(answer.body, row.body)
        ):
            row.alike.append(url)
        else:
            if row.alike:
                row.good_url = row.alike[-1]  # the newest that is not like this one
            row.alike = [url]
            row.body = answer.body
        return len(row.alike) >= row.limit

    def proof_url(self, host: str, url: str) -> str:
        """What to ask for to learn whether the host still serves pages: the last that it served,
        in a row of like ones the last before it, else the front page."""
        row = self._rows[host]
        good = row.alike[-1] if row.refused and row.alike else row.good_url
        scheme, _, rest = url.partition("://")
        return good or f"{scheme}://{rest.partition('/')[0]}/"

    def is_served(self, host: str, proof: Answer | None) -> bool:
        """Whether the proof shows that the host serves this program; then the row begins anew, and
        may grow longer before the next proof. None: no answer came.

        After refusals only a page shows it. Pages that are one and the same mean nothing by
        themselves (lists, pages that were taken down): there only the wall itself counts.
        """
        row = self._rows[host]
        whole = proof is not None and 200 <= proof.status < 300
        if row.refused:
            served = whole
        else:
            refused = proof is not None and proof.status in REFUSING
            walled = whole and proof is not None and looks_alike(proof.body, row.body or b"")
            served = not refused and not walled
        if served:
            row.limit *= 2
            (row.refused or row.alike).clear()
        return served

    def serves(self, host: str) -> bool:
        """Whether the host has brought pages that differ, and refuses none now."""
        row = self._rows.get(host)
        return row is not None and row.good_url is not None and not row.refused

    def reason(self, host: str) -> str:
        """Why the host is left alone."""
        row = self._rows[host]
        if row.refused:
            statuses = ", ".join(str(status) for status in sorted({s for _, s in row.refused}))
            return (
                f"{host} refused the last {len(row.refused)} pages ({statuses}), and one that it "
                "served before or its front page too"
            )
        return (
            f"{host} answered the last {len(row.alike)} addresses with one and the same page, as "
            "a wall against robots does"
        )


def looks_alike(one: bytes, other: bytes) -> bool:
    """Whether two pages are one but for tokens, addresses and what stands in attributes."""
    if len(one) > MOST_WALL_BYTES:
        return False
    if abs(len(one) - len(other)) > max(ALIKE_BYTES, ALIKE_SHARE * len(other)):
        return False
    if one == other:
        return True
    # What follows takes as long as fetching a page does; titles tell most pages apart.
    return _plain(_title(one)) == _plain(_title(other)) and _look(one) == _look(other)


def _title(body: bytes) -> bytes:
    found = re.search(rb"<title[^>]*>([^<]*)", body, re.IGNORECASE)
    return found[1] if found else b""


def _look(body: bytes) -> bytes:
    plain = re.sub(rb"\"[^\"<>]*\"|'[^'<>]*'|https?://[^\s<>\"']+", b"", body)
    return hashlib.sha256(_plain(plain)).digest()


def _plain(text: bytes) -> bytes:
    return re.sub(rb"[A-Za-z0-9+/_=.:?&%-]{8,}", _without_number, text)


def _without_number(found: re.Match[bytes]) -> bytes:
    """A word as it is; nothing in place of a long one with digits: a token, an address, a time."""
    return b"" if re.search(rb"[0-9]", found[0]) else found[0]
