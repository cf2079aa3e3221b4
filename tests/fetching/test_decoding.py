"""Content-Encoding, taken off piece by piece."""

from __future__ import annotations

import gzip

import pytest
from faultserver import ENCODED, PAGE

from scraper.fetching.decoding import Decoder, EncodingError, GrownError

RIGHT = [
    "gzip", "gzip-members", "gzip-padded", "deflate", "raw-deflate", "br", "gzip-br", "capitals",
    "only-said",
]  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("size", [1, 3, 100, 10_000])
def test_the_size_of_the_pieces_does_not_matter(name: str, size: int) -> None:
    encoding, data = ENCODED[name]()
    decoder = Decoder(encoding, limit_bytes=10_000)
    for start in range(0, len(data), size):
        decoder.feed(data[start : start + size])
    assert decoder.finish() == PAGE


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw-deflate", "br", "gzip-br"])
def test_an_end_that_is_missing_is_seen(name: str) -> None:
    encoding, data = ENCODED[name]()
    for length in (1, 2, 10, len(data) // 2, len(data) - 1):
        decoder = Decoder(encoding, limit_bytes=10_000)
        with pytest.raises(EncodingError):
            decoder.feed(data[:length])
            decoder.finish()


def test_an_answer_of_just_the_limit_is_not_too_large() -> None:
    decoder = Decoder("gzip", limit_bytes=100_000)
    decoder.feed(gzip.compress(bytes(100_000)))
    assert len(decoder.finish()) == 100_000


def test_one_byte_more_than_the_limit_is_too_large() -> None:
    with pytest.raises(GrownError):
        Decoder("gzip", limit_bytes=99_999).feed(gzip.compress(bytes(100_000)))


def test_a_cut_answer_ends_at_the_limit() -> None:
    decoder = Decoder("", limit_bytes=5, cut=True)
    decoder.feed(b"1234567")
    assert decoder.full
    assert decoder.finish() == b"12345"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "", "identity"])
def test_nothing_at_all_is_an_empty_answer(encoding: str) -> None:
    assert Decoder(encoding, limit_bytes=10).finish() == b""
