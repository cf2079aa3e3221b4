"""Every misbehaviour of the table, through the fetcher; and the next page is right all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from faultserver import PAGE, FaultServer
from rawfaults import FAULTS, RAW, Fault, table

from scraper.errors import BadStatus, PageError, TooLarge, Unreachable, UnsafeAddress
from scraper.fetching.fetcher import Fetcher
from scraper.records import FetchRule

PAGES = Path(__file__).parents[2] / "docs" / "misbehaving-servers.md"
OTHER_BODIES = {  # what is no article for other reasons than the transfer's, is a capture here
    fault.path for fault in FAULTS if fault.becomes == "refused" and "where=" not in fault.path
} | {"/raw/charset-wrong", "/not-found"}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.path)
def test_what_a_server_does_becomes_what_the_table_says(server: FaultServer, fault: Fault) -> None:
    server.seen.clear()
    rule = FetchRule(
        pace_seconds=0,
        timeout_seconds=0.4 if "no whole answer" in fault.words else 20,
        max_body_bytes=2_000_000,
        retries=1,
        allow_private=(server.address,),
    )
    with Fetcher(rule, user_agent="test", backoff_seconds=0.001) as fetcher:
        fetcher.get(server.url())
        if fault.path in OTHER_BODIES:
            fetcher.get(server.url(fault.path))
        elif fault.becomes == "page":
            assert fetcher.get(server.url(fault.path)).body == PAGE
        else:
            kinds = (
                (UnsafeAddress,)
                if fault.becomes == "refused"
                else (Unreachable, BadStatus, TooLarge)
            )
            with pytest.raises(kinds, match=fault.words or None) as caught:
                fetcher.get(server.url(fault.path))
            assert isinstance(caught.value, PageError)
            assert caught.value.url == server.url(fault.path)
        assert fetcher.get(server.url()).body == PAGE


def test_there_are_enough_misbehaviours_and_all_are_told() -> None:
    assert len(FAULTS) >= 40
    assert {fault.path for fault in FAULTS} >= {f"/raw/{name}" for name in RAW}
    assert PAGES.read_text(encoding="utf-8") == table(), (
        "python tests/rawfaults.py > docs/misbehaving-servers.md"
    )
