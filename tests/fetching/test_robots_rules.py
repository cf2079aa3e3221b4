"""What a robots.txt says to this program: the rules that Google documents, case by case."""

from __future__ import annotations

import pytest

from scraper.fetching.robots import read_robots
from scraper.fetching.robots_rules import rules_for

NAMES = ("ministry-scraper",)
ALL = "User-agent: *\n"
OWN = "User-agent: ministry-scraper\n"
THREE = OWN + "Disallow: /a\n\nUser-agent: other\nDisallow: /b\n\n" + OWN + "Disallow: /c"

# rules, path, whether it may be asked for
CASES = [
    # paths: a rule is a beginning of the path with its query, letters as they are
    (ALL + "Disallow: /", "/", False),
    (ALL + "Disallow: /", "/tin/1", False),
    (ALL + "Disallow:", "/tin", True),
    (ALL + "Allow:", "/tin", True),
    ("", "/tin", True),
    (ALL + "Disallow: /fish", "/fish", False),
    (ALL + "Disallow: /fish", "/fish.html", False),
    (ALL + "Disallow: /fish", "/fish/salmon.html", False),
    (ALL + "Disallow: /fish", "/fishheads/yummy.html", False),
    (ALL + "Disallow: /fish", "/fish.aspx?id=anything", False),
    (ALL + "Disallow: /fish", "/Fish.aspx", True),
    (ALL + "Disallow: /fish", "/catfish", True),
    (ALL + "Disallow: /fish", "/?id=fish", True),
    (ALL + "Disallow: /fish", "/desert/fish", True),
    (ALL + "Disallow: /fish/", "/fish/", False),
    (ALL + "Disallow: /fish/", "/fish/?id=1", False),
    (ALL + "Disallow: /fish/", "/fish", True),
    (ALL + "Disallow: /fish/", "/fish.html", True),
    (ALL + "Disallow: fish", "/fish", True),
    # "*" and "$"
    (ALL + "Disallow: /fish*", "/fishheads", False),
    (ALL + "Disallow: *.php", "/index.php", False),
    (ALL + "Disallow: /*.php", "/folder/filename.php?parameters", False),
    (ALL + "Disallow: /*.php", "/folder/any.php.file.html", False),
    (ALL + "Disallow: /*.php", "/windows.PHP", True),
    (ALL + "Disallow: /*.php$", "/filename.php", False),
    (ALL + "Disallow: /*.php$", "/filename.php?parameters", True),
    (ALL + "Disallow: /*.php$", "/filename.php/", True),
    (ALL + "Disallow: /*.php$", "/filename.php5", True),
    (ALL + "Disallow: /fish*.php", "/fishheads/catfish.php?parameters", False),
    (ALL + "Disallow: /fish*.php", "/Fish.PHP", True),
    (ALL + "Disallow: /$", "/", False),
    (ALL + "Disallow: /$", "/tin", True),
    (ALL + "Disallow: /tin$", "/tin", False),
    (ALL + "Disallow: /gia$vang", "/gia$vang", False),
    (ALL + "Disallow: /**/in", "/tin/in", False),
    (ALL + "Disallow: /*?print=", "/tin?print=1", False),
    (ALL + "Disallow: /*?print=", "/tin?id=1&print=1", True),
    (ALL + "Disallow: /*print=", "/tin?id=1&print=1", False),
    # the longest rule wins, of two equal ones the allowing one, in whatever order
    (ALL + "Allow: /p\nDisallow: /", "/page", True),
    (ALL + "Disallow: /\nAllow: /p", "/page", True),
    (ALL + "Allow: /folder\nDisallow: /folder", "/folder/page", True),
    (ALL + "Disallow: /folder\nAllow: /folder", "/folder/page", True),
    (ALL + "Allow: /page\nDisallow: /*.htm", "/page.htm", False),
    (ALL + "Allow: /page\nDisallow: /*.ph", "/page.php5", True),
    (ALL + "Allow: /$\nDisallow: /", "/", True),
    (ALL + "Allow: /$\nDisallow: /", "/page.htm", False),
    (ALL + "Disallow: /tin/\nAllow: /tin/moi/", "/tin/moi/1", True),
    (ALL + "Disallow: /tin/moi/\nAllow: /tin/", "/tin/moi/1", False),
    (ALL + "Disallow: /\nAllow: /index.html", "/", True),
    # whose rules: the group that names the program, whole, and else that for all
    (ALL + "Disallow: /\n" + OWN + "Disallow: /kin", "/tin", True),
    (ALL + "Disallow: /\n" + OWN + "Disallow: /kin", "/kin", False),
    (OWN + "Disallow: /kin\n" + ALL + "Disallow: /", "/tin", True),
    (ALL + "Disallow: /tin\n" + OWN + "Disallow:", "/tin", True),
    (ALL + "Disallow: /tin\n" + OWN, "/tin", True),
    (ALL + "Disallow: /\nUser-agent: MINISTRY-Scraper\nAllow: /", "/tin", True),
    (ALL + "Disallow: /\nUser-agent: ministry-scraper/2.0\nAllow: /", "/tin", True),
    (ALL + "Disallow: /\nUser-agent: ministry-scraper*\nAllow: /", "/tin", True),
    (ALL + "Disallow: /\nUser-agent: ministry-scraper (all)\nAllow: /", "/tin", True),
    (ALL + "Allow: /\nUser-agent: ministry\nDisallow: /", "/tin", True),
    (ALL + "Allow: /\nUser-agent: min\nDisallow: /", "/tin", True),
    (ALL + "Allow: /\nUser-agent: scraper\nDisallow: /", "/tin", True),
    (ALL + "Allow: /\nUser-agent: ministry-scraper-images\nDisallow: /", "/tin", True),
    ("User-agent: Googlebot\nDisallow: /", "/tin", True),
    ("User-agent: * all\nDisallow: /", "/tin", False),
    ("User-agent:\nDisallow: /", "/tin", True),
    ("Disallow: /", "/tin", True),
    # groups: several names over one, several groups of one name
    ("User-agent: other\n" + OWN + "Disallow: /kin", "/kin", False),
    (OWN + "User-agent: other\nDisallow: /kin", "/kin", False),
    (THREE, "/c", False),
    (THREE, "/b", True),
    (ALL + "Disallow: /a\nUser-agent: other\nAllow: /\n" + ALL + "Disallow: /c", "/a", False),
    (OWN + "\n\nDisallow: /kin", "/kin", False),
    (OWN + "Sitemap: http://bo.vn/s.xml\nUser-agent: other\nDisallow: /kin", "/kin", False),
    (OWN + "Crawl-delay: 5\nUser-agent: other\nDisallow: /kin", "/kin", False),
    (OWN + "Noindex: /tin\nUser-agent: other\nDisallow: /kin", "/kin", False),
    (OWN + "Disallow:\nUser-agent: other\nDisallow: /kin", "/kin", True),
    # how lines are written
    ("user-agent: *\ndisallow: /kin", "/kin", False),
    ("USER-AGENT : *\n  DISALLOW\t:  /kin  ", "/kin", False),
    ("User agent: *\nDisallow: /kin", "/kin", False),
    ("Useragent: *\nDisallow: /kin", "/kin", False),
    (ALL + "Disallow /kin", "/kin", False),
    (ALL + "Dissallow: /kin", "/kin", False),
    (ALL + "Disallow: /kin # here", "/kin", False),
    (ALL + "# Disallow: /kin", "/kin", True),
    ("User-agent: *\rDisallow: /kin\r", "/kin", False),
    ("User-agent: *\r\n\r\nDisallow: /kin\r\n", "/kin", False),
    ("\ufeffUser-agent: *\nDisallow: /kin", "/kin", False),
    (ALL + "Unknown\n:\n::\nDisallow: /kin", "/kin", False),
    (ALL + "Disallow: /a\x0bb\nDisallow: /kin", "/kin", False),
    # escapes and letters beyond ASCII
    (ALL + "Disallow: /tin-tức", "/tin-t%E1%BB%A9c/1", False),
    (ALL + "Disallow: /tin-t%E1%BB%A9c", "/tin-t%E1%BB%A9c", False),
    (ALL + "Disallow: /tin-t%e1%bb%a9c", "/tin-t%E1%BB%A9c", False),
    (ALL + "Disallow: /tin-t%E1%BB%A9c", "/tin-tuc", True),
    (ALL + "Disallow: /a%3cd.html", "/a%3Cd.html", False),
    (ALL + "Disallow: /a/b%2Fc", "/a/b/c", True),
    (ALL + "Disallow: /tin?q=a&b", "/tin?q=a&b=1", False),
    (ALL + "Disallow: /a%2Ab", "/axb", True),
    # never forbidden
    (ALL + "Disallow: /", "/robots.txt", True),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "path", "allowed"), CASES)
