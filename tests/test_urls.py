"""Addresses: how they are written, what tells two apart, and what they look like."""

from __future__ import annotations

import re

import pytest

from scraper.errors import UnsafeAddress
from scraper.portals.portal_file import DEFAULT_CRON, read_cron
from scraper.records import ArticleRule, Portal
from scraper.urls import (
    article_key,
    canonical_address,
    is_article,
    is_file,
    is_trap,
    key_by_rule,
    normalise,
    same_site,
)


def portal(
    *,
    home: str = "https://bo.example.vn/",
    formerly: tuple[str, ...] = (),
    match: str | None = None,
    parameter: str | None = None,
    pattern: str | None = None,
) -> Portal:
    rule = ArticleRule(
        match=re.compile(match) if match else None,
        key_parameter=parameter,
        key_pattern=re.compile(pattern) if pattern else None,
    )
    cron = read_cron(DEFAULT_CRON)
    return Portal(name="bo", home=home, cron=cron, formerly=formerly, article=rule)


# --- normalise ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "fetched"),
    [
        ("HTTP://Bo.Example.VN:80", "http://bo.example.vn/"),
        ("https://bo.example.vn:443/a#top", "https://bo.example.vn/a"),
        ("https://bo.example.vn:8443/a", "https://bo.example.vn:8443/a"),
        ("  https://bo.example.vn/a\n", "https://bo.example.vn/a"),
        ("https://bo.example.vn/đất đai", "https://bo.example.vn/%C4%91%E1%BA%A5t%20%C4%91ai"),
        ("https://bo.example.vn/%c4%91?a=%2f", "https://bo.example.vn/%C4%91?a=%2F"),
        ("https://bo.example.vn/100%?a=5%", "https://bo.example.vn/100%25?a=5%25"),
        ("https://bo.example.vn/a/../b/./c/..", "https://bo.example.vn/b/"),
        ("https://bo.example.vn?a=1", "https://bo.example.vn/?a=1"),
        ("https://bo.example.vn/a?x=1&amp;y=2", "https://bo.example.vn/a?x=1&y=2"),
        ("https://bộ.example.vn/", "https://xn--b-8xm.example.vn/"),
        ("http:\\\\bo.example.vn\\a?b=\\", "http://bo.example.vn/a?b=%5C"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://bo.example.vn./a", "https://bo.example.vn/a"),
    ],
)
def test_an_address_is_written_in_one_way(written: str, fetched: str) -> None:
    assert normalise(written) == fetched
    assert normalise(fetched) == fetched


@pytest.mark.parametrize(
    ("href", "fetched"),
    [
        ("b.aspx?id=1", "https://bo.example.vn/tin/b.aspx?id=1"),
        ("/b", "https://bo.example.vn/b"),
        ("?page=2", "https://bo.example.vn/tin/list.aspx?page=2"),
        ("//other.vn/x", "https://other.vn/x"),
        ("../../../x", "https://bo.example.vn/x"),
        ("", "https://bo.example.vn/tin/list.aspx?page=1"),
    ],
)
def test_a_relative_address_is_joined_on_its_page(href: str, fetched: str) -> None:
    assert normalise(href, "https://bo.example.vn/tin/list.aspx?page=1") == fetched


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:void(0)",
        "mailto:bo@example.vn",
        "ftp://bo.example.vn/a",
        "file:///etc/passwd",
        "bo.example.vn/a",
        "https://",
        "https:///",
        "https://user:word@bo.example.vn/",
        "https://bo.example.vn:99999/",
        "https://bo.example.vn:port/",
        "https://bo example.vn/",
        "https://[::1/",
        "https://[gov]/",
        "https://" + "ư" * 80 + ".vn/",
    ],
)
def test_what_cannot_be_fetched_is_refused_as_unsafe(address: str) -> None:
    with pytest.raises(UnsafeAddress) as refused:
        normalise(address)
    assert refused.value.reason


def test_half_a_surrogate_pair_is_no_trouble() -> None:
    assert normalise("https://bo.example.vn/\ud83d").startswith("https://bo.example.vn/%ED")


