"""Portal files: what is read, what is refused, and that all that is wrong is told at once."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from scraper.errors import PortalFileError
from scraper.portals.portal_file import (
    KEYS,
    SETTINGS_KEYS,
    SMTP_KEYS,
    read_each_portal,
    read_portal,
    read_portals,
    read_settings,
)
from scraper.records import ArticleRule, FetchRule, Layout, Portal, Settings, Source

ROOT = Path(__file__).parents[2]
SMALLEST = 'name = "bo"\nhome = "https://bo.example.vn/"\n'


def written(folder: Path, text: str, *, name: str = "bo") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, more: str = "") -> Portal:
    return read_portal(written(folder, SMALLEST + more))


def faults(folder: Path, text: str) -> str:
    with pytest.raises(PortalFileError) as refused:
        read_portal(written(folder, text))
    return str(refused.value)


# --- what is read ------------------------------------------------------------------------------


def test_name_and_home_are_enough(tmp_path: Path) -> None:
    portal = read(tmp_path)
    assert portal.name == "bo"
    assert portal.sources == (Source(kind="listing", url="https://bo.example.vn/"),)
    assert portal.timezone == "Asia/Ho_Chi_Minh"
    assert portal.article == ArticleRule()
    assert portal.fetch == FetchRule()
    assert portal.cron.line == "7 */2 * * *"
    assert portal.title is None
    assert portal.articles_per_week is None
    assert portal.layouts == ()


def test_every_key_is_read(tmp_path: Path) -> None:
    portal = read(
        tmp_path,
        """