def test_a_rule_means_what_google_says_that_it_means(rules: str, path: str, allowed: bool) -> None:
    read = read_robots(rules.encode(), NAMES)
    assert read is not None
    assert read.allows(f"http://bo.vn{path}") is allowed


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [
        (ALL + "Crawl-delay: 5", 5.0),
        (ALL + "crawl delay: 1.5", 1.5),
        (ALL + "Crawl-delay: soon", None),
        (ALL + "Crawl-delay: -1", None),
        (ALL + "Crawl-delay: inf", None),
        (ALL + "Crawl-delay: 9\n" + OWN + "Crawl-delay: 2", 2.0),
        (ALL + "Crawl-delay: 9\n" + OWN + "Disallow: /kin", None),
        ("User-agent: other\nCrawl-delay: 9", None),
    ],
)
def test_a_crawl_delay_is_that_of_the_group(rules: str, seconds: float | None) -> None:
    assert rules_for(rules, NAMES).delay_seconds == seconds


def test_sitemaps_stand_for_all_wherever_they_stand() -> None:
    rules = rules_for("Sitemap: http://bo.vn/a.xml\nUser-agent: x\nsite-map: http://bo.vn/b", NAMES)
    assert rules.sitemaps == ("http://bo.vn/a.xml", "http://bo.vn/b")


def test_a_line_of_a_million_letters_is_cut_and_harms_no_other() -> None:
    rules = rules_for(ALL + "Disallow: /" + "a" * 1_000_000 + "\nDisallow: /kin\n", NAMES)
    assert not rules.allows("http://bo.vn/kin")
    assert rules.allows("http://bo.vn/aaa")