# --- canonical address -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.bo.example.vn/a", "https://bo.example.vn/a/"),
        ("https://bo.example.vn/a?b=1&a=2", "https://bo.example.vn/a?a=2&b=1"),
        ("https://bo.example.vn/", "https://bo.example.vn/index.php"),
        ("https://bo.example.vn/", "https://bo.example.vn/Default.aspx"),
        ("https://bo.example.vn/tin/123", "https://bo.example.vn/public/index.php/tin/123"),
        ("https://bo.example.vn/a?id=1", "https://bo.example.vn/a?id=1&utm_source=x&fbclid=y"),
        ("https://bo.example.vn/a", "https://bo.example.vn/a;jsessionid=0A1B?_afrLoop=99"),
        ("https://bo.example.vn/a?id=1", f"https://bo.example.vn/a?id=1&s={'0a' * 16}"),
        ("https://bo.example.vn/a", "https://bo.example.vn/a?month=may&yr=2021"),
        ("https://bo.example.vn/Tin/CT.aspx?ID=7", "https://bo.example.vn/tin/ct.aspx?id=7"),
        ("https://bo.example.vn/(S(abc123))/ct.aspx?id=7", "https://bo.example.vn/ct.aspx?id=7"),
        ("https://bo.example.vn/t?cm=H%E1%BB%99i+h", "https://bo.example.vn/t?cm=Hội%20h"),
        ("https://bo.example.vn/ho%CC%82%CC%A3i", "https://bo.example.vn/hội"),
        ("https://bo.example.vn/a%2cb", "https://bo.example.vn/a,b"),
    ],
)
def test_addresses_of_the_same_page_are_one(one: str, other: str) -> None:
    assert canonical_address(one) == canonical_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bo.example.vn/a?id=1", "https://bo.example.vn/a?id=2"),
        ("https://bo.example.vn/a?sid=12", "https://bo.example.vn/a?sid=13"),
        ("https://bo.example.vn/a?month=5", "https://bo.example.vn/a?month=6"),
        ("https://bo.example.vn/?a", "https://bo.example.vn/?b"),
        ("https://bo.example.vn/a%2Fb", "https://bo.example.vn/a/b"),
        ("https://bo.example.vn/a?x=1%262", "https://bo.example.vn/a?x=1&2"),
        ("https://bo.example.vn/A", "https://bo.example.vn/a"),
        ("https://bo.example.vn/index.php?id=1", "https://bo.example.vn/index.php"),
        ("https://mot.example.vn/a", "https://hai.example.vn/a"),
        ("https://www.vn/a", "https://vn/a"),
    ],
)
def test_addresses_of_two_pages_are_two(one: str, other: str) -> None:
    assert canonical_address(one) != canonical_address(other)


def test_the_canonical_address_can_be_read() -> None:
    assert canonical_address("https://www.bo.example.vn/T%C3%ADn/?b=2&a=%20") == (
        "bo.example.vn/Tín?a=%20&b=2"
    )


def test_a_former_host_becomes_the_host_of_home() -> None:
    old = canonical_address(
        "http://www.cu.example.vn/tin/5", formerly=("cu.example.vn",), home="https://moi.vn/"
    )
    assert old == canonical_address("https://www.moi.vn/tin/5")


# --- keys --------------------------------------------------------------------------------------


def test_a_parameter_is_the_key_whatever_else_the_address_says() -> None:
    rule = portal(parameter="contentid")
    for address in (
        "https://bo.example.vn/default.aspx?page=ct&zoneid=5&contentid=3343",
        "https://bo.example.vn/default.aspx?ContentID=3343&paging=7&page=ct",
        "https://bo.example.vn/default.aspx?page=ct&amp;contentid=%203343",
        "https://bo.example.vn/default.aspx?contentid=&contentid=3343",
    ):
        assert article_key(address, rule) == "3343"


def test_a_pattern_finds_the_key_in_the_path() -> None:
    rule = portal(pattern=r"-(\d+)\.htm$")
    address = "https://bo.example.vn/tin/hoi-nghi-2161925--2162025-18669.htm?utm_source=zalo"
    assert article_key(address, rule) == "18669"


def test_a_pattern_may_speak_of_the_address_as_fetched() -> None:
    rule = portal(pattern=r"^https://bo\.example\.vn/ChiTiet\.aspx\?So=(\d+)")
    assert article_key("https://bo.example.vn/ChiTiet.aspx?So=12", rule) == "12"