title = "Bộ mẫu"
language = "vi"
timezone = "Asia/Bangkok"
formerly = ["CU.example.vn", "www.cu.example.vn"]
[article]
match = 'page=ct'
key = "ContentId"
[[source]]
kind = "listing"
url = "https://bo.example.vn/ds?trang={page}"
pages = 7
link = "h3 a"
[[source]]
url = "https://bo.example.vn/thông báo"
next = "a.next"
[[source]]
kind = "postback"
url = "https://bo.example.vn/ds.aspx"
next = ".pager"
[[source]]
kind = "feed"
url = "https://bo.example.vn/rss"
[schedule]
cron = "@daily"
[fetch]
pace_seconds = 0
timeout_seconds = 1.5
max_megabytes = 0.5
retries = 0
allow_private = ["127.0.0.1:8080", "[::1]", "LocalHost:80"]
[expect]
articles_per_week = 2.5
[[layout]]
title = "h1.new"
[[layout]]
title = "h1.old"
authors = ".byline, .author"
""",
    )
    assert portal.title == "Bộ mẫu"
    assert portal.zone.key == "Asia/Bangkok"
    assert portal.formerly == ("cu.example.vn", "www.cu.example.vn")
    assert portal.article.match == re.compile("page=ct")
    assert portal.article.key_parameter == "ContentId"
    assert portal.sources == (
        Source(kind="listing", url="https://bo.example.vn/ds?trang={page}", pages=7, link="h3 a"),
        Source(kind="listing", url="https://bo.example.vn/th%C3%B4ng%20b%C3%A1o", next="a.next"),
        Source(kind="postback", url="https://bo.example.vn/ds.aspx", next=".pager"),
        Source(kind="feed", url="https://bo.example.vn/rss", pages=1),
    )
    assert portal.cron.hours == (0,)
    assert portal.fetch == FetchRule(
        pace_seconds=0,
        timeout_seconds=1.5,
        max_body_bytes=500_000,
        retries=0,
        allow_private=("127.0.0.1:8080", "[::1]", "localhost:80"),
    )
    assert portal.articles_per_week == 2.5
    assert portal.layouts == (
        Layout(title="h1.new"),
        Layout(title="h1.old", authors=".byline, .author"),
    )


def test_a_key_with_regular_characters_is_a_pattern(tmp_path: Path) -> None:
    rule = read(tmp_path, "[article]\nkey = '-(\\d+)\\.html?$'\n").article
    assert rule.key_parameter is None
    assert rule.key_pattern == re.compile(r"-(\d+)\.html?$")


def test_a_source_without_an_address_is_the_home(tmp_path: Path) -> None:
    (source,) = read(tmp_path, '[[source]]\nlink = "h3 a"\n').sources
    assert source == Source(kind="listing", url="https://bo.example.vn/", link="h3 a")


@pytest.mark.parametrize(
    ("home", "language", "zone"),
    [
        ("https://bo.example.vn/", None, "Asia/Ho_Chi_Minh"),
        ("https://bo.example.org/", "vi", "Asia/Ho_Chi_Minh"),
        ("https://bo.example.org/", "vi-VN", "Asia/Ho_Chi_Minh"),
        ("https://bo.example.org/", "en", "UTC"),
        ("https://bo.example.org/x.vn", None, "UTC"),
    ],
)
def test_a_vietnamese_portal_keeps_vietnamese_time(
    tmp_path: Path, home: str, language: str | None, zone: str
) -> None:
    text = f'name = "bo"\nhome = "{home}"\n' + (f'language = "{language}"\n' if language else "")
    assert read_portal(written(tmp_path, text)).timezone == zone


def test_a_file_saved_by_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bo.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode())
    assert read_portal(path).name == "bo"


# --- what is refused ---------------------------------------------------------------------------


def test_all_faults_of_a_file_are_told_in_one_message(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        """name = "other"
home = "ftp://bo.example.vn/"
[article]
mach = "x"
[[source]]
kind = "rss"
pages = 0
[schedule]
cron = "0 25 * * *"
[fetch]
retries = "many"
""",
    ).splitlines()
    assert said == [
        'bo.toml: name: is "other", but the file is named bo.toml; they must be equal',
        "bo.toml: home: 'ftp://bo.example.vn/' is not an http:// or https:// address",
        'bo.toml: [[source]] 1 kind: is "rss"; it must be one of "listing", "postback", "feed", '
        '"sitemap", "api", "numbering", "webarchive"',
        "bo.toml: [[source]] 1 pages: is 0; it must be 1 or more, and at most 5000",
        'bo.toml: [article] mach: is unknown; did you mean "match"?',
        "bo.toml: [fetch] retries: is a string; it must be a number, without quotes",
        "bo.toml: [schedule] cron: the hour '25' holds 25, which is out of range; "
        "allowed are 0-23, * and /",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('titel = "x"', 'titel: is unknown; did you mean "title"?'),
        ('cron = "@daily"', "cron: is unknown here; it belongs under [schedule]"),
        ("colour = 1", "colour: is unknown; known are name, title"),
        ("[fetch]\nhome = 1", "[fetch] home: is unknown here; it belongs under the top"),
        ("[sources]\n", 'sources: is unknown; did you mean "source"?'),
        ("title = 5", "title: is a number; it must be a string, in quotes"),
        ('title = " "', "title: is empty"),
        ('language = "tiếng Việt"', "language: 'tiếng Việt' is no language tag"),
        ('timezone = "Asia/Hanoi"', 'did you mean "Asia/Ho_Chi_Minh"?'),
        ('timezone = "GMT+7"', 'did you mean "Asia/Ho_Chi_Minh"?'),
        ('timezone = "asia/bangkok"', 'did you mean "Asia/Bangkok"?'),
        ('timezone = "../etc/passwd"', "is no time zone"),
        ('timezone = "Asia"', "is no time zone"),
        ('formerly = "cu.vn"', 'formerly: is a string; it must be an array of strings: ["..."]'),
        ('formerly = ["http://cu.vn/x"]', 'is more than a host; write "cu.vn"'),
        ("formerly = [1]", "formerly: holds a number; it must hold strings only"),
        ('formerly = [""]', "formerly: '' names no host"),
        ("article = 5", "article: is a number; it must be a table: [article]"),
        ('[[article]]\nmatch = "x"', "[[article]]: may stand once only: write [article]"),
        ("[article]\nmatch = '(x'", "missing ), unterminated subpattern at character 1"),
        ("[article]\nkey = 'id=\\d+'", "has 0 groups, but needs one"),
        ("[article]\nkey = '(a)(b)(c)(d)'", "has 4 groups, but needs one"),
        ('[source]\nurl = "x"', "[source]: may stand several times: write [[source]]"),
        ('source = "x"', "source: is a string; it must be tables: [[source]]"),
        ('[[source]]\nkind = "feed"', "[[source]] 1 url: is missing"),
        ("[[source]]\nkind = 5", "[[source]] 1 kind: is a number"),
        ('[[source]]\nurl = "/ds"', "'/ds' is not an http:// or https:// address"),
        ('[[source]]\nurl = "bo.vn/ds"', 'write "http://bo.vn/ds"'),
        ('[[source]]\nurl = "http://bo.vn/{trang}"', "the number of the page is written {page}"),
        ('[[source]]\nurl = "http://{page}.vn/"', "holds {page} in the host"),
        ('[[source]]\nurl = "http://bo.vn/{page}"\nnext = "a"', "cannot stand beside {page}"),
        ('[[source]]\nkind = "feed"\nurl = "http://bo.vn/{offset}"', "cannot hold {offset}"),
        ('[[source]]\nkind = "feed"\nurl = "http://bo.vn/"\nnext = "a"', "next: is for kind"),
        ('[[source]]\nkind = "postback"\nurl = "http://bo.vn/{page}"', "cannot hold {page}"),
        (
            '[[source]]\nurl = "http://a.vn/"\n' * 2,
            "[[source]] 2 url: 'http://a.vn/' stands in two",
        ),
        ("[[source]]\npages = 2.5", "pages: is 2.5; it must be a whole number"),
        ('[[source]]\nlink = "//div/a"', "it looks like XPath: write CSS"),
        ('[[source]]\nlink = "a::attr(href)"', "name the element only"),
        ('[[source]]\nnext = "a["', "is no CSS selector"),
        ('[schedule]\ncron = ["* * * * *"]', "cron: is an array; it must be a string"),
        ("[fetch]\npace_seconds = -1", "pace_seconds: is -1; it must be 0 or more"),
        ("[fetch]\npace_seconds = nan", "pace_seconds: is nan"),
        ("[fetch]\ntimeout_seconds = 0", "timeout_seconds: is 0; it must be above 0"),
        ("[fetch]\ntimeout_seconds = inf", "timeout_seconds: is inf"),
        ("[fetch]\nretries = true", "retries: is a boolean; it must be a number"),
        ("[fetch]\nlegacy_tls = 1", "legacy_tls: is a number; it must be true or false"),
        ("[fetch]\nmax_requests_per_run = 0", "max_requests_per_run: is 0; it must be 1 or more"),
        ('[fetch]\nca_bundle = "no.pem"', "ca_bundle: 'no.pem' cannot be read (No such file"),
        ('[fetch]\nca_bundle = "bo.toml"', "'bo.toml' holds no certificate in PEM form"),
        ('[fetch]\nallow_private = ["::1"]', 'is an IPv6 address without brackets; write "[::1]"'),
        ('[fetch]\nallow_private = ["10.0.0.0/8"]', "is no single host"),
        ('[fetch]\nallow_private = ["http://localhost"]', 'write "host" or "host:port"'),
        ("[expect]\narticles_per_week = 0", "articles_per_week: is 0; it must be above 0"),
        ("[[layout]]\n", "[[layout]] 1: is empty; give a selector for one of title"),
        ('[[layout]]\ntittle = "h1"', '[[layout]] 1 tittle: is unknown; did you mean "title"?'),
        (
            '[[layout]]\ntitle = "h1:first"',
            "is no CSS selector: The pseudo-class :first is unknown",
        ),
    ],
)
def test_a_fault_is_told_with_what_would_be_right(tmp_path: Path, more: str, said: str) -> None:
    assert said in faults(tmp_path, SMALLEST + more + "\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'name: is missing; write name = "bo"'),
        ('name = "bo"', "home: is missing; write the address of the portal"),
        ('name = "bộ"\nhome = "http://a.vn"', "'bộ' cannot be a name"),
        ("name = bo", "is no TOML: Invalid value (at line 1, column 8); is a string without"),
        (SMALLEST + '[article]\nmatch = "\\d"', "write a regular expression in single quotes"),
        (SMALLEST + SMALLEST, "a key or table stands twice"),
        (SMALLEST + "a = " + "[" * 5000, "is no TOML"),
    ],
)
def test_a_file_that_is_no_portal_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, text)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bo.toml"
    path.write_bytes('title = "Bộ"'.encode("utf-16"))
    with pytest.raises(PortalFileError, match="save it as UTF-8"):
        read_portal(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortalFileError, match="is not there"):
        read_portal(tmp_path / "bo.toml")


# --- folders -----------------------------------------------------------------------------------


def folder_of(tmp_path: Path, *names: str) -> Path:
    for name in names:
        written(tmp_path, SMALLEST.replace('"bo"', f'"{name}"'), name=name)
    return tmp_path


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "moj", "bo", "vinanren")
    (folder / "_settings.toml").write_text("", encoding="utf-8")
    (folder / "notes.txt").write_text("", encoding="utf-8")
    assert [portal.name for portal in read_portals(folder)] == ["bo", "moj", "vinanren"]


def test_only_the_named_portals_are_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "moj", "bo")
    written(folder, "broken", name="wrong")
    assert [portal.name for portal in read_portals(folder, ["moj", "moj"])] == ["moj"]


def test_a_name_that_is_not_there_is_refused_with_what_there_is(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "vinanren", "moj")
    with pytest.raises(PortalFileError) as refused:
        read_portals(folder, ["vinaren"])
    assert 'did you mean "vinanren"? there is moj, vinanren' in str(refused.value)


def test_an_empty_folder_holds_no_portals(tmp_path: Path) -> None:
    assert read_portals(tmp_path) == ()
    with pytest.raises(PortalFileError, match="the folder holds no portal file"):
        read_portals(tmp_path, ["moj"])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortalFileError, match="is not there; portal files are looked for in it"):
        read_portals(tmp_path / "schedules")


def test_one_wrong_file_keeps_a_whole_folder_from_being_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "moj", "bo")
    written(folder, "title = 5", name="nang")
    with pytest.raises(PortalFileError, match="nang.toml: name: is missing"):
        read_portals(folder)


def test_read_one_by_one_a_wrong_file_does_not_hide_the_others(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "moj", "bo")
    written(folder, "title = 5", name="lao")
    first, wrong, last = read_each_portal(folder)
    assert isinstance(first, Portal) and first.name == "bo"
    assert isinstance(wrong, PortalFileError) and wrong.path.stem == "lao"
    assert isinstance(last, Portal) and last.name == "moj"


# --- settings ----------------------------------------------------------------------------------


def test_without_a_settings_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    assert read_settings(tmp_path / "nowhere") == Settings()


def test_settings_are_read_with_paths_from_their_folder(tmp_path: Path) -> None:
    written(
        tmp_path,
        'contact = "a@example.org"\nuser_agent = "x/1"\narchive = "../a.db"\ncaptures = "/var/w"\n',
        name="_settings",
    )
    assert read_settings(tmp_path) == Settings(
        contact="a@example.org",
        user_agent="x/1",
        archive=str(tmp_path.parent / "a.db"),
        captures="/var/w",
    )


def test_the_request_log_can_be_moved_and_turned_off(tmp_path: Path) -> None:
    written(tmp_path, 'request_log = "../log"', name="_settings")
    assert read_settings(tmp_path).request_log == str(tmp_path.parent / "log")
    written(tmp_path, "request_log = false", name="_settings")
    assert read_settings(tmp_path).request_log == ""


def test_a_ca_bundle_is_looked_for_beside_the_portal_file(tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    more = '[fetch]\nca_bundle = "chain.pem"\nlegacy_tls = true\nmax_requests_per_run = 9\n'
    fetch = read_portal(written(tmp_path, SMALLEST + more)).fetch
    assert fetch.ca_bundle == str(tmp_path / "chain.pem")
    assert (fetch.legacy_tls, fetch.max_requests_per_run) == (True, 9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('contcat = "a@b"', '_settings.toml: contcat: is unknown; did you mean "contact"?'),
        ('user_agent = "x\\r\\nCookie: y"', "goes into a header of every request"),
        ('contact = "Nguyễn"', "plain ASCII letters only"),
        ("archive = 5", "archive: is a number"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, text, name="_settings")
    with pytest.raises(PortalFileError) as refused:
        read_settings(tmp_path)
    assert said in str(refused.value)


# --- what is shipped and documented ------------------------------------------------------------


def test_the_shipped_files_are_right() -> None:
    (vinanren,) = read_portals(ROOT / "schedules", ["vinanren"])
    assert vinanren.article.key_parameter == "contentid"
    assert read_settings(ROOT / "schedules") == Settings()


def test_the_shipped_settings_are_right_when_they_are_taken_up(tmp_path: Path) -> None:
    text = (ROOT / "schedules" / "_settings.toml").read_text(encoding="utf-8")
    settings = written(tmp_path, re.sub(r"(?m)^# (?=\w+ = |\[)", "", text), name="_settings")
    assert None not in (
        getattr(read_settings(settings.parent), field.name) for field in fields(Settings)
    )


def test_a_mail_server_is_told_in_a_table_of_its_own(tmp_path: Path) -> None:
    text = '[smtp]\nhost = "mail.example"\nfrom = "a@example.org"\nto = ["b@example.org"]\n'
    settings = written(tmp_path, text + 'password_file = "secret"\n', name="_settings")
    smtp = read_settings(settings.parent).smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.starttls) == ("mail.example", 587, True)
    assert (smtp.sender, smtp.recipients) == ("a@example.org", ("b@example.org",))
    assert smtp.password_file == str(settings.parent / "secret")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('from = "a@example.org"\nto = ["b@example.org"]', "host"),
        ('host = "mail.example"\nto = ["b@example.org"]', "from"),
        ('host = "mail.example"\nfrom = "a@example.org"\nto = ["nobody"]', "to"),
        (
            'host = "h.example"\nfrom = "a@b.example"\nto = ["b@c.example"]\nuser = "u"\n'
            "starttls = false",
            "user",
        ),
    ],
)
def test_a_mail_server_that_could_not_carry_anything_is_refused(
    tmp_path: Path, lines: str, key: str
) -> None:
    settings = written(tmp_path, f"[smtp]\n{lines}\n", name="_settings")
    with pytest.raises(PortalFileError) as raised:
        read_settings(settings.parent)
    assert {fault.key for fault in raised.value.faults} == {key}


def test_every_key_is_documented_under_its_table() -> None:
    page = (ROOT / "docs" / "portal-file.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"(?ms)^## (.*?)\n(.*?)(?=^## |\Z)", page))
    for table, keys in KEYS.items():
        heading = next(
            name
            for name in (f"`[{table}]`", f"`[[{table}]]`", "The top of the file")
            if name in parts and (table or name == "The top of the file")
        )
        for key in keys:
            assert f"\n| `{key}` |" in "\n" + parts[heading], f"{heading} {key}"
    for key in SETTINGS_KEYS:
        assert f"\n| `{key}` |" in parts["`_settings.toml`"], key
    for key in SMTP_KEYS:
        assert f"\n| `{key}` |" in parts["`[smtp]` in `_settings.toml`"], key


def test_the_examples_of_the_documentation_are_right(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "portal-file.md").read_text(encoding="utf-8")
    examples = re.findall(r"(?ms)^```toml\n(.*?)^```", page)
    assert len(examples) >= 5
    for example in examples:
        name = re.search(r'name = "(\w+)"', example)
        assert name
        assert read_portal(written(tmp_path, example, name=name.group(1)))
    (settings,) = re.findall(r"(?ms)^```ini\n(.*?)^```", page)
    written(tmp_path, settings, name="_settings")
    assert read_settings(tmp_path).contact == "archive@example.org"
