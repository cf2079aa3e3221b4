"""The keys of CDXJ: what pywb and cdxj-indexer (by the library surt) make of the same addresses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from archived import capture, place

from scraper.export.cdxj import cdxj_line, url_key

SESSION = "0123456789ABCDEF0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.demo.example/Detail?id=1&A=2", "example,demo)/detail?a=2&id=1"),
        ("https://WWW2.bo.vn:443/a/b/../c/./d//e/", "vn,bo)/a/c/d/e"),
        ("http://wwww.bo.vn/", "vn,bo,wwww)/"),
        ("http://www.com/", "com)/"),
        ("http://bo.vn:8080/", "vn,bo:8080)/"),
        ("https://bo.vn:80/a", "vn,bo:80)/a"),
        ("http://bo.vn:80", "vn,bo)/"),
        ("http://bo.vn./a?", "vn,bo)/a"),
        ("http://user:pw@bo.vn/#x?y", "vn,bo)/"),
        ("http://127.0.0.1:4000/a?x", "1,0,0,127:4000)/a?x"),
        ("http://[2001:db8::1]/a", "2001:db8::1)/a"),
        ("http://[::1]:80/a", "::1)/a"),
        ("http://bộ.vn/x", "vn,xn--b-8xm)/x"),
        ("http://bo.vn/tin/Đất Đai", "vn,bo)/tin/%c4%90%e1%ba%a5t%20%c4%90ai"),
        ("http://bo.vn/tin/%C4%90%e1", "vn,bo)/tin/%c4%90%e1"),
        ("http://bo.vn/a%2Fb%25%32%35?x=%2525", "vn,bo)/a/b%25?x=%25"),
        ("http://bo.vn/a?b=2&a=1&a=0&&c", "vn,bo)/a?&a=0&a=1&b=2&c"),
        ("http://bo.vn/?a=1&a-b=1&=", "vn,bo)/?=&a=1&a-b=1"),
        ("http://bo.vn/a/?b", "vn,bo)/a?b"),
        ("http://bo.vn/a;jsessionid=1?x=1", "vn,bo)/a;jsessionid=1?x=1"),
        (f"http://bo.vn/a?jsessionid={SESSION}&x=1", "vn,bo)/a?x=1"),
        (f"http://bo.vn/a?x=1&sid={SESSION}", "vn,bo)/a?&x=1"),
        ("http://bo.vn/a?x=1&cfid=1234&cftoken=5678&y", "vn,bo)/a?x=1&y"),
        ("http://bo.vn/(S(abcdefghij0123456789abcd))/x.aspx?y=1", "vn,bo)/x.aspx?y=1"),
        ("http://bo.vn/(abcdefghij0123456789abcd)/x.aspx", "vn,bo)/x.aspx"),
        ("http://bo.vn/a'\"()*!,:@$|b{c}^`\\", "vn,bo)/a'\"()*!,:@$|b{c}^`\\"),
        ("urn:some:id", "urn:some:id"),
    ],
)
def test_a_key_is_the_one_that_other_programs_look_up(url: str, key: str) -> None:
    assert url_key(url) == key


def test_a_line_says_when_what_and_where() -> None:
    answer = capture(
        headers=(("content-type", " text/html; charset=utf-8"),),
        fetched_at=datetime(2024, 6, 3, 1, 2, 3, 999999, tzinfo=UTC),
    )
    assert cdxj_line(answer, place(7, file="data.warc.gz", length=9)) == (
        "example,demo)/detail?id=1 20240603010203 "
        '{"url": "http://demo.example/detail?id=1", "mime": "text/html", "status": "200", '
        f'"digest": "sha256:{answer.sha256}", "length": "9", "offset": "7", '
        '"filename": "data.warc.gz"}'
    )