def test_an_address_without_the_key_gets_one_of_its_own() -> None:
    rule = portal(parameter="contentid")
    assert key_by_rule("https://bo.example.vn/tin/hoi-nghi", rule) is None
    one = article_key("https://bo.example.vn/tin/hoi-nghi", rule)
    assert re.fullmatch(r"hoi-nghi-[0-9a-f]{12}", one)
    assert article_key("http://www.bo.example.vn/tin/hoi-nghi/", rule) == one
    assert article_key("https://bo.example.vn/khac/hoi-nghi", rule) != one


def test_a_key_made_of_the_address_survives_a_renaming() -> None:
    before = article_key("http://cu.vn/tin/5.html", portal(home="http://cu.vn/"))
    renamed = portal(home="https://moi.vn/", formerly=("cu.vn",))
    after = article_key("https://moi.vn/tin/5.html", renamed)
    assert after == article_key("http://cu.vn/tin/5.html", renamed)
    assert before != after  # without `formerly` nobody could know


@pytest.mark.parametrize(
    "value",
    [
        "3343",
        "Hội nghị",
        "a b",
        "a/b",
        "../..",
        "$(rm)",
        "'",
        "{8F6B7A10-0000-4A4A-9B9B-0123456789AB}",
    ]
    + ["x" * 500, "ĐẤT", "-", "%00", "😀", "bài: 5"],
)
def test_every_key_can_be_typed_in_a_shell(value: str) -> None:
    key = article_key(f"https://bo.example.vn/a?id={value}", portal(parameter="id"))
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", key)
    assert len(key) <= 100


def test_two_values_that_differ_in_marks_only_are_two_keys() -> None:
    rule = portal(parameter="cm")
    one = article_key("https://bo.example.vn/a?cm=Hội", rule)
    assert one != article_key("https://bo.example.vn/a?cm=Hồi", rule)
    assert one == article_key("https://bo.example.vn/a?CM=H%E1%BB%99i", rule)


def test_the_home_page_too_has_a_key() -> None:
    assert article_key("https://bo.example.vn/", portal()).startswith("page-")


# --- what an address looks like ----------------------------------------------------------------

ARTICLES = [
    "/default.aspx?page=ct&zoneid=5&contentid=3343",
    "/vn/tin-tuc/1174/58412/ra-mat-cong.aspx",
    "/chitiettin.aspx?ChuyenmucID=5&IDNews=812",
    "/SitePages/BanTin.aspx?item=12",
    "/portal/Pages/2024-5-17/Hop-bao-thuong-kyCAhvbq96.aspx",
    "/portal/pages/2023-01-30/Khai-xuan-468686.aspx",
    "/hop-bao-thang-5-20931.htm",
    "/tin-tuc/30218/Hop,bao,thang,5.html",
    "/web/guest/tin/-/view_content/4418033-hop-bao",
    "/chi-tiet?dDocName=PORTAL512708&_afrLoop=3",
    "/node/640260",
    "/?p=7254",
    "/333730.vgp",
    "/?MenuID=0a0b0c0d-1111-2222-3333-444455556666&NewsID=0a0b0c0d-1111-2222-3333-444455556667",
    "/tin-tuc/bo-truong-lam-viec-voi-cac-dia-phuong",
    "/2024/05/bo-truong-lam-viec-voi-cac-dia-phuong/",
    "/2024/05/12/hop-bao/",
    "/chi-tiet-tin/45/hop-bao-1.html",
    "/index.php?option=com_content&view=article&id=45:hop-bao",
    "/index.php?nv=news&op=tin-trong-nuoc/hop-bao-12",
    "/web/guest/tin?p_p_id=101&_101_INSTANCE_a1_articleId=40213&_101_INSTANCE_a1_type=content",
]
OTHER_PAGES = [
    "/",
    "/index.php",
    "/trang-chu.html",
    "/tin-tuc",
    "/thong-tin-bao-cao-thong-ke.html",
    "/default.aspx?page=ds&cat=news&zoneid=49&lang=vi&paging=3",
    "/Default.aspx?TabID=1736&p=12",
    "/vn/chuyen-muc/1174/tin-trong-nuoc-hom-nay-o-cac-dia-phuong.aspx?page=2",
    "/Pages/ChuyenMuc.aspx?cm=H%E1%BB%99i%20nh%E1%BA%ADp",
    "/tin/trang-13.html",
    "/tin/page/12345",
    "/a/PhanTrang/1748/3/Vien-thong.html",
    "/web/guest/tin?p_p_id=101_INSTANCE_a1b2&_101_cur=2",
    "/2024/05/",
    "/2024/05/12/",
    "/index.php?nv=news&op=tin-trong-nuoc",
    "/chi-tiet/gioi-thieu.html",
    "/nam-2024",
    "/images/anh-123456.jpg",
    "/van-ban/quyet-dinh-12345.PDF",
    "/tai-ve.ashx?id=5&file=quyet-dinh.docx",
    "/dang-nhap.html",
    "/tags/dat-dai-2024000",
    "/tin/en/vi/en/12345",
]


