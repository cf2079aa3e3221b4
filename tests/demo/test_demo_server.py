"""The demo's server, asked over HTTP: lists that end badly, traps, validators, busy pages."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests

from scraper.demo.server import DemoServer, serve


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with serve(articles=12) as server:
        yield server


def get(server: DemoServer, path: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(server.url(path), headers=named, timeout=10)


def keys(answer: requests.Response) -> list[str]:
    """The articles that a list page links to, in order, each once."""
    found = re.findall(r'newstitle" href="[^"]*contentid=(\d+)', answer.text, re.IGNORECASE)
    return list(dict.fromkeys(found))


def listed(server: DemoServer, zone: str, page: int) -> requests.Response:
    return get(server, f"/default.aspx?page=tmv_danhsachtin&zoneid={zone}&paging={page}")


def in_section(server: DemoServer, zone: str) -> list[str]:
    return [article.key for article in server.articles if zone in article.zones]


def calm(server: DemoServer) -> str:
    """The path of an article that is not busy the first time."""
    return server.articles[0].addresses[0]


def test_the_lists_and_the_feed_together_lead_to_every_article(server: DemoServer) -> None:
    found = set(re.findall(r"contentid=(\d+)", get(server, "/rss.aspx?zoneid=7").text))
    for page in range(1, 6):
        found |= set(keys(listed(server, "49", page))) | set(keys(listed(server, "12", page)))
        found |= set(keys(get(server, f"/Pages/SuKien.aspx?trang={page}")))
    assert found == {article.key for article in server.articles}


def test_one_list_shows_its_last_page_for_ever(server: DemoServer) -> None:
    last = keys(listed(server, "49", 2))
    assert last == in_section(server, "49")[3:6]
    assert keys(listed(server, "49", 99)) == last


def test_another_list_is_empty_beyond_its_end(server: DemoServer) -> None:
    assert keys(listed(server, "12", 1)) == in_section(server, "12")[:3]
    assert keys(listed(server, "12", 99)) == []


def test_a_third_list_goes_on_by_a_next_link(server: DemoServer) -> None:
    first = get(server, "/Pages/SuKien.aspx")
    assert (
        'class="next" href="SuKien.aspx?trang=2"' in first.text
        or len(in_section(server, "31")) <= 3
    )
    assert 'class="next"' not in get(server, "/Pages/SuKien.aspx?trang=9").text


def test_one_article_stands_under_three_addresses(server: DemoServer) -> None:
    article = server.articles[0]
    bodies = {get(server, path).content for path in article.addresses}
    assert len(bodies) == 1
    assert article.title in bodies.pop().decode("utf-8")


def test_the_three_lists_each_link_to_the_newest_by_another_address(server: DemoServer) -> None:
    pages = (listed(server, "49", 1), listed(server, "12", 1), get(server, "/Pages/SuKien.aspx"))
    for answer, path in zip(pages, server.articles[0].addresses, strict=True):
        assert path.replace("&", "&amp;") in answer.text


def test_what_is_unchanged_is_answered_with_304_and_no_body(server: DemoServer) -> None:
    first = get(server, calm(server))
    again = get(server, calm(server), If_None_Match=first.headers["ETag"])
    assert first.headers["Last-Modified"].endswith("GMT")
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_what_has_changed_is_sent_whole(server: DemoServer) -> None:
    first = get(server, calm(server))
    server.replace(replace(server.articles[0], lead="Một đoạn mở đầu khác."))
    again = get(server, calm(server), If_None_Match=first.headers["ETag"])
    assert again.status_code == 200
    assert "Một đoạn mở đầu khác." in again.text


def test_a_moving_clock_makes_pages_another_each_time() -> None:
    with serve(articles=12, moving_clock=True) as server:
        calm_ones = [a.addresses[0] for place, a in enumerate(server.articles) if place != 5]
        first = [get(server, path) for path in calm_ones]
        again = [get(server, path) for path in calm_ones]
        assert [one.content for one in first] != [other.content for other in again]
        assert not any("ETag" in answer.headers for answer in first)


def test_one_article_is_busy_the_first_time_and_says_for_how_long(server: DemoServer) -> None:
    path = server.articles[5].addresses[0]
    busy = get(server, path)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert get(server, path).status_code == 200


def test_robots_txt_forbids_an_address_that_a_list_links_to(server: DemoServer) -> None:
    assert "Disallow: /noi-bo/" in get(server, "/robots.txt").text
    assert "/noi-bo/default.aspx?page=tmv_chitiettin" in listed(server, "49", 1).text
    assert get(server, "/noi-bo/default.aspx").status_code == 403


def test_an_article_that_is_gone_is_not_found_with_status_200(server: DemoServer) -> None:
    path = calm(server)
    server.withdraw(server.articles[0].key)
    answer = get(server, path)
    assert answer.status_code == 200
    assert "Not Found" in answer.text


def test_the_language_trap_answers_everything_with_a_list(server: DemoServer) -> None:
    answer = get(server, "/en/vi/en/default.aspx?page=tmv_chitiettin&contentid=90004")
    assert answer.status_code == 200
    assert keys(answer) == in_section(server, "49")[:3]
    assert 'href="vi/"' in answer.text


def test_a_new_article_stands_on_top_of_its_list(server: DemoServer) -> None:
    server.publish(replace(server.articles[0], key="6000"))
    assert keys(listed(server, "49", 1))[0] == "6000"


def test_replacing_what_was_never_published_is_an_error(server: DemoServer) -> None:
    with pytest.raises(KeyError):
        server.replace(replace(server.articles[0], key="1"))


def test_images_and_papers_are_what_their_names_say(server: DemoServer) -> None:
    image = get(server, "/Uploads/Images/5204/anh-1.png")
    paper = get(server, "/Uploads/VanBan/5204/quyet-dinh.pdf")
    assert image.content.startswith(b"\x89PNG")
    assert image.headers["Content-Type"] == "image/png"
    assert paper.content.startswith(b"%PDF")
    assert get(server, "/download.ashx?id=5204").headers["Content-Type"].endswith("excel")


def test_an_address_that_never_was_is_404(server: DemoServer) -> None:
    assert (
        get(server, "/luu-tru/default.aspx?page=tmv_chitiettin&contentid=90003").status_code == 404
    )


@pytest.mark.parametrize(
    "path",
    ["/default.aspx?page=%00", "/default.aspx?page=tmv_danhsachtin&zoneid=49&paging=-1",
     "/default.aspx?page=tmv_danhsachtin&zoneid=49&paging=x", "/rss.aspx", "/?%FF"],
)  # fmt: skip
def test_an_odd_query_gets_an_ordinary_answer(server: DemoServer, path: str) -> None:
    assert get(server, path).status_code == 200


def test_the_log_keeps_path_headers_and_status(server: DemoServer) -> None:
    get(server, "/robots.txt", X_Who="tests")
    request = server.requests[-1]
    assert (request.method, request.path, request.status) == ("GET", "/robots.txt", 200)
    assert ("X-Who", "tests") in request.headers


def test_head_is_answered_without_a_body(server: DemoServer) -> None:
    answer = requests.head(server.url(calm(server)), timeout=10)
    assert answer.status_code == 200
    assert answer.content == b""


def test_a_taken_port_is_an_error(server: DemoServer) -> None:
    with pytest.raises(OSError, match="in use"), serve(server.port):
        pass


def test_a_portal_without_articles_still_answers() -> None:
    with serve(articles=0) as server:
        assert keys(listed(server, "49", 1)) == []


def test_a_visitor_who_hangs_up_is_passed_over_in_silence(
    server: DemoServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port)) as rude:
            # linger 0: the close is a reset, as when a collector is killed
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            rude.sendall(b"GET / HTTP/1.1\r\n")
    assert get(server, calm(server)).status_code == 200
    assert capfd.readouterr().err == ""