@pytest.mark.parametrize("path", ARTICLES)
def test_without_a_rule_an_article_is_known_by_its_address(path: str) -> None:
    assert is_article(f"https://bo.example.vn{path}", portal())


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_without_a_rule_other_pages_are_left_alone(path: str) -> None:
    assert not is_article(f"https://bo.example.vn{path}", portal())


def test_a_rule_decides_alone() -> None:
    rule = portal(match=r"page=ct&|/bai/")
    assert is_article("https://bo.example.vn/bai/1", rule)
    assert is_article("https://bo.example.vn/d.aspx?page=ct&id=1", rule)
    assert not is_article("https://bo.example.vn/tin/12345-mot-hai-ba-bon-nam-sau-bay", rule)


def test_a_rule_is_tried_on_the_canonical_address_too() -> None:
    assert is_article("https://bo.example.vn/d.aspx?b=1&a=2", portal(match=r"\?a=2&b=1"))
    assert is_article("https://bo.example.vn/b%C3%A0i/1", portal(match="/bài/"))


def test_an_article_of_another_site_is_none_of_ours() -> None:
    assert not is_article("https://khac.example.vn/bai/1", portal(match="/bai/"))
    assert not is_article("javascript:open('/bai/1')", portal(match="/bai/"))


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://bo.example.vn/a", True),
        ("http://www.bo.example.vn/a", True),
        ("http://bo.example.vn:8080/a", True),
        ("https://tin.bo.example.vn/a", True),
        ("https://cu.vn/a", True),
        ("https://www.cu.vn/a", True),
        ("https://example.vn/a", False),
        ("https://notbo.example.vn/a", False),
        ("https://bo.example.vn.evil.com/a", False),
        ("https://evil.com/bo.example.vn", False),
        ("mailto:a@bo.example.vn", False),
    ],
)
def test_a_site_is_its_hosts_and_what_lies_below(address: str, same: bool) -> None:
    assert (
        same_site(address, portal(home="https://www.bo.example.vn/", formerly=("cu.vn",))) is same
    )


def test_on_one_machine_the_port_tells_portals_apart() -> None:
    little = portal(home="http://127.0.0.1:8001/")
    assert same_site("http://127.0.0.1:8001/a", little)
    assert not same_site("http://127.0.0.1:8002/a", little)


@pytest.mark.parametrize(
    "path",
    [
        "/article/en/vi/en",
        "/tin/123-a.html/en",
        "/tin/123-a.html/en/vi",
        "/a/b/a/b/c",
        "/x/x/x",
        "/1/2/3/4/5/6/7/8/9/10/11/12/13",
        "/a?" + "x" * 2000,
    ],
)
def test_an_endless_series_is_a_trap(path: str) -> None:
    assert is_trap(f"https://bo.example.vn{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2021/10/10/hop-bao",
        "/tin-tuc/tin-tuc/123-a.html",
        "/en/news/12345",
        "/web/en/-/view_content/5-a",
        "/a?next=/en/vi/en",
        "/10/10/10/10/a",
    ],
)
def test_a_usual_address_is_no_trap(path: str) -> None:
    assert not is_trap(f"https://bo.example.vn{path}")


def test_a_file_is_known_by_its_path() -> None:
    assert is_file("https://bo.example.vn/a/QD.PDF?x=1#page=2")
    assert not is_file("https://bo.example.vn/a.aspx?anh=a.jpg")
    assert not is_file("https://bo.example.vn")
    assert not is_file("javascript:a.pdf")
